/**
 * The lifecycle of a referral as one table, and what each move does to its progress. No I/O.
 * States after HL7 FHIR Task; times are milliseconds since the epoch.
 */
import type { ReferralState } from '../platform/db/states.ts';
import { DAY_MS, HOUR_MS } from '../platform/durations.ts';

export type Party = 'sender' | 'receiver' | 'client' | 'system';

/** What can be done with a referral. @schema ReferralMove */
export const MOVES = [
  /** The sender records a consent that was obtained, or the client gives it on our page: the referral is sent. */
  'record_consent',
  /** The client does not consent. */
  'deny_consent',
  /** The receiver takes the client on. */
  'accept',
  /** The receiver does not take the client on. */
  'decline',
  /** The receiver asks the sender something. */
  'request_info',
  /** The sender answers. */
  'provide_info',
  /** The receiver lets the client wait for a place. */
  'waitlist',
  /** The receiver records a contact with the client; the state stays. */
  'record_contact',
  /** The receiver reports that the client became its client. */
  'engage',
  /** The receiver reports that the client did not. */
  'mark_not_engaged',
  /** The receiver reports that the engagement has ended. */
  'complete',
  /** The sender takes the referral back. */
  'withdraw',
  /** The client takes the consent back. */
  'revoke_consent',
  /** The time to answer runs out. */
  'expire',
  /** The receiver takes back its own last move, within 72 hours. */
  'undo',
] as const;
export type Move = (typeof MOVES)[number];
export type TableMove = Exclude<Move, 'undo'>;

interface Rule {
  readonly to: ReferralState;
  readonly by: readonly Party[];
}

const end = {
  withdraw: { to: 'withdrawn', by: ['sender'] },
  revoke_consent: { to: 'revoked', by: ['client'] },
} as const;

export const LIFECYCLE: Record<ReferralState, Partial<Record<TableMove, Rule>>> = {
  awaiting_consent: {
    record_consent: { to: 'sent', by: ['client', 'sender'] },
    deny_consent: { to: 'consent_denied', by: ['client'] },
    withdraw: end.withdraw,
    expire: { to: 'expired', by: ['system'] },
  },
  sent: {
    accept: { to: 'accepted', by: ['receiver'] },
    decline: { to: 'declined', by: ['receiver'] },
    request_info: { to: 'needs_info', by: ['receiver'] },
    ...end,
    expire: { to: 'expired', by: ['system'] },
  },
  needs_info: {
    provide_info: { to: 'sent', by: ['sender'] },
    decline: { to: 'declined', by: ['receiver'] },
    ...end,
    expire: { to: 'expired', by: ['system'] },
  },
  accepted: {
    waitlist: { to: 'waitlisted', by: ['receiver'] },
    record_contact: { to: 'accepted', by: ['receiver'] },
    engage: { to: 'engaged', by: ['receiver'] },
    mark_not_engaged: { to: 'not_engaged', by: ['receiver'] },
    ...end,
  },
  waitlisted: {
    accept: { to: 'accepted', by: ['receiver'] },
    record_contact: { to: 'waitlisted', by: ['receiver'] },
    engage: { to: 'engaged', by: ['receiver'] },
    mark_not_engaged: { to: 'not_engaged', by: ['receiver'] },
    ...end,
  },
  engaged: {
    complete: { to: 'completed', by: ['receiver'] },
    revoke_consent: end.revoke_consent,
  },
  // Final, but for a correction within CORRECTION_MS.
  not_engaged: { engage: { to: 'engaged', by: ['receiver'] } },
  completed: {},
  declined: {},
  withdrawn: {},
  expired: {},
  consent_denied: {},
  revoked: {},
};

export const UNDO_MS = 72 * HOUR_MS;
export const CORRECTION_MS = 180 * DAY_MS;
/** How long a referral waits for a consent, or in `needs_info` for an answer, before it expires. */
export const WAITING_MS_MAX = 30 * DAY_MS;
export const OUTCOME_DUE_MS = 14 * DAY_MS;
export const OUTCOME_STALE_MS = 30 * DAY_MS;

/** How far a referral has come: what a move changes, and what the sender may see as of its last news. */
export interface Progress {
  readonly state: ReferralState;
  readonly sent_at: number | null;
  /** Moves on by the time spent in `needs_info`. */
  readonly respond_by: number | null;
  readonly needs_info_since: number | null;
  readonly needs_info_total_ms: number;
  /** The first acceptance or decline. */
  readonly answered_at: number | null;
  readonly accepted_at: number | null;
  /** Who of the receiver took the client on. */
  readonly receiver_professional_id: string | null;
  readonly decline_reason: string | null;
  readonly engaged_at: number | null;
  /** The first report of `engaged` or `not_engaged`. */
  readonly outcome_at: number | null;
  readonly not_engaged_reason: string | null;
  readonly completed_at: number | null;
  readonly ended_at: number | null;
}

export const NEW_PROGRESS: Progress = {
  state: 'awaiting_consent',
  sent_at: null,
  respond_by: null,
  needs_info_since: null,
  needs_info_total_ms: 0,
  answered_at: null,
  accepted_at: null,
  receiver_professional_id: null,
  decline_reason: null,
  engaged_at: null,
  outcome_at: null,
  not_engaged_reason: null,
  completed_at: null,
  ended_at: null,
};

/** What is stored of a progress: what is null is left out. */
export const storedProgress = (progress: Progress): Partial<Progress> =>
  Object.fromEntries(
    Object.entries(progress).filter(
      ([name, value]) => name !== 'state' && value !== NEW_PROGRESS[name as keyof Progress],
    ),
  );

/** What a move can be taken back by: in which the progress before it differs from the one after it. */
export const undoOf = (before: Progress, after: Progress): Partial<Progress> =>
  Object.fromEntries(
    Object.entries(before).filter(([name, value]) => value !== after[name as keyof Progress]),
  );

export const wholeProgress = (stored: unknown): Progress => ({
  ...NEW_PROGRESS,
  ...(stored as Partial<Progress>),
});

export interface LastMove {
  readonly move: string;
  readonly by: Party;
  readonly at: number;
}

/** The moves of the receiver that undo can take back. */
const UNDOABLE: readonly string[] = [
  'accept',
  'decline',
  'request_info',
  'waitlist',
  'engage',
  'mark_not_engaged',
  'complete',
];

function isAllowed(progress: Progress, last: LastMove, move: Move, by: Party, now: number): boolean {
  if (move === 'undo') {
    return (
      by === 'receiver' &&
      last.by === 'receiver' &&
      UNDOABLE.includes(last.move) &&
      progress.state !== 'revoked' &&
      now - last.at <= UNDO_MS
    );
  }
  const rule = LIFECYCLE[progress.state][move];
  if (!rule?.by.includes(by)) return false;
  return progress.state !== 'not_engaged' || now - (progress.ended_at ?? 0) <= CORRECTION_MS;
}

/** What the party may do now, in the order of `MOVES`. */
export function allowedMoves(progress: Progress, last: LastMove, by: Party, now: number): Move[] {
  return MOVES.filter((move) => isAllowed(progress, last, move, by, now));
}

const FINAL: readonly ReferralState[] = [
  'completed',
  'declined',
  'not_engaged',
  'withdrawn',
  'expired',
  'consent_denied',
  'revoked',
];
/** In these states the receiver sees what the consent covers. */
export const DISCLOSED_STATES: readonly ReferralState[] = ['accepted', 'waitlisted', 'engaged', 'completed'];

export const isFinal = (state: ReferralState) => FINAL.includes(state);

/** The progress after a move of the table that `allowedMoves` named. */
export function applyMove(
  progress: Progress,
  move: TableMove,
  now: number,
  details: {
    readonly respondWithinMs: number;
    readonly reason?: string | undefined;
    readonly professionalId?: string | undefined;
  },
): Progress {
  const state = LIFECYCLE[progress.state][move]?.to ?? progress.state;
  const stoodStillMs = progress.needs_info_since === null ? 0 : now - progress.needs_info_since;
  const sends = move === 'record_consent';
  const answers = move === 'decline' || (move === 'accept' && progress.state === 'sent');
  const reports = move === 'engage' || move === 'mark_not_engaged';
  return {
    state,
    sent_at: sends ? now : progress.sent_at,
    respond_by: sends
      ? now + details.respondWithinMs
      : progress.respond_by === null
        ? null
        : progress.respond_by + stoodStillMs,
    needs_info_since: state === 'needs_info' ? now : null,
    needs_info_total_ms: progress.needs_info_total_ms + stoodStillMs,
    answered_at: answers ? (progress.answered_at ?? now) : progress.answered_at,
    accepted_at: move === 'accept' ? (progress.accepted_at ?? now) : progress.accepted_at,
    receiver_professional_id:
      move === 'accept' ? (details.professionalId ?? null) : progress.receiver_professional_id,
    decline_reason: move === 'decline' ? (details.reason ?? null) : null,
    engaged_at: move === 'engage' ? (progress.engaged_at ?? now) : progress.engaged_at,
    outcome_at: reports ? (progress.outcome_at ?? now) : progress.outcome_at,
    not_engaged_reason: move === 'mark_not_engaged' ? (details.reason ?? null) : null,
    completed_at: move === 'complete' ? now : progress.completed_at,
    ended_at: isFinal(state) ? now : null,
  };
}

/** The progress before the receiver's last move, as if the clock had stood still since. */
export function undoMove(before: Progress, last: LastMove, now: number): Progress {
  const passedMs = now - last.at;
  const waits = before.state === 'sent' || before.state === 'needs_info';
  return {
    ...before,
    respond_by: waits && before.respond_by !== null ? before.respond_by + passedMs : before.respond_by,
    needs_info_total_ms: before.needs_info_total_ms + (waits ? passedMs : 0),
    needs_info_since: before.needs_info_since === null ? null : before.needs_info_since + passedMs,
  };
}

/** The referral after the client took the consent back: what has ended stays as it ended. */
export const revokeProgress = (progress: Progress, now: number): Progress =>
  isFinal(progress.state) ? progress : applyMove(progress, 'revoke_consent', now, { respondWithinMs: 0 });

/** The referral after its client's data were kept as long as they may be: what was open ends, and nobody said how. */
export const lapseProgress = (progress: Progress, now: number): Progress =>
  isFinal(progress.state)
    ? progress
    : { ...progress, state: 'expired', needs_info_since: null, ended_at: now };

/** Whether an acceptance, or its undoing, tells what became of the client after the answer that the sender knows. */
export function tellsOutcome(move: Move, before: Progress, after: Progress): boolean {
  if (move === 'undo') return after.state !== 'sent' && after.state !== 'needs_info';
  return move === 'accept' && before.state === 'waitlisted';
}

/** `turn`: of one that waits in the order of a choice (`choice/chain.ts`). */
export type Deadline = 'reminder' | 'expire' | 'outcome_due' | 'outcome_stale' | 'turn';

/** What happens by itself next, strictly later than `after`; null where nothing does. */
export function nextDeadline(
  progress: Progress,
  createdAt: number,
  respondWithinMs: number,
  after: number,
): { deadline: Deadline; deadline_at: number } | null {
  const planned: [Deadline, number][] = [];
  if (progress.state === 'awaiting_consent') planned.push(['expire', createdAt + WAITING_MS_MAX]);
  if (progress.state === 'sent' && progress.respond_by !== null) {
    planned.push(
      ['reminder', progress.respond_by - Math.round(respondWithinMs / 2)],
      ['reminder', progress.respond_by - Math.round(respondWithinMs / 10)],
      ['expire', progress.respond_by],
    );
  }
  if (progress.state === 'needs_info' && progress.needs_info_since !== null) {
    planned.push(['expire', progress.needs_info_since + WAITING_MS_MAX]);
  }
  if ((progress.state === 'accepted' || progress.state === 'waitlisted') && progress.accepted_at !== null) {
    planned.push(
      ['outcome_due', progress.accepted_at + OUTCOME_DUE_MS],
      ['outcome_stale', progress.accepted_at + OUTCOME_STALE_MS],
    );
  }
  const next = planned.find(([deadline, at]) => at > after || (deadline === 'expire' && at <= after));
  return next ? { deadline: next[0], deadline_at: next[1] } : null;
}
