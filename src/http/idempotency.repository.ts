import { and, eq, lt } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { idempotency_records } from '../platform/db/schema.ts';

/** How long an answer can be repeated. */
export const IDEMPOTENCY_MS = 86_400_000;

export type IdempotencyRecord = typeof idempotency_records.$inferSelect;

export const selectIdempotencyRecord = (query: Query, ownerId: string, key: string) =>
  query
    .select()
    .from(idempotency_records)
    .where(and(eq(idempotency_records.owner_id, ownerId), eq(idempotency_records.idempotency_key, key)))
    .limit(1);

export const deleteIdempotencyRecordIfOld = (query: Query, ownerId: string, key: string, now: number) =>
  query
    .delete(idempotency_records)
    .where(
      and(
        eq(idempotency_records.owner_id, ownerId),
        eq(idempotency_records.idempotency_key, key),
        lt(idempotency_records.created_at, now - IDEMPOTENCY_MS),
      ),
    );

export const insertIdempotencyRecord = (query: Query, record: IdempotencyRecord) =>
  query.insert(idempotency_records).values(record);

export const deleteOldIdempotencyRecords = (query: Query, now: number) =>
  query.delete(idempotency_records).where(lt(idempotency_records.created_at, now - IDEMPOTENCY_MS));
