/** Receivers that are strict about what they get, and what is told of how an endpoint does. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { answering, startReceiver } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { until } from '../../support/until.ts';
import { expectStatus, sendReferral } from '../../support/world.ts';

useWorld();

const call = (path: string, method = 'GET') =>
  exchange.call(world.receiver.key, `/v1/webhook-endpoints/${path}`, { method });
const subscribe = async (url: string, change: object) =>
  expectStatus(
    await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body: { url, ...change } }),
    201,
  ).body as { id: string };

test.each([
  [
    'flat with a key of Make',
    { format: 'flat', format_settings: { make_api_key: 'make-key-1' } },
    'x-make-apikey',
    'make-key-1',
  ],
  ['cloudevents', { format: 'cloudevents' }, 'content-type', 'application/cloudevents+json'],
  [
    'standard with a header of its own',
    { headers: { Authorization: 'Token abc123' } },
    'authorization',
    'Token abc123',
  ],
])(
  '%s: a receiver that takes nothing else takes the test too, and gets what was held',
  async (_name, change, header, value) => {
    const strict = await startReceiver();
    strict.answer((response, count) => {
      const isRight = strict.received.at(-1)?.headers[header] === value;
      answering(isRight ? 200 : 401)(response, count);
    });
    const { id } = await subscribe(strict.url, change);
    expectStatus(await call(`${id}/disable`, 'POST'), 200);
    const referralId = await sendReferral(exchange, world);
    expectStatus(await call(`${id}/enable`, 'POST'), 200);
    await until(
      async () => (await call(`${id}/deliveries`)).body.data,
      ([one]) => one?.state === 'delivered',
    );
    expect(strict.received.at(-1)?.body).toContain(referralId);
    expectStatus(await call(id, 'DELETE'), 204);
    await strict.close();
  },
);

test('Salesforce, which does not say what it made of it, is told to both sides as unconfirmed, until another endpoint confirms', async () => {
  // It gets a form, and the other receivers read JSON.
  const salesforce = createServer((request, response) => request.resume().on('end', () => response.end()));
  await new Promise<void>((resolve) => salesforce.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(salesforce.address() as AddressInfo).port}/`;
  const settings = { oid: '00D000000000001' };
  const { id } = await subscribe(url, {
    format: 'salesforce_web_to_lead',
    format_settings: settings,
    event_types: ['referral.sent'],
  });
  const referralId = await sendReferral(exchange, world);
  const readAsSender = async () =>
    (await exchange.call(world.sender.key, `/v1/referrals/${referralId}`)).body;
  const reached = await until(readAsSender, ({ reached_at }) => reached_at !== null);
  expect(reached.reached_confirmed).toBe(false);
  const [delivery] = (await call(`${id}/deliveries`)).body.data;
  const { attempts } = (await exchange.call(world.receiver.key, `/v1/deliveries/${delivery.id}`)).body;
  expect(attempts[0].response_excerpt).toContain('unconfirmed');

  const confirming = await startReceiver();
  const other = await subscribe(confirming.url, { event_types: ['referral.sent'] });
  expectStatus(
    await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${other.id}/replay`, {
      body: { since: new Date(Date.now() - 60_000).toISOString() },
    }),
    201,
  );
  const confirmed = await until(readAsSender, ({ reached_confirmed }) => reached_confirmed);
  expect(confirmed.reached_at).toBe(reached.reached_at);
  for (const endpointId of [id, other.id]) expectStatus(await call(endpointId, 'DELETE'), 204);
  salesforce.close();
  await confirming.close();
});

test.each([401, 403, 404])(
  'a %i is seen on the endpoint at once, and gone after a success',
  async (status) => {
    const crm = await startReceiver(answering(status));
    const { id } = await subscribe(crm.url, { event_types: ['referral.sent'] });
    await sendReferral(exchange, world);
    const failing = await until(
      async () => (await call(id)).body,
      ({ last_failure }) => last_failure !== null,
    );
    expect(failing.last_failure).toMatchObject({ status, error: null });
    crm.answer(answering(200));
    await exchange.sql(
      "update deliveries set next_attempt_at = 0 where state = 'pending' and lease_until is null",
    );
    await exchange.minute();
    await until(
      async () => (await call(id)).body,
      ({ last_failure }) => last_failure === null,
    );
    expectStatus(await call(id, 'DELETE'), 204);
    await crm.close();
  },
);

test('Zapier ends what it subscribed and nothing else', async () => {
  const { id } = await subscribe('http://127.0.0.1:9/', {});
  const hook = (endpointId: string) =>
    exchange.call(world.receiver.key, `/v1/zapier/hooks/${endpointId}`, { method: 'DELETE' });
  expect((await hook(id)).status).toBe(404);
  expectStatus(await call(id), 200);
  const made = await exchange.call(world.receiver.key, '/v1/zapier/hooks', {
    body: { event: 'referral.sent', targetUrl: 'https://hooks.zapier.com/hooks/standard/1/2/' },
  });
  expectStatus(await hook(expectStatus(made, 201).body.id), 204);
});

test('what is wrong with input is said in words, not in types of a library', async () => {
  for (const body of [
    { url: 'http://127.0.0.1:9/', secret: 'x' },
    { url: 5 },
    { url: 'http://127.0.0.1:9/', callback: 'x' },
    { url: 'http://127.0.0.1:9/', callback: { caller: { kind: 'hubspot' } } },
  ]) {
    const answer = await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body });
    expect(answer.status).toBe(422);
    for (const { detail } of answer.body.errors) expect(detail).not.toMatch(/Invalid|Expected|received/);
  }
});
