import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS, monthOf, RESOURCES, simulate } from '../../bench/scale/model.ts';

const LIFE = { bytes: 6000, rows_written: 90, messages: 8, database_ms: 20 };

test('a database is full when its referrals fill it, however many networks there are', () => {
  const full = (LIMITS.database_bytes / LIFE.bytes) * 0.99;
  const { breaks } = simulate({ networks: 1, referrals_year: full, months: 24 }, LIFE);
  expect(breaks).toEqual({ resource: 'bytes of a database', month: 13 });
});

test('many small networks fill the account before any of their databases', () => {
  const { breaks } = simulate({ networks: 200, referrals_year: 1_000_000, months: 24 }, LIFE);
  expect(breaks?.resource).toBe('bytes of the account');
});

test('what is named as full first is more than there is, and the month before nothing was', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1000, max: 50_000_000 }),
      (networks, referrals_year) => {
        const plan = { networks, referrals_year, months: 60 };
        const { breaks, last } = simulate(plan, LIFE);
        const worst = (month: number) =>
          Math.max(...RESOURCES.map((resource) => monthOf(plan, month, LIFE).used[resource]));
        if (breaks === null) expect(worst(60)).toBeLessThanOrEqual(1);
        else {
          expect(last.used[breaks.resource]).toBeGreaterThan(1);
          if (breaks.month > 1) expect(worst(breaks.month - 1)).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});
