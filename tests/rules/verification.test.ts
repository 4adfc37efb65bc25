import { describe, expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  befriend,
  consentInput,
  createPractice,
  createWriter,
  expectStatus,
  move,
  nextYear,
  referralInput,
  sendReferral,
} from '../support/world.ts';

useWorld();

const send = (change: Record<string, unknown> = {}, to = world.receiver, from = world.sender) =>
  exchange.call(from.key, '/v1/referrals', { body: referralInput(to, change) });
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
const setCredential = (id: string, change: string) =>
  exchange.sql(`update credentials set ${change} where id = ?`, id);
const setStatus = (id: string, action: 'suspend' | 'reinstate') =>
  exchange.call(world.operator, `/v1/practices/${id}/${action}`, { method: 'POST' });

describe('sending', () => {
  test.each([
    ['pending', "status = 'pending', level = 'self_asserted'"],
    ['rejected', "status = 'rejected', level = 'self_asserted'"],
    ['expired', "expires_on = '2020-01-01'"],
    ['of a kind that the profession does not require', "kind = 'membership'"],
  ])('needs a credential of the sender that is not %s', async (_name, change) => {
    await setCredential(world.sender.credentialId, change);
    expect(codeOf(await send())).toEqual([403, 'practice_not_verified']);
    await setCredential(
      world.sender.credentialId,
      `status = 'verified', level = 'source_verified', kind = 'certification', expires_on = '${nextYear}'`,
    );
    expect((await send()).status).toBe(201);
  });

  test('needs a receiver whose licence covers the client’s jurisdiction', async () => {
    expect(codeOf(await send({ client_jurisdiction: 'US-IA' }))).toEqual([409, 'receiver_not_eligible']);
    await setCredential(world.receiver.credentialId, "jurisdiction = 'US'");
    expect((await send({ client_jurisdiction: 'US-IA' })).status).toBe(201);
    await setCredential(world.receiver.credentialId, "jurisdiction = 'US-NE'");
  });

  test('to a certified, not licensed practice goes for clients from anywhere', async () => {
    const writer = await createWriter(exchange, world.operator);
    await befriend(exchange, world.receiver, writer);
    expect((await send({ client_jurisdiction: 'CA-ON' }, writer, world.receiver)).status).toBe(201);
  });

  test('stops when either practice is suspended, and goes on when it is reinstated', async () => {
    expectStatus(await setStatus(world.receiver.id, 'suspend'), 200);
    expect(codeOf(await send())).toEqual([409, 'receiver_not_eligible']);
    expectStatus(await setStatus(world.receiver.id, 'reinstate'), 200);
    expectStatus(await setStatus(world.sender.id, 'suspend'), 200);
    expect(codeOf(await send())).toEqual([403, 'practice_suspended']);
    expectStatus(await setStatus(world.sender.id, 'reinstate'), 200);
    expect((await send()).status).toBe(201);
  });

  test('is refused while the receiver takes no clients', async () => {
    expectStatus(
      await exchange.call(world.receiver.key, '/v1/practice', {
        method: 'PATCH',
        body: { capacity: 'not_accepting' },
      }),
      200,
    );
    expect(codeOf(await send())).toEqual([409, 'receiver_not_accepting']);
    expectStatus(
      await exchange.call(world.receiver.key, '/v1/practice', {
        method: 'PATCH',
        body: { capacity: 'waitlist' },
      }),
      200,
    );
    expect((await send()).status).toBe(201);
  });

  test('through a named professional needs that professional’s own credential', async () => {
    expect((await send({ professional_id: world.sender.professionalId })).status).toBe(201);
    expect(codeOf(await send({ professional_id: world.receiver.professionalId }))).toEqual([
      403,
      'practice_not_verified',
    ]);
  });

  test('by recording a consent passes the same gate', async () => {
    const id = await sendReferral(exchange, world, { consent: undefined });
    await setCredential(world.receiver.credentialId, "expires_on = '2020-01-01'");
    expect(codeOf(await move(exchange, world.sender, id, 'consent', consentInput()))).toEqual([
      409,
      'receiver_not_eligible',
    ]);
    await setCredential(world.receiver.credentialId, `expires_on = '${nextYear}'`);
    expectStatus(await move(exchange, world.sender, id, 'consent', consentInput()), 200);
  });
});

describe('a lapse', () => {
  test('keeps the receiver from accepting, and leaves open referrals readable and reportable', async () => {
    const open = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, open, 'accept'), 200);
    const waiting = await sendReferral(exchange, world);
    await setCredential(world.receiver.credentialId, "expires_on = '2020-01-01'");
    expect(codeOf(await move(exchange, world.receiver, waiting, 'accept'))).toEqual([
      403,
      'practice_not_verified',
    ]);
    expect(
      expectStatus(await exchange.call(world.receiver.key, `/v1/referrals/${open}`), 200).body.client,
    ).not.toBeNull();
    expectStatus(await move(exchange, world.receiver, open, 'engage'), 200);
    expectStatus(await move(exchange, world.receiver, waiting, 'decline', { reason: 'at_capacity' }), 200);
    const own = expectStatus(await exchange.call(world.receiver.key, '/v1/professionals'), 200);
    expect(own.body.data[0].credentials[0].status).toBe('lapsed');
    await setCredential(world.receiver.credentialId, `expires_on = '${nextYear}'`);
  });

  test('an expired credential cannot be verified', async () => {
    const added = expectStatus(
      await exchange.call(world.operator, `/v1/professionals/${world.sender.professionalId}/credentials`, {
        body: {
          kind: 'certification',
          title: 'CPRW',
          issuer: 'Association',
          number: '1',
          expires_on: '2020-01-01',
        },
      }),
      201,
    );
    expect(
      codeOf(
        await exchange.call(world.operator, `/v1/credentials/${added.body.id}/verify`, { method: 'POST' }),
      ),
    ).toEqual([409, 'invalid_state']);
  });

  test('a suspended practice cannot accept, and reads on', async () => {
    const id = await sendReferral(exchange, world);
    expectStatus(await setStatus(world.receiver.id, 'suspend'), 200);
    expect(codeOf(await move(exchange, world.receiver, id, 'accept'))).toEqual([403, 'practice_suspended']);
    expect((await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).status).toBe(200);
    expectStatus(await setStatus(world.receiver.id, 'reinstate'), 200);
  });
});

describe('consent on record', () => {
  const past = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  test.each([
    ['without contact', { categories: ['identity', 'reason'] }, '/consent/categories'],
    ['of all records', { categories: ['identity', 'contact', 'all_records'] }, '/consent/categories/2'],
    [
      'of psychotherapy notes',
      { categories: ['identity', 'contact', 'psychotherapy_notes'] },
      '/consent/categories/2',
    ],
    ['without the forward direction', { directions: ['feedback'] }, '/consent/directions'],
    ['without a purpose', { purposes: [] }, '/consent/purposes'],
    ['granted tomorrow', { granted_at: past(-1) }, '/consent/granted_at'],
    ['that ended', { granted_at: past(91) }, '/consent/expires_at'],
    ['for more than 365 days', { expires_at: past(-370) }, '/consent/expires_at'],
    ['of an unknown method', { method: 'telepathic' }, '/consent/method'],
    ['without its reference', { reference: undefined }, '/consent/reference'],
    ['without a signature', { signed_by: undefined }, '/consent/signed_by'],
  ])('%s is refused, with a pointer to the fault', async (_name, change, pointer) => {
    const answer = await send({ consent: consentInput(change) });
    expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([422, pointer]);
  });

  test('is valid for 90 days by default, from the day it was granted', async () => {
    const granted = past(10);
    const { body } = expectStatus(await send({ consent: consentInput({ granted_at: granted }) }), 201);
    expect(Date.parse(body.consent.expires_at) - Date.parse(granted)).toBe(90 * 86_400_000);
  });

  test('may be verbal only where the operator allows it', async () => {
    const verbal = { ...consentInput({ method: 'verbal', heard_by: 'Sam Writer' }), reference: undefined };
    expect(codeOf(await send({ consent: verbal }))).toEqual([403, 'verbal_consent_not_allowed']);
    expectStatus(
      await exchange.call(world.operator, `/v1/practices/${world.sender.id}`, {
        method: 'PATCH',
        body: { verbal_consent_allowed: true },
      }),
      200,
    );
    expect((await send({ consent: verbal })).status).toBe(201);
    expect(
      (
        await exchange.call(world.sender.key, '/v1/practice', {
          method: 'PATCH',
          body: { verbal_consent_allowed: true },
        })
      ).status,
    ).toBe(422);
  });
});

describe('partnership', () => {
  test('no referral without an active one: invited, paused, ended and none all refuse', async () => {
    const writer = await createWriter(exchange, world.operator);
    const other = await createPractice(exchange, world.operator);
    const attempt = () => send({}, other, writer);
    const act = (key: string, id: string, name: string) =>
      exchange.call(key, `/v1/partnerships/${id}/${name}`, { method: 'POST' });
    expect(codeOf(await attempt())).toEqual([409, 'no_active_partnership']);
    const invited = expectStatus(
      await exchange.call(writer.key, '/v1/partnerships', {
        body: { practice_id: other.id, message: 'Hello' },
      }),
      201,
    );
    expect(invited.body.overlap).toEqual({ services: ['interview_coaching'], assessments: [] });
    const id = invited.body.id;
    expect(codeOf(await attempt())).toEqual([409, 'no_active_partnership']);
    expect((await act(writer.key, id, 'accept')).body).toMatchObject({
      code: 'invalid_state',
      state: 'invited',
      allowed_moves: ['end'],
    });
    expectStatus(await act(other.key, id, 'accept'), 200);
    const open = expectStatus(await attempt(), 201).body.id;
    expectStatus(await act(other.key, id, 'pause'), 200);
    expect(codeOf(await attempt())).toEqual([409, 'no_active_partnership']);
    expect((await act(writer.key, id, 'resume')).status).toBe(409);
    expectStatus(await move(exchange, other, open, 'accept'), 200);
    expectStatus(await act(other.key, id, 'resume'), 200);
    expectStatus(await attempt(), 201);
    expectStatus(await act(writer.key, id, 'end'), 200);
    expect(codeOf(await attempt())).toEqual([409, 'no_active_partnership']);
    expect((await act(other.key, id, 'resume')).body.allowed_moves).toEqual([]);
    expectStatus(
      await exchange.call(other.key, '/v1/partnerships', {
        body: { practice_id: writer.id, message: 'Again?' },
      }),
      201,
    );
  });

  test('a suspended practice neither invites nor is invited, and leaves the directory', async () => {
    const other = await createPractice(exchange, world.operator);
    expectStatus(await setStatus(other.id, 'suspend'), 200);
    const invited = await exchange.call(world.sender.key, '/v1/partnerships', {
      body: { practice_id: other.id, message: 'Hello' },
    });
    expect([invited.status, invited.body.errors[0].pointer]).toEqual([422, '/practice_id']);
    expect(
      codeOf(
        await exchange.call(other.key, '/v1/partnerships', {
          body: { practice_id: world.receiver.id, message: 'Hello' },
        }),
      ),
    ).toEqual([403, 'practice_suspended']);
    expect((await exchange.call(world.sender.key, `/v1/directory/${other.id}`)).status).toBe(404);
  });
});

test('the directory shows no private field, no unverified credential and no number of one', async () => {
  const other = await createPractice(exchange, world.operator);
  await exchange.call(world.operator, `/v1/professionals/${other.professionalId}/credentials`, {
    body: {
      kind: 'membership',
      title: 'Unchecked',
      issuer: 'X',
      number: 'SECRETNUMBER',
      expires_on: nextYear,
    },
  });
  const entry = expectStatus(await exchange.call(world.sender.key, `/v1/directory/${other.id}`), 200);
  expect(entry.body.professionals[0]).toMatchObject({
    profession: 'career_counselor',
    label: 'licensed profession',
    credentials: [{ kind: 'licence' }],
  });
  expect(JSON.stringify(entry.body)).not.toMatch(/private@elm|L-1|SECRETNUMBER|Unchecked|time_zone|verbal/);
  const byOffer = async (offer: string) =>
    (await exchange.call(world.sender.key, `/v1/directory?offer=${offer}&limit=100`)).body.data.map(
      ({ id }: { id: string }) => id,
    );
  expect(await byOffer('mbti')).toContain(other.id);
  expect(await byOffer('enneagram')).toEqual([]);
  expectStatus(
    await exchange.call(other.key, '/v1/practice', { method: 'PATCH', body: { assessments: ['enneagram'] } }),
    200,
  );
  expect(await byOffer('enneagram')).toEqual([other.id]);
  expect(await byOffer('mbti')).not.toContain(other.id);
});
