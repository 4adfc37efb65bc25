/** A CRM that no format knows, connected by a template: from the settings to what stands in it, over real HTTP. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SETTINGS_EXAMPLES } from '../../../src/webhooks/formats/examples.ts';
import { type Answered, type Asked, type Crm, startCrm } from '../../support/crms.ts';
import { type Exchange, startExchange } from '../../support/harness.ts';
import { ownerOf } from '../../support/owner.ts';
import { anyCrm, goHighLevel } from '../../support/template-crms.ts';
import { until } from '../../support/until.ts';
import {
  CLIENT,
  CLIENT_WORDS,
  createWorld,
  expectStatus,
  move,
  sendReferral,
  type World,
} from '../../support/world.ts';

let exchange: Exchange;
let world: World;
let owner: ReturnType<typeof ownerOf>;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  owner = ownerOf(exchange, world);
});
afterAll(() => exchange.close());

const KEY = 'invented-for-this-example';

async function connect(crm: Crm, change: Record<string, unknown> = {}) {
  const server = await startCrm(crm);
  const body = {
    url: server.url,
    format: 'template',
    format_settings: SETTINGS_EXAMPLES.template,
    payload: 'full',
    ...change,
  };
  const hook = expectStatus(await owner.call('/webhook-endpoints', body), 201).body;
  const path = `/webhook-endpoints/${hook.id}`;
  const deliveries = async () => (await owner.read(`${path}/deliveries`)).data as Record<string, unknown>[];
  return {
    hook,
    path,
    deliveries,
    /** Everything that was told is delivered. */
    quiet: (count: number) =>
      until(deliveries, (all) => all.length === count && all.every(({ state }) => state === 'delivered')),
    remove: async () => {
      expectStatus(await owner.call(path, undefined, 'DELETE'), 204);
      await server.close();
    },
  };
}

const idsOf = (referralId: string) =>
  exchange.sql<{ system: string; external_id: string; client_told: number }>(
    'select system, external_id, client_told from external_ids where referral_id = ?',
    referralId,
  );

test('a test makes a record that says so and confirms the address; then a referral is one record, named with the acceptance, until its erasure', async () => {
  const crm = anyCrm(KEY);
  const { hook, path, quiet, remove } = await connect(crm);
  expect(JSON.stringify(hook)).not.toContain(KEY);
  expect(hook).toMatchObject({ format_secret_names: ['secrets'], confirmed_at: null, notices: [] });
  const ping = await owner.post(`${path}/ping`);
  expect(ping).toMatchObject({ succeeded: true, status: 201 });
  expect(crm.records).toMatchObject([{ name: 'Referral Exchange test' }]);
  expect((await owner.read(path)).confirmed_at).not.toBeNull();

  const id = await sendReferral(exchange, world);
  await quiet(1);
  const [, record] = crm.records;
  expect(record).toMatchObject({
    name: `Referral ${id}`,
    title: expect.stringContaining('career_counseling, from '),
  });
  for (const word of CLIENT_WORDS) expect(JSON.stringify(crm.records)).not.toContain(word);
  expect(await idsOf(id)).toEqual([{ system: 'our_crm', external_id: '4712', client_told: 0 }]);

  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  await quiet(2);
  expect(record).toMatchObject({
    name: expect.stringContaining('Testperson'),
    notes: expect.stringContaining('accepted'),
  });
  expect(await idsOf(id)).toEqual([{ system: 'our_crm', external_id: '4712', client_told: 1 }]);
  // What the front desk types from now on is theirs.
  Object.assign(record as object, { name: 'Typed by hand' });

  expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}/erase`, { method: 'POST' }), 200);
  await until(
    async () => String(record?.notes),
    (notes) => notes.includes('The client’s data was deleted'),
  );
  expect(record?.name).toBe('Typed by hand');
  expect(crm.records).toHaveLength(2);
  await until(
    () =>
      exchange.sql<{ kept: string }>(
        "select kept from deliveries where kept <> '{}' and endpoint_id = ?",
        hook.id,
      ),
    (rows) => rows.length === 0,
  );
  expect(await idsOf(id)).toEqual([]);
  await remove();
});

test('a newcomer connects it with nothing but the page: the template and the calls that stand there', async () => {
  const page = readFileSync('docs/webhooks.md', 'utf8').split('### template\n')[1] ?? '';
  const blockOf = (language: string) =>
    new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'referral-exchange-template-'));
  writeFileSync(join(folder, 'template.json'), blockOf('json'));
  const crm = anyCrm(KEY);
  const server = await startCrm(crm);
  const script = `set -euo pipefail\n${blockOf('sh').replaceAll('https://crm.elmstreet.example', server.url)}`;
  const environment = { EXCHANGE: exchange.origin.replace(/\/$/, ''), KEY: world.receiver.key };
  const { stdout } = await promisify(execFile)('bash', ['-c', `${script}echo; echo $ENDPOINT_ID`], {
    cwd: folder,
    env: { ...process.env, ...environment },
  });
  expect(stdout).toContain('"succeeded":true');
  expect(crm.records).toMatchObject([{ name: 'Referral Exchange test' }]);
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  await until(
    async () => crm.records[1],
    (record) => String(record?.notes).includes('State: accepted'),
  );
  expect(crm.records).toMatchObject([{}, { reference: id, name: expect.stringContaining('Testperson') }]);
  expectStatus(
    await owner.call(`/webhook-endpoints/${stdout.trim().split('\n').at(-1)}`, undefined, 'DELETE'),
    204,
  );
  await server.close();
  rmSync(folder, { recursive: true });
});

test('events at the same time are told one after the other: they find one record', async () => {
  const crm = anyCrm(KEY);
  let underWay = 0;
  const seen: number[] = [];
  const slow: Crm = {
    records: crm.records,
    answer: (asked: Asked): Answered => {
      underWay += 1;
      seen.push(underWay);
      const answered = crm.answer(asked);
      underWay -= 1;
      return answered;
    },
  };
  const { path, quiet, remove } = await connect(slow);
  await owner.post(`${path}/ping`);
  const ids = await Promise.all(Array.from({ length: 3 }, () => sendReferral(exchange, world)));
  await Promise.all(ids.map((id) => move(exchange, world.receiver, id, 'accept')));
  await quiet(6);
  expect(crm.records).toHaveLength(4);
  expect(crm.records.slice(1).every(({ notes }) => String(notes).includes('State: accepted'))).toBe(true);
  await remove();
});

test('a CRM whose answer was lost has one record all the same: it is found by the referral’s id, and told of an ending too', async () => {
  const crm = anyCrm(KEY);
  let isLost = true;
  const forgetful: Crm = {
    records: crm.records,
    answer: (asked) => {
      const answered = crm.answer(asked);
      return isLost && asked.method === 'POST' ? { status: 502 } : answered;
    },
  };
  const { path, deliveries, remove } = await connect(forgetful);
  isLost = false;
  await owner.post(`${path}/ping`);
  isLost = true;
  const id = await sendReferral(exchange, world);
  const [lost] = await until(deliveries, ([one]) => one?.attempts_count === 1);
  expect(crm.records).toHaveLength(2);
  expect(await idsOf(id)).toEqual([]);
  // Meanwhile the sender takes it back: nobody should call, although nobody here knows the record.
  expectStatus(
    await exchange.call(world.sender.key, `/v1/referrals/${id}/withdraw`, { method: 'POST' }),
    200,
  );
  await until(
    async () => {
      await exchange.sql(
        "update deliveries set next_attempt_at = 1 where state = 'pending' and id <> ?",
        lost?.id,
      );
      await exchange.sql('update webhook_endpoints set breaker_until = 1 where breaker_until is not null');
      await exchange.minute();
      return deliveries();
    },
    (all) => all.some(({ state }) => state === 'delivered'),
  );
  expect(crm.records).toHaveLength(2);
  expect(crm.records[1]).toMatchObject({ reference: id, notes: expect.stringContaining('withdrawn') });
  expect(await idsOf(id)).toEqual([{ system: 'our_crm', external_id: '4712', client_told: 0 }]);
  expectStatus(await owner.call(`/deliveries/${lost?.id}/retry`, undefined, 'POST'), 200);
  await until(deliveries, (all) => all.every(({ state }) => state === 'delivered'));
  expect(crm.records).toHaveLength(2);
  await remove();
});

test('a test that the CRM refuses says in its own words why', async () => {
  const crm = anyCrm(KEY);
  const refusing: Crm = {
    records: crm.records,
    answer: () => ({
      status: 422,
      body: { message: 'Validation Failed', errors: [{ message: 'type is required' }] },
    }),
  };
  const { path, remove } = await connect(refusing);
  const { succeeded, response_excerpt } = await owner.post(`${path}/ping`);
  expect([succeeded, response_excerpt]).toEqual([
    false,
    expect.stringMatching(/^answered 422: .*It says: “Validation Failed type is required”$/),
  ]);
  await remove();
});

test('an address that nobody has tested gets one test, however many events wait for it, and one more where that fails', async () => {
  const crm = anyCrm(KEY);
  let isWell = false;
  const asked: string[] = [];
  const server: Crm = {
    records: crm.records,
    answer: (one) => {
      asked.push(one.method);
      return isWell ? crm.answer(one) : { status: 503 };
    },
  };
  const { hook, path, quiet, remove } = await connect(server);
  expect(hook.paused_until).toBeNull();
  await Promise.all(Array.from({ length: 5 }, () => sendReferral(exchange, world)));
  await until(
    () => owner.read(path),
    ({ failures_count }) => failures_count === 1,
  );
  expect(asked).toEqual(['POST']);
  expect((await owner.read(path)).paused_until).toMatch(/Z$/);
  isWell = true;
  // Half a minute later.
  await exchange.sql('update webhook_endpoints set breaker_until = 1 where id = ?', hook.id);
  await exchange.sql(
    "update deliveries set next_attempt_at = 1 where endpoint_id = ? and state = 'pending'",
    hook.id,
  );
  await exchange.minute();
  await quiet(5);
  expect(
    crm.records.map(({ name }) => name).filter((name) => name === 'Referral Exchange test'),
  ).toHaveLength(1);
  expect(crm.records).toHaveLength(6);
  expect(await owner.read(path)).toMatchObject({ failures_count: 0, paused_until: null });
  await remove();
});

test('an ending of what has no record there asks nothing of the CRM but whether there is one', async () => {
  const crm = anyCrm(KEY);
  const { path, quiet, deliveries, remove } = await connect(crm, {
    event_types: ['referral.withdrawn', 'referral.accepted'],
  });
  await owner.post(`${path}/ping`);
  const id = await sendReferral(exchange, world);
  expectStatus(
    await exchange.call(world.sender.key, `/v1/referrals/${id}/withdraw`, { method: 'POST' }),
    200,
  );
  await quiet(1);
  const [delivery] = await deliveries();
  const { attempts } = await owner.read(`/deliveries/${delivery?.id}`);
  expect(attempts).toMatchObject([
    { status: 200, error: null, response_excerpt: expect.stringContaining('no record of this referral') },
  ]);
  expect(crm.records).toHaveLength(1);
  await remove();
});

test('a CRM that knows the client already keeps its record as it is, and says so once', async () => {
  const crm = goHighLevel('pit-invented-for-this-example', 've9EPM428h8vShlRW1KT');
  crm.records.push({ id: 'older', firstName: 'Q.', email: 'quillon@client.example' });
  const { quiet, deliveries, remove } = await connect(crm, {
    format: 'gohighlevel',
    format_settings: SETTINGS_EXAMPLES.gohighlevel,
  });
  const contact = { email: 'known@client.example' };
  const id = await sendReferral(exchange, world, { client: { ...CLIENT, contact } });
  await quiet(1);
  Object.assign(crm.records[0] as object, { email: contact.email });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  await quiet(2);
  expect(crm.records).toHaveLength(2);
  expect(crm.records[0]).toEqual({ id: 'older', firstName: 'Q.', email: contact.email });
  expect(crm.records[1]).toMatchObject({ lastName: id });
  expect(crm.notes.map(({ contactId }) => contactId)).toEqual(['contact2', 'contact2']);
  const [latest] = await deliveries();
  const { attempts } = await owner.read(`/deliveries/${latest?.id}`);
  expect(attempts[0].response_excerpt).toContain('the record older');
  expect(JSON.stringify(attempts)).not.toContain('ZEBRA');
  await remove();
});

test('a new host gets no secret that was given for another one', async () => {
  const { path, remove } = await connect(anyCrm(KEY));
  const elsewhere = { url: 'http://127.0.0.1:9/' };
  const refused = await owner.call(path, elsewhere, 'PATCH');
  expect(expectStatus(refused, 422).body.errors).toMatchObject([{ pointer: '/format_settings/secrets' }]);
  const anew = { ...elsewhere, format_settings: { secrets: { api_key: 'another-key' } } };
  expectStatus(await owner.call(path, anew, 'PATCH'), 200);
  await remove();
});
