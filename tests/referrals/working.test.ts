/** What both sides write while they work with the client: messages and the action plan. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startReceiver } from '../support/receiver.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { consentInput, expectStatus, move, sendReferral } from '../support/world.ts';

useWorld();

type SideName = 'sender' | 'receiver';
const accepted = async (directions = ['forward', 'feedback']) => {
  const id = await sendReferral(exchange, world, { consent: consentInput({ directions }) });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};
const on = (side: SideName, id: string, path: string, init: Parameters<typeof exchange.call>[2] = {}) =>
  exchange.call(world[side].key, `/v1/referrals/${id}${path}`, init);
const post = (side: SideName, id: string, text: string) => on(side, id, '/messages', { body: { text } });
const add = (side: SideName, id: string, text: string, more = {}) =>
  on(side, id, '/plan/items', { body: { text, owner: 'sender', ...more } });
const change = (side: SideName, id: string, item: string, body: object, headers = {}) =>
  on(side, id, `/plan/items/${item}`, { method: 'PATCH', body, headers });
const read = async (side: SideName, id: string) => expectStatus(await on(side, id, ''), 200).body;
const planOf = async (side: SideName, id: string) => expectStatus(await on(side, id, '/plan'), 200).body;
const textsOf = ({ items }: { items: { text: string }[] }) => items.map(({ text }) => text);
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
const logged = (id: string) =>
  exchange.sql<{ categories: string }>('select categories from disclosures where referral_id = ?', id);

test('both write and read; what is told by events, webhooks and the database at rest is that, not what', async () => {
  const crm = await startReceiver();
  const hook = { body: { url: crm.url } };
  for (const side of ['sender', 'receiver'] as const)
    expectStatus(await exchange.call(world[side].key, '/v1/webhook-endpoints', hook), 201);
  const id = await accepted();
  const mine = expectStatus(await post('sender', id, 'ZEBRAMESSAGE from me'), 201).body;
  expect(mine).toMatchObject({ kind: 'message', author: 'sender', text: 'ZEBRAMESSAGE from me' });
  expectStatus(await post('receiver', id, 'ZEBRAANSWER from her'), 201);
  const item = expectStatus(await add('receiver', id, 'ZEBRAITEM', { due_on: '2031-03-01' }), 201).body;
  const done = await change('sender', id, item.id, { done: true });
  expect(expectStatus(done, 200).body).toMatchObject({
    version: 2,
    changed_by: 'sender',
    author: 'receiver',
  });
  expect(done.headers.get('ETag')).toBe('"2"');
  for (const side of ['sender', 'receiver'] as const) {
    expect((await read(side, id)).messages).toMatchObject([
      { author: 'sender', text: 'ZEBRAMESSAGE from me' },
      { author: 'receiver', text: 'ZEBRAANSWER from her' },
    ]);
    const plan = await planOf(side, id);
    expect(plan.items).toMatchObject([{ text: 'ZEBRAITEM', due_on: '2031-03-01', place: 1, version: 2 }]);
    expect(plan.disclosed_categories).toEqual(side === 'receiver' ? ['plan'] : []);
    const feed = await exchange.call(world[side].key, '/v1/events?limit=100');
    const told = feed.body.data.filter(
      ({ data }: { data: { referral_id: string } }) => data.referral_id === id,
    );
    expect(told.map(({ type }: { type: string }) => type).slice(-4)).toEqual([
      'referral.message_posted',
      'referral.message_posted',
      'referral.plan_changed',
      'referral.plan_changed',
    ]);
    expect(JSON.stringify(told)).not.toContain('ZEBRA');
    expect(told.map(({ data }: { data: { sequence: number } }) => data.sequence)).toEqual(
      told.map((_: object, index: number) => index + 1),
    );
  }
  const ticked = await change('receiver', id, (await add('sender', id, 'ZEBRATOO')).body.id, { done: true });
  expect(expectStatus(ticked, 200).body).toMatchObject({
    text: null,
    author: 'sender',
    done_at: expect.any(String),
  });
  await crm.waitForType('referral.plan_changed', id);
  expect(crm.received.map(({ body }) => body).join('')).not.toContain('ZEBRA');
  for (const table of ['plan_items', 'referral_messages', 'events'])
    expect(JSON.stringify(await exchange.sql(`select * from ${table}`))).not.toContain('ZEBRA');
  expect((await logged(id)).at(-1)?.categories).toBe('["plan"]');
  const exported = expectStatus(await on('sender', id, '/export'), 200).body;
  expect([exported.held.includes('plan'), textsOf({ items: exported.plan })]).toEqual([
    true,
    ['ZEBRAITEM', 'ZEBRATOO'],
  ]);
  expectStatus(await move(exchange, world.sender, id, 'erase'), 200);
  for (const table of ['plan_items', 'referral_messages'])
    expect(await exchange.sql(`select * from ${table} where referral_id = ?`, id)).toEqual([]);
  expect((await planOf('receiver', id)).items).toEqual([]);
  expect(codeOf(await post('sender', id, 'more'))).toEqual([409, 'invalid_state']);
  await crm.close();
});

test('without the way back the receiver writes nothing, and the sender can still write forward', async () => {
  const id = await accepted(['forward']);
  for (const refused of [await post('receiver', id, 'x'), await add('receiver', id, 'x')])
    expect(codeOf(refused)).toEqual([409, 'outcome_withheld']);
  expectStatus(await post('sender', id, 'forward'), 201);
  const { id: item } = expectStatus(await add('sender', id, 'forward'), 201).body;
  expect(codeOf(await change('receiver', id, item, { done: true }))).toEqual([409, 'outcome_withheld']);
  expect(codeOf(await on('receiver', id, `/plan/items/${item}`, { method: 'DELETE' }))).toEqual([
    409,
    'outcome_withheld',
  ]);
  expect((await read('receiver', id)).messages).toMatchObject([{ text: 'forward' }]);
  expect(textsOf(await planOf('receiver', id))).toEqual(['forward']);
});

test('what is written to a withheld sender’s referral costs and answers the same whether it has secretly ended or not', async () => {
  const costs: unknown[] = [];
  for (const hidden of [false, true]) {
    const id = await accepted(['forward']);
    if (hidden) {
      expectStatus(await move(exchange, world.receiver, id, 'contacts', { kind: 'reached' }), 200);
      const body = { reason: 'other', note: 'Moved away.' };
      expectStatus(await move(exchange, world.receiver, id, 'not-engaged', body), 200);
    }
    await exchange.call(world.sender.key, '/v1/practice');
    const added = await add('sender', id, 'x');
    const item = added.body.id as string;
    const answers = [
      added,
      await post('sender', id, 'x'),
      await on('sender', id, '/plan'),
      await on('sender', id, '/plan', { method: 'HEAD' }),
    ];
    answers.push(await change('sender', id, item, { done: true }));
    answers.push(await on('sender', id, `/plan/items/${item}`, { method: 'DELETE' }));
    costs.push(answers.map(({ status, cost }) => [status, cost.calls <= 2, cost.read, cost.written]));
    if (hidden) expect((await planOf('receiver', id)).items).toEqual([]);
  }
  expect(costs[0]).toEqual(costs[1]);
});

test('of a client with records of substance-use treatment the sender’s part of the plan leaves with its notice', async () => {
  const id = await sendReferral(exchange, world, { consent: consentInput({ part2: true }) });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await add('receiver', id, 'hers'), 201);
  expect((await planOf('receiver', id)).redisclosure_notice).toBeNull();
  expectStatus(await add('sender', id, 'mine'), 201);
  expect((await planOf('receiver', id)).redisclosure_notice).toContain('42 CFR part 2 prohibits');
  expect((await planOf('sender', id)).redisclosure_notice).toBeNull();
});

test('it closes with the referral and with the consent: each reads what it wrote and the other did not touch', async () => {
  const id = await accepted();
  const own = { sender: '', receiver: '' };
  for (const side of ['sender', 'receiver'] as const) {
    own[side] = expectStatus(await add(side, id, `of the ${side}`), 201).body.id;
    expectStatus(await post(side, id, `of the ${side}`), 201);
  }
  const touched = expectStatus(await add('sender', id, 'touched'), 201).body.id;
  expectStatus(await change('receiver', id, touched, { place: 3 }), 200);
  expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
  expectStatus(await post('receiver', id, 'still open'), 201);
  expectStatus(await move(exchange, world.receiver, id, 'complete'), 200);
  for (const side of ['sender', 'receiver'] as const)
    for (const closed of [
      await post(side, id, 'x'),
      await add(side, id, 'x'),
      await change(side, id, own[side], { done: true }),
      await on(side, id, `/plan/items/${own[side]}`, { method: 'DELETE' }),
    ])
      expect(codeOf(closed)).toEqual([409, 'invalid_state']);
  expect(textsOf(await planOf('receiver', id))).toEqual(['of the sender', 'of the receiver', 'touched']);
  await exchange.sql('update consents set expires_at = granted_at + 1 where referral_id = ?', id);
  expect(textsOf(await planOf('sender', id))).toEqual(['of the sender']);
  expect(await planOf('receiver', id)).toMatchObject({
    items: [{ text: 'of the receiver' }],
    disclosed_categories: [],
  });
  expect((await read('sender', id)).messages).toMatchObject([{ text: 'of the sender' }]);
  expect((await read('receiver', id)).messages.map(({ text }: { text: string }) => text)).toEqual([
    null,
    'of the receiver',
    'still open',
  ]);
});

test('before the acceptance nobody writes; a practice that is no side, and an item of another plan, find nothing', async () => {
  const id = await sendReferral(exchange, world);
  for (const side of ['sender', 'receiver'] as const)
    expect(codeOf(await post(side, id, 'x'))).toEqual([409, 'invalid_state']);
  const [one, other] = [await accepted(), await accepted()];
  const item = expectStatus(await add('sender', one, 'x'), 201).body.id;
  for (const answer of [
    await change('sender', other, item, { done: true }),
    await on('sender', other, `/plan/items/${item}`, { method: 'DELETE' }),
  ])
    expect(codeOf(answer)).toEqual([404, 'not_found']);
});

test('twenty at once lose nothing, a stale change is refused, and the same key writes once', async () => {
  const id = await accepted();
  const many = Array.from({ length: 20 }, (_, index) =>
    add(index % 2 ? 'sender' : 'receiver', id, `${index}`),
  );
  for (const answer of await Promise.all(many)) expectStatus(answer, 201);
  const { items } = await planOf('sender', id);
  expect(items.map(({ place }: { place: number }) => place)).toEqual(
    items.map((_: object, i: number) => i + 1),
  );
  const [first] = items;
  const both = await Promise.all(
    (['sender', 'receiver'] as const).map((side) =>
      change(side, id, first.id, { place: 5 }, { 'If-Match': '"1"' }),
    ),
  );
  expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  const once = { body: { text: 'once', owner: 'receiver' }, headers: { 'Idempotency-Key': 'one' } };
  const twice = [
    await on('receiver', id, '/plan/items', once),
    await on('receiver', id, '/plan/items', once),
  ];
  expect(twice[1]?.body).toEqual(twice[0]?.body);
  const said = { body: { text: 'once' }, headers: { 'Idempotency-Key': 'two' } };
  const again = [await on('receiver', id, '/messages', said), await on('receiver', id, '/messages', said)];
  expect(again[1]?.body).toEqual(again[0]?.body);
  expect((await planOf('sender', id)).items).toHaveLength(21);
});

test('a side’s room is its own: 100 messages of the other leave it, and what a move says has room beside them', async () => {
  const id = await accepted();
  expectStatus(await post('receiver', id, 'one'), 201);
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 99)
     insert into referral_messages select 'msg_' || printf('%026d', value), referral_id, kind, author, sealed_text, created_at
     from referral_messages, n where referral_id = ?`,
    id,
  );
  expect(codeOf(await post('receiver', id, 'too many'))).toEqual([409, 'limit_reached']);
  expectStatus(await post('sender', id, 'mine'), 201);
  await exchange.sql("delete from referral_messages where referral_id = ? and id like 'msg_00%'", id);
  const note = { reason: 'other', note: 'Moved away.' };
  expectStatus(await move(exchange, world.receiver, id, 'not-engaged', note), 200);
});

test('over random histories a side reads of the other what the consent lets through then, and each look is in the log', async () => {
  const sides = fc.constantFrom<SideName>('sender', 'receiver');
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('post', 'add', 'change'), side: sides }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('look'), side: sides }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('engage', 'not-engaged', 'complete', 'undo', 'accept', 'revoke', 'expire'),
        side: sides,
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(step, { minLength: 4, maxLength: 10 }),
      async (feedback, steps) => {
        const id = await accepted(feedback ? ['forward', 'feedback'] : ['forward']);
        const looksLogged = async () =>
          (await logged(id)).filter(({ categories }) => categories.includes('plan')).length;
        let isActive = true;
        for (const [index, one] of steps.entries()) {
          const mark = one.side === 'sender' ? `S${index}` : `R${index}`;
          if (one.do === 'post') await post(one.side, id, mark);
          else if (one.do === 'add') await add(one.side, id, mark);
          else if (one.do === 'change') {
            const [item] = (
              await exchange.sql<{ id: string }>('select id from plan_items where referral_id = ?', id)
            ).toReversed();
            if (!item) continue;
            await change(one.side, id, item.id, { text: mark });
          } else if (one.do === 'revoke' || one.do === 'expire') {
            const ended = one.do === 'revoke' ? `revoked_at = ${Date.now()}` : 'expires_at = granted_at + 1';
            await exchange.sql(`update consents set ${ended} where referral_id = ?`, id);
            isActive = false;
          } else if (one.do !== 'look') {
            const body = one.do === 'not-engaged' ? { reason: 'no_show' } : undefined;
            await move(exchange, world.receiver, id, one.do, body);
          } else {
            const before = await looksLogged();
            const plan = await planOf(one.side, id);
            expect((await looksLogged()) - before).toBe(plan.disclosed_categories.length);
            const { messages } = await read(one.side, id);
            const seen = JSON.stringify([plan.items, messages]);
            const theirs = one.side === 'sender' ? /"R\d/ : /"S\d/;
            const mayRead = isActive && (one.side === 'receiver' || feedback);
            if (!mayRead) expect(seen).not.toMatch(theirs);
            if (
              one.side === 'receiver' &&
              plan.items.some(({ author }: { author: string }) => author === 'sender')
            )
              expect(plan.disclosed_categories).toEqual(['plan']);
          }
        }
      },
    ),
    { numRuns: 10 },
  );
}, 60_000);
