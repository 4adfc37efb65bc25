/** The last part of the demo: the month's report of the sender, as a table. */
import type { InferOutput } from 'valibot';
import type { RateSchema, ReciprocityReportSchema } from '../../src/reports/reports.schemas.ts';
import type { Narrator } from './narrator.ts';
import { writer } from './people.ts';
import type { Side } from './setting.ts';

type Report = InferOutput<typeof ReciprocityReportSchema>;

/** `YYYY-MM` where the practice is. */
function monthOf(time: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit' }).formatToParts(
    new Date(time),
  );
  const partOf = (type: string) => parts.find((part) => part.type === type)?.value;
  return `${partOf('year')}-${partOf('month')}`;
}

const rateText = ({ numerator, denominator, rate }: InferOutput<typeof RateSchema>) =>
  rate === null ? 'none to count yet' : `${numerator} of ${denominator} (${Math.round(rate * 100)} %)`;

function tableOf(report: Report): string[] {
  const row = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, index) => (index < 2 ? String(cell).padEnd(23 - index * 10) : String(cell).padStart(12)))
      .join('');
  const figures = (what: string, { given, received, balance, reciprocity }: Report['totals']['referrals']) =>
    [what, given, received, balance, reciprocity === null ? '–' : reciprocity.toFixed(2)] as const;
  return [
    row(['Partner', '', 'given', 'received', 'balance', 'reciprocity']),
    ...report.partners.flatMap(({ name, referrals, engagements }) => [
      row([name, ...figures('referrals', referrals)]),
      row(['', ...figures('engagements', engagements)]),
    ]),
  ];
}

export async function showReport({ caller }: Side, sentAt: string, narrator: Narrator): Promise<void> {
  const month = monthOf(sentAt, writer.practice.time_zone);
  narrator.chapter(`The month’s report of ${writer.practice.name}`);
  const report = await caller.call<Report>('GET', `/v1/reports/reciprocity?month=${month}`);
  const { given, referrals, engagements } = report.totals;
  narrator.say('');
  narrator.say(`${report.practice.name}, ${report.month}, ${report.time_zone}`);
  for (const line of tableOf(report)) narrator.say(line);
  narrator.say('');
  narrator.say(
    `Of those given:  accepted ${rateText(given.acceptance)}, engaged ${rateText(given.engagement)},`,
  );
  narrator.say(
    `                 answered in time ${rateText(given.response)}, outcome told ${rateText(given.loop_closure)}`,
  );
  narrator.say('');
  narrator.expect(
    referrals.given === 3 &&
      referrals.received === 1 &&
      referrals.balance === 2 &&
      referrals.reciprocity === 0.5,
    'three given, one received: reciprocity 2 × 1 ÷ 4 = 0.50',
    referrals,
  );
  narrator.expect(
    given.accepted === 1 && given.declined === 1 && given.engaged === 1 && engagements.given === 1,
    'one accepted, one declined, one engaged',
    given,
  );
}
