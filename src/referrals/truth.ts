/**
 * A referral as it truly is. What a party is answered is made of what that party was told (`told.ts`), so a row of the
 * database is opaque: only what changes a referral, whoever may see it, looks inside. Which files may is a rule of
 * tests/rules/house.test.ts.
 */
import type { PracticeStatus, referrals } from '../platform/db/schema.ts';

export type ReferralRow = typeof referrals.$inferSelect;
/** With the names of the two practices, and how they stand. */
export type NamedReferralRow = ReferralRow & {
  readonly sender_name: string;
  readonly sender_status: PracticeStatus;
  readonly receiver_name: string;
  readonly receiver_status: PracticeStatus;
};

declare const truth: unique symbol;
export interface TrueReferral {
  readonly [truth]: NamedReferralRow;
}

export const reveal = (referral: TrueReferral) => referral as unknown as NamedReferralRow;
export const conceal = (row: NamedReferralRow) => row as unknown as TrueReferral;
