/** What a referral costs from its sending to its completion: the price that everything else is multiplied by. */
import { beforeAll, expect, test } from 'vitest';
import { addEndpoints, type StepCost, startLives, sumOf } from '../support/life.ts';
import { exchange, useWorld, world } from '../support/shared.ts';

useWorld();
beforeAll(async () => {
  await addEndpoints(exchange, world);
});

/** Without the minute: its calls, and the row that says how far it sealed, are the same for one referral and for hundreds. */
const CALLS_MAX = 22;
const ROWS_WRITTEN_MAX = 90;

const describe = (costs: Map<string, StepCost>) =>
  [...costs]
    .filter(([, { written }]) => written > 0)
    .map(([name, { calls, written, statements }]) => {
      const writes = statements.filter((one) => one.written > 0);
      const texts = writes.map((one) => `    ${one.written} ${one.sql.replace(/\s+/g, ' ').slice(0, 90)}`);
      return [`${name}: ${calls} calls, ${written} rows written`, ...texts].join('\n');
    })
    .join('\n');

test('a whole life with an endpoint on each side that gets every event stays within its price', async () => {
  const live = startLives(exchange, world);
  await live();
  const costs = await live();
  const { written, statements } = sumOf(costs.values());
  const ofTheMinute = statements.filter(({ sql }) => sql.startsWith('update "ledger_progress"')).length;
  expect(written - ofTheMinute, describe(costs)).toBeLessThanOrEqual(ROWS_WRITTEN_MAX);
  const { calls } = sumOf([...costs].flatMap(([name, cost]) => (name.endsWith('sealed') ? [] : [cost])));
  expect(calls, describe(costs)).toBeLessThanOrEqual(CALLS_MAX);
});
