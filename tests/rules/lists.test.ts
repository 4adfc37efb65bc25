/** Lists of a practice's own, beside a long history of its own: what is rare is found, and no page looks through it all. */
import { expect, test } from 'vitest';
import { positionAt } from '../../src/ledger/events.repository.ts';
import { newIdAt } from '../../src/platform/db/ids.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  befriend,
  createPractice,
  expectStatus,
  move,
  referralInput,
  sendReferral,
} from '../support/world.ts';

useWorld();

const HISTORY = 5000;
/** Of 500 that a page looks through, each with its event and what that is about. */
const ROWS_READ_MAX = 3200;

/** The same referral again and again, an hour apart, each with an event for both sides, and a delivery of it. */
async function growHistory(id: string, endpointId: string): Promise<void> {
  const columns = (await exchange.sql<{ name: string }>("select name from pragma_table_info('referrals')"))
    .map(({ name }) => name)
    .filter((name) => name !== 'id' && name !== 'client_index');
  const history = JSON.stringify(
    Array.from({ length: HISTORY }, (_, index) => {
      const at = Date.now() + (index + 1) * 3_600_000;
      return { position: positionAt(at), event: newIdAt('event', at), referral: newIdAt('referral', at) };
    }),
  );
  await exchange.sql(
    `insert into referrals (id, client_index, ${columns.join()})
     select value ->> 'referral', value ->> 'event', ${columns.join()} from referrals, json_each(?2) where referrals.id = ?1`,
    id,
    history,
  );
  await exchange.sql(
    `insert into events (position, id, type, referral_id, sequence, actor, data, occurred_at)
     select value ->> 'position', value ->> 'event', events.type, value ->> 'referral', sequence, actor, data, occurred_at
     from events, json_each(?2) where referral_id = ?1 and events.type = 'referral.completed'`,
    id,
    history,
  );
  for (const { id: practiceId } of [world.sender, world.receiver])
    await exchange.sql(
      `insert into event_recipients (practice_id, position, sequence, needs_feedback)
       select ?1, value ->> 'position', iif(?1 = sender_practice_id, sender_version, receiver_version), 0
       from referrals, json_each(?3) where referrals.id = ?2`,
      practiceId,
      id,
      history,
    );
  await exchange.sql(
    `insert into deliveries (endpoint_id, position, state, delivered_at, created_at)
     select ?1, value ->> 'position', 'delivered', 1, 1 from json_each(?2)`,
    endpointId,
    history,
  );
}

/** Page after page, to the end. */
async function readAll(key: string, path: string, cursor: 'cursor' | 'after') {
  const found: { readonly id: string }[] = [];
  let rowsReadMax = 0;
  let next: string | null = null;
  let pages = 0;
  do {
    const from = next === null ? '' : `&${cursor}=${encodeURIComponent(next)}`;
    const { body, cost } = expectStatus(await exchange.call(key, path + from), 200);
    found.push(...body.data);
    rowsReadMax = Math.max(rowsReadMax, cost.read);
    next = body.next_cursor;
    pages += 1;
  } while (next !== null && pages < HISTORY);
  return { found, rowsReadMax, pages };
}

test('whatever is rare among thousands of a practice’s own is found, and no page reads more than its share of them', async () => {
  const hook = { body: { url: 'http://127.0.0.1:9/', event_types: ['referral.withdrawn'] } };
  const endpoint = expectStatus(
    await exchange.call(world.receiver.key, '/v1/webhook-endpoints', hook),
    201,
  ).body;
  const declined = await sendReferral(exchange, world);
  expectStatus(
    await move(exchange, world.receiver, declined, 'decline', { reason: 'other', note: 'N' }),
    200,
  );
  const completed = await sendReferral(exchange, world);
  for (const one of ['accept', 'engage', 'complete'])
    expectStatus(await move(exchange, world.receiver, completed, one), 200);
  await growHistory(completed, endpoint.id);
  const other = await createPractice(exchange, world.operator);
  await befriend(exchange, world.sender, other);
  const waiting = expectStatus(
    await exchange.call(world.sender.key, '/v1/referrals', { body: referralInput(other) }),
    201,
  ).body.id;

  const { sender, receiver } = world;
  const lists = [
    [sender.key, '/v1/referrals?state=declined,withdrawn', [declined]],
    [sender.key, '/v1/referrals?state=declined,sent', [waiting, declined]],
    [receiver.key, '/v1/referrals?direction=received&state=declined', [declined]],
    [sender.key, `/v1/referrals?partner_practice_id=${other.id}`, [waiting]],
    [sender.key, '/v1/referrals?state=declined,sent&updated_since=2020-01-01T00:00:00Z', [declined, waiting]],
  ] as const;
  for (const [key, path, expected] of lists) {
    const { found, rowsReadMax, pages } = await readAll(key, path, 'cursor');
    expect([path, found.map(({ id }) => id)]).toEqual([path, expected]);
    expect([path, rowsReadMax <= ROWS_READ_MAX, rowsReadMax]).toEqual([path, true, rowsReadMax]);
    expect(pages).toBeGreaterThan(HISTORY / 500);
  }

  const feed = await readAll(receiver.key, '/v1/events?type=referral.declined,partnership.accepted', 'after');
  expect(feed.found).toMatchObject([{ type: 'partnership.accepted' }, { type: 'referral.declined' }]);
  const deliveries = await readAll(
    receiver.key,
    `/v1/webhook-endpoints/${endpoint.id}/deliveries?state=pending,exhausted`,
    'cursor',
  );
  expect(deliveries.found).toEqual([]);
  for (const { rowsReadMax, pages } of [feed, deliveries]) {
    expect([rowsReadMax <= ROWS_READ_MAX, rowsReadMax]).toEqual([true, rowsReadMax]);
    expect(pages).toBeGreaterThan(HISTORY / 500);
  }
});

test.each([
  ['/v1/referrals?state=sent,lost', 'state/1'],
  ['/v1/referrals?state=', 'state/0'],
  ['/v1/events?type=referral.sent,referral.lost', 'type/1'],
  ['/v1/directory?language=es,Spanish', 'language/1'],
])('a value that no list knows is refused in its place: %s', async (path, pointer) => {
  const { status, body } = await exchange.call(world.sender.key, path);
  expect([status, body.errors?.map((one: { pointer: string }) => one.pointer)]).toEqual([422, [pointer]]);
});
