/** From a change of a referral to the statements that make it: the row, its event, who is told, what is due next. */

import { type CauseOf, type EventType, ruleOf } from '../ledger/event-types.ts';
import { recordEvent } from '../ledger/outbox.ts';
import type { Query, Statement } from '../platform/db/database.ts';
import {
  applyMove,
  type LastMove,
  type Move,
  nextDeadline,
  type Party,
  type Progress,
  revokeProgress,
  tellsOutcome,
  undoMove,
  undoOf,
} from './lifecycle.ts';
import { updateReferral } from './referrals.repository.ts';
import { lastMoveOf, progressOf, senderProgressOf } from './told.ts';
import { conceal, type NamedReferralRow, type ReferralRow, reveal, type TrueReferral } from './truth.ts';

export interface Change {
  readonly move: Move;
  readonly by: Party;
  readonly reason?: string | undefined;
  readonly professionalId?: string | undefined;
  /** Whether the consent lets outcomes reach the sender at this moment. */
  readonly feedback: boolean;
  /** Of the consent that is recorded with the move. */
  readonly feedbackUntil?: number | null | undefined;
}

export type ReferralEvent = Extract<EventType, `referral.${string}` | `consent.${string}`>;

const EVENT_OF_MOVE: Record<Move, ReferralEvent> = {
  record_consent: 'referral.sent',
  deny_consent: 'consent.denied',
  accept: 'referral.accepted',
  decline: 'referral.declined',
  request_info: 'referral.info_requested',
  provide_info: 'referral.info_provided',
  waitlist: 'referral.waitlisted',
  record_contact: 'referral.contact_recorded',
  engage: 'referral.engaged',
  mark_not_engaged: 'referral.not_engaged',
  complete: 'referral.completed',
  withdraw: 'referral.withdrawn',
  revoke_consent: 'consent.revoked',
  expire: 'referral.expired',
  undo: 'referral.move_undone',
};

export interface Announcement {
  readonly type: ReferralEvent;
  readonly actor: CauseOf<ReferralEvent>;
  /** Left out where the table of events decides it by itself. */
  readonly needsFeedback?: boolean;
  /** Whether the consent lets outcomes reach the sender at this moment. */
  readonly feedback?: boolean;
  readonly data: Record<string, unknown>;
}

/** The referral afterwards, and the statements that lead to it. */
export interface Changed {
  readonly referral: TrueReferral;
  readonly statements: Statement[];
}

/** What may tell an outcome needs the way back, unless somebody has looked and said that it does not. */
const needsFeedbackOf = ({ type, needsFeedback }: Announcement): boolean =>
  needsFeedback ?? ruleOf(type).needsFeedback !== undefined;

/** @param row as it is after the change */
export function whoHears({ sent_at }: Pick<ReferralRow, 'sent_at'>, announcement: Announcement) {
  const { hears } = ruleOf(announcement.type);
  return {
    sender: hears.includes('sender') && (!needsFeedbackOf(announcement) || announcement.feedback === true),
    receiver: hears.includes('receiver') && sent_at !== null,
  };
}

/** The event of a change that has led to `row`. Each side counts only what it is told. */
export function announce(
  query: Query,
  referral: TrueReferral,
  announcement: Announcement,
  now: number,
): Statement[] {
  const row = reveal(referral);
  const { type, actor, data } = announcement;
  const heard = whoHears(row, announcement);
  const sender = {
    practice_id: row.sender_practice_id,
    sequence: row.sender_version,
    needs_feedback: needsFeedbackOf(announcement),
  };
  const receiver = { practice_id: row.receiver_practice_id, sequence: row.receiver_version };
  return recordEvent(
    query,
    {
      type,
      actor,
      referral: { id: row.id, sequence: row.version },
      parties: { sender: heard.sender ? sender : null, receiver: heard.receiver ? receiver : null },
      data: { ...data },
    },
    now,
  );
}

/** A fact about a referral, whatever else it changes: the version goes on, for each side as far as it is told. */
export function noteReferral(
  query: Query,
  referral: TrueReferral,
  announcement: Announcement,
  now: number,
  update: Partial<ReferralRow> = {},
): Changed {
  const row = reveal(referral);
  const heard = whoHears({ ...row, ...update }, announcement);
  const change: Partial<ReferralRow> = {
    ...update,
    version: row.version + 1,
    updated_at: now,
    ...(heard.sender ? { sender_version: row.sender_version + 1, sender_updated_at: now } : {}),
    ...(heard.receiver ? { receiver_version: row.receiver_version + 1, receiver_updated_at: now } : {}),
  };
  const changed = conceal({ ...row, ...change });
  return {
    referral: changed,
    statements: [updateReferral(query, row.id, change), ...announce(query, changed, announcement, now)],
  };
}

/** Whether the sender hears of the move only with the consent's `feedback` direction. */
export function needsTheWayBack(move: Move, before: Progress, after: Progress): boolean {
  const { needsFeedback } = ruleOf(EVENT_OF_MOVE[move]);
  return needsFeedback === 'where_it_tells_an_outcome'
    ? tellsOutcome(move, before, after)
    : needsFeedback === 'always';
}

const dueNext = (row: NamedReferralRow, after: Progress, now: number) => {
  const next = nextDeadline(after, row.created_at, row.respond_within_ms, now);
  return { deadline: next?.deadline ?? null, deadline_at: next?.deadline_at ?? null };
};

function progressAfter(row: NamedReferralRow, before: Progress, change: Change, now: number): Progress {
  if (change.move !== 'undo') {
    const { reason, professionalId } = change;
    return applyMove(before, change.move, now, {
      respondWithinMs: row.respond_within_ms,
      reason,
      professionalId,
    });
  }
  if (!row.undo_progress) throw new Error('The move to undo left nothing to go back to.');
  return undoMove({ ...before, ...(row.undo_progress as Partial<Progress>) }, lastMoveOf(row), now);
}

/** A move of the lifecycle; the caller has checked that it is allowed. */
export function changeReferral(query: Query, referral: TrueReferral, change: Change, now: number): Changed {
  const row = reveal(referral);
  const before = progressOf(row);
  const last: LastMove = lastMoveOf(row);
  const after = progressAfter(row, before, change, now);
  // Without the way back the sender's view goes on from what the sender knows, not from what is true. An undo that
  // it is told of goes back to before the acceptance, where there is nothing to hide.
  const senderAfter =
    change.feedback || change.move === 'undo'
      ? after
      : progressAfter(row, senderProgressOf(row), change, now);
  const isUndoable = change.by === 'receiver' && change.move !== 'undo';
  const announcement = {
    type: EVENT_OF_MOVE[change.move],
    actor: change.by,
    needsFeedback: needsTheWayBack(change.move, before, after),
    feedback: change.feedback,
    data: {
      state: after.state,
      ...(change.reason === undefined ? {} : { reason: change.reason }),
      ...(change.move === 'undo' ? { undone_move: last.move } : {}),
    },
  };
  return noteReferral(query, referral, announcement, now, {
    ...after,
    ...dueNext(row, after, now),
    ...(change.feedbackUntil === undefined ? {} : { sender_feedback_until: change.feedbackUntil }),
    ...(change.move === 'record_contact'
      ? {}
      : {
          last_move: change.move,
          last_move_by: change.by,
          last_move_at: now,
          undo_progress: isUndoable ? undoOf(before, after) : null,
        }),
    ...(whoHears(after, announcement).sender
      ? { sender_progress: senderAfter, sender_state: senderAfter.state }
      : {}),
  });
}

/** No outcome reaches the sender any more; that the client had once allowed it stays known. */
export const endFeedback = ({ sender_feedback_until }: ReferralRow): Partial<ReferralRow> =>
  sender_feedback_until === null ? {} : { sender_feedback_until: 0 };

/** The client took the consent back. Each side's view ends as far as it had not ended for that side. */
export function revokeReferral(query: Query, referral: TrueReferral, now: number): Changed {
  const row = reveal(referral);
  const senderAfter = revokeProgress(senderProgressOf(row), now);
  const announcement = {
    type: 'consent.revoked',
    actor: 'client',
    data: {},
  } as const;
  return noteReferral(query, referral, announcement, now, {
    ...revokeProgress(progressOf(row), now),
    ...endFeedback(row),
    last_move: 'revoke_consent',
    last_move_by: 'client',
    last_move_at: now,
    undo_progress: null,
    deadline: null,
    deadline_at: null,
    sender_progress: senderAfter,
    sender_state: senderAfter.state,
  });
}
