import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { api_keys } from '../platform/db/schema.ts';

export type KeyRow = typeof api_keys.$inferSelect;

export const insertKey = (query: Query, row: typeof api_keys.$inferInsert) =>
  query.insert(api_keys).values(row).returning();

export const selectKeyOfPractice = (query: Query, practiceId: string, keyId: string) =>
  query
    .select()
    .from(api_keys)
    .where(and(eq(api_keys.id, keyId), eq(api_keys.practice_id, practiceId)))
    .limit(1);

export const selectKeysOfPractice = (query: Query, practiceId: string, after: string, limit: number) =>
  query
    .select()
    .from(api_keys)
    .where(and(eq(api_keys.practice_id, practiceId), gt(api_keys.id, after)))
    .orderBy(asc(api_keys.id))
    .limit(limit);

export const revokeKey = (query: Query, keyId: string, now: number) =>
  query
    .update(api_keys)
    .set({ revoked_at: now })
    .where(and(eq(api_keys.id, keyId), isNull(api_keys.revoked_at)));

export const selectOperatorKey = (query: Query, keyId: string) =>
  query
    .select()
    .from(api_keys)
    .where(and(eq(api_keys.id, keyId), isNull(api_keys.practice_id)))
    .limit(1);

export const selectOperatorKeys = (query: Query, after: string, limit: number) =>
  query
    .select()
    .from(api_keys)
    .where(and(isNull(api_keys.practice_id), gt(api_keys.id, after)))
    .orderBy(asc(api_keys.id))
    .limit(limit);

/** Operator keys that work now. */
export const countOperatorKeys = (query: Query, now: number) =>
  query
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(api_keys)
    .where(
      and(
        isNull(api_keys.practice_id),
        isNull(api_keys.revoked_at),
        or(isNull(api_keys.expires_at), gt(api_keys.expires_at, now)),
      ),
    );

export const countKeys = (query: Query, practiceId: string) =>
  query
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(api_keys)
    .where(and(eq(api_keys.practice_id, practiceId), isNull(api_keys.revoked_at)));
