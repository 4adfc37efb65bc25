/** A CRM says under which id it knows the referral: with an outcome or without one, in our words or in its own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import { ownerOf } from '../support/owner.ts';
import { createWorld, expectStatus, move, sendReferral, type World } from '../support/world.ts';

let exchange: Exchange;
let world: World;
let owner: ReturnType<typeof ownerOf>;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  owner = ownerOf(exchange, world);
});
afterAll(async () => {
  await owner.close();
  await exchange.close();
});

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** An endpoint, a referral, and how its CRM answers by the link. */
async function connect(change: Record<string, unknown> = {}) {
  const own = await owner.subscribe({ event_types: ['referral.sent'], ...change });
  const id = await sendReferral(exchange, world);
  const { callback_url } = (await own.crm.waitForType('referral.sent', id)).json.data;
  const { pathname } = new URL(callback_url);
  const say = (body: unknown, headers = {}) => exchange.call(null, pathname, { body, headers });
  const kept = async () => (await owner.read(`/referrals/${id}`)).external_ids;
  return { ...own, id, say, kept };
}

test('in our words, alone or beside an outcome: noted once, found by it, told in the next webhook, and never to the sender', async () => {
  const { id, say, kept, remove } = await connect();
  const external_ids = [{ system: 'our_crm', id: 'A-51' }];
  expect(expectStatus(await say({ external_ids }), 200).body).toMatchObject({
    referral_id: id,
    result: 'done',
    state: 'sent',
  });
  expect(expectStatus(await say({ external_ids }), 200).body.result).toBe('unchanged');
  const next = [{ system: 'our_crm', id: 'A-52' }];
  const accepted = await say({ outcome: 'accept', external_ids: next });
  expect(expectStatus(accepted, 200).body).toMatchObject({ result: 'done', state: 'accepted' });
  expect(await kept()).toEqual(next);
  const found = await owner.read('/referrals?external_id=A-52');
  expect(found.data.map((one: { id: string }) => one.id)).toEqual([id]);
  const { body: theirs } = await exchange.call(world.sender.key, `/v1/referrals/${id}`);
  expect(theirs.external_ids).toEqual([]);
  await remove();
});

test('what is wrong with an id is said with its place and changes nothing; a member of that name which is the CRM’s own is not ours', async () => {
  const { say, kept, remove } = await connect();
  const wrong = await say({
    outcome: 'accept',
    external_ids: [{ system: 'our_crm', id: 'a@client.example' }],
  });
  expect(expectStatus(wrong, 422).body.errors).toMatchObject([{ pointer: '/external_ids/0/id' }]);
  const twice = [
    { system: 'our_crm', id: '1' },
    { system: 'our_crm', id: '2' },
  ];
  expectStatus(await say({ external_ids: twice }), 422);
  expectStatus(await say({ external_ids: [{ system: 'our_crm', id: null }] }), 422);
  expect(expectStatus(await say({ outcome: 'accept', external_ids: { hubspot: '9' } }), 200).body.state).toBe(
    'accepted',
  );
  expect(await kept()).toEqual([]);
  await remove();
});

test('at the place that the endpoint names, whatever else the CRM posts, with each edit again', async () => {
  const callback = {
    record: { system: 'pipeline', path: ['deal', 'id'] },
    stages: { Won: { outcome: 'engage' } },
  };
  const { hook, id, say, kept, remove } = await connect({ callback });
  expect(hook.callback.record).toEqual(callback.record);
  expect(expectStatus(await say({ deal: { id: 4711 }, stage: 'New' }), 200).body).toMatchObject({
    result: 'done',
    state: 'sent',
  });
  expect(await kept()).toEqual([{ system: 'pipeline', id: '4711' }]);
  expect(expectStatus(await say({ deal: { id: 4711 } }), 200).body.result).toBe('unchanged');
  expect(expectStatus(await say({ deal: { id: 4711 }, stage: 'won' }), 200).body.state).toBe('engaged');
  const wrong = await say({ deal: { id: 'two words' } });
  expect(expectStatus(wrong, 422).body.errors).toMatchObject([{ pointer: '/deal/id' }]);
  // In a form a place is one name.
  const flat = { callback: { record: { system: 'pipeline', path: ['record_id'] } } };
  expectStatus(await owner.call(`/webhook-endpoints/${hook.id}`, flat, 'PATCH'), 200);
  const form = 'record_id=Z9';
  expect(expectStatus(await say(form, FORM), 200).body.result).toBe('done');
  expect(await kept()).toEqual([{ system: 'pipeline', id: 'Z9' }]);
  expectStatus(
    await owner.call(`/webhook-endpoints/${hook.id}`, { callback: { record: null } }, 'PATCH'),
    200,
  );
  expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}/erase`, { method: 'POST' }), 200);
  expectStatus(await say({ external_ids: [{ system: 'our_crm', id: '1' }] }), 409);
  await remove();
});

test('who the client is stays out of it where the receiver knows the client, and is no way to guess the name before', async () => {
  const { id, say, kept, remove } = await connect();
  const naming = { external_ids: [{ system: 'our_crm', id: 'Quillon-Testperson' }] };
  expect(expectStatus(await say(naming), 200).body.result).toBe('done');
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const phone = { external_ids: [{ system: 'our_crm', id: '402-555-0177' }] };
  expect(expectStatus(await say(phone), 422).body.errors).toMatchObject([{ pointer: '/external_ids/0/id' }]);
  expectStatus(await say({ external_ids: [{ system: 'other_crm', id: 'quillon_testperson' }] }), 422);
  expect(await kept()).toEqual(naming.external_ids);
  await remove();
});

test('twenty at once leave one id, one of those that were said', async () => {
  const { say, kept, remove } = await connect();
  const ids = Array.from({ length: 20 }, (_, index) => `id-${index}`);
  const answers = await Promise.all(
    ids.map((one) => say({ external_ids: [{ system: 'our_crm', id: one }] })),
  );
  for (const answer of answers) expectStatus(answer, 200);
  const [only, ...others] = await kept();
  expect(ids).toContain(only.id);
  expect(others).toEqual([]);
  await remove();
});
