/** A referral that is prepared for an invited colleague: its sender’s alone, until she takes part and the sender sends it. */
import { describe, expect, test } from 'vitest';
import { decide, inviteColleague, joinBy, registerBy, tokenOf, verify } from '../support/joining.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  CLIENT,
  CLIENT_WORDS,
  consentInput,
  createWriter,
  expectStatus,
  type Practice,
} from '../support/world.ts';

useWorld();

const PATH = '/v1/prepared-referrals';
const wish = (invitation_id: string, change: object = {}) => ({
  invitation_id,
  service: 'career_counseling',
  reason: 'testing_needed',
  client_jurisdiction: 'US-NE',
  client: CLIENT,
  ...change,
});
const prepare = async (who: Pick<Practice, 'key'>, invitationId: string, change: object = {}) =>
  expectStatus(await exchange.call(who.key, PATH, { body: wish(invitationId, change) }), 201).body;
const read = async (who: Pick<Practice, 'key'>, id: string) =>
  expectStatus(await exchange.call(who.key, `${PATH}/${id}`), 200).body;
const send = (who: Pick<Practice, 'key'>, id: string, body: object = {}, headers = {}) =>
  exchange.call(who.key, `${PATH}/${id}/send`, { body, headers });
const eventsOf = async (who: Pick<Practice, 'key'>) =>
  expectStatus(await exchange.call(who.key, '/v1/events?limit=100'), 200).body.data as {
    type: string;
    data: Record<string, unknown>;
  }[];
const toldOf = async (who: Pick<Practice, 'key'>) =>
  (await eventsOf(who)).map(({ type }) => type).filter((type) => type.startsWith('prepared_referral.'));
const codeOf = ({ status, body }: { status: number; body: { code?: string; state?: string } }) => [
  status,
  body.code,
  body.state,
];
/** What is stored of it, and whether a word of the client can be found anywhere. */
const storedOf = (id: string) =>
  exchange.sql<Record<string, unknown>>('select * from prepared_referrals where id = ?', id);

/** Somebody who registered by an invitation is admitted. */
async function admit(joined: { id: string; credentialId: string }) {
  await verify(exchange, world.operator, joined.credentialId);
  expectStatus(await decide(exchange, world.operator, joined.id, 'admit'), 200);
}

test('is its sender’s alone until she takes part; then one call asks the client, and nothing of it is left beside the referral', async () => {
  const sender = await createWriter(exchange, world.operator);
  const joined = await joinBy(exchange, sender);
  const made = await prepare(sender, joined.id, { external_ids: [{ system: 'crm', id: 'card-9' }] });
  expect(made).toMatchObject({
    state: 'waiting',
    invitee_name: 'Robin Cedar',
    receiver_practice_id: null,
    referral_id: null,
    client: { identity: { family_name: CLIENT.identity.family_name } },
  });
  const stored = JSON.stringify(await storedOf(made.id));
  for (const word of CLIENT_WORDS) expect(stored).not.toContain(word);

  // Nothing is told, counted, listed or asked.
  const lists = async () => [
    (await exchange.call(sender.key, '/v1/referrals')).body.data,
    (await exchange.call(sender.key, '/v1/reports/reciprocity?month=2026-11')).body.partners?.data ?? [],
  ];
  expect(await lists()).toEqual([[], []]);
  const typesOf = async () => (await eventsOf(sender)).map(({ type }) => type);
  expect(await typesOf()).toEqual(['credential.verified', 'key.created']);
  for (const act of ['send', 'check'])
    expect(codeOf(await exchange.call(sender.key, `${PATH}/${made.id}/${act}`, { method: 'POST' }))).toEqual([
      409,
      'invalid_state',
      'waiting',
    ]);
  for (const other of [world.sender, world.receiver])
    for (const path of [`${PATH}/${made.id}`, `${PATH}/${made.id}/send`]) {
      const method = path.endsWith('send') ? 'POST' : 'GET';
      const gone = await exchange.call(other.key, path.replace(made.id, `prf_${'0'.repeat(26)}`), { method });
      const theirs = await exchange.call(other.key, path, { method });
      expect([theirs.status, theirs.body]).toEqual([404, gone.body]);
    }

  await admit(joined);
  await exchange.minute();
  expect(await toldOf(sender)).toEqual(['prepared_referral.ready']);
  const ready = await read(sender, made.id);
  expect([ready.state, ready.receiver_practice_id]).toEqual(['ready', joined.practiceId]);
  const hosted = {
    method: 'hosted',
    categories: ['identity', 'contact', 'reason'],
    purposes: ['Career testing'],
  };
  const check = await exchange.call(sender.key, `${PATH}/${made.id}/check`, { body: { consent: hosted } });
  expect(expectStatus(check, 200).body).toMatchObject({ sendable: true, client_checked: true });
  const { body: referral } = expectStatus(await send(sender, made.id, { consent: hosted }), 201);
  expect(referral).toMatchObject({
    state: 'awaiting_consent',
    receiver: { practice_id: joined.practiceId },
    external_ids: [{ system: 'crm', id: 'card-9' }],
  });
  expect(referral.consent_url).toMatch(/\/consent\//);
  expect(await read(sender, made.id)).toMatchObject({
    state: 'sent',
    referral_id: referral.id,
    client: null,
  });
  expect((await storedOf(made.id))[0]).toMatchObject({
    sealed_wish: null,
    lookups: '[]',
    notice_due_at: null,
  });
  expect(codeOf(await send(sender, made.id))).toEqual([409, 'invalid_state', 'sent']);
});

test('tells the colleague nothing, not even that it is there: her page, her program and what they cost are the same', async () => {
  const sender = await createWriter(exchange, world.operator);
  const look = async (token: string) => {
    const page = await exchange.call(null, `/join/${token}`);
    const api = await exchange.call(null, `/v1/join/${token}`);
    return [page, api].map(({ status, body, cost }) => ({
      status,
      cost,
      text: JSON.stringify(body)
        .replaceAll(token, '')
        .replaceAll(/"[^"]{60,}"|[\w-]{60,}|[0-9a-f-]{36}/g, ''),
    }));
  };
  const [plain, prepared] = [
    await inviteColleague(exchange, sender),
    await inviteColleague(exchange, sender),
  ];
  await exchange.sql(
    'update join_invitations set expires_at = created_at + 2000000 where id in (?, ?)',
    plain.id,
    prepared.id,
  );
  await prepare(sender, prepared.id);
  const [without, withOne] = [await look(plain.token), await look(prepared.token)];
  expect(withOne.map(({ status, cost }) => [status, cost])).toEqual(
    without.map(({ status, cost }) => [status, cost]),
  );
  const [one, other] = [await registerBy(exchange, plain.token), await registerBy(exchange, prepared.token)];
  expect([other.status, other.cost]).toEqual([one.status, one.cost]);
  const statusOf = (answer: typeof one) =>
    exchange.call(null, `/v1/join/${tokenOf(answer.body.registration_url)}/registration`);
  const [first, second] = [await statusOf(one), await statusOf(other)];
  expect([second.cost, Object.keys(second.body)]).toEqual([first.cost, Object.keys(first.body)]);
});

describe('where she does not come', () => {
  test('an invitation that ran out or was taken back is told, and what was prepared goes to another one, another practice, or away', async () => {
    const sender = await createWriter(exchange, world.operator);
    const [late, revoked, next] = [
      await inviteColleague(exchange, sender),
      await inviteColleague(exchange, sender),
      await inviteColleague(exchange, sender),
    ];
    const [moved, sent] = [await prepare(sender, late.id), await prepare(sender, revoked.id)];
    await exchange.sql('update join_invitations set expires_at = created_at + 1 where id = ?', late.id);
    await exchange.sql('update prepared_referrals set notice_due_at = 1 where id = ?', moved.id);
    expectStatus(
      await exchange.call(sender.key, `/v1/join-invitations/${revoked.id}`, { method: 'DELETE' }),
      204,
    );
    await exchange.minute();
    await exchange.minute();
    expect(await toldOf(sender)).toEqual(['prepared_referral.stranded', 'prepared_referral.stranded']);
    expect((await read(sender, moved.id)).state).toBe('stranded');

    const move = (invitation_id: string) =>
      exchange.call(sender.key, `${PATH}/${moved.id}`, { method: 'PATCH', body: { invitation_id } });
    for (const id of [late.id, revoked.id, (await inviteColleague(exchange, world.sender)).id])
      expect((await move(id)).body.errors[0].pointer).toBe('/invitation_id');
    expect(expectStatus(await move(next.id), 200).body).toMatchObject({ state: 'waiting', version: 2 });

    expect(codeOf(await send(sender, sent.id))).toEqual([409, 'invalid_state', 'stranded']);
    const elsewhere = { receiver_practice_id: world.receiver.id, consent: consentInput() };
    expect(codeOf(await send(sender, sent.id, elsewhere)).slice(0, 2)).toEqual([
      409,
      'no_active_partnership',
    ]);
    const partnership = await exchange.call(sender.key, '/v1/partnerships', {
      body: { practice_id: world.receiver.id, message: 'Hello' },
    });
    const { id } = expectStatus(partnership, 201).body;
    expectStatus(
      await exchange.call(world.receiver.key, `/v1/partnerships/${id}/accept`, { method: 'POST' }),
      200,
    );
    expect(expectStatus(await send(sender, sent.id, elsewhere), 201).body.state).toBe('sent');

    const discard = () => exchange.call(sender.key, `${PATH}/${moved.id}`, { method: 'DELETE' });
    expect([(await discard()).status, (await discard()).status]).toEqual([204, 204]);
    expect(await read(sender, moved.id)).toMatchObject({ state: 'discarded', client: null });
    expect((await storedOf(moved.id))[0]).toMatchObject({ sealed_wish: null, lookups: '[]' });
  });

  test('of a refusal its sender is told nothing; after 90 days the client’s data is deleted, and that is told', async () => {
    const sender = await createWriter(exchange, world.operator);
    const joined = await joinBy(exchange, sender);
    const { id } = await prepare(sender, joined.id);
    expectStatus(await decide(exchange, world.operator, joined.id, 'refuse', { reason: 'Unknown.' }), 200);
    await exchange.minute();
    expect([await toldOf(sender), (await read(sender, id)).state]).toEqual([[], 'waiting']);
    await exchange.sql('update prepared_referrals set expires_at = 1, notice_due_at = 1 where id = ?', id);
    expect(await read(sender, id)).toMatchObject({ state: 'expired', client: null });
    await exchange.minute();
    expect(await toldOf(sender)).toEqual(['prepared_referral.expired']);
    expect((await storedOf(id))[0]).toMatchObject({ state: 'expired', sealed_wish: null, lookups: '[]' });
    expect(codeOf(await send(sender, id))).toEqual([409, 'invalid_state', 'expired']);
  });
});

test('of ten that send it at once one makes a referral; the same request again gets the same answer', async () => {
  const sender = await createWriter(exchange, world.operator);
  const joined = await joinBy(exchange, sender);
  const { id } = await prepare(sender, joined.id);
  await admit(joined);
  const body = { consent: consentInput() };
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => send(sender, id, body, { 'Idempotency-Key': `send-${index}` })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect((await exchange.call(sender.key, '/v1/referrals')).body.data).toHaveLength(1);
  const winner = answers.findIndex(({ status }) => status === 201);
  const again = await send(sender, id, body, { 'Idempotency-Key': `send-${winner}` });
  expect([again.status, again.body.id, again.headers.get('idempotent-replayed')]).toEqual([
    201,
    answers[winner]?.body.id,
    'true',
  ]);
});

test('a client who asks is found in it, and it is refused where any referral would be', async () => {
  const sender = await createWriter(exchange, world.operator);
  const { id: invitationId } = await inviteColleague(exchange, sender);
  const { id } = await prepare(sender, invitationId);
  const search = async (who: Pick<Practice, 'key'>) =>
    expectStatus(
      await exchange.call(who.key, '/v1/referrals/search', {
        body: {
          client: {
            identity: { given_name: CLIENT.identity.given_name, family_name: CLIENT.identity.family_name },
            contact: { email: CLIENT.contact.email },
          },
        },
      }),
      200,
    ).body.prepared.map((one: { id: string }) => one.id);
  expect([await search(sender), await search(world.sender)]).toEqual([[id], []]);

  const refusedAt = async (change: object, invitation = invitationId) =>
    (await exchange.call(sender.key, PATH, { body: wish(invitation, change) })).body.errors?.[0].pointer;
  expect(await refusedAt({ service: 'carer_counseling' })).toBe('/service');
  expect(await refusedAt({ metadata: { card: CLIENT.contact.email } })).toBe('/metadata/card');
  expect(await refusedAt({ consent: consentInput() })).toBe('/consent');
  expect(await refusedAt({ receiver_practice_id: world.receiver.id })).toBe('/receiver_practice_id');
  expect(await refusedAt({}, (await inviteColleague(exchange, world.sender)).id)).toBe('/invitation_id');
  const joined = await joinBy(exchange, sender);
  await admit(joined);
  expect(await refusedAt({}, joined.id)).toBe('/invitation_id');

  await exchange.sql(
    `insert into prepared_referrals (id, practice_id, invitation_id, service, reason, sealed_wish, lookups, created_at, updated_at, expires_at)
     select 'prf_' || key, practice_id, invitation_id, service, reason, 'x', '[]', created_at, updated_at, expires_at
     from prepared_referrals, json_each(?) where prepared_referrals.id = ?`,
    JSON.stringify([...Array(99).keys()]),
    id,
  );
  const [over] = await Promise.all([exchange.call(sender.key, PATH, { body: wish(invitationId) })]);
  expect(codeOf(over).slice(0, 2)).toEqual([409, 'limit_reached']);
  expectStatus(
    await exchange.call(world.operator, `/v1/practices/${sender.id}/suspend`, { method: 'POST' }),
    200,
  );
  expect((await send(sender, id)).body.code).toBe('practice_suspended');
  expectStatus(await exchange.call(sender.key, `${PATH}/${id}`, { method: 'DELETE' }), 204);
});
