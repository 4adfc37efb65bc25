/** The states of a referral. What may happen in each stands in `lifecycle.ts`. */
export const REFERRAL_STATES = [
  'awaiting_consent',
  'sent',
  'needs_info',
  'accepted',
  'waitlisted',
  'engaged',
  'completed',
  'declined',
  'not_engaged',
  'withdrawn',
  'expired',
  'consent_denied',
  'revoked',
] as const;

export type ReferralState = (typeof REFERRAL_STATES)[number];
