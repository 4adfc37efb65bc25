import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { idempotency_records } from '../platform/db/schema.ts';

/** How long an answer can be repeated. */
export const IDEMPOTENCY_MS = 86_400_000;
/** The minute's share. */
const FORGOTTEN_PER_RUN_MAX = 5000;

const dayOf = (at: number) => Math.floor(at / IDEMPOTENCY_MS);

export type IdempotencyRecord = Omit<typeof idempotency_records.$inferSelect, 'day'>;

/** A record of the last 24 hours is of today or of yesterday. */
const isKnown = (ownerId: string, key: string, now: number): SQL | undefined =>
  and(
    inArray(idempotency_records.day, [dayOf(now), dayOf(now) - 1]),
    eq(idempotency_records.owner_id, ownerId),
    eq(idempotency_records.idempotency_key, key),
  );

export const selectIdempotencyRecord = (query: Query, ownerId: string, key: string, now: number) =>
  query
    .select()
    .from(idempotency_records)
    .where(isKnown(ownerId, key, now))
    .orderBy(desc(idempotency_records.day))
    .limit(1);

export const deleteIdempotencyRecordIfOld = (query: Query, ownerId: string, key: string, now: number) =>
  query
    .delete(idempotency_records)
    .where(and(isKnown(ownerId, key, now), lt(idempotency_records.created_at, now - IDEMPOTENCY_MS)));

/** Refused where there is one of the last 24 hours: by the key itself, or by a guard where that is another day's. */
export const insertIdempotencyRecord = (query: Query, record: IdempotencyRecord) =>
  query.insert(idempotency_records).values({ day: dayOf(record.created_at), ...record });

export const deleteOldIdempotencyRecords = (query: Query, now: number) =>
  query.run(sql`
    delete from ${idempotency_records} where (day, owner_id, idempotency_key) in (
      select day, owner_id, idempotency_key from ${idempotency_records} where day < ${dayOf(now) - 1}
      limit ${FORGOTTEN_PER_RUN_MAX})`);
