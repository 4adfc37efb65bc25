/**
 * How fast a backlog leaves, and what it does to others: `npm run bench:backlog`. Figures, never pass or fail. Many due
 * deliveries for many endpoints, then a healthy endpoint beside one with very many pending: while that one is dead, and
 * while it drains.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgress } from '../scripts/local/progress.ts';
import build from '../tests/support/build.ts';
import { type Exchange, startExchange } from '../tests/support/harness.ts';
import {
  befriend,
  createPractice,
  createWorld,
  expectStatus,
  type Practice,
  referralInput,
  type World,
} from '../tests/support/world.ts';
import { addDue } from './load/pending.ts';
import { describeMachine, percentile, percentiles } from './support.ts';

const DUE = { practices: 5, endpointsEach: 10, eventsEach: 200 };
const PENDING_OF_ONE = 100_000;
const SENT = { referrals: 60, everyMs: 250 };
const MINUTE_MS = 60_000;
const DRAIN_MS_MAX = 600_000;
const EVENTS_PER_STATEMENT = 20_000;

/** Counts, and keeps when each event came first. */
async function startCounter() {
  const firsts = new Map<string, number>();
  const state = { count: 0, status: 200 };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = String(request.headers['webhook-id']);
      state.count += 1;
      if (!firsts.has(id)) firsts.set(id, Date.now());
      response.writeHead(state.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { state, firsts, url, close: () => server.close() };
}

async function addEndpoint(exchange: Exchange, { key }: Practice, url: string): Promise<string> {
  const answer = await exchange.call(key, '/v1/webhook-endpoints', { body: { url } });
  const { id } = expectStatus(answer, 201).body;
  await exchange.sql(
    'update webhook_endpoints set confirmed_at = 1, healthy_at = ? where id = ?',
    Date.now(),
    id,
  );
  return id;
}

/** Events of a practice that are due at all of its endpoints. */
async function addDueOf(exchange: Exchange, { id }: Practice, count: number): Promise<void> {
  for (let done = 0; done < count; done += EVENTS_PER_STATEMENT)
    await addDue(exchange, `practice_id = '${id}'`, Math.min(EVENTS_PER_STATEMENT, count - done), Date.now());
}

/** The cron trigger, until what is awaited is true. */
async function minutesUntil(exchange: Exchange, isDone: () => boolean): Promise<void> {
  const startedAt = Date.now();
  for (let minutes = 0; !isDone() && Date.now() - startedAt < DRAIN_MS_MAX; minutes += 1) {
    await exchange.minute();
    while (!isDone() && Date.now() - startedAt < (minutes + 1) * MINUTE_MS) await sleep(50);
  }
}

async function drainMany(exchange: Exchange, world: World): Promise<void> {
  const crm = await startCounter();
  const total = DUE.practices * DUE.endpointsEach * DUE.eventsEach;
  const progress = startProgress('due deliveries', total);
  for (let index = 0; index < DUE.practices; index += 1) {
    const practice = await createPractice(exchange, world.operator, { name: `Practice ${index}` });
    for (let endpoint = 0; endpoint < DUE.endpointsEach; endpoint += 1)
      await addEndpoint(exchange, practice, crm.url);
    await addDueOf(exchange, practice, DUE.eventsEach);
  }
  const startedAt = Date.now();
  let shown = 0;
  await minutesUntil(exchange, () => {
    progress.advance(crm.state.count - shown);
    shown = crm.state.count;
    return crm.state.count >= total;
  });
  progress.stop();
  const seconds = (Date.now() - startedAt) / 1000;
  console.log(
    `${crm.state.count} of ${total} due deliveries for ${DUE.practices * DUE.endpointsEach} endpoints left in ${seconds.toFixed(1)} s: ${(crm.state.count / seconds).toFixed(0)} a second`,
  );
  crm.close();
}

/** From the commit to the receipt, in milliseconds, of referrals sent at a steady pace. */
async function sendSteadily(exchange: Exchange, world: World, crm: Awaited<ReturnType<typeof startCounter>>) {
  const before = new Set(crm.firsts.keys());
  const startedAt = performance.now();
  for (let index = 0; index < SENT.referrals; index += 1) {
    await sleep(Math.max(0, startedAt + index * SENT.everyMs - performance.now()));
    expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', {
        body: referralInput(world.receiver, { allow_duplicate: true }),
      }),
      201,
    );
  }
  await sleep(2000);
  // Of one practice's only so many may wait at another.
  await exchange.sql("update referrals set state = 'completed', sender_state = 'completed'");
  const rows = await exchange.sql<{ id: string; occurred_at: number }>(
    `select event.id, event.occurred_at from events as event join event_recipients as told
       on told.position = event.position and told.practice_id = ? where event.type = 'referral.sent'`,
    world.receiver.id,
  );
  return rows.flatMap(({ id, occurred_at }) => {
    const at = crm.firsts.get(id);
    return at === undefined || before.has(id) ? [] : [at - occurred_at];
  });
}

async function besideBacklog(exchange: Exchange): Promise<void> {
  const world = await createWorld(exchange);
  const crm = await startCounter();
  await addEndpoint(exchange, world.receiver, crm.url);
  await sendSteadily(exchange, world, crm);
  const before = await sendSteadily(exchange, world, crm);
  const other = await createPractice(exchange, world.operator, { name: 'With a backlog' });
  await befriend(exchange, world.sender, other);
  const heavy = await startCounter();
  heavy.state.status = 500;
  const heavyId = await addEndpoint(exchange, other, heavy.url);
  await addDueOf(exchange, other, PENDING_OF_ONE);
  const minutes = setInterval(() => void exchange.minute(), MINUTE_MS / 4);
  await exchange.minute();
  const dead = await sendSteadily(exchange, world, crm);
  heavy.state.status = 200;
  await exchange.sql(
    'update webhook_endpoints set breaker_until = null, breaker_trips = 0, failures_count = 0, failing_since = null, health_version = health_version + 1 where id = ?',
    heavyId,
  );
  await exchange.minute();
  const drained = heavy.state.count;
  const drainsSince = Date.now();
  const draining = await sendSteadily(exchange, world, crm);
  const perSecond = ((heavy.state.count - drained) * 1000) / (Date.now() - drainsSince);
  clearInterval(minutes);
  // Before and after, so that a mood of the machine meets both.
  await exchange.sql(
    "update deliveries set state = 'cancelled', next_attempt_at = null where endpoint_id = ? and state = 'pending'",
    heavyId,
  );
  const alone = [...before, ...(await sendSteadily(exchange, world, crm))];
  console.table({
    alone: { deliveries: alone.length, ...percentiles(alone) },
    [`beside ${PENDING_OF_ONE} pending of a dead endpoint`]: {
      deliveries: dead.length,
      ...percentiles(dead),
    },
    'while those drain': { deliveries: draining.length, ...percentiles(draining) },
  });
  const ratio = (some: readonly number[]) => (percentile(some, 95) / percentile(alone, 95)).toFixed(2);
  console.log(
    `p95 against alone: ${ratio(dead)} times beside the dead one, ${ratio(draining)} times while it drains, at ${perSecond.toFixed(0)} a second`,
  );
  crm.close();
  heavy.close();
}

await build();
const exchange = await startExchange();
await drainMany(exchange, await createWorld(exchange));
await besideBacklog(exchange);
console.log(describeMachine());
await exchange.close();
process.exit();
