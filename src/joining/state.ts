/** How an invitation to join stands, for each of those who look at it. */
import { DAY_MS } from '../platform/durations.ts';
import type { JoinInvitationRow } from './joining.repository.ts';

/** How an invitation stands, for the practice that made it. @schema JoinInvitationState */
export const INVITATION_STATES = [
  /** Nobody has registered by it yet. */
  'open',
  /** Nobody registered in time. */
  'expired',
  /** It was taken back. */
  'revoked',
  /** The colleague has registered; the rest is between her and the operator. */
  'registered',
  /** She was admitted, and the partnership stands. */
  'joined',
] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];

type Standing = Pick<JoinInvitationRow, 'registered_at' | 'revoked_at' | 'expires_at' | 'decision'>;

/** No more than that: what the operator found is not the inviter's to know. */
export function invitationState(row: Standing, now: number): InvitationState {
  if (row.decision === 'admitted') return 'joined';
  if (row.revoked_at !== null) return 'revoked';
  if (row.registered_at !== null) return 'registered';
  return row.expires_at > now ? 'open' : 'expired';
}

/** How a registration stands, for whoever made it and for the operator. @schema RegistrationState */
export const REGISTRATION_STATES = [
  /** The operator has not decided. */
  'waiting',
  /** The practice takes part. */
  'admitted',
  /** It does not; the reason is said. */
  'refused',
] as const;
export type RegistrationState = (typeof REGISTRATION_STATES)[number];

export const registrationState = ({ decision }: Pick<JoinInvitationRow, 'decision'>): RegistrationState =>
  decision ?? 'waiting';

/** The link of who registered outlives the invitation: boards take weeks. */
export const REGISTERED_LINK_MS = 180 * DAY_MS;
