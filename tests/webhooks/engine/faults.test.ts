/** The engine under an injected clock, chance and queue: what must hold whatever goes wrong. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sign } from '../../../src/webhooks/posting/signature.ts';
import {
  always,
  answer,
  DAY_MS,
  deliveries,
  disable,
  enable,
  endpointRow,
  MINUTE_MS,
} from '../../support/engine.steps.ts';
import { assertOnBoth, START, startEngine } from '../../support/engine.ts';

const fault = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(200, 204) },
  { weight: 5, arbitrary: fc.constantFrom(301, 400, 401, 404, 500, 502, 504) },
  { weight: 2, arbitrary: fc.constant(429) },
  { weight: 2, arbitrary: fc.constant(0) },
);

describe('over random faults', () => {
  test('there are at most 11 attempts, all with the same id and body; bytes signed are bytes sent; nothing stays unsettled', async () => {
    await assertOnBoth(
      fc.asyncProperty(
        fc.array(fault, { minLength: 1, maxLength: 60 }),
        fc.array(fc.constantFrom('5', '0', '999999', 'soon', 'Wed, 21 Oct 2026 07:28:00 GMT'), {
          minLength: 1,
          maxLength: 5,
        }),
        // Where every message is lost each minute of all eight days asks anew: `queue.test.ts` has that, and is short.
        fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }).filter((losses) => losses.includes(false)),
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
          const recorded = engine.rows<{ count: number }>(
            'select (select count(*) from attempts) + (select count(first_started_at) from deliveries) as count',
          );
          expect(recorded[0]?.count).toBe(engine.posts.length);
        },
      ),
      25,
    );
  });

  test('whatever dies before or after any call of the database, every event arrives, and duplicates carry its id', async () => {
    await assertOnBoth(
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
      40,
    );
  });

  test('a disabled endpoint gets no POST, whenever it is disabled and enabled, and nothing is lost by that', async () => {
    await assertOnBoth(
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
      30,
    );
  });
});
