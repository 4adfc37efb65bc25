/** The engine while others act: what is under way when its endpoint is disabled, enabled, changed or deleted. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DELIVERY_AGE_MS_MAX } from '../../../src/webhooks/posting/schedule.ts';
import {
  always,
  answer,
  DAY_MS,
  deliveries,
  disable,
  enable,
  endpointRow,
  HOUR_MS,
  MINUTE_MS,
  remove,
  replay,
  retry,
  rotate,
  SECOND_MS,
} from '../../support/engine.steps.ts';
import { assertOnBoth, type Engine, START, startEngine } from '../../support/engine.ts';

test('what is held behind a delivery under way leaves when that one ends, though its endpoint was disabled and enabled meanwhile', async () => {
  const engine = await startEngine(always(200));
  const { id } = await engine.addEndpoint();
  // A success at an endpoint that is known to be well writes nothing of its health.
  await engine.record();
  await engine.drain();
  engine.state.hangs = () => engine.posts.length === 2;
  await engine.record();
  await engine.drain();
  for (let index = 0; index < 4; index += 1) await engine.record();
  await disable(engine, id);
  await enable(engine, id);
  await engine.drain();
  await engine.underWay[0]?.answer(answer(200));
  await engine.record();
  await engine.drain();
  expect(deliveries(engine).map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => 'delivered'));
  expect(endpointRow(engine, id).replay_head_position).toBeNull();
});

test.each([
  ['is gone', 'update webhook_endpoints set replay_head_position = 1'],
  ['is forgotten', 'update webhook_endpoints set replay_head_position = null'],
  [
    'was delivered',
    "update deliveries set state = 'delivered', next_attempt_at = null where state = 'pending'",
  ],
  [
    'was cancelled',
    "update deliveries set state = 'cancelled', next_attempt_at = null where state = 'pending'",
  ],
  ['is held again', "update deliveries set state = 'held', next_attempt_at = null where state = 'pending'"],
])('the minute lets go on what stands still because the one before it %s', async (_, fault) => {
  const engine = await startEngine(always(200));
  const { id } = await engine.addEndpoint();
  await disable(engine, id);
  for (let index = 0; index < 4; index += 1) await engine.record();
  await enable(engine, id);
  engine.queued.length = 0;
  engine.rows(fault);
  // Beside many that are disabled and hold something, too.
  for (let index = 0; index < 120; index += 1) {
    const other = await engine.addEndpoint(`prc_${index}`);
    await disable(engine, other.id);
    await engine.record({
      parties: { inviter: { practice_id: `prc_${index}` }, invitee: null },
    });
  }
  await engine.minute();
  const left = engine.rows(
    "select 1 from deliveries where endpoint_id = ? and state in ('pending', 'held')",
    id,
  );
  expect(left).toEqual([]);
  expect(endpointRow(engine, id).replay_head_position).toBeNull();
});

const endpointIndex = fc.nat({ max: 1 });
const actionOf = (name: string) =>
  fc.record({ do: fc.constant(name), endpoint: endpointIndex, pick: fc.nat({ max: 20 }) });
const actions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: actionOf('record') },
    { weight: 1, arbitrary: actionOf('disable') },
    { weight: 1, arbitrary: actionOf('enable') },
    { weight: 3, arbitrary: actionOf('disable and enable') },
    { weight: 4, arbitrary: actionOf('answer') },
    { weight: 1, arbitrary: actionOf('wait') },
    ...['rotate', 'retry', 'replay', 'fail', 'crash', 'lose'].map((name) => ({
      weight: 1,
      arbitrary: actionOf(name),
    })),
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('remove'), endpoint: fc.constant(1), pick: fc.nat() }),
    },
  ),
  { minLength: 3, maxLength: 25 },
);
/** How long time goes on in one step: seconds, a lease, an hour, days. */
const WAITS_MS = [SECOND_MS, 10 * SECOND_MS, 2 * MINUTE_MS, HOUR_MS, DAY_MS];
const FAILURES = [500, 400, 429, 410];

/** Nothing that was held leaves before an older one that is held; only a replay brings older ones in behind it. */
function expectInOrder(engine: Engine, eventId: string): void {
  const overtaken = engine.rows(
    `select older.id from events as e
     join deliveries as d on d.position = e.position and d.lease_until is not null
     join webhook_endpoints as endpoint on endpoint.id = d.endpoint_id and endpoint.replay_head_position = d.position
     join deliveries as older on older.endpoint_id = d.endpoint_id and older.position < d.position
     where e.id = ? and older.state = 'held' and not exists (select 1 from webhook_replays)`,
    eventId,
  );
  expect(overtaken).toEqual([]);
}

test('whatever happens in whatever order: every event ends delivered, exhausted, cancelled, or held where the endpoint is disabled', async () => {
  await assertOnBoth(
    fc.asyncProperty(
      actions,
      fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
      fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 10 }),
      async (steps, hanging, statuses) => {
        let turn = 0;
        const next = <T>(values: readonly T[]) => values[turn++ % values.length] as T;
        // More often well than not.
        const receive = () => answer(FAILURES[next(statuses) - 6] ?? 200);
        const engine = await startEngine(receive);
        const endpoints = [await engine.addEndpoint(), await engine.addEndpoint()] as const;
        // Known to be well: then a success writes nothing of their health.
        engine.rows('update webhook_endpoints set healthy_at = ?', START);
        engine.state.hangs = ({ id }) => {
          expectInOrder(engine, id);
          return next(hanging);
        };
        for (const step of steps) {
          const { id } = endpoints[step.endpoint] as { id: string };
          const all = deliveries(engine);
          if (step.do === 'record') await engine.record();
          if (step.do.startsWith('disable')) await disable(engine, id);
          if (step.do.endsWith('enable')) await enable(engine, id);
          if (step.do === 'rotate') await rotate(engine, id);
          if (step.do === 'remove') await remove(engine, id);
          if (step.do === 'replay') await replay(engine, id, START);
          if (step.do === 'retry' && all.length > 0)
            await retry(engine, (all[step.pick % all.length] as { id: string }).id);
          if (step.do === 'answer')
            await engine.underWay[step.pick % engine.underWay.length]?.answer(answer(200));
          if (step.do === 'fail') await engine.underWay[0]?.answer(receive());
          if (step.do === 'lose') engine.queued.shift();
          if (step.do === 'wait') await engine.runUntil(engine.state.now + next(WAITS_MS));
          let calls = 0;
          if (step.do === 'crash')
            engine.state.crashes = (when) => when === 'after' && calls++ === step.pick % 4;
          await engine.drain();
          engine.state.crashes = () => false;
        }
        engine.state.hangs = () => false;
        for (const { answer: end } of [...engine.underWay]) await end(answer(200));
        await engine.runUntil(engine.state.now + 9 * DAY_MS);
        // News of an endpoint that fails for days are events, too: of the last days some are still on their way.
        const stuck = engine.rows(
          `select d.id, d.state from deliveries as d join webhook_endpoints as e on e.id = d.endpoint_id
           where (d.state = 'held' and (e.enabled = 1 or e.deleted_at is not null))
             or (d.state = 'pending' and (coalesce(d.queued_at, d.created_at) < ?1 - ${DELIVERY_AGE_MS_MAX} - ${MINUTE_MS}
               or max(d.next_attempt_at, coalesce(e.breaker_until, 0), coalesce(d.lease_until, 0)) < ?1 - ${MINUTE_MS}))`,
          engine.state.now,
        );
        expect(stuck).toEqual([]);
      },
    ),
    100,
  );
});
