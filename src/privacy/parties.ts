/** Who of a referral's two sides may ask for what. */
import type { Actor } from '../http/authenticate.ts';
import { notFound, Problem } from '../http/problem.ts';
import type { ReferralRow } from '../referrals/referrals.repository.ts';
import { type Side, sideOf } from '../referrals/referrals.view.ts';

/** @throws Problem 404 where the referral is none of the caller's business. */
export function requireParty<R extends ReferralRow>(
  row: R | undefined,
  actor: Actor,
): { row: R; side: Side } {
  const side = row && sideOf(row, actor.practice_id);
  if (!row || !side) throw notFound();
  return { row, side };
}

/** @throws Problem 404, or 403 for the receiver, who knows the referral. */
export function requireSender<R extends ReferralRow>(row: R | undefined, actor: Actor): R {
  const party = requireParty(row, actor);
  if (party.side === 'sender') return party.row;
  throw new Problem('sender_only', 'Only the practice that sent the referral may ask for this.');
}
