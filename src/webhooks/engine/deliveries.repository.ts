import { and, desc, eq, inArray, lt, type Placeholder, type SQL, sql } from 'drizzle-orm';
import { TOLD_DATA, tellableColumns } from '../../ledger/events.repository.ts';
import { feedbackActive } from '../../ledger/feedback.repository.ts';
import type { Query } from '../../platform/db/database.ts';
import { placeOfDelivery } from '../../platform/db/ids.ts';
import { EXAMINED_PER_PAGE } from '../../platform/db/pages.ts';
import { prepared } from '../../platform/db/prepared.ts';
import {
  attempts,
  catalog_terms,
  client_records,
  deliveries,
  event_recipients,
  events,
  external_ids,
  type PracticeStatus,
  practices,
  quoted,
  referral_metadata,
  referrals,
  webhook_endpoints,
} from '../../platform/db/schema.ts';
import { selectReferral } from '../../referrals/referrals.repository.ts';
import { FORMATS_IN_TURN } from '../formats/formats.ts';

export type DeliveryRow = typeof deliveries.$inferSelect;
export type AttemptRow = Omit<typeof attempts.$inferSelect, 'delivery_id'>;

/** What a delivery's id is made of, and its key. */
interface Place {
  readonly endpointId: string | Placeholder;
  readonly position: number | Placeholder;
}

/** @param of the name by which a statement knows the row, where it knows others */
export function isAt({ endpointId, position }: Place, of?: string): SQL {
  const column = (name: string) => sql.raw(of === undefined ? name : `${of}.${name}`);
  return sql`${column('endpoint_id')} = ${endpointId} and ${column('position')} = ${position}`;
}

export const isDelivery = (deliveryId: string, of?: string): SQL => isAt(placeOfDelivery(deliveryId), of);

/** What is to be posted where, as the practice may be told of it now. */
export interface DispatchRow {
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  readonly data: string;
  readonly occurred_at: number;
  readonly sequence: number | null;
  readonly referral_id: string | null;
  readonly tellable: number;
  readonly needs_feedback: number;
  /** Whether and how the other side of the referral was told, as JSON; null where nobody else was. */
  readonly other_side: string | null;
  readonly practice_id: string;
  readonly is_receiver: number;
  readonly lease_until: number | null;
  readonly attempts_count: number;
  readonly attempts_before: number;
  readonly since: number;
  readonly endpoint_id: string;
  readonly url: string;
  readonly enabled: number;
  readonly payload: 'thin' | 'full';
  readonly withheld_categories: string;
  readonly page_links: number;
  readonly callback_links: number;
  readonly practice_status: PracticeStatus;
  readonly confirmed_at: number | null;
  readonly sealed_secret: string;
  readonly sealed_previous_secret: string | null;
  readonly previous_secret_until: number | null;
  readonly sealed_headers: string | null;
  readonly format: string;
  readonly format_settings: string;
  readonly sealed_format_settings: string | null;
  readonly sealed_format_session: string | null;
  readonly format_session_until: number | null;
  readonly endpoint_version: number;
  readonly kept: string;
  /** Of the referral at this practice: the ids of its records by system, as JSON. */
  readonly records: string;
  /** What the referral's service and reason are called, as JSON. */
  readonly labels: string;
  /** What the practice keeps of the referral for itself, sealed, with the key to it, as JSON; null where it keeps nothing. */
  readonly sealed_metadata: string | null;
  /**
   * Another delivery about the referral comes first at this endpoint: an earlier one that was never tried, or whichever
   * is under way. One that was never tried itself waits for earlier ones alone, as nothing later begins before it.
   */
  readonly waits: number;
  readonly sender_practice_id: string | null;
  readonly endpoint_created_at: number;
  readonly health_version: number;
  readonly failures_count: number;
  readonly failing_since: number | null;
  readonly healthy_at: number | null;
  readonly breaker_trips: number;
  readonly breaker_until: number | null;
}

const dispatchAt = (query: Query, place: Place, now: number | Placeholder, isWanted: SQL) =>
  query.all<DispatchRow>(sql`
    select events.id, events.type, events.actor, ${TOLD_DATA} as data, events.occurred_at, told.sequence, events.referral_id,
      (told.needs_feedback = 0 or ${feedbackActive(sql`events.referral_id`, now)}) as tellable, told.needs_feedback,
      (select json_object('practice_id', other.practice_id, 'needs_feedback', other.needs_feedback)
        from ${event_recipients} as other
        where other.practice_id = iif(about.sender_practice_id = endpoint.practice_id, about.receiver_practice_id, about.sender_practice_id)
          and other.position = d.position) as other_side,
      endpoint.practice_id, coalesce(about.receiver_practice_id = endpoint.practice_id, 0) as is_receiver, d.lease_until, d.attempts_count, d.attempts_before, coalesce(d.queued_at, d.created_at) as since,
      d.endpoint_id, endpoint.url, endpoint.enabled, endpoint.payload, endpoint.withheld_categories, endpoint.page_links, endpoint.callback_links,
      (select owner.status from ${practices} as owner where owner.id = endpoint.practice_id) as practice_status,
      endpoint.confirmed_at, endpoint.sealed_secret, endpoint.sealed_previous_secret, endpoint.previous_secret_until, endpoint.sealed_headers,
      endpoint.format, endpoint.format_settings, endpoint.sealed_format_settings, d.kept,
      (select json_group_array(json_object('system', known.system, 'id', known.external_id, 'client_told', known.client_told))
        from ${external_ids} as known
        where known.practice_id = endpoint.practice_id and known.referral_id = events.referral_id) as records,
      (select json_group_array(json_object('kind', term.kind, 'label_en', term.label_en, 'label_es', term.label_es))
        from ${catalog_terms} as term
        where (term.kind, term.code) in (values ('service', about.service), ('reason', about.reason))) as labels,
      (select json_object('sealed', noted.sealed_metadata, 'master_key_id', held.master_key_id, 'wrapped_data_key', held.wrapped_data_key)
        from ${referral_metadata} as noted
        join ${client_records} as held on held.referral_id = noted.referral_id
        where noted.practice_id = endpoint.practice_id and noted.referral_id = events.referral_id) as sealed_metadata,
      case when endpoint.format in (${quoted(FORMATS_IN_TURN)}) then exists (
        -- From the few events of the referral, never from the many deliveries of the endpoint.
        select 1 from ${events} as fact
        cross join ${deliveries} as other on other.endpoint_id = d.endpoint_id and other.position = fact.position
        where fact.referral_id = events.referral_id and fact.position <> d.position and other.state = 'pending'
          and (other.position < d.position and other.attempts_count = 0
            or other.lease_until > ${now} and (other.position < d.position or d.attempts_count > 0)))
        else 0 end as waits,
      endpoint.sealed_format_session, endpoint.format_session_until, endpoint.version as endpoint_version,
      about.sender_practice_id,
      endpoint.created_at as endpoint_created_at, endpoint.health_version, endpoint.failures_count,
      endpoint.failing_since, endpoint.healthy_at, endpoint.breaker_trips, endpoint.breaker_until
    from ${deliveries} as d
    join ${events} on events.position = d.position
    join ${webhook_endpoints} as endpoint on endpoint.id = d.endpoint_id
    join ${event_recipients} as told on told.practice_id = endpoint.practice_id and told.position = d.position
    left join ${referrals} as about on about.id = events.referral_id
    where ${isAt(place, 'd')} ${isWanted}`);

const dispatchLeased = prepared<{ endpointId: string; position: number; now: number; leaseUntil: number }>()(
  (query, { endpointId, position, now, leaseUntil }) =>
    dispatchAt(query, { endpointId, position }, now, sql`and d.lease_until = ${leaseUntil}`),
);

/** @param leaseUntil where it is wanted only while that lease holds: who lost the claim reads no more than that */
export const selectDispatch = (query: Query, deliveryId: string, now: number, leaseUntil?: number) =>
  leaseUntil === undefined
    ? dispatchAt(query, placeOfDelivery(deliveryId), now, sql``)
    : dispatchLeased(query, { ...placeOfDelivery(deliveryId), now, leaseUntil });

/** The referral that the delivery is about, where its endpoint gets the preview alone. */
const previewedLeased = prepared<{ endpointId: string; position: number; leaseUntil: number }>()(
  (query, { endpointId, position, leaseUntil }) =>
    selectReferral(
      query,
      sql`(
        select about.referral_id from ${deliveries} as d
        join ${webhook_endpoints} as endpoint on endpoint.id = d.endpoint_id and endpoint.payload = 'thin'
        join ${events} as about on about.position = d.position
        where ${isAt({ endpointId, position }, 'd')} and d.lease_until = ${leaseUntil})`,
    ),
);

export const selectPreviewed = (query: Query, deliveryId: string, leaseUntil: number) =>
  previewedLeased(query, { ...placeOfDelivery(deliveryId), leaseUntil });

/** Refused by a guard where the delivery does not count it. */
export const insertAttempt = (
  query: Query,
  deliveryId: string,
  row: Omit<AttemptRow, 'endpoint_id' | 'position'>,
) => {
  const { endpointId, position } = placeOfDelivery(deliveryId);
  return query.insert(attempts).values({ endpoint_id: endpointId, position, ...row });
};

const deliveryColumns = (now: number) => ({
  id: sql<string>`${deliveries.id}`.as('delivery_row_id'),
  endpoint_id: sql<string>`${deliveries.endpoint_id}`.as('endpoint_id'),
  position: sql<number>`${deliveries.position}`.as('position'),
  state: sql<DeliveryRow['state']>`${deliveries.state}`.as('state'),
  attempts_count: sql<number>`${deliveries.attempts_count}`.as('attempts_count'),
  // Not before the breaker lets it: a time in the past would be a promise that is already broken.
  next_attempt_at: sql<
    number | null
  >`max(${deliveries.next_attempt_at}, coalesce(${webhook_endpoints.breaker_until}, 0))`.as(
    'next_attempt_at',
  ),
  delivered_at: sql<number | null>`${deliveries.delivered_at}`.as('delivered_at'),
  created_at: sql<number>`${deliveries.created_at}`.as('created_at'),
  event_id: sql<string>`${events.id}`.as('event_id'),
  event_type: sql<string>`${events.type}`.as('event_type'),
  enabled: sql<number>`(${webhook_endpoints.enabled} and ${webhook_endpoints.deleted_at} is null)`.as(
    'enabled',
  ),
  tellable: tellableColumns(now).tellable,
});

export type ShownDeliveryRow = {
  id: string;
  endpoint_id: string;
  position: number;
  state: DeliveryRow['state'];
  attempts_count: number;
  next_attempt_at: number | null;
  delivered_at: number | null;
  created_at: number;
  event_id: string;
  event_type: string;
  enabled: number;
  tellable: number;
};

const selectShown = (query: Query, now: number) =>
  query
    .select(deliveryColumns(now))
    .from(deliveries)
    .innerJoin(events, eq(events.position, deliveries.position))
    .innerJoin(webhook_endpoints, eq(webhook_endpoints.id, deliveries.endpoint_id))
    .innerJoin(
      event_recipients,
      and(
        eq(event_recipients.practice_id, webhook_endpoints.practice_id),
        eq(event_recipients.position, deliveries.position),
      ),
    );

const examinedDownTo = (endpointId: string, beforePosition: number) => sql`coalesce((
  select ahead.position from ${deliveries} as ahead
  where ahead.endpoint_id = ${endpointId} and ahead.position < ${beforePosition}
  order by ahead.position desc limit 1 offset ${EXAMINED_PER_PAGE - 1}), 0)`;

/** The last position that one page looks at; 0 where nothing is behind it. */
export const selectExaminedDeliveries = (query: Query, endpointId: string, beforePosition: number) =>
  query.all<{ position: number }>(sql`select ${examinedDownTo(endpointId, beforePosition)} as position`);

export const selectDeliveries = (
  query: Query,
  endpointId: string,
  filter: { states?: readonly DeliveryRow['state'][] | undefined; beforePosition: number },
  limit: number,
  now: number,
) =>
  selectShown(query, now)
    .where(
      and(
        eq(deliveries.endpoint_id, endpointId),
        lt(deliveries.position, filter.beforePosition),
        filter.states === undefined
          ? undefined
          : and(
              inArray(deliveries.state, [...filter.states]),
              sql`${deliveries.position} >= ${examinedDownTo(endpointId, filter.beforePosition)}`,
            ),
      ),
    )
    .orderBy(desc(deliveries.position))
    .limit(limit);

export const selectDelivery = (query: Query, practiceId: string, deliveryId: string, now: number) =>
  selectShown(query, now)
    .where(and(isDelivery(deliveryId, 'deliveries'), eq(webhook_endpoints.practice_id, practiceId)))
    .limit(1);

/** The first one may stand with its delivery. */
export function selectAttempts(query: Query, practiceId: string, deliveryId: string) {
  const ofPractice = sql`join ${webhook_endpoints} as endpoint
    on endpoint.id = d.endpoint_id and endpoint.practice_id = ${practiceId}`;
  return query.all<AttemptRow>(sql`
    select tried.number, tried.started_at, tried.duration_ms, tried.status, tried.error, tried.response_excerpt
    from ${deliveries} as d ${ofPractice} join ${attempts} as tried on tried.endpoint_id = d.endpoint_id and tried.position = d.position
    where ${isDelivery(deliveryId, 'd')}
    union all
    select 1, d.first_started_at, d.first_duration_ms, d.first_status, null, null from ${deliveries} as d ${ofPractice}
    where ${isDelivery(deliveryId, 'd')} and d.first_started_at is not null
    order by 1`);
}

/** What a step of the format leaves to the next one, so that a retry does not do the first one again. */
export const keepProgress = (
  query: Query,
  deliveryId: string,
  leaseUntil: number,
  kept: Record<string, string>,
) =>
  query
    .update(deliveries)
    .set({ kept })
    .where(and(isDelivery(deliveryId), eq(deliveries.lease_until, leaseUntil)));
