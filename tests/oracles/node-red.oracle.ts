/** Node-RED: a flow takes a flat webhook, makes a record of it, and posts its id and its stage back to the referral. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import { ownerOf } from '../support/owner.ts';
import { until } from '../support/until.ts';
import { createWorld, sendReferral, type World } from '../support/world.ts';

/**
 * As somebody would draw it: from the webhook to the answer, and on to the link that the webhook brought.
 * @param origin where the exchange is for this test; its links name where it would be otherwise
 */
const flowTo = (origin: string) => [
  { id: 'tab', type: 'tab', label: 'Referrals' },
  { id: 'in', type: 'http in', z: 'tab', url: '/referrals', method: 'post', wires: [['answer', 'stage']] },
  { id: 'answer', type: 'function', z: 'tab', func: "msg.payload = 'ok'; return msg;", wires: [['out']] },
  { id: 'out', type: 'http response', z: 'tab', statusCode: '200', wires: [] },
  {
    id: 'stage',
    type: 'function',
    z: 'tab',
    func: `if (msg.payload.type !== 'referral.sent') return null;
      return {
        url: '${origin}' + new URL(msg.payload.callback_url).pathname,
        headers: { 'content-type': 'application/json' },
        payload: { record_id: 'deal-' + msg.payload.id.slice(-6), stage: 'Appointment made' },
      };`,
    wires: [['post']],
  },
  { id: 'post', type: 'http request', z: 'tab', method: 'POST', ret: 'obj', wires: [[]] },
];

const JSON_TYPE = { 'Content-Type': 'application/json' };
const RED = 'tests/oracles/node_modules/node-red/red.js';
const folder = mkdtempSync(join(tmpdir(), 'referral-exchange-node-red-'));
let exchange: Exchange;
let world: World;
let owner: ReturnType<typeof ownerOf>;
let red: ChildProcess;
let url: string;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  owner = ownerOf(exchange, world);
  const port = await freePort();
  const settings = { uiHost: '127.0.0.1', uiPort: port, httpAdminRoot: false, flowFile: 'flows.json' };
  const quiet = { logging: { console: { level: 'warn' } }, telemetry: { enabled: false } };
  writeFileSync(
    join(folder, 'settings.js'),
    `module.exports = ${JSON.stringify({ ...settings, ...quiet })};`,
  );
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flowTo(exchange.origin.replace(/\/$/, ''))));
  red = spawn(process.execPath, [RED, '--userDir', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  url = `http://127.0.0.1:${port}/referrals`;
  // It is deployed when it answers.
  await until(
    () =>
      fetch(url, { method: 'POST', headers: JSON_TYPE, body: '{}' }).then(
        ({ status }) => status,
        () => 0,
      ),
    (status) => status === 200,
  );
});
afterAll(async () => {
  red.kill();
  await exchange.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the flow confirms the address, takes the referral, and its stage and record are those of the referral', async () => {
  const hook = await owner.call('/webhook-endpoints', {
    url,
    format: 'flat',
    event_types: ['referral.sent'],
    callback: {
      stages: { 'Appointment made': { outcome: 'accept' } },
      record: { system: 'node_red', path: ['record_id'] },
    },
  });
  expect(hook.status).toBe(201);
  const id = await sendReferral(exchange, world);
  const seen = await until(
    () => owner.read(`/referrals/${id}`),
    ({ state }) => state === 'accepted',
  );
  expect(seen.external_ids).toEqual([{ system: 'node_red', id: expect.stringMatching(/^deal-\w{6}$/) }]);
});
