import { describe, expect, test } from 'vitest';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  befriend,
  CLIENT_WORDS,
  consentInput,
  createPractice,
  expectStatus,
  move,
  referralInput,
  sendReferral,
  thisMonth,
} from '../support/world.ts';

useWorld();

const read = async (side: 'sender' | 'receiver', id: string) =>
  expectStatus(await exchange.call(world[side].key, `/v1/referrals/${id}`), 200);
const accepted = async (change: Record<string, unknown> = {}) => {
  const id = await sendReferral(exchange, world, change);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  return id;
};
const disclosuresOf = (id: string) =>
  exchange.sql<{ categories: string; way: string }>(
    'select * from disclosures where referral_id = ? order by id',
    id,
  );
const endConsent = (id: string, column: 'revoked_at' | 'expires_at') =>
  exchange.sql(
    `update consents set ${column} = ${column === 'expires_at' ? 'granted_at + 1' : '?'} where referral_id = ?`,
    ...(column === 'expires_at' ? [id] : [Date.now(), id]),
  );
const expectNoClient = (value: unknown) => {
  for (const word of CLIENT_WORDS) expect(JSON.stringify(value)).not.toContain(word);
};

describe('forward', () => {
  test('the receiver of a referral without consent sees nothing at all, until the consent is recorded', async () => {
    const id = await sendReferral(exchange, world, { consent: undefined });
    expect((await read('sender', id)).body).toMatchObject({
      state: 'awaiting_consent',
      consent: null,
      allowed_moves: ['record_consent', 'withdraw'],
    });
    const nothing = await exchange.call(world.receiver.key, '/v1/referrals/ref_01aaaaaaaaaaaaaaaaaaaaaaaa');
    for (const segment of ['', '/accept', '/withdraw', '/undo']) {
      const answer = await exchange.call(world.receiver.key, `/v1/referrals/${id}${segment}`, {
        method: segment ? 'POST' : 'GET',
      });
      expect([answer.status, answer.body]).toEqual([404, nothing.body]);
    }
    const list = await exchange.call(world.receiver.key, '/v1/referrals?direction=received&limit=100');
    expect(list.body.data.map((one: { id: string }) => one.id)).not.toContain(id);
    const feed = await exchange.call(world.receiver.key, '/v1/events?limit=100');
    expect(JSON.stringify(feed.body)).not.toContain(id);

    expectStatus(await move(exchange, world.sender, id, 'consent', consentInput()), 200);
    expect((await read('receiver', id)).body).toMatchObject({ state: 'sent', client: null });
  });

  test('before acceptance the preview, list, feed and every refusal hold no word about the client', async () => {
    const id = await sendReferral(exchange, world);
    expectNoClient((await read('receiver', id)).body);
    expectNoClient((await exchange.call(world.receiver.key, '/v1/referrals?limit=100')).body);
    expectNoClient((await exchange.call(world.receiver.key, '/v1/events?limit=100')).body);
    expectNoClient((await move(exchange, world.receiver, id, 'engage')).body);
    expectNoClient(
      expectStatus(await move(exchange, world.receiver, id, 'decline', { reason: 'outside_scope' }), 200)
        .body,
    );
    expectNoClient((await read('receiver', id)).body);
    expect(await disclosuresOf(id)).toEqual([]);
  });

  test('acceptance discloses the consented categories and no other, and every read of them is logged', async () => {
    const id = await accepted({ consent: consentInput({ categories: ['identity', 'contact', 'notes'] }) });
    const seen = await read('receiver', id);
    expect(Object.keys(seen.body.client).sort()).toEqual(['contact', 'identity', 'notes']);
    expect(JSON.stringify(seen.body)).not.toMatch(/ZEBRAREASON|ZEBRABACKGROUND/);
    expect((await disclosuresOf(id)).map(({ categories, way }) => [JSON.parse(categories), way])).toEqual([
      [['identity', 'contact', 'notes'], 'api'],
      [['identity', 'contact', 'notes'], 'api'],
    ]);
    await read('sender', id);
    expect(await disclosuresOf(id)).toHaveLength(2);
  });

  test.each([
    ['revoked', 'revoked_at'],
    ['expired', 'expires_at'],
  ] as const)(
    'when the consent is %s nothing leaves any more, also not by a replay, and nothing is logged',
    async (_name, column) => {
      const id = await sendReferral(exchange, world);
      const accept = () =>
        exchange.call(world.receiver.key, `/v1/referrals/${id}/accept`, {
          method: 'POST',
          headers: { 'Idempotency-Key': `accept-${id}` },
        });
      expect(expectStatus(await accept(), 200).body.client).not.toBeNull();
      await endConsent(id, column);
      const seen = await read('receiver', id);
      expect(seen.body).toMatchObject({ client: null, client_withheld: 'no_active_consent' });
      expectNoClient(seen.body);
      expectNoClient(expectStatus(await accept(), 200).body);
      expectNoClient(
        expectStatus(await move(exchange, world.receiver, id, 'contacts', { kind: 'attempted' }), 200).body,
      );
      expect(await disclosuresOf(id)).toHaveLength(1);
    },
  );

  test('a referral whose consent ended cannot be accepted', async () => {
    const id = await sendReferral(exchange, world);
    await endConsent(id, 'expires_at');
    const answer = await move(exchange, world.receiver, id, 'accept');
    expect([answer.status, answer.body.code]).toEqual([409, 'consent_not_active']);
    expectNoClient(answer.body);
  });

  test.each(['withdrawn', 'not_engaged', 'undone'])(
    'after it was %s the client is withheld again',
    async (ending) => {
      const id = await accepted();
      if (ending === 'withdrawn') expectStatus(await move(exchange, world.sender, id, 'withdraw'), 200);
      if (ending === 'not_engaged')
        expectStatus(await move(exchange, world.receiver, id, 'not-engaged', { reason: 'no_show' }), 200);
      if (ending === 'undone') expectStatus(await move(exchange, world.receiver, id, 'undo'), 200);
      expectNoClient((await read('receiver', id)).body);
    },
  );

  test('with disclose on_send and a consent that says so the client is there from sending on, else it is refused', async () => {
    const refused = await exchange.call(world.sender.key, '/v1/referrals', {
      body: referralInput(world.receiver, { disclose: 'on_send' }),
    });
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, '/consent/disclose_on_send']);
    const id = await sendReferral(exchange, world, {
      disclose: 'on_send',
      consent: consentInput({ disclose_on_send: true }),
    });
    expect((await read('receiver', id)).body.client.identity.family_name).toBe('Testperson');
  });

  test('an answer is read before acceptance only with the messages direction', async () => {
    const ask = async (directions: string[]) => {
      const id = await sendReferral(exchange, world, { consent: consentInput({ directions }) });
      expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'Tested?' }), 200);
      expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'ZEBRAANSWER' }), 200);
      return (await read('receiver', id)).body.messages[1].text;
    };
    expect(await ask(['forward'])).toBeNull();
    expect(await ask(['forward', 'messages'])).toBe('ZEBRAANSWER');
  });

  test('a part 2 consent puts the notice on every disclosure', async () => {
    const id = await sendReferral(exchange, world, { consent: consentInput({ part2: true }) });
    expect((await read('receiver', id)).body.redisclosure_notice).toBeNull();
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    expect((await read('receiver', id)).body.redisclosure_notice).toContain('42 CFR part 2');
  });
});

describe('free text', () => {
  test('the purposes of a consent, which may name the client, are read with the client and not before', async () => {
    const id = await sendReferral(exchange, world, {
      consent: consentInput({
        purposes: ['ZEBRAREASON for Quillon'],
        directions: ['forward', 'messages'],
        part2: true,
      }),
    });
    expectNoClient((await read('receiver', id)).body);
    expect((await read('sender', id)).body.consent.purposes).toEqual(['ZEBRAREASON for Quillon']);
    expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'Tested?' }), 200);
    expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'Yes.' }), 200);
    const answered = await read('receiver', id);
    expect(answered.body).toMatchObject({ client: null, disclosed_categories: ['messages'] });
    expect(answered.body.redisclosure_notice).toContain('42 CFR part 2');
    expect(
      expectStatus(await move(exchange, world.receiver, id, 'accept'), 200).body.consent.purposes,
    ).toEqual(['ZEBRAREASON for Quillon']);
  });
});

describe('the way back', () => {
  const noFeedback = { consent: consentInput({ directions: ['forward'] }) };
  const OUTCOMES = [
    ['engage', undefined],
    ['not-engaged', { reason: 'cost', note: 'ZEBRANOTE' }],
    ['waitlist', undefined],
    ['contacts', { kind: 'no_show' }],
  ] as const;

  test.each(OUTCOMES)('without feedback the sender cannot tell that %s happened', async (segment, body) => {
    const watched = await accepted(noFeedback);
    const untouched = await accepted(noFeedback);
    const senderSees = async (id: string) => {
      const one = await exchange.call(world.sender.key, `/v1/referrals/${id}`);
      const list = await exchange.call(world.sender.key, '/v1/referrals?direction=sent&limit=100');
      const since = await exchange.call(
        world.sender.key,
        `/v1/referrals?direction=sent&updated_since=${encodeURIComponent(one.body.updated_at)}&limit=100`,
      );
      const feed = await exchange.call(world.sender.key, '/v1/events?limit=100');
      const withdraw = await move(exchange, world.sender, id, 'withdraw');
      const report = await exchange.call(world.sender.key, `/v1/reports/reciprocity?month=${thisMonth()}`);
      const shape = (value: unknown) =>
        JSON.stringify(value)
          .replaceAll(id, 'ID')
          .replaceAll(/"(id|email|generated_at)":"[^"]*"/g, '')
          .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T');
      const listed = (page: typeof list) => page.body.data.find((row: { id: string }) => row.id === id);
      return {
        one: [one.headers.get('ETag'), shape(one.body)],
        list: shape(listed(list)),
        since: shape(listed(since)),
        feed: feed.body.data
          .filter((event: { data: { referral_id: string } }) => event.data.referral_id === id)
          .map((event: { type: string; data: { sequence: number } }) => [event.type, event.data.sequence]),
        withdraw: [withdraw.status, shape(withdraw.body)],
        report: shape(report.body),
      };
    };
    const before = await senderSees(watched);
    expectStatus(await move(exchange, world.receiver, watched, segment, body), 200);
    const after = await senderSees(watched);
    expect(after).toEqual(before);
    expect(after).toEqual(await senderSees(untouched));
    expect(after.withdraw[0]).toBe(409);
    expect((await read('sender', watched)).body).toMatchObject({
      state: 'accepted',
      outcome_withheld: true,
      allowed_moves: [],
    });
  });

  test('without feedback the sender follows an undone acceptance, and may act again', async () => {
    const id = await accepted(noFeedback);
    expectStatus(await move(exchange, world.receiver, id, 'undo'), 200);
    expect((await read('sender', id)).body).toMatchObject({
      state: 'sent',
      accepted_at: null,
      outcome_withheld: false,
      allowed_moves: ['withdraw'],
    });
    expectStatus(await move(exchange, world.receiver, id, 'request-info', { question: 'Tested?' }), 200);
    expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'Yes.' }), 200);
    expectStatus(await move(exchange, world.receiver, id, 'decline', { reason: 'at_capacity' }), 200);
    expect((await read('sender', id)).body).toMatchObject({
      state: 'declined',
      decline_reason: 'at_capacity',
      accepted_at: null,
    });
  });

  test('without feedback a change of the professional after a waiting list stays hidden', async () => {
    const second = expectStatus(
      await exchange.call(world.operator, `/v1/practices/${world.receiver.id}/professionals`, {
        body: { name: 'B. Second', profession: 'career_coach' },
      }),
      201,
    ).body.id;
    const held = await exchange.call(world.operator, `/v1/professionals/${second}/credentials`, {
      body: { kind: 'certification', title: 'C', issuer: 'I', number: '2', expires_on: '2099-01-01' },
    });
    expectStatus(
      await exchange.call(world.operator, `/v1/credentials/${held.body.id}/verify`, { method: 'POST' }),
      200,
    );
    const id = await sendReferral(exchange, world, noFeedback);
    expectStatus(
      await move(exchange, world.receiver, id, 'accept', { professional_id: world.receiver.professionalId }),
      200,
    );
    expectStatus(await move(exchange, world.receiver, id, 'waitlist'), 200);
    expect(
      expectStatus(await move(exchange, world.receiver, id, 'accept', { professional_id: second }), 200).body
        .receiver.professional_id,
    ).toBe(second);
    expect((await read('sender', id)).body.receiver.professional_id).toBe(world.receiver.professionalId);
  });

  test('with feedback the sender sees outcome, reason, note and contacts', async () => {
    const id = await accepted();
    expectStatus(await move(exchange, world.receiver, id, 'contacts', { kind: 'reached' }), 200);
    expectStatus(
      await move(exchange, world.receiver, id, 'not-engaged', { reason: 'other', note: 'Moved away.' }),
      200,
    );
    const seen = await read('sender', id);
    expect(seen.body).toMatchObject({
      state: 'not_engaged',
      not_engaged_reason: 'other',
      contacts: [{ kind: 'reached' }],
      outcome_withheld: false,
    });
    expect(seen.body.messages.at(-1).text).toBe('Moved away.');
  });

  test('an outcome after the consent has expired does not reach the sender, and what it knew before stays', async () => {
    const id = await accepted();
    expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
    await endConsent(id, 'expires_at');
    expectStatus(await move(exchange, world.receiver, id, 'complete'), 200);
    expect((await read('sender', id)).body).toMatchObject({
      state: 'engaged',
      completed_at: null,
      contacts: [],
    });
    expect((await read('receiver', id)).body.state).toBe('completed');
  });

  test('both sides count their own events without gaps', async () => {
    const id = await accepted(noFeedback);
    expectStatus(await move(exchange, world.receiver, id, 'contacts', { kind: 'reached' }), 200);
    expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
    const sequences = async (key: string) => {
      const { body } = await exchange.call(key, '/v1/events?limit=100');
      return body.data
        .filter((event: { data: { referral_id: string } }) => event.data.referral_id === id)
        .map((event: { data: { sequence: number } }) => event.data.sequence);
    };
    expect(await sequences(world.sender.key)).toEqual([1, 2]);
    expect(await sequences(world.receiver.key)).toEqual([1, 2, 3, 4]);
  });
});

describe('at rest and on the way', () => {
  test('no table, log line, queue message or problem holds the client, an endpoint secret or an API key in the clear', async () => {
    const hook = expectStatus(
      await exchange.call(world.receiver.key, '/v1/webhook-endpoints', {
        body: { url: 'http://127.0.0.1:9/' },
      }),
      201,
    );
    const id = await accepted();
    expectStatus(
      await move(exchange, world.receiver, id, 'not-engaged', { reason: 'other', note: 'ZEBRANOTES again' }),
      200,
    );
    const tables = await exchange.sql<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\'",
    );
    const secret = hook.body.secret.slice('whsec_'.length);
    for (const { name } of tables) {
      const dump = JSON.stringify(await exchange.sql(`select * from "${name}"`));
      for (const word of [...CLIENT_WORDS, 'cabinet 2', secret, world.sender.key, world.operator])
        expect(dump, `${name} holds ${word}`).not.toContain(word);
    }
    const logs = exchange.logs.join('\n');
    for (const word of [...CLIENT_WORDS, secret, world.sender.key]) expect(logs).not.toContain(word);
  });

  test('a ciphertext that was moved to another referral or column does not open', async () => {
    const [one, other] = [await accepted(), await accepted()];
    const [sealed] = await exchange.sql<{ identity: string; contact: string }>(
      'select identity, contact from client_records where referral_id = ?',
      one,
    );
    await exchange.sql(
      'update client_records set identity = ? where referral_id = ?',
      sealed?.identity,
      other,
    );
    expect((await exchange.call(world.receiver.key, `/v1/referrals/${other}`)).status).toBe(500);
    await exchange.sql(
      'update client_records set identity = ?, contact = ? where referral_id = ?',
      sealed?.contact,
      sealed?.identity,
      one,
    );
    expect((await exchange.call(world.receiver.key, `/v1/referrals/${one}`)).status).toBe(500);
  });

  test('of many equal referrals at once one is sent', async () => {
    const body = referralInput(world.receiver);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => exchange.call(world.sender.key, '/v1/referrals', { body })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.code === 'duplicate_referral')).toHaveLength(11);
  });

  test('a referral follows only one of the same client that was sent and did not lead anywhere', async () => {
    const other = await createPractice(exchange, world.operator);
    await befriend(exchange, world.sender, other);
    const open = await sendReferral(exchange, world);
    const follow = (previous_id: string, change: object = {}) =>
      exchange.call(world.sender.key, '/v1/referrals', {
        body: { ...referralInput(other, { previous_id }), ...change },
      });
    expect((await follow(open)).body.errors[0].pointer).toBe('/previous_id');
    expectStatus(await move(exchange, world.receiver, open, 'decline', { reason: 'at_capacity' }), 200);
    const stranger = {
      ...referralInput(other).client,
      identity: { given_name: 'Some', family_name: 'Body' },
    };
    expect((await follow(open, { client: stranger })).body.errors[0].detail).toContain('same client');
    const followed = expectStatus(await follow(open), 201);
    expect(followed.body.previous_id).toBe(open);
    expect((await exchange.call(other.key, `/v1/referrals/${followed.body.id}`)).body.previous_id).toBeNull();
    const unsent = await sendReferral(exchange, world, { consent: undefined });
    expectStatus(await move(exchange, world.sender, unsent, 'withdraw'), 200);
    expect((await follow(unsent)).status).toBe(422);
  });

  test('the same client is not referred twice to the same practice while open, unless the sender insists', async () => {
    const body = referralInput(world.receiver);
    const first = expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body }), 201);
    const again = await exchange.call(world.sender.key, '/v1/referrals', { body });
    expect([again.status, again.body.code, again.body.referral_id]).toEqual([
      409,
      'duplicate_referral',
      first.body.id,
    ]);
    const written = {
      ...body,
      client: { ...body.client, identity: { given_name: ' quillon', family_name: 'TESTPERSON' } },
    };
    expect((await exchange.call(world.sender.key, '/v1/referrals', { body: written })).body.code).toBe(
      'duplicate_referral',
    );
    expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', { body: { ...body, allow_duplicate: true } }),
      201,
    );
  });
});
