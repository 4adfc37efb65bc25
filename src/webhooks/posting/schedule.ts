/** When a delivery is tried again, and what an answer means. No I/O; clock and chance are arguments. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../platform/durations.ts';

/** The wait before each attempt: 11 over about 75 hours, the first at once. */
export const ATTEMPT_DELAYS_MS: readonly number[] = [
  0,
  5 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
export const ATTEMPTS_MAX = ATTEMPT_DELAYS_MS.length;

const BUSY_DELAY_MS_MIN = MINUTE_MS;
const RETRY_AFTER_MS_MAX = 24 * HOUR_MS;

/** What went wrong with an attempt that got no answer, or was refused. @schema AttemptError */
export const ATTEMPT_ERRORS = [
  /** No answer within 15 seconds. */
  'timeout',
  /** The connection failed or broke. */
  'connection',
  /** The name has no address. */
  'dns',
  /** The address lies in a private network, or may not be posted to. */
  'destination_refused',
  /** It could not be signed. */
  'signing',
  /** The CRM works, and refused this one record. */
  'record_refused',
  /** It did not answer the `endpoint.ping` before its first event with 2xx; nothing of the event was posted. */
  'unconfirmed',
] as const;
export type AttemptError = (typeof ATTEMPT_ERRORS)[number];

/** However long a breaker made it wait: a delivery older than this is given up. */
export const DELIVERY_AGE_MS_MAX = 7 * 24 * HOUR_MS;

export interface AttemptResult {
  /** The HTTP status, or null where there was no answer. */
  readonly status: number | null;
  readonly error: AttemptError | null;
  readonly retryAfter: string | null;
  /** What the endpoint's format made of the answer; where it says nothing the status decides. */
  readonly taken?: boolean;
  /** It answered, and refused this one record; `isFinal` where trying again cannot help. */
  readonly refusal?: { readonly isFinal: boolean };
}

export const isDelivered = ({ status, taken }: AttemptResult) =>
  taken ?? (status !== null && status >= 200 && status < 300);

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, 10.2.3). Null for anything else. */
function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d+$/.test(value.trim())) return Number(value) * SECOND_MS;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/**
 * When the next attempt is due, or null where that was the last one, or would be refused again.
 * @param attemptsMade with the one that just failed
 * @param random in [0, 1): jitter goes downwards only, to 80 % of the wait
 */
export function nextAttemptAt(
  attemptsMade: number,
  result: AttemptResult,
  now: number,
  random: number,
): number | null {
  const base = ATTEMPT_DELAYS_MS[attemptsMade];
  if (base === undefined || result.refusal?.isFinal) return null;
  let delay = base * (1 - 0.2 * random);
  const isBusy =
    result.status === 429 || result.status === 502 || result.status === 504 || result.error === 'timeout';
  if (isBusy) delay = Math.max(delay, BUSY_DELAY_MS_MIN);
  if (result.status === 429) {
    const wanted = parseRetryAfter(result.retryAfter, now);
    const floor = Math.max(base, BUSY_DELAY_MS_MIN);
    if (wanted !== null) delay = Math.min(Math.max(wanted, floor), 2 * floor, RETRY_AFTER_MS_MAX);
  }
  return now + Math.round(delay);
}
