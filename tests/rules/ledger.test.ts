import { describe, expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  createWorld,
  expectStatus,
  move,
  referralInput,
  sendReferral,
  type World,
} from '../support/world.ts';

useWorld();

const eventsOf = (referralId: string) =>
  exchange.sql<{ type: string; sequence: number }>(
    'select type, sequence from events where referral_id = ? order by position',
    referralId,
  );

describe('races', () => {
  test('of twenty concurrent accepts and declines one wins, nineteen get 409 with the state, and one event exists', async () => {
    const id = await sendReferral(exchange, world);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? move(exchange, world.receiver, id, 'accept')
          : move(exchange, world.receiver, id, 'decline', { reason: 'at_capacity' }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200);
    const lost = answers.filter(({ status }) => status === 409);
    expect([won.length, lost.length]).toEqual([1, 19]);
    for (const { body } of lost) {
      expect(body.code).toBe('illegal_transition');
      expect(body.state).toBe(won[0]?.body.state);
      expect(body.allowed_moves).toEqual(won[0]?.body.allowed_moves);
    }
    expect(await eventsOf(id)).toHaveLength(2);
  });

  test('the same Idempotency-Key twenty times at once makes one referral and one event', async () => {
    const body = referralInput(world.receiver);
    const headers = { 'Idempotency-Key': 'same-key-at-once' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => exchange.call(world.sender.key, '/v1/referrals', { body, headers })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(new Set(answers.map(({ body: { id } }) => id)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('Idempotent-Replayed') === 'true')).toHaveLength(19);
    expect(await eventsOf(answers[0]?.body.id)).toHaveLength(1);
  });

  test('of a hundred contacts at once each is answered: recorded, or 503 that says when to repeat it; none is lost or doubled', async () => {
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const record = async (index: number) => {
      for (;;) {
        const answer = await exchange.call(world.receiver.key, `/v1/referrals/${id}/contacts`, {
          body: { kind: 'attempted' },
          headers: { 'Idempotency-Key': `contact-${index}` },
        });
        if (answer.status === 200) return;
        expect([answer.status, answer.body.code]).toEqual([503, 'busy']);
        expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
      }
    };
    await Promise.all(Array.from({ length: 100 }, (_, index) => record(index)));
    const sequences = (await eventsOf(id)).map(({ sequence }) => sequence);
    expect(sequences).toEqual(Array.from({ length: 102 }, (_, index) => index + 1));
  });

  test('two invitations at once between the same two practices make one partnership', async () => {
    const others = await Promise.all([0, 1].map(async () => (await createWorld(exchange)).sender));
    const [one, other] = others as [World['sender'], World['sender']];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0
          ? exchange.call(one.key, '/v1/partnerships', { body: { practice_id: other.id, message: 'Hello' } })
          : exchange.call(other.key, '/v1/partnerships', { body: { practice_id: one.id, message: 'Hello' } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'partnership_exists')).toHaveLength(9);
  });
});

test('of a hundred endpoints at once a practice gets its twenty, and goes on receiving', async () => {
  const other = await createWorld(exchange);
  const create = () =>
    exchange.call(other.receiver.key, '/v1/webhook-endpoints', {
      body: { url: 'http://127.0.0.1:9/', event_types: ['referral.sent'] },
    });
  const answers = await Promise.all(Array.from({ length: 100 }, create));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
  expect(answers.filter(({ body }) => body.code === 'limit_reached')).toHaveLength(80);
  const id = await sendReferral(exchange, other);
  expect(
    await exchange.sql(
      'select count(*) as count from deliveries where position = (select position from events where referral_id = ?)',
      id,
    ),
  ).toEqual([{ count: 20 }]);
});

describe('idempotency', () => {
  test('a repeated request gets the same status and resource, marked as a replay', async () => {
    const body = referralInput(world.receiver);
    const headers = { 'Idempotency-Key': 'again-1' };
    const first = expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', { body, headers }),
      201,
    );
    const again = expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', { body, headers }),
      201,
    );
    expect(again.body).toEqual(first.body);
    expect([first.headers.get('Idempotent-Replayed'), again.headers.get('Idempotent-Replayed')]).toEqual([
      null,
      'true',
    ]);
  });

  test('a transition is done once, and its replay tells the state by then', async () => {
    const id = await sendReferral(exchange, world);
    const call = () =>
      exchange.call(world.receiver.key, `/v1/referrals/${id}/accept`, {
        method: 'POST',
        headers: { 'Idempotency-Key': 'accept-once' },
      });
    expect(expectStatus(await call(), 200).body.state).toBe('accepted');
    expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
    const again = expectStatus(await call(), 200);
    expect([again.body.state, again.headers.get('Idempotent-Replayed')]).toEqual(['engaged', 'true']);
    expect(await eventsOf(id)).toHaveLength(3);
  });

  test('the same key with another body or path is 422 and changes nothing', async () => {
    const headers = { 'Idempotency-Key': 'other-body' };
    const first = expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', {
        body: referralInput(world.receiver),
        headers,
      }),
      201,
    );
    const [{ count }] = (await exchange.sql<{ count: number }>('select count(*) as count from events')) as [
      { count: number },
    ];
    const other = await exchange.call(world.sender.key, '/v1/referrals', {
      body: referralInput(world.receiver),
      headers,
    });
    const elsewhere = await exchange.call(world.sender.key, `/v1/referrals/${first.body.id}/withdraw`, {
      method: 'POST',
      headers,
    });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await exchange.sql('select count(*) as count from events')).toEqual([{ count }]);
  });

  test('keys of two practices do not meet', async () => {
    const headers = { 'Idempotency-Key': 'shared-word' };
    const mine = await exchange.call(world.sender.key, '/v1/keys', { body: { name: 'a' }, headers });
    const theirs = await exchange.call(world.receiver.key, '/v1/keys', { body: { name: 'a' }, headers });
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(mine.body.id).not.toBe(theirs.body.id);
  });

  test('a refused request leaves its key free', async () => {
    const headers = { 'Idempotency-Key': 'first-refused' };
    expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', {
        body: referralInput(world.receiver, { service: 'X!' }),
        headers,
      }),
      422,
    );
    expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', {
        body: referralInput(world.receiver),
        headers,
      }),
      201,
    );
  });

  test('a key is forgotten after 24 hours', async () => {
    const headers = { 'Idempotency-Key': 'old-key' };
    const body = { name: 'old' };
    const first = expectStatus(await exchange.call(world.sender.key, '/v1/keys', { body, headers }), 201);
    await exchange.sql(
      "update idempotency_records set created_at = created_at - 86400001, day = day - 1 where idempotency_key = 'old-key'",
    );
    const later = expectStatus(await exchange.call(world.sender.key, '/v1/keys', { body, headers }), 201);
    expect(later.body.id).not.toBe(first.body.id);
    await exchange.sql(
      "update idempotency_records set created_at = created_at - 172800001, day = day - 2 where idempotency_key = 'old-key'",
    );
    // Whole days go at once.
    await exchange.minute();
    expect(await exchange.sql("select * from idempotency_records where idempotency_key = 'old-key'")).toEqual(
      [],
    );
  });

  test('the record names the resource and holds nothing of it', async () => {
    await exchange.call(world.sender.key, '/v1/referrals', {
      body: referralInput(world.receiver),
      headers: { 'Idempotency-Key': 'look-inside' },
    });
    const [record] = await exchange.sql(
      "select * from idempotency_records where idempotency_key = 'look-inside'",
    );
    expect(Object.keys(record ?? {}).sort()).toEqual([
      'created_at',
      'day',
      'idempotency_key',
      'owner_id',
      'request_hash',
      'resource_id',
      'status',
    ]);
  });

  test('a replayed key creation does not show the secret again; an endpoint’s may be shown, to whom it was', async () => {
    const key = { body: { name: 'once' }, headers: { 'Idempotency-Key': 'secret-1' } };
    expect(expectStatus(await exchange.call(world.sender.key, '/v1/keys', key), 201).body.secret).toMatch(
      /^rx_[0-9a-f]{72}$/,
    );
    expect(expectStatus(await exchange.call(world.sender.key, '/v1/keys', key), 201).body.secret).toBeNull();
    const hook = {
      body: { url: 'http://127.0.0.1:9/', event_types: ['referral.expired'] },
      headers: { 'Idempotency-Key': 'secret-2' },
    };
    const first = expectStatus(await exchange.call(world.sender.key, '/v1/webhook-endpoints', hook), 201);
    expect(
      expectStatus(await exchange.call(world.sender.key, '/v1/webhook-endpoints', hook), 201).body,
    ).toEqual(first.body);
    expect(
      expectStatus(await exchange.call(world.sender.key, `/v1/webhook-endpoints/${first.body.id}`), 200).body
        .secret,
    ).toBeUndefined();
  });
});

describe('versions', () => {
  test('If-Match lets the reader of the newest version write and nobody else', async () => {
    const read = expectStatus(await exchange.call(world.sender.key, '/v1/practice'), 200);
    const etag = read.headers.get('ETag') ?? '';
    const change = (tag: string) =>
      exchange.call(world.sender.key, '/v1/practice', {
        method: 'PATCH',
        body: { city: 'Lincoln' },
        headers: { 'If-Match': tag },
      });
    const first = expectStatus(await change(etag), 200);
    expect(first.body.version).toBe(read.body.version + 1);
    const second = await change(etag);
    expect([second.status, second.body.code, second.headers.get('ETag')]).toEqual([
      412,
      'version_mismatch',
      first.headers.get('ETag'),
    ]);
    expectStatus(await change('*'), 200);
    expectStatus(await change(`"0", "${first.body.version + 1}"`), 200);
  });

  test('a move on an older version of a referral is 412 and changes nothing', async () => {
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'What?' }), 200);
    const answer = await exchange.call(world.receiver.key, `/v1/referrals/${id}/decline`, {
      body: { reason: 'at_capacity' },
      headers: { 'If-Match': '"1"' },
    });
    expect(answer.status).toBe(412);
    expect(await eventsOf(id)).toHaveLength(2);
  });

  test('of twenty concurrent edits with the same ETag one wins', async () => {
    const etag = (await exchange.call(world.receiver.key, '/v1/practice')).headers.get('ETag') ?? '';
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        exchange.call(world.receiver.key, '/v1/practice', {
          method: 'PATCH',
          body: { city: `City ${index}` },
          headers: { 'If-Match': etag },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
  });
});

describe('the database refuses what the code must never write', () => {
  const refused = (text: string, ...values: unknown[]) =>
    expect(exchange.sql(text, ...values)).rejects.toThrow(/guard|constraint/i);

  test('a second event at the same place of a referral, and a change of history', async () => {
    const id = await sendReferral(exchange, world);
    await refused(
      "insert into events (id, type, referral_id, sequence, actor, data, occurred_at) values ('evt_x', 'x', ?, 1, 'sender', '{}', 1)",
      id,
    );
    await refused("update events set type = 'x' where referral_id = ?", id);
  });

  test('a version that does not follow, an unknown state, a reason without its state', async () => {
    const id = await sendReferral(exchange, world);
    await refused('update referrals set version = 3 where id = ?', id);
    await refused("update referrals set state = 'lost' where id = ?", id);
    await refused("update referrals set decline_reason = 'at_capacity' where id = ?", id);
  });

  test('a referral whose partnership is not active', async () => {
    const other = await createWorld(exchange);
    const id = await sendReferral(exchange, other);
    await exchange.sql("update partnerships set state = 'paused' where id = ?", other.partnershipId);
    const columns = (
      await exchange.sql<{ name: string }>("select name from pragma_table_info('referrals')")
    ).map(({ name }) => name);
    const copied = columns.map((name) =>
      name === 'id' ? "'ref_copy'" : name === 'client_index' ? "'other'" : name,
    );
    await refused(`insert into referrals (${columns}) select ${copied} from referrals where id = ?`, id);
  });

  test('a value of the wrong type: every table is STRICT', async () => {
    const tables = await exchange.sql<{ name: string; strict: number }>(
      "select name, strict from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite_%' and name not like '%_cf_%' and name not like 'd1_%'",
    );
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.filter(({ strict }) => strict !== 1)).toEqual([]);
  });
});
