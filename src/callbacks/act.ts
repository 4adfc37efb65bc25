/** Makes the moves of a receiver that has a link instead of a key. */

import { commit } from '../ledger/commit.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { Problem } from '../platform/problem.ts';
import type { ReferralLink } from '../platform/vault/links.ts';
import type { Move } from '../referrals/lifecycle.ts';
import { type MoveDetails, moveAt } from '../referrals/move.ts';
import { MOVE_INPUTS } from '../referrals/move-input.ts';
import { OUTCOME_MOVES, OUTCOMES, type Outcome, type Report } from '../referrals/outcomes.ts';
import { changeOwnAt } from '../referrals/own.change.ts';
import type { OwnDataChange } from '../referrals/own.schemas.ts';
import { isReached, nextStep } from './stage-steps.ts';

/** How the referral stands. */
export interface Standing {
  readonly state: string;
  readonly allowed_moves: readonly string[];
}
/** After a report; `isNew` says whether that changed anything. */
type Reported = Standing & { readonly isNew: boolean };

export const outcomesIn = (allowedMoves: readonly string[]): Outcome[] =>
  OUTCOMES.filter((outcome) => allowedMoves.includes(OUTCOME_MOVES[outcome].move));

/**
 * The move of the API, with its gates. The answer holds nothing of the client, so nothing is disclosed.
 * @param ifMatch the `ETag` that whoever decided had read
 * @throws Problem as the API does; 503 where others were faster all the time: a caller that takes a 4xx for the last
 * word tries that again
 */
export async function makeMove(
  { referralId, practiceId, makerId }: ReferralLink,
  move: Move,
  details: MoveDetails,
  exchange: Exchange,
  ifMatch: string | null = null,
): Promise<Standing> {
  const author = { practiceId, throughId: makerId };
  const wanted = { author, referralId, move, details: { ...details, withoutClient: true }, ifMatch };
  const { told } = (await commit(exchange, moveAt(wanted))).file;
  return { state: told.progress.state, allowed_moves: told.moves };
}

/** Notes under which ids the receiver's systems know the referral; false where they were known. @throws Problem */
export async function keepRecordIds(
  { referralId, practiceId }: ReferralLink,
  external_ids: OwnDataChange['external_ids'],
  exchange: Exchange,
): Promise<boolean> {
  const wish = { referralId, practiceId, change: { external_ids, metadata: {} }, ifMatch: null };
  return (await commit(exchange, changeOwnAt(wish))).isNew;
}

/** How the referral stands, as the refusal of a move says. */
export function standingIn(error: unknown): Standing | null {
  if (!(error instanceof Problem) || error.code !== 'illegal_transition') return null;
  const { state, allowed_moves } = error.members as { state: string; allowed_moves: readonly string[] };
  return { state, allowed_moves };
}

async function reportUnless(
  isDone: (state: string) => boolean,
  link: ReferralLink,
  { outcome, ...reasons }: Report,
  exchange: Exchange,
): Promise<Reported> {
  const { move } = OUTCOME_MOVES[outcome];
  const details = MOVE_INPUTS[move].details({ body: reasons as never, exchange });
  try {
    return { ...(await makeMove(link, move, details, exchange)), isNew: true };
  } catch (error) {
    const standing = standingIn(error);
    if (!standing || !isDone(standing.state)) throw error;
    return { ...standing, isNew: false };
  }
}

/** Reports an outcome. What is so already is said again without a new event. */
export const reportOutcome = (link: ReferralLink, report: Report, exchange: Exchange): Promise<Reported> =>
  reportUnless((state) => state === OUTCOME_MOVES[report.outcome].to, link, report, exchange);

/** Reports what a stage means, and before it what the referral lacks on the way there. */
export async function reportStage(
  link: ReferralLink,
  report: Report,
  standing: Standing,
  exchange: Exchange,
): Promise<Reported> {
  let reported: Reported = { ...standing, isNew: false };
  for (;;) {
    const step = nextStep(report.outcome, reported.state, reported.allowed_moves);
    if (step === null) return reported;
    const next = step === report.outcome ? report : ({ outcome: step } as Report);
    reported = await reportUnless((state) => isReached(step, state), link, next, exchange);
    if (step === report.outcome) return reported;
  }
}
