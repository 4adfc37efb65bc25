/** How a prepared referral stands for its sender. No I/O. */
import { invitationState } from '../../joining/state.ts';
import { DAY_MS } from '../../platform/durations.ts';
import type { KnownInvitation, PreparedRow } from './prepared.repository.ts';

/** How a prepared referral stands. @schema PreparedReferralState */
export const STANDINGS = [
  /** The colleague has not been admitted yet. */
  'waiting',
  /** She takes part, and you are partners: send it. */
  'ready',
  /** The invitation leads to nobody any more: prepare it for another one, send it to another practice or discard it. */
  'stranded',
  /** It was sent: `referral_id` is the referral. */
  'sent',
  /** You discarded it. */
  'discarded',
  /** It was not sent within 90 days, and its client’s data was deleted. */
  'expired',
] as const;
export type Standing = (typeof STANDINGS)[number];

/** So long the client's data are kept for somebody who may never come. */
export const PREPARED_MS_MAX = 90 * DAY_MS;

/** Whether somebody may still come by the invitation, and has not come yet. */
export const leadsToSomebody = (invitation: Parameters<typeof invitationState>[0], now: number): boolean =>
  ['open', 'registered'].includes(invitationState(invitation, now));

/**
 * Of a refusal nothing is said, as the invitation says nothing of it: it goes on waiting.
 * @param row with what is known of its invitation
 */
export function standingOf(row: PreparedRow, now: number): Standing {
  if (row.state !== 'waiting') return row.state;
  if (row.expires_at <= now) return 'expired';
  if (leadsToSomebody(row.invitation, now)) return 'waiting';
  return row.invitation.decision === 'admitted' && row.invitation.partnership_id !== null
    ? 'ready'
    : 'stranded';
}

/** When there may next be something to tell its sender, or it is to be erased. */
export function nextLook(
  {
    expires_at,
    invitation,
  }: Pick<PreparedRow, 'expires_at'> & {
    readonly invitation: Pick<KnownInvitation, 'registered_at' | 'revoked_at' | 'expires_at'>;
  },
  now: number,
): number {
  const endsUnused = invitation.registered_at === null && invitation.revoked_at === null;
  return endsUnused && invitation.expires_at > now ? Math.min(expires_at, invitation.expires_at) : expires_at;
}
