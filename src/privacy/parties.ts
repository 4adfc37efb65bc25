/** Who of a referral's two sides may ask for what. */

import type { Author } from '../ledger/exchange.ts';
import { notFound, Problem } from '../platform/problem.ts';
import { type FileRows, type ReferralFile, requireFile } from '../referrals/file.ts';
import { type Side, sideOf } from '../referrals/told.ts';
import type { TrueReferral } from '../referrals/truth.ts';

/** The caller's side. @throws Problem 404 where the referral is none of the caller's business. */
export function requireParty(referral: TrueReferral | undefined, practiceId: string): Side {
  const side = referral && sideOf(referral, practiceId);
  if (!side) throw notFound();
  return side;
}

/** @throws Problem 404, or 403 for the receiver, who knows the referral. */
export function requireSenderFile(rows: FileRows, author: Author, now: number): ReferralFile {
  const file = requireFile(rows, author, now);
  if (file.told.side === 'sender') return file;
  throw new Problem('sender_only', 'Only the practice that sent the referral may ask for this.');
}
