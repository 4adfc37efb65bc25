/** The engine under an injected queue and process: what they may do to a message, and when they may die. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliver } from '../../../src/webhooks/engine/delivery.ts';
import {
  always,
  answer,
  deliveries,
  disable,
  enable,
  HOUR_MS,
  MINUTE_MS,
} from '../../support/engine.steps.ts';
import { assertOnBoth, type Engine, START, startEngine } from '../../support/engine.ts';

const eventIds = (engine: Engine) =>
  engine
    .rows<{ id: string }>("select id from events where type = 'partnership.paused' order by position")
    .map(({ id }) => id);
const postedIds = (engine: Engine) => engine.posts.map(({ id }) => id);

describe('messages of the queue', () => {
  test('dropped: every event is found by the next minute and posted once', async () => {
    const engine = await startEngine(always(200));
    await engine.addEndpoint();
    engine.state.loses = () => true;
    for (let index = 0; index < 5; index += 1) await engine.record();
    engine.state.loses = () => false;
    await engine.runUntil(START + MINUTE_MS);
    expect(postedIds(engine)).toEqual(eventIds(engine));
    expect(deliveries(engine).every(({ state }) => state === 'delivered')).toBe(true);
  });

  test('duplicated: each copy after the first does nothing', async () => {
    const engine = await startEngine(always(200));
    await engine.addEndpoint();
    engine.state.copies = () => 3;
    for (let index = 0; index < 5; index += 1) await engine.record();
    expect(engine.queued).toHaveLength(15);
    await engine.runUntil(START + HOUR_MS);
    expect(postedIds(engine)).toEqual(eventIds(engine));
  });

  test('duplicated: a copy that comes before its time does not hurry a retry', async () => {
    const engine = await startEngine(always(500));
    await engine.addEndpoint();
    engine.state.copies = () => 3;
    await engine.record();
    await engine.runUntil(START + 4000);
    expect(engine.posts).toHaveLength(1);
    await engine.runUntil(START + 5000);
    expect(engine.posts).toHaveLength(2);
  });

  test('reordered: the last comes first, and each event is posted once', async () => {
    const engine = await startEngine(always(200));
    await engine.addEndpoint();
    engine.state.picks = (dueCount) => dueCount - 1;
    for (let index = 0; index < 5; index += 1) await engine.record();
    await engine.runUntil(START + MINUTE_MS);
    expect(postedIds(engine)).toEqual(eventIds(engine).reverse());
  });

  const disorder = fc.record({
    losses: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }),
    copies: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 20 }),
    picks: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 20 }),
  });
  interface Disorder {
    readonly losses: readonly boolean[];
    readonly copies: readonly number[];
    readonly picks: readonly number[];
  }

  function disturb(engine: Engine, { losses, copies, picks }: Disorder): void {
    let turn = 0;
    const next = <T>(values: readonly T[]) => values[turn++ % values.length] as T;
    // A queue that loses everything for ever delivers nothing: not even the minute's wake-up calls.
    engine.state.loses = () => engine.state.now < START + 15 * MINUTE_MS && next(losses);
    engine.state.copies = () => next(copies);
    engine.state.picks = (dueCount) => next(picks) % Math.max(1, dueCount);
  }

  test('dropped, duplicated and reordered in any mixture: each event is posted once, and again only after a failure', async () => {
    await assertOnBoth(
      fc.asyncProperty(
        disorder,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 3 }),
        async (mixture, eventsCount, failuresCount) => {
          const failed = new Map<string, number>();
          const engine = await startEngine(({ id }) => {
            const count = failed.get(id) ?? 0;
            failed.set(id, count + 1);
            return answer(count < failuresCount ? 500 : 200);
          });
          await engine.addEndpoint();
          disturb(engine, mixture);
          for (let index = 0; index < eventsCount; index += 1) await engine.record();
          await engine.runUntil(START + 12 * HOUR_MS);
          const ids = eventIds(engine).slice(0, eventsCount);
          for (const id of ids)
            expect(postedIds(engine).filter((posted) => posted === id)).toHaveLength(failuresCount + 1);
          expect(deliveries(engine).every(({ state }) => state === 'delivered')).toBe(true);
        },
      ),
      30,
    );
  });

  test('dropped, duplicated and reordered while held events are replayed: each is posted once, in order', async () => {
    await assertOnBoth(
      fc.asyncProperty(
        disorder,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 4 }),
        async (mixture, heldCount, laterCount) => {
          const engine = await startEngine(always(200));
          const { id } = await engine.addEndpoint();
          await disable(engine, id);
          disturb(engine, mixture);
          for (let index = 0; index < heldCount; index += 1) await engine.record();
          await enable(engine, id);
          for (let index = 0; index < laterCount; index += 1) await engine.record();
          await engine.runUntil(START + HOUR_MS);
          expect(postedIds(engine)).toEqual(eventIds(engine));
        },
      ),
      30,
    );
  });
});

test('twenty workers that claim a delivery at the same moment make one POST', async () => {
  const engine = await startEngine(always(200));
  await engine.addEndpoint();
  const [id] = (await engine.record()) as [string];
  await Promise.all(Array.from({ length: 20 }, () => deliver(id, engine.context)));
  expect(engine.posts).toHaveLength(1);
  expect(deliveries(engine)).toMatchObject([{ state: 'delivered', attempts_count: 1 }]);
});

/** The calls of the database that one delivery makes: the commit of its event, the claim, the record. */
describe.each([
  { point: 'the commit', call: 1, when: 'after', posts: 1 },
  { point: 'the enqueue', call: 2, when: 'before', posts: 1 },
  { point: 'the claim', call: 2, when: 'after', posts: 1 },
  { point: 'the POST', call: 3, when: 'before', posts: 2 },
  { point: 'the record', call: 3, when: 'after', posts: 1 },
])('a process that dies after $point', ({ call, when, posts }) => {
  test(`the event arrives by ${posts === 1 ? 'one POST' : 'two POSTs with the same id and body'}`, async () => {
    const engine = await startEngine(always(200));
    await engine.addEndpoint();
    let calls = 0;
    engine.state.crashes = (now) => {
      if (now === 'before') calls += 1;
      return calls === call && now === when;
    };
    await engine.record().catch(() => undefined);
    await engine.drain();
    expect(calls).toBe(call);
    await engine.runUntil(START + 5 * MINUTE_MS);
    const [id] = eventIds(engine);
    expect(postedIds(engine)).toEqual(Array.from({ length: posts }, () => id));
    expect(new Set(engine.posts.map(({ body }) => body)).size).toBe(1);
    expect(deliveries(engine)).toMatchObject([{ state: 'delivered', attempts_count: 1 }]);
  });
});
