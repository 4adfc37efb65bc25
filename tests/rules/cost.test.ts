/** What each operation may cost in D1: calls, and rows that do not grow with what others do. */
import { expect, test } from 'vitest';
import { exampleCalls } from '../support/calls.ts';
import { documented } from '../support/document.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { createWorld, expectStatus, move, referralInput, sendReferral, thisMonth } from '../support/world.ts';

useWorld();

/** What it sends is sealed, and says what else is to be read (docs/decisions/039). */
const CALLS_MAX: Record<string, number> = { sendPreparedReferral: 3 };

test('every read makes 1 D1 call and every write at most 2, on any machine', async () => {
  const calls = exampleCalls(exchange, world);
  for (const { id, method } of documented) {
    const { key, path, body } = await (calls[id] as () => ReturnType<(typeof calls)[string]>)();
    const answer = await exchange.call(key, path, { method, ...(body === undefined ? {} : { body }) });
    expect(answer.status, id).toBeLessThan(300);
    const { calls: made } = answer.cost;
    const callsMax = CALLS_MAX[id] ?? (method === 'GET' ? 1 : 2);
    expect([id, made <= callsMax, made]).toEqual([id, true, made]);
    expect([id, answer.keyCost.calls <= 1]).toEqual([id, true]);
  }
});

test('a cold key makes one call more, which is named apart and is in the whole', async () => {
  const created = await exchange.call(world.sender.key, '/v1/keys', { body: { name: 'cold' } });
  const { secret } = expectStatus(created, 201).body;
  const first = expectStatus(await exchange.call(secret, '/v1/practice'), 200);
  expect(first.keyCost).toEqual({ calls: 1, read: 2, written: 0 });
  expect(first.cost.calls).toBe(1);
  expect(first.headers.get('Server-Timing')).toMatch(/^d1;desc="calls=2 /);
});

test('the steps of the main loop stay within their budgets of rows read and written', async () => {
  await exchange.sql('update webhook_endpoints set deleted_at = 1, enabled = 0');
  // What waits for an answer is counted with each that is sent: a row more each, up to 100.
  const world = await createWorld(exchange);
  const hook = { body: { url: 'http://127.0.0.1:9/' } };
  expectStatus(await exchange.call(world.receiver.key, '/v1/webhook-endpoints', hook), 201);
  const sent = await exchange.call(world.sender.key, '/v1/referrals', {
    body: referralInput(world.receiver),
    headers: { 'Idempotency-Key': 'budget' },
  });
  const path = `/v1/referrals/${expectStatus(sent, 201).body.id}`;
  const read = () => exchange.call(world.receiver.key, path);
  for (const [step, { cost }, rowsRead, rowsWritten] of [
    // With a row of the catalog for the service, the reason and each language, and the receiver's questions. A read looks for short messages.
    ['send', sent, 58, 28],
    ['preview', await read(), 13, 0],
    ['accept', await move(exchange, world.receiver, sent.body.id, 'accept'), 82, 20],
    ['read the client', await read(), 33, 4],
    ['engage', await move(exchange, world.receiver, sent.body.id, 'engage'), 82, 18],
  ] as const) {
    expect(cost.read, `${step}: rows read`).toBeLessThanOrEqual(rowsRead);
    expect(cost.written, `${step}: rows written`).toBeLessThanOrEqual(rowsWritten);
  }
});

test('rows read do not grow with what others have: thousands of their referrals and events change nothing', async () => {
  const id = await sendReferral(exchange, world);
  const month = thisMonth();
  const paths = [
    '/v1/referrals?limit=10',
    `/v1/referrals/${id}`,
    '/v1/events?limit=10',
    '/v1/partnerships',
    `/v1/reports/reciprocity?month=${month}`,
    '/v1/practice',
    '/v1/keys',
    '/v1/directory?offer=mbti&limit=10',
  ];
  const measure = async () => {
    const read: Record<string, number> = {};
    for (const path of paths)
      read[path] = expectStatus(await exchange.call(world.sender.key, path), 200).cost.read;
    const send = expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', { body: referralInput(world.receiver) }),
      201,
    );
    read.send = send.cost.read;
    read.accept = expectStatus(await move(exchange, world.receiver, send.body.id, 'accept'), 200).cost.read;
    await exchange.sql('update referrals set sent_at = 1 where id = ?', send.body.id);
    const link = { method: 'POST' };
    const page = await exchange.call(world.receiver.key, `/v1/referrals/${send.body.id}/page-links`, link);
    const { pathname } = new URL(expectStatus(page, 201).body.page_url);
    read.page = expectStatus(await exchange.call(null, pathname), 200).cost.read;
    const erased = await exchange.call(world.sender.key, `/v1/referrals/${send.body.id}/erase`, link);
    read.erase = expectStatus(erased, 200).cost.read;
    return read;
  };
  await measure();
  const before = await measure();
  await exchange.sql('drop trigger referrals_waiting_limit');
  const others = await createWorld(exchange);
  const original = await sendReferral(exchange, others);
  const columns = (
    await exchange.sql<{ name: string }>("select name from pragma_table_info('referrals')")
  ).map(({ name }) => name);
  const copied = columns
    .map((name) =>
      name === 'id'
        ? "'ref_' || printf('%026d', n.value)"
        : name === 'client_index'
          ? "'other' || n.value"
          : `r.${name}`,
    )
    .join(', ');
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 3000)
     insert into referrals (${columns.join(', ')}) select ${copied} from referrals as r, n where r.id = ?`,
    original,
  );
  await exchange.sql(`insert into events (id, type, referral_id, sequence, actor, data, occurred_at)
    select 'evt_' || id, 'referral.sent', id, 1, 'sender', '{}', 1 from referrals where client_index like 'other%'`);
  await exchange.sql(
    "insert into event_recipients select ?, position, 1, 0 from events where id like 'evt_ref_%'",
    others.receiver.id,
  );
  const theirs = { body: { url: 'http://127.0.0.1:9/' } };
  const hook = expectStatus(
    await exchange.call(others.receiver.key, '/v1/webhook-endpoints', theirs),
    201,
  ).body;
  await exchange.sql(
    `insert into deliveries (endpoint_id, position, state, created_at)
     select ?, position, 'delivered', 1 from events where id like 'evt_ref_%'`,
    hook.id,
  );
  await exchange.sql(`with recursive n(value) as (select 1 union all select value + 1 from n where value < 3000)
    insert into practices (id, name, city, jurisdiction, time_zone, scope_of_services, services, assessments, languages, capacity, capacity_updated_at, created_at, updated_at)
    select 'prc_' || printf('%026d', value), 'P', 'C', 'US-ZZ', 'UTC', 'S', '[]', '[]', '[]', 'accepting', 1, 1, 1 from n`);
  await exchange.sql(
    `insert into partnerships (id, state, inviter_practice_id, invitee_practice_id, pair, message, created_at, updated_at)
     select 'prt_' || substr(id, 5), 'active', ?, id, 'pair ' || id, 'M', 1, 1 from practices where jurisdiction = 'US-ZZ'`,
    others.sender.id,
  );
  const after = await measure();
  for (const path of Object.keys(before)) {
    // The practice's own things grew by one referral between the two measures.
    expect([path, (after[path] ?? 0) - (before[path] ?? 0) <= 15]).toEqual([path, true]);
  }
});

test('the report reads rows in proportion to the practice’s own month', async () => {
  const month = thisMonth();
  const read = async () =>
    expectStatus(await exchange.call(world.sender.key, `/v1/reports/reciprocity?month=${month}`), 200).cost
      .read;
  const before = await read();
  for (let index = 0; index < 10; index += 1) await sendReferral(exchange, world);
  const withTen = await read();
  expect(withTen - before).toBeLessThanOrEqual(10 * 1.2);
  await exchange.sql(
    'update referrals set sent_at = sent_at - 40 * 86400000 where sender_practice_id = ?',
    world.sender.id,
  );
  expect(await read()).toBeLessThanOrEqual(before);
});
