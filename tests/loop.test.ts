import { expect, test } from 'vitest';
import { startReceiver, verifySignature } from './support/receiver.ts';
import { exchange, useWorld, world } from './support/shared.ts';
import { CLIENT_WORDS, expectStatus, move, referralInput, thisMonth } from './support/world.ts';

useWorld();

const subscribe = async (key: string, url: string) =>
  expectStatus(await exchange.call(key, '/v1/webhook-endpoints', { body: { url } }), 201).body as {
    id: string;
    secret: string;
  };

test('a referral goes from the sender to the receiver’s CRM, is accepted, engages, and both CRMs and the report tell it', async () => {
  const receiverCrm = await startReceiver();
  const senderCrm = await startReceiver();
  const receiverHook = await subscribe(world.receiver.key, receiverCrm.url);
  const senderHook = await subscribe(world.sender.key, senderCrm.url);

  const sent = expectStatus(
    await exchange.call(world.sender.key, '/v1/referrals', { body: referralInput(world.receiver) }),
    201,
  );
  const id = sent.body.id;
  expect(sent.body.state).toBe('sent');

  const arrived = await receiverCrm.waitForType('referral.sent', id);
  verifySignature(receiverHook.secret, arrived);
  expect(arrived.json.data).toMatchObject({ referral_id: id, state: 'sent', actor: 'sender', sequence: 1 });
  expect(arrived.headers['user-agent']).toBe('ReferralExchange-Webhooks/1.0');
  for (const word of CLIENT_WORDS) expect(arrived.body).not.toContain(word);

  const preview = expectStatus(await exchange.call(world.receiver.key, `/v1/referrals/${id}`), 200);
  expect(preview.body).toMatchObject({
    state: 'sent',
    client: null,
    client_withheld: 'not_accepted',
    service: 'career_counseling',
  });
  for (const word of CLIENT_WORDS) expect(JSON.stringify(preview.body)).not.toContain(word);

  const asked = expectStatus(
    await move(exchange, world.receiver, id, 'request-info', { question: 'Tested before?' }),
    200,
  );
  expect(asked.body.state).toBe('needs_info');
  const answered = expectStatus(
    await move(exchange, world.sender, id, 'provide-info', { answer: 'Yes, in 2024.' }),
    200,
  );
  expect(answered.body.messages.map(({ text }: { text: string }) => text)).toEqual([
    'Tested before?',
    'Yes, in 2024.',
  ]);

  const accepted = expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  expect(accepted.body.client.identity).toEqual({ given_name: 'Quillon', family_name: 'Testperson' });
  expect(accepted.body.client).not.toHaveProperty('notes');
  expect(accepted.body.disclosed_categories).toEqual(['identity', 'contact', 'reason', 'messages']);
  await senderCrm.waitForType('referral.accepted', id);

  expectStatus(await move(exchange, world.receiver, id, 'contacts', { kind: 'scheduled' }), 200);
  expectStatus(await move(exchange, world.receiver, id, 'waitlist'), 200);
  expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
  verifySignature(senderHook.secret, await senderCrm.waitForType('referral.engaged', id));
  expectStatus(await move(exchange, world.receiver, id, 'complete'), 200);

  const seen = expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}`), 200);
  expect(seen.body).toMatchObject({
    state: 'completed',
    contacts: [{ kind: 'scheduled' }],
    outcome_withheld: false,
  });

  const month = thisMonth();
  const report = expectStatus(
    await exchange.call(world.sender.key, `/v1/reports/reciprocity?month=${month}`),
    200,
  );
  expect(report.body.totals.referrals).toEqual({ given: 1, received: 0, balance: 1, reciprocity: 0 });
  expect(report.body.partners[0]).toMatchObject({
    practice_id: world.receiver.id,
    engagements: { given: 1, balance: 1 },
  });

  await Promise.all([receiverCrm.close(), senderCrm.close()]);
});
