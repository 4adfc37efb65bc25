/** A client chooses among several practices: what each is told, in which order they are asked, and how it ends. */
import { beforeAll, describe, expect, test } from 'vitest';
import { clientOn } from '../support/client.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { befriend, createPractice, expectStatus, move, type Practice, referralInput } from '../support/world.ts';

useWorld();
let receivers: Practice[];
beforeAll(async () => {
  receivers = [world.receiver];
  for (const name of ['Birch', 'Cedar', 'Dogwood', 'Elder']) {
    const made = await createPractice(exchange, world.operator, { name });
    await befriend(exchange, world.sender, made);
    receivers.push(made);
  }
});

const offer = async (places: readonly number[] = [0, 1, 2], change: Record<string, unknown> = {}) => {
  const { receiver_practice_id: _one, ...body } = referralInput(world.receiver, {
    consent: { method: 'hosted', purposes: ['Career counseling'] },
    ...change,
  });
  const candidates = places.map((place) => receivers[place]?.id);
  const answer = expectStatus(
    await exchange.call(world.sender.key, '/v1/referrals', { body: { ...body, candidates } }),
    201,
  ).body;
  const client = clientOn(exchange, new URL(answer.consent_url).pathname);
  await client.giveName();
  return { first: answer, id: answer.choice_id as string, client };
};

const read = async (id: string) =>
  expectStatus(await exchange.call(world.sender.key, `/v1/choices/${id}`), 200).body;

test('smoke', async () => {
  const { id, client, first } = await offer();
  console.log(JSON.stringify(first).slice(0, 400));
  const page = await client.read();
  console.log(page.status, page.cost, String(page.body).length);
  const answer = await client.say('/grant', {
    'rank-1': '2',
    'rank-2': '1',
    feedback: 'no',
    category: ['reason'],
    signature: 'Quillon Testperson',
    agree: 'yes',
  });
  console.log(answer.status, answer.cost, String(answer.body).slice(0, 300));
  const choice = await read(id);
  console.log(JSON.stringify(choice, null, 1));
  const birch = receivers[1] as Practice;
  const declined = await move(exchange, birch, choice.candidates[1].referral_id, 'decline', { reason: 'at_capacity' });
  console.log(declined.status, declined.cost, declined.body.allowed_moves);
  console.log(JSON.stringify(await read(id), null, 1));
  const undone = await move(exchange, birch, choice.candidates[1].referral_id, 'undo');
  console.log(undone.status, undone.body);
  console.log(String((await client.read()).body).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 3500));
});
