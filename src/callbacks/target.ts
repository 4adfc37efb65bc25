/** What a receiver's link leads to, read in one D1 call. */
import type { Exchange } from '../http/operation.ts';
import { type NamedReferralRow, selectReferral } from '../referrals/referrals.repository.ts';
import { presentSummary, sideOf } from '../referrals/referrals.view.ts';
import type { ReferralLink } from '../vault/links.ts';
import { type CallbackSettings, callbackSettingsOf } from '../webhooks/callback-settings.ts';
import type { EndpointRow } from '../webhooks/endpoints.repository.ts';
import { selectLinkedEndpoint, selectTimeZone } from './callbacks.repository.ts';

export interface Target {
  readonly link: ReferralLink;
  /** As the receiver may see it, without the client. */
  readonly referral: ReturnType<typeof presentSummary>;
  readonly settings: CallbackSettings;
}

const NO_SETTINGS = callbackSettingsOf({ callback: {} });

/** What a message to an endpoint's own address names. */
export async function readLinked(
  referralIds: readonly string[],
  endpointId: string,
  { database }: Exchange,
): Promise<{ rows: NamedReferralRow[]; endpoint: EndpointRow | undefined }> {
  const { query } = database;
  const [[endpoint], ...referrals] = await database.batch([
    selectLinkedEndpoint(query, endpointId),
    ...referralIds.map((id) => selectReferral(query, id)),
  ] as const);
  return { rows: referrals.flat(), endpoint };
}

/** Null where the practice is not the receiver, or sees nothing of the referral (yet). */
export function toTarget(
  row: NamedReferralRow,
  endpoint: EndpointRow | undefined,
  practiceId: string,
  now: number,
): Target | null {
  if (sideOf(row, practiceId) !== 'receiver') return null;
  return {
    link: { referralId: row.id, practiceId, makerId: endpoint?.id ?? '' },
    referral: presentSummary(row, 'receiver', false, now),
    settings: endpoint ? callbackSettingsOf(endpoint) : NO_SETTINGS,
  };
}

/** Also null where the endpoint that the link came by was deleted. */
export async function readTarget(link: ReferralLink, { database, now }: Exchange) {
  const { query } = database;
  const [[row], [endpoint], [practice]] = await database.batch([
    selectReferral(query, link.referralId),
    selectLinkedEndpoint(query, link.makerId),
    selectTimeZone(query, link.practiceId),
  ]);
  // Links of before endpoints were named in them have no maker.
  if (link.makerId !== '' && endpoint?.practice_id !== link.practiceId) return null;
  const target = row && toTarget(row, endpoint, link.practiceId, now);
  return target ? { ...target, endpoint, timeZone: practice?.time_zone ?? 'UTC' } : null;
}
