/** What both sides write while they work with the client: only on an open referral, and only what the other may read. */
import { allowsFeedback, isActive } from '../consents/consents.schemas.ts';
import type { Query, Statement } from '../platform/db/database.ts';
import type { ReferralState } from '../platform/db/states.ts';
import { Problem, suspended } from '../platform/problem.ts';
import { noteReferral } from './change.ts';
import type { OpenedReferral } from './file.ts';
import type { ClientRecordRow } from './referrals.repository.ts';

const WORKING_STATES: readonly ReferralState[] = ['accepted', 'waitlisted', 'engaged'];

/**
 * Judged by what the side was told: a sender without the way back writes as long as the referral looks open to it. A
 * receiver without it does not write, as nobody would ever read it; so there is nothing that could be told by its absence.
 * @returns with what is sealed
 * @throws Problem 403, 409
 */
export function requireWorking({ told, consent, record }: OpenedReferral, now: number): ClientRecordRow {
  if (told.isSuspended) throw suspended();
  const { state } = told.progress;
  if (!record || !WORKING_STATES.includes(state)) {
    const detail = record
      ? `The referral is ${state}: plan and messages are written from the acceptance to the end.`
      : 'The client of this referral was erased.';
    throw new Problem('invalid_state', detail, { state, allowed_moves: [...told.moves] });
  }
  if (!consent || !isActive(consent, now))
    throw new Problem('consent_not_active', 'The client’s consent has ended: nothing more is passed on.');
  if (told.side === 'receiver' && !allowsFeedback(consent, now)) {
    const detail = 'The client allowed no news to the sender, who would never read this.';
    throw new Problem('outcome_withheld', detail, { state, allowed_moves: [...told.moves] });
  }
  return record;
}

/** That something was written, not what: the sender hears of what the receiver wrote only by the way back. */
export const noteWork = (
  query: Query,
  { referral, told, consent }: OpenedReferral,
  type: 'referral.message_posted' | 'referral.plan_changed',
  data: Record<string, unknown>,
  now: number,
): Statement[] =>
  noteReferral(
    query,
    referral,
    {
      type,
      actor: told.side,
      needsFeedback: told.side === 'receiver',
      feedback: allowsFeedback(consent, now),
      data,
    },
    now,
  ).statements;
