/** Receivers repeat what they were sent; what is kept of their answers is stored in clear. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { secretsIn, withoutClient, withoutSecrets } from '../../../src/webhooks/posting/echo.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { until } from '../../support/until.ts';
import { CLIENT_WORDS, expectStatus, move, sendReferral } from '../../support/world.ts';

useWorld();

/** Answers with what it was sent, headers first; events it refuses, as of a good answer nothing is kept. */
const echo = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  response.statusCode = body.includes('endpoint.ping') ? 200 : 500;
  response.end(JSON.stringify(request.headers.authorization ?? '') + body);
});
afterAll(() => void echo.close());

test('of an answer that repeats the webhook neither the client, nor a link, nor a header’s value is kept', async () => {
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(echo.address() as AddressInfo).port}/hook`;
  const subscribe = async (change: object) =>
    expectStatus(
      await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body: { url, ...change } }),
      201,
    ).body.id as string;
  const ids = [
    await subscribe({ page_links: true }),
    await subscribe({ payload: 'full' }),
    await subscribe({ headers: { Authorization: 'Token zebra-header-secret' } }),
  ];
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  await until(
    () =>
      exchange.sql<{ attempts_count: number }>(
        `select attempts_count from deliveries where endpoint_id in (${ids.map(() => '?').join()})`,
        ...ids,
      ),
    (rows) => rows.length >= 3 && rows.every(({ attempts_count }) => attempts_count > 0),
  );
  const kept = await exchange.sql<{ endpoint_id: string; response_excerpt: string }>(
    'select endpoint_id, response_excerpt from attempts',
  );
  const text = JSON.stringify(kept);
  for (const secret of [...CLIENT_WORDS, 'zebra-header-secret']) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/(callback|referral)\/[\w-]{20}/);
  expect(kept.find(({ endpoint_id }) => endpoint_id === ids[0])?.response_excerpt).toContain('/callback/…');
  for (const endpointId of ids)
    await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${endpointId}`, { method: 'DELETE' });
});

test('a key sends nothing to an endpoint that it could not read and do itself', async () => {
  const made = await exchange.call(world.receiver.key, '/v1/keys', {
    body: { name: 'plumbing', scopes: ['webhooks:read', 'webhooks:write'] },
  });
  const { secret } = expectStatus(made, 201).body;
  const url = 'https://crm.example/hook';
  const create = (key: string, change: object) =>
    exchange.call(key, '/v1/webhook-endpoints', { body: { url, ...change } });
  for (const change of [{ payload: 'full' }, { page_links: true }])
    expect((await create(secret, change)).body.code).toBe('insufficient_scope');
  const thin = expectStatus(await create(secret, {}), 201).body.id;
  const full = expectStatus(await create(world.receiver.key, { payload: 'full' }), 201).body.id;
  const edit = (id: string, body: object) =>
    exchange.call(secret, `/v1/webhook-endpoints/${id}`, { method: 'PATCH', body });
  expect((await edit(thin, { payload: 'full' })).body.code).toBe('insufficient_scope');
  expect((await edit(full, { url: 'https://other.example/hook' })).body.code).toBe('insufficient_scope');
  expectStatus(await edit(thin, { description: 'renamed' }), 200);
});

describe('an excerpt', () => {
  const texts = [
    'Renée',
    'Du Bois-Müller',
    'renee@client.example',
    '+1 402 555 0177',
    '4/5 rue X, "back" door',
    'Wants to change her field of work after many years',
  ];
  test.each([
    ['plain', 'Thanks, Renée!'],
    ['JSON as Python and PHP write it', '{"n":"Ren\\u00e9e"}'],
    ['a form', 'first=Ren%C3%A9e&last=x'],
    ['HTML', '<b>Ren&eacute;e</b>'],
    ['HTML by number', 'Ren&#233;e or Ren&#xe9;e'],
    ['without its accent, in capitals', 'RENEE'],
    ['a name of two words in a form', 'last=Du+Bois-M%C3%BCller'],
    ['escaped slashes and quotes', '{"a":"4\\/5 rue X, \\"back\\" door"}'],
    ['digits alone', '{"phone":14025550177}'],
    ['the beginning of a long text', '{"note":"Wants to change her fi'],
    ['an address', 'mail to renee@client.example'],
  ])('that repeats the client is not kept: %s', (_way, excerpt) => {
    expect(withoutClient(excerpt, texts)).not.toContain(excerpt);
  });

  test.each([
    '{"error":"unknown property email_2"}',
    '{"status":"ok","id":4711}',
    '<ul><li>renewal of the textbook at 402</li></ul>',
    'Internal Server Error',
  ])('that repeats nothing is kept: %s', (excerpt) => {
    expect(withoutSecrets(withoutClient(excerpt, texts), secretsIn({ 'x-key': 'abcdef123' }))).toBe(excerpt);
  });

  test('that holds what is secret in a header, with or without its scheme, is not kept; our own names are', () => {
    const secrets = secretsIn({
      Authorization: 'Bearer 1f0c9a2b',
      'x-make-apikey': 'zebra/key',
      'Content-Type': 'application/json',
      'User-Agent': 'ReferralExchange-Webhooks/1.0',
      'webhook-id': 'evt_01k8vb5c3rfx8t0s6d9q2j4w7z',
    });
    for (const excerpt of ['invalid key 1f0c9a2b', '{"k":"zebra\\/key"}'])
      expect(withoutSecrets(excerpt, secrets)).not.toContain(excerpt);
    for (const excerpt of [
      'got evt_01k8vb5c3rfx8t0s6d9q2j4w7z',
      'application/json only',
      'a Bearer token is missing',
    ])
      expect(withoutSecrets(excerpt, secrets)).toBe(excerpt);
  });
});
