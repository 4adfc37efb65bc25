/** What a receiver's link leads to, read in one D1 call. */
import type { Exchange } from '../http/operation.ts';
import { selectTimeZone } from '../practices/practices.repository.ts';
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
  /** By which the link came. */
  readonly endpoint: EndpointRow;
  readonly settings: CallbackSettings;
}

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

/** Null where the endpoint's practice is not the receiver, or sees nothing of the referral (yet). */
export function toTarget(row: NamedReferralRow, endpoint: EndpointRow, now: number): Target | null {
  const practiceId = endpoint.practice_id;
  if (sideOf(row, practiceId) !== 'receiver') return null;
  return {
    link: { referralId: row.id, practiceId, makerId: endpoint.id },
    referral: presentSummary(row, 'receiver', false, now),
    endpoint,
    settings: callbackSettingsOf(endpoint),
  };
}

/** Also null where the endpoint that the link came by was deleted. */
export async function readTarget(
  link: ReferralLink,
  { database, now }: Exchange,
): Promise<(Target & { readonly timeZone: string }) | null> {
  const { query } = database;
  const [[row], [endpoint], [practice]] = await database.batch([
    selectReferral(query, link.referralId),
    selectLinkedEndpoint(query, link.makerId),
    selectTimeZone(query, link.practiceId),
  ]);
  if (!row || endpoint?.practice_id !== link.practiceId) return null;
  const target = toTarget(row, endpoint, now);
  return target && { ...target, timeZone: practice?.time_zone ?? 'UTC' };
}
