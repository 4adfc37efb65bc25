/** What a receiver may say by its link, and the move that it makes. */
import * as v from 'valibot';
import type { ReferralState } from '../db/states.ts';
import { oneOf } from '../http/fields.ts';
import { parse } from '../http/input.ts';
import type { Exchange, OperationRequest } from '../http/operation.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { Move } from '../referrals/lifecycle.ts';
import { moveReferral } from '../referrals/move.ts';
import { selectReferral } from '../referrals/referrals.repository.ts';
import { DeclineSchema, NotEngagedSchema } from '../referrals/referrals.schemas.ts';
import { presentSummary, sideOf } from '../referrals/referrals.view.ts';
import type { CallbackTarget } from './link.ts';

export const OUTCOMES = ['accept', 'decline', 'engage', 'not_engaged', 'complete'] as const;
export type Outcome = (typeof OUTCOMES)[number];

const BareSchema = v.strictObject({});
const MEANINGS = {
  accept: { move: 'accept', to: 'accepted', body: BareSchema },
  decline: { move: 'decline', to: 'declined', body: DeclineSchema },
  engage: { move: 'engage', to: 'engaged', body: BareSchema },
  not_engaged: { move: 'mark_not_engaged', to: 'not_engaged', body: NotEngagedSchema },
  complete: { move: 'complete', to: 'completed', body: BareSchema },
} as const satisfies Record<Outcome, { move: Move; to: ReferralState; body: v.GenericSchema }>;

const OutcomeSchema = v.looseObject({ outcome: oneOf(OUTCOMES) });

/** The referral as the link shows it: without the client. */
export async function readTarget({ referralId, practiceId }: CallbackTarget, exchange: Exchange) {
  const [[row]] = await exchange.database.batch([selectReferral(exchange.database.query, referralId)]);
  if (!row || sideOf(row, practiceId) !== 'receiver') throw notFound();
  const referral = presentSummary(row, 'receiver', false, exchange.now);
  const outcomes = OUTCOMES.filter((outcome) => referral.allowed_moves.includes(MEANINGS[outcome].move));
  return { referral, outcomes };
}

/** Makes the move as the API would. What is so already is said again without a new event. */
export async function report(
  input: Record<string, unknown>,
  target: CallbackTarget,
  exchange: Exchange,
): Promise<void> {
  await readTarget(target, exchange);
  const { outcome, ...rest } = parse(OutcomeSchema, input, '/') as v.InferOutput<typeof OutcomeSchema>;
  const { move, to, body } = MEANINGS[outcome];
  const { reason, note } = parse(body, rest, '/') as { reason?: string; note?: string };
  const kind = outcome === 'decline' ? 'decline_note' : 'not_engaged_note';
  const request: OperationRequest = {
    exchange,
    actor: {
      key_id: 'callback',
      practice_id: target.practiceId,
      scopes: ['referrals:write'],
      expires_at: null,
    },
    params: { referral_id: target.referralId },
    query: undefined,
    body: undefined,
    accepts: 'application/json',
    ifMatch: null,
    idempotency: null,
  };
  try {
    await moveReferral(request, move, {
      ...(reason === undefined ? {} : { reason }),
      message: note === undefined ? undefined : { kind, text: note },
      withoutClient: true,
    });
  } catch (error) {
    const isSo =
      error instanceof Problem && error.code === 'illegal_transition' && error.members.state === to;
    if (!isSo) throw error;
  }
}
