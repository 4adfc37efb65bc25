/** What a receiver's link leads to, read in one D1 call. */

import { selectLabels } from '../catalog/catalog.repository.ts';
import type { Label } from '../catalog/labels.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { many, one } from '../platform/db/plan.ts';
import type { ReferralLink } from '../platform/vault/links.ts';
import { selectTimeZone } from '../practices/practices.repository.ts';
import type { Move } from '../referrals/lifecycle.ts';
import { type SenderDesk, selectReferral, selectSenderDesk } from '../referrals/referrals.repository.ts';
import { presentSummary } from '../referrals/referrals.view.ts';
import { toldTo } from '../referrals/told.ts';
import type { TrueReferral } from '../referrals/truth.ts';
import { type CallbackSettings, callbackSettingsOf } from '../webhooks/endpoints/callback-settings.ts';
import type { EndpointRow } from '../webhooks/endpoints/endpoints.repository.ts';
import { selectLinkedEndpoint } from './callbacks.repository.ts';

export interface Target {
  readonly link: ReferralLink;
  /** As the receiver may see it, without the client. */
  readonly referral: ReturnType<typeof presentSummary>;
  /** The receiver is suspended, and what it may not do for that. */
  readonly isSuspended: boolean;
  readonly barredMoves: readonly Move[];
  /** By which the link came. */
  readonly endpoint: EndpointRow;
  readonly settings: CallbackSettings;
}

/** What a message to an endpoint's own address names. */
export async function readLinked(
  referralIds: readonly string[],
  endpointId: string,
  { database }: Exchange,
): Promise<{ referrals: TrueReferral[]; endpoint: EndpointRow | undefined }> {
  const { query } = database;
  const [[endpoint], ...referrals] = await database.batch([
    selectLinkedEndpoint(query, endpointId),
    ...referralIds.map((id) => selectReferral(query, id)),
  ] as const);
  return { referrals: referrals.flat(), endpoint };
}

/** Null where the endpoint may not report, or its practice is not the receiver or sees nothing of it (yet). */
export function toTarget(referral: TrueReferral, endpoint: EndpointRow, now: number): Target | null {
  const practiceId = endpoint.practice_id;
  const told = toldTo(referral, practiceId, false, now);
  if (told?.side !== 'receiver' || !endpoint.callback_links) return null;
  return {
    link: { referralId: told.id, practiceId, makerId: endpoint.id },
    referral: presentSummary(told),
    isSuspended: told.isSuspended,
    barredMoves: told.barredMoves,
    endpoint,
    settings: callbackSettingsOf(endpoint),
  };
}

/** With what its page says beside it. */
interface LinkedTarget extends Target {
  readonly timeZone: string;
  readonly senderDesk: SenderDesk | null;
  readonly labels: readonly Label[];
}

/** Also null where the endpoint that the link came by was deleted. */
export async function readTarget(
  link: ReferralLink,
  { database, now }: Exchange,
): Promise<LinkedTarget | null> {
  const { query } = database;
  const { referral, endpoint, practice, desk, labels } = await database.read({
    referral: one(selectReferral(query, link.referralId)),
    endpoint: one(selectLinkedEndpoint(query, link.makerId)),
    practice: one(selectTimeZone(query, link.practiceId)),
    desk: one(selectSenderDesk(query, link.referralId)),
    labels: many(selectLabels(query, link.referralId)),
  });
  if (!referral || endpoint?.practice_id !== link.practiceId) return null;
  const target = toTarget(referral, endpoint, now);
  return target && { ...target, timeZone: practice?.time_zone ?? 'UTC', senderDesk: desk ?? null, labels };
}
