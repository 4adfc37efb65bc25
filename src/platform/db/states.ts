/** How a referral stands. `allowed_moves` of a referral says what you may do in it. @schema ReferralState */
export const REFERRAL_STATES = [
  /** Recorded by the sender; the client is asked. The receiver sees nothing of it. */
  'awaiting_consent',
  /** The receiver has it to answer. */
  'sent',
  /** The receiver asked something: the sender has to answer, and the time to answer stands still. */
  'needs_info',
  /** The receiver takes the client on; who it is, is disclosed. */
  'accepted',
  /** Taken on, but waiting for a place. */
  'waitlisted',
  /** The client became a client of the receiver. */
  'engaged',
  /** The engagement has ended. */
  'completed',
  /** The receiver does not take the client on. */
  'declined',
  /** The client did not become a client of the receiver. */
  'not_engaged',
  /** The sender took it back. */
  'withdrawn',
  /** Nobody answered in time. */
  'expired',
  /** The client did not consent. */
  'consent_denied',
  /** The client took the consent back. */
  'revoked',
] as const;

export type ReferralState = (typeof REFERRAL_STATES)[number];
