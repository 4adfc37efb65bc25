import * as v from 'valibot';
import { timeOut, timeOutOrNull } from '../http/fields.ts';

/** A count goes up to 10,000: what is more is answered as 10,000. */
const counted = v.pipe(v.number(), v.integer());

export const HealthSchema = v.object({
  is_ready: v.boolean(),
  checked_at: timeOut,
  database: v.object({
    size_bytes: counted,
    /** The last one that was applied. */
    migration: v.nullable(v.string()),
    /** Whether it is the last one that this version of the code knows. */
    is_migrated: v.boolean(),
  }),
  minute: v.object({
    started_at: timeOutOrNull,
    duration_ms: v.nullable(counted),
    /** None for three minutes. */
    is_late: v.boolean(),
    /** Parts that had more to do than one minute may; the next one goes on. */
    unfinished: v.array(v.string()),
  }),
  deliveries: v.object({
    pending_count: counted,
    /** Far in the past: nobody works on them. */
    next_attempt_at: timeOutOrNull,
    held_count: counted,
    oldest_held_at: timeOutOrNull,
  }),
  endpoints: v.object({
    failing_count: counted,
    /** Those that have been failing for the longest. */
    failing: v.array(
      v.object({
        id: v.string(),
        practice_id: v.string(),
        format: v.string(),
        enabled: v.boolean(),
        disabled_reason: v.nullable(v.string()),
        failures_count: counted,
        failing_since: timeOut,
        last_status: v.nullable(counted),
        last_error: v.nullable(v.string()),
      }),
    ),
  }),
  history: v.object({ unsealed_count: counted, oldest_unsealed_at: timeOutOrNull }),
});

export const healthExample = {
  is_ready: true,
  checked_at: '2026-10-05T14:05:00.000Z',
  database: { size_bytes: 48_234_496, migration: '0000_baseline.sql', is_migrated: true },
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
  history: { unsealed_count: 2, oldest_unsealed_at: '2026-10-05T14:04:58.000Z' },
};
