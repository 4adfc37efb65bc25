/** How much of a body is taken: written to the socket, where a length can be announced that is not true. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { BODY_BYTES_MAX } from '../../src/http/input.ts';
import { exchange, useWorld, world } from '../support/shared.ts';

useWorld();

async function send(headers: string, body: string): Promise<string> {
  const { hostname, port } = new URL(exchange.origin);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.write(
    `POST /v1/referrals HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${world.sender.key}\r\n` +
      `Content-Type: application/json\r\nConnection: close\r\n${headers}\r\n\r\n${body}`,
  );
  return text(socket);
}
const inChunks = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const LENGTH = 'Content-Length: ';
const CHUNKED = 'Transfer-Encoding: chunked';

const LARGE = `{"service":"${'x'.repeat(4 * BODY_BYTES_MAX)}"}`;
const LARGEST = `{"service":"${'x'.repeat(BODY_BYTES_MAX - 14)}"}`;

test.each([
  ['as it announces', LENGTH + LARGE.length, LARGE],
  ['in chunks', CHUNKED, inChunks(LARGE)],
  ['in chunks, and announces that it is small', `${LENGTH}10\r\n${CHUNKED}`, inChunks(LARGE)],
])('one that is too large is refused: %s', async (_how, headers, body) => {
  const answer = await send(headers, body);
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(answer).toContain('"code":"body_too_large"');
});

test('of one that is longer than it announces no more is read than that', async () => {
  expect(await send(`${LENGTH}${'{"service":1}'.length}`, `{"service":1}${LARGE}`)).toMatch(
    /^HTTP\/1.1 422 /,
  );
});

test.each([
  ['announced', LENGTH + LARGEST.length, LARGEST],
  ['in chunks', CHUNKED, inChunks(LARGEST)],
])('the largest is read whole: %s', async (_how, headers, body) => {
  expect(LARGEST).toHaveLength(BODY_BYTES_MAX);
  const answer = await send(headers, body);
  expect(answer).toMatch(/^HTTP\/1.1 422 /);
  expect(answer).toContain('"code":"invalid_input"');
});
