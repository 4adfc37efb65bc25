/** Every kind of delivery: what it asks D1 from its message to its end, and how long that takes. */
import type { Exchange } from '../../tests/support/harness.ts';
import { answering, type Behaviour, startReceiver } from '../../tests/support/receiver.ts';
import { until } from '../../tests/support/until.ts';
import { createWorld, expectStatus, referralInput, type World } from '../../tests/support/world.ts';
import { type Cost, costOf, lookAt } from '../start.ts';
import { type Timing, timingOf } from './timing.ts';

const DELIVERIES_COUNT = 20;
const LOOKS_COUNT = 3;

export interface MeasuredDelivery extends Cost {
  readonly name: string;
  readonly alone: Timing;
}

interface Kind {
  readonly name: string;
  readonly endpoint: Record<string, unknown>;
  readonly behaves?: Behaviour;
  /** By which it can be seen that it is done. */
  readonly ends: string;
}

const KINDS: readonly Kind[] = [
  { name: 'thin payload', endpoint: {}, ends: "state = 'delivered'" },
  { name: 'full payload', endpoint: { payload: 'full' }, ends: "state = 'delivered'" },
  { name: 'as a CloudEvent', endpoint: { format: 'cloudevents' }, ends: "state = 'delivered'" },
  { name: 'flat, for a spreadsheet', endpoint: { format: 'flat' }, ends: "state = 'delivered'" },
  { name: 'the receiver fails (500)', endpoint: {}, behaves: answering(500), ends: 'attempts_count = 1' },
  { name: 'the receiver refuses (422)', endpoint: {}, behaves: answering(422), ends: 'attempts_count = 1' },
];

const send = async (exchange: Exchange, { sender, receiver }: World) =>
  expectStatus(
    await exchange.call(sender.key, '/v1/referrals', {
      body: referralInput(receiver, { allow_duplicate: true }),
    }),
    201,
  ).body.id as string;

async function measure(
  exchange: Exchange,
  { name, endpoint, behaves, ends }: Kind,
): Promise<MeasuredDelivery> {
  const world = await createWorld(exchange);
  const crm = await startReceiver(behaves);
  const body = { url: crm.url, event_types: ['referral.sent'], ...endpoint };
  const { id } = expectStatus(
    await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body }),
    201,
  ).body;
  const healthy = () =>
    exchange.sql(
      `update webhook_endpoints set confirmed_at = 1, healthy_at = ?, breaker_until = null, breaker_trips = 0,
         failures_count = 0, failing_since = null, health_version = health_version + 1 where id = ?`,
      Date.now(),
      id,
    );
  const deliver = async () => {
    await healthy();
    const startedAt = performance.now();
    const referralId = await send(exchange, world);
    await until(
      () =>
        exchange.sql<{ n: number }>(
          `select count(*) as n from events join deliveries on deliveries.position = events.position
           where events.referral_id = ? and deliveries.endpoint_id = ? and deliveries.${ends}`,
          referralId,
          id,
        ),
      ([found]) => found?.n === 1,
    );
    return performance.now() - startedAt;
  };
  await deliver();
  // The least of a few: what a delivery before it still had to write is none of its own.
  const costs: Cost[] = [];
  for (let look = 0; look < LOOKS_COUNT; look += 1) {
    const { calls } = await lookAt(exchange, deliver);
    // Those that name the endpoint: its delivery's, and not those of others that are tried again meanwhile.
    costs.push(costOf(calls.filter((call) => JSON.stringify(call.map(({ values }) => values)).includes(id))));
  }
  const [cost] = costs.toSorted((a, b) => a.statements - b.statements) as [Cost];
  const milliseconds: number[] = [];
  const startedAt = performance.now();
  for (let count = 0; count < DELIVERIES_COUNT; count += 1) milliseconds.push(await deliver());
  const alone = timingOf(milliseconds, performance.now() - startedAt);
  await crm.close();
  return { name, ...cost, alone };
}

export async function measureDeliveries(exchange: Exchange): Promise<MeasuredDelivery[]> {
  const measured: MeasuredDelivery[] = [];
  for (const kind of KINDS) measured.push(await measure(exchange, kind));
  return measured;
}
