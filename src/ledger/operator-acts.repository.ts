import { and, desc, eq, lt } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { operator_acts } from '../platform/db/schema.ts';

export type OperatorActRow = typeof operator_acts.$inferSelect;

export const insertOperatorAct = (query: Query, row: OperatorActRow) =>
  query.insert(operator_acts).values(row);

/** Sorts after every id. */
const LAST = '~';

/** Newest first. */
export const selectOperatorActs = (query: Query, practiceId: string, limit: number, beforeId = LAST) =>
  query
    .select()
    .from(operator_acts)
    .where(and(eq(operator_acts.practice_id, practiceId), lt(operator_acts.id, beforeId)))
    .orderBy(desc(operator_acts.id))
    .limit(limit);
