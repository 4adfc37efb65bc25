/** From the stage that a CRM's record is in to what is left to report. No I/O. */
import { OUTCOME_MOVES, type Outcome } from '../referrals/outcomes.ts';

/** What lies before an outcome: a stage can be reached without those before it. */
const BEFORE: Partial<Record<Outcome, readonly Outcome[]>> = {
  engage: ['accept'],
  complete: ['accept', 'engage'],
};

/** The states in which an outcome was reached, also where the referral went on since. */
const REACHED: Record<Outcome, readonly string[]> = {
  accept: ['accepted', 'waitlisted', 'engaged', 'not_engaged', 'completed'],
  decline: ['declined'],
  engage: ['engaged', 'completed'],
  not_engaged: ['not_engaged'],
  complete: ['completed'],
};

/** A stage is where a record is and no command: CRMs say it again with every edit. */
export const isReached = (outcome: Outcome, state: string) => REACHED[outcome].includes(state);

/**
 * What is to be reported next so that the referral gets to `outcome`: itself, or a step that it lacks on the way
 * there; null where it is reached.
 */
export function nextStep(outcome: Outcome, state: string, allowedMoves: readonly string[]): Outcome | null {
  if (isReached(outcome, state)) return null;
  const mayMake = (step: Outcome) => allowedMoves.includes(OUTCOME_MOVES[step].move);
  if (mayMake(outcome)) return outcome;
  return (BEFORE[outcome] ?? []).find((step) => !isReached(step, state) && mayMake(step)) ?? outcome;
}
