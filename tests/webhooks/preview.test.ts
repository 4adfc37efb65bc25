/** What an endpoint would send is what it sends, and a preview shows no secret. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleInput, SETTINGS_EXAMPLES } from '../../src/webhooks/formats/examples.ts';
import { FORMAT_NAMES, splitSecrets } from '../../src/webhooks/formats/formats.ts';
import { settingsOf } from '../support/formats.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { ownerOf } from '../support/owner.ts';
import { createWorld, expectStatus, sendReferral, type World } from '../support/world.ts';

let exchange: Exchange;
let world: World;
let owner: ReturnType<typeof ownerOf>;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  owner = ownerOf(exchange, world);
});
afterAll(() => exchange.close());

const REFERRAL_ID = exampleInput('referral.sent', 'https://crm.example/', 'thin').referral?.id;
const preview = (body: object) => owner.post('/webhook-endpoints/preview', body);

test('of an endpoint it is the request that leaves, with the signature and the owner’s headers masked', async () => {
  const { crm, hook, remove } = await owner.subscribe({ headers: { Authorization: 'Token abc-secret' } });
  await sendReferral(exchange, world, { client_city: 'Omaha', languages: ['en'] });
  const got = await crm.waitFor(({ json }) => json.type === 'referral.sent');
  const { told, carried_categories, requests } = await preview({
    endpoint_id: hook.id,
    event_type: 'referral.sent',
  });
  expect([told, carried_categories, requests.length]).toEqual([true, [], 1]);
  const [{ request, answers }] = requests;
  expect(request.url).toBe(hook.url);
  const sent = Object.keys(got.headers);
  expect(sent).toEqual(
    expect.arrayContaining(Object.keys(request.headers).map((name) => name.toLowerCase())),
  );
  expect(JSON.stringify(requests)).not.toContain('abc-secret');
  const shape = (body: string) => Object.keys(JSON.parse(body).data).sort();
  expect(shape(request.body)).toEqual(shape(got.body));
  expect(answers.find(({ status }: { status: number }) => status === 409).outcome).toBe('record_refused');
  await remove();
});

test('in every format no secret is shown, and the categories are those that the requests hold', async () => {
  for (const format of FORMAT_NAMES) {
    const format_settings = SETTINGS_EXAMPLES[format];
    const body = {
      format,
      format_settings,
      event_type: 'referral.accepted',
      payload: 'full',
      url: 'http://127.0.0.1:9/',
    };
    const { requests, carried_categories } = await preview(body);
    const { secret } = splitSecrets(format, settingsOf(format));
    const secrets = Object.values(secret).flatMap((one) =>
      Object.values(Object(typeof one === 'string' ? [one] : one)),
    );
    for (const one of secrets) expect(JSON.stringify(requests), format).not.toContain(one);
    expect(JSON.stringify(requests), format).toContain('Example');
    expect(carried_categories).toContain('identity');
    const spared = await preview({ ...body, withheld_categories: ['identity', 'contact', 'reason'] });
    expect(JSON.stringify(spared.requests), format).not.toMatch(/Robin|client\.example|fifteen years/);
  }
});

test('an answer of the receiver’s is said to mean what it will', async () => {
  const { requests } = await preview({
    format: 'template',
    format_settings: SETTINGS_EXAMPLES.template,
    url: 'https://crm.example/',
    event_type: 'referral.sent',
    answer: { status: 422, body: '{"message":"phone is invalid"}' },
  });
  expect(requests).toMatchObject([
    {
      knows_record: false,
      request: { method: 'GET', url: `https://crm.example/api/leads?reference=${REFERRAL_ID}`, body: null },
      answers: [{ outcome: 'rejected', detail: expect.stringContaining('`find`') }],
    },
    {
      knows_record: false,
      answers: [{ outcome: 'record_refused', detail: expect.stringContaining('phone is invalid') }],
    },
    { knows_record: true, request: { method: 'PATCH', url: 'https://crm.example/api/leads/4711' } },
  ]);
});

test('an ending of what has no record needs no request, an event that is not told none, and wrong settings are named', async () => {
  const template = {
    format: 'template',
    format_settings: SETTINGS_EXAMPLES.template,
    url: 'https://crm.example/',
  };
  const { requests } = await preview({ ...template, event_type: 'referral.withdrawn' });
  expect(requests.slice(0, 2)).toMatchObject([
    { request: { method: 'GET' } },
    { request: null, detail: expect.stringContaining('no record') },
  ]);
  expect(await preview({ ...template, event_type: 'partnership.invited' })).toMatchObject({
    told: false,
    requests: [],
  });
  const token = { url: 'mailto:nobody', grant_type: 'client_credentials', client_id: 'me' };
  const asking = { ...SETTINGS_EXAMPLES.template, token } as Record<string, unknown>;
  const create = { ...(asking.create as object), headers: { Authorization: 'Bearer {{token}}' } };
  const elsewhere = { ...template, format_settings: { ...asking, create }, event_type: 'referral.sent' };
  const astray = await owner.call('/webhook-endpoints/preview', elsewhere, 'POST');
  expect(expectStatus(astray, 422).body.errors).toMatchObject([{ pointer: '/format_settings/token/url' }]);
  const nowhere = { ...template, url: 'mailto:nobody', event_type: 'referral.sent' };
  expect((await owner.call('/webhook-endpoints/preview', nowhere, 'POST')).status).toBe(422);
  const refused = await owner.call(
    '/webhook-endpoints/preview',
    { format: 'hubspot_contact', event_type: 'referral.sent' },
    'POST',
  );
  expect(expectStatus(refused, 422).body.errors).toMatchObject([
    { pointer: '/format_settings/access_token' },
  ]);
});
