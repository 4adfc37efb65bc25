/** A whole life with an endpoint on each side that gets every event: what it asks D1, and what it costs to run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exchange } from '../../tests/support/harness.ts';
import { startReceiver } from '../../tests/support/receiver.ts';
import { until } from '../../tests/support/until.ts';
import { createWorld, expectStatus, move, referralInput } from '../../tests/support/world.ts';
import { type Cost, costOf, lookAt } from '../start.ts';
import { childrenMs } from './cpu.ts';

const LIVES_COUNT = 30;
const SETTLES_MS = 2000;
const REQUESTS = 6;
/** Four events, each for an endpoint on each side. */
const MESSAGES = 8;

export interface MeasuredLife extends Cost {
  readonly requests: number;
  readonly messages: number;
  /** Of the whole runtime, the database included. */
  readonly cpu_ms: number;
}

export async function measureLife(exchange: Exchange): Promise<MeasuredLife> {
  const world = await createWorld(exchange);
  const { sender, receiver } = world;
  const crm = await startReceiver();
  for (const { key } of [sender, receiver])
    expectStatus(await exchange.call(key, '/v1/webhook-endpoints', { body: { url: crm.url } }), 201);
  await exchange.sql(
    'update webhook_endpoints set confirmed_at = 1, healthy_at = ? where confirmed_at is null',
    Date.now(),
  );
  const live = async () => {
    const before = crm.received.length;
    const body = referralInput(receiver);
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const { id } = expectStatus(
      await exchange.call(sender.key, '/v1/referrals', { body, headers }),
      201,
    ).body;
    const read = async () => expectStatus(await exchange.call(receiver.key, `/v1/referrals/${id}`), 200);
    const go = async (name: string) => expectStatus(await move(exchange, receiver, id, name), 200);
    await read();
    await go('accept');
    await read();
    await go('engage');
    await go('complete');
    // By what the receivers got: asking the database again and again would be most of what is measured.
    await until(
      async () => crm.received.length - before,
      (received) => received === MESSAGES,
    );
  };
  await live();
  const { calls } = await lookAt(exchange, async () => {
    await live();
    // The last of them is written down after its answer.
    await sleep(SETTLES_MS);
  });
  const before = childrenMs();
  for (let lives = 0; lives < LIVES_COUNT; lives += 1) await live();
  const after = childrenMs();
  await crm.close();
  return {
    ...costOf(calls),
    requests: REQUESTS,
    messages: MESSAGES,
    cpu_ms: before === null || after === null ? 0 : Math.round((after - before) / LIVES_COUNT),
  };
}
