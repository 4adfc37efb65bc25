import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { webhook_endpoints } from '../../platform/db/schema.ts';
import { type FormatName, formatOf } from '../formats/formats.ts';
import type { Health } from './health.ts';

export type EndpointRow = typeof webhook_endpoints.$inferSelect;

/** The secret settings of its format that are set. */
export const secretNamesOf = ({
  format,
  format_secret_names,
  sealed_format_settings,
}: EndpointRow): string[] =>
  sealed_format_settings === null ? [] : (format_secret_names ?? [...formatOf(format as FormatName).secrets]);

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
    // What the engine knows of it is judged anew where the endpoint has changed under it.
    .set({ ...change, version: version + 1, health_version: sql`health_version + 1` })
    .where(eq(webhook_endpoints.id, endpointId))
    .returning();

/** What the engine learned of its health. The owner sees a new version only where it is disabled by that. */
export const updateHealth = (
  query: Query,
  endpointId: string,
  healthVersion: number,
  health: Partial<Health> & Pick<EndpointRow, 'last_failure'>,
  disable: EndpointRow['disabled_reason'],
  now: number,
) =>
  query
    .update(webhook_endpoints)
    .set({
      ...health,
      health_version: healthVersion + 1,
      ...(disable
        ? {
            enabled: false,
            disabled_at: now,
            disabled_reason: disable,
            replay_head_position: null,
            version: sql`version + 1`,
            updated_at: now,
          }
        : {}),
    })
    .where(eq(webhook_endpoints.id, endpointId));

/** A test changes nothing that its owner set: no new version. */
export const recordPing = (query: Query, endpointId: string, last_ping: Record<string, unknown>) =>
  query
    .update(webhook_endpoints)
    .set({ last_ping })
    .where(eq(webhook_endpoints.id, endpointId))
    .returning({ id: webhook_endpoints.id });

/** Its address answered a ping. Not where the owner has changed the address meanwhile. */
export const confirmAddress = (query: Query, endpointId: string, url: string, now: number) =>
  query
    .update(webhook_endpoints)
    .set({ confirmed_at: now })
    .where(
      and(
        eq(webhook_endpoints.id, endpointId),
        eq(webhook_endpoints.url, url),
        isNull(webhook_endpoints.confirmed_at),
      ),
    );

/**
 * For the other deliveries of the endpoint, unless its owner changed it since `version`: what was got with old settings
 * is not for new ones.
 */
export const keepSession = (
  query: Query,
  endpointId: string,
  version: number,
  { sealed, until }: { readonly sealed: string; readonly until: number },
) =>
  query
    .update(webhook_endpoints)
    .set({ sealed_format_session: sealed, format_session_until: until })
    .where(and(eq(webhook_endpoints.id, endpointId), eq(webhook_endpoints.version, version)));

/** Only this one: another delivery may have got a newer one meanwhile. */
export const dropSession = (query: Query, endpointId: string, sealed: string) =>
  query
    .update(webhook_endpoints)
    .set({ sealed_format_session: null, format_session_until: null })
    .where(and(eq(webhook_endpoints.id, endpointId), eq(webhook_endpoints.sealed_format_session, sealed)));
