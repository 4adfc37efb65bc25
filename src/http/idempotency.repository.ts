import { and, desc, eq, inArray, lt, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { prepared, preparedInsert } from '../platform/db/prepared.ts';
import { idempotency_records } from '../platform/db/schema.ts';
import { DAY_MS } from '../platform/durations.ts';

/** How long an answer can be repeated. */
export const IDEMPOTENCY_MS = DAY_MS;
/** The minute's share. */
const FORGOTTEN_PER_RUN_MAX = 5000;

const dayOf = (at: number) => Math.floor(at / IDEMPOTENCY_MS);

export type IdempotencyRecord = Omit<typeof idempotency_records.$inferSelect, 'day'>;

/** A record of the last 24 hours is of today or of yesterday. */
const isKnown = (
  days: readonly (number | Placeholder)[],
  ownerId: string | Placeholder,
  key: string | Placeholder,
): SQL | undefined =>
  and(
    inArray(idempotency_records.day, [...days]),
    eq(idempotency_records.owner_id, ownerId),
    eq(idempotency_records.idempotency_key, key),
  );

const selectRecordOf = prepared<{ today: number; yesterday: number; ownerId: string; key: string }>()(
  (query, { today, yesterday, ownerId, key }) =>
    query
      .select()
      .from(idempotency_records)
      .where(isKnown([today, yesterday], ownerId, key))
      .orderBy(desc(idempotency_records.day))
      .limit(1),
);

export const selectIdempotencyRecord = (query: Query, ownerId: string, key: string, now: number) =>
  selectRecordOf(query, { today: dayOf(now), yesterday: dayOf(now) - 1, ownerId, key });

export const deleteIdempotencyRecordIfOld = (query: Query, ownerId: string, key: string, now: number) =>
  query
    .delete(idempotency_records)
    .where(
      and(
        isKnown([dayOf(now), dayOf(now) - 1], ownerId, key),
        lt(idempotency_records.created_at, now - IDEMPOTENCY_MS),
      ),
    );

const insertRecord = preparedInsert(idempotency_records);

/** Refused where there is one of the last 24 hours: by the key itself, or by a guard where that is another day's. */
export const insertIdempotencyRecord = (query: Query, record: IdempotencyRecord) =>
  insertRecord(query, { day: dayOf(record.created_at), ...record });

export const deleteOldIdempotencyRecords = (query: Query, now: number) =>
  query.run(sql`
    delete from ${idempotency_records} where (day, owner_id, idempotency_key) in (
      select day, owner_id, idempotency_key from ${idempotency_records} where day < ${dayOf(now) - 1}
      limit ${FORGOTTEN_PER_RUN_MAX})`);
