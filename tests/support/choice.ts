/** A client who chooses among several practices. */
import { clientOn } from './client.ts';
import type { Answer, Exchange } from './harness.ts';
import { befriend, createPractice, expectStatus, type Practice, referralInput, type World } from './world.ts';

const NAMES = ['Alder Counseling', 'Birch Careers', 'Cedar House', 'Dogwood Center', 'Elder Practice'];

/** Five partners of the sender: the world's own receiver is none of them. */
export async function createCandidates(exchange: Exchange, { operator, sender }: World): Promise<Practice[]> {
  const made: Practice[] = [];
  for (const name of NAMES) {
    const practice = await createPractice(exchange, operator, { name });
    await befriend(exchange, sender, practice);
    made.push(practice);
  }
  return made;
}

/** The body of a referral to several. */
export function choiceInput(candidates: readonly Practice[], change: Record<string, unknown> = {}) {
  const [first] = candidates;
  if (!first) throw new Error('Name somebody.');
  const { receiver_practice_id: _one, ...body } = referralInput(first, {
    consent: { method: 'hosted', purposes: ['Career counseling'] },
    ...change,
  });
  return { ...body, candidates: candidates.map(({ id }) => id) };
}

export interface Offered {
  /** Of the choice. */
  readonly id: string;
  readonly path: string;
  readonly client: ReturnType<typeof clientOn>;
  /** Of the referrals, in the sender's order. */
  readonly referralIds: readonly string[];
}

export async function offerChoice(
  exchange: Exchange,
  sender: Practice,
  candidates: readonly Practice[],
  change: Record<string, unknown> = {},
): Promise<Offered> {
  const sent = await exchange.call(sender.key, '/v1/referrals', { body: choiceInput(candidates, change) });
  const { choice_id: id, consent_url } = expectStatus(sent, 201).body;
  const path = new URL(consent_url).pathname;
  const client = clientOn(exchange, path);
  await client.giveName();
  const choice = expectStatus(await exchange.call(sender.key, `/v1/choices/${id}`), 200).body;
  return {
    id,
    path,
    client,
    referralIds: choice.candidates.map(({ referral_id }: { referral_id: string }) => referral_id),
  };
}

/** @param order places in the sender's order, from 1, as the client names them */
export const nameInOrder = (
  { client }: Pick<Offered, 'client'>,
  order: readonly number[],
  { feedback = 'yes', ...more }: Record<string, string | string[]> = {},
): Promise<Answer> =>
  client.say('/grant', {
    ...Object.fromEntries(order.map((place, index) => [`rank-${place}`, String(index + 1)])),
    feedback,
    signature: 'Quillon Testperson',
    agree: 'yes',
    ...more,
  });
