import { expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import { until } from '../support/until.ts';
import { expectStatus, sendReferral } from '../support/world.ts';

useWorld();

const ready = () => exchange.call(null, '/readyz');
const health = async () => expectStatus(await exchange.call(world.operator, '/v1/operator/health'), 200).body;
const lines = (log: string) =>
  exchange.logs.filter((line) => line.startsWith(`{"log":"${log}"`)).map((line) => JSON.parse(line));

test('it is ready once the minute has run, and says so no longer when the minute stands still or a migration is missing', async () => {
  expect(expectStatus(await exchange.call(null, '/healthz'), 200).body).toEqual({ status: 'ok' });
  expect(expectStatus(await ready(), 503).body.detail).toContain('minute');
  await exchange.minute();
  expectStatus(await ready(), 200);
  await exchange.sql('update minute_runs set started_at = started_at - 200000');
  expect(expectStatus(await ready(), 503).body.detail).toContain('minute');
  expect((await health()).minute.is_late).toBe(true);
  await exchange.minute();
  const [{ name } = {}] = await exchange.sql<{ name?: string }>(
    'select name from d1_migrations order by id desc limit 1',
  );
  await exchange.sql('delete from d1_migrations where name = ?', name);
  expect(expectStatus(await ready(), 503).body.detail).toContain(`${name}`);
  await exchange.sql('insert into d1_migrations (name) values (?)', name);
  expectStatus(await ready(), 200);
});

test('the operator sees what waits, what fails and since when; nobody else does', async () => {
  const url = 'http://127.0.0.1:9/hook';
  const endpoint = expectStatus(
    await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body: { url } }),
    201,
  );
  const failingSince = Date.now() - 3_600_000;
  await exchange.sql(
    'update webhook_endpoints set failing_since = ?, failures_count = 7, confirmed_at = 1 where id = ?',
    failingSince,
    endpoint.body.id,
  );
  await sendReferral(exchange, world);
  const [failed] = await until(
    async () => lines('attempt'),
    (attempts) => attempts.length > 0,
  );
  expect(failed).toMatchObject({
    endpoint_id: endpoint.body.id,
    error: 'connection',
    status: null,
    number: 1,
  });
  const body = await health();
  expect(body.is_ready).toBe(true);
  expect(body.endpoints).toMatchObject({
    failing_count: 1,
    failing: [
      {
        id: endpoint.body.id,
        practice_id: world.receiver.id,
        failing_since: new Date(failingSince).toISOString(),
      },
    ],
  });
  expect(body.deliveries.pending_count).toBeGreaterThan(0);
  expect(body.database.size_bytes).toBeGreaterThan(100_000);
  expect((await exchange.call(world.receiver.key, '/v1/operator/health')).status).toBe(403);
});

test('every request has a line in the log with what it was, cost and whose it was; a page’s link is in none', async () => {
  const id = await sendReferral(exchange, world);
  await exchange.call(world.sender.key, `/v1/referrals/${id}?secret=1`);
  await exchange.call(null, '/consent/not-a-token-that-anybody-has');
  const [read] = lines('request')
    .filter(({ operation }) => operation === 'getReferral')
    .slice(-1);
  expect(read).toMatchObject({ status: 422, code: 'invalid_input', practice_id: world.sender.id });
  expect(read.key_id).toMatch(/^key_/);
  const [sent] = lines('request')
    .filter(({ operation }) => operation === 'sendReferral')
    .slice(-1);
  expect(sent).toMatchObject({ status: 201, d1_calls: 2, practice_id: world.sender.id });
  expect(sent.rows_written).toBeGreaterThan(10);
  expect(lines('request').at(-1).operation).toBe('GET /consent/:token');
  expect(exchange.logs.join('\n')).not.toMatch(/not-a-token|secret=1/);
});

test('every minute has a line in the log with what each part did and what was left over', async () => {
  await exchange.minute();
  const line = lines('minute').at(-1);
  expect(line.left_over).toEqual([]);
  expect(line.parts.map(({ name }: { name: string }) => name)).toContain('sweep_deliveries');
  for (const part of line.parts) expect(part).toMatchObject({ failed: false, is_spent: false });
});
