/** What no request shows: what a delivery and the engine's part of the minute cost in D1, beside thousands of others' rows. */
import { beforeAll, expect, test } from 'vitest';
import type { Settings } from '../../src/env.ts';
import { Database, Meter } from '../../src/platform/db/database.ts';
import { Vault } from '../../src/platform/vault/vault.ts';
import { deliver, sweepDeliveries } from '../../src/webhooks/engine/delivery.ts';
import { giveUpStale, releaseForgotten } from '../../src/webhooks/engine/upkeep.ts';
import type { DeliveryContext } from '../../src/webhooks/posting/context.ts';
import { testSecrets } from '../support/harness.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { createWorld, expectStatus, sendReferral } from '../support/world.ts';

const OTHERS = 3000;
const FOR_EVER = Number.MAX_SAFE_INTEGER;

const settings = {
  publicOrigin: 'http://127.0.0.1:8787',
  allowPrivateDestinations: true,
  dnsOverHttpsUrl: null,
  masterKeys: JSON.parse(testSecrets.MASTER_KEYS),
  linkKeys: JSON.parse(testSecrets.LINK_KEYS),
  ledgerKeys: JSON.parse(testSecrets.LEDGER_KEYS),
  blindIndexKey: testSecrets.BLIND_INDEX_KEY,
} as Settings;

let endpointId: string;
useWorld();
beforeAll(async () => {
  const hook = { body: { url: 'http://127.0.0.1:9/', event_types: ['referral.sent'] } };
  endpointId = expectStatus(await exchange.call(world.receiver.key, '/v1/webhook-endpoints', hook), 201).body
    .id;
});

/** What one piece of the engine's work costs. */
async function cost(work: (context: DeliveryContext) => Promise<unknown>, status = 200): Promise<Meter> {
  const meter = new Meter();
  await work({
    database: new Database(exchange.env.DB, meter),
    vault: new Vault(settings),
    settings,
    queue: { send: async () => {}, sendBatch: async () => {} } as unknown as DeliveryContext['queue'],
    fetcher: async () => new Response('x', { status }),
  });
  return meter;
}

/** A delivery that nobody but the test works on: held when it was written, so that no message of it is in the queue. */
async function newDelivery(): Promise<string> {
  await exchange.sql('update webhook_endpoints set enabled = 0 where id = ?', endpointId);
  await sendReferral(exchange, world);
  const [delivery] = await exchange.sql<{ id: string }>(
    `update deliveries set state = 'pending', next_attempt_at = 1 where endpoint_id = ? and state = 'held' returning id`,
    endpointId,
  );
  await exchange.sql(
    'update webhook_endpoints set enabled = 1, breaker_until = null, failures_count = 0, failing_since = null, healthy_at = ? where id = ?',
    Date.now(),
    endpointId,
  );
  return delivery?.id as string;
}

/** Of others: events, and an endpoint for each state with thousands of deliveries in it. */
async function addOthers(): Promise<void> {
  const others = await createWorld(exchange);
  const values = `with recursive n(value) as (select 1 union all select value + 1 from n where value < ${OTHERS})`;
  await exchange.sql(`${values}
    insert into events (id, type, actor, data, occurred_at) select 'evt_other' || value, 'practice.reinstated', 'operator', '{}', 1 from n`);
  await exchange.sql(
    "insert into event_recipients select ?, position, null, 0 from events where id like 'evt_other%'",
    others.sender.id,
  );
  const states = ['pending', 'held', 'delivered', 'exhausted', 'cancelled'];
  for (const state of states) {
    const hook = { body: { url: 'http://127.0.0.1:9/', event_types: ['referral.sent'] } };
    const { id } = expectStatus(
      await exchange.call(others.sender.key, '/v1/webhook-endpoints', hook),
      201,
    ).body;
    // Nobody works on them: what is pending waits behind an open breaker, what is held at a disabled endpoint.
    await exchange.sql(
      'update webhook_endpoints set breaker_until = ?, enabled = ? where id = ?',
      FOR_EVER,
      state === 'held' ? 0 : 1,
      id,
    );
    await exchange.sql(
      `insert into deliveries (endpoint_id, position, state, next_attempt_at, created_at)
       select ?, position, '${state}', iif('${state}' = 'pending', 1, null), ?
       from events where id like 'evt_other%'`,
      id,
      Date.now(),
    );
  }
}

async function measure() {
  const [delivered, failed, lost] = [await newDelivery(), await newDelivery(), await newDelivery()];
  await exchange.sql('update deliveries set lease_until = ? where id = ?', FOR_EVER, lost);
  return {
    'a delivery': await cost((context) => deliver(delivered, context)),
    'a delivery that leads to the next share': await cost(async (context) =>
      deliver(await newDelivery(), context, FOR_EVER),
    ),
    'a delivery that fails': await cost((context) => deliver(failed, context), 500),
    'a claim that is lost': await cost((context) => deliver(lost, context)),
    'the sweep': await cost(sweepDeliveries),
    'giving up what is stale': await cost(giveUpStale),
    'releasing what stands still': await cost(releaseForgotten),
  };
}

test('a delivery makes 2 D1 calls, and its rows are within their budget whatever others have', async () => {
  await measure();
  const before = await measure();
  await addOthers();
  const after = await measure();
  for (const [work, calls, rowsRead, rowsWritten] of [
    ['a delivery', 2, 33, 4],
    // On a slow machine what failed before is due again by then, and stands among what is looked through.
    ['a delivery that leads to the next share', 2, 41, 4],
    // The first failure of an endpoint: one row more where the operator looks for those that fail.
    ['a delivery that fails', 2, 35, 7],
    ['a claim that is lost', 1, 7, 0],
    ['the sweep', 1, 20, 0],
    ['giving up what is stale', 1, 40, 0],
    ['releasing what stands still', 1, 12, 0],
  ] as const) {
    for (const meter of [before[work], after[work]]) {
      expect([work, meter.calls]).toEqual([work, calls]);
      expect([work, meter.rowsRead <= rowsRead, meter.rowsRead]).toEqual([work, true, meter.rowsRead]);
      expect([work, meter.rowsWritten <= rowsWritten, meter.rowsWritten]).toEqual([
        work,
        true,
        meter.rowsWritten,
      ]);
    }
  }
});
