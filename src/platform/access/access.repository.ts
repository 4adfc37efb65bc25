import { and, eq, getTableColumns, isNull, lt, or, sql } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { api_keys, type PracticeStatus, practices } from '../db/schema.ts';
import { MINUTE_MS } from '../durations.ts';

/** How exact `last_used_at` is: a key in use is written at most this often. */
const LAST_USE_PRECISION_MS = MINUTE_MS;

export const isTouchDue = (lastUsedAt: number | null, now: number): boolean =>
  lastUsedAt === null || lastUsedAt < now - LAST_USE_PRECISION_MS;

export const touchKey = (query: Query, secretHash: string, now: number) =>
  query
    .update(api_keys)
    .set({ last_used_at: now })
    .where(
      and(
        eq(api_keys.secret_hash, secretHash),
        isNull(api_keys.revoked_at),
        or(isNull(api_keys.last_used_at), lt(api_keys.last_used_at, now - LAST_USE_PRECISION_MS)),
      ),
    );

export type KeyRow = typeof api_keys.$inferSelect;

export const selectKeyById = (query: Query, keyId: string) =>
  query.select().from(api_keys).where(eq(api_keys.id, keyId)).limit(1);

/** With how the practice stands that it belongs to, and where it is; null for an operator's. */
export const selectKeyByHash = (query: Query, secretHash: string) =>
  query
    .select({
      ...getTableColumns(api_keys),
      practice_status: sql<PracticeStatus | null>`${practices.status}`.as('practice_status'),
      time_zone: sql<string | null>`${practices.time_zone}`.as('time_zone'),
    })
    .from(api_keys)
    .leftJoin(practices, eq(practices.id, api_keys.practice_id))
    .where(eq(api_keys.secret_hash, secretHash))
    .limit(1);
