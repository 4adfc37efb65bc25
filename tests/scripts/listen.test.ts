import { spawn } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { answering, startReceiver, verifySignature } from '../support/receiver.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { PATIENCE_MS } from '../support/until.ts';
import { expectStatus, move, sendReferral } from '../support/world.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let url: string;
useWorld();
beforeAll(async () => {
  url = `${exchange.origin}/`;
});

/** The script as a process of its own, as `npm run listen` starts it. */
function startListening(...args: string[]) {
  const child = spawn('node_modules/.bin/node', ['scripts/listen.ts', ...args], {
    env: { ...process.env, REFERRAL_EXCHANGE_KEY: '' },
  });
  const seen = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    seen.out += text;
  });
  child.stderr.on('data', (text) => {
    seen.err += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  async function until(isThere: (one: typeof seen) => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isThere(seen)) {
      if (Date.now() > deadline) throw new Error(`not seen; ${JSON.stringify(seen)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const stop = async () => {
    child.kill('SIGINT');
    return ended;
  };
  return { seen, ended, until, stop };
}

test('new events are posted, signed, in order, each printed in a line, until Ctrl+C', async () => {
  const app = await startReceiver();
  const earlier = await sendReferral(exchange, world);
  const listening = startListening('--key', world.receiver.key, '--forward', app.url, '--url', url);
  await listening.until(({ out }) => out.includes('Ctrl+C'));
  const secret = /whsec_\S+/.exec(listening.seen.out)?.[0] ?? '';
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const accepted = await app.waitForType('referral.accepted', id);
  verifySignature(secret, accepted);
  expect(accepted.headers['webhook-id']).toBe(accepted.json.id);
  await listening.until(({ out }) => out.includes('referral.accepted'));
  expect(await listening.stop()).toBe(0);
  expect(app.received.map(({ json }) => [json.type, json.data.referral_id])).toEqual([
    ['referral.sent', id],
    ['referral.accepted', id],
  ]);
  expect(listening.seen.out).not.toContain(earlier);
  expect(listening.seen.out).toMatch(
    new RegExp(`\\d\\d:\\d\\d:\\d\\d {2}referral\\.accepted +${accepted.json.id} {2}${id} +✓ 200 in \\d+ ms`),
  );
  expect(listening.seen.out).toContain(`--after ${accepted.json.id}`);
  expect(listening.seen.err).toBe('');
  await app.close();
});

test('with --after it begins there, with --secret it signs with it, and a failing receiver is shown and holds up nothing', async () => {
  const app = await startReceiver((response, count) => answering(count === 1 ? 500 : 204)(response, count));
  const feed = expectStatus(await exchange.call(world.receiver.key, '/v1/events?limit=100'), 200).body.data;
  const listening = startListening(
    ...['--key', world.receiver.key, '--forward', app.url, '--url', url],
    ...['--after', feed[0].id, '--secret', SECRET],
  );
  await listening.until(({ out }) => out.includes(feed.at(-1).id));
  await listening.stop();
  expect(app.received.map(({ json }) => json.id)).toEqual(feed.slice(1).map(({ id }: { id: string }) => id));
  expect(app.received.map(({ body }) => body)).toEqual(
    feed.slice(1).map((event: object) => JSON.stringify(event)),
  );
  for (const one of app.received) verifySignature(SECRET, one);
  expect(listening.seen.out).toMatch(/✗ 500 in \d+ ms/);
  expect(listening.seen.out).toMatch(/✓ 204 in \d+ ms/);
  await app.close();
});

test('a receiver that does not run is said in words, and the next event is tried all the same', async () => {
  const feed = expectStatus(await exchange.call(world.receiver.key, '/v1/events?limit=3'), 200).body.data;
  const gone = await startReceiver();
  await gone.close();
  const listening = startListening(
    ...['--key', world.receiver.key, '--forward', gone.url, '--url', url, '--after', feed[0].id],
  );
  await listening.until(({ out }) => out.includes(feed[2].id));
  await listening.stop();
  expect(listening.seen.out).toContain('✗ nothing listens there');
});

test.each([
  ['a wrong key', ['--key', 'rx_wrong', '--forward', 'http://127.0.0.1:9/'], /answered 401: .+key/],
  ['no key', ['--forward', 'http://127.0.0.1:9/'], /--key is missing[\s\S]+Usage/],
  ['no destination', ['--key', 'rx_1'], /--forward is missing[\s\S]+Usage/],
  ['an unknown option', ['--kee', 'rx_1'], /--kee[\s\S]+Usage/],
  ['no URL', ['--key', 'rx_1', '--forward', 'localhost:3000'], /--forward is not an http or https URL/],
  [
    'a secret of another form',
    ['--key', 'rx_1', '--forward', 'http://127.0.0.1:9/', '--secret', 'x'],
    /whsec_/,
  ],
])('%s ends it with a status and words, without a stack', async (_name, args, words) => {
  const listening = startListening(...args, ...(args.includes('--url') ? [] : ['--url', url]));
  expect(await listening.ended).toBe(1);
  expect(listening.seen.err).toMatch(words);
  expect(listening.seen.err).not.toMatch(/ {4}at /);
});

test('an `after` that is no event of one’s own ends it in words', async () => {
  const listening = startListening(
    ...[
      '--key',
      world.receiver.key,
      '--forward',
      'http://127.0.0.1:9/',
      '--url',
      url,
      '--after',
      'evt_unknown',
    ],
  );
  expect(await listening.ended).toBe(1);
  expect(listening.seen.err).toContain('not the id of an event');
});

test('a busy or broken exchange is asked again, after the time that it names', async () => {
  const asked: number[] = [];
  const event = {
    id: 'evt_1',
    type: 'referral.sent',
    timestamp: '2026-10-05T14:05:00.000Z',
    data: { referral_id: 'ref_1' },
  };
  const answers: ((response: ServerResponse) => void)[] = [
    (response) => response.writeHead(200).end('{"data":[],"next_cursor":null}'),
    (response) => response.writeHead(429, { 'Retry-After': '2' }).end('{"detail":"Too many."}'),
    (response) => response.writeHead(503).end('<html>'),
    (response) => response.destroy(),
    (response) => response.writeHead(200).end(JSON.stringify({ data: [event], next_cursor: null })),
  ];
  const api = createServer((_request, response) => {
    asked.push(Date.now());
    const answer = answers[asked.length - 1] ?? answers[0];
    answer?.(response);
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const app = await startReceiver();
  const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const listening = startListening('--key', 'rx_1', '--forward', app.url, '--url', origin);
  await app.waitFor(({ json }) => json.id === 'evt_1');
  await listening.stop();
  expect((asked[2] ?? 0) - (asked[1] ?? 0)).toBeGreaterThanOrEqual(1950);
  expect(listening.seen.err).toContain('answered 429: Too many.; next try in 2 s');
  expect(listening.seen.err).toContain('answered 503; next try in 2 s');
  expect(listening.seen.err).toMatch(/cannot reach http:.+; next try in 4 s/);
  await app.close();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});
