import { afterAll, beforeAll, expect, test } from 'vitest';
import { retentionCutoff } from '../../src/privacy/retention.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { consentInput, createWorld, expectStatus, move, sendReferral, type World } from '../support/world.ts';

const DAY_MS = 86_400_000;
let exchange: Exchange;
let world: World;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

const declined = async (change: Record<string, unknown> = {}) => {
  const id = await sendReferral(exchange, world, change);
  expectStatus(await move(exchange, world.receiver, id, 'decline', { reason: 'outside_scope' }), 200);
  return id;
};
const endedAt = (id: string, at: number) =>
  exchange.sql('update referrals set ended_at = ? where id = ?', at, id);
const isErased = async (id: string) =>
  (await exchange.sql('select 1 from client_records where referral_id = ?', id)).length === 0;

test.each([
  ['2028-11-23T10:00:00.000Z', 24, '2026-11-23T10:00:00.000Z'],
  ['2028-02-29T00:00:00.000Z', 24, '2026-02-28T00:00:00.000Z'],
  ['2026-03-31T12:00:00.000Z', 1, '2026-02-28T12:00:00.000Z'],
  ['2026-01-15T00:00:00.000Z', 3, '2025-10-15T00:00:00.000Z'],
])('at %s, with %i months, what ended until %s is due', (now, months, cutoff) => {
  expect(new Date(retentionCutoff(Date.parse(now), months)).toISOString()).toBe(cutoff);
});

test('exactly what is due is erased: not what ended a day later, nor what is open, however old', async () => {
  const due = retentionCutoff(Date.now(), 24);
  const [old, young, open] = [await declined(), await declined(), await sendReferral(exchange, world)];
  await endedAt(old, due);
  await endedAt(young, due + DAY_MS);
  await exchange.sql('update referrals set created_at = 1, sent_at = 1 where id = ?', open);
  await exchange.minute();
  expect([await isErased(old), await isErased(young), await isErased(open)]).toEqual([true, false, false]);
  const seen = expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${old}`), 200).body;
  expect(seen).toMatchObject({
    state: 'declined',
    decline_reason: 'outside_scope',
    client: null,
    client_withheld: 'erased',
  });
  const events = await exchange.sql(
    'select type, actor from events where referral_id = ? order by position',
    old,
  );
  expect(events.at(-1)).toEqual({ type: 'referral.erased', actor: 'system' });
  await exchange.minute();
  expect(await exchange.sql('select type, actor from events where referral_id = ?', old)).toHaveLength(
    events.length,
  );
});

test('what ended unseen by the sender is erased too, and its own view does not say that it ended', async () => {
  const id = await sendReferral(exchange, world, { consent: consentInput({ directions: ['forward'] }) });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await move(exchange, world.receiver, id, 'not-engaged', { reason: 'cost' }), 200);
  await endedAt(id, 1);
  await exchange.minute();
  const { body } = await exchange.call(world.sender.key, `/v1/referrals/${id}`);
  expect(body).toMatchObject({ state: 'accepted', client: null, client_withheld: 'erased', ended_at: null });
});

test('a run is bounded, and the next one goes on', async () => {
  const id = await declined();
  const columns = (
    await exchange.sql<{ name: string }>("select name from pragma_table_info('referrals')")
  ).map(({ name }) => name);
  const copied = columns
    .map((name) =>
      name === 'id' ? "'ref_' || printf('%026d', n.value)" : name === 'ended_at' ? 'n.value' : `r.${name}`,
    )
    .join(', ');
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 100)
     insert into referrals (${columns.join(', ')}) select ${copied} from referrals as r, n where r.id = ?`,
    id,
  );
  const left = async () =>
    (
      await exchange.sql<{ n: number }>(
        'select count(*) as n from referrals where ended_at <= 100 and erased_at is null',
      )
    )[0]?.n;
  await exchange.minute();
  const first = await left();
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(100);
  await exchange.minute();
  expect(await left()).toBe(0);
});
