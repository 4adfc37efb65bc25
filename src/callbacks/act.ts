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

/** What a move is made with. `said` was checked by the move's own schema. */
export const detailsOf = (move: Move, said: unknown, exchange: { readonly now: number }): MoveDetails =>
  move in MOVE_INPUTS
    ? MOVE_INPUTS[move as keyof typeof MOVE_INPUTS].details({ body: said as never, exchange })
    : {};

export const outcomesIn = (allowedMoves: readonly string[]): Outcome[] =>
  OUTCOMES.filter((outcome) => allowedMoves.includes(OUTCOME_MOVES[outcome].move));

/**
 * The move of the API, with its gates. The answer holds nothing of the client, so nothing is disclosed.
 * @throws Problem as the API does
 */
export async function act(
  { referralId, practiceId, makerId }: ReferralLink,
  move: Move,
  details: MoveDetails,
  exchange: Exchange,
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
    ifMatch: null,
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

/** Reports an outcome. What is so already is said again without a new event. */
export async function report(
  link: ReferralLink,
  { outcome, ...reasons }: Report,
  exchange: Exchange,
): Promise<Standing & { readonly isNew: boolean }> {
  const { move, to } = OUTCOME_MOVES[outcome];
  const details = detailsOf(move, reasons, exchange);
  try {
    return { ...(await act(link, move, details, exchange)), isNew: true };
  } catch (error) {
    const isSo =
      error instanceof Problem && error.code === 'illegal_transition' && error.members.state === to;
    if (!isSo) throw error;
    const { allowed_moves = [] } = error.members as { allowed_moves?: string[] };
    return { state: to, allowed_moves, isNew: false };
  }
}

/** What lies before an outcome: a stage of a CRM can be reached without those before it. */
const STEPS: Partial<Record<Outcome, readonly Outcome[]>> = {
  engage: ['accept'],
  complete: ['accept', 'engage'],
};

/** Reports what a stage means, and before it what the referral lacks on the way there. */
export async function reportStage(
  link: ReferralLink,
  meant: Report,
  allowedMoves: readonly string[],
  exchange: Exchange,
): Promise<Standing & { readonly isNew: boolean }> {
  let allowed = allowedMoves;
  for (const step of STEPS[meant.outcome] ?? []) {
    if (allowed.includes(OUTCOME_MOVES[meant.outcome].move)) break;
    if (!allowed.includes(OUTCOME_MOVES[step].move)) continue;
    ({ allowed_moves: allowed } = await report(link, { outcome: step } as Report, exchange));
  }
  return report(link, meant, exchange);
}
