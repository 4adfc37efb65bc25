/** What a client's decision writes: the consent, the events, the move of the referral. */

import { insertConsent, revokeConsent } from '../../consents/consents.repository.ts';
import { feedbackUntil } from '../../consents/consents.schemas.ts';
import type { ConsentRequestRow } from '../../consents/requests.repository.ts';
import type { Query, Statement } from '../../platform/db/database.ts';
import { consentIdOf } from '../../platform/db/ids.ts';
import type { ReferralVault } from '../../platform/vault/vault.ts';
import { changeReferral, noteReferral, revokeReferral } from '../change.ts';
import type { TrueReferral } from '../truth.ts';

export type HostedConsent = Parameters<typeof insertConsent>[1];

export const NOTICE_VERSION = '2026-12';

export interface Grant {
  readonly categories: readonly string[];
  readonly feedback: boolean;
  readonly purposes: readonly string[];
  readonly signedBy: string;
  readonly representativeAuthority: string | null;
  readonly language: string;
  /** The exact text that was shown, and its SHA-256. */
  readonly text: string;
  readonly textHash: string;
  readonly expiresAt: number;
}

/** The consent of one referral, as it is kept. @param vault the referral's own */
export async function toHostedConsent(
  referralId: string,
  request: ConsentRequestRow,
  grant: Grant,
  vault: ReferralVault,
  now: number,
): Promise<HostedConsent> {
  const id = consentIdOf(referralId);
  const signature = {
    signed_by: grant.signedBy,
    ...(grant.representativeAuthority ? { representative_authority: grant.representativeAuthority } : {}),
  };
  return {
    referral_id: referralId,
    method: 'hosted' as const,
    categories: [...grant.categories],
    directions: grant.feedback ? ['forward', 'feedback'] : ['forward'],
    sealed_purposes: await vault.seal('consents.sealed_purposes', grant.purposes, id),
    disclose_on_send: request.disclose_on_send,
    part2: request.part2,
    notice_version: NOTICE_VERSION,
    language: grant.language,
    sealed_signature: await vault.seal('consents.sealed_signature', signature, id),
    text_hash: grant.textHash,
    sealed_text: await vault.seal('consents.sealed_text', grant.text, id),
    granted_at: now,
    expires_at: grant.expiresAt,
    expiry_noted_at: null,
    revoked_at: null,
    recorded_by_key_id: request.id,
    recorded_at: now,
  };
}

export const GRANTED = { type: 'consent.granted', actor: 'client', data: {} } as const;

/** The referral is sent with the consent: two facts, and an event for each. */
export async function grantConsent(
  query: Query,
  referral: TrueReferral,
  referralId: string,
  request: ConsentRequestRow,
  grant: Grant,
  vault: ReferralVault,
  now: number,
): Promise<Statement[]> {
  const consent = await toHostedConsent(referralId, request, grant, vault, now);
  const granted = noteReferral(query, referral, GRANTED, now);
  const sent = changeReferral(
    query,
    granted.referral,
    {
      move: 'record_consent',
      by: 'client',
      feedback: grant.feedback,
      feedbackUntil: feedbackUntil(consent),
    },
    now,
  );
  return [insertConsent(query, consent), ...granted.statements, ...sent.statements];
}

export const denyConsent = (query: Query, referral: TrueReferral, now: number): Statement[] =>
  changeReferral(query, referral, { move: 'deny_consent', by: 'client', feedback: false }, now).statements;

export const takeBackConsent = (
  query: Query,
  referral: TrueReferral,
  referralId: string,
  now: number,
): Statement[] => [revokeConsent(query, referralId, now), ...revokeReferral(query, referral, now).statements];
