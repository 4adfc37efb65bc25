/** The guides do what they say: every block of shell in them is run, in order, against an exchange. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import { createWorld, sendReferral, type World } from '../support/world.ts';

let exchange: Exchange;
let world: World;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

const blocksOf = (markdown: string) =>
  [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);

const [, helper = ''] = blocksOf(readFileSync('docs/guides/quickstart.md', 'utf8'));

/** @returns what it printed */
async function run(guide: string, environment: Record<string, string>, before = ''): Promise<string> {
  const blocks = blocksOf(readFileSync(`docs/guides/${guide}.md`, 'utf8'));
  expect(blocks.length).toBeGreaterThan(0);
  const script = ['set -euo pipefail', before, ...blocks].join('\n');
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    env: { ...process.env, EXCHANGE: exchange.origin, ...environment },
  });
  return stdout;
}

const ofWorld = () => ({
  WRITER: world.sender.key,
  COUNSELOR: world.receiver.key,
  COUNSELOR_ID: world.receiver.id,
});

test('the quickstart leads from nothing to a referral of which both know the outcome', async () => {
  const said = await run('quickstart', { OPERATOR: world.operator });
  expect(said).toContain('"client_withheld": "not_accepted"');
  expect(said).toContain('"family_name": "Meadowlark"');
  expect(said).toContain('The writer knows: engaged');
  expect(said).toMatch(/referral\.engaged\n/);
});

test('the guide to consent records one, asks for one and shows the log', async () => {
  const said = await run('consent', ofWorld(), helper);
  expect(said).toMatch(/^awaiting_consent\nsent\n/);
  expect(said.match(/\/consent\/[\w-]{20,}/g)).toHaveLength(2);
  expect(said).toContain('"identity"');
});

test('the guide to working together checks, answers what is asked, and shares a plan and a message', async () => {
  const said = await run('working-together', ofWorld(), helper);
  expect(said).toContain('{"sendable":false,"faults":["/client/intake/payer"]}\n{"sendable":true}');
  expect(said).toContain('["Who pays?","the client"]');
  expect(said).toContain('["A first draft for the new field","sender",true]\nmessage\nThe draft is ready');
  await exchange.sql('update intake_forms set questions = null');
});

test('the guide to errors shows a fault with its place, and the moves that are left', async () => {
  const REFERRAL = await sendReferral(exchange, world);
  const accept = `as $COUNSELOR POST /v1/referrals/${REFERRAL}/accept > /dev/null`;
  const said = await run('errors', { ...ofWorld(), REFERRAL }, `${helper}\n${accept}`);
  expect(said).toContain('"pointer":"limit","detail":"must be a whole number from 1 to 100"');
  expect(said).toContain('"allowed_moves": [');
});

test('the guide to lists reads all pages, the feed from where it was, and 304', async () => {
  const said = await run('paging', ofWorld(), helper);
  expect(said.match(/^ref_/gm)?.length).toBeGreaterThan(2);
  expect(said).toMatch(/304\n$/);
});

test('the guide to idempotency makes one endpoint of two requests', async () => {
  expect(await run('idempotency', ofWorld(), helper)).toMatch(/idempotent-replayed: true/i);
});
