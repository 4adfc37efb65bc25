/**
 * What a practice is told of an event: one shape for webhooks and the poll feed. It names things and their state;
 * it holds no client data.
 */
import * as v from 'valibot';
import { timeOut, toTime } from '../http/fields.ts';
import { EVENT_TYPE_NAMES } from '../ledger/event-types.ts';
import { createCapacityUrl, createReportUrl, READY_SHARE_MS } from '../platform/vault/links.ts';
import type { Vault } from '../platform/vault/vault.ts';

export interface TellableEvent {
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  readonly data: Record<string, unknown>;
  readonly occurred_at: number;
  readonly sequence: number | null;
}

/** What happened, as it is told to a practice. @schema Event */
export const EventSchema = v.object({
  /** Its id; also the `webhook-id`. */
  id: v.string(),
  /** What happened. */
  type: v.picklist(EVENT_TYPE_NAMES),
  /** When. */
  timestamp: timeOut,
  /** What it is about: ids and states, no client data. */
  data: v.looseObject({
    actor: v.string(),
    sequence: v.optional(v.number()),
    referral_id: v.optional(v.string()),
    choice_id: v.optional(v.string()),
    message_id: v.optional(v.string()),
    plan_item_id: v.optional(v.string()),
    prepared_referral_id: v.optional(v.string()),
    invitation_id: v.optional(v.string()),
    partnership_id: v.optional(v.string()),
    joint_event_id: v.optional(v.string()),
    changed: v.optional(v.array(v.string())),
    review_on: v.optional(v.string()),
    credential_id: v.optional(v.string()),
    expires_on: v.optional(v.string()),
    days_left: v.optional(v.number()),
    practice_id: v.optional(v.string()),
    endpoint_id: v.optional(v.string()),
    delivery_id: v.optional(v.string()),
    key_id: v.optional(v.string()),
    created_by: v.optional(v.picklist(['operator', 'practice'])),
    revoked_by: v.optional(v.picklist(['operator', 'practice'])),
    scopes: v.optional(v.array(v.string())),
    event_id: v.optional(v.string()),
    event_type: v.optional(v.string()),
    state: v.optional(v.string()),
    reason: v.optional(v.string()),
    stage: v.optional(v.string()),
    outcome: v.optional(v.string()),
    code: v.optional(v.string()),
    url: v.optional(v.string()),
    month: v.optional(v.string()),
    time_zone: v.optional(v.string()),
    referrals: v.optional(v.looseObject({})),
    engagements: v.optional(v.looseObject({})),
    report_share_id: v.optional(v.string()),
    report_url: v.optional(v.string()),
    capacity_url: v.optional(v.string()),
    /** Only in webhooks to the receiver of a referral: where its outcome can be reported without a key. */
    callback_url: v.optional(v.string()),
    /** Only in webhooks to an endpoint with `page_links`: the page of the referral, for a person. */
    page_url: v.optional(v.string()),
    /**
     * Only in webhooks: with `payload: full` the referral as the practice may see it then, otherwise what is known of it
     * before the acceptance, without the client.
     */
    referral: v.optional(v.looseObject({})),
  }),
});

/** The address of what the event is about. */
function linkOf(event: TellableEvent, origin: string): { url?: string } {
  const { referral_id, choice_id, prepared_referral_id, partnership_id, endpoint_id } = event.data;
  if (typeof referral_id === 'string') return { url: `${origin}/v1/referrals/${referral_id}` };
  if (typeof choice_id === 'string') return { url: `${origin}/v1/choices/${choice_id}` };
  if (typeof prepared_referral_id === 'string')
    return { url: `${origin}/v1/prepared-referrals/${prepared_referral_id}` };
  if (typeof partnership_id === 'string') return { url: `${origin}/v1/partnerships/${partnership_id}` };
  if (typeof endpoint_id === 'string') return { url: `${origin}/v1/webhook-endpoints/${endpoint_id}` };
  return {};
}

/** To whom an event is told, and by which endpoint or key: what it says dies with that. */
export interface Listener {
  readonly practiceId: string;
  /** Null where nobody is to act by its links: a key that may not write what they could, an endpoint without `page_links`. */
  readonly makerId: string | null;
}

type Linked = { report_url?: string; capacity_url?: string };

async function linksOf(
  { type, data, occurred_at }: TellableEvent,
  { practiceId, makerId }: Listener,
  vault: Vault,
  origin: string,
): Promise<Linked> {
  if (type === 'practice.capacity_due' && makerId !== null)
    return {
      capacity_url: await createCapacityUrl({ practiceId, askedAt: occurred_at, makerId }, vault, origin),
    };
  const { report_share_id: shareId, month, time_zone: timeZone } = data;
  if (typeof shareId !== 'string' || typeof month !== 'string' || typeof timeZone !== 'string') return {};
  const expiresAt = occurred_at + READY_SHARE_MS;
  return {
    report_url: await createReportUrl({ shareId, practiceId, month, timeZone }, expiresAt, vault, origin),
  };
}

/** What an event says that stands nowhere: links to pages, equal with each look while the keys are. */
export async function withLinks<E extends TellableEvent>(
  event: E,
  listener: Listener,
  vault: Vault,
  origin: string,
): Promise<E> {
  return { ...event, data: { ...event.data, ...(await linksOf(event, listener, vault, origin)) } };
}

export function toEnvelope(event: TellableEvent, origin: string): v.InferOutput<typeof EventSchema> {
  return {
    id: event.id,
    type: event.type as v.InferOutput<typeof EventSchema>['type'],
    timestamp: toTime(event.occurred_at),
    data: {
      ...event.data,
      ...linkOf(event, origin),
      actor: event.actor,
      ...(event.sequence === null ? {} : { sequence: event.sequence }),
    },
  };
}
