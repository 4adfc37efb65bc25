/** The link by which a client reaches their consent: unguessable, and known here only by its hash. */
import { sha256Hex } from '../access/token.ts';
import { newId } from '../db/ids.ts';
import type { ConsentRequestRow } from './requests.repository.ts';

const DAY_MS = 86_400_000;
/** How long a link may be used to decide. Once decided it stays, to read and to revoke. */
export const LINK_DAYS = 30;

export interface AskedConsent {
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly valid_days: number;
  readonly disclose_on_send: boolean;
  readonly part2: boolean;
}

export const hashLinkToken = (token: string) => sha256Hex(`consent-link:${token}`);

export async function createLink(
  referralId: string,
  asked: AskedConsent,
  origin: string,
  now: number,
): Promise<{ url: string; row: ConsentRequestRow }> {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const token = btoa(String.fromCharCode(...random))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  return {
    url: `${origin}/consent/${token}`,
    row: {
      ...asked,
      categories: [...asked.categories],
      purposes: [...asked.purposes],
      id: newId('consent_request'),
      referral_id: referralId,
      token_hash: await hashLinkToken(token),
      names_tried: 0,
      expires_at: now + LINK_DAYS * DAY_MS,
      ended_at: null,
      created_at: now,
    },
  };
}
