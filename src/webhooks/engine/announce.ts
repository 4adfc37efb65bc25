/** What the engine tells of its own work: the health of an endpoint, and deliveries that it gave up. */

import type { EventType } from '../../ledger/event-types.ts';
import { recordEvent } from '../../ledger/outbox.ts';
import type { Query, Statement } from '../../platform/db/database.ts';
import type { DispatchRow } from './deliveries.repository.ts';

type EndpointEvent = Extract<EventType, `endpoint.${string}`>;

interface OtherSide {
  readonly practice_id: string;
  readonly needs_feedback: number;
}

/** To the owner: in the feed, and to its other endpoints. */
export const announceEndpoint = (
  query: Query,
  type: EndpointEvent,
  endpoint: { readonly id: string; readonly practice_id: string },
  data: Record<string, unknown>,
  now: number,
): Statement[] =>
  recordEvent(
    query,
    {
      type,
      actor: 'system',
      referral: null,
      parties: { practice: { practice_id: endpoint.practice_id } },
      data: { endpoint_id: endpoint.id, ...data },
      exceptEndpointId: endpoint.id,
    },
    now,
  );

/**
 * To the owner, and to the other side of the referral. News that needs the consent's `feedback` direction is not
 * named, and the other side is not told of it: this event would outlive the consent. News of this kind about news of
 * this kind is not made, so that two broken endpoints do not feed each other.
 * @param reason told to the owner alone: what its receiver said is nobody else's
 */
export function announceExhaustion(
  query: Query,
  deliveryId: string,
  dispatch: DispatchRow,
  now: number,
  { onlyIfChanged = false, reason }: { onlyIfChanged?: boolean; reason?: string | undefined } = {},
): Statement[] {
  if (/^(delivery|endpoint)\./.test(dispatch.type)) return [];
  const other = JSON.parse(dispatch.other_side ?? 'null') as OtherSide | null;
  const isNameable = !dispatch.needs_feedback && !other?.needs_feedback;
  const named = isNameable
    ? {
        event_type: dispatch.type,
        ...(dispatch.referral_id === null ? {} : { referral_id: dispatch.referral_id }),
      }
    : {};
  const event = { type: 'delivery.exhausted', actor: 'system', referral: null } as const;
  const { practice_id, endpoint_id, id: event_id } = dispatch;
  const toOwner = recordEvent(
    query,
    {
      ...event,
      parties: { practice: { practice_id }, partner: null },
      data: { event_id, ...named, delivery_id: deliveryId, endpoint_id, ...(reason ? { reason } : {}) },
      exceptEndpointId: endpoint_id,
      onlyIfChanged,
    },
    now,
  );
  if (!isNameable || other === null) return toOwner;
  const toOther = {
    ...event,
    parties: { practice: null, partner: { practice_id: other.practice_id } },
    data: { event_id, ...named, practice_id },
  };
  return [...toOwner, ...recordEvent(query, toOther, now)];
}
