/** A client chooses among several practices: who is asked when, what each side is told, and how it ends. */
import { beforeAll, describe, expect, test } from 'vitest';
import { choiceInput, createCandidates, nameInOrder, type Offered, offerChoice } from '../support/choice.ts';
import { clientOn } from '../support/client.ts';
import type { Answer } from '../support/harness.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  consentInput,
  expectStatus,
  move,
  type Practice,
  referralInput,
  thisMonth,
} from '../support/world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

useWorld();
let practices: Practice[];
beforeAll(async () => {
  practices = await createCandidates(exchange, world);
});

const some = (count: number) => practices.slice(0, count);
const at = <T>(list: readonly T[], place: number): T => list[place - 1] as T;
const offer = (count = 3, change: Record<string, unknown> = {}) =>
  offerChoice(exchange, world.sender, some(count), change);
/** Offered and answered. @param order places in the sender's order */
async function chosen(order: readonly number[], change: Record<string, string> = {}): Promise<Offered> {
  const offered = await offer();
  expectStatus(await nameInOrder(offered, order, change), 303);
  return offered;
}
const bySender = async (path: string, body?: unknown) =>
  exchange.call(world.sender.key, path, body === undefined ? { method: 'POST' } : { body });
const read = async ({ id }: Pick<Offered, 'id'>) =>
  expectStatus(await exchange.call(world.sender.key, `/v1/choices/${id}`), 200).body;
const standings = async (offered: Pick<Offered, 'id'>) =>
  (await read(offered)).candidates.map(({ standing }: { standing: string }) => standing);
const by = (place: number, { referralIds }: Offered, segment: string, body?: unknown) =>
  move(exchange, at(practices, place), at(referralIds, place), segment, body);
const decline = async (place: number, offered: Offered) =>
  expectStatus(await by(place, offered, 'decline', { reason: 'at_capacity' }), 200);
const silence = async ({ id }: Offered) => {
  await exchange.sql(
    "update referrals set deadline = 'expire', deadline_at = 1 where choice_id = ? and state in ('sent', 'needs_info')",
    id,
  );
  await exchange.minute();
};
/** What a practice was told of it, in order. */
const eventsOf = async ({ id }: Offered, { id: practiceId }: Practice = world.sender) => {
  const rows = await exchange.sql<{ type: string; data: string; actor: string }>(
    `select e.type, e.actor, e.data from events as e join event_recipients as t on t.position = e.position
     where t.practice_id = ?1 and (e.data ->> 'choice_id' = ?2
       or e.referral_id in (select r.id from referrals as r where r.choice_id = ?2)) order by e.position`,
    practiceId,
    id,
  );
  return rows.map(({ type, actor, data }) => ({
    type,
    actor,
    data: JSON.parse(data) as Record<string, unknown>,
  }));
};

describe('the way', () => {
  test('the client’s first is asked; a decline and a silence ask the next that the client named, nobody else', async () => {
    const offered = await chosen([3, 1]);
    expect(await standings(offered)).toEqual(['in_line', 'not_named', 'asked']);
    expect(await read(offered)).toMatchObject({
      state: 'asking',
      current_referral_id: at(offered.referralIds, 3),
      candidates: [{ rank: 2 }, { rank: null, state: 'consent_denied' }, { rank: 1, state: 'sent' }],
    });
    await decline(3, offered);
    expect(await standings(offered)).toEqual(['asked', 'not_named', 'declined']);
    const second = await exchange.call(world.sender.key, `/v1/referrals/${at(offered.referralIds, 1)}`);
    expect(second.body).toMatchObject({
      state: 'sent',
      previous_id: at(offered.referralIds, 3),
      choice_id: offered.id,
      consent: { categories: ['identity', 'contact'], directions: ['forward', 'feedback'] },
    });
    await silence(offered);
    expect(await standings(offered)).toEqual(['unanswered', 'not_named', 'declined']);
    expect((await read(offered)).state).toBe('exhausted');
    const types = (await eventsOf(offered)).map(({ type }) => type);
    expect(types.filter((type) => type === 'referral.sent')).toHaveLength(2);
    expect(types.filter((type) => type === 'consent.granted')).toHaveLength(2);
    expect(types.at(-1)).toBe('choice.exhausted');
    expect(await eventsOf(offered, at(practices, 2))).toEqual([]);
    expect(String((await offered.client.read()).body)).toContain('Nobody is asked any more');
  });

  test('who can no longer be sent to is passed over: partnership, capacity, licence; the sender is told why', async () => {
    const offered = await offerChoice(exchange, world.sender, some(5));
    expectStatus(await nameInOrder(offered, [1, 2, 3, 4, 5]), 303);
    const [{ id: partnership }] = (await exchange.sql<{ id: string }>(
      'select partnership_id as id from referrals where id = ?',
      at(offered.referralIds, 2),
    )) as [{ id: string }];
    const set = (capacity: string) =>
      exchange.call(at(practices, 3).key, '/v1/practice', { method: 'PATCH', body: { capacity } });
    const suspend = (suspended_at: number | null) =>
      exchange.sql(
        'update credentials set suspended_at = ? where id = ?',
        suspended_at,
        at(practices, 4).credentialId,
      );
    expectStatus(
      await exchange.call(world.sender.key, `/v1/partnerships/${partnership}/pause`, { method: 'POST' }),
      200,
    );
    expectStatus(await set('not_accepting'), 200);
    await suspend(1);
    await decline(1, offered);
    expectStatus(
      await exchange.call(world.sender.key, `/v1/partnerships/${partnership}/resume`, { method: 'POST' }),
      200,
    );
    expectStatus(await set('accepting'), 200);
    await suspend(null);
    expect(await standings(offered)).toEqual(['declined', 'not_asked', 'not_asked', 'not_asked', 'asked']);
    const reasons = (await eventsOf(offered)).flatMap(({ type, data }) =>
      type === 'referral.withdrawn' ? [data.reason] : [],
    );
    expect(reasons).toEqual(['no_active_partnership', 'receiver_not_accepting', 'receiver_not_eligible']);
    for (const place of [2, 3, 4]) expect((await by(place, offered, 'accept')).status).toBe(404);
    expect((await by(5, offered, 'accept')).status).toBe(200);
  });

  test('after an acceptance the others wait as long as it can be undone, and an undone one that declines asks the next', async () => {
    const offered = await chosen([1, 2]);
    expectStatus(await by(1, offered, 'accept'), 200);
    expect(await standings(offered)).toEqual(['taken_on', 'in_line', 'not_named']);
    expectStatus(await by(1, offered, 'undo'), 200);
    await decline(1, offered);
    expect(await standings(offered)).toEqual(['declined', 'asked', 'not_named']);

    const kept = await chosen([1, 2], { feedback: 'no' });
    expectStatus(await by(1, kept, 'accept'), 200);
    const look = async () => {
      await exchange.sql(
        "update referrals set deadline_at = 1 where choice_id = ? and deadline = 'turn'",
        kept.id,
      );
      await exchange.minute();
      return standings(kept);
    };
    expect(await look()).toEqual(['taken_on', 'in_line', 'not_named']);
    // What the sender is not told of changes nothing for those that wait.
    expectStatus(await by(1, kept, 'not-engaged', { reason: 'cost' }), 200);
    expect(await look()).toEqual(['taken_on', 'in_line', 'not_named']);
    await exchange.sql(
      `update referrals set sender_progress = json_set(sender_progress, '$.accepted_at', ?) where id = ?`,
      Date.now() - 73 * HOUR_MS,
      at(kept.referralIds, 1),
    );
    expect(await look()).toEqual(['taken_on', 'not_asked', 'not_named']);
    expect((await eventsOf(kept)).at(-1)).toMatchObject({
      type: 'referral.withdrawn',
      actor: 'system',
      data: { reason: 'not_needed' },
    });
    expect(await read(kept)).toMatchObject({
      state: 'taken_on',
      candidates: [{ state: 'accepted' }, {}, {}],
    });
  });

  test('a decline cannot be undone once the next is asked; of the last one it can', async () => {
    const offered = await chosen([1, 2]);
    const declined = await decline(1, offered);
    expect(declined.body.allowed_moves).toEqual(['undo']);
    expect(await by(1, offered, 'undo')).toMatchObject({
      status: 409,
      body: { code: 'illegal_transition', state: 'declined', allowed_moves: [] },
    });
    await decline(2, offered);
    expect((await read(offered)).state).toBe('exhausted');
    expectStatus(await by(2, offered, 'undo'), 200);
    expect(await standings(offered)).toEqual(['declined', 'asked', 'not_named']);
  });

  test('a plain decline cannot be undone either once its sender has sent the client elsewhere', async () => {
    const [first, second] = some(2) as [Practice, Practice];
    const body = referralInput(first);
    const { id } = expectStatus(await bySender('/v1/referrals', body), 201).body;
    expectStatus(await move(exchange, first, id, 'decline', { reason: 'at_capacity' }), 200);
    const next = { ...body, receiver_practice_id: second.id, previous_id: id };
    expectStatus(await bySender('/v1/referrals', next), 201);
    expect((await move(exchange, first, id, 'undo')).body.code).toBe('illegal_transition');
  });
});

describe('the client', () => {
  test('is told at the field what is wrong with an order, and nothing is written', async () => {
    const offered = await offer();
    const nobody = await nameInOrder(offered, []);
    expect([nobody.status, String(nobody.body)]).toEqual([
      422,
      expect.stringContaining('Choose at least one'),
    ]);
    expect(String(nobody.body)).toContain('href="#rank-1"');
    const twice = await offered.client.say('/grant', {
      'rank-1': '1',
      'rank-3': '1',
      feedback: 'no',
      signature: 'Quillon Testperson',
      agree: 'yes',
    });
    expect(twice.status).toBe(422);
    expect(String(twice.body)).toContain('href="#rank-3"');
    expect(String(twice.body)).toMatch(/name="rank-1"[\s\S]*?value="1" selected/);
    expect(await standings(offered)).toEqual(['offered', 'offered', 'offered']);
    // A place may be left free: the order is what counts.
    const gaps = { 'rank-2': '3', 'rank-1': '5' };
    expectStatus(
      await offered.client.say('/grant', {
        ...gaps,
        feedback: 'no',
        signature: 'Quillon Testperson',
        agree: 'yes',
      }),
      303,
    );
    expect(await standings(offered)).toEqual(['in_line', 'asked', 'not_named']);
    // The same form once more changes nothing.
    expectStatus(await nameInOrder(offered, [3, 2, 1]), 303);
    expect(await standings(offered)).toEqual(['in_line', 'asked', 'not_named']);
  });

  test('is not offered what the sender took back before the answer, and reads the page again', async () => {
    const offered = await offer();
    const before = await offered.client.read();
    const [, hash = ''] = /name="text_hash" value="(\w+)"/.exec(String(before.body)) ?? [];
    expectStatus(await bySender(`/v1/referrals/${at(offered.referralIds, 1)}/withdraw`), 200);
    const stale = await nameInOrder(offered, [1, 2], { text_hash: hash });
    expect(stale.status).toBe(422);
    expect(String(stale.body)).toContain('This page had changed');
    expect(String(stale.body)).not.toContain('Alder Counseling');
    expectStatus(await nameInOrder(offered, [2]), 303);
    expect(await standings(offered)).toEqual(['not_asked', 'asked', 'not_named']);
  });

  test('keeps the link while one of them is open, however long ago the first one ended', async () => {
    const offered = await chosen([1, 2]);
    await decline(1, offered);
    await exchange.sql(
      "update referrals set sender_progress = json_set(sender_progress, '$.ended_at', 1) where id = ?",
      at(offered.referralIds, 1),
    );
    await exchange.minute();
    const page = String((await offered.client.read()).body);
    expect(page).toContain('<strong>Birch Careers<');
    expect(page).not.toContain('<strong>Alder Counseling<');
    expectStatus(await offered.client.revoke(), 303);
    expect((await read(offered)).candidates[1].state).toBe('revoked');
  });

  test('chooses none, and nobody learns anything', async () => {
    const offered = await offer();
    expectStatus(await offered.client.deny(), 303);
    expect(await read(offered)).toMatchObject({ state: 'refused', current_referral_id: null });
    expect(String((await offered.client.read()).body)).toContain('You chose none');
    for (const place of [1, 2, 3]) expect((await by(place, offered, 'accept')).status).toBe(404);
  });

  test('stops it while one is asked and others wait: every consent ends, and nobody is asked any more', async () => {
    const offered = await chosen([2, 1, 3]);
    await decline(2, offered);
    expectStatus(await offered.client.revoke(), 303);
    expect(await read(offered)).toMatchObject({
      state: 'revoked',
      candidates: [
        { state: 'revoked' },
        { state: 'declined' },
        { state: 'consent_denied', standing: 'not_asked' },
      ],
    });
    const active = await exchange.sql(
      `select 1 from consents where revoked_at is null
       and referral_id in (select id from referrals where choice_id = ?)`,
      offered.id,
    );
    expect(active).toEqual([]);
    const page = String((await offered.client.read()).body);
    expect(page).toContain('You have taken your permission back');
    expect(page).not.toContain('Yes, stop it');
    expect(await offered.client.read('/receipt.json')).toMatchObject({
      status: 200,
      body: [{ piiControllers: [{}, {}] }, {}, {}],
    });
  });

  test('has one link for all, which does not lead to the page of one; a lost one is made anew', async () => {
    const offered = await chosen([1, 2]);
    const token = offered.path.split('/').at(-1);
    expect((await exchange.call(null, `/consent/${token}`)).status).toBe(404);
    const one = await bySender(`/v1/referrals/${at(offered.referralIds, 2)}/consent-request`);
    expect(one.body).toMatchObject({ code: 'invalid_state', detail: expect.stringContaining(offered.id) });
    const again = expectStatus(await bySender(`/v1/choices/${offered.id}/consent-request`), 201).body;
    expect((await exchange.call(null, offered.path)).status).toBe(404);
    const path = new URL(again.consent_url).pathname;
    expect(String((await exchange.call(null, path)).body)).toContain('Your copy');
    expect((await read(offered)).consent_url).toBeNull();
  });

  test('is offered what each would get: the answers to its own questions go to nobody else', async () => {
    const [first, second] = some(2) as [Practice, Practice];
    const ask = (practice: Practice, name: string, required: string[]) =>
      exchange.call(practice.key, '/v1/practice/intake-forms', {
        body: {
          service: 'career_counseling',
          questions: {
            type: 'object',
            properties: { [name]: { type: 'string', title: `${name}?` } },
            required,
          },
        },
      });
    expectStatus(await ask(first, 'payer', ['payer']), 200);
    expectStatus(await ask(second, 'school', []), 200);
    const body = choiceInput([first, second]);
    const withAnswers = (intake: object) => ({ ...body, client: { ...body.client, intake } });
    expect((await bySender('/v1/referrals', withAnswers({ payer: 'x', shoe: 'y' }))).body.errors).toEqual([
      expect.objectContaining({ pointer: '/client/intake/shoe' }),
    ]);
    expect((await bySender('/v1/referrals', withAnswers({ school: 'y' }))).body).toMatchObject({
      practice_id: first.id,
      errors: [{ pointer: '/client/intake/payer' }],
    });
    const offered = await offerChoice(exchange, world.sender, [first, second], {
      client: { ...body.client, intake: { payer: 'ANSWERPAYER', school: 'ANSWERSCHOOL' } },
    });
    expectStatus(await nameInOrder(offered, [1, 2], { category: ['intake', 'notes'] }), 303);
    await decline(1, offered);
    const accepted = expectStatus(await by(2, offered, 'accept'), 200).body;
    expect(accepted.client.intake).toEqual([{ name: 'school', question: 'school?', answer: 'ANSWERSCHOOL' }]);
    await exchange.sql('delete from intake_forms');
  });
});

describe('the sender', () => {
  test('takes back the whole: by one call, or by withdrawing the one that is asked; one that waits goes alone', async () => {
    const whole = await chosen([1, 2]);
    const { version } = await read(whole);
    const path = `/v1/choices/${whole.id}/withdraw`;
    const stale = await exchange.call(world.sender.key, path, {
      method: 'POST',
      headers: { 'If-Match': `"${version - 1}"` },
    });
    expect(stale.status).toBe(412);
    expect(expectStatus(await bySender(path), 200).body).toMatchObject({ state: 'withdrawn' });
    expect((await bySender(path)).body.code).toBe('invalid_state');

    const asked = await chosen([1, 2]);
    expectStatus(await bySender(`/v1/referrals/${at(asked.referralIds, 2)}/withdraw`), 200);
    expect(await standings(asked)).toEqual(['asked', 'not_asked', 'not_named']);
    const both = await chosen([3, 1]);
    expectStatus(await bySender(`/v1/referrals/${at(both.referralIds, 3)}/withdraw`), 200);
    expect(await standings(both)).toEqual(['not_asked', 'not_named', 'ended']);
    expect((await read(both)).state).toBe('withdrawn');
  });

  test('records no consent for one of several, and sends none that is on record', async () => {
    const offered = await offer();
    const id = at(offered.referralIds, 1);
    const first = expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}`), 200).body;
    expect(first.allowed_moves).toEqual(['withdraw']);
    const recorded = await bySender(`/v1/referrals/${id}/consent`, consentInput());
    expect(recorded.body).toMatchObject({
      code: 'illegal_transition',
      detail: expect.stringContaining('chooses'),
    });
    const refused = async (change: Record<string, unknown>) =>
      (await bySender('/v1/referrals', { ...choiceInput(some(3)), ...change })).body.errors?.map(
        ({ pointer }: { pointer: string }) => pointer,
      );
    expect(await refused({ consent: consentInput() })).toEqual(['/consent/method']);
    expect(await refused({ consent: undefined })).toEqual(['/consent']);
    expect(await refused({ receiver_practice_id: at(practices, 1).id })).toEqual(['/receiver_practice_id']);
    expect(await refused({ candidates: undefined })).toEqual(['/receiver_practice_id']);
    expect(await refused({ candidates: [at(practices, 1).id] })).toEqual(['/candidates']);
    expect(await refused({ candidates: [at(practices, 1).id, at(practices, 1).id] })).toEqual([
      '/candidates',
    ]);
    expect(await refused({ candidates: [at(practices, 1).id, world.sender.id] })).toEqual(['/candidates/1']);
    const reason = { method: 'hosted', single_option_reason: 'only_one_nearby' };
    expect(await refused({ consent: reason })).toEqual(['/consent/single_option_reason']);
  });

  test('is told beforehand which of them could not be sent to, and by what', async () => {
    const { client: _client, consent: _consent, ...draft } = choiceInput([at(practices, 1), world.receiver]);
    const stranger = 'prc_01k8vaz3hhf7cs8zq8f6h0d8tq';
    const candidates = [...draft.candidates, stranger];
    const body = { ...draft, candidates, consent: { method: 'hosted' } };
    expect(expectStatus(await bySender('/v1/referrals/check', body), 200).body).toMatchObject({
      sendable: false,
      receiver: null,
      reasons: [{ code: 'no_active_partnership' }],
      candidates: [
        {
          practice_id: at(practices, 1).id,
          sendable: true,
          reasons: [],
          receiver: { name: 'Alder Counseling' },
        },
        { sendable: true },
        {
          practice_id: stranger,
          sendable: false,
          reasons: [{ code: 'no_active_partnership' }],
          receiver: null,
        },
      ],
    });
    expect(
      (await bySender('/v1/referrals', choiceInput([at(practices, 1), { id: stranger } as Practice]))).body,
    ).toMatchObject({ code: 'no_active_partnership', practice_id: stranger });
  });

  test('erases the client from all of them with one call; a month counts the way once', async () => {
    const month = `?month=${thisMonth()}`;
    const sentBy = async (key: string) =>
      expectStatus(await exchange.call(key, `/v1/reports/reciprocity${month}`), 200).body.totals.referrals;
    const before = { sender: await sentBy(world.sender.key), second: await sentBy(at(practices, 2).key) };
    const offered = await chosen([1, 2, 3]);
    await decline(1, offered);
    expectStatus(await by(2, offered, 'accept'), 200);
    expect((await sentBy(world.sender.key)).given).toBe(before.sender.given + 1);
    // The one that was asked second counts what it received, as of any other referral.
    expect((await sentBy(at(practices, 2).key)).received).toBe(before.second.received + 1);
    const id = at(offered.referralIds, 3);
    const exported = expectStatus(
      await exchange.call(world.sender.key, `/v1/referrals/${id}/export`),
      200,
    ).body;
    expect(exported.choice).toMatchObject({ id: offered.id, state: 'taken_on' });
    expectStatus(await bySender(`/v1/referrals/${id}/erase`), 200);
    const left = await exchange.sql(
      'select 1 from client_records where referral_id in (select id from referrals where choice_id = ?)',
      offered.id,
    );
    expect(left).toEqual([]);
    expect((await exchange.call(null, offered.path)).status).toBe(404);
    expect((await by(2, offered, 'engage')).status).toBe(409);
  });

  test('hears that the client did not answer, and that the consent ran out for all', async () => {
    const unanswered = await offer();
    await exchange.sql('update referrals set deadline_at = 1 where choice_id = ?', unanswered.id);
    await exchange.minute();
    expect((await read(unanswered)).state).toBe('expired');
    expect(String((await unanswered.client.read()).body)).toContain('The time for this is over');

    const ranOut = await chosen([2, 1]);
    await exchange.sql(
      `update consents set granted_at = ?1 - 5, expires_at = ?1
       where referral_id in (select id from referrals where choice_id = ?2)`,
      Date.now() - DAY_MS,
      ranOut.id,
    );
    await exchange.minute();
    expect(await standings(ranOut)).toEqual(['not_asked', 'unanswered', 'not_named']);
    expect(await eventsOf(ranOut, at(practices, 1))).toEqual([]);
  });
});

test('the database itself asks one at a time, in the client’s order, with a consent, and keeps the order', async () => {
  const { referralIds, id } = await chosen([2, 1]);
  const refuses = (text: string, ...values: unknown[]) =>
    expect(exchange.sql(text, ...values)).rejects.toThrow(/guard: choice/);
  const send = "update referrals set state = 'sent', sent_at = 1 where id = ?";
  await refuses(send, at(referralIds, 1));
  await refuses('update referrals set choice_rank = 1 where id = ?', at(referralIds, 1));
  await refuses('update referrals set choice_rank = 3 where id = ?', at(referralIds, 3));
  await refuses('update referrals set choice_id = null where id = ?', at(referralIds, 3));
  await refuses('update choices set decided_at = 1 where id = ?', id);
  await exchange.sql(
    "update referrals set state = 'declined', decline_reason = 'other' where id = ?",
    at(referralIds, 2),
  );
  await exchange.sql('update consents set revoked_at = 1 where referral_id = ?', at(referralIds, 1));
  await refuses(send, at(referralIds, 1));
});

/** What a receiver reads anywhere, without what differs between any two referrals. */
const comparable = (body: unknown) =>
  JSON.stringify(body)
    .replaceAll(/[a-z]{3}_[0-9a-z]{26,}/g, 'ID')
    .replaceAll(/quillon\.testperson\+\d+/g, 'MAIL')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');

test('who is asked second reads, hears and counts what it would of a referral to it alone', async () => {
  const [first, second] = some(2) as [Practice, Practice];
  const seeing = async (id: string, happens: (segment: string, body?: unknown) => Promise<Answer>) => {
    const seen: unknown[] = [];
    const callsOf = async (answer: Promise<Answer>) => expectStatus(await answer, 200).cost?.calls;
    const look = async () => {
      const shown = await exchange.call(second.key, `/v1/referrals/${id}`);
      seen.push(shown.status, comparable(shown.body), shown.cost?.calls);
      const { consent, sent_at } = shown.body;
      if (consent?.granted_at) expect(consent.granted_at).toBe(sent_at);
      const log = await exchange.call(second.key, `/v1/referrals/${id}/disclosures`);
      const ledger = await exchange.call(second.key, `/v1/referrals/${id}/ledger`);
      const events = (await exchange.call(second.key, '/v1/events?limit=100')).body.data
        .filter(({ data }: { data: { referral_id: string } }) => data.referral_id === id)
        .map(({ type, data }: { type: string; data: object }) => [type, comparable(data)]);
      seen.push(comparable(log.body), comparable(ledger.body), events);
    };
    await look();
    seen.push(await callsOf(happens('accept')));
    await look();
    seen.push(await callsOf(happens('undo')));
    seen.push(await callsOf(happens('decline', { reason: 'at_capacity' })));
    await look();
    return seen;
  };
  const hosted = expectStatus(
    await bySender(
      '/v1/referrals',
      referralInput(second, { consent: { method: 'hosted', purposes: ['Career counseling'] } }),
    ),
    201,
  ).body;
  const alone = clientOn(exchange, new URL(hosted.consent_url).pathname);
  await alone.giveName();
  expectStatus(await alone.agree('yes'), 303);
  const plain = await seeing(hosted.id, (segment, body) => move(exchange, second, hosted.id, segment, body));
  const offered = await chosen([1, 2, 3]);
  expectStatus(
    await move(exchange, first, at(offered.referralIds, 1), 'decline', { reason: 'at_capacity' }),
    200,
  );
  const id = at(offered.referralIds, 2);
  const asked = await seeing(id, (segment, body) => move(exchange, second, id, segment, body));
  expect(asked).toEqual(plain);
});

test('each step is one read and one write, and what it reads does not grow with how much else there is', async () => {
  const costs = async () => {
    const sent = await bySender('/v1/referrals', choiceInput(some(3)));
    const { choice_id: id, consent_url } = expectStatus(sent, 201).body;
    const client = clientOn(exchange, new URL(consent_url).pathname);
    await client.giveName();
    const page = await client.read();
    const answered = expectStatus(await nameInOrder({ client }, [1, 2]), 303);
    const shown = await exchange.call(world.sender.key, `/v1/choices/${id}`);
    const referralIds = shown.body.candidates.map(({ referral_id }: { referral_id: string }) => referral_id);
    const declined = await decline(1, { id, client, path: '', referralIds });
    const taken = await bySender(`/v1/choices/${id}/withdraw`);
    return { sent, page, answered, shown, declined, taken };
  };
  const first = await costs();
  // None of them waits: how many wait at a practice is counted, up to its limit.
  for (let more = 0; more < 4; more += 1) await (await offer()).client.deny();
  const last = await costs();
  for (const [name, { cost }] of Object.entries(last)) {
    const isRead = name === 'page' || name === 'shown';
    expect([name, cost?.calls]).toEqual([name, isRead ? 1 : 2]);
    const before = first[name as keyof typeof first].cost?.read ?? 0;
    expect([name, Math.abs((cost?.read ?? 0) - before) <= 3]).toEqual([name, true]);
  }
});
