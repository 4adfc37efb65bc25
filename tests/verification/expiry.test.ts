/** A credential ends at the end of its last day where the practice is, also where clocks change. */
import { expect, test } from 'vitest';
import { hasLapsed, lastDayAnywhere, nearnessOf, nextNotice } from '../../src/verification/expiry.ts';

const at = (text: string) => Date.parse(text);

test.each([
  ['2026-10-31', 'America/Chicago', '2026-11-01T05:00:00Z'],
  // The clocks go back on that day, and forward on the next one: it has 25 hours, or 23.
  ['2026-11-01', 'America/Chicago', '2026-11-02T06:00:00Z'],
  ['2027-03-14', 'America/Chicago', '2027-03-15T05:00:00Z'],
  ['2026-12-31', 'Pacific/Kiritimati', '2026-12-31T10:00:00Z'],
  ['2026-12-31', 'Pacific/Pago_Pago', '2027-01-01T11:00:00Z'],
])('%s in %s ends at %s', (expires_on, time_zone, end) => {
  const ending = { expires_on, time_zone };
  expect([hasLapsed(ending, at(end) - 1), hasLapsed(ending, at(end))]).toEqual([false, true]);
  expect(nearnessOf(ending, at(end) - 1)).toBe(7);
  expect(nearnessOf(ending, at(end))).toBe(0);
  expect(nextNotice(ending, at(end) - 1)).toBe(at(end));
  expect(nextNotice(ending, at(end))).toBeNull();
});

test('is told 60, 30 and 7 days before, each at the beginning of a day there', () => {
  const ending = { expires_on: '2027-03-31', time_zone: 'America/Chicago' };
  const told: [string, number | null][] = [];
  for (let now = nextNotice(ending, at('2026-12-01T00:00:00Z')); now !== null; now = nextNotice(ending, now))
    told.push([new Date(now).toISOString(), nearnessOf(ending, now)]);
  expect(told).toEqual([
    ['2027-01-31T06:00:00.000Z', 60],
    ['2027-03-02T06:00:00.000Z', 30],
    ['2027-03-25T05:00:00.000Z', 7],
    ['2027-04-01T05:00:00.000Z', 0],
  ]);
  expect(nearnessOf(ending, at('2026-12-01T00:00:00Z'))).toBeNull();
});

test('what has run out by the last day anywhere has run out everywhere', () => {
  const now = at('2026-12-01T11:59:59Z');
  expect(lastDayAnywhere(now)).toBe('2026-11-30');
  expect(hasLapsed({ expires_on: '2026-11-29', time_zone: 'Pacific/Pago_Pago' }, now)).toBe(true);
});
