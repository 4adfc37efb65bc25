/** The engine under an injected clock: its schedule, its breaker, its leases and its memory. */
import { describe, expect, test } from 'vitest';
import {
  always,
  answer,
  DAY_MS,
  deliveries,
  endpointRow,
  eventTypes,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
} from '../../support/engine.steps.ts';
import { type Engine, type Post, START, startEngine } from '../../support/engine.ts';

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

test('a first attempt that is good stands with its delivery alone', async () => {
  const engine = await startEngine(always(200));
  await engine.addEndpoint();
  await engine.record();
  await engine.drain();
  expect(engine.rows('select * from attempts')).toEqual([]);
  expect(engine.rows('select first_started_at, first_status, attempts_count from deliveries')).toEqual([
    { first_started_at: START, first_status: 200, attempts_count: 1 },
  ]);
});

test('attempts are kept for 30 days', async () => {
  const engine = await startEngine(always(410));
  await engine.addEndpoint();
  await engine.record();
  await engine.drain();
  engine.state.now = START + 30 * DAY_MS - 1;
  await engine.minute();
  expect(engine.rows('select * from attempts')).toHaveLength(1);
  engine.state.now = START + 30 * DAY_MS + 1;
  await engine.minute();
  expect(engine.rows('select * from attempts')).toHaveLength(0);
});
