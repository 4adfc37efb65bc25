/** The referral that a new one goes on from: to somebody else, of the same client. */

import type { Query } from '../platform/db/database.ts';
import { one } from '../platform/db/plan.ts';
import type { ReferralState } from '../platform/db/states.ts';
import { invalidInput } from '../platform/problem.ts';
import type { Vault } from '../platform/vault/vault.ts';
import type { Client } from './client.schemas.ts';
import { selectIdentityDisclosure } from './disclosure.repository.ts';
import { foldName } from './names.ts';
import { type ClientRecordRow, selectClientRecord, selectReferral } from './referrals.repository.ts';
import { toldTo } from './told.ts';
import type { TrueReferral } from './truth.ts';

/** A referral that ended so may be followed by one to somebody else. */
const CONTINUABLE_STATES: readonly ReferralState[] = ['declined', 'expired', 'withdrawn', 'not_engaged'];

/** @param practiceId of whoever goes on from it */
export const previousPlan = (query: Query, previousId: string, practiceId: string) => ({
  referral: one(selectReferral(query, previousId)),
  record: one(selectClientRecord(query, previousId)),
  identityDisclosure: one(selectIdentityDisclosure(query, previousId, practiceId)),
});

export interface Previous {
  readonly referral: TrueReferral | undefined;
  readonly record: ClientRecordRow | undefined;
  /** The receiver of it was told who the client is. */
  readonly identityDisclosure: object | undefined;
}

/**
 * What came before: sent, ended without an engagement as far as this side knows, and about the same client. The last
 * is asked only of whoever knows the client: to others each answer would be a guess at the name, answered.
 * @param client undefined: of a draft that names none yet
 */
export async function requirePrevious(
  vault: Vault,
  { referral, record, identityDisclosure }: Previous,
  practiceId: string,
  client: Client | undefined,
  now: number,
): Promise<void> {
  const refuse = (detail: string) => invalidInput([{ pointer: '/previous_id', detail }]);
  const previous = referral && toldTo(referral, practiceId, false, now);
  if (!previous) throw refuse('must be a referral of yours');
  const { state, sent_at } = previous.progress;
  if (sent_at === null || !CONTINUABLE_STATES.includes(state)) {
    throw refuse(`must be one that was sent and is ${CONTINUABLE_STATES.join(', ')}`);
  }
  if (!client || !record || (previous.side === 'receiver' && !identityDisclosure)) return;
  const opened = await vault.openReferralVault(previous.id, record);
  const identity = await opened.open<Client['identity']>('client_records.identity', record.identity);
  if (foldName(identity.family_name) !== foldName(client.identity.family_name)) {
    throw refuse('must be about the same client');
  }
}
