/** A colleague joins by an invitation: what each side learns of it, and that nothing is done twice or by halves. */
import { describe, expect, test } from 'vitest';
import {
  decide,
  inviteColleague,
  joinBy,
  registerBy,
  registrationInput,
  verify,
} from '../support/joining.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { createWriter, expectStatus, type Practice, sendReferral } from '../support/world.ts';

useWorld();

const statesOf = async (inviter: Pick<Practice, 'key'>) =>
  expectStatus(await exchange.call(inviter.key, '/v1/join-invitations'), 200).body.data.map(
    ({ state }: { state: string }) => state,
  );
const look = (token: string) => exchange.call(null, `/v1/join/${token}`);
const status = (token: string) => exchange.call(null, `/v1/join/${token}/registration`);
const takeKey = (token: string) => exchange.call(null, `/v1/join/${token}/first-key`, { method: 'POST' });
const revoke = (who: Pick<Practice, 'key'>, id: string) =>
  exchange.call(who.key, `/v1/join-invitations/${id}`, { method: 'DELETE' });
const codesOf = (answers: { status: number; body: { code?: string } }[]) =>
  answers.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim()).sort();

test('invited, registered, verified, admitted: the partnership stands, a first key works, and a referral goes through', async () => {
  const inviter = await createWriter(exchange, world.operator);
  const invitation = await inviteColleague(exchange, inviter);
  const page = expectStatus(await look(invitation.token), 200).body;
  expect(page).toMatchObject({
    state: 'invited',
    inviter_name: 'Prairie Résumés',
    message: 'Shall we refer to each other?',
  });
  expect(page.terms.es).toHaveLength(page.terms.en.length);
  const { practice_id: practiceId, registration_url } = expectStatus(
    await registerBy(exchange, invitation.token),
    201,
  ).body;
  const own = new URL(registration_url).pathname.split('/').at(-1) ?? '';

  // Nothing of it is anywhere yet but at the operator.
  expect(await statesOf(inviter)).toEqual(['registered']);
  expect((await exchange.call(inviter.key, `/v1/directory/${practiceId}`)).status).toBe(404);
  expect((await exchange.call(inviter.key, '/v1/directory?q=Cedar')).body.data).toEqual([]);
  const again = { practice_id: practiceId, message: 'Hello' };
  expect((await exchange.call(inviter.key, '/v1/partnerships', { body: again })).status).toBe(422);
  expect((await status(own)).body).toMatchObject({
    state: 'waiting',
    practice_id: practiceId,
    registration_url,
  });
  expect((await takeKey(own)).body.code).toBe('invalid_state');
  const queue = await exchange.call(world.operator, '/v1/registrations?limit=100');
  const [waiting] = queue.body.data.filter(({ id }: { id: string }) => id === invitation.id);
  expect(waiting).toMatchObject({
    state: 'waiting',
    practice: { id: practiceId, contact_email: 'office@cedar.example' },
    professional_name: 'Robin Cedar',
    credential: { status: 'pending' },
    terms_version: '2026-12',
    terms_agreed_by: 'Robin Cedar',
  });
  const pending = await exchange.call(world.operator, '/v1/credentials?status=pending&limit=100');
  expect(pending.body.data.map(({ id }: { id: string }) => id)).toContain(waiting.credential.id);

  const early = await decide(exchange, world.operator, invitation.id, 'admit');
  expect([early.status, early.body.code, early.body.allowed_moves]).toEqual([
    409,
    'invalid_state',
    ['refuse'],
  ]);
  await verify(exchange, world.operator, waiting.credential.id);
  const admitted = expectStatus(await decide(exchange, world.operator, invitation.id, 'admit'), 200).body;
  expect(admitted).toMatchObject({ state: 'admitted', partnership_id: expect.stringMatching(/^prt_/) });
  expect((await decide(exchange, world.operator, invitation.id, 'admit')).status).toBe(409);
  const [act] = await exchange.sql(
    'select operation from operator_acts where practice_id = ? order by id desc',
    practiceId,
  );
  expect(act).toEqual({ operation: 'admitRegistration' });

  const [listed] = (await exchange.call(inviter.key, '/v1/join-invitations')).body.data;
  expect(listed).toMatchObject({ state: 'joined', join_url: null, partnership_id: admitted.partnership_id });
  const partnership = expectStatus(
    await exchange.call(inviter.key, `/v1/partnerships/${admitted.partnership_id}`),
    200,
  ).body;
  expect(partnership).toMatchObject({
    state: 'active',
    message: 'Shall we refer to each other?',
    invitee: { id: practiceId, name: 'Cedar Lane Counseling' },
    review_on: expect.any(String),
  });
  const { secret } = expectStatus(await takeKey(own), 201).body;
  expect(expectStatus(await exchange.call(secret, '/v1/practice'), 200).body).toMatchObject({
    id: practiceId,
    status: 'active',
  });
  const feed = (await exchange.call(secret, '/v1/events?limit=100')).body.data.map(
    ({ type }: { type: string }) => type,
  );
  expect(feed).toEqual(
    expect.arrayContaining(['credential.verified', 'partnership.accepted', 'key.created']),
  );
  const receiver = { ...world.receiver, id: practiceId, key: secret as string };
  const pair = { ...world, sender: inviter, receiver, partnershipId: admitted.partnership_id };
  const referral = await sendReferral(exchange, pair);
  expectStatus(await exchange.call(secret, `/v1/referrals/${referral}/accept`, { method: 'POST' }), 200);
});

describe('the link', () => {
  test('ends by itself, with its key, with a suspension of its maker, and when it is taken back; to others it is not there', async () => {
    const inviter = await createWriter(exchange, world.operator);
    const made = await inviteColleague(exchange, inviter);
    expect((await revoke(world.sender, made.id)).status).toBe(404);
    expect((await look(made.token)).status).toBe(200);
    expectStatus(await revoke(inviter, made.id), 204);
    expectStatus(await revoke(inviter, made.id), 204);
    expect([(await look(made.token)).status, (await registerBy(exchange, made.token)).status]).toEqual([
      404, 404,
    ]);

    const old = await inviteColleague(exchange, inviter);
    await exchange.sql('update join_invitations set expires_at = 1 where id = ?', old.id);
    expect((await registerBy(exchange, old.token)).status).toBe(404);
    expect(await statesOf(inviter)).toEqual(['expired', 'revoked']);

    const key = expectStatus(
      await exchange.call(inviter.key, '/v1/keys', { body: { name: 'short' } }),
      201,
    ).body;
    const byKey = await inviteColleague(exchange, { key: key.secret });
    expect((await look(byKey.token)).status).toBe(200);
    await exchange.call(inviter.key, `/v1/keys/${key.id}`, { method: 'DELETE' });
    expect((await look(byKey.token)).status).toBe(404);

    const open = await inviteColleague(exchange, inviter);
    expectStatus(
      await exchange.call(world.operator, `/v1/practices/${inviter.id}/suspend`, { method: 'POST' }),
      200,
    );
    expect((await look(open.token)).status).toBe(404);
    expect(
      (
        await exchange.call(inviter.key, '/v1/join-invitations', {
          body: { invitee_name: 'A', message: 'B' },
        })
      ).status,
    ).toBe(403);
    expect((await look(`${open.token}x`)).body).toEqual((await look('nothing')).body);
  });

  test('of the inviter shows nothing once somebody has registered, and gives no key: that has the link of who registered', async () => {
    const inviter = await createWriter(exchange, world.operator);
    const joined = await joinBy(exchange, inviter);
    await verify(exchange, world.operator, joined.credentialId);
    expectStatus(await decide(exchange, world.operator, joined.id, 'admit'), 200);
    const seen = expectStatus(await look(joined.token), 200).body;
    expect([seen.state, seen.message]).toEqual(['waiting', null]);
    expect([(await status(joined.token)).status, (await takeKey(joined.token)).status]).toEqual([404, 404]);
    expect((await registerBy(exchange, joined.token)).body.code).toBe('invalid_state');
    expectStatus(await takeKey(joined.ownToken), 201);
  });

  test('taken back after the registration makes no partnership, and keeps nobody from being admitted', async () => {
    const inviter = await createWriter(exchange, world.operator);
    const joined = await joinBy(exchange, inviter);
    expectStatus(await revoke(inviter, joined.id), 204);
    await verify(exchange, world.operator, joined.credentialId);
    const admitted = expectStatus(await decide(exchange, world.operator, joined.id, 'admit'), 200).body;
    expect([admitted.makes_partnership, admitted.partnership_id]).toEqual([false, null]);
    expectStatus(await takeKey(joined.ownToken), 201);
    expect((await revoke(inviter, joined.id)).body.code).toBe('invalid_state');
  });
});

describe('registering', () => {
  test('is done once, also of ten at once; the same form again gets the same answer', async () => {
    const inviter = await createWriter(exchange, world.operator);
    const { token } = await inviteColleague(exchange, inviter);
    const body = registrationInput();
    const same = () => registerBy(exchange, token, body, { 'Idempotency-Key': 'form-1' });
    const others = () => registerBy(exchange, token);
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, same),
      ...Array.from({ length: 5 }, others),
    ]);
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body.practice_id)).size).toBe(1);
    expect([1, 5]).toContain(made.length);
    for (const { status, body } of answers) if (status !== 201) expect(body.code).toBe('invalid_state');
    const counted = await exchange.sql<{ n: number }>(
      "select count(*) as n from practices where name = 'Cedar Lane Counseling' and id = ?",
      made[0]?.body.practice_id,
    );
    expect(counted).toEqual([{ n: 1 }]);
    const { token: second } = await inviteColleague(exchange, inviter);
    const first = expectStatus(
      await registerBy(exchange, second, body, { 'Idempotency-Key': 'form-2' }),
      201,
    );
    expect((await registerBy(exchange, second, body, { 'Idempotency-Key': 'form-2' })).body).toEqual(
      first.body,
    );
    expect((await registerBy(exchange, second, body, { 'Idempotency-Key': 'form-3' })).status).toBe(409);
    expect((await registerBy(exchange, second, body)).status).toBe(409);
  });

  test('says what is wrong, and leaves nothing behind', async () => {
    const { token } = await inviteColleague(exchange, await createWriter(exchange, world.operator));
    const count = () =>
      exchange.sql('select (select count(*) from practices) as a, (select count(*) from credentials) as b');
    const before = await count();
    for (const [body, pointer] of [
      [registrationInput({ practice: { services: ['carreer_counseling'] } }), '/practice/services/0'],
      [registrationInput({ professional: { profession: 'wizard' } }), '/professional/profession'],
      [registrationInput({ credential: { kind: 'membership' } }), '/credential/kind'],
      [registrationInput({ credential: { jurisdiction: undefined } }), '/credential/jurisdiction'],
      [registrationInput({ terms: { version: '1999-01' } }), '/terms/version'],
      [registrationInput({ practice: { verbal_consent_allowed: true } }), '/practice/verbal_consent_allowed'],
      [registrationInput({ practice: { status: 'active' } }), '/practice/status'],
      [registrationInput({ credential: { status: 'verified' } }), '/credential/status'],
      [registrationInput({ practice: { contact_email: null } }), '/practice/contact_email'],
    ] as const) {
      const answer = await registerBy(exchange, token, body as ReturnType<typeof registrationInput>);
      expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([422, pointer]);
    }
    expect(await count()).toEqual(before);
    expect((await look(token)).body.state).toBe('invited');
  });
});

describe('the first key', () => {
  test('is made anew while it was not used, the one before stops working, and after its use there is none', async () => {
    const joined = await joinBy(exchange, await createWriter(exchange, world.operator));
    await verify(exchange, world.operator, joined.credentialId);
    expectStatus(await decide(exchange, world.operator, joined.id, 'admit'), 200);
    // The answer was lost on its way.
    const lost = expectStatus(await takeKey(joined.ownToken), 201).body;
    const both = await Promise.all([takeKey(joined.ownToken), takeKey(joined.ownToken)]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    const keys = await exchange.sql<{ id: string; revoked_at: number | null }>(
      'select id, revoked_at from api_keys where practice_id = ? order by id',
      joined.practiceId,
    );
    expect([keys.length, keys.filter(({ revoked_at }) => revoked_at === null).length]).toEqual([3, 1]);
    const good = both.find(({ body }) => body.id === keys.find(({ revoked_at }) => revoked_at === null)?.id);
    expect((await exchange.call(lost.secret, '/v1/practice')).body.code).toBe('revoked_key');
    expectStatus(await exchange.call(good?.body.secret, '/v1/practice'), 200);
    await exchange.sql('update api_keys set last_used_at = 1 where id = ?', good?.body.id);
    expect((await takeKey(joined.ownToken)).body.detail).toContain('was used');
    expectStatus(await exchange.call(good?.body.secret, '/v1/practice'), 200);
  });
});

describe('the operator', () => {
  test('refuses with a reason that she alone reads; the inviter learns nothing of it', async () => {
    const inviter = await createWriter(exchange, world.operator);
    const joined = await joinBy(exchange, inviter);
    const before = await exchange.call(inviter.key, '/v1/join-invitations');
    const body = { reason: 'The board does not know this number.' };
    expectStatus(await decide(exchange, world.operator, joined.id, 'refuse', body), 200);
    expect((await status(joined.ownToken)).body).toMatchObject({
      state: 'refused',
      refusal_reason: body.reason,
    });
    expect((await exchange.call(inviter.key, '/v1/join-invitations')).body).toEqual(before.body);
    expect((await look(joined.token)).body.state).toBe('waiting');
    await verify(exchange, world.operator, joined.credentialId);
    expect((await decide(exchange, world.operator, joined.id, 'admit')).status).toBe(409);
    expect((await takeKey(joined.ownToken)).status).toBe(409);
    for (const state of ['waiting', 'admitted', 'refused']) {
      const { data } = (await exchange.call(world.operator, `/v1/registrations?limit=100&state=${state}`))
        .body;
      expect(data.some(({ id }: { id: string }) => id === joined.id)).toBe(state === 'refused');
    }
  });

  test('cannot admit whom nobody verified, even past the code; and nobody registers a second time for another', async () => {
    const joined = await joinBy(exchange, await createWriter(exchange, world.operator));
    const admit = "update join_invitations set decision = 'admitted', version = version + 1 where id = ?";
    await expect(exchange.sql(admit, joined.id)).rejects.toThrow('guard: not verified');
    await expect(
      exchange.sql('update join_invitations set practice_id = ? where id = ?', world.sender.id, joined.id),
    ).rejects.toThrow('guard: once');
    // A verified credential of the wrong kind, or one that has ended, is not enough either.
    await verify(exchange, world.operator, joined.credentialId);
    await exchange.sql("update credentials set expires_on = '2020-01-01' where id = ?", joined.credentialId);
    expect((await decide(exchange, world.operator, joined.id, 'admit')).status).toBe(409);
  });
});

test('a practice invites twenty colleagues a day, also of thirty at once, and a hundred are open at most', async () => {
  const inviter = await createWriter(exchange, world.operator);
  const invite = () =>
    exchange.call(inviter.key, '/v1/join-invitations', { body: { invitee_name: 'A', message: 'B' } });
  const answers = await Promise.all(Array.from({ length: 30 }, invite));
  expect(codesOf(answers)).toEqual([...Array(20).fill('201'), ...Array(10).fill('429 quota_reached')]);
  const [key] = await exchange.sql<{ id: string }>(
    'select id from api_keys where practice_id = ?',
    inviter.id,
  );
  await exchange.sql('update join_invitations set created_at = 1 where inviter_practice_id = ?', inviter.id);
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 80)
     insert into join_invitations (id, inviter_practice_id, created_by_key_id, invitee_name, message, created_at, expires_at)
     select 'inv_' || printf('%026d', value), ?, ?, 'A', 'B', value * 90000000, ? from n`,
    inviter.id,
    key?.id,
    Date.now() + 9_999_999,
  );
  expect((await invite()).body.code).toBe('limit_reached');
});
