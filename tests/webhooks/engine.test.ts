/** The engine under an injected clock, chance, queue and receivers: what must hold whatever goes wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { updateEndpoint } from '../../src/webhooks/endpoints.repository.ts';
import { healthyAt } from '../../src/webhooks/health.ts';
import { holdPendingDeliveries, releaseNextHeld } from '../../src/webhooks/queueing.repository.ts';
import { sign } from '../../src/webhooks/signature.ts';
import { type Engine, type Post, type Receive, START, startEngine } from '../support/engine.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response(status === 204 ? null : 'x', { status, headers });
const always =
  (status: number): Receive =>
  () =>
    answer(status);

const eventTypes = (engine: Engine) =>
  engine
    .rows<{ type: string }>("select type from events where type like 'endpoint.%' or type like 'delivery.%'")
    .map(({ type }) => type);
const deliveries = (engine: Engine) =>
  engine.rows<{ id: string; state: string; attempts_count: number; next_attempt_at: number | null }>(
    'select * from deliveries order by position',
  );
const endpointRow = (engine: Engine, id: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: a row of any shape
  engine.rows<any>('select * from webhook_endpoints where id = ?', id)[0];

/** What the routes write when the owner disables or enables. */
async function disable(engine: Engine, id: string) {
  const { query } = engine.database;
  const change = { enabled: false, disabled_reason: 'owner' as const, replay_head_id: null };
  await engine.database.batch([
    updateEndpoint(query, id, endpointRow(engine, id).version, change),
    holdPendingDeliveries(query, id),
  ]);
}
async function enable(engine: Engine, id: string) {
  const { query } = engine.database;
  const change = { enabled: true, disabled_reason: null, ...healthyAt(engine.state.now) };
  const [, , released] = await engine.database.batch([
    updateEndpoint(query, id, endpointRow(engine, id).version, change),
    ...releaseNextHeld(query, id, null, engine.state.now),
  ]);
  for (const { delivery_id } of released)
    engine.queued.push({ message: { delivery_id }, at: engine.state.now });
}

describe('the schedule', () => {
  test('an event that always fails is tried eleven times, at the times of the schedule to the second or the next minute', async () => {
    const engine = await startEngine(always(500));
    await engine.addEndpoint();
    await engine.record();
    await engine.runUntil(START + 8 * DAY_MS);
    // What the queue cannot carry, beyond 30 minutes, is found by the minute.
    expect(engine.posts.map(({ at }) => (at - START) / SECOND_MS)).toEqual([
      0, 5, 65, 365, 2165, 9420, 27_420, 63_420, 113_820, 185_820, 272_220,
    ]);
    expect(deliveries(engine)).toMatchObject([
      { state: 'exhausted', attempts_count: 11, next_attempt_at: null },
    ]);
    expect(eventTypes(engine)).toEqual(['endpoint.failing', 'delivery.exhausted']);
  });

  test('with jitter it is never later than that', async () => {
    const engine = await startEngine(always(500));
    engine.state.random = 0.999;
    await engine.addEndpoint();
    await engine.record();
    await engine.runUntil(START + 8 * DAY_MS);
    const waits = engine.posts.slice(1).map(({ at }, index) => at - (engine.posts[index] as Post).at);
    expect(waits.map((wait) => wait / SECOND_MS).slice(0, 3)).toEqual([5, 49, 241]);
    expect(engine.posts).toHaveLength(11);
  });
});

describe('the breaker', () => {
  test('opens after 5 failures in a row; while it is open nothing is posted and no attempt is used up', async () => {
    const engine = await startEngine(always(503));
    const { id } = await engine.addEndpoint();
    for (let index = 0; index < 20; index += 1) await engine.record();
    await engine.drain();
    expect(engine.posts).toHaveLength(5);
    expect(endpointRow(engine, id)).toMatchObject({
      breaker_trips: 1,
      breaker_until: START + 30 * SECOND_MS,
    });
    expect(deliveries(engine).map(({ attempts_count }) => attempts_count)).toEqual([
      ...Array.from({ length: 5 }, () => 1),
      ...Array.from({ length: 15 }, () => 0),
    ]);
    await engine.runUntil(START + 29 * SECOND_MS);
    expect(engine.posts).toHaveLength(5);
    expect(eventTypes(engine)).toEqual(['endpoint.failing']);
  });

  test('lets one probe through at 30 s × 2ⁿ, at most every hour', async () => {
    const engine = await startEngine(always(503));
    await engine.addEndpoint();
    for (let index = 0; index < 40; index += 1) await engine.record();
    await engine.runUntil(START + 5 * HOUR_MS);
    const probes = engine.posts.slice(5).map(({ at }) => at - START);
    const waits = probes.map((at, index) => at - (probes[index - 1] ?? 0));
    // To the next minute where no message of the queue was due just then.
    const due = [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600].map((seconds) => seconds * SECOND_MS);
    expect(waits.length).toBeLessThanOrEqual(due.length);
    expect(waits.length).toBeGreaterThanOrEqual(9);
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(due[index] as number);
      expect(wait).toBeLessThanOrEqual((due[index] as number) + MINUTE_MS);
    }
  });

  test('closes with the first success: what waited is posted at once, and the owner is told', async () => {
    let works = false;
    const engine = await startEngine(() => answer(works ? 204 : 500));
    const { id } = await engine.addEndpoint();
    for (let index = 0; index < 30; index += 1) await engine.record();
    await engine.drain();
    works = true;
    await engine.runUntil(START + 2 * MINUTE_MS);
    expect(deliveries(engine).every(({ state }) => state === 'delivered')).toBe(true);
    expect(engine.posts).toHaveLength(35);
    expect(eventTypes(engine)).toEqual(['endpoint.failing', 'endpoint.recovered']);
    expect(endpointRow(engine, id)).toMatchObject({
      failures_count: 0,
      breaker_until: null,
      breaker_trips: 0,
    });
  });

  test('what it keeps waiting for 7 days is given up visibly', async () => {
    const engine = await startEngine(always(500));
    const { id } = await engine.addEndpoint();
    await engine.record();
    // Nobody ever probes: the breaker stays open for longer than anything may wait.
    engine.rows('update webhook_endpoints set breaker_until = ? where id = ?', START + 20 * DAY_MS, id);
    await engine.runUntil(START + 7 * DAY_MS - MINUTE_MS);
    expect(deliveries(engine)).toMatchObject([{ state: 'pending', attempts_count: 0 }]);
    await engine.runUntil(START + 7 * DAY_MS + MINUTE_MS);
    expect(deliveries(engine)).toMatchObject([{ state: 'exhausted', attempts_count: 0 }]);
    expect(eventTypes(engine)).toEqual(['delivery.exhausted']);
    expect(engine.posts).toEqual([]);
  });

  test('the endpoints take turns in the sweep: a long queue of one does not hold up another', async () => {
    const engine = await startEngine(always(200));
    await engine.addEndpoint('prc_busy');
    await engine.addEndpoint('prc_quiet');
    engine.state.loses = () => true;
    const to = (practice_id: string) => [{ practice_id, sequence: null, needs_feedback: false }];
    for (let index = 0; index < 600; index += 1) await engine.record({ recipients: to('prc_busy') });
    await engine.record({ recipients: to('prc_quiet') });
    engine.state.loses = () => false;
    await engine.minute();
    expect(engine.posts).toHaveLength(500);
    expect(engine.rows("select state from deliveries where practice_id = 'prc_quiet'")).toEqual([
      { state: 'delivered' },
    ]);
  });
});

describe('disabling', () => {
  test('410 disables at once: everything is held, and nothing more is posted', async () => {
    const engine = await startEngine(always(410));
    const { id } = await engine.addEndpoint();
    await engine.record();
    await engine.drain();
    await engine.record();
    await engine.runUntil(START + DAY_MS);
    expect(engine.posts).toHaveLength(1);
    expect(deliveries(engine).map(({ state }) => state)).toEqual(['held', 'held']);
    expect(endpointRow(engine, id)).toMatchObject({ enabled: 0, disabled_reason: 'gone', version: 2 });
    expect(eventTypes(engine)).toEqual(['endpoint.disabled']);
  });

  test('five days without a success disable, with at least 10 failures over at least 12 hours, and not before', async () => {
    const engine = await startEngine(always(500));
    const { id } = await engine.addEndpoint();
    for (let hour = 0; hour < 119; hour += 1) {
      await engine.record();
      await engine.runUntil(START + (hour + 1) * HOUR_MS);
    }
    expect(endpointRow(engine, id).enabled).toBe(1);
    await engine.runUntil(START + 122 * HOUR_MS);
    expect(endpointRow(engine, id)).toMatchObject({ enabled: 0, disabled_reason: 'failing' });
    expect(eventTypes(engine).filter((type) => type === 'endpoint.disabled')).toHaveLength(1);
  });

  test('an endpoint that was quiet for a week is not disabled by an hour of failures', async () => {
    const engine = await startEngine(always(500));
    const { id } = await engine.addEndpoint();
    await engine.runUntil(START + 7 * DAY_MS);
    for (let index = 0; index < 30; index += 1) await engine.record();
    await engine.runUntil(START + 7 * DAY_MS + 11 * HOUR_MS);
    expect(endpointRow(engine, id).enabled).toBe(1);
  });

  test('held events are replayed once and in order, new ones queue up behind them, a short failure changes nothing of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (heldCount, laterCount, faults) => {
          const failing = [...faults];
          const failedOf = new Map<string, number>();
          const engine = await startEngine(({ id }) => {
            const failed = failedOf.get(id) ?? 0;
            if (failed < 2 && failing.shift()) {
              failedOf.set(id, failed + 1);
              return answer(500);
            }
            return answer(200);
          });
          const { id } = await engine.addEndpoint();
          await disable(engine, id);
          for (let index = 0; index < heldCount; index += 1) await engine.record();
          await engine.runUntil(START + HOUR_MS);
          expect(engine.posts).toEqual([]);
          await enable(engine, id);
          for (let index = 0; index < laterCount; index += 1) await engine.record();
          await engine.runUntil(START + 5 * HOUR_MS);
          const order = engine
            .rows<{ id: string }>("select id from events where type = 'partnership.paused' order by position")
            .map((event) => event.id);
          const succeeded = engine.rows<{ id: string }>(
            `select e.id from deliveries as d join events as e on e.position = d.position
             join attempts as a on a.delivery_id = d.id where a.status = 200 order by a.started_at, d.delivered_at, e.position`,
          );
          expect(succeeded.map((one) => one.id)).toEqual(order);
          expect([...new Set(engine.posts.map((post) => post.id))]).toEqual(order);
          expect(endpointRow(engine, id).replay_head_id).toBeNull();
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a held event that always fails lets the next one pass after three attempts', async () => {
    let poison = '';
    const engine = await startEngine(({ id }) => answer(id === poison ? 400 : 200));
    const { id } = await engine.addEndpoint();
    await disable(engine, id);
    for (let index = 0; index < 3; index += 1) await engine.record();
    [{ id: poison }] = engine.rows<{ id: string }>('select id from events order by position limit 1') as [
      { id: string },
    ];
    await enable(engine, id);
    await engine.runUntil(START + 10 * MINUTE_MS);
    expect(deliveries(engine).map(({ state }) => state)).toEqual(['pending', 'delivered', 'delivered']);
    expect(engine.posts.map((post) => post.id === poison)).toEqual([true, true, true, false, false, true]);
  });

  test('what was held for 30 days is given up visibly', async () => {
    const engine = await startEngine(always(200));
    const { id } = await engine.addEndpoint();
    await disable(engine, id);
    await engine.record();
    await engine.runUntil(START + 2 * MINUTE_MS);
    engine.state.now = START + 30 * DAY_MS - MINUTE_MS;
    await engine.minute();
    expect(deliveries(engine)).toMatchObject([{ state: 'held' }]);
    engine.state.now = START + 30 * DAY_MS;
    await engine.minute();
    expect(deliveries(engine)).toMatchObject([{ state: 'exhausted' }]);
    expect(eventTypes(engine)).toEqual(['delivery.exhausted']);
  });
});

const fault = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(200, 204) },
  { weight: 5, arbitrary: fc.constantFrom(301, 400, 401, 404, 500, 502, 504) },
  { weight: 2, arbitrary: fc.constant(429) },
  { weight: 2, arbitrary: fc.constant(0) },
);

describe('over random faults', () => {
  test('there are at most 11 attempts, all with the same id and body; bytes signed are bytes sent; nothing stays unsettled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fault, { minLength: 1, maxLength: 60 }),
        fc.array(fc.constantFrom('5', '0', '999999', 'soon', 'Wed, 21 Oct 2026 07:28:00 GMT'), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 6 }),
        async (faults, retryAfters, losses, random, eventsCount) => {
          let turn = 0;
          const engine = await startEngine(() => {
            const status = faults[turn++ % faults.length] as number;
            if (status === 0) throw new Error('refused');
            return answer(status, { 'Retry-After': retryAfters[turn % retryAfters.length] as string });
          });
          let messages = 0;
          engine.state.random = random;
          engine.state.loses = () => losses[messages++ % losses.length] as boolean;
          const { id: endpointId, secret } = await engine.addEndpoint();
          for (let index = 0; index < eventsCount; index += 1) await engine.record();
          await engine.runUntil(START + 8 * DAY_MS);

          const ids = engine.rows<{ id: string; state: string; attempts_count: number }>(
            'select e.id, d.state, d.attempts_count from deliveries as d join events as e on e.position = d.position',
          );
          expect(ids).toHaveLength(eventsCount);
          for (const { id, state, attempts_count } of ids) {
            const posts = engine.posts.filter((post) => post.id === id);
            // Busy for five days on end is failing for five days.
            if (endpointRow(engine, endpointId).enabled) expect(['delivered', 'exhausted']).toContain(state);
            else expect(['delivered', 'exhausted', 'held']).toContain(state);
            expect(posts.length).toBeLessThanOrEqual(11);
            expect(posts.length).toBe(attempts_count);
            expect(new Set(posts.map(({ body }) => body)).size).toBeLessThanOrEqual(1);
            for (const { headers, body, at } of posts) {
              const timestamp = Number(headers['webhook-timestamp']);
              expect(timestamp).toBe(Math.floor(at / 1000));
              expect(headers['webhook-signature']).toBe(await sign(secret, { id, timestamp, body }));
            }
          }
          const recorded = engine.rows<{ count: number }>('select count(*) as count from attempts');
          expect(recorded[0]?.count).toBe(engine.posts.length);
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  test('whatever dies before or after any call of the database, every event arrives, and duplicates carry its id', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (chances, eventsCount) => {
          const engine = await startEngine(always(200));
          await engine.addEndpoint();
          for (let index = 0; index < eventsCount; index += 1) await engine.record();
          let call = 0;
          const end = START + 30 * MINUTE_MS;
          engine.state.crashes = () => engine.state.now < end && chances[call++ % chances.length] === 0;
          await engine.runUntil(end + 10 * MINUTE_MS);
          expect(deliveries(engine).map(({ state }) => state)).toEqual(
            Array.from({ length: eventsCount }, () => 'delivered'),
          );
          const ids = engine.rows<{ id: string }>('select id from events').map(({ id }) => id);
          expect(new Set(engine.posts.map(({ id }) => id))).toEqual(new Set(ids));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a disabled endpoint gets no POST, whenever it is disabled and enabled, and nothing is lost by that', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 2, maxLength: 8 }),
        fc.array(fc.constantFrom(200, 200, 500), { minLength: 1, maxLength: 20 }),
        async (minutes, statuses) => {
          let turn = 0;
          const engine = await startEngine(() => answer(statuses[turn++ % statuses.length] as number));
          const { id } = await engine.addEndpoint();
          let enabled = true;
          for (const wait of minutes) {
            await engine.record();
            await (enabled ? disable : enable)(engine, id);
            enabled = !enabled;
            const before = engine.posts.length;
            await engine.record();
            await engine.runUntil(engine.state.now + wait * MINUTE_MS);
            if (!enabled) expect(engine.posts.length).toBe(before);
          }
          if (!enabled) await enable(engine, id);
          statuses.splice(0, statuses.length, 200);
          await engine.runUntil(engine.state.now + 2 * DAY_MS);
          expect(deliveries(engine).every(({ state }) => state === 'delivered')).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });
});

test('two workers whose leases overlapped record one attempt, and the delivery goes on', async () => {
  let first = true;
  const engine: Engine = await startEngine(async () => {
    if (first) {
      first = false;
      // The worker stalls for longer than its lease; meanwhile another one does the work.
      engine.state.now += 2 * MINUTE_MS;
      await engine.minute();
    }
    return answer(500);
  });
  await engine.addEndpoint();
  await engine.record();
  await engine.drain();
  expect(deliveries(engine)).toMatchObject([{ state: 'pending', attempts_count: 1 }]);
  expect(engine.rows('select number from attempts')).toEqual([{ number: 1 }]);
  expect(engine.posts).toHaveLength(2);
});

test('attempts are kept for 30 days', async () => {
  const engine = await startEngine(always(200));
  await engine.addEndpoint();
  await engine.record();
  await engine.drain();
  engine.state.now = START + 30 * DAY_MS - 1;
  await engine.minute();
  expect(engine.rows('select * from attempts')).toHaveLength(1);
  engine.state.now = START + 30 * DAY_MS + 1;
  await engine.minute();
  expect(engine.rows('select * from attempts')).toHaveLength(0);
  expect(deliveries(engine)).toMatchObject([{ state: 'delivered' }]);
});
