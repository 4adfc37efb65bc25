/**
 * A referral as one side was told of it: what every answer, list, refusal, version and order of that side is made of.
 * The receiver was told everything from the sending on. The sender was told what the consent's `feedback` direction
 * let through while it was active; what happened since is not in here, so that nothing can tell it.
 */
import {
  allowedMoves,
  DISCLOSED_STATES,
  isFinal,
  type LastMove,
  type Move,
  type Party,
  type Progress,
  wholeProgress,
} from './lifecycle.ts';
import { movesWhenSuspended } from './suspension.ts';
import { type NamedReferralRow, reveal, type TrueReferral } from './truth.ts';

export type Side = 'sender' | 'receiver';

/** What both sides know from the sending on, and what was told to both at once. */
const SHARED = [
  'id',
  'sender_practice_id',
  'sender_name',
  'sender_status',
  'sender_professional_id',
  'receiver_practice_id',
  'receiver_name',
  'receiver_status',
  'partnership_id',
  'service',
  'reason',
  'urgency',
  'languages',
  'client_city',
  'client_jurisdiction',
  'disclose',
  'respond_within_ms',
  'reached_at',
  'reached_confirmed',
  'erased_at',
] as const satisfies readonly (keyof NamedReferralRow)[];

export interface ToldReferral extends Pick<NamedReferralRow, (typeof SHARED)[number]> {
  readonly side: Side;
  /** The sender's alone: the receiver need not know where else the client was sent before. */
  readonly previous_id: string | null;
  /** Of the receiver not before it accepts: who was there is few, and it might have been a host. */
  readonly source_event_id: string | null;
  /** The sender's alone, all three: the receiver knows of nobody else who might have been asked. */
  readonly choice_id: string | null;
  readonly choice_place: number | null;
  readonly choice_rank: number | null;
  readonly progress: Progress;
  readonly version: number;
  readonly created_at: number;
  readonly updated_at: number;
  /** The side itself is suspended. */
  readonly isSuspended: boolean;
  /** What the side may do now. */
  readonly moves: readonly Move[];
  /** What it might do, were it not suspended. */
  readonly barredMoves: readonly Move[];
  /** The sender hears nothing of what comes after the acceptance. */
  readonly isOutcomeWithheld: boolean;
}

export const progressOf = (row: NamedReferralRow): Progress => ({
  state: row.state,
  sent_at: row.sent_at,
  respond_by: row.respond_by,
  needs_info_since: row.needs_info_since,
  needs_info_total_ms: row.needs_info_total_ms,
  answered_at: row.answered_at,
  accepted_at: row.accepted_at,
  receiver_professional_id: row.receiver_professional_id,
  decline_reason: row.decline_reason,
  engaged_at: row.engaged_at,
  outcome_at: row.outcome_at,
  not_engaged_reason: row.not_engaged_reason,
  completed_at: row.completed_at,
  ended_at: row.ended_at,
});

export const senderProgressOf = (row: NamedReferralRow): Progress => ({
  ...wholeProgress(row.sender_progress),
  state: row.sender_state,
});

export const lastMoveOf = (row: NamedReferralRow): LastMove => ({
  move: row.last_move,
  by: row.last_move_by as Party,
  at: row.last_move_at,
});

/** The side the practice is on, or null where the referral is none of its business (yet). */
export function sideOf(referral: TrueReferral, practiceId: string): Side | null {
  const row = reveal(referral);
  if (row.sender_practice_id === practiceId) return 'sender';
  return row.receiver_practice_id === practiceId && row.sent_at !== null ? 'receiver' : null;
}

function toldToSide(row: NamedReferralRow, side: Side) {
  if (side === 'receiver') {
    return {
      side,
      previous_id: null,
      source_event_id: row.accepted_at === null ? null : row.source_event_id,
      choice_id: null,
      choice_place: null,
      choice_rank: null,
      progress: progressOf(row),
      version: row.receiver_version,
      created_at: row.sent_at ?? row.created_at,
      updated_at: row.receiver_updated_at ?? row.updated_at,
    };
  }
  return {
    side,
    previous_id: row.previous_id,
    source_event_id: row.source_event_id,
    choice_id: row.choice_id,
    choice_place: row.choice_place,
    choice_rank: row.choice_rank,
    progress: senderProgressOf(row),
    version: row.sender_version,
    created_at: row.created_at,
    updated_at: row.sender_updated_at,
  };
}

/**
 * @param feedback whether the consent lets outcomes reach the sender now
 * @returns null where the referral is none of the practice's business (yet)
 */
export function toldTo(
  referral: TrueReferral,
  practiceId: string,
  feedback: boolean,
  now: number,
): ToldReferral | null {
  const side = sideOf(referral, practiceId);
  if (!side) return null;
  const row = reveal(referral);
  const shared = Object.fromEntries(SHARED.map((name) => [name, row[name]])) as Pick<
    NamedReferralRow,
    (typeof SHARED)[number]
  >;
  const told = toldToSide(row, side);
  const { accepted_at, state } = told.progress;
  const isOutcomeWithheld = side === 'sender' && !feedback && accepted_at !== null && !isFinal(state);
  // What was done with a client of whom nothing is left cannot be taken back or corrected. And a sender that is told
  // nothing more has no move either: whether it was refused would tell the hidden state.
  const isShut = row.erased_at !== null || isOutcomeWithheld;
  const isSuspended = row[`${side}_status`] === 'suspended';
  // Among several it is the client who says by which one the consent begins.
  const isOpenTo = (move: Move) => row.choice_id === null || move !== 'record_consent';
  const possible = isShut ? [] : allowedMoves(told.progress, lastMoveOf(row), side, now).filter(isOpenTo);
  const isBarred = (move: Move) => isSuspended && !movesWhenSuspended.includes(move);
  return {
    ...shared,
    ...told,
    isSuspended,
    moves: possible.filter((move) => !isBarred(move)),
    barredMoves: possible.filter(isBarred),
    isOutcomeWithheld,
  };
}

/** Whether the client may be shown to the receiver in this state, as far as the consent goes. */
export const isDisclosedState = ({ progress }: ToldReferral) => DISCLOSED_STATES.includes(progress.state);
