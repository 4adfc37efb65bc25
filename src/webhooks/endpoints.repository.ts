import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { deliveries, webhook_endpoints } from '../db/schema.ts';

export type EndpointRow = typeof webhook_endpoints.$inferSelect;

export const selectEndpoint = (query: Query, practiceId: string, endpointId: string) =>
  query
    .select()
    .from(webhook_endpoints)
    .where(
      and(
        eq(webhook_endpoints.id, endpointId),
        eq(webhook_endpoints.practice_id, practiceId),
        isNull(webhook_endpoints.deleted_at),
      ),
    )
    .limit(1);

export const selectEndpoints = (query: Query, practiceId: string, after: string, limit: number) =>
  query
    .select()
    .from(webhook_endpoints)
    .where(
      and(
        eq(webhook_endpoints.practice_id, practiceId),
        gt(webhook_endpoints.id, after),
        isNull(webhook_endpoints.deleted_at),
      ),
    )
    .orderBy(asc(webhook_endpoints.id))
    .limit(limit);

export const countEndpoints = (query: Query, practiceId: string) =>
  query
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(webhook_endpoints)
    .where(and(eq(webhook_endpoints.practice_id, practiceId), isNull(webhook_endpoints.deleted_at)));

export const insertEndpoint = (query: Query, row: typeof webhook_endpoints.$inferInsert) =>
  query.insert(webhook_endpoints).values(row).returning();

export const updateEndpoint = (
  query: Query,
  endpointId: string,
  version: number,
  change: Partial<EndpointRow>,
) =>
  query
    .update(webhook_endpoints)
    .set({ ...change, version: version + 1 })
    .where(eq(webhook_endpoints.id, endpointId))
    .returning();

/** What was still to be delivered to an endpoint that is deleted. */
export const cancelPendingDeliveries = (query: Query, endpointId: string) =>
  query
    .update(deliveries)
    .set({ state: 'cancelled', next_attempt_at: null, lease_until: null })
    .where(and(eq(deliveries.endpoint_id, endpointId), eq(deliveries.state, 'pending')));
