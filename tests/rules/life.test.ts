/** What a referral costs from its sending to its completion: the price that everything else is multiplied by. */
import { beforeAll, expect, test } from 'vitest';
import { bytesUsed, copyOf } from '../support/bytes.ts';
import { asD1 } from '../support/d1.ts';
import { addEndpoints, type StepCost, startLives, sumOf } from '../support/life.ts';
import { exchange, useWorld, world } from '../support/shared.ts';

useWorld();
beforeAll(async () => {
  await addEndpoints(exchange, world);
});

/** Without the minute: its calls, and the row that says how far it sealed, are the same for one referral and for hundreds. */
const CALLS_MAX = 22;
const ROWS_WRITTEN_MAX = 90;
const BYTES_USED_MAX = 5450;
const LIVES = 40;

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

test('what a whole life leaves in tables and indexes stays within its size', async () => {
  const sqlite = copyOf(exchange);
  const live = startLives(
    exchange,
    world,
    asD1(sqlite, () => undefined),
  );
  await live();
  const before = bytesUsed(sqlite);
  for (let lives = 0; lives < LIVES; lives += 1) await live();
  const left = [...bytesUsed(sqlite)]
    .map(([name, bytes]) => [name, (bytes - (before.get(name) ?? 0)) / LIVES] as const)
    // They go after a day.
    .filter(([name, bytes]) => bytes > 0 && !name.startsWith('idempotency_records'));
  const sum = left.reduce((all, [, bytes]) => all + bytes, 0);
  expect(sum, left.map(([name, bytes]) => `${name}: ${bytes.toFixed(0)}`).join('\n')).toBeLessThanOrEqual(
    BYTES_USED_MAX,
  );
  sqlite.close();
});
