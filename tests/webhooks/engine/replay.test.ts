/** Sending again, with real receivers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownerOf } from '../../support/owner.ts';
import { answering } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { until } from '../../support/until.ts';
import { createPractice, expectStatus, move, sendReferral } from '../../support/world.ts';

let owner: ReturnType<typeof ownerOf>;
useWorld();
beforeAll(async () => {
  owner = ownerOf(exchange, world);
});
afterAll(async () => {
  await owner.close();
});
const call: typeof owner.call = (...all) => owner.call(...all);
const post: typeof owner.post = (...all) => owner.post(...all);
const read: typeof owner.read = (...all) => owner.read(...all);
const subscribe: typeof owner.subscribe = (...all) => owner.subscribe(...all);
const feedOf: typeof owner.feedOf = (...all) => owner.feedOf(...all);

test('a delivery that was given up is an event for both sides; retried, it arrives with the same id and the sender sees it', async () => {
  const { crm, path, deliveries, remove } = await subscribe(
    { event_types: ['referral.sent'] },
    answering(500),
  );
  const id = await sendReferral(exchange, world);
  await until(deliveries, ([one]) => one?.attempts_count === 1);
  const [{ id: deliveryId, event_id }] = await deliveries();
  await exchange.sql(
    'update deliveries set attempts_count = 10, next_attempt_at = 0 where id = ?',
    deliveryId,
  );
  await exchange.minute();
  await until(deliveries, ([one]) => one.state === 'exhausted');
  const tells = async (key: string) =>
    (await feedOf(key, 'delivery.exhausted')).filter(({ data }) => data.event_id === event_id);
  expect(await tells(world.receiver.key)).toMatchObject([
    { data: { delivery_id: deliveryId, event_type: 'referral.sent', referral_id: id } },
  ]);
  const [toSender, ...more] = await tells(world.sender.key);
  expect(more).toEqual([]);
  expect(toSender?.data).toMatchObject({
    event_type: 'referral.sent',
    referral_id: id,
    practice_id: world.receiver.id,
  });
  expect(toSender?.data).not.toHaveProperty('delivery_id');

  crm.answer(answering(200));
  const queued = await post(`/deliveries/${deliveryId}/retry`);
  expect(queued).toMatchObject({ state: 'pending', attempts_count: 11 });
  await until(deliveries, ([one]) => one.state === 'delivered');
  expect(new Set(crm.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event_id]));
  const seen = await read(`/referrals/${id}`, world.sender.key);
  expect(seen.reached_at).not.toBeNull();
  expect(seen.version).toBe(1);
  // What was delivered can be sent once more; what belongs to a disabled endpoint cannot.
  await post(`/deliveries/${deliveryId}/retry`);
  await until(deliveries, ([one]) => one.state === 'delivered' && one.attempts_count === 13);
  expect((await read(`/referrals/${id}`, world.sender.key)).reached_at).toBe(seen.reached_at);
  await post(`${path}/disable`);
  const refused = await call(`/deliveries/${deliveryId}/retry`, undefined, 'POST');
  expect([refused.status, refused.body.code]).toEqual([409, 'invalid_state']);
  await remove();
});

test('the exhaustion of news that needs the client’s permission names neither the news nor the referral, and stays with its owner', async () => {
  const { deliveries, remove } = await subscribe(
    { event_types: ['referral.engaged'] },
    answering(500),
    world.sender,
  );
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
  await until(deliveries, ([one]) => one?.attempts_count === 1);
  const [{ id: deliveryId, event_id }] = await deliveries();
  await exchange.sql(
    'update deliveries set attempts_count = 10, next_attempt_at = 0 where id = ?',
    deliveryId,
  );
  await exchange.minute();
  await until(deliveries, ([one]) => one.state === 'exhausted');
  const tells = async (key: string) =>
    (await feedOf(key, 'delivery.exhausted')).filter(({ data }) => data.event_id === event_id);
  const [owner] = await tells(world.sender.key);
  expect(JSON.stringify(owner)).not.toMatch(/engaged|ref_/);
  expect(await tells(world.receiver.key)).toEqual([]);
  await remove();
});

test('disabled and enabled again while an older delivery is under way: nothing stays held behind it', async () => {
  const { crm, path, deliveries, remove } = await subscribe({ event_types: ['referral.sent'] });
  const states = async () => (await deliveries()).map(({ state }: { state: string }) => state);
  await sendReferral(exchange, world);
  await until(states, ([state]) => state === 'delivered');
  let answerSlowOne = () => {};
  crm.answer((response) => {
    answerSlowOne = () => response.writeHead(200).end();
    crm.answer(answering(200));
  });
  await sendReferral(exchange, world);
  await until(
    async () => crm.received.length,
    (count) => count === 2,
  );
  await post(`${path}/disable`);
  for (let index = 0; index < 3; index += 1) await sendReferral(exchange, world);
  expect((await post(`${path}/enable`)).replaying).toBe(true);
  answerSlowOne();
  await until(states, (all) => all.length === 5 && all.every((state: string) => state === 'delivered'));
  expect((await read(path)).replaying).toBe(false);
  await remove();
});

test('a replay queues what was given up and what the endpoint never asked for before, and nothing twice', async () => {
  const since = new Date().toISOString();
  const { crm, path, deliveries, remove } = await subscribe({ event_types: ['referral.sent'] });
  const delivered = await sendReferral(exchange, world);
  await crm.waitForType('referral.sent', delivered);
  const lost = await sendReferral(exchange, world);
  await until(
    deliveries,
    (all) => all.length === 2 && all.every(({ state }: { state: string }) => state === 'delivered'),
  );
  const [newest] = await deliveries();
  await exchange.sql(
    "update deliveries set state = 'exhausted', delivered_at = null where id = ?",
    newest.id,
  );
  expectStatus(await move(exchange, world.sender, lost, 'withdraw'), 200);
  expectStatus(await call(path, { event_types: ['referral.sent', 'referral.withdrawn'] }, 'PATCH'), 200);
  crm.received.length = 0;

  const started = expectStatus(await call(`${path}/replay`, { since }), 201).body;
  const finished = await until(
    () => read(`/webhook-replays/${started.id}`),
    (one) => one.state === 'finished' && one.deliveries.delivered === 2,
  );
  expect(finished).toMatchObject({ queued_count: 2, deliveries: { pending: 0, exhausted: 0 } });
  expect(finished.examined_count).toBeGreaterThanOrEqual(3);
  expect(crm.received.map(({ json }) => [json.type, json.data.referral_id]).sort()).toEqual([
    ['referral.sent', lost],
    ['referral.withdrawn', lost],
  ]);
  const again = expectStatus(await call(`${path}/replay`, { since }), 201).body;
  const empty = await until(
    () => read(`/webhook-replays/${again.id}`),
    (one) => one.state === 'finished',
  );
  expect(empty.queued_count).toBe(0);
  expect((await call(`${path}/replay`, { since: new Date(Date.now() + 60_000).toISOString() })).status).toBe(
    422,
  );
  await remove();
});

test('a replay of hundreds of events goes on in steps, also where a step’s message was lost', async () => {
  const fresh = await createPractice(exchange, world.operator);
  const since = new Date(Date.now() - 60_000).toISOString();
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 250)
       insert into events (id, type, actor, data, occurred_at)
       select 'evt_' || substr(?, 5, 12) || printf('%014d', value), 'practice.reinstated', 'operator', '{}', ? from n`,
    (await exchange.sql<{ id: string }>('select max(id) as id from events'))[0]?.id,
    Date.now(),
  );
  await exchange.sql(
    "insert into event_recipients select ?, position, null, 0 from events where actor = 'operator' and data = '{}'",
    fresh.id,
  );
  const { path, remove } = await subscribe({ event_types: ['practice.reinstated'] }, undefined, fresh);
  const started = expectStatus(await call(`${path}/replay`, { since }, 'POST', fresh.key), 201).body;
  // As if the first message had been lost: the minute finds it.
  await exchange.sql(
    'update webhook_replays set updated_at = 1 where id = ? and finished_at is null',
    started.id,
  );
  await exchange.minute();
  const finished = await until(
    () => read(`/webhook-replays/${started.id}`, fresh.key),
    (one) => one.deliveries.delivered >= 250,
  );
  expect(finished).toMatchObject({ state: 'finished', queued_count: 250, deliveries: { delivered: 250 } });
  expect((await read(`/webhook-replays/${started.id}`, fresh.key)).examined_count).toBe(
    finished.examined_count,
  );
  await remove();
});
