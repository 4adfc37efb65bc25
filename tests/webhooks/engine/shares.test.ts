/** What is due is woken in small shares: counted in messages and POSTs, never in time. */
import { expect, test } from 'vitest';
import { sweepDeliveries } from '../../../src/webhooks/engine/delivery.ts';
import { nextShareMax, SHARE_MAX, SHARE_MIN } from '../../../src/webhooks/engine/shares.ts';
import {
  always,
  answer,
  deliveries,
  disable,
  MINUTE_MS,
  replay,
  SECOND_MS,
} from '../../support/engine.steps.ts';
import { type Engine, type Receive, START, startEngine } from '../../support/engine.ts';

const BACKLOG = 80;
/** Who is woken when is the same as on D1, where the first tests are, and where each call takes its time. */
const startQuick = (receive: Receive) => startEngine(receive, {}, { inMemory: true });
const to = (practice_id: string) => ({
  parties: { inviter: { practice_id }, invitee: null },
});

/** An endpoint whose deliveries nobody was woken for. */
async function withBacklog(engine: Engine, practiceId: string, count = BACKLOG) {
  const endpoint = await engine.addEndpoint(practiceId);
  engine.state.loses = () => true;
  for (let index = 0; index < count; index += 1) await engine.record(to(practiceId));
  engine.state.loses = () => false;
  return endpoint;
}
const endpointIdOf = (engine: Engine, deliveryId: string) =>
  engine.rows<{ endpoint_id: string }>('select endpoint_id from deliveries where id = ?', deliveryId)[0]
    ?.endpoint_id;
const wokenOf = (engine: Engine) =>
  engine.queued.map(({ message }) => ({ goes_on_until: undefined, delivery_id: '', ...message }));
const leftOf = (engine: Engine) => deliveries(engine).filter(({ state }) => state === 'pending').length;

test('a sweep wakes a share of each endpoint, in turns, and the last of each share leads to the next one', async () => {
  const engine = await startEngine(always(200));
  const busy = await withBacklog(engine, 'prc_busy');
  const quiet = [];
  for (let index = 0; index < 5; index += 1) quiet.push(await withBacklog(engine, `prc_${index}`, 2));
  await sweepDeliveries(engine.context);
  const woken = wokenOf(engine).map((one) => ({ ...one, at: endpointIdOf(engine, one.delivery_id) }));
  const everybody = new Set([busy, ...quiet].map(({ id }) => id));
  expect(new Set(woken.slice(0, 6).map(({ at }) => at))).toEqual(everybody);
  expect(new Set(woken.slice(6, 12).map(({ at }) => at))).toEqual(everybody);
  expect(woken.slice(12).map(({ at }) => at)).toEqual(Array.from({ length: SHARE_MIN - 2 }, () => busy.id));
  const leading = woken.filter(({ goes_on_until }) => goes_on_until !== undefined);
  expect(new Set(leading.map(({ at }) => at))).toEqual(everybody);
  expect(leading).toHaveLength(6);
  expect(leading.at(-1)).toEqual(woken.at(-1));
});

test('a backlog drains to its end from one sweep, and no more than a share of it ever waits in the queue', async () => {
  let waitingMax = 0;
  const engine = await startEngine(() => {
    waitingMax = Math.max(waitingMax, engine.queued.length);
    return answer(200);
  });
  await withBacklog(engine, 'prc_busy');
  await engine.minute();
  expect(leftOf(engine)).toBe(0);
  expect(engine.posts).toHaveLength(BACKLOG);
  expect(waitingMax).toBeLessThanOrEqual(SHARE_MIN);
});

test.each([
  ['at once', 0, SHARE_MIN],
  ['in 60 ms', 60, 6],
  ['in seconds', 5 * SECOND_MS, SHARE_MAX],
])('of a receiver that answers %s as many are under way as keep it busy', async (_when, tookMs, shareMax) => {
  const waiting: number[] = [];
  const engine = await startQuick(() => {
    waiting.push(engine.queued.length);
    engine.state.now += tookMs;
    return answer(200);
  });
  await withBacklog(engine, 'prc_busy', 40);
  await sweepDeliveries(engine.context);
  expect(engine.queued).toHaveLength(SHARE_MIN);
  await engine.drain();
  // Behind the one that is posted the rest of its share waits.
  expect(Math.max(...waiting)).toBe(shareMax - 1);
  expect(nextShareMax(tookMs)).toBe(shareMax);
});

test('an event of somebody else waits behind a share of a backlog at most', async () => {
  let before = 0;
  const engine = await startQuick(async ({ url }) => {
    if (engine.posts.length === 35) {
      await engine.record(to('prc_quiet'));
      before = engine.posts.length;
    }
    if (url === quiet.url) expect(engine.posts.length - before).toBeLessThanOrEqual(SHARE_MIN);
    return answer(200);
  });
  await withBacklog(engine, 'prc_busy');
  const quiet = await engine.addEndpoint('prc_quiet');
  await engine.minute();
  expect(engine.posts.filter(({ url }) => url === quiet.url)).toHaveLength(1);
});

test('a receiver that recovers is sent what waited in shares, not all at once', async () => {
  let waitingMax = 0;
  const engine = await startQuick(() => {
    waitingMax = Math.max(waitingMax, engine.queued.length);
    return answer(200);
  });
  const { id } = await withBacklog(engine, 'prc_busy');
  engine.rows(
    'update webhook_endpoints set failures_count = 9, breaker_trips = 1, breaker_until = ? where id = ?',
    START - 1,
    id,
  );
  await sweepDeliveries(engine.context);
  expect(engine.queued).toHaveLength(1);
  await engine.drain();
  expect(leftOf(engine)).toBe(0);
  expect(waitingMax).toBeLessThanOrEqual(SHARE_MIN);
});

test('a replay of hundreds of events is posted in shares, in their order, from its first step to its last', async () => {
  let waitingMax = 0;
  const engine = await startQuick(() => {
    waitingMax = Math.max(waitingMax, engine.queued.length);
    return answer(200);
  });
  const { id } = await engine.addEndpoint();
  engine.rows(`update webhook_endpoints set event_types = '["practice.suspended"]'`);
  for (let index = 0; index < 250; index += 1) await engine.record();
  engine.rows("update webhook_endpoints set event_types = '[]'");
  await replay(engine, id, START);
  await engine.drain();
  expect(leftOf(engine)).toBe(0);
  const posted = engine.posts.map((post) => post.id);
  expect(posted).toHaveLength(250);
  expect(posted).toEqual(
    engine.rows<{ id: string }>('select id from events order by position').map((event) => event.id),
  );
  // The next step waits among them.
  expect(waitingMax).toBeLessThanOrEqual(SHARE_MIN + 1);
});

test('with the message that leads on lost, or its receiver hanging, the minute begins anew; after a minute a share leads no further', async () => {
  const engine = await startQuick(always(200));
  await withBacklog(engine, 'prc_busy', 60);
  engine.state.loses = (message) => 'goes_on_until' in message;
  await engine.minute();
  expect(leftOf(engine)).toBe(60 - (SHARE_MIN - 1));
  engine.state.loses = () => false;
  engine.state.hangs = () => engine.posts.length === 2 * SHARE_MIN - 1;
  await engine.minute();
  expect(engine.posts).toHaveLength(2 * SHARE_MIN - 1);
  engine.state.now += 61 * SECOND_MS;
  await engine.underWay[0]?.answer(answer(200));
  await engine.drain();
  expect(engine.posts).toHaveLength(2 * SHARE_MIN - 1);
  await engine.minute();
  expect(leftOf(engine)).toBe(0);
  expect(engine.posts).toHaveLength(60);
});

test('a share is led on also by one that cannot be posted any more', async () => {
  const engine = await startQuick(always(200));
  await withBacklog(engine, 'prc_busy', 3 * SHARE_MIN);
  await sweepDeliveries(engine.context);
  const leading = wokenOf(engine).find(({ goes_on_until }) => goes_on_until !== undefined);
  engine.rows(
    "update deliveries set state = 'delivered', next_attempt_at = null where id = ?",
    leading?.delivery_id ?? '',
  );
  await engine.drain();
  expect(leftOf(engine)).toBe(0);
});

test('a run of the minute looks at so many endpoints, and runs that begin elsewhere come to all of them', async () => {
  const engine = await startQuick(always(200));
  const COUNT = 600;
  await withBacklog(engine, 'prc_0', 1);
  for (let index = 1; index < COUNT; index += 1) await engine.addEndpoint(`prc_${index}`);
  // Everybody is told of the one event.
  engine.rows(
    `insert into event_recipients (practice_id, position, sequence, needs_feedback)
     select endpoint.practice_id, position, sequence, needs_feedback
     from event_recipients as told, webhook_endpoints as endpoint where endpoint.practice_id <> told.practice_id`,
  );
  engine.rows(
    `insert into deliveries (endpoint_id, position, state, next_attempt_at, created_at)
     select endpoint.id, position, state, next_attempt_at, due.created_at
     from deliveries as due, webhook_endpoints as endpoint where endpoint.id <> due.endpoint_id`,
  );
  await sweepDeliveries(engine.context);
  expect(engine.queued).toHaveLength(500);
  for (let minutes = 0; minutes < 3 && leftOf(engine) > 0; minutes += 1) {
    await engine.minute();
    engine.state.now += MINUTE_MS;
  }
  expect(leftOf(engine)).toBe(0);
});

test('a disabled endpoint’s backlog is nobody’s to wake', async () => {
  const engine = await startQuick(always(200));
  const { id } = await withBacklog(engine, 'prc_busy', 5);
  await disable(engine, id);
  await sweepDeliveries(engine.context);
  expect(engine.queued).toEqual([]);
});
