/** A date that partners hold together, and the referrals that come of it. */
import ICAL from 'ical.js';
import { expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  befriend,
  createPractice,
  createWriter,
  expectStatus,
  move,
  type Practice,
  referralInput,
} from '../support/world.ts';

useWorld();

const plan = (who: Practice, hosts: readonly string[], change = {}) =>
  exchange.call(who.key, '/v1/joint-events', {
    body: {
      name: 'Which work fits me?',
      starts_at: '2027-03-14T08:30:00Z',
      host_practice_ids: hosts,
      ...change,
    },
  });
const read = (who: Practice, id: string) => exchange.call(who.key, `/v1/joint-events/${id}`);
const patch = (who: Practice, id: string, body: object, headers = {}) =>
  exchange.call(who.key, `/v1/joint-events/${id}`, { method: 'PATCH', body, headers });
const leave = (who: Practice, id: string) =>
  exchange.call(who.key, `/v1/joint-events/${id}`, { method: 'DELETE' });
const toldOf = async (who: Practice, id: string) =>
  (
    await exchange.sql<{ type: string; data: string }>(
      `select type, data from event_recipients join events using (position)
       where practice_id = ? and data ->> 'joint_event_id' = ? order by position`,
      who.id,
      id,
    )
  ).map(({ type, data }) => {
    const { changed, state } = JSON.parse(data);
    return [type, state, ...(changed ?? [])];
  });

/** A writer with two partners, of whom each knows only the writer. */
async function three() {
  const writer = await createWriter(exchange, world.operator);
  const [one, other] = [
    await createPractice(exchange, world.operator),
    await createPractice(exchange, world.operator, { name: 'Oak Street Coaching' }),
  ];
  return {
    writer,
    one,
    other,
    partnershipId: await befriend(exchange, writer, one),
    second: await befriend(exchange, other, writer),
  };
}

test('partners hold it, each is told of what another does, any of them changes it, and a stranger finds nothing', async () => {
  const { writer, one, other } = await three();
  const made = expectStatus(await plan(writer, [one.id, other.id], { place: 'Library; room “A”' }), 201).body;
  expect(made).toMatchObject({
    state: 'planned',
    ends_at: '2027-03-14T09:30:00.000Z',
    referrals: { given: 0, received: 0 },
  });
  expect(made.hosts.map(({ id }: { id: string }) => id).sort()).toEqual([writer.id, one.id, other.id].sort());
  expect([await toldOf(one, made.id), await toldOf(writer, made.id)]).toEqual([
    [['joint_event.planned', 'planned']],
    [],
  ]);
  for (const act of [read, leave]) expect((await act(world.receiver, made.id)).status).toBe(404);
  expect((await patch(world.receiver, made.id, { name: 'Mine' })).status).toBe(404);

  const lost = await Promise.all([
    patch(one, made.id, { starts_at: '2027-03-15T08:30:00Z' }, { 'If-Match': '"1"' }),
    patch(other, made.id, { place: null }, { 'If-Match': '"1"' }),
  ]);
  expect(lost.map(({ status }) => status).sort()).toEqual([200, 412]);
  expectStatus(await patch(one, made.id, { starts_at: '2027-03-15T08:30:00Z', place: null }), 200);
  expect((await read(other, made.id)).body).toMatchObject({
    ends_at: '2027-03-15T09:30:00.000Z',
    place: null,
  });
  expectStatus(await leave(other, made.id), 204);
  expect((await read(other, made.id)).status).toBe(404);
  expectStatus(await patch(writer, made.id, { state: 'cancelled' }), 200);
  expect((await toldOf(one, made.id)).slice(-2)).toEqual([
    ['joint_event.changed', 'planned', 'hosts'],
    ['joint_event.changed', 'cancelled', 'state'],
  ]);
  expectStatus(await leave(one, made.id), 204);
  expect((await leave(writer, made.id)).body.code).toBe('invalid_state');
  const listed = expectStatus(await exchange.call(writer.key, '/v1/joint-events'), 200).body.data;
  expect(listed.map(({ id, state, hosts }: typeof made) => [id, state, hosts.length])).toEqual([
    [made.id, 'cancelled', 1],
  ]);
  expect((await exchange.call(one.key, '/v1/joint-events')).body.data).toEqual([]);
});

test('only partners are hosts, and a practice makes ten in a day, also of fifteen at once', async () => {
  const { writer, one } = await three();
  for (const hosts of [[world.receiver.id], [writer.id], [one.id, world.sender.id]])
    expect((await plan(writer, hosts)).body.errors?.[0].pointer).toMatch(/^\/host_practice_ids\/\d$/);
  const answers = await Promise.all(Array.from({ length: 15 }, () => plan(writer, [one.id])));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(201), ...Array(5).fill(429)]);
});

test('is a calendar file that ical.js reads, and says when it does not take place', async () => {
  const { writer, one } = await three();
  const { id } = expectStatus(
    await plan(writer, [one.id], { place: 'Library; room “A”, 2nd floor' }),
    201,
  ).body;
  const open = async () => {
    const answer = await exchange.call(one.key, `/v1/joint-events/${id}?format=calendar`);
    for (const line of answer.body.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const found = new ICAL.Component(ICAL.parse(answer.body)).getFirstSubcomponent('vevent');
    return new ICAL.Event(found as ICAL.Component);
  };
  const event = await open();
  expect([event.uid, event.summary, event.location]).toEqual([
    id,
    'Which work fits me? (Elm Street Counseling, Prairie Résumés)',
    'Library; room “A”, 2nd floor',
  ]);
  expectStatus(await patch(writer, id, { state: 'cancelled' }), 200);
  const cancelled = await open();
  expect([cancelled.component.getFirstPropertyValue('status'), cancelled.sequence]).toEqual([
    'CANCELLED',
    event.sequence + 1,
  ]);
});

test('a referral names it as its source; the receiver reads that once it accepts, and both count it', async () => {
  const { writer, one, partnershipId } = await three();
  const { id } = expectStatus(await plan(writer, [one.id]), 201).body;
  const send = (change: object, to = one) =>
    exchange.call(writer.key, '/v1/referrals', { body: referralInput(to, { ...change }) });
  const theirs = expectStatus(await plan(world.sender, [world.receiver.id]), 201).body.id;
  for (const source of [theirs, 'jev_01k8vb7d2nf4g9h3j5k7m1p6q8']) {
    const refused = await send({ source });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/source']);
  }
  const sent = expectStatus(await send({ source: id }), 201).body;
  expect([sent.source, sent.partnership_id]).toEqual([id, partnershipId]);
  const path = `/v1/referrals/${sent.id}`;
  expect((await exchange.call(one.key, path)).body.source).toBeNull();
  const month = new Intl.DateTimeFormat('sv', {
    timeZone: 'America/Chicago',
    year: 'numeric',
    month: '2-digit',
  }).format();
  const counts = async (who: Practice, direction: 'given' | 'received') => [
    (await exchange.call(who.key, `/v1/reports/reciprocity?month=${month}`)).body.totals[direction]
      .from_events,
    (await read(who, id)).body.referrals[direction],
  ];
  expect([await counts(writer, 'given'), await counts(one, 'received')]).toEqual([
    [1, 1],
    [0, 0],
  ]);
  expectStatus(await move(exchange, one, sent.id, 'accept'), 200);
  expect((await exchange.call(one.key, path)).body.source).toBe(id);
  expectStatus(await send({}), 201);
  expect([await counts(writer, 'given'), await counts(one, 'received')]).toEqual([
    [1, 1],
    [1, 1],
  ]);
  // Who has left it names it no more, and neither does anybody once it is cancelled.
  expectStatus(await patch(one, id, { state: 'cancelled' }), 200);
  expect((await send({ source: id })).status).toBe(422);
  const check = { ...referralInput(one), source: id };
  const said = await exchange.call(writer.key, '/v1/referrals/check', { body: check });
  expect(JSON.stringify(said.body)).toContain('/source');
  const insert = 'update joint_event_hosts set practice_id = ? where practice_id = ? and joint_event_id = ?';
  await exchange.sql(insert, world.sender.id, writer.id, id);
  expect((await exchange.call(writer.key, path)).body.source).toBe(id);
});
