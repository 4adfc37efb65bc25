/**
 * What is kept of a month that is over. Most of its referrals count the same for ever, unless something of them
 * changes: they are one tally. The others still wait for a day on which they count differently (30 days old, past the
 * time to answer, the consent at its end): they stand beside it one by one, and are counted when somebody asks. So what
 * is kept is right at every moment, until something of the month changes.
 */
import { isFinal, NEW_PROGRESS, type Progress } from '../referrals/lifecycle.ts';
import {
  AGE_MS_LAST,
  addTallies,
  type BothWays,
  type CohortReferral,
  MATURE_MS,
  type Tally,
  tallyOf,
} from './tally.ts';

/** What is known of one referral without knowing the time. Members of the progress that are null are left out. */
export interface Fact {
  readonly partner_id: string;
  readonly reason: string;
  readonly progress: Partial<Progress>;
  /** Until when outcomes may reach the sender; 0: it was taken back; null: they never may. Only of what was given. */
  readonly feedback_until: number | null;
  readonly forwarded: boolean;
  /** Left out of months that were kept before it was counted. */
  readonly from_event?: boolean;
}

export type Direction = 'given' | 'received';

export interface Kept {
  readonly settled: Tally;
  readonly open: readonly Fact[];
}

const progressOf = ({ progress }: Fact): Progress => ({ ...NEW_PROGRESS, ...progress });

/** It was accepted, and no outcome was told: the consent says whether one still may be. */
function waitsForOutcome({ state, accepted_at, outcome_at }: Progress): boolean {
  // At the end of the retention time it ended without an outcome: that one will come no more is not that there was none.
  const isUntold = !isFinal(state) || state === 'expired';
  return accepted_at !== null && outcome_at === null && isUntold;
}

/** A client who kept the way back closed, or closed it before an outcome was told: counted in no rate of outcomes. */
function isOutcomeWithheld({ feedback_until }: Fact, progress: Progress, now: number): boolean {
  return feedback_until === null || (waitsForOutcome(progress) && feedback_until <= now);
}

export function toCohortReferral(fact: Fact, direction: Direction, now: number): CohortReferral {
  const progress = progressOf(fact);
  return {
    partner_id: fact.partner_id,
    direction,
    reason: fact.reason,
    progress,
    outcome_withheld: direction === 'given' && isOutcomeWithheld(fact, progress, now),
    forwarded: fact.forwarded,
    from_event: fact.from_event ?? false,
  };
}

/** Whether it will count at any later time as it counts now. */
function isSettled(fact: Fact, direction: Direction, now: number): boolean {
  const progress = progressOf(fact);
  const { state, respond_by, sent_at } = progress;
  const age = now - (sent_at ?? now);
  const isOld = isFinal(state) || age >= AGE_MS_LAST;
  const isMature = isFinal(state) || state === 'engaged' || age >= MATURE_MS;
  const mayBecomeDue = respond_by !== null && respond_by >= now;
  const mayBecomeWithheld =
    direction === 'given' && waitsForOutcome(progress) && (fact.feedback_until ?? 0) > now;
  return isOld && isMature && !mayBecomeDue && !mayBecomeWithheld;
}

export function keep(facts: readonly Fact[], direction: Direction, now: number): Kept {
  const settled = facts.filter((fact) => isSettled(fact, direction, now));
  return {
    settled: tallyOf(
      settled.map((fact) => toCohortReferral(fact, direction, now)),
      now,
    ),
    open: facts.filter((fact) => !isSettled(fact, direction, now)),
  };
}

export function tallyAt({ settled, open }: Kept, direction: Direction, now: number): Tally {
  const referrals = open.map((fact) => toCohortReferral(fact, direction, now));
  return addTallies([settled, tallyOf(referrals, now)]);
}

export const keepBoth = ({ given, received }: BothWays<readonly Fact[]>, now: number): BothWays<Kept> => ({
  given: keep(given, 'given', now),
  received: keep(received, 'received', now),
});

export const tallyBoth = ({ given, received }: BothWays<Kept>, now: number): BothWays<Tally> => ({
  given: tallyAt(given, 'given', now),
  received: tallyAt(received, 'received', now),
});
