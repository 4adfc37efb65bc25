/** Makes the moves of a receiver that has a link instead of a key. */
import type { Exchange, OperationRequest } from '../http/operation.ts';
import { Problem } from '../http/problem.ts';
import { sealLater } from '../privacy/ledger/seal.ts';
import type { Move } from '../referrals/lifecycle.ts';
import { type MoveDetails, moveReferral } from '../referrals/move.ts';
import { MOVE_INPUTS } from '../referrals/move-input.ts';
import { OUTCOME_MOVES, OUTCOMES, type Outcome, type Report } from '../referrals/outcomes.ts';
import type { ReferralLink } from '../vault/links.ts';

/** How the referral stands after it. */
export interface Standing {
  readonly state: string;
  readonly allowed_moves: readonly string[];
}

export const outcomesIn = (allowedMoves: readonly string[]): Outcome[] =>
  OUTCOMES.filter((outcome) => allowedMoves.includes(OUTCOME_MOVES[outcome].move));

/**
 * The move of the API, with its gates. The answer holds nothing of the client, so nothing is disclosed.
 * @param ifMatch the `ETag` that whoever decided had read
 * @throws Problem as the API does
 */
export async function act(
  { referralId, practiceId, makerId }: ReferralLink,
  move: Move,
  details: MoveDetails,
  exchange: Exchange,
  ifMatch: string | null = null,
): Promise<Standing> {
  const request: OperationRequest = {
    exchange,
    actor: {
      key_id: makerId,
      practice_id: practiceId,
      scopes: ['referrals:write'],
      expires_at: null,
    },
    params: { referral_id: referralId },
    query: undefined,
    body: undefined,
    accepts: 'application/json',
    ifMatch,
    idempotency: null,
  };
  try {
    const { body } = await moveReferral(request, move, { ...details, withoutClient: true });
    sealLater(exchange, referralId);
    return body as Standing;
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
    // A caller that takes a 4xx for the last word tries a 5xx again.
    throw new Problem('busy', 'Others changed the referral at the same time.', {}, { 'Retry-After': '5' });
  }
}

/** How the referral stands, as the refusal of a move says. */
export function standingIn(error: unknown): Standing | null {
  if (!(error instanceof Problem) || error.code !== 'illegal_transition') return null;
  const { state, allowed_moves } = error.members as { state: string; allowed_moves: readonly string[] };
  return { state, allowed_moves };
}

type Reported = Standing & { readonly isNew: boolean };

/** Reports an outcome. What is so already is said again without a new event. */
export async function report(
  link: ReferralLink,
  { outcome, ...reasons }: Report,
  exchange: Exchange,
  isSo: (state: string) => boolean = (state) => state === OUTCOME_MOVES[outcome].to,
): Promise<Reported> {
  const { move } = OUTCOME_MOVES[outcome];
  const details = MOVE_INPUTS[move].details({ body: reasons as never, exchange });
  try {
    return { ...(await act(link, move, details, exchange)), isNew: true };
  } catch (error) {
    const standing = standingIn(error);
    if (!standing || !isSo(standing.state)) throw error;
    return { ...standing, isNew: false };
  }
}

/** What lies before an outcome: a stage of a CRM can be reached without those before it. */
const STEPS: Partial<Record<Outcome, readonly Outcome[]>> = {
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

/**
 * Reports what a stage means, and before it what the referral lacks on the way there. A stage is where a record is and
 * no command: CRMs say it again with every edit, so what the referral has passed is `unchanged`.
 */
export async function reportStage(
  link: ReferralLink,
  meant: Report,
  standing: Standing,
  exchange: Exchange,
): Promise<Reported> {
  let { state, allowed_moves } = standing;
  const reportOnce = (one: Report) =>
    REACHED[one.outcome].includes(state)
      ? { state, allowed_moves, isNew: false }
      : report(link, one, exchange, (reached) => REACHED[one.outcome].includes(reached));
  for (const step of STEPS[meant.outcome] ?? []) {
    if (allowed_moves.includes(OUTCOME_MOVES[meant.outcome].move)) break;
    if (!allowed_moves.includes(OUTCOME_MOVES[step].move)) continue;
    ({ state, allowed_moves } = await reportOnce({ outcome: step } as Report));
  }
  return reportOnce(meant);
}
