/**
 * Writes an event, who is told of it and the deliveries to their endpoints. The statements belong into the batch
 * of the state change itself: either all of it happened or none.
 */
import { sql } from 'drizzle-orm';
import type { Query, Statement } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { deliveries, event_recipients, events, webhook_endpoints } from '../db/schema.ts';
import type { EventActor, EventType } from './types.ts';

/** More than the endpoints of two practices: `ENDPOINTS_PER_PRACTICE_MAX` in webhooks/. */
const DELIVERIES_PER_EVENT_MAX = 40;

export interface Recipient {
  readonly practice_id: string;
  /** Which event of this referral it is for this practice; null outside referrals. */
  readonly sequence: number | null;
  /** Telling it needs the consent's `feedback` direction at the moment of telling. */
  readonly needs_feedback: boolean;
}

export interface NewEvent {
  readonly type: EventType;
  readonly actor: EventActor;
  /** `sequence` is the referral's version after the change: a second event of the same change is refused. */
  readonly referral: { readonly id: string; readonly sequence: number } | null;
  readonly recipients: readonly Recipient[];
  /** Codes, ids and states; never client data. */
  readonly data: Record<string, unknown>;
}

export function recordEvent(query: Query, event: NewEvent, now: number): Statement[] {
  const eventId = newId('event');
  const position = sql`(select ${events.position} from ${events} where ${events.id} = ${eventId})`;
  const recipients = sql`json_each(${JSON.stringify(event.recipients)})`;
  const deliveryIds = JSON.stringify(
    Array.from({ length: DELIVERIES_PER_EVENT_MAX }, () => newId('delivery')),
  );
  return [
    query.insert(events).values({
      id: eventId,
      type: event.type,
      referral_id: event.referral?.id ?? null,
      sequence: event.referral?.sequence ?? null,
      actor: event.actor,
      data: event.data,
      occurred_at: now,
    }),
    query.run(sql`
      insert into ${event_recipients} (practice_id, position, sequence, needs_feedback)
      select value ->> 'practice_id', ${position}, value ->> 'sequence', value ->> 'needs_feedback' from ${recipients}`),
    query.all(sql`
      insert into ${deliveries} (id, practice_id, endpoint_id, position, state, next_attempt_at, created_at)
      select json_extract(${deliveryIds}, '$[' || (row_number() over (order by endpoint.id) - 1) || ']'),
        endpoint.practice_id, endpoint.id, ${position}, 'pending', ${now}, ${now}
      from ${recipients} as recipient
      join ${webhook_endpoints} as endpoint on endpoint.practice_id = recipient.value ->> 'practice_id'
      where endpoint.enabled = 1 and endpoint.deleted_at is null and (
        json_array_length(endpoint.event_types) = 0
        or exists (select 1 from json_each(endpoint.event_types) as wanted where wanted.value = ${event.type}))
      returning id as delivery_id`),
  ] as Statement[];
}
