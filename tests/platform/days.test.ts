import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayIn } from '../../src/platform/days.ts';

const DAY_MS = 86_400_000;
const TIME_ZONES = [...Intl.supportedValuesOf('timeZone'), 'Etc/GMT+12', 'UTC'];

const byIntl = (timeZone: string, now: number) =>
  new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(now);

test('it is the day of the place, whatever was asked before: in every time zone, around its midnights and changes of the clock', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TIME_ZONES),
      fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2037, 0) }),
      fc.array(fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }), { minLength: 1, maxLength: 6 }),
      (timeZone, moment, steps) => {
        const hour = Math.floor(moment / 3_600_000) * 3_600_000;
        for (const now of [moment, hour, hour - 1, hour, ...steps.map((step) => moment + step)])
          expect(dayIn(timeZone, now)).toBe(byIntl(timeZone, now));
      },
    ),
    { numRuns: 300 },
  );
});
