/** What a receiver's link leads to, read in one D1 call. */
import type { Exchange } from '../http/operation.ts';
import { type NamedReferralRow, selectReferral } from '../referrals/referrals.repository.ts';
import { presentSummary, sideOf } from '../referrals/referrals.view.ts';
import type { ReferralLink } from '../vault/links.ts';
import { type CallbackSettings, callbackSettingsOf } from '../webhooks/callback-settings.ts';
import type { EndpointRow } from '../webhooks/endpoints.repository.ts';
import { selectLinkedEndpoint } from './callbacks.repository.ts';

export interface Target {
  readonly link: ReferralLink;
  /** As the receiver may see it, without the client. */
  readonly referral: ReturnType<typeof presentSummary>;
  readonly settings: CallbackSettings;
}

const NO_SETTINGS = callbackSettingsOf({ callback: {} });

export async function readLinked(referralId: string, endpointId: string, { database }: Exchange) {
  const { query } = database;
  const [[row], [endpoint]] = await database.batch([
    selectReferral(query, referralId),
    selectLinkedEndpoint(query, endpointId),
  ]);
  return { row, endpoint };
}

/** Null where the practice is not the receiver, or sees nothing of the referral (yet). */
export function toTarget(
  row: NamedReferralRow | undefined,
  endpoint: EndpointRow | undefined,
  practiceId: string,
  now: number,
): Target | null {
  if (!row || sideOf(row, practiceId) !== 'receiver') return null;
  return {
    link: { referralId: row.id, practiceId, makerId: endpoint?.id ?? '' },
    referral: presentSummary(row, 'receiver', false, now),
    settings: endpoint ? callbackSettingsOf(endpoint) : NO_SETTINGS,
  };
}

/** Also null where the endpoint that the link came by was deleted. */
export async function readTarget(link: ReferralLink, exchange: Exchange) {
  const { row, endpoint } = await readLinked(link.referralId, link.makerId, exchange);
  // Links of before endpoints were named in them have no maker.
  if (link.makerId !== '' && endpoint?.practice_id !== link.practiceId) return null;
  const target = toTarget(row, endpoint, link.practiceId, exchange.now);
  return target && { ...target, endpoint };
}
