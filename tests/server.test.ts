/** What only a real server on a real network and disk can show. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Exchange } from './support/harness.ts';
import { answering, startReceiver, verifySignature } from './support/receiver.ts';
import { type Server, startServer } from './support/server.ts';
import {
  CLIENT_WORDS,
  createWorld,
  expectStatus,
  move,
  referralInput,
  sendReferral,
  type World,
} from './support/world.ts';

const stateDirectory = mkdtempSync(join(tmpdir(), 'referral-exchange-test-'));
let server: Server;
let world: World;
const exchange = () => server as unknown as Exchange;
afterAll(async () => {
  await server?.stop();
  rmSync(stateDirectory, { recursive: true, force: true });
});

async function until<T>(
  read: () => Promise<T>,
  isDone: (value: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> {
  const waitsUntil = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (Date.now() > waitsUntil) throw new Error(`not reached: ${JSON.stringify(value)}\n${server.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const subscribe = async (url: string) =>
  expectStatus(
    await server.call(world.receiver.key, '/v1/webhook-endpoints', {
      body: { url, event_types: ['referral.sent'] },
    }),
    201,
  ).body as { id: string; secret: string };
const deliveriesOf = async (endpointId: string) =>
  expectStatus(await server.call(world.receiver.key, `/v1/webhook-endpoints/${endpointId}/deliveries`), 200)
    .body.data;
const attemptsOf = async (endpointId: string) => {
  const [delivery] = await deliveriesOf(endpointId);
  return expectStatus(await server.call(world.receiver.key, `/v1/deliveries/${delivery.id}`), 200).body
    .attempts;
};

test('killed between commit and delivery and started again, the server delivers the webhook with the same id', async () => {
  server = await startServer(stateDirectory);
  world = await createWorld(exchange());
  const crm = await startReceiver();
  await crm.close();
  const hook = await subscribe(crm.url);
  const id = await sendReferral(exchange(), world);
  await server.kill();

  const back = await startReceiver(answering(200), crm.port);
  server = await startServer(stateDirectory);
  const feed = await server.call(world.receiver.key, '/v1/events?limit=100');
  const event = feed.body.data.find(
    ({ type, data }: { type: string; data: { referral_id: string } }) =>
      type === 'referral.sent' && data.referral_id === id,
  );
  const arrived = await until(
    async () => {
      await server.minute();
      return back.received[0];
    },
    (one) => one !== undefined,
    // Where the kill hit an attempt, its lease of a minute runs out first.
    90_000,
  );
  expect(arrived?.headers['webhook-id']).toBe(event.id);
  verifySignature(hook.secret, arrived as NonNullable<typeof arrived>);
  await server.call(world.receiver.key, `/v1/webhook-endpoints/${hook.id}`, { method: 'DELETE' });
  await back.close();
}, 150_000);

test('a refused connection, a reset, a redirect and an endless answer are each what they are, and retried without the cron', async () => {
  const target = await startReceiver();
  const down = await startReceiver();
  await down.close();
  const reset = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => reset.listen(0, '127.0.0.1', resolve));
  const redirecting = await startReceiver((response, count) =>
    (count === 1 ? answering(302, { Location: target.url }) : answering(200))(response, count),
  );
  const endless = await startReceiver((response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'.repeat(1000)), 1);
    response.on('close', () => clearInterval(timer));
  });
  const address = reset.address();
  const resetUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  const [refused, torn, redirected, drowned] = await Promise.all(
    [down.url, resetUrl, redirecting.url, endless.url].map(subscribe),
  );
  await sendReferral(exchange(), world);

  const idOf = (hook: { id: string } | undefined) => hook?.id ?? '';
  await until(
    () => deliveriesOf(idOf(redirected)),
    ([one]) => one?.state === 'delivered',
  );
  expect((await attemptsOf(idOf(redirected))).map(({ status }: { status: number }) => status)).toEqual([
    302, 200,
  ]);
  await until(
    () => deliveriesOf(idOf(refused)),
    ([one]) => one?.attempts_count >= 2,
  );
  expect((await attemptsOf(idOf(refused)))[0]).toMatchObject({ status: null, error: 'connection' });
  expect((await attemptsOf(idOf(torn)))[0]).toMatchObject({ status: null, error: 'connection' });
  await until(
    () => deliveriesOf(idOf(drowned)),
    ([one]) => one?.state === 'delivered',
  );
  expect((await attemptsOf(idOf(drowned)))[0].response_excerpt).toHaveLength(2048);
  expect(target.received).toHaveLength(0);
  await Promise.all([target, redirecting, endless].map((one) => one.close()));
  reset.close();
});

test('neither what the server prints nor any file of its state names the client or holds a secret', async () => {
  const id = await sendReferral(exchange(), world);
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
  const secrets = [...CLIENT_WORDS, token, world.sender.key, world.receiver.key];
  for (const { parentPath, name } of files) {
    const content = readFileSync(join(parentPath, name)).toString('latin1');
    for (const secret of secrets)
      expect([name, secret, content.includes(secret)]).toEqual([name, secret, false]);
  }
  for (const secret of secrets) expect(server.output()).not.toContain(secret);
});
