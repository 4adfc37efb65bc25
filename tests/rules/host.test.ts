/** The host that a request names is the caller's word: nothing that is answered, set or sent repeats it. */
import { request } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { exampleCalls, freeEndpoints } from '../support/calls.ts';
import { askClient, clientOn } from '../support/client.ts';
import { documented } from '../support/document.ts';
import { pageCalls } from '../support/pages.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus, move, sendReferral } from '../support/world.ts';

const FOREIGN = 'foreign-host.example';
let port: number;
useWorld();
beforeAll(async () => {
  port = Number(new URL(exchange.origin).port);
});

interface Sent {
  readonly method: string;
  readonly body?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** `fetch` sets the host itself. Returns the status, the headers and the body as one text. */
const sendTo = (host: string, path: string, { method, body, headers }: Sent) =>
  new Promise<string>((resolve, reject) => {
    const sent = request(
      { port, host: '127.0.0.1', path, method, headers: { ...headers, Host: host } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve(
            [response.statusCode, ...response.rawHeaders, Buffer.concat(chunks).toString('utf8')].join('\n'),
          ),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

test('no operation repeats it, whether it succeeds or is refused', async () => {
  const calls = exampleCalls(exchange, world);
  for (const { id, method } of documented) {
    const { key, path, body } = await (calls[id] as () => ReturnType<(typeof calls)[string]>)();
    const sent = {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    };
    const answer = await sendTo(FOREIGN, path, sent);
    expect(answer, id).toMatch(/^2\d\d\n/);
    expect(answer, id).not.toContain(FOREIGN);
    expect(await sendTo(FOREIGN, path, { method }), id).not.toContain(FOREIGN);
    await freeEndpoints(exchange);
  }
});

test('no page repeats it, and the addresses on the client’s receipt are those of the exchange', async () => {
  const { id, path } = await askClient(exchange, world);
  const client = clientOn(exchange, path);
  await client.giveName();
  expectStatus(await client.agree('yes'), 303);
  const sent = await sendReferral(exchange, world);
  const link = expectStatus(await move(exchange, world.receiver, sent, 'page-links'), 201).body.page_url;
  const headers = { Cookie: client.cookie() };
  const receipt = await sendTo(FOREIGN, `${path}/receipt.json`, { method: 'GET', headers });
  const [{ origin }] = [new URL(link)];
  expect(JSON.parse(receipt.split('\n').at(-1) ?? '')).toMatchObject({
    policyUrl: origin + path,
    withdrawalAddress: origin + path,
  });
  expect(receipt).not.toContain(FOREIGN);
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const tries: [string, Sent][] = [
    [path, { method: 'GET' }],
    [path, { method: 'GET', headers }],
    [`${path}/name`, { method: 'POST', headers: form, body: 'last_name=Testperson' }],
    [`${path}/language`, { method: 'POST', headers: form, body: 'form_token=x' }],
    [`${path}/revoke`, { method: 'POST', headers: { ...form, ...headers }, body: 'form_token=x' }],
    [new URL(link).pathname, { method: 'GET' }],
    [`${new URL(link).pathname}/show`, { method: 'POST', headers: form, body: 'form_token=x' }],
    ...pageCalls('x').map(([method, to]): [string, Sent] => [to, { method }]),
    ['/roles', { method: 'GET' }],
    ['/docs', { method: 'GET' }],
    ['/openapi.yaml', { method: 'GET' }],
    ['/nowhere', { method: 'GET' }],
  ];
  for (const [to, one] of tries) expect(await sendTo(FOREIGN, to, one), to).not.toContain(FOREIGN);
  expect(id).toMatch(/^ref_/);
});
