/** Nobody finds out who a client is by trying names: an answer depends on the client only for whoever knows them. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../support/harness.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  befriend,
  consentInput,
  createPractice,
  expectStatus,
  move,
  type Practice,
  referralInput,
  sendReferral,
} from '../support/world.ts';

let third: Practice;
useWorld();
beforeAll(async () => {
  third = await createPractice(exchange, world.operator);
  await befriend(exchange, world.sender, third);
  await befriend(exchange, world.receiver, third);
});

const named = (family_name: string) => ({
  ...referralInput(third).client,
  identity: { given_name: 'Quillon', family_name },
});
const RIGHT = 'Testperson';
const WRONG = 'Somebodyelse';

/** The practice that received the earlier referral sends one that follows it. */
const follow = (previous_id: string, family_name: string) =>
  exchange.call(world.receiver.key, '/v1/referrals', {
    body: { ...referralInput(third, { previous_id }), client: named(family_name) },
  });

/** All that a caller sees of an answer, without what differs in any two answers. */
const shapeOf = ({ status, body, headers, cost }: Answer) => ({
  status,
  cost,
  headers: [...headers.keys()].sort(),
  body: JSON.stringify(body)
    .replaceAll(/"[a-z]{3}_[0-9a-z]{26}"/g, '"id"')
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"time"')
    .replaceAll(/quillon\.testperson\+\d+@/g, 'quillon@')
    .replaceAll(RIGHT, 'NAME')
    .replaceAll(WRONG, 'NAME'),
});

const eventsSince = async (key: string, after: string | undefined) =>
  (await exchange.call(key, `/v1/events?limit=100${after ? `&after=${after}` : ''}`)).body.data;

/** So that as many of its own wait when the next one is sent. */
const takeBack = ({ status, body }: Answer) =>
  status === 201 ? move(exchange, world.receiver, body.id, 'withdraw') : undefined;

/** What the answers to a right and to a wrong name, and the news of all three, look like. */
async function tryNames(previousId: string) {
  const seen: unknown[] = [];
  for (const name of [RIGHT, WRONG]) {
    const keys = [world.sender.key, world.receiver.key, third.key];
    const last = await Promise.all(keys.map(async (key) => (await eventsSince(key, undefined)).at(-1)?.id));
    const answer = await follow(previousId, name);
    const news = await Promise.all(keys.map((key, index) => eventsSince(key, last[index])));
    await takeBack(answer);
    seen.push({
      ...shapeOf(answer),
      news: news.map((events) => events.map(({ type }: { type: string }) => type)),
    });
  }
  return seen as [{ status: number }, { status: number }];
}

describe('a receiver that was never told who the client is', () => {
  const ENDINGS: Record<string, (id: string) => Promise<unknown>> = {
    'declined it': (id) => move(exchange, world.receiver, id, 'decline', { reason: 'outside_scope' }),
    'saw it withdrawn': (id) => move(exchange, world.sender, id, 'withdraw'),
    'let it expire': async (id) => {
      await exchange.sql('update referrals set deadline = ?, deadline_at = 1 where id = ?', 'expire', id);
      await exchange.minute();
    },
    'read only the answer to its question': async (id) => {
      expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'Tested?' }), 200);
      expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'Yes.' }), 200);
      const { body } = await exchange.call(world.receiver.key, `/v1/referrals/${id}`);
      expect(body.disclosed_categories).toEqual(['messages']);
      await move(exchange, world.receiver, id, 'decline', { reason: 'outside_scope' });
    },
  };

  test.each(Object.keys(ENDINGS))('and %s gets one answer to every name', async (ending) => {
    const consent = consentInput({ directions: ['forward', 'messages'] });
    const id = await sendReferral(exchange, world, { consent });
    await ENDINGS[ending]?.(id);
    const [right, wrong] = await tryNames(id);
    expect(wrong).toEqual(right);
    expect(right.status).toBe(201);
  });

  test('finds no client of others by search, export or as a duplicate', async () => {
    const input = referralInput(third);
    expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body: input }), 201);
    const search = (family_name: string) =>
      exchange.call(world.receiver.key, '/v1/referrals/search', {
        body: {
          client: {
            identity: { given_name: 'Quillon', family_name },
            contact: { email: input.client.contact.email },
          },
        },
      });
    const send = (family_name: string) =>
      exchange.call(world.receiver.key, '/v1/referrals', {
        body: {
          ...input,
          client: { ...input.client, identity: { given_name: 'Quillon', family_name } },
        },
      });
    for (const attempt of [search, send]) {
      const right = await attempt(RIGHT);
      await takeBack(right);
      const wrong = await attempt(WRONG);
      expect(shapeOf(wrong)).toEqual(shapeOf(right));
    }
  });
});

test('who was told the client’s name, or sent it, is kept from following it with another client', async () => {
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expectStatus(await move(exchange, world.receiver, id, 'not-engaged', { reason: 'chose_other' }), 200);
  const refused = expectStatus(await follow(id, WRONG), 422);
  expect(refused.body.errors[0]).toEqual({
    pointer: '/previous_id',
    detail: 'must be about the same client',
  });
  expectStatus(await follow(id, RIGHT), 201);
  const bySender = await exchange.call(world.sender.key, '/v1/referrals', {
    body: { ...referralInput(third, { previous_id: id }), client: named(WRONG) },
  });
  expect(bySender.status).toBe(422);
});
