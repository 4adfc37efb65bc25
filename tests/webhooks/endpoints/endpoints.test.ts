/** Endpoints as their owners use them, with real receivers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownerOf } from '../../support/owner.ts';
import { answering, verifySignature } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { until } from '../../support/until.ts';
import { createPractice, expectStatus, sendReferral } from '../../support/world.ts';

let owner: ReturnType<typeof ownerOf>;
useWorld();
beforeAll(async () => {
  owner = ownerOf(exchange, world);
});
afterAll(async () => {
  await owner.close();
});
const call: typeof owner.call = (...all) => owner.call(...all);
const post: typeof owner.post = (...all) => owner.post(...all);
const read: typeof owner.read = (...all) => owner.read(...all);
const subscribe: typeof owner.subscribe = (...all) => owner.subscribe(...all);
const feedOf: typeof owner.feedOf = (...all) => owner.feedOf(...all);

describe('secrets', () => {
  test('while a secret is rotated both sign, each verifies alone, and after 24 hours only the new one does', async () => {
    const { crm, hook, path, remove } = await subscribe({ event_types: ['referral.sent'] });
    const rotated = await post(`${path}/rotate-secret`);
    expect(rotated.secret).not.toBe(hook.secret);
    expect(rotated.version).toBe(hook.version + 1);
    const during = await crm.waitForType('referral.sent', await sendReferral(exchange, world));
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect(() => verifySignature(hook.secret, during)).not.toThrow();
    expect(() => verifySignature(rotated.secret, during)).not.toThrow();
    await exchange.sql('update webhook_endpoints set previous_secret_until = 1 where id = ?', hook.id);
    const later = await crm.waitForType('referral.sent', await sendReferral(exchange, world));
    expect(() => verifySignature(hook.secret, later)).toThrow();
    expect(() => verifySignature(rotated.secret, later)).not.toThrow();
    expect(JSON.stringify(await read(path))).not.toContain('whsec_');
    await remove();
  });

  test('a repeated rotation with the same Idempotency-Key rotates once and shows the same secret', async () => {
    const { path, remove } = await subscribe({ event_types: ['referral.sent'] });
    const rotate = () =>
      exchange.call(world.receiver.key, `/v1${path}/rotate-secret`, {
        method: 'POST',
        headers: { 'Idempotency-Key': `rotate-${path}` },
      });
    const first = expectStatus(await rotate(), 200).body;
    expect(expectStatus(await rotate(), 200).body).toEqual(first);
    await remove();
  });
});

describe('custom headers', () => {
  test('go with every webhook and with the test; their values are sealed and never shown', async () => {
    const headers = { Authorization: 'Token zebra-token', 'X-Make-Apikey': 'zebra-key' };
    const { crm, hook, path, remove } = await subscribe({ event_types: ['referral.sent'], headers });
    expect(hook.header_names).toEqual(['Authorization', 'X-Make-Apikey']);
    const got = await crm.waitForType('referral.sent', await sendReferral(exchange, world));
    expect(got.headers).toMatchObject({
      authorization: 'Token zebra-token',
      'x-make-apikey': 'zebra-key',
      'content-type': 'application/json',
      'user-agent': 'ReferralExchange-Webhooks/1.0',
    });
    await post(`${path}/ping`);
    expect((await crm.waitForType('endpoint.ping')).headers.authorization).toBe('Token zebra-token');
    const [row] = await exchange.sql('select * from webhook_endpoints where id = ?', hook.id);
    expect(JSON.stringify([row, hook, await read(path)])).not.toMatch(/zebra/);
    const emptied = expectStatus(await call(path, { headers: {} }, 'PATCH'), 200).body;
    expect(emptied.header_names).toEqual([]);
    crm.received.length = 0;
    await post(`${path}/ping`);
    expect((await crm.waitForType('endpoint.ping')).headers.authorization).toBeUndefined();
    await remove();
  });

  test.each([
    ['Host', 'x'],
    ['content-type', 'x'],
    ['Content-Length', '0'],
    ['connection', 'x'],
    ['Transfer-Encoding', 'chunked'],
    ['TE', 'x'],
    ['upgrade', 'x'],
    ['Cookie', 'x'],
    ['webhook-id', 'x'],
    ['Webhook-Signature', 'x'],
    ['USER-AGENT', 'x'],
    ['CF-Connecting-IP', 'x'],
    ['cf-worker', 'x'],
    ['X-Forwarded-For', 'x'],
    ['X-Real-IP', 'x'],
    ['Forwarded', 'x'],
    ['Proxy-Authorization', 'x'],
    ['Sec-Fetch-Mode', 'x'],
    ['Expect', '100-continue'],
    ['', 'x'],
    ['X Y', 'x'],
    ['X:Y', 'x'],
    ['X\r\nY', 'x'],
    ['Grüße', 'x'],
    ['X-Ok', ''],
    ['X-Ok', 'a\r\nInjected: 1'],
    ['X-Ok', 'a\u0000b'],
    ['X-Ok', ' padded '],
    ['X-Ok', 'grüße'],
    ['X-Ok', 'long '.repeat(201)],
    ['X-Ok', 1],
    ['X-Ok', null],
  ])('%j: %j is refused', async (name, value) => {
    const answer = await call('/webhook-endpoints', {
      url: 'http://127.0.0.1:9/',
      headers: { [name]: value },
    });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input']);
  });

  test('more than 10, and the same name twice, are refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`X-${index}`, 'x']));
    for (const headers of [many, { 'X-Same': '1', 'x-same': '2' }, ['x'], 'X: y', null]) {
      expect((await call('/webhook-endpoints', { url: 'http://127.0.0.1:9/', headers })).status).toBe(422);
    }
  });
});

test('a ping is signed, posted at once and tells how it was answered, also to a disabled endpoint', async () => {
  const { crm, hook, path, remove } = await subscribe(
    { event_types: ['referral.sent'] },
    answering(418, {}, 'teapot'),
  );
  const failed = await post(`${path}/ping`);
  expect(failed).toMatchObject({
    succeeded: false,
    status: 418,
    error: null,
    response_excerpt: 'teapot',
  });
  const got = await crm.waitForType('endpoint.ping');
  expect(got.headers['webhook-id']).toBe(failed.id);
  expect(() => verifySignature(hook.secret, got)).not.toThrow();
  await post(`${path}/disable`);
  crm.answer(answering(200));
  expect(await post(`${path}/ping`)).toMatchObject({ succeeded: true, status: 200 });
  const shown = await read(path);
  expect(shown).toMatchObject({ enabled: false, failures_count: 0, last_ping: { succeeded: true } });
  expect(await feedOf(world.receiver.key, 'endpoint.ping')).toEqual([]);
  await remove();
});

test('while an endpoint is disabled events are held; a failed test leaves it disabled, a good one replays them in order', async () => {
  const { crm, hook, path, deliveries, remove } = await subscribe({ event_types: ['referral.sent'] });
  const disabled = await post(`${path}/disable`);
  expect(disabled).toMatchObject({ enabled: false, disabled_reason: 'owner', version: 2 });
  expect(await post(`${path}/disable`)).toEqual(disabled);
  const ids: string[] = [];
  for (let index = 0; index < 4; index += 1) ids.push(await sendReferral(exchange, world));
  await exchange.minute();
  expect((await deliveries()).map(({ state }: { state: string }) => state)).toEqual(Array(4).fill('held'));
  expect(crm.received).toEqual([]);

  crm.answer(answering(500, {}, 'still broken'));
  const refused = await call(`${path}/enable`, undefined, 'POST');
  expect([refused.status, refused.body.code]).toEqual([409, 'ping_failed']);
  expect(refused.body.ping).toMatchObject({ status: 500, response_excerpt: 'still broken' });
  expect((await read(path)).enabled).toBe(false);

  crm.answer(answering(200));
  crm.received.length = 0;
  const enabled = await post(`${path}/enable`);
  expect(enabled).toMatchObject({ enabled: true, disabled_reason: null, replaying: true });
  ids.push(await sendReferral(exchange, world));
  await until(deliveries, (all) => all.every(({ state }: { state: string }) => state === 'delivered'));
  expect(crm.received.map(({ json }) => json.data.referral_id ?? json.type)).toEqual([
    'endpoint.ping',
    ...ids,
  ]);
  await until(
    () => read(path),
    ({ replaying }) => !replaying,
  );
  expect(
    (await feedOf(world.receiver.key, 'endpoint.disabled')).filter(
      ({ data }) => data.endpoint_id === hook.id,
    ),
  ).toMatchObject([{ data: { reason: 'owner' } }]);
  await remove();
});

test('an answer of 410 disables; the event comes back when the endpoint is enabled, and the owner’s other endpoint is told', async () => {
  const other = await subscribe({ event_types: ['endpoint.disabled', 'endpoint.recovered'] });
  const { crm, hook, path, remove } = await subscribe({ event_types: ['referral.sent'] }, answering(410));
  const id = await sendReferral(exchange, world);
  await other.crm.waitFor(
    ({ json }) => json.type === 'endpoint.disabled' && json.data.endpoint_id === hook.id,
  );
  expect(await read(path)).toMatchObject({ enabled: false, disabled_reason: 'gone' });
  expect((await read(`/referrals/${id}`, world.sender.key)).reached_at).toBeNull();
  crm.answer(answering(200));
  await post(`${path}/enable`);
  await until(
    () => read(`/referrals/${id}`, world.sender.key),
    ({ reached_at }) => reached_at !== null,
  );
  await other.crm.waitForType('endpoint.recovered');
  expect(crm.received.map(({ json }) => json.type)).toEqual([
    'referral.sent',
    'endpoint.ping',
    'referral.sent',
  ]);
  expect(crm.received[2]?.headers['webhook-id']).toBe(crm.received[0]?.headers['webhook-id']);
  await remove();
  await other.remove();
});

test('a twenty-first endpoint is refused, also of forty made at once, and by the database itself', async () => {
  const fresh = await createPractice(exchange, world.operator);
  const create = () => call('/webhook-endpoints', { url: 'http://127.0.0.1:9/' }, 'POST', fresh.key);
  const answers = await Promise.all(Array.from({ length: 40 }, create));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
  expect(answers.filter(({ body }) => body.code === 'limit_reached')).toHaveLength(20);
  await expect(
    exchange.sql(
      `insert into webhook_endpoints (id, practice_id, url, description, event_types, enabled, sealed_secret, created_at, updated_at)
       values ('wep_x', ?, '', '', '[]', 1, '', 1, 1)`,
      fresh.id,
    ),
  ).rejects.toThrow(/guard/);
});
