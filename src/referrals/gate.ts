/** Whether a referral may go from one practice to another: partnership, practices, credentials, capacity. */
import type { SQL } from 'drizzle-orm';
import type { PartnershipRow } from '../partnerships/partnerships.repository.ts';
import { selectOpenPartnership, selectPartnership } from '../partnerships/partnerships.repository.ts';
import type { Query } from '../platform/db/database.ts';
import { many, one } from '../platform/db/plan.ts';
import { Problem, suspended } from '../platform/problem.ts';
import { type PracticeRow, selectPractice } from '../practices/practices.repository.ts';
import { selectHeldCredentials } from '../verification/credentials.repository.ts';
import { findReceiver, findSender, type HeldCredential } from '../verification/eligibility.ts';
import { idNamedBy } from './referrals.repository.ts';

export interface GateRows {
  readonly partnership: PartnershipRow | undefined;
  readonly sender: PracticeRow | undefined;
  readonly receiver: PracticeRow | undefined;
  readonly senderCredentials: readonly HeldCredential[];
  readonly receiverCredentials: readonly HeldCredential[];
}

/** What of that decides whether it may go. */
export interface GateFacts {
  readonly partnership: Pick<PartnershipRow, 'id' | 'state'> | undefined;
  readonly sender: Pick<PracticeRow, 'status'> | undefined;
  readonly receiver: Pick<PracticeRow, 'status' | 'capacity'> | undefined;
  readonly senderCredentials: readonly HeldCredential[];
  readonly receiverCredentials: readonly HeldCredential[];
}

/** What the gate must know about a referral that exists. */
export const gatePlan = (query: Query, referralId: string | SQL) => ({
  partnership: one(selectPartnership(query, idNamedBy(referralId, 'partnership_id'))),
  sender: one(selectPractice(query, idNamedBy(referralId, 'sender_practice_id'))),
  receiver: one(selectPractice(query, idNamedBy(referralId, 'receiver_practice_id'))),
  senderCredentials: many(selectHeldCredentials(query, idNamedBy(referralId, 'sender_practice_id'))),
  receiverCredentials: many(selectHeldCredentials(query, idNamedBy(referralId, 'receiver_practice_id'))),
});

/** The same, of a referral from one practice to another that is about to be made. */
export const newGatePlan = (query: Query, senderId: string, receiverId: string) => ({
  partnership: one(selectOpenPartnership(query, senderId, receiverId)),
  sender: one(selectPractice(query, senderId)),
  receiver: one(selectPractice(query, receiverId)),
  senderCredentials: many(selectHeldCredentials(query, senderId)),
  receiverCredentials: many(selectHeldCredentials(query, receiverId)),
});

/**
 * Why it may not go, in the order in which sending says it: first what this side lacks, then the other. Of a receiver
 * without an active partnership nothing is said.
 */
export function* gateRefusals(
  rows: GateFacts,
  clientJurisdiction: string,
  now: number,
  professionalId?: string,
): Generator<Problem> {
  const { partnership, sender, receiver } = rows;
  const isPartner = partnership?.state === 'active';
  if (!isPartner) {
    const known = partnership ? { partnership_id: partnership.id, state: partnership.state } : {};
    yield new Problem(
      'no_active_partnership',
      'There is no active partnership with this practice: invite it with POST /v1/partnerships, or wait for its answer.',
      known,
    );
  }
  if (sender?.status !== 'active') yield suspended();
  if (!findSender(rows.senderCredentials, now, professionalId)) {
    const who = professionalId
      ? 'This professional is not one of yours with'
      : 'No professional of yours has';
    yield new Problem(
      'practice_not_verified',
      `${who} every verified, unexpired credential that their profession requires (GET /v1/catalog).`,
    );
  }
  if (!isPartner) return;
  if (receiver?.status !== 'active')
    yield new Problem('receiver_not_eligible', 'The receiving practice is suspended.');
  if (!findReceiver(rows.receiverCredentials, now, clientJurisdiction)) {
    yield new Problem(
      'receiver_not_eligible',
      `The receiving practice has no professional with verified, unexpired credentials that cover ${clientJurisdiction}.`,
    );
  }
  if (receiver?.capacity === 'not_accepting')
    yield new Problem('receiver_not_accepting', 'The receiving practice says that it takes no clients now.');
}

/** Returns the professional through whom it is sent. @throws Problem 403 for the sender's own lack, 409 for others'. */
export function requireSendable(
  rows: GateRows,
  clientJurisdiction: string,
  now: number,
  professionalId?: string,
): string {
  const [refusal] = gateRefusals(rows, clientJurisdiction, now, professionalId);
  if (refusal) throw refusal;
  return findSender(rows.senderCredentials, now, professionalId) as string;
}

/** Why not, where the receiver lists other services and assessments. */
export function* offerRefusals({ partnership, receiver }: GateRows, service: string): Generator<Problem> {
  if (partnership?.state !== 'active') return;
  const { services = [], assessments = [] } = receiver ?? {};
  if ([...services, ...assessments].includes(service)) return;
  const offered = [...services, ...assessments].join(', ') || 'nothing yet';
  yield new Problem(
    'service_not_offered',
    `The receiving practice does not list \`${service}\`; it lists ${offered}.`,
    { offered: { services, assessments } },
  );
}

/** Returns the professional who takes the client on. @throws Problem 403 */
export function requireReceivable(
  rows: GateRows,
  clientJurisdiction: string,
  now: number,
  professionalId?: string,
): string {
  if (rows.receiver?.status !== 'active') throw suspended();
  const found = findReceiver(rows.receiverCredentials, now, clientJurisdiction, professionalId);
  if (!found) {
    const who = professionalId
      ? 'This professional is not one of yours with'
      : 'No professional of yours has';
    throw new Problem(
      'practice_not_verified',
      `${who} every verified, unexpired credential that their profession requires, for ${clientJurisdiction}.`,
    );
  }
  return found;
}
