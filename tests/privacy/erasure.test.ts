import { describe, expect, test } from 'vitest';
import { Vault } from '../../src/platform/vault/vault.ts';
import { testSecrets } from '../support/harness.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  CLIENT_WORDS,
  consentInput,
  expectStatus,
  move,
  referralInput,
  sendReferral,
  thisMonth,
} from '../support/world.ts';

useWorld();

const accepted = async (change: Record<string, unknown> = {}) => {
  const id = await sendReferral(exchange, world, change);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};
const erase = async (id: string) => expectStatus(await move(exchange, world.sender, id, 'erase'), 200);
const read = async (side: 'sender' | 'receiver', id: string) =>
  expectStatus(await exchange.call(world[side].key, `/v1/referrals/${id}`), 200).body;
const expectNoClient = (value: unknown) => {
  for (const word of CLIENT_WORDS) expect(JSON.stringify(value)).not.toContain(word);
};
const typesOf = async (id: string) =>
  (
    await exchange.sql<{ type: string }>(
      'select type from events where referral_id = ? order by position',
      id,
    )
  ).map(({ type }) => type);

/** Every text of the database that mentions the referral, opened with every key that is there. */
async function everythingHeld(id: string): Promise<string> {
  const vault = new Vault({
    masterKeys: JSON.parse(testSecrets.MASTER_KEYS),
    linkKeys: JSON.parse(testSecrets.LINK_KEYS),
    blindIndexKey: testSecrets.BLIND_INDEX_KEY,
  });
  const rows: unknown[] = [];
  for (const [table, column] of [
    ['referrals', 'id'],
    ['client_records', 'referral_id'],
    ['client_lookups', 'referral_id'],
    ['consents', 'referral_id'],
    ['consent_requests', 'referral_id'],
    ['referral_messages', 'referral_id'],
    ['contacts', 'referral_id'],
    ['events', 'referral_id'],
    ['disclosures', 'referral_id'],
  ]) {
    for (const row of await exchange.sql(`select * from ${table} where ${column} = ?`, id))
      rows.push({ table, ...row });
  }
  const [record] = await exchange.sql<{ master_key_id: string; wrapped_data_key: string; identity: string }>(
    'select * from client_records where referral_id = ?',
    id,
  );
  if (record) {
    const opened = await vault.openReferralVault(id, record);
    rows.push(await opened.open('client_records.identity', record.identity));
  }
  return JSON.stringify(rows);
}

test('after erasure the database, opened with the master key, yields nothing of the client', async () => {
  const id = await sendReferral(exchange, world, { client_city: 'ZEBRACITY', languages: ['ku'] });
  expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'Tested before?' }), 200);
  expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'Yes.' }), 200);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await move(exchange, world.receiver, id, 'contacts', { kind: 'no_show' }), 200);
  const before = await everythingHeld(id);
  expect(before).toContain('Quillon');
  const [{ client_index, lookups }] = (await exchange.sql<{ client_index: string; lookups: string }>(
    'select r.client_index, k.lookups from referrals as r join client_records as k on k.referral_id = r.id where r.id = ?',
    id,
  )) as [{ client_index: string; lookups: string }];
  await erase(id);
  const after = await everythingHeld(id);
  for (const word of [
    ...CLIENT_WORDS,
    'ZEBRACITY',
    '"ku"',
    'v1.',
    'no_show',
    'Career counseling',
    client_index,
  ])
    expect(after, word).not.toContain(word);
  for (const lookup of JSON.parse(lookups) as string[]) {
    expect(after).not.toContain(lookup);
    expect(await exchange.sql('select * from client_lookups where lookup = ?', lookup)).toEqual([]);
  }
});

test('the link by which the client was asked ends, and what it asked for goes', async () => {
  const consent = { method: 'hosted', purposes: ['ZEBRAPURPOSE'] };
  const id = await sendReferral(exchange, world, { consent });
  expect(await everythingHeld(id)).toMatch(/"sealed_purposes":"v1\./);
  expect((await erase(id)).body.consent_request).toBeNull();
  expect(await everythingHeld(id)).not.toContain('v1.');
  expect((await read('sender', id)).consent_request).toBeNull();
});

test('the receiver’s answers to webhooks, which may repeat the client, go with it; those of other referrals stay', async () => {
  const hook = { body: { url: 'http://127.0.0.1:9/hook', event_types: ['referral.sent'] } };
  const endpoint = expectStatus(await exchange.call(world.receiver.key, '/v1/webhook-endpoints', hook), 201)
    .body.id;
  const [id, other] = [await sendReferral(exchange, world), await sendReferral(exchange, world)];
  for (const one of [id, other]) {
    // An attempt is written only beside the delivery that counts it.
    await exchange.sql(
      'update deliveries set attempts_count = 99 where position in (select position from events where referral_id = ?)',
      one,
    );
    await exchange.sql(
      `insert or replace into attempts (endpoint_id, position, number, started_at, duration_ms, status, error, response_excerpt)
       select d.endpoint_id, d.position, 99, 1, 1, 200, null, 'Hello Quillon' from deliveries as d join events as e on e.position = d.position
       where e.referral_id = ?`,
      one,
    );
  }
  await erase(id);
  const excerpts = async (one: string) =>
    exchange.sql(
      `select a.response_excerpt from attempts as a join deliveries as d on d.id = a.delivery_id
       join events as e on e.position = d.position where a.number = 99 and e.referral_id = ?`,
      one,
    );
  expect(await excerpts(id)).toEqual([{ response_excerpt: null }]);
  expect(await excerpts(other)).toEqual([{ response_excerpt: 'Hello Quillon' }]);
  expectStatus(
    await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${endpoint}`, { method: 'DELETE' }),
    204,
  );
});

test('every read of an erased referral still works, for both sides, and says why there is no client', async () => {
  const id = await accepted();
  const { body } = await erase(id);
  expect(body).toMatchObject({
    state: 'revoked',
    client: null,
    client_withheld: 'erased',
    allowed_moves: [],
  });
  expect(body).toEqual(await read('sender', id));
  const seen = await read('receiver', id);
  expect(seen).toMatchObject({
    state: 'revoked',
    client: null,
    client_withheld: 'erased',
    messages: [],
    contacts: [],
  });
  expect(seen.erased_at).toMatch(/Z$/);
  expectNoClient([body, seen]);
  const month = thisMonth();
  for (const { key } of [world.sender, world.receiver]) {
    for (const path of [
      '/v1/referrals?limit=100',
      '/v1/events?limit=100',
      `/v1/reports/reciprocity?month=${month}`,
    ])
      expectStatus(await exchange.call(key, path), 200);
  }
});

test.each(['awaiting_consent', 'sent', 'needs_info', 'accepted', 'waitlisted', 'engaged'])(
  'an open referral (%s) ends with its client, in one event that both sides are told of',
  async (state) => {
    const id = await sendReferral(
      exchange,
      world,
      state === 'awaiting_consent' ? { consent: undefined } : {},
    );
    const go = async (segment: string, body?: unknown) =>
      expectStatus(await move(exchange, world.receiver, id, segment, body), 200);
    if (state === 'needs_info') await go('request-info', { question: 'What?' });
    if (['accepted', 'waitlisted', 'engaged'].includes(state)) await go('accept');
    if (state === 'waitlisted') await go('waitlist');
    if (state === 'engaged') await go('engage');
    const before = await typesOf(id);
    const { body } = await erase(id);
    expect([body.state, body.ended_at]).toEqual([
      state === 'awaiting_consent' ? 'consent_denied' : 'revoked',
      body.erased_at,
    ]);
    expect(await typesOf(id)).toEqual([...before, 'referral.erased']);
    const told = await exchange.sql(
      `select r.practice_id from event_recipients as r join events as e on e.position = r.position
       where e.referral_id = ? and e.type = 'referral.erased'`,
      id,
    );
    expect(told).toHaveLength(state === 'awaiting_consent' ? 1 : 2);
    if (state === 'engaged') expect(body.engaged_at).not.toBeNull();
    if (state !== 'awaiting_consent') expect(body.consent.status).toBe('revoked');
  },
);

test('a referral that had ended keeps its outcome and reasons, and reports count the same', async () => {
  const id = await accepted();
  expectStatus(await move(exchange, world.receiver, id, 'not-engaged', { reason: 'cost' }), 200);
  const month = thisMonth();
  const report = async (key: string) => {
    const { body } = await exchange.call(key, `/v1/reports/reciprocity?month=${month}`);
    return { ...body, generated_at: null };
  };
  const before = [await report(world.sender.key), await report(world.receiver.key)];
  const { body } = await erase(id);
  expect(body).toMatchObject({ state: 'not_engaged', not_engaged_reason: 'cost', client_withheld: 'erased' });
  expect([await report(world.sender.key), await report(world.receiver.key)]).toEqual(before);
});

test('erasing again, or at the same time, changes nothing and leaves one event', async () => {
  const id = await accepted();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => move(exchange, world.sender, id, 'erase')),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect((await typesOf(id)).filter((type) => type === 'referral.erased')).toHaveLength(1);
});

test('nobody can act on an erased referral, and nothing of it is disclosed', async () => {
  const id = await accepted();
  expectStatus(await move(exchange, world.receiver, id, 'not-engaged', { reason: 'cost' }), 200);
  await erase(id);
  for (const segment of ['engage', 'undo', 'contacts']) {
    const body = segment === 'contacts' ? { kind: 'reached' } : undefined;
    const answer = await move(exchange, world.receiver, id, segment, body);
    expect([answer.status, answer.body.code, answer.body.allowed_moves]).toEqual([409, 'invalid_state', []]);
  }
  const count = async () => exchange.sql('select count(*) as n from disclosures where referral_id = ?', id);
  const before = await count();
  await read('receiver', id);
  expect(await count()).toEqual(before);
});

test('the receiver may not erase, and learns nothing of a referral that it does not see yet', async () => {
  const seen = await move(exchange, world.receiver, await sendReferral(exchange, world), 'erase');
  expect([seen.status, seen.body.code]).toEqual([403, 'sender_only']);
  const hidden = await sendReferral(exchange, world, { consent: undefined });
  expect((await move(exchange, world.receiver, hidden, 'erase')).status).toBe(404);
});

describe('without the way back', () => {
  const consent = consentInput({ directions: ['forward'] });
  test.each([
    ['engage', undefined],
    ['not-engaged', { reason: 'cost' }],
    ['waitlist', undefined],
  ])('the sender that erases cannot tell whether %s had happened', async (segment, body) => {
    const [watched, untouched] = [await accepted({ consent }), await accepted({ consent })];
    expectStatus(await move(exchange, world.receiver, watched, segment, body), 200);
    const shape = async (id: string) => {
      const answers = [(await erase(id)).body, await read('sender', id)];
      const { data } = (await exchange.call(world.sender.key, '/v1/events?limit=100')).body;
      const told = data.filter((event: { data: { referral_id: string } }) => event.data.referral_id === id);
      return JSON.stringify([answers, told])
        .replaceAll(id, 'ID')
        .replaceAll(/"(id)":"[^"]*"/g, '')
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T');
    };
    expect(await shape(watched)).toBe(await shape(untouched));
  });
});

test('an erased client is known to no one: the same person can be referred anew, any number of times', async () => {
  const body = referralInput(world.receiver);
  for (let times = 0; times < 3; times += 1) {
    const sent = await exchange.call(world.sender.key, '/v1/referrals', { body });
    await erase(expectStatus(sent, 201).body.id);
  }
});
