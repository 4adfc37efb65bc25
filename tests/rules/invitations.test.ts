/** Nobody is told again and again by one whom it never agreed to hear. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import {
  befriend,
  createPractice,
  createWriter,
  expectStatus,
  type Practice,
  referralInput,
} from '../support/world.ts';

const DAY_MS = 86_400_000;
let exchange: Exchange;
let operator: string;
let other: Practice;
beforeAll(async () => {
  exchange = await startExchange();
  operator = await exchange.operatorKey();
  other = await createPractice(exchange, operator);
});
afterAll(() => exchange.close());

const invite = (inviter: Practice, inviteeId: string) =>
  exchange.call(inviter.key, '/v1/partnerships', { body: { practice_id: inviteeId, message: 'Hello' } });
const act = (practice: Practice, id: string, name: string) =>
  exchange.call(practice.key, `/v1/partnerships/${id}/${name}`, { method: 'POST' });
const codesOf = (answers: { status: number; body: { code?: string } }[]) => {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const code = `${status} ${body.code ?? ''}`.trim();
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
};
const age = (id: string, days: number) =>
  exchange.sql('update partnerships set updated_at = updated_at - ? where id = ?', days * DAY_MS, id);
/** Practices that can be invited, without people of their own. */
const addPractices = (prefix: string, count: number) =>
  exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < ?)
     insert into practices (id, name, city, jurisdiction, time_zone, scope_of_services, services, assessments, languages, capacity, capacity_updated_at, created_at, updated_at)
     select 'prc_' || ? || printf('%025d', value), 'P', 'C', 'US-ZZ', 'UTC', 'S', '[]', '[]', '[]', 'accepting', 1, 1, 1 from n`,
    count,
    prefix,
  );
const idOf = (prefix: string, number: number) => `prc_${prefix}${String(number).padStart(25, '0')}`;

test('sixty rounds of inviting and taking back tell the other once, and say when it may be asked again', async () => {
  const inviter = await createWriter(exchange, operator);
  const answers = [];
  for (let round = 0; round < 60; round += 1) {
    const answer = await invite(inviter, other.id);
    answers.push(answer);
    if (answer.status === 201) expectStatus(await act(inviter, answer.body.id, 'end'), 200);
  }
  expect(codesOf(answers)).toEqual({ '201': 1, '429 quota_reached': 59 });
  const refused = answers.at(-1);
  const waits = Number(refused?.headers.get('Retry-After')) * 1000;
  expect(waits).toBeGreaterThan(29 * DAY_MS);
  expect(Date.parse(refused?.body.available_at)).toBeGreaterThan(Date.now() + 29 * DAY_MS);
  expect(
    await exchange.sql(
      `select count(*) as count from event_recipients join events using (position)
       where practice_id = ? and json_extract(data, '$.partnership_id') = ?`,
      other.id,
      answers[0]?.body.id,
    ),
  ).toEqual([{ count: 2 }]);
});

test('after a decline the same practice invites again after 30 days, and the one that declined at once', async () => {
  const inviter = await createWriter(exchange, operator);
  const id = expectStatus(await invite(inviter, other.id), 201).body.id;
  expectStatus(await act(other, id, 'decline'), 200);
  expect((await invite(inviter, other.id)).body.code).toBe('quota_reached');
  await age(id, 29);
  expect((await invite(inviter, other.id)).body.code).toBe('quota_reached');
  await age(id, 2);
  const again = expectStatus(await invite(inviter, other.id), 201).body.id;
  expectStatus(await act(other, again, 'decline'), 200);
  expectStatus(await invite(other, inviter.id), 201);
});

test('a partnership that was active is made anew at once', async () => {
  const inviter = await createWriter(exchange, operator);
  const id = expectStatus(await invite(inviter, other.id), 201).body.id;
  expectStatus(await act(other, id, 'accept'), 200);
  expectStatus(await act(other, id, 'end'), 200);
  expectStatus(await invite(inviter, other.id), 201);
});

test('of thirty invitations at once a practice makes the twenty of its day', async () => {
  await addPractices('2', 30);
  const inviter = await createWriter(exchange, operator);
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => invite(inviter, idOf('2', index + 1))),
  );
  expect(codesOf(answers)).toEqual({ '201': 20, '429 quota_reached': 10 });
});

test('a hundred invitations wait at most, and the database refuses what a check before it missed', async () => {
  await addPractices('3', 101);
  const inviter = await createWriter(exchange, operator);
  // Each an hour and more after the one before, so that no day has twenty.
  const insert = (from: number, to: number, at: number) =>
    exchange.sql(
      `insert into partnerships (id, state, inviter_practice_id, invitee_practice_id, pair, message, created_at, updated_at)
       select 'prt_' || substr(id, 5), 'invited', ?1, id, 'pair ' || id, 'M', ?4 + cast(substr(id, 6) as integer) * 5000000, ?4 from practices where id between ?2 and ?3`,
      inviter.id,
      idOf('3', from),
      idOf('3', to),
      at,
    );
  await insert(1, 100, 1);
  expect((await invite(inviter, other.id)).body.code).toBe('limit_reached');
  await expect(insert(101, 101, Date.now())).rejects.toThrow('guard: limit');
  const day = await createWriter(exchange, operator);
  await exchange.sql(
    'update partnerships set inviter_practice_id = ?, created_at = ? where inviter_practice_id = ?',
    day.id,
    Date.now(),
    inviter.id,
  );
  await exchange.sql("update partnerships set state = 'declined', updated_at = ?", Date.now());
  const again = (inviteeId: string) =>
    exchange.sql(
      `insert into partnerships (id, state, inviter_practice_id, invitee_practice_id, pair, message, created_at, updated_at)
       values ('prt_z', 'invited', ?1, ?2, 'z', 'M', ?3, ?3)`,
      day.id,
      inviteeId,
      Date.now(),
    );
  await expect(again(idOf('3', 1))).rejects.toThrow('guard: quota');
  await expect(again(idOf('3', 101))).rejects.toThrow('guard: quota');
});

test('a hundred referrals of one practice wait at another, not more, also of many sent at once; an answer makes room', async () => {
  const sender = await createWriter(exchange, operator);
  await befriend(exchange, sender, other);
  const send = () => exchange.call(sender.key, '/v1/referrals', { body: referralInput(other) });
  const first = expectStatus(await send(), 201).body.id;
  const columns = (
    await exchange.sql<{ name: string }>("select name from pragma_table_info('referrals')")
  ).map(({ name }) => name);
  const changed: Record<string, string> = {
    id: "'ref_' || printf('%026d', n.value)",
    client_index: "'waiting' || n.value",
  };
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 94)
     insert into referrals (${columns.join(', ')}) select ${columns.map((name) => changed[name] ?? `r.${name}`).join(', ')} from referrals as r, n where r.id = ?`,
    first,
  );
  const answers = await Promise.all(Array.from({ length: 20 }, send));
  expect(codesOf(answers)).toEqual({ '201': 5, '409 limit_reached': 15 });
  expect(answers.find(({ status }) => status === 409)?.body.detail).toContain('withdraw some');
  expectStatus(await exchange.call(other.key, `/v1/referrals/${first}/accept`, { method: 'POST' }), 200);
  expectStatus(await send(), 201);
  expect((await send()).status).toBe(409);
  const another = await createPractice(exchange, operator);
  await befriend(exchange, sender, another);
  expectStatus(await exchange.call(sender.key, '/v1/referrals', { body: referralInput(another) }), 201);
});
