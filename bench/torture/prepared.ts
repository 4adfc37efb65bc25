/** Referrals that are prepared for colleagues who do not take part yet, and sent when they do. */

import { inviteColleague, registerBy } from '../../tests/support/joining.ts';
import { expectStatus, type Practice } from '../../tests/support/world.ts';
import { type Hand, HOSTED, nextClientName, wishFor } from './hand.ts';
import type { SeenPrepared } from './observed.ts';
import type { Referral } from './traffic.ts';

const COLLEAGUES_COUNT = 10;

interface Colleague {
  readonly invitationId: string;
  readonly practice: Practice;
  isAdmitted: boolean;
}
type Prepared = Pick<SeenPrepared, 'id'> & { readonly colleague: Colleague; readonly clientName: string };

async function register({ exchange }: Hand, operator: string, inviter: Practice): Promise<Colleague> {
  const invitation = await inviteColleague(exchange, inviter);
  const { body } = expectStatus(await registerBy(exchange, invitation.token), 201);
  const registered = expectStatus(await exchange.call(operator, '/v1/registrations'), 200).body.data as {
    id: string;
    credential: { id: string };
  }[];
  const credentialId = registered.find(({ id }) => id === invitation.id)?.credential.id ?? '';
  const verified = { body: { source: 'Look-up' } };
  expectStatus(await exchange.call(operator, `/v1/credentials/${credentialId}/verify`, verified), 200);
  const made = await exchange.call(operator, `/v1/practices/${body.practice_id}/keys`, {
    body: { name: 'main' },
  });
  const key = expectStatus(made, 201).body.secret;
  return {
    invitationId: invitation.id,
    practice: { id: body.practice_id, key, professionalId: '', credentialId },
    isAdmitted: false,
  };
}

/** @param referrals to which what is sent is added */
export async function startPreparing(hand: Hand, operator: string, sender: Practice, referrals: Referral[]) {
  const { act, pick, random, exchange, note } = hand;
  const colleagues: Colleague[] = [];
  for (let count = 0; count < COLLEAGUES_COUNT; count += 1)
    colleagues.push(await register(hand, operator, sender));
  const prepared: Prepared[] = [];

  async function prepare(): Promise<void> {
    const colleague = pick(colleagues);
    const clientName = nextClientName(hand);
    const body = {
      ...wishFor(clientName),
      service: 'career_counseling',
      invitation_id: colleague.invitationId,
    };
    const made = await act(
      { name: 'prepare', referralId: null, practice: sender, clientName },
      '/v1/prepared-referrals',
      { body },
    );
    if (made?.status === 201) prepared.push({ id: made.body.id, colleague, clientName });
  }

  async function admit(): Promise<void> {
    const colleague = pick(colleagues);
    const at = Date.now();
    const path = `/v1/registrations/${colleague.invitationId}/admit`;
    const answer = await exchange.call(operator, path, { method: 'POST' }).catch(() => null);
    note({ name: 'admit', referralId: null, at, status: answer?.status ?? null });
    colleague.isAdmitted ||= answer?.status === 200;
  }

  async function discard(): Promise<void> {
    if (prepared.length === 0) return;
    const { id } = pick(prepared);
    await act({ name: 'discard', referralId: id, practice: sender }, `/v1/prepared-referrals/${id}`, {
      method: 'DELETE',
    });
  }

  async function send(): Promise<void> {
    if (prepared.length === 0) return;
    const { id, colleague, clientName } = pick(prepared.slice(-20));
    const asked = { name: 'send prepared', referralId: id, practice: sender, clientName };
    const sent = await act(asked, `/v1/prepared-referrals/${id}/send`, { body: { consent: HOSTED } });
    if (sent?.status !== 201) return;
    const { id: referralId, consent_url } = sent.body;
    if (referrals.some((one) => one.id === referralId)) return;
    const consentPath = consent_url ? new URL(consent_url).pathname : null;
    referrals.push({ id: referralId, sender, receiver: colleague.practice, consentPath, clientName });
  }

  /** One of them, most often a new one or a sending. */
  async function step(): Promise<void> {
    const chance = random();
    if (chance < 0.03) return admit();
    if (chance < 0.08) return discard();
    return chance < 0.6 ? prepare() : send();
  }

  return { prepared, newcomers: colleagues.map(({ practice }) => practice), step };
}
