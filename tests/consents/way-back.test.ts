/** Without the consent's `feedback` direction nothing tells the sender an outcome: over every operation and event type. */
import { expect, test } from 'vitest';
import { EVENT_TYPE_NAMES } from '../../src/ledger/event-types.ts';
import { documented } from '../support/document.ts';
import { startReceiver } from '../support/receiver.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { consentInput, expectStatus, move, sendReferral } from '../support/world.ts';

useWorld();

/** Told to a sender whatever the consent says: its own acts, the answer to its question, what the client did. */
const ALWAYS_TOLD = [
  'referral.created',
  'referral.sent',
  'referral.info_requested',
  'referral.info_provided',
  'referral.accepted',
  'referral.declined',
  'referral.withdrawn',
  'referral.expired',
  'referral.move_undone',
];
const OUTCOMES: readonly (readonly [segment: string, body?: unknown])[][] = [
  [['contacts', { kind: 'reached' }]],
  [['waitlist']],
  [['waitlist'], ['accept']],
  [['engage']],
  [['engage'], ['complete']],
  [['engage'], ['undo']],
  [['not-engaged', { reason: 'other', note: 'Moved away.' }]],
  [['not-engaged', { reason: 'cost' }], ['engage']],
];
const BODIES: Record<string, unknown> = {
  recordConsent: consentInput(),
  declineReferral: { reason: 'at_capacity' },
  requestInfo: { question: 'What?' },
  provideInfo: { answer: 'This.' },
  recordContact: { kind: 'reached' },
  markNotEngaged: { reason: 'cost' },
};
const accepted = async () => {
  const id = await sendReferral(exchange, world, { consent: consentInput({ directions: ['forward'] }) });
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};

/** Every answer that the sender can get about a referral, without what differs between any two. */
async function everythingAbout(id: string): Promise<Record<string, unknown>> {
  const plain = (value: unknown) =>
    JSON.stringify(value)
      .replaceAll(id, 'REFERRAL')
      .replaceAll(/[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}/g, 'ID')
      .replaceAll(/quillon\.testperson\+\d+/g, 'MAIL')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
  const answers: Record<string, unknown> = {};
  for (const { id: operation, method, path } of documented) {
    if (!path.includes('{referral_id}') || operation === 'eraseReferral') continue;
    const body = BODIES[operation];
    const answer = await exchange.call(world.sender.key, path.replace('{referral_id}', id), {
      method,
      ...(body === undefined ? {} : { body }),
    });
    answers[operation] = [answer.status, answer.headers.get('ETag'), plain(answer.body)];
  }
  for (const path of [
    '/v1/referrals?limit=100',
    '/v1/referrals?limit=100&direction=sent&state=accepted',
    '/v1/referrals?limit=100&updated_since=2020-01-01T00:00:00Z',
  ]) {
    const { body } = await exchange.call(world.sender.key, path);
    answers[path] = plain(body.data.find((row: { id: string }) => row.id === id));
  }
  const { body: feed } = await exchange.call(world.sender.key, '/v1/events?limit=100');
  answers.feed = plain(
    feed.data.filter((event: { data: { referral_id?: string } }) => event.data.referral_id === id),
  );
  return answers;
}

test.each(OUTCOMES.map((moves) => [moves.map(([segment]) => segment).join(', '), moves] as const))(
  'a referral after %s looks to the sender as one after which nothing happened',
  async (_name, moves) => {
    const [told, untouched] = [await accepted(), await accepted()];
    for (const [segment, body] of moves)
      expectStatus(await move(exchange, world.receiver, told, segment, body), 200);
    expect(await everythingAbout(told)).toEqual(await everythingAbout(untouched));
  },
);

test('no webhook but those that are always told reaches the sender, of all types there are', async () => {
  const crm = await startReceiver();
  expectStatus(
    await exchange.call(world.sender.key, '/v1/webhook-endpoints', { body: { url: crm.url } }),
    201,
  );
  for (const moves of OUTCOMES) {
    const id = await accepted();
    for (const [segment, body] of moves)
      expectStatus(await move(exchange, world.receiver, id, segment, body), 200);
  }
  await exchange.sql(
    "update referrals set deadline = 'outcome_due', deadline_at = 1 where state in ('accepted', 'waitlisted')",
  );
  await exchange.minute();
  const last = await accepted();
  await crm.waitForType('referral.accepted', last);
  const types = new Set(crm.received.map(({ json }) => json.type));
  const withheld = EVENT_TYPE_NAMES.filter(
    (type) => type.startsWith('referral.') && !ALWAYS_TOLD.includes(type),
  );
  expect(withheld).toEqual(
    expect.arrayContaining([
      'referral.engaged',
      'referral.not_engaged',
      'referral.completed',
      'referral.waitlisted',
      'referral.contact_recorded',
      'referral.outcome_due',
    ]),
  );
  expect(withheld.filter((type) => types.has(type))).toEqual([]);
  await crm.close();
});
