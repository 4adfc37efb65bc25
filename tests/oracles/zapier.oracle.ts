/** A small app of Zapier's own platform: it subscribes, reads a sample, gets an event, and ends its subscription. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import zapier, { type Bundle, type HttpMethod, type ZObject } from 'zapier-platform-core';
import { type Exchange, startExchange } from '../support/harness.ts';
import { ownerOf } from '../support/owner.ts';
import { startReceiver } from '../support/receiver.ts';
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

// biome-ignore lint/suspicious/noExplicitAny: results are of the shape that the app makes
type Told = any;

const event = 'referral.sent';
const at = (path: string) => new URL(`/v1${path}`, exchange.origin).href;

/** What somebody who builds the app would write. */
const app = () => ({
  version: '1.0.0',
  platformVersion: '19.1.0',
  authentication: {
    type: 'custom' as const,
    test: { url: at('/practice') },
    fields: [{ key: 'key', label: 'API key', required: true, type: 'password' as const }],
    connectionLabel: '{{json.name}}',
  },
  beforeRequest: [
    (request: { headers: Record<string, string> }, _z: ZObject, bundle: Bundle) => {
      request.headers.Authorization = `Bearer ${bundle.authData.key}`;
      return request;
    },
  ],
  triggers: {
    sent: {
      key: 'sent',
      noun: 'Referral',
      display: { label: 'New Referral', description: 'Triggers when a referral arrives.' },
      operation: {
        type: 'hook' as const,
        performSubscribe: async (z: ZObject, { targetUrl }: Bundle) =>
          (await z.request({ method: 'POST', url: at('/zapier/hooks'), body: { event, targetUrl } })).data,
        performUnsubscribe: async (z: ZObject, { subscribeData }: Bundle) =>
          (await z.request({ method: 'DELETE' as HttpMethod, url: at(`/zapier/hooks/${subscribeData?.id}`) }))
            .data,
        perform: (_z: ZObject, { cleanedRequest }: Bundle) => [cleanedRequest],
        performList: async (z: ZObject) =>
          (await z.request({ url: at('/zapier/samples'), params: { event } })).data,
        sample: { id: 'evt_1', type: event },
        outputFields: [{ key: 'referral_id', label: 'Referral' }],
      },
    },
  },
});

test('subscribes, shows a sample that has the fields of the real thing, gets an event, and hears nothing after it has unsubscribed', async () => {
  const zap = app();
  const run = zapier.createAppTester(zap);
  const { operation } = zap.triggers.sent;
  const authData = { key: world.receiver.key };
  const tell = (step: unknown, bundle: object) =>
    run(step as never, { authData, ...bundle }) as Promise<Told>;

  expect(await tell(zap.authentication.test, {})).toMatchObject({ id: world.receiver.id });
  const hook = await startReceiver();
  const subscribeData = await tell(operation.performSubscribe, { targetUrl: hook.url });
  expect(subscribeData).toEqual({ id: expect.stringMatching(/^wep_/) });

  const [sample] = await tell(operation.performList, {});
  // With all that the sample has: a field without a value is left out.
  const id = await sendReferral(exchange, world, { languages: ['en'], client_city: 'Omaha' });
  const { json } = await hook.waitFor((one) => one.json.referral_id === id);
  const [result] = await tell(operation.perform, { cleanedRequest: json });
  expect(result).toMatchObject({ type: event, referral_id: id, state: 'sent' });
  // By the sample the front desk maps the fields of its Zap: what is mapped must come.
  for (const name of Object.keys(sample)) expect(Object.keys(result)).toContain(name);

  await tell(operation.performUnsubscribe, { subscribeData });
  const { status } = await owner.call(`/webhook-endpoints/${subscribeData.id}`);
  expect(status).toBe(404);
  const count = hook.received.length;
  const other = await owner.subscribe({ event_types: [event] });
  const next = await sendReferral(exchange, world);
  await other.crm.waitForType(event, next);
  expect(hook.received.length).toBe(count);
  await other.remove();
  await hook.close();
});

test('a key that is not good is told to the person who connects the app', async () => {
  const zap = app();
  const run = zapier.createAppTester(zap);
  const tried = run(zap.authentication.test as never, { authData: { key: 'rx_wrong' } });
  await expect(tried).rejects.toThrow(/401|key/i);
});
