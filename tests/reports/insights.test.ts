/** What a practice may want to do next: each by its rule, and with as many rows read as there is to be done. */
import { describe, expect, test } from 'vitest';
import { type Present, toInsights } from '../../src/reports/insights.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  befriend,
  createPractice,
  createWorld,
  expectStatus,
  move,
  type Practice,
  referralInput,
  sendReferral,
  thisMonth,
} from '../support/world.ts';

useWorld();

const DAY = 86_400_000;
const month = thisMonth();
const insights = async (key: string, more = '') => {
  const path = `/v1/reports/reciprocity?month=${month}&insights=true${more}`;
  const { body, cost } = expectStatus(await exchange.call(key, path), 200);
  return { ...body.insights, cost };
};

describe('by the rules', () => {
  const now = Date.parse('2026-11-23T18:00:00Z');
  const nobody = { count: 0, median_seconds: null };
  const nothing: Present = { network: null, standings: [], unanswered: [], credentials: [] };
  const held = (id: string, expires_on: string, change = {}) => ({
    credential_id: id,
    professional_id: 'pro_1',
    professional_name: 'Jordan Alder',
    kind: 'licence',
    title: 'Licence',
    jurisdiction: 'US-NE',
    expires_on,
    ...change,
  });
  const ending = (credentials: Present['credentials'], zone = 'America/Chicago') =>
    toInsights({ ...nothing, credentials }, [], nobody, zone, now).ending.data.map(
      ({ credential_id, days_left }) => `${credential_id} ${days_left}`,
    );

  test('a credential ends soon from 60 days before its last day to that day, where the practice is', () => {
    const days = ['2026-11-22', '2026-11-23', '2027-01-22', '2027-01-23'].map((day) => held(day, day));
    const apart = days.map((one, index) => ({ ...one, professional_id: `pro_${index}` }));
    expect(ending(apart)).toEqual(['2026-11-23 0', '2027-01-22 60']);
    expect(ending(apart, 'Pacific/Kiritimati')).toEqual(['2027-01-22 59', '2027-01-23 60']);
  });

  test('what was renewed does not end; another title, place or person renews nothing', () => {
    const soon = held('a', '2026-12-01');
    expect(ending([soon, held('b', '2028-12-01')])).toEqual([]);
    for (const other of [{ title: 'Other' }, { jurisdiction: 'US-IA' }, { professional_id: 'pro_2' }])
      expect(ending([soon, held('b', '2028-12-01', other)])).toEqual(['a 8']);
  });

  test('acceptances are slower than the network’s only by the median of at least five, against one of at least five practices', () => {
    const network = { month: '2026-10', median_seconds: 7200 };
    const slower = (own: { count: number; median_seconds: number | null }, pace: Present['network']) =>
      toInsights({ ...nothing, network: pace }, [], own, 'UTC', now).slower;
    expect(slower({ count: 5, median_seconds: 7201 }, network)).toEqual({
      count: 5,
      median_seconds: 7201,
      network_month: '2026-10',
      network_median_seconds: 7200,
    });
    expect(slower({ count: 5, median_seconds: 7200 }, network)).toBeNull();
    expect(slower({ count: 4, median_seconds: 90_000 }, network)).toBeNull();
    expect(slower({ count: 50, median_seconds: 90_000 }, null)).toBeNull();
    expect(slower(nobody, network)).toBeNull();
  });

  test('of each at most 50 are listed, and all are counted', () => {
    const partners = Array.from({ length: 60 }, (_, index) => ({
      practice_id: `prc_${index}`,
      name: 'P',
      referrals: { received: index },
    }));
    const { thank } = toInsights(nothing, partners, nobody, 'UTC', now);
    expect([thank.count, thank.data.length, thank.data[0]?.received]).toEqual([59, 50, 1]);
  });
});

test('a referral waits on its receiver until it is answered, and on its sender while that is asked something', async () => {
  const { sender, receiver } = await createWorld(exchange);
  const id = expectStatus(
    await exchange.call(sender.key, '/v1/referrals', { body: referralInput(receiver) }),
    201,
  ).body.id;
  expect((await insights(receiver.key)).waiting.data).toMatchObject([
    { referral_id: id, waits_for: 'answer', practice_id: sender.id, name: 'Prairie Résumés' },
  ]);
  expect((await insights(sender.key)).waiting.count).toBe(0);
  expectStatus(await move(exchange, receiver, id, 'request-info', { question: 'Which hours?' }), 200);
  expect((await insights(receiver.key)).waiting.count).toBe(0);
  expect((await insights(sender.key)).waiting.data).toMatchObject([
    { referral_id: id, waits_for: 'information', practice_id: receiver.id, respond_by: null },
  ]);
  const stranger = await createPractice(exchange, world.operator);
  expect((await insights(sender.key, `&partner_id=${stranger.id}`)).waiting.count).toBe(0);
  expectStatus(await move(exchange, sender, id, 'provide-info', { answer: 'In the evening.' }), 200);
  expect((await insights(sender.key)).waiting.count).toBe(0);
  expect((await insights(receiver.key)).waiting.count).toBe(1);
  expectStatus(await move(exchange, receiver, id, 'accept'), 200);
  expect((await insights(receiver.key)).waiting.count).toBe(0);
  expect((await insights(receiver.key)).thank.data).toEqual([
    { practice_id: sender.id, name: 'Prairie Résumés', received: 1 },
  ]);
});

test('a partnership is to be nurtured from 90 days after its beginning, its last referral or thanks, either way, on', async () => {
  const { sender, receiver, partnershipId } = await createWorld(exchange);
  const age = (column: string, days: number) =>
    exchange.sql(
      `update partnerships set ${column} = ? where id = ?`,
      Date.now() - days * DAY,
      partnershipId,
    );
  expect((await insights(sender.key)).nurture.count).toBe(0);
  await age('updated_at', 91);
  for (const { key } of [sender, receiver])
    expect((await insights(key)).nurture.data).toMatchObject([{ partnership_id: partnershipId }]);
  // What the client is still asked about is nothing that was sent.
  expectStatus(
    await exchange.call(sender.key, '/v1/referrals', {
      body: referralInput(receiver, { consent: { method: 'hosted', purposes: ['P'] } }),
    }),
    201,
  );
  expect((await insights(sender.key)).nurture.count).toBe(1);
  await sendReferral(exchange, { ...world, sender, receiver });
  for (const { key } of [sender, receiver]) expect((await insights(key)).nurture.count).toBe(0);
  await age('last_referral_at', 90.1);
  expect((await insights(receiver.key)).nurture.count).toBe(1);
  expectStatus(
    await exchange.call(receiver.key, `/v1/partnerships/${partnershipId}/thanks`, { method: 'POST' }),
    200,
  );
  expect((await insights(sender.key)).nurture.count).toBe(0);
  await exchange.sql('drop trigger partnership_thanks_never_change');
  await exchange.sql('update partnership_thanks set thanked_at = 1 where practice_id = ?', sender.id);
  expect((await insights(sender.key)).nurture.count).toBe(1);
  await exchange.call(sender.key, `/v1/partnerships/${partnershipId}/pause`, { method: 'POST' });
  expect((await insights(receiver.key)).nurture.count).toBe(0);
});

test('insights are there where they are asked for, and have no place in a table', async () => {
  const path = `/v1/reports/reciprocity?month=${month}`;
  expect(expectStatus(await exchange.call(world.sender.key, path), 200).body.insights).toBeNull();
  const table = await exchange.call(world.sender.key, `${path}&insights=true&format=csv`);
  expect([table.status, table.body.errors[0].pointer]).toEqual([422, 'insights']);
});

test('insights read a row for each partnership, each credential and what waits, however much others have', async () => {
  const { sender, receiver } = await createWorld(exchange);
  const cost = async () => {
    const path = `/v1/reports/reciprocity?month=2021-01`;
    const plain = expectStatus(await exchange.call(sender.key, path), 200).cost.read;
    const { cost } = expectStatus(await exchange.call(sender.key, `${path}&insights=true`), 200);
    return [cost.calls, cost.read - plain] as const;
  };
  /** Each of the ranges that are read may end at a row of somebody else's. */
  const RANGES = 6;
  await cost();
  const [calls, before] = await cost();
  expect(calls).toBe(1);
  expect(before).toBeLessThanOrEqual(3 + RANGES);
  const others = [];
  for (let index = 0; index < 4; index += 1) {
    const other = await createPractice(exchange, world.operator);
    await befriend(exchange, other, sender);
    others.push(other);
  }
  const [, withPartners] = await cost();
  expect(withPartners).toBeLessThanOrEqual(3 + 4 + RANGES);
  // Others' partnerships and referrals, and own ones that do not wait.
  for (const [index, other] of others.entries()) {
    await befriend(exchange, other, receiver);
    await sendReferral(exchange, { ...world, sender: other, receiver });
    const id = await sendReferral(exchange, { ...world, sender: other, receiver: sender });
    expectStatus(await move(exchange, sender, id, 'accept'), 200);
    if (index === 0) await sendReferral(exchange, { ...world, sender, receiver });
  }
  expect((await cost())[1]).toBeLessThanOrEqual(3 + 4 + RANGES);
  await sendReferral(exchange, { ...world, sender: others[0] as Practice, receiver: sender });
  // With the partner's name.
  expect((await cost())[1]).toBeLessThanOrEqual(3 + 4 + 2 + RANGES);
});
