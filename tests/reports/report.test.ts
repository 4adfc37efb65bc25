import { expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import { consentInput, expectStatus, move, sendReferral } from '../support/world.ts';

useWorld();

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
