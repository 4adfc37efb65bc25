/** The engine under an injected clock: what is disabled, held and replayed in order. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  always,
  answer,
  DAY_MS,
  deliveries,
  disable,
  enable,
  endpointRow,
  eventTypes,
  HOUR_MS,
  MINUTE_MS,
} from '../../support/engine.steps.ts';
import { assertOnBoth, START, startEngine } from '../../support/engine.ts';

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
    const engine = await startEngine(always(500), {}, { inMemory: true });
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
    await assertOnBoth(
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
             where d.delivered_at is not null order by d.delivered_at, e.position`,
          );
          expect(succeeded.map((one) => one.id)).toEqual(order);
          expect([...new Set(engine.posts.map((post) => post.id))]).toEqual(order);
          expect(endpointRow(engine, id).replay_head_position).toBeNull();
        },
      ),
      100,
    );
  });

  test('a held event that always fails lets the next one pass after three attempts', async () => {
    let poison = '';
    const engine = await startEngine(({ id }) => answer(id === poison ? 400 : 200));
    const { id } = await engine.addEndpoint();
    await disable(engine, id);
    for (let index = 0; index < 3; index += 1) await engine.record();
    [{ id: poison }] = engine.rows<{ id: string }>(
      "select id from events where type = 'partnership.paused' order by position limit 1",
    ) as [{ id: string }];
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
    expect(eventTypes(engine)).toEqual(['endpoint.disabled', 'delivery.exhausted']);
  });
});
