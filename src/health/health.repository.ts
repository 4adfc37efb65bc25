import { and, asc, count, eq, isNotNull, isNull, min, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { deliveries, minute_runs, webhook_endpoints } from '../platform/db/schema.ts';

/** What is counted for the operator is counted up to here, so that looking at a backlog does not add to it. */
const COUNTED_MAX = 1000;
const ENDPOINTS_SHOWN_MAX = 20;
const THE_ONE_ROW = 1;

export const noteMinute = (query: Query, run: Omit<typeof minute_runs.$inferInsert, 'id'>) =>
  query
    .insert(minute_runs)
    .values({ id: THE_ONE_ROW, ...run })
    .onConflictDoUpdate({ target: minute_runs.id, set: run });

export const selectMinute = (query: Query) =>
  query.select().from(minute_runs).where(eq(minute_runs.id, THE_ONE_ROW));

/** The last migration that the database was given: wrangler notes them in a table of its own. */
export const selectLatestMigration = (query: Query) =>
  query
    .select({ name: sql<string>`name`.as('name') })
    .from(sql`d1_migrations`)
    .orderBy(sql`id desc`)
    .limit(1);

const countDeliveries = (query: Query, state: 'pending' | 'held', at: 'next_attempt_at' | 'created_at') => {
  const counted = query
    .select({ at: deliveries[at] })
    .from(deliveries)
    // As a literal: the index holds only rows of this state, and a bound value is not known to be it.
    .where(eq(deliveries.state, sql.raw(`'${state}'`)))
    .limit(COUNTED_MAX)
    .as('counted');
  return query.select({ count: count(), oldest: min(counted.at) }).from(counted);
};

export const countPending = (query: Query) => countDeliveries(query, 'pending', 'next_attempt_at');
export const countHeld = (query: Query) => countDeliveries(query, 'held', 'created_at');

/** What was committed after the last position that is sealed. */
export function countUnsealed(query: Query) {
  const after = (kind: 'event' | 'disclosure', at: 'occurred_at' | 'disclosed_at') =>
    sql.raw(`select * from (select ${at} as at from ${kind}s where position > (
      select ${kind}_position from ledger_progress where id = 1) order by position limit ${COUNTED_MAX})`);
  return query.all<{ count: number; oldest: number | null }>(
    sql`select count(*) as count, min(at) as oldest from (
      ${after('event', 'occurred_at')} union all ${after('disclosure', 'disclosed_at')})`,
  );
}

const isFailing = and(isNotNull(webhook_endpoints.failing_since), isNull(webhook_endpoints.deleted_at));

export function countFailing(query: Query) {
  const failing = query
    .select({ failing_since: webhook_endpoints.failing_since })
    .from(webhook_endpoints)
    .where(isFailing)
    .limit(COUNTED_MAX)
    .as('failing');
  return query.select({ count: count() }).from(failing);
}

/** Those that have been failing for the longest. */
export const selectFailing = (query: Query) =>
  query
    .select({
      id: webhook_endpoints.id,
      practice_id: webhook_endpoints.practice_id,
      format: webhook_endpoints.format,
      enabled: webhook_endpoints.enabled,
      disabled_reason: webhook_endpoints.disabled_reason,
      failures_count: webhook_endpoints.failures_count,
      failing_since: webhook_endpoints.failing_since,
      last_failure: webhook_endpoints.last_failure,
    })
    .from(webhook_endpoints)
    .where(isFailing)
    .orderBy(asc(webhook_endpoints.failing_since))
    .limit(ENDPOINTS_SHOWN_MAX);
