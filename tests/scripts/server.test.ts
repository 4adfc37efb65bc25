/** What only a real server on a real network and disk can show. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Exchange } from '../support/harness.ts';
import { startReceiver } from '../support/receiver.ts';
import { type Server, startServer } from '../support/server.ts';
import {
  CLIENT_WORDS,
  createWorld,
  expectStatus,
  move,
  referralInput,
  sendReferral,
  type World,
} from '../support/world.ts';

const stateDirectory = mkdtempSync(join(tmpdir(), 'referral-exchange-test-'));
let server: Server;
let world: World;
const exchange = () => server as unknown as Exchange;
beforeAll(async () => {
  server = await startServer(stateDirectory);
  world = await createWorld(exchange());
});
afterAll(async () => {
  await server?.stop();
  rmSync(stateDirectory, { recursive: true, force: true });
});

test('neither what the server prints nor any file of its state names the client or holds a secret', async () => {
  const crm = await startReceiver();
  const subscribe = async (url: string) =>
    expectStatus(await server.call(world.receiver.key, '/v1/webhook-endpoints', { body: { url } }), 201).body;
  const hooks = [await subscribe(crm.url), await subscribe('http://127.0.0.1:9/nobody-listens')];
  const id = await sendReferral(exchange(), world);
  await crm.waitForType('referral.sent', id);
  expectStatus(await move(exchange(), world.receiver, id, 'accept'), 200);
  const asked = expectStatus(
    await server.call(world.sender.key, '/v1/referrals', {
      body: referralInput(world.receiver, { consent: { method: 'hosted' } }),
    }),
    201,
  ).body;
  const token = asked.consent_url.split('/').at(-1);
  expect((await server.call(null, `/consent/${token}`)).status).toBe(200);
  const files = readdirSync(stateDirectory, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  expect(files.some(({ name }) => name.endsWith('.sqlite'))).toBe(true);
  const hookSecrets = hooks.map(({ secret }) => secret.slice('whsec_'.length));
  const secrets = [...CLIENT_WORDS, token, world.sender.key, world.receiver.key, ...hookSecrets];
  for (const { parentPath, name } of files) {
    const content = readFileSync(join(parentPath, name)).toString('latin1');
    for (const secret of secrets)
      expect([name, secret, content.includes(secret)]).toEqual([name, secret, false]);
  }
  for (const secret of secrets) expect(server.output()).not.toContain(secret);
  await crm.close();
});
