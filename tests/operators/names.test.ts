/** Others trust a verified practice by its name: a new one goes by the operator. */
import { expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus } from '../support/world.ts';

useWorld();

const own = (change: object) =>
  exchange.call(world.sender.key, '/v1/practice', { method: 'PATCH', body: change });
const decide = (what: 'approve' | 'reject', body: object) =>
  exchange.call(world.operator, `/v1/practices/${world.sender.id}/${what}-name`, { body });
const shown = async (key = world.receiver.key) =>
  expectStatus(await exchange.call(key, `/v1/directory/${world.sender.id}`), 200).body.name;
const waiting = async () =>
  expectStatus(await exchange.call(world.operator, '/v1/practices?name_requested=true'), 200).body.data;
const lastEvent = async () =>
  expectStatus(await exchange.call(world.sender.key, '/v1/events?limit=100'), 200).body.data.at(-1);

test('a verified practice that takes a partner’s name is called as before until the operator agrees', async () => {
  const before = await shown();
  const partner = expectStatus(await exchange.call(world.receiver.key, '/v1/practice'), 200).body.name;
  const asked = expectStatus(await own({ name: partner, city: 'Lincoln' }), 200).body;
  expect(asked).toMatchObject({ name: before, requested_name: partner, city: 'Lincoln' });
  expect(await shown()).toBe(before);
  expect((await waiting()).map(({ id }: { id: string }) => id)).toEqual([world.sender.id]);

  const reason = 'Another practice has this name.';
  expect(expectStatus(await decide('reject', { reason }), 200).body).toMatchObject({
    name: before,
    requested_name: null,
    name_rejection_reason: reason,
  });
  const told = await lastEvent();
  expect(told).toMatchObject({ type: 'practice.name_rejected', data: { practice_id: world.sender.id } });
  // Codes and ids: words are read where they can be changed.
  expect(JSON.stringify(told)).not.toMatch(/Another practice|Elm Street/);
  expect(expectStatus(await exchange.call(world.sender.key, '/v1/practice'), 200).body).toMatchObject({
    name_rejection_reason: reason,
  });
  expect(await waiting()).toEqual([]);
  expect((await decide('reject', { reason })).body).toMatchObject({ code: 'invalid_state' });
});

test('the operator agrees to the name that it looked at, not to one that came meanwhile', async () => {
  const wish = expectStatus(await own({ name: 'First Wish' }), 200).body;
  expect(wish.name_rejection_reason).toBeNull();
  expectStatus(await own({ name: 'Second Wish' }), 200);
  const late = await decide('approve', { name: 'First Wish' });
  expect([late.status, late.body.code]).toEqual([409, 'invalid_state']);
  expect(expectStatus(await decide('approve', { name: 'Second Wish' }), 200).body.name).toBe('Second Wish');
  expect(await shown()).toBe('Second Wish');
  expect(await lastEvent()).toMatchObject({
    type: 'practice.renamed',
    data: { practice_id: world.sender.id },
  });
  const acts = expectStatus(await exchange.call(world.sender.key, '/v1/practice/operator-acts'), 200).body
    .data;
  expect(acts.map(({ operation }: { operation: string }) => operation)).toContain('approvePracticeName');
});

test('the present name takes the wish back, and a name that the operator gives is decided', async () => {
  const before = await shown();
  expectStatus(await own({ name: 'Third Wish' }), 200);
  expect(expectStatus(await own({ name: before }), 200).body.requested_name).toBeNull();
  expectStatus(await own({ name: 'Third Wish' }), 200);
  const path = `/v1/practices/${world.sender.id}`;
  const given = await exchange.call(world.operator, path, { method: 'PATCH', body: { name: 'Given' } });
  expect(expectStatus(given, 200).body).toMatchObject({ name: 'Given', requested_name: null });
});

test('a practice that was never verified names itself; one whose credential has run out does not', async () => {
  const body = {
    name: 'New Practice',
    city: 'Omaha',
    jurisdiction: 'US-NE',
    time_zone: 'America/Chicago',
    scope_of_services: 'Everything.',
  };
  const { id } = expectStatus(await exchange.call(world.operator, '/v1/practices', { body }), 201).body;
  const key = expectStatus(
    await exchange.call(world.operator, `/v1/practices/${id}/keys`, { body: { name: 'main' } }),
    201,
  ).body.secret;
  const rename = await exchange.call(key, '/v1/practice', { method: 'PATCH', body: { name: 'Newer' } });
  expect(expectStatus(rename, 200).body).toMatchObject({ name: 'Newer', requested_name: null });
  await exchange.sql("update credentials set expires_on = '2020-01-01', version = version + 1");
  expect(expectStatus(await own({ name: 'Run Out' }), 200).body.requested_name).toBe('Run Out');
});
