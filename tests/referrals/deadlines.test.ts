import { expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus, move, sendReferral } from '../support/world.ts';

useWorld();

const DAY = 86_400_000;
/** As if so much time had passed since everything about the referral. */
const age = (id: string, days: number) =>
  exchange.sql(
    `update referrals set created_at = created_at - ?1, sent_at = sent_at - ?1, respond_by = respond_by - ?1, accepted_at = accepted_at - ?1,
       needs_info_since = needs_info_since - ?1, last_move_at = last_move_at - ?1, deadline_at = deadline_at - ?1, ended_at = ended_at - ?1 where id = ?2`,
    days * DAY,
    id,
  );
const stateOf = async (id: string) =>
  expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}`), 200).body.state;
const typesOf = async (id: string, key = world.receiver.key) => {
  const { body } = await exchange.call(key, '/v1/events?limit=100');
  return body.data
    .filter((event: { data: { referral_id: string } }) => event.data.referral_id === id)
    .map(({ type }: { type: string }) => type);
};

test('a referral that nobody answers reminds twice, then expires, once', async () => {
  const id = await sendReferral(exchange, world);
  for (const days of [3.6, 3, 0.5]) {
    await age(id, days);
    await exchange.minute();
    await exchange.minute();
  }
  expect(await stateOf(id)).toBe('expired');
  expect(await typesOf(id)).toEqual([
    'referral.sent',
    'referral.reminder',
    'referral.reminder',
    'referral.expired',
  ]);
  expect(await typesOf(id, world.sender.key)).toEqual(['referral.sent', 'referral.expired']);
  const late = await move(exchange, world.receiver, id, 'accept');
  expect([late.status, late.body.state, late.body.allowed_moves]).toEqual([409, 'expired', []]);
});

test('while the sender owes an answer the clock stands still, for thirty days', async () => {
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'What?' }), 200);
  await age(id, 29);
  await exchange.minute();
  expect(await stateOf(id)).toBe('needs_info');
  const answered = expectStatus(
    await move(exchange, world.sender, id, 'provide-info', { answer: 'This.' }),
    200,
  );
  expect(Date.parse(answered.body.respond_by) - Date.now()).toBeGreaterThan(6.9 * DAY);
  expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'And?' }), 200);
  await age(id, 31);
  await exchange.minute();
  expect(await stateOf(id)).toBe('expired');
});

test('a referral that waits for consent expires after thirty days, unseen by the receiver', async () => {
  const id = await sendReferral(exchange, world, { consent: undefined });
  await age(id, 31);
  await exchange.minute();
  expect(await stateOf(id)).toBe('expired');
  expect(await typesOf(id)).toEqual([]);
  expect((await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).status).toBe(404);
});

test('an outcome that is due is asked of the receiver alone, twice', async () => {
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  for (const days of [15, 16]) {
    await age(id, days);
    await exchange.minute();
    await exchange.minute();
  }
  expect(await typesOf(id)).toEqual([
    'referral.sent',
    'referral.accepted',
    'referral.outcome_due',
    'referral.outcome_stale',
  ]);
  expect(await typesOf(id, world.sender.key)).toEqual(['referral.sent', 'referral.accepted']);
  expect(await stateOf(id)).toBe('accepted');
});

test('a referral that cannot be handled is put off, and does not stand in the way of the others', async () => {
  const [broken, fine] = [await sendReferral(exchange, world), await sendReferral(exchange, world)];
  await exchange.sql(
    "update referrals set languages = 'no json', deadline = 'expire', deadline_at = 1 where id = ?",
    broken,
  );
  await age(fine, 8);
  await exchange.sql("update referrals set deadline = 'expire' where id = ?", fine);
  await exchange.minute();
  expect(await stateOf(fine)).toBe('expired');
  const [row] = await exchange.sql<{ deadline_at: number }>(
    'select deadline_at from referrals where id = ?',
    broken,
  );
  expect(row?.deadline_at).toBeGreaterThan(Date.now());
});

test('an undo is possible for 72 hours, and is a new event', async () => {
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'decline', { reason: 'at_capacity' }), 200);
  await age(id, 2.9);
  const undone = expectStatus(await move(exchange, world.receiver, id, 'undo'), 200);
  expect(undone.body).toMatchObject({ state: 'sent', decline_reason: null, answered_at: null });
  expect((await move(exchange, world.receiver, id, 'undo')).status).toBe(409);
  expectStatus(await move(exchange, world.receiver, id, 'decline', { reason: 'at_capacity' }), 200);
  await age(id, 3.1);
  expect((await move(exchange, world.receiver, id, 'undo')).body).toMatchObject({
    code: 'illegal_transition',
    state: 'declined',
    allowed_moves: [],
  });
  expect(await typesOf(id)).toEqual([
    'referral.sent',
    'referral.declined',
    'referral.move_undone',
    'referral.declined',
  ]);
});

test('not_engaged is corrected to engaged within 180 days and not later', async () => {
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await move(exchange, world.receiver, id, 'not-engaged', { reason: 'no_show' }), 200);
  await age(id, 181);
  expect((await move(exchange, world.receiver, id, 'engage')).status).toBe(409);
  await age(id, -2);
  expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
});

test('every illegal move is a 409 that names the state and what is allowed', async () => {
  const segments = [
    'accept',
    'decline',
    'request-info',
    'provide-info',
    'waitlist',
    'contacts',
    'engage',
    'not-engaged',
    'complete',
    'withdraw',
    'undo',
    'consent',
  ];
  const bodies: Record<string, unknown> = {
    decline: { reason: 'at_capacity' },
    'request-info': { question: 'a' },
    'provide-info': { answer: 'a' },
    contacts: { kind: 'reached' },
    'not-engaged': { reason: 'cost' },
  };
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.sender, id, 'withdraw'), 200);
  for (const side of ['sender', 'receiver'] as const) {
    for (const segment of segments.filter((one) => one !== 'consent')) {
      const answer = await move(exchange, world[side], id, segment, bodies[segment]);
      expect([side, segment, answer.status, answer.body.state, answer.body.allowed_moves]).toEqual([
        side,
        segment,
        409,
        'withdrawn',
        [],
      ]);
    }
  }
});
