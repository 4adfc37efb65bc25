/** `npm run report`: what it prints. */
import { expect, test } from 'vitest';
import { barOf, linesOf, type PrintedReport } from '../../scripts/report/table.ts';
import { reportExample } from '../../src/reports/reports.schemas.ts';

test('columns are aligned, long names are cut, and bars are as long as what they show', () => {
  const [partner] = reportExample.partners;
  const named = (name: string, given: number, received: number) => ({
    ...partner,
    name,
    referrals: { given, received, balance: given - received, reciprocity: 0.5 },
  });
  const partners = [named('Élm', 1, 4), named('A very long name of a practice that goes on and on', 4, 0)];
  const lines = linesOf({ ...reportExample, partners } as unknown as PrintedReport);
  expect(lines[0]).toBe('Prairie Résumés, 2026-10, America/Chicago');
  const rows = lines.filter((line) => line.startsWith('Élm') || line.startsWith('A very'));
  expect(rows.map((row) => row.slice(0, 70))).toEqual([
    `${'Élm'.padEnd(40)}         1         4      0.50`,
    'A very long name of a practice that goe…         4         0      0.50',
  ]);
  expect(rows.map((row) => row.split('█').length - 1)).toEqual([5 + 20, 20]);
  expect([barOf(0, 0), barOf(1, 20), barOf(1, 160)]).toEqual(['', '█', '▏']);
  expect(lines.join('\n')).toContain('engagement    100 % (1 of 1)          none to count');
  const [quiet] = reportExample.insights.nurture.data;
  const [above, one] = lines.slice(lines.findIndex((line) => line.startsWith('Quiet')));
  expect([above, one]).toEqual(['Quiet for 90 days:', `  ${quiet?.name}  since 2026-06-30`]);
});
