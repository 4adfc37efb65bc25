/** Master keys are rotated while requests are under way: whoever has read what is re-wrapped meanwhile reads it again. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Execute, Row } from '../../scripts/local/database.ts';
import { HOLDERS, rotate } from '../../scripts/privacy/rotation.ts';
import { readSettings } from '../../src/env.ts';
import { Database } from '../../src/platform/db/database.ts';
import { readAgainFrom } from '../../src/platform/vault/vault.repository.ts';
import { KeyGoneError, MasterVault, Vault } from '../../src/platform/vault/vault.ts';
import { openCallbackSecret } from '../../src/webhooks/endpoints/callback-settings.ts';
import { selectEndpoint } from '../../src/webhooks/endpoints/endpoints.repository.ts';
import { openFormatSettings } from '../../src/webhooks/formats/format-settings.ts';
import { postMessage } from '../../src/webhooks/posting/attempt.ts';
import { startBeside } from '../support/beside.ts';
import { exampleCalls, freeEndpoints } from '../support/calls.ts';
import { documented } from '../support/document.ts';
import { type Exchange, startExchange, testSecrets } from '../support/harness.ts';
import { startReceiver, verifySignature } from '../support/receiver.ts';
import { createWorld, expectStatus, referralInput, sendReferral, type World } from '../support/world.ts';

const { test: oldKey } = JSON.parse(testSecrets.MASTER_KEYS).keys;
const newKey = randomBytes(32).toString('base64');
const masterKeys = (current: string, keys: Record<string, string>) => JSON.stringify({ current, keys });
const rotator = new MasterVault({
  masterKeys: { current: 'next', keys: { test: oldKey, next: newKey } },
});

let exchange: Exchange;
let world: World;
beforeAll(async () => {
  // Writes under the old key, and can read what is under the new one.
  const secrets = { MASTER_KEYS: masterKeys('test', { test: oldKey, next: newKey }) };
  exchange = await startExchange({ secrets });
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

const execute: Execute = async (statements) => {
  const results = await exchange.env.DB.batch(statements.map((one) => exchange.env.DB.prepare(one)));
  return results.map(({ results: rows }) => rows as Row[]);
};
const rewrapAll = () => Promise.all(HOLDERS.map((holder) => rotate(execute, holder, rotator, 'next')));

let isRotating = false;
/** Has the new key alone, as a Worker that was started at the end of the rotation. */
const beside = () =>
  startBeside(exchange, {
    secrets: { MASTER_KEYS: masterKeys('next', { next: newKey }) },
    afterBatch: async (results) => {
      if (!isRotating || !JSON.stringify(results).includes('"v1.test.')) return;
      isRotating = false;
      await rewrapAll();
    },
  });

describe('what was read under the old key and re-wrapped before it is opened', () => {
  test.each(documented.map((one) => [one.id, one] as const))('%s answers as ever', async (id, { method }) => {
    await freeEndpoints(exchange);
    const make = exampleCalls(exchange, world)[id];
    if (!make) throw new Error(`no example call for ${id}`);
    const { key, path, body } = await make();
    const worker = beside();
    await worker.call(key, key === world.operator ? '/v1/practices?limit=1' : '/v1/practice', 'GET');
    isRotating = true;
    const answer = await worker.call(key, path, method, body);
    isRotating = false;
    expect([answer.status < 300, answer.body]).toEqual([true, answer.body]);
  });
});

describe('what was read under the old key and re-wrapped before it is opened, without a key of the API', () => {
  test('a client’s consent page is shown', async () => {
    const wish = { consent: { method: 'hosted' } };
    const sent = await exchange.call(world.sender.key, '/v1/referrals', {
      body: referralInput(world.receiver, wish),
    });
    const { pathname } = new URL(expectStatus(sent, 201).body.consent_url);
    const records = () => exchange.sql("select 1 from client_records where master_key_id = 'test'");
    expect(await records()).not.toEqual([]);
    isRotating = true;
    const worker = beside();
    const page = await worker.fetch(pathname);
    expect([page.status, await records()]).toEqual([200, []]);
  });

  test('a webhook is signed by both secrets of its endpoint and carries its headers; settings and the caller’s secret open', async () => {
    const crm = await startReceiver();
    const made = await exchange.call(world.receiver.key, '/v1/webhook-endpoints', {
      body: {
        url: crm.url,
        headers: { Authorization: 'Token zebra' },
        format: 'flat',
        format_settings: { make_api_key: 'zebra-make' },
        callback: { caller: { kind: 'hubspot', client_secret: 'zebra-caller' } },
      },
    });
    const { id, secret } = expectStatus(made, 201).body;
    const path = `/v1/webhook-endpoints/${id}/rotate-secret`;
    const rotated = expectStatus(await exchange.call(world.receiver.key, path, { method: 'POST' }), 200).body;
    const database = new Database(exchange.env.DB as unknown as D1Database);
    const [[row]] = await database.batch([selectEndpoint(database.query, world.receiver.id, id)]);
    if (!row) throw new Error('no endpoint');
    await rewrapAll();
    const { env } = beside();
    const settings = readSettings(env);
    const vault = new Vault(settings, readAgainFrom(env.DB));
    await postMessage(row, { id: 'evt_1', headers: {}, body: '{}' }, { vault, settings }, Date.now());
    const [post] = crm.received;
    if (!post) throw new Error('nothing arrived');
    expect(post.headers.authorization).toBe('Token zebra');
    for (const one of [secret, rotated.secret]) expect(() => verifySignature(one, post)).not.toThrow();
    expect(await openFormatSettings(row, { vault })).toMatchObject({ make_api_key: 'zebra-make' });
    expect(await openCallbackSecret(row, vault)).toBe('zebra-caller');
    await crm.close();
  });
});

describe('what stands under a key that is gone', () => {
  test('makes no attempt of a delivery: its receiver is not to blame', async () => {
    const vault = new Vault(readSettings(beside().env));
    const target = {
      id: 'wep_1',
      url: 'http://127.0.0.1:9/',
      sealed_secret: 'v1.test.AAAA.AAAA',
      sealed_previous_secret: null,
      previous_secret_until: null,
      sealed_headers: null,
    };
    const message = { id: 'evt_1', headers: {}, body: '{}' };
    const settings = readSettings(beside().env);
    await expect(postMessage(target, message, { vault, settings }, Date.now())).rejects.toThrow(KeyGoneError);
  });

  test('is answered as 503 with Retry-After, changes nothing, names the key in the log alone, and is as before when the key is back', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const id = await sendReferral(exchange, world);
    const path = `/v1/referrals/${id}`;
    const before = await exchange.sql('select * from referrals where id = ?', id);
    for (const [key, at, method] of [
      [world.sender.key, path, 'GET'],
      [world.receiver.key, `${path}/accept`, 'POST'],
    ] as const) {
      const answer = await beside().call(key, at, method);
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
      expect(answer.headers.get('Retry-After')).toBe('5');
      expect(JSON.stringify(answer.body)).not.toContain('test');
    }
    expect(logged.mock.calls.flat().join()).toContain('No master key \\"test\\" in MASTER_KEYS');
    logged.mockRestore();
    expect(await exchange.sql('select * from referrals where id = ?', id)).toEqual(before);
    expectStatus(await exchange.call(world.receiver.key, `${path}/accept`, { method: 'POST' }), 200);
  });
});
