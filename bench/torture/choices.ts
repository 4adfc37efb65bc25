/** Referrals to several practices, among which the client chooses. */
import { nameInOrder } from '../../tests/support/choice.ts';
import { clientOn } from '../../tests/support/client.ts';
import type { Practice } from '../../tests/support/world.ts';
import { type Hand, HOSTED, nextClientName, wishFor } from './hand.ts';
import type { SeenChoice } from './observed.ts';
import type { Referral } from './traffic.ts';

const CANDIDATES_COUNT = 3;

interface Offered extends SeenChoice {
  readonly path: string;
  readonly clientName: string;
}

/** @param partners of the sender; what is sent to them is added to `referrals` */
export function choicesOf(
  hand: Hand,
  sender: Practice,
  partners: readonly Practice[],
  referrals: Referral[],
) {
  const { act, pick, press, random, read, shuffle, exchange } = hand;
  const choices: Offered[] = [];

  async function offer(): Promise<void> {
    const clientName = nextClientName(hand);
    const candidates = shuffle(partners).slice(0, CANDIDATES_COUNT);
    const body = { ...wishFor(clientName), candidates: candidates.map(({ id }) => id), consent: HOSTED };
    const asked = { name: 'send', referralId: null, practice: sender, clientName };
    const sent = await act(asked, '/v1/referrals', { body });
    if (sent?.status !== 201) return;
    const { choice_id: id, consent_url } = sent.body;
    const choice = (await read(sender, `/v1/choices/${id}`)).body;
    const referralIds = choice.candidates.map((one: { referral_id: string }) => one.referral_id) as string[];
    choices.push({ id, referralIds, clientName, path: new URL(consent_url).pathname });
    for (const [index, receiver] of candidates.entries())
      referrals.push({ id: referralIds[index] as string, sender, receiver, consentPath: null, clientName });
  }

  /** On the page: names some in an order, or nobody, or takes it all back. */
  async function answer(): Promise<void> {
    if (choices.length === 0) return;
    const { path, clientName, referralIds } = pick(choices.slice(-10));
    const client = clientOn(exchange, path);
    const order = shuffle(referralIds.map((_id, index) => index + 1)).filter(() => random() < 0.8);
    const takesBack = random() < 0.1;
    await press({ name: 'choose', referralId: referralIds[0] ?? null }, async () => {
      await client.giveName(clientName);
      if (takesBack) return client.revoke();
      return order.length === 0 ? client.deny() : nameInOrder({ client }, order);
    });
  }

  /** Declines make the turn pass: who is asked is asked for it more often than by chance. */
  async function decline(): Promise<void> {
    if (choices.length === 0) return;
    const declined = pick(pick(choices.slice(-10)).referralIds);
    const referral = referrals.find(({ id }) => id === declined);
    if (!referral) return;
    await act(
      { name: 'decline', referralId: referral.id, practice: referral.receiver },
      `/v1/referrals/${referral.id}/decline`,
      { body: { reason: 'at_capacity' } },
    );
  }

  async function withdraw(): Promise<void> {
    if (choices.length === 0) return;
    const { id } = pick(choices);
    const asked = { name: 'withdraw choice', referralId: null, practice: sender };
    await act(asked, `/v1/choices/${id}/withdraw`, { method: 'POST' });
  }

  return { choices, offer, answer, decline, withdraw };
}
