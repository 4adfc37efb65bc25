import { desc, gt, lte, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { limits_met, type RATE_LIMITS } from '../platform/db/schema.ts';
import { DAY_MS } from '../platform/durations.ts';

/** However often a holder is refused, it is written down this seldom. */
export const LIMIT_MET_MS = 600_000;
/** After so long without, it begins anew. */
const FORGOTTEN_MS = DAY_MS;
const SHOWN_MAX = 20;

export type RateLimitName = (typeof RATE_LIMITS)[number];

/** Changes nothing where it was written within ten minutes. @param holderId a practice, or the key of an operator */
export function noteLimitMet(query: Query, holderId: string, rate_limit: RateLimitName, now: number) {
  const isNew = sql`${limits_met.last_met_at} <= ${now - FORGOTTEN_MS}`;
  return query
    .insert(limits_met)
    .values({ holder_id: holderId, rate_limit, first_met_at: now, last_met_at: now, stretches_count: 1 })
    .onConflictDoUpdate({
      target: [limits_met.holder_id, limits_met.rate_limit],
      set: {
        first_met_at: sql`case when ${isNew} then ${now} else ${limits_met.first_met_at} end`,
        stretches_count: sql`case when ${isNew} then 1 else ${limits_met.stretches_count} + 1 end`,
        last_met_at: now,
      },
      setWhere: lte(limits_met.last_met_at, now - LIMIT_MET_MS),
    });
}

/** Within a day, the latest first. */
export const selectLimitsMet = (query: Query, now: number) =>
  query
    .select()
    .from(limits_met)
    .where(gt(limits_met.last_met_at, now - FORGOTTEN_MS))
    .orderBy(desc(limits_met.last_met_at))
    .limit(SHOWN_MAX);
