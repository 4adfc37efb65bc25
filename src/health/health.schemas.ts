import * as v from 'valibot';
import { timeOut, timeOutOrNull } from '../http/fields.ts';
import { RATE_LIMITS } from '../platform/db/schema.ts';

/** A count goes up to a limit: what is more is answered as that. */
const counted = v.pipe(v.number(), v.integer());

/** How the exchange is doing. @schema Health */
export const HealthSchema = v.object({
  /** Whether the database answers and is migrated, and the minute is not late. */
  is_ready: v.boolean(),
  /** When this was looked at. */
  checked_at: timeOut,
  /** The database. */
  database: v.object({
    /** Its size in bytes; at most 10 GB. */
    size_bytes: counted,
    /** The last one that was applied. */
    migration: v.nullable(v.string()),
    /** Whether it is the last one that this version of the code knows. */
    is_migrated: v.boolean(),
  }),
  /** The work that is done each minute. */
  minute: v.object({
    /** When it last began. */
    started_at: timeOutOrNull,
    /** How long it took, in milliseconds. */
    duration_ms: v.nullable(counted),
    /** None for three minutes. */
    is_late: v.boolean(),
    /** Parts that had more to do than one minute may; the next one goes on. */
    unfinished: v.array(v.string()),
  }),
  /** Webhooks on their way. */
  deliveries: v.object({
    /** How many are to be posted; at most 1,000 are counted. */
    pending_count: counted,
    /** When the first of them is due. Far in the past: nobody works on them. */
    next_attempt_at: timeOutOrNull,
    /** How many wait for a disabled endpoint; at most 1,000 are counted. */
    held_count: counted,
    /** Since when the first of them waits. */
    oldest_held_at: timeOutOrNull,
  }),
  /** Webhook endpoints. */
  endpoints: v.object({
    /** How many fail; at most 1,000 are counted. */
    failing_count: counted,
    /** Those that have been failing for the longest. */
    failing: v.array(
      v.object({
        /** The endpoint. */
        id: v.string(),
        /** Whose it is. */
        practice_id: v.string(),
        /** Its format. */
        format: v.string(),
        /** Whether anything is posted to it. */
        enabled: v.boolean(),
        /** Why not: `owner`, `gone` or `failing`. */
        disabled_reason: v.nullable(v.string()),
        /** Failures in a row. */
        failures_count: counted,
        /** Since when nothing but failures came back. */
        failing_since: timeOut,
        /** The HTTP status of the last attempt; null where nothing answered. */
        last_status: v.nullable(counted),
        /** What went wrong where nothing answered. */
        last_error: v.nullable(v.string()),
      }),
    ),
  }),
  /** Who was refused for asking too often within the last 24 hours, at most 20, the latest first. */
  limits_met: v.array(
    v.object({
      /** The practice; null where it was an operator. */
      practice_id: v.nullable(v.string()),
      /** The operator’s key; null where it was a practice. */
      key_id: v.nullable(v.string()),
      /** Which limit. */
      rate_limit: v.picklist(RATE_LIMITS),
      /** The first time after a day without. */
      first_met_at: timeOut,
      /** The last time, to ten minutes. */
      last_met_at: timeOut,
      /** In how many stretches of ten minutes since the first time. */
      stretches_count: counted,
    }),
  ),
  /** Credentials that wait for the operator. */
  verification: v.object({
    /** Of which a roster says something else than was claimed; at most 10,000 are counted. */
    waiting_count: counted,
    /** Since when the first of them waits. */
    oldest_waiting_at: timeOutOrNull,
    /** Others that nobody has looked at yet; at most 10,000 are counted. */
    pending_count: counted,
  }),
  /** The sealed history. */
  history: v.object({
    /** Entries that wait for their seal; at most 1,000 are counted. */
    unsealed_count: counted,
    /** Since when the first of them waits. */
    oldest_unsealed_at: timeOutOrNull,
  }),
});

export const healthExample = {
  is_ready: true,
  checked_at: '2026-10-05T14:05:00.000Z',
  database: { size_bytes: 48_234_496, migration: '0000_exchange.sql', is_migrated: true },
  minute: { started_at: '2026-10-05T14:04:00.000Z', duration_ms: 41, is_late: false, unfinished: [] },
  deliveries: {
    pending_count: 3,
    next_attempt_at: '2026-10-05T14:05:20.000Z',
    held_count: 12,
    oldest_held_at: '2026-10-03T08:00:00.000Z',
  },
  endpoints: {
    failing_count: 1,
    failing: [
      {
        id: 'wep_01k8vb0d7dfq2tnc8f3x9m5w6s',
        practice_id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
        format: 'hubspot',
        enabled: true,
        disabled_reason: null,
        failures_count: 7,
        failing_since: '2026-10-05T11:12:00.000Z',
        last_status: 401,
        last_error: null,
      },
    ],
  },
  limits_met: [
    {
      practice_id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
      key_id: null,
      rate_limit: 'practice',
      first_met_at: '2026-10-05T13:10:00.000Z',
      last_met_at: '2026-10-05T14:01:00.000Z',
      stretches_count: 5,
    },
  ],
  verification: { waiting_count: 3, oldest_waiting_at: '2026-10-01T09:00:00.000Z', pending_count: 5 },
  history: { unsealed_count: 2, oldest_unsealed_at: '2026-10-05T14:04:58.000Z' },
};
