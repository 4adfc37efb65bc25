/** HubSpot's own client: it signs the calls that we verify, and reads the answers of the stand-in that the format is tested by. */
import { Client, Signature } from '@hubspot/api-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SETTINGS_EXAMPLES } from '../../src/webhooks/formats/examples.ts';
import { CRMS, tell } from '../support/crm-table.ts';
import { type Crm, startCrm } from '../support/crms.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { ownerOf } from '../support/owner.ts';
import { createWorld, sendReferral, type World } from '../support/world.ts';

let exchange: Exchange;
let world: World;
let owner: ReturnType<typeof ownerOf>;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  owner = ownerOf(exchange, world);
});
afterAll(async () => {
  await owner.close();
  await exchange.close();
});

const clientSecret = 'invented-client-secret';

test.each(['v3', 'v2'] as const)(
  'a call that its %s signature proves is taken, and no other',
  async (version) => {
    const callback = {
      caller: { kind: 'hubspot', client_secret: clientSecret },
      stages: { appointmentscheduled: { outcome: 'accept' } },
    };
    const { crm, remove } = await owner.subscribe({ event_types: ['referral.sent'], callback });
    const id = await sendReferral(exchange, world);
    const { pathname } = new URL((await crm.waitForType('referral.sent', id)).json.data.callback_url);
    const url = exchange.origin.replace(/\/$/, '') + pathname;
    const body = JSON.stringify({
      objectId: 51,
      properties: { dealstage: { value: 'appointmentscheduled' } },
    });
    const timestamp = Date.now();
    const sign = (secret: string) =>
      Signature.getSignature('POST', version, {
        clientSecret: secret,
        requestBody: body,
        url,
        signature: '',
        timestamp,
      });
    const call = (signature: string) =>
      exchange.call(null, pathname, {
        body,
        headers:
          version === 'v3'
            ? { 'X-HubSpot-Signature-v3': signature, 'X-HubSpot-Request-Timestamp': String(timestamp) }
            : { 'X-HubSpot-Signature': signature, 'X-HubSpot-Signature-Version': 'v2' },
      });
    expect((await call(sign('another-secret'))).status).toBe(401);
    expect(await call(sign(clientSecret))).toMatchObject({
      status: 200,
      body: { result: 'done', state: 'accepted' },
    });
    await remove();
  },
);

test('it finds the contact that the format made by the referral’s id, and reads the stand-in’s refusals', async () => {
  const crm = CRMS.hubspot_contact();
  tell('hubspot_contact', crm, 'referral.sent', 'thin');
  tell('hubspot_contact', crm, 'referral.accepted', 'full');
  // The client of today still says v3, the format the version that is to stay.
  const under: Crm = {
    records: crm.records,
    answer: (asked) =>
      crm.answer({ ...asked, path: asked.path.replace('/crm/v3/objects/', '/crm/objects/2026-09/') }),
  };
  const server = await startCrm(under);
  const { access_token, referral_id_property } = SETTINGS_EXAMPLES.hubspot_contact as Record<string, string>;
  const client = new Client({ accessToken: access_token as string, basePath: server.url.replace(/\/$/, '') });
  const { basicApi } = client.crm.contacts;
  const referralId = crm.records[0]?.referral_id as string;
  const found = await basicApi.getById(
    referralId,
    ['email', 'lastname'],
    undefined,
    undefined,
    false,
    referral_id_property,
  );
  expect(found).toMatchObject({
    id: '51',
    properties: { email: 'robin@client.example', lastname: 'Example' },
  });
  const known = basicApi.create({ properties: { email: 'robin@client.example' }, associations: [] });
  await expect(known).rejects.toMatchObject({
    code: 409,
    body: { category: 'CONFLICT', message: expect.stringContaining('Existing ID: 51') },
  });
  const missing = basicApi.getById('no-such-referral', [], undefined, undefined, false, referral_id_property);
  await expect(missing).rejects.toMatchObject({ code: 404, body: { category: 'OBJECT_NOT_FOUND' } });
  await server.close();
});
