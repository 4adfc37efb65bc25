import { expect, test } from 'vitest';
import { answering, startReceiver, verifySignature } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { until } from '../../support/until.ts';
import { expectStatus, move, sendReferral } from '../../support/world.ts';

useWorld();

const subscribe = async (url: string, change: Record<string, unknown> = {}) =>
  expectStatus(
    await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body: { url, ...change } }),
    201,
  ).body;

const remove = (endpointId: string) =>
  exchange.call(world.receiver.key, `/v1/webhook-endpoints/${endpointId}`, { method: 'DELETE' });

const deliveriesOf = async (endpointId: string) =>
  expectStatus(await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${endpointId}/deliveries`), 200)
    .body.data;

const readDelivery = async (deliveryId: string) =>
  expectStatus(await exchange.call(world.receiver.key, `/v1/deliveries/${deliveryId}`), 200).body;

/** Makes what is waiting due now, as if the time had passed. */
const makeDue = async () => {
  await exchange.sql('update webhook_endpoints set breaker_until = 0 where breaker_until > 0');
  await exchange.sql(
    "update deliveries set next_attempt_at = 0 where state = 'pending' and lease_until is null",
  );
};

test('one hanging endpoint does not hold up another one', async () => {
  const hanging = await startReceiver(() => undefined);
  const healthy = await startReceiver();
  const hook = await subscribe(hanging.url);
  const first = await sendReferral(exchange, world);
  await hanging.waitForType('referral.sent', first);
  const other = await subscribe(healthy.url);
  // The healthy one has it while the same event still hangs at the other; a machine so slow that it gives up by then,
  // after 15 seconds, tries again.
  await until(
    async () => {
      const next = await sendReferral(exchange, world);
      await healthy.waitForType('referral.sent', next);
      return (await deliveriesOf(hook.id)).filter(
        ({ attempts_count }: { attempts_count: number }) => attempts_count === 0,
      );
    },
    ({ length }) => length > 0,
  );
  await remove(hook.id);
  await remove(other.id);
  await hanging.close();
  await healthy.close();
});

test('a receiver that fails gets the same event again, with the same id and a signature of its own time, until it takes it', async () => {
  const crm = await startReceiver((response, count) => answering(count < 3 ? 500 : 204)(response, count));
  const hook = await subscribe(crm.url, { event_types: ['referral.sent'] });
  const id = await sendReferral(exchange, world);
  await until(
    async () => {
      await makeDue();
      await exchange.minute();
      return deliveriesOf(hook.id);
    },
    ([delivery]) => delivery.state === 'delivered',
  );
  const [delivery] = await deliveriesOf(hook.id);
  const { attempts } = await readDelivery(delivery.id);
  expect(attempts.map(({ number, status }: { number: number; status: number }) => [number, status])).toEqual([
    [1, 500],
    [2, 500],
    [3, 204],
  ]);
  expect(new Set(crm.received.map(({ headers }) => headers['webhook-id']))).toEqual(
    new Set([delivery.event_id]),
  );
  expect(new Set(crm.received.map(({ body }) => body)).size).toBe(1);
  for (const one of crm.received) expect(() => verifySignature(hook.secret, one)).not.toThrow();
  expect(crm.received[0]?.json.data.referral_id).toBe(id);
  await remove(hook.id);
  await crm.close();
});

test('a crash after the claim is healed when the lease has run out, and not before', async () => {
  const crm = await startReceiver();
  const hook = await subscribe(crm.url, { event_types: ['referral.sent'] });
  await exchange.sql(
    'update webhook_endpoints set event_types = \'["referral.expired"]\' where id = ?',
    hook.id,
  );
  const id = await sendReferral(exchange, world);
  // The delivery as a worker leaves it that claimed it and died.
  await exchange.sql(
    `insert into deliveries (endpoint_id, position, state, next_attempt_at, lease_until, created_at)
     select ?, position, 'pending', 0, ?, occurred_at from events where referral_id = ?`,
    hook.id,
    Date.now() + 60_000,
    id,
  );
  await exchange.minute();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(crm.received).toHaveLength(0);
  await exchange.sql('update deliveries set lease_until = 1 where endpoint_id = ?', hook.id);
  await exchange.minute();
  await crm.waitForType('referral.sent', id);
  await remove(hook.id);
  await crm.close();
});

test('twenty wake-ups of one delivery make one POST', async () => {
  const crm = await startReceiver();
  const hook = await subscribe(crm.url, { event_types: ['referral.sent'] });
  await exchange.env.DELIVERY_QUEUE.sendBatch([{ body: { delivery_id: 'dlv_unknown' } }]);
  const id = await sendReferral(exchange, world);
  await crm.waitForType('referral.sent', id);
  const [delivery] = await until(
    () => deliveriesOf(hook.id),
    ([one]) => one.state === 'delivered',
  );
  await exchange.sql(
    "update deliveries set state = 'pending', next_attempt_at = 0, delivered_at = null, attempts_count = 1 where id = ?",
    delivery.id,
  );
  await exchange.env.DELIVERY_QUEUE.sendBatch(
    Array.from({ length: 20 }, () => ({ body: { delivery_id: delivery.id } })),
  );
  await until(
    () => deliveriesOf(hook.id),
    ([one]) => one.state === 'delivered',
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(crm.received).toHaveLength(2);
  await remove(hook.id);
  await crm.close();
});

test('the eleventh failure exhausts a delivery visibly, and it is never posted again', async () => {
  const crm = await startReceiver(answering(500));
  const hook = await subscribe(crm.url, { event_types: ['referral.sent'] });
  await sendReferral(exchange, world);
  const [last] = await until(
    async () => {
      await makeDue();
      await exchange.minute();
      return deliveriesOf(hook.id);
    },
    ([delivery]) => delivery.state === 'exhausted',
  );
  expect(last).toMatchObject({ attempts_count: 11, next_attempt_at: null });
  expect(crm.received).toHaveLength(11);
  await exchange.minute();
  expect(crm.received).toHaveLength(11);
  await remove(hook.id);
  await crm.close();
});

test('a delayed webhook that would tell an outcome is cancelled when the consent has ended', async () => {
  const crm = await startReceiver(answering(500));
  const hook = expectStatus(
    await exchange.call(world.sender.key, '/v1/webhook-endpoints', {
      body: { url: crm.url, event_types: ['referral.engaged'] },
    }),
    201,
  ).body;
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
  await crm.waitForType('referral.engaged', id);
  const list = async () =>
    (await exchange.call(world.sender.key, `/v1/webhook-endpoints/${hook.id}/deliveries`)).body.data;
  await until(list, ([one]) => one.attempts_count === 1);
  await exchange.sql('update consents set revoked_at = ? where referral_id = ?', Date.now(), id);
  await makeDue();
  await exchange.minute();
  const [cancelled] = await until(list, ([one]) => one.state === 'cancelled');
  expect(cancelled.event_type).toBeNull();
  expect(crm.received).toHaveLength(1);
  const feed = await exchange.call(world.sender.key, '/v1/events?limit=100');
  expect(feed.body.data.some((event: { id: string }) => event.id === cancelled.event_id)).toBe(false);
  expect((await exchange.call(world.sender.key, `/v1/events/${cancelled.event_id}`)).status).toBe(404);
  await crm.close();
});

test('an endpoint gets only the types it asked for, and a deleted one gets nothing more', async () => {
  const crm = await startReceiver();
  const hook = await subscribe(crm.url, { event_types: ['referral.withdrawn'] });
  const first = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.sender, first, 'withdraw'), 200);
  await crm.waitForType('referral.withdrawn', first);
  expect(crm.received).toHaveLength(1);
  expect((await remove(hook.id)).status).toBe(204);
  const second = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.sender, second, 'withdraw'), 200);
  expect(await exchange.sql('select id from deliveries where endpoint_id = ?', hook.id)).toHaveLength(1);
  expect(crm.received).toHaveLength(1);
  await crm.close();
});
