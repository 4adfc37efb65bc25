import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import { until } from '../support/until.ts';
import {
  befriend,
  consentInput,
  createPractice,
  expectStatus,
  move,
  referralInput,
  sendReferral,
  thisMonth,
} from '../support/world.ts';

useWorld();

/** Months that are over are kept after the answer: until then the same is read again. */
const untilKept = async (practice: string, count: number) => {
  const kept = () =>
    exchange.sql('select 1 from report_months where practice_id = ? and figures is not null', practice);
  await until(kept, ({ length }) => length >= count);
};
const report = async (side: 'sender' | 'receiver', month: string, more = '') =>
  expectStatus(await exchange.call(world[side].key, `/v1/reports/reciprocity?month=${month}${more}`), 200)
    .body;
const sendAt = async (time: string, change: Record<string, unknown> = {}) => {
  const id = await sendReferral(exchange, world, change);
  await exchange.sql(
    "update referrals set sent_at = ?1, sender_progress = json_set(sender_progress, '$.sent_at', ?1) where id = ?2",
    Date.parse(time),
    id,
  );
  return id;
};

test('a referral counts in the month of its sending in the reader’s own time zone', async () => {
  await sendAt('2026-11-01T04:59:59Z');
  await sendAt('2026-11-01T05:00:00Z');
  expect((await report('sender', '2026-10')).totals.referrals.given).toBe(1);
  expect((await report('sender', '2026-11')).totals.referrals.given).toBe(1);
  expectStatus(
    await exchange.call(world.receiver.key, '/v1/practice', {
      method: 'PATCH',
      body: { time_zone: 'Asia/Kolkata' },
    }),
    200,
  );
  const theirs = await report('receiver', '2026-11');
  expect([theirs.time_zone, theirs.totals.referrals.received]).toEqual(['Asia/Kolkata', 2]);
});

test('a forwarded chain counts once, for its root, which was turned away', async () => {
  const root = await sendAt('2026-08-10T12:00:00Z');
  expectStatus(await move(exchange, world.receiver, root, 'decline', { reason: 'at_capacity' }), 200);
  await sendAt('2026-08-12T12:00:00Z', { previous_id: root });
  const { totals } = await report('sender', '2026-08');
  expect(totals.referrals.given).toBe(1);
  expect(totals.given).toMatchObject({
    sent: 1,
    declined: 1,
    decline_reasons: { at_capacity: 1 },
    acceptance: { numerator: 0, denominator: 1 },
  });
});

test('what the client keeps from the sender is missing from the sender’s report and stands in the receiver’s', async () => {
  const id = await sendAt('2026-07-10T12:00:00Z', { consent: consentInput({ directions: ['forward'] }) });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
  expect((await report('sender', '2026-07')).totals.given).toMatchObject({
    engaged: 0,
    outcome_withheld: 1,
    loop_closure: { numerator: 0, denominator: 0, rate: null },
  });
  expect((await report('receiver', '2026-07')).totals.received).toMatchObject({
    engaged: 1,
    outcome_withheld: 0,
    loop_closure: { numerator: 1, denominator: 1, rate: 1 },
  });
});

test('a zone by which months cannot be reckoned is refused when it is set', async () => {
  for (const time_zone of ['PST', 'IST', 'ACT', '+05:30', 'Mars/Olympus']) {
    const answer = await exchange.call(world.sender.key, '/v1/practice', {
      method: 'PATCH',
      body: { time_zone },
    });
    expect([time_zone, answer.status]).toEqual([time_zone, 422]);
  }
});

test('an empty month has nulls, never zeros, for rates; months to come are refused', async () => {
  const empty = await report('sender', '2021-01');
  expect(empty.totals.referrals).toEqual({ given: 0, received: 0, balance: 0, reciprocity: null });
  expect(empty.totals.given.acceptance).toEqual({ numerator: 0, denominator: 0, rate: null });
  expect([empty.complete, empty.partners]).toEqual([true, []]);
  const future = await exchange.call(world.sender.key, '/v1/reports/reciprocity?month=2099-01');
  expect([future.status, future.body.errors[0].pointer]).toEqual([422, 'month']);
});

test('the history holds the last six completed months', async () => {
  const { history } = await report('sender', '2026-10', '&history=true');
  expect(history).toHaveLength(6);
  const august = history.find(({ month }: { month: string }) => month === '2026-08');
  if (august) expect(august.referrals.given).toBe(1);
});

test('months are asked for as one or as a range of at most 24, none of them to come', async () => {
  const ask = (query: string) => exchange.call(world.sender.key, `/v1/reports/reciprocity?${query}`);
  for (const [query, pointer] of [
    ['', 'month'],
    ['month=2026-10&from=2026-09', 'month'],
    ['from=2026-09', 'to'],
    ['to=2026-09', 'from'],
    ['from=2026-09&to=2026-08', 'to'],
    ['from=2024-01&to=2026-01', 'to'],
    ['from=2026-01&to=2099-01', 'to'],
    ['month=2026-10&partner_id=prc_1', 'partner_id'],
  ] as const) {
    const { status, body } = await ask(query);
    expect([query, status, body.errors?.[0].pointer]).toEqual([query, 422, pointer]);
  }
  const { body } = expectStatus(await ask('from=2024-02&to=2026-01'), 200);
  expect([body.month, body.from_month, body.to_month, body.trend.length]).toEqual([
    null,
    '2024-02',
    '2026-01',
    24,
  ]);
});

test('partners come in pages by name, under totals of them all; one partner, whoever it is, is asked for alone', async () => {
  for (const name of ['Zebra Coaching', 'Aspen Counseling']) {
    const partner = await createPractice(exchange, world.operator, { name });
    await befriend(exchange, world.sender, partner);
    const sent = await exchange.call(world.sender.key, '/v1/referrals', { body: referralInput(partner) });
    await exchange.sql(
      'update referrals set sent_at = ? where id = ?',
      Date.parse('2026-05-10T12:00:00Z'),
      sent.body.id,
    );
  }
  await sendAt('2026-05-11T12:00:00Z');
  const pages = [];
  let more = '&limit=2';
  for (;;) {
    const page = await report('sender', '2026-05', more);
    expect(page.totals.referrals.given).toBe(3);
    pages.push(page.partners.map(({ name }: { name: string }) => name));
    if (page.next_cursor === null) break;
    more = `&limit=2&cursor=${page.next_cursor}`;
  }
  expect(pages).toEqual([['Aspen Counseling', 'Elm Street Counseling'], ['Zebra Coaching']]);
  const alone = await report('sender', '2026-05', `&partner_id=${world.receiver.id}`);
  expect([alone.totals.referrals.given, alone.partners.length]).toEqual([1, 1]);
  const strangers = [(await createPractice(exchange, world.operator)).id, `prc_${'0'.repeat(26)}`];
  const [known, missing] = await Promise.all(
    strangers.map(async (id) => ({
      ...(await report('sender', '2026-05', `&partner_id=${id}`)),
      generated_at: null,
    })),
  );
  expect(known).toEqual(missing);
});

test('a closed month is kept, costs no more than its partners, and is counted anew when a side is told something', async () => {
  const { call } = exchange;
  const ids = [];
  for (let index = 0; index < 60; index += 1) ids.push(await sendAt('2026-03-10T12:00:00Z'));
  const path = '/v1/reports/reciprocity?month=2026-03&compare=true';
  const first = expectStatus(await call(world.sender.key, path), 200);
  expect(first.body.totals.given.sent).toBe(60);
  await untilKept(world.sender.id, 2);
  const read = async (key: string) => expectStatus(await call(key, path), 200);
  const kept = await read(world.sender.key);
  expect({ ...kept.body, generated_at: null }).toEqual({ ...first.body, generated_at: null });
  expect(kept.cost.read).toBeLessThanOrEqual(50);
  expectStatus(await move(exchange, world.receiver, ids[0] as string, 'accept'), 200);
  expect((await read(world.sender.key)).body.totals.given.accepted).toBe(1);
});

test('what the sender is not told of leaves its kept months as they are; what it is told of marks them', async () => {
  const marks = async (practice: string) =>
    (await exchange.sql('select 1 from report_months where practice_id = ?', practice)).length;
  const { sender, receiver } = world;
  const id = await sendAt('2026-04-10T12:00:00Z', { consent: consentInput({ directions: ['forward'] }) });
  expectStatus(await move(exchange, receiver, id, 'accept'), 200);
  await exchange.sql('delete from report_months');
  for (const side of ['sender', 'receiver'] as const) await report(side, '2026-04');
  await untilKept(sender.id, 1);
  await untilKept(receiver.id, 1);
  expectStatus(await move(exchange, receiver, id, 'waitlist'), 200);
  expectStatus(await move(exchange, receiver, id, 'engage'), 200);
  expect([await marks(sender.id), await marks(receiver.id)]).toEqual([1, 0]);
  expectStatus(await move(exchange, sender, id, 'erase'), 200);
  expect(await marks(sender.id)).toBe(0);
});

test('an open month reads a row for each of the practice’s own referrals', async () => {
  const month = thisMonth();
  const { call } = exchange;
  const { body, cost } = expectStatus(
    await call(world.receiver.key, `/v1/reports/reciprocity?month=${month}`),
    200,
  );
  const own = body.totals.given.sent + body.totals.received.sent;
  expect(cost.read).toBeLessThanOrEqual(1.2 * own + 50);
});

test('the CSV, read by a parser, has the figures of the JSON, and runs nothing in a spreadsheet', async () => {
  await exchange.sql("update practices set name = '=HYPERLINK(1)' where id = ?", world.receiver.id);
  const months = 'from=2026-07&to=2026-10';
  const json = expectStatus(
    await exchange.call(world.sender.key, `/v1/reports/reciprocity?${months}`),
    200,
  ).body;
  const csv = await exchange.call(world.sender.key, `/v1/reports/reciprocity?${months}`, {
    headers: { Accept: 'text/csv' },
  });
  expect(csv.headers.get('Content-Disposition')).toContain('reciprocity-2026-07-to-2026-10.csv');
  const rows: Record<string, string>[] = parse(csv.body, { columns: true, bom: true });
  const numberOf = (value: unknown) => (value === null ? '' : String(value));
  const flat = (value: object, path: string): [string, string][] =>
    Object.entries(value).flatMap(([name, inner]) =>
      inner !== null && typeof inner === 'object'
        ? flat(inner, `${path}${name}_`)
        : [[`${path}${name}`, numberOf(inner)] as [string, string]],
    );
  const expectFigures = (row: Record<string, string> | undefined, figures: object) => {
    for (const [column, value] of flat(figures, '')) expect([column, row?.[column]]).toEqual([column, value]);
  };
  expect(rows.map(({ row }) => row)).toEqual([
    'total',
    ...json.partners.map(() => 'partner'),
    ...json.trend.map(() => 'month'),
  ]);
  expectFigures(rows[0], json.totals);
  for (const [index, { practice_id, name, ...figures }] of json.partners.entries()) {
    const row = rows[index + 1];
    expect([row?.practice_id, row?.name]).toEqual([practice_id, name.startsWith('=') ? `'${name}` : name]);
    expectFigures(row, figures);
  }
  for (const [index, { month, ...figures }] of json.trend.entries())
    expectFigures(rows[index + 1 + json.partners.length], figures);
});
