/** From a move to the statements that make it: the row, its event, who is told, and the next deadline. */
import type { Query, Statement } from '../db/database.ts';
import { recordEvent } from '../events/outbox.ts';
import type { EventActor, EventType } from '../events/types.ts';
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
} from './lifecycle.ts';
import { type ReferralRow, updateReferral } from './referrals.repository.ts';
import { lastMoveOf, progressOf, senderProgressOf } from './referrals.view.ts';

export interface Change {
  readonly move: Move;
  readonly by: Party;
  readonly reason?: string | undefined;
  readonly receiverProfessionalId?: string | undefined;
  /** Whether the consent lets outcomes reach the sender at this moment. */
  readonly feedback: boolean;
}

const EVENT_OF_MOVE: Record<Move, EventType> = {
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
  readonly type: EventType;
  readonly actor: EventActor;
  readonly toSender: boolean;
  readonly toReceiver: boolean;
  readonly needsFeedback: boolean;
  readonly data: Record<string, unknown>;
}

/** The event of a change that has led to `row`. Each side counts only what it is told. */
export function announce(
  query: Query,
  row: ReferralRow,
  announcement: Announcement,
  now: number,
): Statement[] {
  const { type, actor, toSender, toReceiver, needsFeedback, data } = announcement;
  return recordEvent(
    query,
    {
      type,
      actor,
      referral: { id: row.id, sequence: row.version },
      recipients: [
        ...(toSender
          ? [
              {
                practice_id: row.sender_practice_id,
                sequence: row.sender_version,
                needs_feedback: needsFeedback,
              },
            ]
          : []),
        ...(toReceiver
          ? [{ practice_id: row.receiver_practice_id, sequence: row.version, needs_feedback: false }]
          : []),
      ],
      data: { referral_id: row.id, ...data },
    },
    now,
  );
}

function nextProgress(
  before: Progress,
  last: LastMove,
  undoProgress: Progress | null,
  change: Change,
  respondWithinMs: number,
  now: number,
): Progress {
  if (change.move !== 'undo')
    return applyMove(before, change.move, now, { respondWithinMs, reason: change.reason });
  if (!undoProgress) throw new Error('The move to undo left nothing to go back to.');
  return undoMove(undoProgress, last, now);
}

/** The row after the change and the statements that write it; the caller has checked that the move is allowed. */
export function changeReferral<R extends ReferralRow>(
  query: Query,
  row: R,
  change: Change,
  now: number,
): { row: R; statements: Statement[] } {
  const before = progressOf(row);
  const last = lastMoveOf(row);
  const after = nextProgress(
    before,
    last,
    row.undo_progress as Progress | null,
    change,
    row.respond_within_ms,
    now,
  );
  const outcome = tellsOutcome(change.move, before, last);
  const toSender = !outcome || change.feedback;
  // Without the way back the sender's view goes on from what the sender knows, not from what is true.
  const senderAfter =
    change.feedback || change.move === 'undo'
      ? after
      : applyMove(senderProgressOf(row), change.move, now, {
          respondWithinMs: row.respond_within_ms,
          reason: change.reason,
        });
  const version = row.version + 1;
  const isContact = change.move === 'record_contact';
  const deadline = nextDeadline(after, row.created_at, row.respond_within_ms, now);
  const update: Partial<ReferralRow> = {
    ...after,
    version,
    updated_at: now,
    receiver_professional_id: change.receiverProfessionalId ?? row.receiver_professional_id,
    ...(isContact
      ? {}
      : {
          last_move: change.move,
          last_move_by: change.by,
          last_move_at: now,
          undo_progress: change.by === 'receiver' && change.move !== 'undo' ? before : null,
        }),
    deadline: deadline?.deadline ?? null,
    deadline_at: deadline?.deadline_at ?? null,
    ...(toSender
      ? {
          sender_progress: senderAfter,
          sender_state: senderAfter.state,
          sender_version: row.sender_version + 1,
          sender_updated_at: now,
        }
      : {}),
  };
  const changed = { ...row, ...update };
  const reason = change.reason ?? undefined;
  const event = announce(
    query,
    changed,
    {
      type: EVENT_OF_MOVE[change.move],
      actor: change.by,
      toSender,
      toReceiver: changed.sent_at !== null,
      needsFeedback: outcome,
      data: {
        state: after.state,
        ...(reason === undefined ? {} : { reason }),
        ...(change.move === 'undo' ? { undone_move: last.move } : {}),
      },
    },
    now,
  );
  return { row: changed, statements: [updateReferral(query, row.id, update), ...event] };
}

/** A fact about a referral that is no move of its lifecycle: the version goes on, and `update` with it. */
export function noteReferral<R extends ReferralRow>(
  query: Query,
  row: R,
  announcement: Announcement,
  now: number,
  update: Partial<ReferralRow> = {},
): { row: R; statements: Statement[] } {
  const change: Partial<ReferralRow> = {
    ...update,
    version: row.version + 1,
    updated_at: now,
    ...(announcement.toSender ? { sender_version: row.sender_version + 1, sender_updated_at: now } : {}),
  };
  const changed = { ...row, ...change };
  return {
    row: changed,
    statements: [updateReferral(query, row.id, change), ...announce(query, changed, announcement, now)],
  };
}

/** The client took the consent back. Each side's view ends as far as it had not ended for that side. */
export function revokeReferral<R extends ReferralRow>(
  query: Query,
  row: R,
  now: number,
): { row: R; statements: Statement[] } {
  const senderAfter = revokeProgress(senderProgressOf(row), now);
  const announcement = {
    type: 'consent.revoked',
    actor: 'client',
    toSender: true,
    toReceiver: row.sent_at !== null,
    needsFeedback: false,
    data: {},
  } as const;
  return noteReferral(query, row, announcement, now, {
    ...revokeProgress(progressOf(row), now),
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
