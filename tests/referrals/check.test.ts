/** What is said beforehand is what sending does. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  befriend,
  consentInput,
  createPractice,
  createWriter,
  expectStatus,
  type Practice,
  referralInput,
  sendReferral,
} from '../support/world.ts';

useWorld();

const NOBODY = 'prc_01k8vb0z0pe2hsp4n7f2s6w9cq';
let stranger: Practice;
let suspended: Practice;
let unverified: Practice;
let previous: string;
beforeAll(async () => {
  const { operator, sender, receiver } = world;
  stranger = await createPractice(exchange, operator);
  unverified = await createPractice(exchange, operator);
  suspended = await createPractice(exchange, operator, { capacity: 'not_accepting' });
  for (const one of [unverified, suspended]) await befriend(exchange, sender, one);
  const reason = { body: { reason: 'Withdrawn by the board.' } };
  const { credentialId } = unverified;
  expectStatus(await exchange.call(operator, `/v1/credentials/${credentialId}/suspend`, reason), 200);
  const path = `/v1/practices/${suspended.id}/suspend`;
  expectStatus(await exchange.call(operator, path, { method: 'POST' }), 200);
  previous = await sendReferral(exchange, world);
  const decline = { body: { reason: 'at_capacity' } };
  expectStatus(await exchange.call(receiver.key, `/v1/referrals/${previous}/decline`, decline), 200);
});

const ROWS = `select (select count(*) from referrals) || ' ' || (select count(*) from events) || ' '
  || (select count(*) from disclosures) || ' ' || (select count(*) from idempotency_records) as rows`;
const check = (body: object, key = world.sender.key) =>
  exchange.call(key, '/v1/referrals/check', { body, headers: { 'Idempotency-Key': 'same' } });

const often = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, ...others.map((other) => fc.constant(other)));

test('of any draft the check says what sending it then does, with the first reason word for word, and writes nothing', async () => {
  const { sender, receiver } = world;
  const CLIENT = referralInput(receiver).client;
  const drafts = fc.record({
    receiver_practice_id: often(receiver.id, stranger.id, suspended.id, unverified.id, sender.id, NOBODY),
    service: often('career_counseling', 'resume_writing', 'carer_counseling'),
    outside_offer: fc.boolean(),
    reason: often('testing_needed', 'tseting_needed'),
    languages: often<string[]>([], ['es-MX'], ['xx']),
    client_jurisdiction: often('US-NE', 'US-KS'),
    professional_id: often<string | undefined>(undefined, sender.professionalId, receiver.professionalId),
    previous_id: often<string | undefined>(undefined, previous, 'ref_01k8vb1s2wf7r8tck5e8t3d7m1'),
    allow_duplicate: fc.boolean(),
    disclose: often('on_accept', 'on_send'),
    client: often(CLIENT, { ...CLIENT, identity: { given_name: 'Else', family_name: 'Somebody' } }),
    consent: often<object | undefined>(
      consentInput(),
      undefined,
      { method: 'hosted' },
      consentInput({ expires_at: new Date(Date.now() - 1000).toISOString() }),
      { ...consentInput({ method: 'verbal', heard_by: 'Casey' }), reference: undefined },
    ),
  });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(drafts, async (draft) => {
      const before = await exchange.sql(ROWS);
      const said = expectStatus(await check(draft), 200);
      expect(said.cost.written).toBe(0);
      expect(await exchange.sql(ROWS)).toEqual(before);
      const sent = await exchange.call(sender.key, '/v1/referrals', { body: draft });
      const [first] = said.body.reasons;
      seen.add(first?.code ?? 'sent');
      if (sent.status === 201) {
        expect(said.body).toMatchObject({ sendable: true, reasons: [] });
        expect(sent.body.sender.professional_id).toBe(said.body.sender_professional_id);
      } else {
        const { code, detail, errors = [], referral_id = null } = sent.body;
        expect([said.body.sendable, first]).toEqual([false, { code, detail, errors, referral_id }]);
      }
      expect(said.body.receiver?.practice_id ?? null).toBe(
        [receiver.id, suspended.id, unverified.id].includes(draft.receiver_practice_id)
          ? draft.receiver_practice_id
          : null,
      );
    }),
    { numRuns: 40 },
  );
  expect(seen.size).toBeGreaterThan(3);
});

test('every reason is said, not only the first; of a practice without a partnership nothing but that', async () => {
  const { receiver } = world;
  const { client: _client, ...draft } = referralInput(receiver);
  const wrong = { ...draft, outside_offer: false, service: 'resume_writing', client_jurisdiction: 'US-KS' };
  const codes = async (body: object) =>
    (await check(body)).body.reasons.map(({ code }: { code: string }) => code);
  expect(await codes(draft)).toEqual([]);
  expect(await codes({ ...wrong, receiver_practice_id: suspended.id })).toEqual([
    'receiver_not_eligible',
    'receiver_not_eligible',
    'receiver_not_accepting',
    'service_not_offered',
  ]);
  const strange = await check({ ...wrong, receiver_practice_id: stranger.id });
  const missing = await check({ ...wrong, receiver_practice_id: NOBODY });
  expect(strange.body).toEqual(missing.body);
  expect(strange.body).toMatchObject({
    sendable: false,
    reasons: [{ code: 'no_active_partnership' }],
    receiver: null,
    client_checked: false,
  });
});

test('a client whom somebody else has referred, or whom this practice has referred elsewhere, is no duplicate', async () => {
  const { operator, receiver } = world;
  const other = await createWriter(exchange, operator);
  await befriend(exchange, other, receiver);
  const body = referralInput(receiver);
  expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body }), 201);
  expect((await check(body)).body.reasons).toMatchObject([{ code: 'duplicate_referral' }]);
  expect((await check(body, other.key)).body).toMatchObject({ sendable: true, client_checked: true });
});
