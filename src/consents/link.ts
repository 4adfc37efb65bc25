/** The link by which a client reaches their consent: unguessable, and known here only by its hash. */
import { sha256Hex } from '../platform/access/token.ts';
import { newId } from '../platform/db/ids.ts';
import { DAY_MS } from '../platform/durations.ts';
import type { ReferralVault } from '../platform/vault/vault.ts';
import type { SingleOptionReason } from './consents.schemas.ts';
import type { ConsentRequestRow } from './requests.repository.ts';

/** How long a link may be used to decide. Once decided it stays, to read and to revoke. */
export const LINK_DAYS = 30;

export interface AskedConsent {
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly valid_days: number;
  readonly disclose_on_send: boolean;
  readonly part2: boolean;
  readonly single_option_reason: SingleOptionReason | null;
}

export const hashLinkToken = (token: string) => sha256Hex(`consent-link:${token}`);

export async function createLink(
  referralId: string,
  asked: AskedConsent,
  vault: ReferralVault,
  origin: string,
  now: number,
  page: 'consent' | 'choice' = 'consent',
): Promise<{ url: string; row: ConsentRequestRow }> {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const token = btoa(String.fromCharCode(...random))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  const id = newId('consent_request');
  return {
    url: `${origin}/${page}/${token}`,
    row: {
      id,
      categories: [...asked.categories],
      sealed_purposes: await vault.seal('consent_requests.sealed_purposes', asked.purposes, id),
      valid_days: asked.valid_days,
      disclose_on_send: asked.disclose_on_send,
      part2: asked.part2,
      single_option_reason: asked.single_option_reason,
      referral_id: referralId,
      token_hash: await hashLinkToken(token),
      names_tried: 0,
      name_tries: [],
      expires_at: now + LINK_DAYS * DAY_MS,
      ended_at: null,
      created_at: now,
    },
  };
}

/** What is asked for: free text of the sender, and so sealed. */
export const openPurposes = (row: ConsentRequestRow, vault: ReferralVault) =>
  vault.open<string[]>('consent_requests.sealed_purposes', row.sealed_purposes, row.id);
