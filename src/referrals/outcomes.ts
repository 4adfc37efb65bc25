/** What a receiver may report of a referral in one word, and the move that it makes. */
import * as v from 'valibot';
import type { ReferralState } from '../platform/db/states.ts';
import { didYouMean } from '../platform/nearest.ts';
import { DECLINE_REASONS, NOT_ENGAGED_REASONS } from './codes.ts';
import type { Move } from './lifecycle.ts';
import { reasoned } from './moves.schemas.ts';

/** What a receiver reports in one word. */
export const OUTCOMES = [
  /** The receiver takes the client on. */
  'accept',
  /** It does not; needs a `reason`. */
  'decline',
  /** The client became its client. */
  'engage',
  /** The client did not; needs a `reason`. */
  'not_engaged',
  /** The engagement has ended. */
  'complete',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const OUTCOME_MOVES = {
  accept: { move: 'accept', to: 'accepted' },
  decline: { move: 'decline', to: 'declined' },
  engage: { move: 'engage', to: 'engaged' },
  not_engaged: { move: 'mark_not_engaged', to: 'not_engaged' },
  complete: { move: 'complete', to: 'completed' },
} as const satisfies Record<Outcome, { move: Move; to: ReferralState }>;

const bare = (outcome: Outcome) =>
  v.strictObject({
    /** What came of the referral. */
    outcome: v.literal(outcome),
  });

/** An outcome with what its move needs: a reason where the client is not taken on. */
export const ReportSchema = v.variant(
  'outcome',
  [
    bare('accept'),
    bare('engage'),
    bare('complete'),
    reasoned(DECLINE_REASONS, {
      /** The receiver does not take the client on. */
      outcome: v.literal('decline'),
    }),
    reasoned(NOT_ENGAGED_REASONS, {
      /** The client did not become a client of the receiver. */
      outcome: v.literal('not_engaged'),
    }),
  ],
  ({ input }) => `must be one of ${OUTCOMES.join(', ')}${didYouMean(input, OUTCOMES)}`,
);
export type Report = v.InferOutput<typeof ReportSchema>;
