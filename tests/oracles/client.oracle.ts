/** `clients/typescript` as its users get it: it compiles, it is packed right, and it plays the loop with the real server. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createExchange,
  dataOf,
  ProblemError,
  verifyWebhook,
  type WebhookEvent,
  withRetries,
} from '../../clients/typescript/src/index.ts';
import { playLoop } from '../../clients/typescript/tests/loop.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { startReceiver } from '../support/receiver.ts';
import { createWorld, referralInput, type World } from '../support/world.ts';

let server: Exchange;
let world: World;
beforeAll(async () => {
  server = await startExchange();
  world = await createWorld(server);
});
afterAll(() => server.close());

const CLIENT = 'clients/typescript';
const baseUrl = () => server.origin.replace(/\/$/, '');
const tool = (path: string, ...args: string[]) =>
  execFileSync(process.execPath, [`node_modules/${path}`, ...args], { cwd: CLIENT, encoding: 'utf8' });

test('it compiles in strict mode with the loop, and what is packed is found by those who import it', () => {
  rmSync(`${CLIENT}/dist`, { recursive: true, force: true });
  expect(tool('typescript/bin/tsc', '--noEmit')).toBe('');
  expect(tool('typescript/bin/tsc', '-p', 'tsconfig.build.json')).toBe('');
  expect(tool('publint/src/cli.js', '--strict', '.')).toContain('All good!');
  const words = tool(
    '@arethetypeswrong/cli/dist/index.js',
    '--pack',
    '.',
    '--profile',
    'esm-only',
    '--no-color',
  );
  expect(words).toContain('referral-exchange-client');
});

test('the loop: partners, a referral, verified webhooks, the acceptance, the report', async () => {
  const crm = await startReceiver();
  const waitFor = async (secret: string, isIt: (event: WebhookEvent) => boolean) => {
    const { headers, body } = await crm.waitFor(({ json }) => isIt(json));
    return verifyWebhook(secret, headers, body);
  };
  const operatorKey = await server.operatorKey();
  const played = await playLoop({ baseUrl: baseUrl(), operatorKey, crmUrl: crm.url, waitFor });
  expect(played).toMatchObject({
    arrived: played.id,
    withheld: 'not_accepted',
    givenName: 'Robin',
    email: 'robin@client.example',
    state: 'engaged',
    listed: [played.id],
    given: 1,
  });
  const [{ headers, body }] = crm.received as [(typeof crm.received)[number]];
  expect(() => verifyWebhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', headers, body)).toThrow();
  await crm.close();
});

/** The real server, and a network that loses the first answers. */
function losing(count: number) {
  const sent: Request[] = [];
  const waits: number[] = [];
  return {
    sent,
    waits,
    fetch: async (request: Request) => {
      sent.push(request.clone());
      const response = await fetch(request);
      if (sent.length <= count) throw new TypeError('the connection was lost');
      return response;
    },
    wait: async (milliseconds: number) => {
      waits.push(milliseconds);
    },
  };
}

test('a POST whose answers are lost is one referral, by one key for all attempts', async () => {
  const network = losing(2);
  const { fetch, wait } = network;
  const exchange = createExchange({ baseUrl: baseUrl(), key: world.sender.key, fetch, wait });
  const body = referralInput(world.receiver) as never;
  const { id } = await dataOf(exchange.POST('/v1/referrals', { body }));
  expect(network.sent.length).toBe(3);
  const keys = new Set(network.sent.map(({ headers }) => headers.get('Idempotency-Key')));
  expect([...keys]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  const { data } = await dataOf(exchange.GET('/v1/referrals', {}));
  expect(data.map((one) => one.id)).toEqual([id]);
});

test('a refusal is an error with the problem, and is not repeated', async () => {
  const network = losing(0);
  const exchange = createExchange({ baseUrl: baseUrl(), key: world.sender.key, ...network });
  const path = { referral_id: 'ref_00000000000000000000000000' };
  const refused = dataOf(exchange.GET('/v1/referrals/{referral_id}', { params: { path } }));
  await expect(refused).rejects.toBeInstanceOf(ProblemError);
  await expect(refused).rejects.toMatchObject({ status: 404, problem: { code: 'not_found' } });
  expect(network.sent.length).toBe(1);
});

test.each<[string, string, number[], Record<string, string>, number, number[]]>([
  [
    'a POST that is refused for being one too many waits as long as it is told',
    'POST',
    [429, 200],
    { 'Retry-After': '7' },
    200,
    [7000],
  ],
  ['a GET of a server that is down', 'GET', [503, 502, 200], { 'Retry-After': '1' }, 200, [1000, 1000]],
  ['a PATCH that may have been done', 'PATCH', [503, 200], {}, 503, []],
  ['a PATCH that was not done', 'PATCH', [429, 200], { 'Retry-After': '2' }, 200, [2000]],
  ['who shall wait for an hour', 'GET', [429, 200], { 'Retry-After': '3600' }, 429, []],
  ['a server that stays down', 'GET', [500, 500, 500, 500], { 'Retry-After': '0' }, 500, [0, 0]],
  ['what was refused for good', 'POST', [422, 200], {}, 422, []],
])('%s', async (_name, method, statuses, headers, status, expected) => {
  const waits: number[] = [];
  const bodies: string[] = [];
  const left = [...statuses];
  const send = withRetries({
    attemptsMax: 3,
    fetch: async (request) => {
      bodies.push(await request.text());
      return new Response('{}', { status: left.shift() ?? 0, headers });
    },
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
  });
  const body = method === 'GET' ? {} : { body: '{"a":1}' };
  const answered = await send(new Request('https://exchange.example/v1/x', { method, ...body }));
  expect(answered.status).toBe(status);
  expect(waits).toEqual(expected);
  expect(new Set(bodies).size).toBe(1);
});
