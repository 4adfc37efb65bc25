/** Formats as an owner meets them: set on an endpoint, delivered by the engine, read by a stand-in of the CRM. */
import { beforeEach, expect, test } from 'vitest';
import { SETTINGS_EXAMPLES } from '../../../src/webhooks/formats/examples.ts';
import { freeEndpoints } from '../../support/calls.ts';
import { askClient, clientOn } from '../../support/client.ts';
import { hubspotContacts, pipedrive, startCrm, zoho } from '../../support/crms.ts';
import { startReceiver, verifySignature } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { until } from '../../support/until.ts';
import { CLIENT_WORDS, expectStatus, move, sendReferral } from '../../support/world.ts';

useWorld();
beforeEach(async () => {
  await freeEndpoints(exchange);
});

const create = (body: object, key = world.receiver.key) =>
  exchange.call(key, '/v1/webhook-endpoints', { body });
const deliveriesOf = async (endpointId: string) =>
  expectStatus(await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${endpointId}/deliveries`), 200)
    .body.data;
const settled = (endpointId: string, count: number) =>
  until(
    async () => {
      await exchange.sql(
        "update deliveries set next_attempt_at = 0 where state = 'pending' and lease_until is null",
      );
      await exchange.minute();
      return deliveriesOf(endpointId);
    },
    (rows: { state: string }[]) => rows.length === count && rows.every(({ state }) => state !== 'pending'),
  );
const accept = async (change: object = {}) => {
  const id = await sendReferral(exchange, world, { ...change });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};

test('HubSpot gets a nameless contact, and the named one after acceptance, with the token and no signature', async () => {
  const properties = [
    'firstname',
    'lastname',
    'email',
    'phone',
    'city',
    'message',
    'referral_id',
    'referral_service',
  ];
  const crm = hubspotContacts(
    String(SETTINGS_EXAMPLES.hubspot_contact.access_token),
    properties,
    'referral_id',
  );
  const { url, close } = await startCrm(crm);
  const hook = expectStatus(
    await create({
      url,
      format: 'hubspot_contact',
      payload: 'full',
      format_settings: SETTINGS_EXAMPLES.hubspot_contact,
    }),
    201,
  ).body;
  expect(hook).toMatchObject({ format: 'hubspot_contact', format_secret_names: ['access_token'] });
  expect(JSON.stringify(hook.format_settings)).not.toContain(SETTINGS_EXAMPLES.hubspot_contact.access_token);
  const id = await accept();
  await settled(hook.id, 2);
  expect(crm.records).toMatchObject([{ referral_id: id, lastname: 'Testperson' }]);
  for (const { id: deliveryId } of await deliveriesOf(hook.id)) {
    const { attempts } = expectStatus(
      await exchange.call(world.receiver.key, `/v1/deliveries/${deliveryId}`),
      200,
    ).body;
    for (const word of CLIENT_WORDS) expect(JSON.stringify(attempts)).not.toContain(word);
  }
  const [row] = await exchange.sql('select * from webhook_endpoints where id = ?', hook.id);
  expect(JSON.stringify(row)).not.toContain(SETTINGS_EXAMPLES.hubspot_contact.access_token);
  expect(
    (await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${hook.id}/ping`, { method: 'POST' }))
      .body.code,
  ).toBe('invalid_state');
  await close();
});

test('what HubSpot refuses is shown in its words where they are about the record, and not where they quote the client', async () => {
  const crm = hubspotContacts(
    String(SETTINGS_EXAMPLES.hubspot_contact.access_token),
    ['firstname', 'lastname', 'email', 'phone', 'city', 'message', 'referral_id'],
    'referral_id',
  );
  const { url, close } = await startCrm(crm);
  const hook = expectStatus(
    await create({
      url,
      format: 'hubspot_contact',
      payload: 'full',
      format_settings: {
        ...SETTINGS_EXAMPLES.hubspot_contact,
        mapping: { unknown_property: 'referral.id' },
      },
    }),
    201,
  ).body;
  await accept();
  await settled(hook.id, 2);
  const attempts = [];
  for (const { id } of await deliveriesOf(hook.id)) {
    const { body } = await exchange.call(world.receiver.key, `/v1/deliveries/${id}`);
    expect(body).toMatchObject({ state: 'exhausted', attempts_count: 1 });
    attempts.push(...body.attempts);
  }
  // Newest first: with the acceptance the client’s address is in what HubSpot says.
  expect(attempts[0]).toMatchObject({ status: 400, error: 'record_refused' });
  expect(attempts[0].response_excerpt).toMatch(/correct `mapping`.*\(VALIDATION_ERROR\)$/);
  expect(attempts[1].response_excerpt).toContain(
    'It says: “Property values were not valid: Property "unknown_property"',
  );
  for (const word of CLIENT_WORDS) expect(JSON.stringify(attempts)).not.toContain(word);
  const endpoint = await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${hook.id}`);
  expect(endpoint.body).toMatchObject({ failures_count: 0, last_failure: null, notices: [] });
  await close();
});

test('a format that would make two records of one referral says so when it is saved, and one that cannot be told of an ending too', async () => {
  const { referral_id_property: _, ...without } = SETTINGS_EXAMPLES.hubspot_contact;
  const refused = await create({ format: 'hubspot_contact', format_settings: without });
  expect([refused.status, refused.body.errors[0].pointer]).toEqual([
    422,
    '/format_settings/referral_id_property',
  ]);
  const form = { format: 'hubspot_form', format_settings: SETTINGS_EXAMPLES.hubspot_form };
  const several = await create({ ...form, event_types: ['referral.sent', 'referral.accepted'] });
  expect([several.status, several.body.errors[0].pointer]).toEqual([422, '/event_types']);
  expect(expectStatus(await create(form), 201).body.notices).toMatchObject([{ code: 'endings_not_told' }]);
});

test('a withdrawal, a revoked consent and an erasure reach the CRM where nothing else was asked for', async () => {
  const crm = hubspotContacts(
    String(SETTINGS_EXAMPLES.hubspot_contact.access_token),
    ['firstname', 'lastname', 'email', 'phone', 'city', 'message', 'referral_id', 'referral_service'],
    'referral_id',
  );
  const { url, close } = await startCrm(crm);
  const hook = expectStatus(
    await create({ url, format: 'hubspot_contact', format_settings: SETTINGS_EXAMPLES.hubspot_contact }),
    201,
  ).body;
  const withdrawn = await sendReferral(exchange, world);
  await settled(hook.id, 1);
  expectStatus(await move(exchange, world.sender, withdrawn, 'withdraw'), 200);
  await settled(hook.id, 2);
  expect(crm.records).toHaveLength(1);
  expect(crm.records[0]?.message).toContain('took the referral back');
  const { path } = await askClient(exchange, world);
  const client = clientOn(exchange, path);
  await client.giveName();
  expectStatus(await client.agree('no'), 303);
  await settled(hook.id, 3);
  expectStatus(await client.revoke(), 303);
  await settled(hook.id, 4);
  expect(crm.records).toHaveLength(2);
  expect(crm.records[1]?.message).toContain('took the consent back');
  const erased = await sendReferral(exchange, world);
  await settled(hook.id, 5);
  expectStatus(await move(exchange, world.sender, erased, 'erase'), 200);
  await settled(hook.id, 6);
  expect(crm.records).toHaveLength(3);
  expect(crm.records[2]?.message).toContain('was deleted where it came from');
  await close();
});

test('Pipedrive: an attempt that failed after the person goes on with the lead, and makes no second person', async () => {
  const crm = pipedrive(String(SETTINGS_EXAMPLES.pipedrive_lead.api_token));
  const { url, close } = await startCrm(crm);
  const hook = expectStatus(
    await create({
      url,
      format: 'pipedrive_lead',
      format_settings: SETTINGS_EXAMPLES.pipedrive_lead,
      event_types: ['referral.sent'],
    }),
    201,
  ).body;
  crm.failNext('/v1/leads');
  await sendReferral(exchange, world);
  const [delivery] = await settled(hook.id, 1);
  expect(delivery).toMatchObject({ state: 'delivered', attempts_count: 2 });
  expect(crm.records.filter((record) => 'title' in record)).toHaveLength(1);
  await close();
});

test('Zoho: the deliveries share a short-lived token, and neither it nor a secret is stored as it is', async () => {
  const { client_id, client_secret, refresh_token } = SETTINGS_EXAMPLES.zoho_lead as Record<string, string>;
  const secrets = {
    client_id: String(client_id),
    client_secret: String(client_secret),
    refresh_token: String(refresh_token),
  };
  const crm = zoho(secrets);
  const { url, close } = await startCrm(crm);
  const body = {
    url,
    format: 'zoho_lead',
    format_settings: SETTINGS_EXAMPLES.zoho_lead,
    event_types: ['referral.sent'],
  };
  const hook = expectStatus(await create(body), 201).body;
  const id = await sendReferral(exchange, world);
  expect((await settled(hook.id, 1))[0]?.state).toBe('delivered');
  const other = await sendReferral(exchange, world);
  await settled(hook.id, 2);
  expect(crm.records).toMatchObject([{ Referral_Id: id }, { Referral_Id: other }]);
  expect(crm.tokensMade()).toBe(1);
  const [row] = await exchange.sql('select * from webhook_endpoints where id = ?', hook.id);
  const shown = await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${hook.id}`);
  for (const secret of [secrets.client_secret, secrets.refresh_token, '1000.access'])
    expect(JSON.stringify([row, shown.body])).not.toContain(secret);
  await close();
});

test('flat has one level and is signed; CloudEvents are what they say; a lead is never made of one’s own referral', async () => {
  const crm = await startReceiver();
  const flat = expectStatus(
    await create({ url: crm.url, format: 'flat', event_types: ['referral.accepted'] }),
    201,
  ).body;
  const events = expectStatus(
    await create({
      url: crm.url,
      format: 'cloudevents',
      format_settings: SETTINGS_EXAMPLES.cloudevents,
      event_types: ['referral.sent'],
    }),
    201,
  ).body;
  const own = expectStatus(
    await create(
      {
        url: crm.url,
        format: 'salesforce_web_to_lead',
        format_settings: SETTINGS_EXAMPLES.salesforce_web_to_lead,
      },
      world.sender.key,
    ),
    201,
  ).body;
  const id = await accept();
  const accepted = await crm.waitFor(({ json }) => json.type === 'referral.accepted');
  expect(Object.values(accepted.json).every((value) => typeof value !== 'object' || value === null)).toBe(
    true,
  );
  verifySignature(flat.secret, accepted);
  const sent = await crm.waitFor(({ json }) => json.specversion === '1.0');
  expect(sent.headers['content-type']).toContain('application/cloudevents+json');
  verifySignature(events.secret, sent);
  expect(sent.json.data.referral_id).toBe(id);
  const list = async () =>
    expectStatus(await exchange.call(world.sender.key, `/v1/webhook-endpoints/${own.id}/deliveries`), 200)
      .body.data;
  const rows = await until(
    list,
    (all: { state: string }[]) => all.length > 0 && all.every(({ state }) => state === 'cancelled'),
  );
  expect(rows.length).toBeGreaterThan(0);
  await crm.close();
});

test('a Zap subscribes, gets what the sample promised, and unsubscribes', async () => {
  const zap = await startReceiver();
  const { body } = expectStatus(
    await exchange.call(world.receiver.key, '/v1/zapier/hooks', {
      body: { event: 'referral.sent', targetUrl: zap.url },
    }),
    201,
  );
  const [sample] = expectStatus(
    await exchange.call(world.receiver.key, '/v1/zapier/samples?event=referral.sent'),
    200,
  ).body;
  await sendReferral(exchange, world, { client_city: 'Omaha', languages: ['en'] });
  const got = await zap.waitFor(({ json }) => json.type === 'referral.sent');
  expect(Object.keys(got.json).sort()).toEqual(Object.keys(sample).sort());
  expect(
    (await exchange.call(world.receiver.key, `/v1/zapier/hooks/${body.id}`, { method: 'DELETE' })).status,
  ).toBe(204);
  await zap.close();
});

test('what does not fit the format is refused when it is saved, and a change keeps the secrets that it does not name', async () => {
  const url = 'http://127.0.0.1:9/';
  const pointerOf = async (body: object) => (await create(body)).body.errors?.[0].pointer;
  expect(await pointerOf({ url, format: 'hubspot_contact' })).toBe('/format_settings/access_token');
  expect(await pointerOf({ url, format: 'flat', format_settings: { nonsense: 1 } })).toBe(
    '/format_settings/nonsense',
  );
  expect(await pointerOf({ url, format: 'telegram' })).toBe('/format');
  expect(await pointerOf({ format: 'flat' })).toBe('/url');
  expect(
    await pointerOf({
      url,
      format: 'pipedrive_lead',
      format_settings: SETTINGS_EXAMPLES.pipedrive_lead,
      event_types: ['partnership.ended'],
    }),
  ).toBe('/event_types');
  const hook = expectStatus(
    await create({ url, format: 'pipedrive_lead', format_settings: SETTINGS_EXAMPLES.pipedrive_lead }),
    201,
  ).body;
  expect(hook.event_types.length).toBeGreaterThan(0);
  const path = `/v1/webhook-endpoints/${hook.id}`;
  const changed = expectStatus(
    await exchange.call(world.receiver.key, path, { method: 'PATCH', body: { description: 'Renamed' } }),
    200,
  ).body;
  expect(changed).toMatchObject({
    description: 'Renamed',
    format: 'pipedrive_lead',
    format_secret_names: ['api_token'],
  });
  const plain = expectStatus(
    await exchange.call(world.receiver.key, path, { method: 'PATCH', body: { format: 'standard' } }),
    200,
  ).body;
  expect(plain).toMatchObject({ format: 'standard', format_settings: {}, format_secret_names: [] });
});
