/** What is formally right and makes no sense is refused with what was probably meant. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import { createWorld, expectStatus, referralInput, type World } from '../support/world.ts';

let exchange: Exchange;
let world: World;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

const send = (change: Record<string, unknown>) =>
  exchange.call(world.sender.key, '/v1/referrals', {
    body: referralInput(world.receiver, { outside_offer: false, ...change }),
  });

test('a service that the receiver does not list is refused with what it lists, unless both agreed on it', async () => {
  const refused = expectStatus(await send({ service: 'resume_writing' }), 409);
  expect(refused.body).toMatchObject({
    code: 'service_not_offered',
    offered: { services: ['career_counseling', 'interview_coaching'], assessments: ['mbti'] },
  });
  expect(refused.body.detail).toContain('career_counseling, interview_coaching, mbti');
  expectStatus(await send({ service: 'mbti' }), 201);
  expectStatus(await send({ service: 'interview_coaching' }), 201);
  expectStatus(await send({ service: 'resume_writing', outside_offer: true }), 201);
});

test('the letters of a state alone are asked about, wherever a jurisdiction is given', async () => {
  const { operator, sender, receiver } = world;
  const credential = { kind: 'licence', title: 'A', issuer: 'B', number: '1', expires_on: '2030-01-01' };
  const answers = {
    client: await send({ client_jurisdiction: 'NE' }),
    profile: await exchange.call(sender.key, '/v1/practice', {
      method: 'PATCH',
      body: { jurisdiction: 'NE' },
    }),
    credential: await exchange.call(operator, `/v1/professionals/${receiver.professionalId}/credentials`, {
      body: { ...credential, jurisdiction: 'NE' },
    }),
    search: await exchange.call(sender.key, '/v1/directory?jurisdiction=NE'),
  };
  for (const [name, answer] of Object.entries(answers)) {
    expect(answer.status, name).toBe(422);
    expect(answer.body.errors[0].detail, name).toMatch(/^did you mean `US-NE`\?/);
  }
});

test.each([
  ['US', 200],
  ['US-NE', 200],
  ['CA-ON', 200],
  ['FR', 200],
  ['TX', 422],
  ['CA', 422],
  ['PR', 422],
  ['ne', 422],
  ['USA', 422],
])('the jurisdiction %s is answered with %i', async (code, status) => {
  const { key } = world.sender;
  expect((await exchange.call(key, `/v1/directory?jurisdiction=${code}`)).status).toBe(status);
});
