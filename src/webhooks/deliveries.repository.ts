import { and, asc, desc, eq, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { attempts, deliveries, event_recipients, events, webhook_endpoints } from '../db/schema.ts';
import { tellableColumns } from '../events/events.repository.ts';

export type DeliveryRow = typeof deliveries.$inferSelect;
export type AttemptRow = typeof attempts.$inferSelect;

/** A delivery that is due and that nobody works on. */
const isDue = (now: number) =>
  and(
    eq(deliveries.state, 'pending'),
    lte(deliveries.next_attempt_at, now),
    or(isNull(deliveries.lease_until), lt(deliveries.lease_until, now)),
  );

export const selectDueDeliveries = (query: Query, now: number, limit: number) =>
  query
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(isDue(now))
    .orderBy(asc(deliveries.next_attempt_at))
    .limit(limit);

/** Only one of many claims gets the row. */
export const claimDelivery = (query: Query, deliveryId: string, now: number, leaseUntil: number) =>
  query
    .update(deliveries)
    .set({ lease_until: leaseUntil })
    .where(and(eq(deliveries.id, deliveryId), isDue(now)))
    .returning();

/** What is to be posted where, as the practice may be told of it now. Every column is aliased. */
export const selectDispatch = (query: Query, deliveryId: string, now: number) =>
  query
    .select({
      ...tellableColumns(now),
      url: sql<string>`${webhook_endpoints.url}`.as('url'),
      endpoint_id: sql<string>`${webhook_endpoints.id}`.as('endpoint_id'),
      sealed_secret: sql<string>`${webhook_endpoints.sealed_secret}`.as('sealed_secret'),
    })
    .from(deliveries)
    .innerJoin(events, eq(events.position, deliveries.position))
    .innerJoin(
      event_recipients,
      and(
        eq(event_recipients.practice_id, deliveries.practice_id),
        eq(event_recipients.position, deliveries.position),
      ),
    )
    .innerJoin(webhook_endpoints, eq(webhook_endpoints.id, deliveries.endpoint_id))
    .where(eq(deliveries.id, deliveryId))
    .limit(1);

export const insertAttempt = (query: Query, row: AttemptRow) => query.insert(attempts).values(row);

/** Of two workers whose leases overlapped only the later lease still writes. */
export const settleDelivery = (
  query: Query,
  deliveryId: string,
  leaseUntil: number,
  change: Partial<DeliveryRow>,
) =>
  query
    .update(deliveries)
    .set({ ...change, lease_until: null })
    .where(and(eq(deliveries.id, deliveryId), eq(deliveries.lease_until, leaseUntil)));

const deliveryColumns = (now: number) => ({
  id: sql<string>`${deliveries.id}`.as('delivery_row_id'),
  endpoint_id: sql<string>`${deliveries.endpoint_id}`.as('endpoint_id'),
  position: sql<number>`${deliveries.position}`.as('position'),
  state: sql<DeliveryRow['state']>`${deliveries.state}`.as('state'),
  attempts_count: sql<number>`${deliveries.attempts_count}`.as('attempts_count'),
  next_attempt_at: sql<number | null>`${deliveries.next_attempt_at}`.as('next_attempt_at'),
  delivered_at: sql<number | null>`${deliveries.delivered_at}`.as('delivered_at'),
  created_at: sql<number>`${deliveries.created_at}`.as('created_at'),
  event_id: sql<string>`${events.id}`.as('event_id'),
  event_type: sql<string>`${events.type}`.as('event_type'),
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
  tellable: number;
};

const selectShown = (query: Query, now: number) =>
  query
    .select(deliveryColumns(now))
    .from(deliveries)
    .innerJoin(events, eq(events.position, deliveries.position))
    .innerJoin(
      event_recipients,
      and(
        eq(event_recipients.practice_id, deliveries.practice_id),
        eq(event_recipients.position, deliveries.position),
      ),
    );

export const selectDeliveries = (
  query: Query,
  endpointId: string,
  filter: { state?: DeliveryRow['state'] | undefined; beforePosition: number },
  limit: number,
  now: number,
) =>
  selectShown(query, now)
    .where(
      and(
        eq(deliveries.endpoint_id, endpointId),
        lt(deliveries.position, filter.beforePosition),
        filter.state === undefined ? undefined : eq(deliveries.state, filter.state),
      ),
    )
    .orderBy(desc(deliveries.position))
    .limit(limit);

export const selectDelivery = (query: Query, practiceId: string, deliveryId: string, now: number) =>
  selectShown(query, now)
    .where(and(eq(deliveries.id, deliveryId), eq(deliveries.practice_id, practiceId)))
    .limit(1);

export const selectAttempts = (query: Query, practiceId: string, deliveryId: string) =>
  query
    .select()
    .from(attempts)
    .where(
      sql`${attempts.delivery_id} = (
        select ${deliveries.id} from ${deliveries} where ${deliveries.id} = ${deliveryId} and ${deliveries.practice_id} = ${practiceId})`,
    )
    .orderBy(asc(attempts.number));
