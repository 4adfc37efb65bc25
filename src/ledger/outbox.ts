/**
 * Writes an event, who is told of it and the deliveries to their endpoints. The statements belong into the batch
 * of the state change itself: either all of it happened or none.
 */
import { type Placeholder, sql } from 'drizzle-orm';
import type { Query, Statement } from '../platform/db/database.ts';
import { newIdAt } from '../platform/db/ids.ts';
import { prepared } from '../platform/db/prepared.ts';
import { deliveries, event_recipients, events, webhook_endpoints } from '../platform/db/schema.ts';
import { type CauseOf, type EventType, type HearerOf, ruleOf } from './event-types.ts';
import { positionAt } from './events.repository.ts';

export interface Recipient {
  readonly practice_id: string;
  /** Which event of this referral it is for this practice; left out outside referrals. */
  readonly sequence?: number;
  /** Telling it needs the consent's `feedback` direction at the moment of telling. */
  readonly needs_feedback?: boolean;
}

export interface NewEvent<T extends EventType = EventType> {
  readonly type: T;
  readonly actor: CauseOf<T>;
  /** `sequence` is the referral's version after the change: a second event of the same change is refused. */
  readonly referral: { readonly id: string; readonly sequence: number } | null;
  /** Who stands where the table lets somebody hear of it; null for one that is not told this time. */
  readonly parties: { readonly [H in HearerOf<T>]: Recipient | null };
  /** Codes, ids and states; never client data. The referral's id is told without standing in here: see `TOLD_DATA`. */
  readonly data: Record<string, unknown>;
  /** The endpoint that the event is about: it does not get news of its own failures. */
  readonly exceptEndpointId?: string;
  /** The statement before it must have changed something, else the whole batch is refused. */
  readonly onlyIfChanged?: boolean;
}

/** Behind what is held, or is being replayed, new events queue up. */
export const queuesUp = sql.raw('(endpoint.enabled = 0 or endpoint.replay_head_position is not null)');

function recipientsOf<T extends EventType>({ type, parties }: NewEvent<T>) {
  const present: { readonly [hearer: string]: Recipient | null } = parties;
  return ruleOf(type).hears.flatMap((hearer) => {
    const recipient = present[hearer];
    return recipient ? [{ sequence: null, needs_feedback: false, ...recipient }] : [];
  });
}

const last = sql`(select max(position) from ${events})`;
const positionOf = (eventId: Placeholder) =>
  sql`(select recorded.position from ${events} as recorded where recorded.position = ${last} and recorded.id = ${eventId})`;

const insertEvent = prepared<{
  first: number;
  id: string;
  type: EventType;
  referralId: string | null;
  sequence: number | null;
  actor: string;
  data: string;
  now: number;
  onlyIfChanged: number;
}>()(
  (query, { first, id, type, referralId, sequence, actor, data, now, onlyIfChanged }) =>
    query.run(sql`
      insert into ${events} (position, id, type, referral_id, sequence, actor, data, occurred_at)
      select max(${first}, coalesce(${last}, 0) + 1), ${id}, ${type}, ${referralId}, ${sequence}, ${actor}, ${data}, ${now}
      where ${onlyIfChanged} = 0 or changes() > 0`) as Statement,
);

/** Without the event there is no position, and the column refuses that. */
const insertRecipients = prepared<{ eventId: string; recipients: string }>()(
  (query, { eventId, recipients }) =>
    query.run(sql`
      insert into ${event_recipients} (practice_id, position, sequence, needs_feedback)
      select value ->> 'practice_id', ${positionOf(eventId)}, value ->> 'sequence', value ->> 'needs_feedback'
      from json_each(${recipients})`) as Statement,
);

const insertDeliveries = prepared<{
  eventId: string;
  type: EventType;
  recipients: string;
  exceptEndpointId: string;
  now: number;
}>()(
  (query, { eventId, type, recipients, exceptEndpointId, now }) =>
    query.all(sql`
      insert into ${deliveries} (endpoint_id, position, state, next_attempt_at, created_at)
      select endpoint.id, ${positionOf(eventId)}, iif(${queuesUp}, 'held', 'pending'), iif(${queuesUp}, null, ${now}), ${now}
      from json_each(${recipients}) as recipient
      join ${webhook_endpoints} as endpoint on endpoint.practice_id = recipient.value ->> 'practice_id'
      where endpoint.deleted_at is null and endpoint.id <> ${exceptEndpointId} and (
        json_array_length(endpoint.event_types) = 0
        or exists (select 1 from json_each(endpoint.event_types) as wanted where wanted.value = ${type}))
      returning iif(state = 'pending', id, null) as delivery_id`) as Statement,
);

export function recordEvent<T extends EventType>(query: Query, event: NewEvent<T>, now: number): Statement[] {
  const { type, actor, referral, exceptEndpointId = '' } = event;
  const eventId = newIdAt('event', now);
  const recipients = JSON.stringify(recipientsOf(event));
  return [
    insertEvent(query, {
      first: positionAt(now),
      id: eventId,
      type,
      referralId: referral?.id ?? null,
      sequence: referral?.sequence ?? null,
      actor,
      data: JSON.stringify(event.data),
      now,
      onlyIfChanged: event.onlyIfChanged ? 1 : 0,
    }),
    insertRecipients(query, { eventId, recipients }),
    insertDeliveries(query, { eventId, type, recipients, exceptEndpointId, now }),
  ];
}
