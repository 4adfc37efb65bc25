/** Over random answers, silences, withdrawals and revocations: what holds of every choice, whatever happens to it. */
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createCandidates, nameInOrder, type Offered, offerChoice } from '../support/choice.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { CLIENT_WORDS, expectStatus, move, type Practice } from '../support/world.ts';

useWorld();
let practices: Practice[];
beforeAll(async () => {
  practices = await createCandidates(exchange, world);
});

const STEPS = [
  'decline',
  'accept',
  'undo',
  'question',
  'answer',
  'engage',
  'not_engaged',
  'silence',
  'look',
  'withdraw_one',
  'withdraw',
  'stop',
  'lapse',
  'consent_ends',
  'choose_again',
  'erase',
] as const;
type Step = { readonly do: (typeof STEPS)[number]; readonly place: number };

const COUNT = 4;
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('decline' as const, 'silence' as const) },
    { weight: 4, arbitrary: fc.constantFrom(...STEPS) },
  ),
  place: fc.integer({ min: 1, max: COUNT }),
});
const run = fc.record({
  order: fc.shuffledSubarray(
    Array.from({ length: COUNT }, (_, index) => index + 1),
    { minLength: 0, maxLength: COUNT },
  ),
  feedback: fc.constantFrom('yes', 'no'),
  steps: fc.array(step, { minLength: 2, maxLength: 9 }),
});

interface Row {
  readonly id: string;
  readonly state: string;
  readonly sent_at: number | null;
  readonly choice_place: number;
  readonly choice_rank: number | null;
  readonly receiver_practice_id: string;
}
const rowsOf = ({ id }: Offered) =>
  exchange.sql<Row>(
    'select id, state, sent_at, choice_place, choice_rank, receiver_practice_id from referrals where choice_id = ? order by choice_place',
    id,
  );
const OPEN = ['sent', 'needs_info', 'accepted', 'waitlisted', 'engaged', 'completed', 'not_engaged'];

async function happen({ do: what, place }: Step, offered: Offered, order: readonly number[]): Promise<void> {
  const practice = practices[place - 1] as Practice;
  const id = offered.referralIds[place - 1] as string;
  const bySender = (path: string, body?: unknown) =>
    exchange.call(world.sender.key, path, body === undefined ? { method: 'POST' } : { body });
  const act: Record<Step['do'], () => Promise<unknown>> = {
    decline: () => move(exchange, practice, id, 'decline', { reason: 'at_capacity' }),
    accept: () => move(exchange, practice, id, 'accept'),
    undo: () => move(exchange, practice, id, 'undo'),
    question: () => move(exchange, practice, id, 'request-info', { question: 'Since when?' }),
    answer: () => bySender(`/v1/referrals/${id}/provide-info`, { answer: 'Since spring.' }),
    engage: () => move(exchange, practice, id, 'engage'),
    not_engaged: () => move(exchange, practice, id, 'not-engaged', { reason: 'cost' }),
    silence: async () => {
      await exchange.sql(
        "update referrals set deadline = 'expire', deadline_at = 1 where choice_id = ? and state in ('sent', 'needs_info')",
        offered.id,
      );
      await exchange.minute();
    },
    look: async () => {
      await exchange.sql(
        "update referrals set deadline_at = 1 where choice_id = ? and deadline = 'turn'",
        offered.id,
      );
      await exchange.minute();
    },
    withdraw_one: () => bySender(`/v1/referrals/${id}/withdraw`),
    erase: () => bySender(`/v1/referrals/${id}/erase`),
    withdraw: () => bySender(`/v1/choices/${offered.id}/withdraw`),
    stop: () => offered.client.revoke(),
    lapse: () => exchange.sql('update credentials set suspended_at = 1 where id = ?', practice.credentialId),
    consent_ends: async () => {
      await exchange.sql(
        `update consents set granted_at = ?1 - 1, expires_at = ?1 where revoked_at is null
         and referral_id in (select id from referrals where choice_id = ?2)`,
        Date.now() - 1000,
        offered.id,
      );
      await exchange.minute();
    },
    choose_again: () => nameInOrder(offered, [...order].reverse()),
  };
  await act[what]();
}

/** What must hold after every step. */
async function hold(offered: Offered, order: readonly number[]): Promise<Row[]> {
  const rows = await rowsOf(offered);
  const ranks = rows.map(({ choice_rank }) => choice_rank);
  expect(ranks).toEqual(rows.map(({ choice_place }) => order.indexOf(choice_place) + 1 || null));
  expect(rows.filter(({ state }) => OPEN.includes(state)).length).toBeLessThanOrEqual(1);
  // Who was asked was asked in the client's order, and nobody who was not named.
  const sent = rows
    .filter(({ sent_at }) => sent_at !== null)
    .sort((one, other) => (one.choice_rank ?? 0) - (other.choice_rank ?? 0));
  expect(sent.every(({ choice_rank }) => choice_rank !== null)).toBe(true);
  const times = sent.map(({ sent_at }) => sent_at as number);
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  // Nothing leaves without a consent that names that receiver.
  const loose = await exchange.sql(
    `select 1 from disclosures as left_ join referrals as r on r.id = left_.referral_id
     where r.choice_id = ? and (r.sent_at is null or not exists (
       select 1 from consents as c where c.id = left_.consent_id and c.referral_id = r.id))`,
    offered.id,
  );
  expect(loose).toEqual([]);
  // Nobody but the one asked learns anything, and that one nothing of the others.
  for (const row of rows) {
    const practice = practices[row.choice_place - 1] as Practice;
    const seen = await exchange.call(practice.key, `/v1/referrals/${row.id}`);
    expect([row, seen.status]).toEqual([row, row.sent_at === null ? 404 : 200]);
    expect((await exchange.call(practice.key, `/v1/choices/${offered.id}`)).status).toBe(404);
    const text = JSON.stringify(seen.body);
    const foreign = rows
      .filter(({ id }) => id !== row.id)
      .flatMap((other) => [other.id, other.receiver_practice_id]);
    for (const word of [offered.id, ...foreign]) expect(text).not.toContain(word);
    if (seen.status === 200) expect(seen.body).toMatchObject({ choice_id: null, previous_id: null });
    if (!['accepted', 'waitlisted', 'engaged', 'completed'].includes(row.state))
      for (const word of CLIENT_WORDS) expect(text).not.toContain(word);
  }
  // What a practice that was never asked hears: nothing.
  const told = await exchange.sql(
    `select 1 from events as e join event_recipients as t on t.position = e.position
     join referrals as r on r.id = e.referral_id
     where r.choice_id = ? and r.sent_at is null and t.practice_id = r.receiver_practice_id`,
    offered.id,
  );
  expect(told).toEqual([]);
  return rows;
}

test('only the one that is asked learns anything, only with its consent, in the client’s order, and it ends', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ order, feedback, steps }) => {
      await exchange.sql('update credentials set suspended_at = null');
      const offered = await offerChoice(exchange, world.sender, practices.slice(0, COUNT));
      if (order.length === 0) expectStatus(await offered.client.deny(), 303);
      else expectStatus(await nameInOrder(offered, order, { feedback }), 303);
      await hold(offered, order);
      for (const one of steps) {
        await happen(one, offered, order);
        await hold(offered, order);
      }
      // Left to itself it ends: nobody waits for ever.
      const isAsking = async () =>
        (await rowsOf(offered)).some(({ state }) => state === 'sent' || state === 'needs_info');
      for (let rounds = 0; rounds < COUNT && (await isAsking()); rounds += 1)
        await happen({ do: 'silence', place: 1 }, offered, order);
      await exchange.sql(
        `update referrals set sender_progress = json_set(sender_progress, '$.accepted_at', 1)
         where choice_id = ? and sender_progress ->> 'accepted_at' is not null`,
        offered.id,
      );
      await happen({ do: 'look', place: 1 }, offered, order);
      const rows = await hold(offered, order);
      expect(rows.filter(({ state }) => ['awaiting_consent', 'sent', 'needs_info'].includes(state))).toEqual(
        [],
      );
      const { state } = (await exchange.call(world.sender.key, `/v1/choices/${offered.id}`)).body;
      expect(['choosing', 'asking']).not.toContain(state);
      // The client can look whatever became of it, as long as anything of them is here.
      const isErased = steps.some((one) => one.do === 'erase');
      expect((await offered.client.read()).status).toBe(isErased ? 404 : 200);
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 120_000);
