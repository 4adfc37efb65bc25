/** What a side keeps of a referral for itself: found, echoed to it, sealed, erased; and to the other side as if it were not there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mergeMetadata, namesClient } from '../../src/referrals/own.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { ownerOf } from '../support/owner.ts';
import {
  createWorld,
  expectStatus,
  move,
  type Practice,
  referralInput,
  sendReferral,
  type World,
} from '../support/world.ts';

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

const keep = ({ key }: Practice, id: string, body: object) =>
  exchange.call(key, `/v1/referrals/${id}`, { method: 'PATCH', body });
const show = async ({ key }: Practice, id: string) =>
  expectStatus(await exchange.call(key, `/v1/referrals/${id}`), 200).body;
const found = async ({ key }: Practice, externalId: string) =>
  expectStatus(
    await exchange.call(key, `/v1/referrals?external_id=${encodeURIComponent(externalId)}`),
    200,
  ).body.data.map(({ id }: { id: string }) => id);

const OWN = {
  external_ids: [{ system: 'our_crm', id: 'ZEBRAID-1' }],
  metadata: { intake: 'desk 2', 'x.y': 'ZEBRAOWN' },
};

test('is answered to its side, found by its id, changed member by member, and to the other side nothing is different', async () => {
  const id = await sendReferral(exchange, world);
  const theirs = JSON.stringify(await show(world.sender, id));
  expect(expectStatus(await keep(world.receiver, id, OWN), 200).body).toEqual({
    referral_id: id,
    version: 1,
    ...OWN,
  });
  expect(await show(world.receiver, id)).toMatchObject(OWN);
  expect(await found(world.receiver, 'ZEBRAID-1')).toEqual([id]);
  expect(await found(world.receiver, 'ZEBRAID-2')).toEqual([]);

  expect(JSON.stringify(await show(world.sender, id))).toBe(theirs);
  expect(await found(world.sender, 'ZEBRAID-1')).toEqual([]);
  const sent = { external_ids: [{ system: 'our_crm', id: 'ZEBRAID-1' }], metadata: {} };
  expectStatus(await keep(world.sender, id, sent), 200);
  expect(await found(world.sender, 'ZEBRAID-1')).toEqual([id]);
  expect(await show(world.receiver, id)).toMatchObject(OWN);

  const change = {
    external_ids: [
      { system: 'our_crm', id: null },
      { system: 'books', id: 'B/1' },
    ],
    metadata: { intake: null, third: 'x' },
  };
  expect(expectStatus(await keep(world.receiver, id, change), 200).body).toEqual({
    referral_id: id,
    version: 1,
    external_ids: [{ system: 'books', id: 'B/1' }],
    metadata: { 'x.y': 'ZEBRAOWN', third: 'x' },
  });
  expect(await found(world.receiver, 'ZEBRAID-1')).toEqual([]);
  const stranger = await createWorld(exchange);
  expectStatus(await keep(stranger.sender, id, OWN), 404);
});

test('is kept from the creation on: answered, found, told with the first event to its side alone, and the same for a replay', async () => {
  const own = await owner.subscribe({ event_types: ['referral.sent'] }, undefined, world.sender);
  const others = await owner.subscribe({ event_types: ['referral.sent'], payload: 'full' });
  const given = {
    external_ids: [
      { system: 'zoo', id: 'ZEBRAFIRST' },
      { system: 'books', id: '7' },
    ],
    metadata: { intake: 'ZEBRANEW' },
  };
  const kept = { ...given, external_ids: given.external_ids.toReversed() };
  const body = referralInput(world.receiver, given);
  const send = () =>
    exchange.call(world.sender.key, '/v1/referrals', { body, headers: { 'Idempotency-Key': 'own-at-once' } });
  const sent = expectStatus(await send(), 201);
  const { id } = sent.body;
  expect(sent.body).toMatchObject(kept);
  const replayed = expectStatus(await send(), 201);
  expect(replayed.headers.get('ETag')).toBe(sent.headers.get('ETag'));
  expect(replayed.body).toMatchObject(kept);
  expect(await found(world.sender, 'ZEBRAFIRST')).toEqual([id]);
  expect(await found(world.receiver, 'ZEBRAFIRST')).toEqual([]);
  expect(await show(world.receiver, id)).toMatchObject({ external_ids: [], metadata: {} });
  expect((await own.crm.waitForType('referral.sent', id)).json.data.referral).toMatchObject(kept);
  expect((await others.crm.waitForType('referral.sent', id)).body).not.toMatch(/ZEBRAFIRST|ZEBRANEW/);
  const [row] = await exchange.sql<{ sealed_metadata: string }>(
    'select sealed_metadata from referral_metadata where referral_id = ?',
    id,
  );
  expect(row?.sealed_metadata).not.toContain('ZEBRA');
  for (const one of [own, others]) await one.remove();

  const naming = referralInput(world.receiver, {
    external_ids: [{ system: 'our_crm', id: 'quillon.testperson' }],
    metadata: { note: 'ring (402) 555-0177', 'Testperson.Quillon': 'x', person: 'desk' },
  });
  const refused = await exchange.call(world.sender.key, '/v1/referrals', { body: naming });
  expect(expectStatus(refused, 422).body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/external_ids/0/id',
    '/metadata/note',
    '/metadata/Testperson.Quillon',
  ]);
  const { consent: _consent, ...draft } = naming;
  const checked = await exchange.call(world.sender.key, '/v1/referrals/check', { body: draft });
  expect(expectStatus(checked, 200).body.reasons).toMatchObject([{ code: 'invalid_input' }]);
});

test('is part of the ETag of its side: a change is seen by who asks whether there is one, refused on an old one, and no version of anybody', async () => {
  const id = await sendReferral(exchange, world);
  const path = `/v1/referrals/${id}`;
  const tagOf = async ({ key }: Practice) => String((await exchange.call(key, path)).headers.get('ETag'));
  const [before, theirs] = [await tagOf(world.receiver), await tagOf(world.sender)];
  const changed = expectStatus(await keep(world.receiver, id, { metadata: { a: '1' } }), 200);
  const after = await tagOf(world.receiver);
  expect(after).not.toBe(before);
  expect(changed.headers.get('ETag')).toBe(after);
  expect(await tagOf(world.sender)).toBe(theirs);
  const ask = (tag: string) => exchange.call(world.receiver.key, path, { headers: { 'If-None-Match': tag } });
  expectStatus(await ask(before), 200);
  expectStatus(await ask(after), 304);

  const keepIf = (tag: string, body: object) =>
    exchange.call(world.receiver.key, path, { method: 'PATCH', body, headers: { 'If-Match': tag } });
  expectStatus(await keepIf(after, { metadata: { a: '2' } }), 200);
  const lost = expectStatus(await keepIf(after, { metadata: { a: '3' } }), 412);
  expect(lost.headers.get('ETag')).toBe(await tagOf(world.receiver));
  // Whoever names the version alone asks for no more than that.
  expectStatus(await keepIf(before, { metadata: { a: '4' } }), 200);
  // A move is about what both sides see.
  const moved = await exchange.call(world.receiver.key, `${path}/accept`, {
    method: 'POST',
    headers: { 'If-Match': after },
  });
  expect(expectStatus(moved, 200).headers.get('ETag')).toBe(await tagOf(world.receiver));
  expectStatus(await keepIf(after, { metadata: { a: '5' } }), 412);
});

test('is sealed at rest, told in one’s own webhooks alone, exported to the sender, and gone after an erasure', async () => {
  const own = await owner.subscribe({ event_types: ['referral.accepted'] });
  const flat = await owner.subscribe({ event_types: ['referral.accepted'], format: 'flat', payload: 'full' });
  const others = await owner.subscribe(
    { event_types: ['referral.accepted'], payload: 'full' },
    undefined,
    world.sender,
  );
  const id = await sendReferral(exchange, world);
  expectStatus(await keep(world.receiver, id, OWN), 200);
  expectStatus(await keep(world.sender, id, { metadata: { mine: 'ZEBRASENDER' } }), 200);
  const [row] = await exchange.sql<{ sealed_metadata: string }>(
    'select sealed_metadata from referral_metadata where referral_id = ? and practice_id = ?',
    id,
    world.receiver.id,
  );
  expect(row?.sealed_metadata).not.toContain('ZEBRA');
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expect((await own.crm.waitForType('referral.accepted', id)).json.data.referral).toMatchObject(OWN);
  const told = await flat.crm.waitFor(({ json }) => json.referral_id === id);
  expect(told.json).toMatchObject({
    external_id_our_crm: 'ZEBRAID-1',
    metadata_intake: 'desk 2',
    metadata_x_y: 'ZEBRAOWN',
  });
  const theirs = await others.crm.waitForType('referral.accepted', id);
  expect(theirs.body).not.toMatch(/ZEBRAOWN|ZEBRAID/);
  expect(theirs.json.data.referral.metadata).toEqual({ mine: 'ZEBRASENDER' });

  const { body: held } = await exchange.call(world.sender.key, `/v1/referrals/${id}/export`);
  expect(held.held).toContain('metadata');
  expect(JSON.stringify(held)).not.toMatch(/ZEBRAOWN|ZEBRAID/);
  expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}/erase`, { method: 'POST' }), 200);
  for (const practice of [world.sender, world.receiver])
    expect(await show(practice, id)).toMatchObject({ external_ids: [], metadata: {} });
  for (const table of ['external_ids', 'referral_metadata'])
    expect(await exchange.sql(`select 1 from ${table} where referral_id = ?`, id)).toEqual([]);
  expectStatus(await keep(world.receiver, id, OWN), 409);
  for (const one of [own, flat, others]) await one.remove();
});

test('may not name the client where the side knows it, and is no way to guess the name where it does not', async () => {
  const id = await sendReferral(exchange, world);
  const naming = {
    metadata: { note: 'Quillon Testperson called' },
    external_ids: [{ system: 'our_crm', id: 'TESTPERSON' }],
  };
  const refused = expectStatus(await keep(world.sender, id, naming), 422).body.errors;
  expect(refused.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/external_ids/0/id',
    '/metadata/note',
  ]);
  expectStatus(await keep(world.receiver, id, naming), 200);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await keep(world.receiver, id, { metadata: { note: 'ring 402-555-0177' } }), 422);
  expectStatus(await keep(world.receiver, id, { metadata: { note: 'ring the front desk' } }), 200);
});

test('has limits', async () => {
  const id = await sendReferral(exchange, world);
  const many = (from: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${from + index}`, 'x']));
  expectStatus(await keep(world.receiver, id, { metadata: many(0, 50) }), 200);
  expectStatus(await keep(world.receiver, id, { metadata: many(50, 1) }), 409);
  expectStatus(await keep(world.receiver, id, { metadata: { a: 'x'.repeat(501) } }), 422);
  for (const wrong of ['robin@client.example', 'two words', ''])
    expectStatus(await keep(world.receiver, id, { external_ids: [{ system: 'our_crm', id: wrong }] }), 422);
});

test('the client is known in whatever way the name, the address or the number is written', () => {
  const client = {
    identity: { given_name: 'José', family_name: 'Núñez' },
    contact: { email: 'jose@client.example', phone: '+1 402 555 0177' },
  };
  for (const text of [
    'JOSE NUNEZ',
    'nunez',
    'Núñez, José (new)',
    'mail JOSE@client.example',
    '(402) 555-0177',
    'nunez.jose',
    'ref=José+Núñez',
  ])
    expect([text, namesClient(text, client)]).toEqual([text, true]);
  for (const text of ['desk 2', 'José from the front desk', '4025550178', ''])
    expect([text, namesClient(text, client)]).toEqual([text, false]);
  expect(namesClient('José Núñez', {})).toBe(false);
  expect(mergeMetadata({ a: '1', b: '2' }, { a: null, c: '3' })).toEqual({ b: '2', c: '3' });
});
