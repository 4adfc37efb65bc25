/** LINK_KEYS are rotated beside traffic: what went out before opens until its key is taken out, and what goes out after. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { requireSecrets, secretsFile } from '../../../scripts/local/state.ts';
import { Tokens } from '../../../src/platform/vault/tokens.ts';
import { startBeside } from '../../support/beside.ts';
import { testSecrets } from '../../support/harness.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { expectStatus, move, sendReferral } from '../../support/world.ts';

const newKey = () => randomBytes(32).toString('base64');
const first = JSON.parse(testSecrets.LINK_KEYS).keys.l1 as string;
const second = newKey();

useWorld();

type Worker = ReturnType<typeof startBeside>;
const withKeys = (current: string, keys: Record<string, string>): Worker =>
  startBeside(exchange, { secrets: { LINK_KEYS: JSON.stringify({ current, keys }) } });
/** The steps of a rotation: before it, the new key is known, it is current, the old one is gone. */
const steps = () => [
  withKeys('l1', { l1: first }),
  withKeys('l1', { l1: first, l2: second }),
  withKeys('l2', { l1: first, l2: second }),
  withKeys('l2', { l2: second }),
];

const pageLink = async (worker: Worker, referralId: string) => {
  const made = await worker.call(world.receiver.key, `/v1/referrals/${referralId}/page-links`, 'POST', {});
  expect(made.status).toBe(201);
  return new URL(made.body.page_url).pathname;
};
const form = (page: string, more: Record<string, string> = {}) => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    form_token: /name="form_token" value="([^"]+)"/.exec(page)?.[1] ?? '',
    ...more,
  }).toString(),
});

describe('a rotation of LINK_KEYS', () => {
  test('links, sessions, forms and cursors made in one step are good in the next one', async () => {
    const referralId = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, referralId, 'accept'), 200);
    await sendReferral(exchange, world);
    const workers = steps();
    for (const [index, worker] of workers.slice(0, -2).entries()) {
      const next = workers[index + 1];
      if (!next) throw new Error('no next step');
      const path = await pageLink(worker, referralId);
      const shown = await worker.fetch(path);
      expect(shown.status).toBe(200);
      const page = await shown.text();
      // A form of the step before, answered in this one, begins a session that is good in both.
      const opened = await next.fetch(`${path}/show`, form(page));
      const [session] = (opened.headers.get('Set-Cookie') ?? '').split(';');
      expect(session).toMatch(/^referral_page_session=/);
      for (const one of [worker, next]) {
        const seen = await (await one.fetch(path, { headers: { Cookie: session ?? '' } })).text();
        expect(seen).toContain('Quillon');
      }
      const list = await worker.call(world.receiver.key, '/v1/referrals?limit=1', 'GET');
      const rest = `/v1/referrals?limit=1&cursor=${list.body.next_cursor}`;
      expect((await next.call(world.receiver.key, rest, 'GET')).status).toBe(200);
    }
  });

  test('what was made with a key that was taken out leads nowhere, and what was made with the new one goes on', async () => {
    const referralId = await sendReferral(exchange, world);
    const [before, , during, after] = steps();
    if (!before || !during || !after) throw new Error('no steps');
    const [old, fresh] = [await pageLink(before, referralId), await pageLink(during, referralId)];
    expect((await during.fetch(old)).status).toBe(200);
    expect((await after.fetch(old)).status).toBe(404);
    expect((await after.fetch(fresh)).status).toBe(200);
    expect((await before.fetch(fresh)).status).toBe(404);
  });
});

test('a token opens by its own key alone, for its own purpose, whichever is current; the ids of keys may begin alike', async () => {
  const keys = { l: newKey(), l1: newKey(), l11: newKey() };
  const made = await Promise.all(
    Object.keys(keys).map((current) => new Tokens({ current, keys }).seal('callback', `by ${current}`)),
  );
  for (const [index, id] of (Object.keys(keys) as (keyof typeof keys)[]).entries()) {
    const token = made[index] ?? '';
    expect(await new Tokens({ current: 'l', keys }).open('callback', token)).toBe(`by ${id}`);
    expect(await new Tokens({ current: 'l', keys }).open('cursor', token)).toBeNull();
    const others = Object.fromEntries(Object.entries(keys).filter(([name]) => name !== id));
    expect(
      await new Tokens({ current: 'x', keys: { x: newKey(), ...others } }).open('callback', token),
    ).toBeNull();
    expect(await new Tokens({ current: id, keys: { [id]: newKey() } }).open('callback', token)).toBeNull();
  }
  const tokens = new Tokens({ current: 'l1', keys });
  const signed = await tokens.sign('consent-form', 'one', 'two');
  expect(await tokens.isSigned(signed, 'consent-form', 'one', 'two')).toBe(true);
  for (const [purpose, ...parts] of [
    ['receiver-form', 'one', 'two'],
    ['consent-form', 'onetwo'],
  ] as const)
    expect(await tokens.isSigned(signed, purpose, ...parts)).toBe(false);
  for (const forged of ['', 'l1', 'l1.', '.', `l.${signed.split('.')[1]}`])
    expect(await tokens.isSigned(forged, 'consent-form', 'one', 'two')).toBe(false);
});

test('the same words give the same token, so that a message which carries it stays the same; other words another', async () => {
  const tokens = new Tokens({ current: 'l1', keys: { l1: newKey() } });
  const made = await Promise.all(['words', 'words', 'others'].map((words) => tokens.seal('callback', words)));
  expect(made[0]).toBe(made[1]);
  expect(made[2]).not.toBe(made[0]);
});

test('a state folder from before keeps its secrets and gets those that are missing', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'exchange-secrets-'));
  const before = `# Mine.\nMASTER_KEYS='{"current":"dev","keys":{"dev":"${newKey()}"}}'\nBLIND_INDEX_KEY='${newKey()}'\n`;
  writeFileSync(secretsFile(stateDir), before);
  requireSecrets(stateDir);
  const text = readFileSync(secretsFile(stateDir), 'utf8');
  expect(text.startsWith(before)).toBe(true);
  const secrets = parseEnv(text);
  for (const [name, current, former] of [
    ['LINK_KEYS', 'l1', 'l0'],
    ['LEDGER_KEYS', 'h1', 'h0'],
  ] as const) {
    const ring = JSON.parse(secrets[name] ?? '');
    expect([ring.current, ring.keys[former]]).toEqual([current, secrets.BLIND_INDEX_KEY]);
    expect(ring.keys[current]).not.toBe(secrets.BLIND_INDEX_KEY);
  }
  requireSecrets(stateDir);
  expect(readFileSync(secretsFile(stateDir), 'utf8')).toBe(text);
  rmSync(stateDir, { recursive: true, force: true });
});
