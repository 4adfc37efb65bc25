/** What leaves is read by the libraries that partners use: Svix and CloudEvents. (Standard Webhooks': in every receiver.) */
import { CloudEvent, HTTP } from 'cloudevents';
import { Webhook } from 'svix';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
afterAll(async () => {
  await owner.close();
  await exchange.close();
});

const textsOf = (headers: Record<string, string | string[] | undefined>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

test('svix verifies a webhook with the secret that the creation returned, also while that is rotated, and refuses a changed one', async () => {
  const { crm, hook, path, remove } = await owner.subscribe();
  const id = await sendReferral(exchange, world);
  const first = await crm.waitForType('referral.sent', id);
  const svix = new Webhook(hook.secret);
  svix.verify(first.body, textsOf(first.headers));
  expect(() => svix.verify(`${first.body} `, textsOf(first.headers))).toThrow('No matching signature');
  const rotated = expectStatus(await owner.call(`${path}/rotate-secret`, undefined, 'POST'), 200).body;
  const next = await crm.waitForType('referral.sent', await sendReferral(exchange, world));
  for (const secret of [hook.secret, rotated.secret])
    new Webhook(secret).verify(next.body, textsOf(next.headers));
  await remove();
});

test('the CloudEvents SDK reads a structured event, valid after its own schema', async () => {
  const format_settings = { type_prefix: 'example.exchange.', mapping: { referralid: 'referral.id' } };
  const { crm, remove } = await owner.subscribe({ format: 'cloudevents', format_settings });
  const id = await sendReferral(exchange, world);
  const got = await crm.waitFor(({ body }) => body.includes(id));
  const read = HTTP.toEvent({ headers: got.headers, body: got.body });
  if (Array.isArray(read)) throw new Error('it is no batch');
  const event = new CloudEvent(read);
  expect(event.validate()).toBe(true);
  expect(event).toMatchObject({
    specversion: '1.0',
    type: 'example.exchange.referral.sent',
    referralid: id,
    data: { referral_id: id },
  });
  // Handed on by another transport it is the same event.
  const again = HTTP.toEvent(HTTP.binary(event));
  expect(again).toMatchObject({ id: event.id, source: event.source, data: event.data });
  await remove();
});
