/** What an endpoint with the full payload gets, and what is logged of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PREVIEW_MEMBERS } from '../../../src/referrals/referrals.schemas.ts';
import { ownerOf } from '../../support/owner.ts';
import { answering, verifySignature } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { until } from '../../support/until.ts';
import { CLIENT_WORDS, consentInput, expectStatus, move, sendReferral } from '../../support/world.ts';

let owner: ReturnType<typeof ownerOf>;
useWorld();
beforeAll(async () => {
  owner = ownerOf(exchange, world);
});
afterAll(async () => {
  await owner.close();
});
const subscribe: typeof owner.subscribe = (...all) => owner.subscribe(...all);

const disclosuresOf = (id: string) =>
  exchange.sql<{ categories: string; way: string; key_id: string }>(
    "select * from disclosures where referral_id = ? and way = 'webhook' order by id",
    id,
  );

test('brings the preview before acceptance, the consented client after it, less what the endpoint is spared, and logs each', async () => {
  const { crm, hook, remove } = await subscribe({
    payload: 'full',
    withheld_categories: ['reason', 'messages'],
  });
  const id = await sendReferral(exchange, world, {
    consent: consentInput({ categories: ['identity', 'contact', 'reason'] }),
  });
  const sent = await crm.waitForType('referral.sent', id);
  expect(() => verifySignature(hook.secret, sent)).not.toThrow();
  expect(sent.json.data.referral).toMatchObject({
    id,
    state: 'sent',
    client: null,
    service: 'career_counseling',
  });
  for (const word of CLIENT_WORDS) expect(sent.body).not.toContain(word);
  expect(await disclosuresOf(id)).toEqual([]);

  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const accepted = await crm.waitForType('referral.accepted', id);
  expect(Object.keys(accepted.json.data.referral.client)).toEqual(['identity', 'contact']);
  expect(accepted.json.data.referral.disclosed_categories).toEqual(['identity', 'contact']);
  expect(accepted.body).not.toMatch(/ZEBRA/);
  expect(await disclosuresOf(id)).toMatchObject([
    { categories: '["identity","contact"]', way: 'webhook', key_id: hook.id },
  ]);
  await remove();
});

test('a lead of a CRM’s form gets what the form has fields for, and that is what is logged', async () => {
  const format_settings = { portal_id: '1234567', form_id: '319478e5-e5fd-4d39-9d13-fc1f90bf46da' };
  const form = await subscribe({
    format: 'hubspot_form',
    payload: 'full',
    event_types: ['referral.accepted'],
    format_settings: { ...format_settings, mapping: { story: 'client.background' } },
  });
  const id = await sendReferral(exchange, world, {
    consent: consentInput({
      categories: ['identity', 'contact', 'reason', 'background', 'notes'],
      directions: ['forward', 'feedback', 'messages'],
    }),
  });
  expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'Tested before?' }), 200);
  expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'Yes.' }), 200);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const { body } = await form.crm.waitFor(() => true);
  expect(body).toMatch(/Testperson.*ZEBRABACKGROUND/);
  expect(body).not.toMatch(/ZEBRAREASON|ZEBRANOTES/);
  expect(await disclosuresOf(id)).toMatchObject([{ categories: '["identity","contact","background"]' }]);
  await form.remove();
});

test('without a place for the notice of substance-use records no such client leaves; with one the scope of the consent goes along', async () => {
  const format_settings = { portal_id: '1234567', form_id: '319478e5-e5fd-4d39-9d13-fc1f90bf46da' };
  const form = { format: 'hubspot_form', payload: 'full', event_types: ['referral.accepted'] };
  const bare = await subscribe({ ...form, format_settings });
  const noted = await subscribe({
    ...form,
    format_settings: { ...format_settings, fields: ['lastname', 'message'] },
  });
  const id = await sendReferral(exchange, world, { consent: consentInput({ part2: true }) });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const [without, along] = [await bare.crm.waitFor(() => true), await noted.crm.waitFor(() => true)];
  for (const word of CLIENT_WORDS) expect(without.body).not.toContain(word);
  expect(along.body).toContain('Testperson');
  expect(along.body).toMatch(
    /42 CFR part 2 prohibits.*Prairie Résumés may disclose identity, contact, reason to Elm Street Counseling, for: Career counseling; until \w+ \d+, \d{4}/,
  );
  expect(await disclosuresOf(id)).toMatchObject([{ key_id: noted.hook.id }]);
  for (const { remove } of [bare, noted]) await remove();
});

test('a delayed webhook holds no client once the consent has ended or the referral was withdrawn', async () => {
  const { crm, deliveries, remove } = await subscribe(
    { payload: 'full', event_types: ['referral.accepted'] },
    answering(500),
  );
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const first = await crm.waitForType('referral.accepted', id);
  expect(first.body).toContain('Quillon');
  await until(deliveries, ([one]) => one?.attempts_count === 1);
  await exchange.sql('update consents set revoked_at = ? where referral_id = ?', Date.now(), id);
  await exchange.sql("update deliveries set next_attempt_at = 0 where state = 'pending'");
  await exchange.minute();
  const second = await crm.waitFor(({ body }) => body !== first.body);
  for (const word of CLIENT_WORDS) expect(second.body).not.toContain(word);
  expect(second.json.data.referral).toMatchObject({ client: null, client_withheld: 'no_active_consent' });
  expect(await disclosuresOf(id)).toHaveLength(1);
  await remove();
});

test('an endpoint that is spared everything is told so; the sender’s own endpoint gets its side without the client', async () => {
  const withheld_categories = ['identity', 'contact', 'reason', 'background', 'notes', 'documents'];
  const { crm, remove } = await subscribe({ payload: 'full', withheld_categories });
  const own = await subscribe({ payload: 'full' }, undefined, world.sender);
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const got = await crm.waitForType('referral.accepted', id);
  expect(got.json.data.referral).toMatchObject({ client: null, client_withheld: 'withheld_categories' });
  expect(await disclosuresOf(id)).toEqual([]);
  const theirs = await own.crm.waitForType('referral.accepted', id);
  expect(theirs.json.data.referral).toMatchObject({ direction: 'sent', state: 'accepted' });
  for (const word of CLIENT_WORDS) expect(theirs.body).not.toContain(word);
  await remove();
  await own.remove();
});

test('a thin endpoint is told what the preview shows and never the client, and no disclosure is logged for it', async () => {
  const { crm, remove } = await subscribe();
  const own = await subscribe({}, undefined, world.sender);
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const got = await crm.waitForType('referral.accepted', id);
  const { body: shown } = await exchange.call(world.receiver.key, `/v1/referrals/${id}`);
  const card = Object.fromEntries(PREVIEW_MEMBERS.map((member) => [member, shown[member]]));
  expect(card).toMatchObject({ direction: 'received', sender: { name: expect.any(String) } });
  expect(got.json.data.referral).toEqual({ ...card, external_ids: [], metadata: {} });
  for (const word of CLIENT_WORDS) expect(got.body).not.toContain(word);
  expect(await disclosuresOf(id)).toEqual([]);
  const theirs = await own.crm.waitForType('referral.accepted', id);
  expect(theirs.json.data.referral).toMatchObject({ direction: 'sent', receiver: card.receiver });
  await remove();
  await own.remove();
});
