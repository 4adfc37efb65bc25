import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retentionCutoff } from '../../src/privacy/retention.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { consentInput, expectStatus, move, sendReferral } from '../support/world.ts';

const DAY_MS = 86_400_000;
useWorld();

const declined = async (change: Record<string, unknown> = {}) => {
  const id = await sendReferral(exchange, world, change);
  expectStatus(await move(exchange, world.receiver, id, 'decline', { reason: 'outside_scope' }), 200);
  return id;
};
const accepted = async (directions: readonly string[]) => {
  const id = await sendReferral(exchange, world, { consent: consentInput({ directions }) });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};
const read = async (side: 'sender' | 'receiver', id: string) =>
  expectStatus(await exchange.call(world[side].key, `/v1/referrals/${id}`), 200).body;
const isErased = async (id: string) =>
  (await exchange.sql('select 1 from client_records where referral_id = ?', id)).length === 0;

/** As if the end that both were told of had been then. */
const endedAt = (id: string, at: number) =>
  exchange.sql(
    "update referrals set ended_at = ?1, sender_progress = json_set(sender_progress, '$.ended_at', ?1) where id = ?2",
    at,
    id,
  );
/** As if the consent had ended then. */
const consentEndedAt = (id: string, at: number) =>
  exchange.sql(
    'update consents set granted_at = ?1 - 90 * 86400000, expires_at = ?1 where referral_id = ?2',
    at,
    id,
  );
/** What ended only behind the sender's back ended then. */
const trulyEndedAt = (id: string, at: number) =>
  exchange.sql('update referrals set ended_at = iif(ended_at is null, null, ?) where id = ?', at, id);
const dueAt = () => retentionCutoff(Date.now(), 24);

test.each([
  ['2028-11-23T10:00:00.000Z', 24, '2026-11-23T10:00:00.000Z'],
  ['2028-02-29T00:00:00.000Z', 24, '2026-02-28T00:00:00.000Z'],
  ['2026-03-31T12:00:00.000Z', 1, '2026-02-28T12:00:00.000Z'],
  ['2026-01-15T00:00:00.000Z', 3, '2025-10-15T00:00:00.000Z'],
])('at %s, with %i months, what waits since %s is due', (now, months, cutoff) => {
  expect(new Date(retentionCutoff(Date.parse(now), months)).toISOString()).toBe(cutoff);
});

test('exactly what is due is erased: not what ended a day later, nor what is open under a consent, however old', async () => {
  const [old, young, open] = [await declined(), await declined(), await sendReferral(exchange, world)];
  await endedAt(old, dueAt());
  await endedAt(young, dueAt() + DAY_MS);
  await exchange.sql('update referrals set created_at = 1, sent_at = 1 where id = ?', open);
  await exchange.minute();
  expect([await isErased(old), await isErased(young), await isErased(open)]).toEqual([true, false, false]);
  expect(await read('sender', old)).toMatchObject({
    state: 'declined',
    decline_reason: 'outside_scope',
    client: null,
    client_withheld: 'erased',
  });
  const events = await exchange.sql(
    'select type, actor from events where referral_id = ? order by position',
    old,
  );
  expect(events.at(-1)).toEqual({ type: 'referral.erased', actor: 'system' });
  await exchange.minute();
  expect(await exchange.sql('select type, actor from events where referral_id = ?', old)).toHaveLength(
    events.length,
  );
});

describe('what nobody ever ended', () => {
  test.each([
    ['accepted', []],
    ['waitlisted', ['waitlist']],
    ['engaged', ['engage']],
  ] as const)(
    '(%s) is erased when its consent ended long enough ago, and ends for both with that',
    async (state, moves) => {
      const id = await accepted(['forward', 'feedback']);
      for (const segment of moves) expectStatus(await move(exchange, world.receiver, id, segment), 200);
      await consentEndedAt(id, dueAt() + DAY_MS);
      await exchange.minute();
      expect([await isErased(id), (await read('receiver', id)).state]).toEqual([false, state]);
      await exchange.sql('update referrals set consent_ended_at = ? where id = ?', dueAt(), id);
      await exchange.minute();
      expect(await isErased(id)).toBe(true);
      for (const side of ['sender', 'receiver'] as const) {
        const seen = await read(side, id);
        expect(seen).toMatchObject({ state: 'expired', allowed_moves: [], consent: { status: 'expired' } });
        expect(seen.ended_at).toBe(seen.erased_at);
        expect(seen.engaged_at === null).toBe(state !== 'engaged');
      }
    },
  );
});

test('what ended unseen by the sender is erased as if it had not: when its consent ended long enough ago', async () => {
  const id = await accepted(['forward']);
  expectStatus(await move(exchange, world.receiver, id, 'not-engaged', { reason: 'cost' }), 200);
  await trulyEndedAt(id, 1);
  await exchange.minute();
  expect(await isErased(id)).toBe(false);
  await consentEndedAt(id, dueAt());
  await exchange.minute();
  await exchange.minute();
  expect(await read('sender', id)).toMatchObject({
    state: 'expired',
    client_withheld: 'erased',
    not_engaged_reason: null,
  });
  expect(await read('receiver', id)).toMatchObject({ state: 'not_engaged', not_engaged_reason: 'cost' });
});

test('the day of the erasure follows from what the sender sees, whatever happened, and the erasure shows no more', async () => {
  const MOVES: Record<string, [string, unknown?]> = {
    contacts: ['contacts', { kind: 'reached' }],
    waitlist: ['waitlist'],
    accept: ['accept'],
    engage: ['engage'],
    'not-engaged': ['not-engaged', { reason: 'cost', note: 'ZEBRANOTE' }],
    complete: ['complete'],
    undo: ['undo'],
  };
  /** How the sender sees it in the end, without ids and times. */
  const play = async (feedback: boolean, moves: readonly string[], isDue: boolean, trueEnd: number) => {
    const id = await accepted(feedback ? ['forward', 'feedback'] : ['forward']);
    for (const name of moves) {
      const [segment, body] = MOVES[name] as [string, unknown?];
      await move(exchange, world.receiver, id, segment, body);
    }
    const before = await read('sender', id);
    // The acceptance itself was undone: it is open to be answered, and has other deadlines.
    if (before.accepted_at === null) return null;
    const since = dueAt() + (isDue ? 0 : DAY_MS);
    await trulyEndedAt(id, trueEnd);
    if (before.ended_at === null) await consentEndedAt(id, since);
    else await endedAt(id, since);
    await exchange.minute();
    expect([before.state, moves, await isErased(id)]).toEqual([before.state, moves, isDue]);
    const [first] = await exchange.sql<{ id: string }>(
      'select id from events where referral_id = ? order by position limit 1',
      id,
    );
    const news = await exchange.call(world.sender.key, `/v1/events?limit=100&after=${first?.id}`);
    const seen = JSON.stringify([await read('sender', id), expectStatus(news, 200).body.data])
      .replaceAll(id, 'ID')
      .replaceAll(/"id":"[^"]*"/g, '')
      .replaceAll(/testperson\+\d+/g, 'testperson')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T');
    return { seen, toldVersion: before.version };
  };
  const nothing = { true: await play(false, [], true, 0), false: await play(false, [], false, 0) };
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        feedback: fc.boolean(),
        moves: fc.array(fc.constantFrom(...Object.keys(MOVES)), { minLength: 1, maxLength: 4 }),
        isDue: fc.boolean(),
        trueEnd: fc.constantFrom(1, Date.now()),
      }),
      async ({ feedback, moves, isDue, trueEnd }) => {
        const played = await play(feedback, moves, isDue, trueEnd);
        // An acceptance that was undone and given again is told.
        const isHidden = played !== null && !feedback && played.toldVersion === nothing.true?.toldVersion;
        if (isHidden) expect(played).toEqual(nothing[`${isDue}`]);
      },
    ),
    { numRuns: 10 },
  );
});

test('a run is bounded, and the next one goes on', async () => {
  const id = await declined();
  const columns = (
    await exchange.sql<{ name: string }>("select name from pragma_table_info('referrals')")
  ).map(({ name }) => name);
  const changed: Record<string, string> = {
    id: "'ref_' || printf('%026d', n.value)",
    ended_at: 'n.value',
    sender_progress: "json_set(r.sender_progress, '$.ended_at', n.value)",
  };
  const copied = columns.map((name) => changed[name] ?? `r.${name}`).join(', ');
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 100)
     insert into referrals (${columns.join(', ')}) select ${copied} from referrals as r, n where r.id = ?`,
    id,
  );
  const left = async () =>
    (
      await exchange.sql<{ n: number }>(
        "select count(*) as n from referrals where id like 'ref_0000%' and erased_at is null",
      )
    )[0]?.n;
  await exchange.minute();
  const first = await left();
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(100);
  await exchange.minute();
  expect(await left()).toBeLessThan(first ?? 0);
  // What earlier tests left waits in front of some.
  await exchange.minute();
  expect(await left()).toBe(0);
});
