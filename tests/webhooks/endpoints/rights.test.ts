/** What whoever may set an endpoint up gets by it: no more than the key itself may do, and no secret of another host. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownerOf } from '../../support/owner.ts';
import { startReceiver } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { expectStatus, move, sendReferral } from '../../support/world.ts';

let owner: ReturnType<typeof ownerOf>;
useWorld();
beforeAll(async () => {
  owner = ownerOf(exchange, world);
});
afterAll(async () => {
  await owner.close();
});

const keyWith = async (...scopes: string[]) =>
  expectStatus(await exchange.call(world.receiver.key, '/v1/keys', { body: { name: 'narrow', scopes } }), 201)
    .body.secret as string;
const call = (key: string, path: string, body?: unknown, method?: string) =>
  exchange.call(key, `/v1${path}`, {
    ...(body === undefined ? {} : { body }),
    ...(method ? { method } : {}),
  });

describe('a key that may write webhooks and no referrals', () => {
  test('gets no callback link with what it is sent, neither by an endpoint nor by a Zap, and cannot ask for one', async () => {
    const key = await keyWith('webhooks:write', 'webhooks:read');
    const crm = await startReceiver();
    const made = expectStatus(
      await call(key, '/webhook-endpoints', { url: crm.url, event_types: ['referral.sent'] }),
      201,
    ).body;
    expect(made.callback_links).toBe(false);
    const zap = expectStatus(
      await call(key, '/zapier/hooks', { event: 'referral.sent', targetUrl: crm.url }),
      201,
    ).body;
    const asked = await call(key, '/webhook-endpoints', { url: crm.url, callback_links: true });
    expect([asked.status, asked.body.code]).toEqual([403, 'insufficient_scope']);
    const patched = await call(key, `/webhook-endpoints/${made.id}`, { callback_links: true }, 'PATCH');
    expect([patched.status, patched.body.code]).toEqual([403, 'insufficient_scope']);
    const id = await sendReferral(exchange, world);
    await crm.waitFor(() => crm.received.length >= 2);
    expect(JSON.stringify(crm.received.map(({ json }) => json))).toContain(id);
    expect(JSON.stringify(crm.received.map(({ json }) => json))).not.toContain('callback');
    for (const one of [made.id, zap.id])
      expectStatus(await call(world.receiver.key, `/webhook-endpoints/${one}`, undefined, 'DELETE'), 204);
    await crm.close();
  });

  test('cannot turn an endpoint that has callback links to its own host or to a caller of its own', async () => {
    const key = await keyWith('webhooks:write', 'webhooks:read');
    const { path, hook } = await owner.subscribe({ event_types: ['referral.expired'] });
    expect(hook.callback_links).toBe(true);
    for (const change of [
      { url: 'http://127.0.0.1:9/mine' },
      { callback: { stages: { Won: { outcome: 'engage' } } } },
      { callback: { caller: { kind: 'pipedrive', username: 'me', password: 'mine-and-only-mine' } } },
    ]) {
      const answer = await call(key, path, change, 'PATCH');
      expect([change, answer.status, answer.body.code]).toEqual([change, 403, 'insufficient_scope']);
    }
    expectStatus(await call(key, path, { description: 'Renamed' }, 'PATCH'), 200);
    const away = await call(key, path, { callback_links: false, url: 'http://127.0.0.1:9/mine' }, 'PATCH');
    expect([away.status, away.body.callback_links]).toEqual([200, false]);
  });
});

test('without callback links the endpoint’s own address and older links lead nowhere', async () => {
  const { path, hook, crm } = await owner.subscribe({ event_types: ['referral.sent'] });
  const id = await sendReferral(exchange, world);
  const { json } = await crm.waitForType('referral.sent', id);
  const link = new URL(json.data.callback_url).pathname;
  expectStatus(await owner.call(path, { callback_links: false }, 'PATCH'), 200);
  for (const address of [link, `/callback/endpoints/${hook.id}`]) {
    const answer = await exchange.call(null, address, { body: { outcome: 'accept', referral_id: id } });
    expect([address, answer.status >= 400]).toEqual([address, true]);
  }
  expect((await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).body.state).toBe('sent');
});

describe('another host', () => {
  test('gets no header and no secret setting that was given for the one before, by no key', async () => {
    const { path, crm } = await owner.subscribe({ headers: { 'X-Token': 'only-for-the-first-host' } });
    const other = await startReceiver();
    const refused = await owner.call(path, { url: other.url }, 'PATCH');
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/headers']);
    expectStatus(await owner.call(path, { url: `${crm.url}/another/path` }, 'PATCH'), 200);
    expectStatus(await owner.call(path, { url: other.url, headers: {} }, 'PATCH'), 200);
    await owner.post(`${path}/ping`, {}).catch(() => undefined);
    await other.waitFor(() => other.received.length > 0);
    expect(JSON.stringify(other.received.map(({ headers }) => headers))).not.toContain(
      'only-for-the-first-host',
    );
    await other.close();
  });

  test('needs the secrets of the same format anew, each by its name', async () => {
    const made = await owner.call(
      '/webhook-endpoints',
      {
        url: 'http://127.0.0.1:9/crm',
        format: 'hubspot_contact',
        format_settings: { access_token: 'pat-na1-first-secret', referral_id_property: 'referral_id' },
      },
      'POST',
    );
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    const path = `/webhook-endpoints/${made.body.id}`;
    const refused = await owner.call(path, { url: 'http://127.0.0.1:10/crm' }, 'PATCH');
    expect(refused.status).toBe(422);
    for (const name of made.body.format_secret_names)
      expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain(
        `/format_settings/${name}`,
      );
  });
});

test('after an erasure nothing is kept of the client’s record in a CRM', async () => {
  const { crm } = await owner.subscribe({ event_types: ['referral.sent'] });
  const id = await sendReferral(exchange, world);
  await crm.waitForType('referral.sent', id);
  const kept = () =>
    exchange.sql<{ kept: string }>(
      'select kept from deliveries where position in (select position from events where referral_id = ?)',
      id,
    );
  await exchange.sql(
    `update deliveries set kept = '{"person_id":"4711"}' where position in (select position from events where referral_id = ?)`,
    id,
  );
  expectStatus(await move(exchange, world.sender, id, 'erase'), 200);
  expect((await kept()).filter((row) => row.kept.includes('4711'))).toEqual([]);
});
