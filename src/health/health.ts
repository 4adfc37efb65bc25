/** How the exchange is: for the operator, and as one word for whoever watches it. */
import type * as v from 'valibot';
import journal from '../../migrations/meta/_journal.json' with { type: 'json' };
import { toTime } from '../http/fields.ts';
import { selectLimitsMet } from '../http/limits.repository.ts';
import type { Database } from '../platform/db/database.ts';
import { idPattern } from '../platform/db/ids.ts';
import { type Found, many, one } from '../platform/db/plan.ts';
import { MINUTE_MS } from '../platform/durations.ts';
import { countPendingCredentials } from '../verification/credentials.repository.ts';
import { countWaitingCases } from '../verification/rosters/cases.repository.ts';
import { presentCounts } from '../verification/rosters/cases.schemas.ts';
import {
  countFailing,
  countHeld,
  countPending,
  countUnsealed,
  selectFailing,
  selectLatestMigration,
  selectMinute,
} from './health.repository.ts';
import type { HealthSchema } from './health.schemas.ts';

/** The platform may leave out a minute; three are a fault. */
const MINUTE_LATE_MS = 3 * MINUTE_MS;

const LATEST_MIGRATION = `${journal.entries.at(-1)?.tag}.sql`;

const readinessPlan = (database: Database) => ({
  minute: one(selectMinute(database.query)),
  migration: one(selectLatestMigration(database.query)),
});

interface Facts {
  readonly minute: { readonly started_at: number } | undefined;
  readonly migration: { readonly name: string } | undefined;
}

const isLate = ({ minute }: Facts, now: number) => now - (minute?.started_at ?? 0) > MINUTE_LATE_MS;
const isMigrated = ({ migration }: Facts) => migration?.name === LATEST_MIGRATION;

/** What is not as it should be, in words; nothing where all is well. @throws UnavailableError without D1 */
export async function findUnready(database: Database, now: number): Promise<string[]> {
  const facts = await database.read(readinessPlan(database));
  return [
    ...(isMigrated(facts) ? [] : [`The database lacks migrations: ${LATEST_MIGRATION} is the last one.`]),
    ...(isLate(facts, now) ? ['The minute has not run for three minutes: look at the cron trigger.'] : []),
  ];
}

export const healthPlan = (database: Database, now: number) => {
  const { query } = database;
  return {
    ...readinessPlan(database),
    pending: one(countPending(query)),
    held: one(countHeld(query)),
    unsealed: one(countUnsealed(query)),
    failingCount: one(countFailing(query)),
    failing: many(selectFailing(query)),
    limitsMet: many(selectLimitsMet(query, now)),
    waiting: many(countWaitingCases(query)),
    unverified: one(countPendingCredentials(query)),
  };
};

/** @param database by which `healthPlan` was read: it says how large it is */
export function toHealth(
  found: Found<ReturnType<typeof healthPlan>>,
  { meter }: Database,
  now: number,
): v.InferOutput<typeof HealthSchema> {
  const { minute, migration, pending, held, unsealed, failingCount, failing, waiting, unverified } = found;
  const { total, oldest_at } = presentCounts(waiting);
  return {
    is_ready: isMigrated(found) && !isLate(found, now),
    checked_at: toTime(now),
    database: {
      size_bytes: meter.databaseBytes,
      migration: migration?.name ?? null,
      is_migrated: isMigrated(found),
    },
    minute: {
      started_at: toTime(minute?.started_at ?? null),
      duration_ms: minute?.duration_ms ?? null,
      is_late: isLate(found, now),
      unfinished: minute?.unfinished ?? [],
    },
    deliveries: {
      pending_count: pending?.count ?? 0,
      next_attempt_at: toTime(pending?.oldest ?? null),
      held_count: held?.count ?? 0,
      oldest_held_at: toTime(held?.oldest ?? null),
    },
    endpoints: {
      failing_count: failingCount?.count ?? 0,
      failing: failing.map(({ failing_since, last_failure, ...endpoint }) => ({
        ...endpoint,
        failing_since: toTime(failing_since as number),
        last_status: last_failure?.status ?? null,
        last_error: last_failure?.error ?? null,
      })),
    },
    limits_met: found.limitsMet.map(
      ({ holder_id, rate_limit, first_met_at, last_met_at, stretches_count }) => ({
        ...(idPattern('practice').test(holder_id)
          ? { practice_id: holder_id, key_id: null }
          : { practice_id: null, key_id: holder_id }),
        rate_limit,
        first_met_at: toTime(first_met_at),
        last_met_at: toTime(last_met_at),
        stretches_count,
      }),
    ),
    verification: {
      waiting_count: total,
      oldest_waiting_at: oldest_at,
      pending_count: unverified?.count ?? 0,
    },
    history: {
      unsealed_count: unsealed?.count ?? 0,
      oldest_unsealed_at: toTime(unsealed?.oldest ?? null),
    },
  };
}
