/** Short-lived access to a receiver (Zoho’s token): asked for once, kept sealed, never used with what it was not made for. */
import { beforeEach, expect, test } from 'vitest';
import { countOld, HOLDERS, rotate } from '../../../scripts/privacy/rotation.ts';
import { Vault } from '../../../src/platform/vault/vault.ts';
import { SETTINGS_EXAMPLES } from '../../../src/webhooks/formats/examples.ts';
import { zoho } from '../../support/crms.ts';
import {
  addReferral,
  deliveries,
  endpointRow,
  HOUR_MS,
  SECOND_MS,
  setFormatOf,
} from '../../support/engine.steps.ts';
import { type Engine, type Post, settings, startEngine } from '../../support/engine.ts';

const { client_id, client_secret, refresh_token } = SETTINGS_EXAMPLES.zoho_lead as Record<string, string>;
const secrets = { client_id, client_secret, refresh_token } as Parameters<typeof zoho>[0];
const TOKEN = /1000\.access/;

let crm: ReturnType<typeof zoho>;
let engine: Engine;
let endpointId: string;
/** What happens while a request is on its way. */
let meanwhile: (path: string) => Promise<void>;
let events = 0;

const receive = async ({ method, url, headers, body }: Post) => {
  const { pathname, search } = new URL(url);
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const answered = crm.answer({ method, path: pathname + search, headers: Object.fromEntries(lower), body });
  await meanwhile(pathname);
  return new Response(JSON.stringify(answered.body), { status: answered.status });
};

const setFormat = (change: Record<string, string> = {}, vault = engine.vault) =>
  setFormatOf(engine, endpointId, 'zoho_lead', 'https://www.zohoapis.com', change, vault);

beforeEach(async () => {
  crm = zoho(secrets);
  meanwhile = async () => undefined;
  engine = await startEngine(receive);
  endpointId = (await engine.addEndpoint()).id;
  await setFormat();
  await addReferral(engine);
});

async function send(count = 1): Promise<void> {
  for (let sent = 0; sent < count; sent += 1) {
    events += 1;
    await engine.record({
      type: 'referral.accepted',
      actor: 'receiver',
      referral: { id: 'ref_1', sequence: events },
      parties: { sender: null, receiver: { practice_id: 'prc_owner' } },
    });
  }
  await engine.drain();
}
const states = () => deliveries(engine).map(({ state, attempts_count }) => `${state} ${attempts_count}`);
const session = () => endpointRow(engine, endpointId).sealed_format_session;

test('ten deliveries ask for one token; when its time is over the next one asks for another', async () => {
  await send(10);
  expect(states()).toEqual(Array(10).fill('delivered 1'));
  expect(crm.tokensMade()).toBe(1);
  engine.state.now += HOUR_MS - 121 * SECOND_MS;
  await send();
  expect(crm.tokensMade()).toBe(1);
  engine.state.now += SECOND_MS;
  await send(2);
  expect(crm.tokensMade()).toBe(2);
});

test('a token that is refused before its time is forgotten, and the next attempt asks for another', async () => {
  await send();
  crm.revoke();
  await send();
  expect(states()).toEqual(['delivered 1', 'pending 1']);
  expect(session()).toBeNull();
  await engine.runUntil(engine.state.now + 10 * SECOND_MS);
  expect(states()).toEqual(['delivered 1', 'delivered 2']);
  expect(crm.tokensMade()).toBe(2);
});

test('one that is refused does not take a newer one with it', async () => {
  await send();
  meanwhile = async (path) => {
    if (!path.startsWith('/crm')) return;
    meanwhile = async () => undefined;
    engine.rows("update webhook_endpoints set sealed_format_session = 'newer'");
  };
  crm.revoke();
  await send();
  expect(session()).toBe('newer');
});

test('it is in no table in a form that can be read, and no call of the database is made for it alone', async () => {
  await send();
  const calls = engine.database.meter.calls;
  await send();
  // The event; claim and dispatch; the id of the record, before anything else can fail; settlement.
  expect(engine.database.meter.calls - calls).toBe(4);
  expect(session()).toMatch(/^v1\.k\./);
  const tables = engine.rows<{ name: string }>("select name from sqlite_master where type = 'table'");
  for (const { name } of tables)
    expect(JSON.stringify(engine.rows(`select * from ${name}`))).not.toMatch(TOKEN);
});

test('the answer that holds a token is not kept, also where it is none that we understand', async () => {
  const { answer } = crm;
  crm = { ...crm, answer: (asked) => ({ ...answer(asked), status: 201 }) };
  await send();
  expect(states()).toEqual(['pending 1']);
  expect(JSON.stringify(engine.rows('select * from attempts'))).not.toMatch(TOKEN);
});

test('other settings end it, and one that was asked for with the old ones meanwhile is not kept for the new', async () => {
  await send();
  await setFormat();
  expect(session()).toBeNull();
  meanwhile = async (path) => {
    if (!path.startsWith('/oauth')) return;
    meanwhile = async () => undefined;
    await setFormat({ refresh_token: '1000.another.token' });
  };
  await send();
  expect(session()).toBeNull();
  await send();
  expect(states().at(-1)).toBe('pending 1');
  expect(crm.tokensMade()).toBe(2);
});

test('a rotation of the master key takes it along; where its key is lost a new one is asked for', async () => {
  await send();
  const { masterKeys } = settings;
  const keys = { ...masterKeys.keys, next: btoa('n'.repeat(32)) };
  const both = new Vault({ ...settings, masterKeys: { current: 'next', keys } });
  const execute = async (statements: readonly string[]) => statements.map((one) => engine.rows(one)) as never;
  for (const holder of HOLDERS) {
    await rotate(execute, holder, both, 'next');
    expect([holder.name, await countOld(execute, [holder], 'next')]).toEqual([holder.name, [0]]);
  }
  Object.assign(engine.context, { vault: both });
  await send();
  expect(crm.tokensMade()).toBe(1);
  engine.rows(
    "update webhook_endpoints set sealed_format_session = replace(sealed_format_session, 'v1.next.', 'v1.lost.')",
  );
  await send();
  expect(crm.tokensMade()).toBe(2);
  expect(states()).toEqual(Array(3).fill('delivered 1'));
});
