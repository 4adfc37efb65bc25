/** When an endpoint is left alone, probed, or disabled. No I/O; the clock is an argument. */
import { HOUR_MS, SECOND_MS } from '../../platform/durations.ts';

/** The breaker opens after this many failures in a row. */
export const BREAKER_FAILURES = 5;
const PROBE_DELAY_MS = 30 * SECOND_MS;
const PROBE_DELAY_MS_MAX = HOUR_MS;

/** Disabled: no success for so long, with so many failures, over so long a time. */
export const SUCCESSLESS_MS_MAX = 120 * HOUR_MS;
export const DISABLING_FAILURES_MIN = 10;
export const DISABLING_SPAN_MS_MIN = 12 * HOUR_MS;

/** How exact `healthy_at` is: an endpoint in good health is written at most this often. */
const HEALTHY_PRECISION_MS = 600_000;

export interface Health {
  readonly failures_count: number;
  readonly failing_since: number | null;
  readonly healthy_at: number | null;
  readonly breaker_trips: number;
  readonly breaker_until: number | null;
}

/** As after a success, and as an endpoint begins. */
export const healthyAt = (now: number): Health => ({
  failures_count: 0,
  failing_since: null,
  healthy_at: now,
  breaker_trips: 0,
  breaker_until: null,
});

export interface Judgement {
  /** Null where nothing of it needs to be written. */
  readonly health: Health | null;
  readonly disable: 'gone' | 'failing' | null;
  readonly event: 'endpoint.failing' | 'endpoint.recovered' | null;
}

export function afterSuccess(health: Health, now: number): Judgement {
  const wasWell = health.failures_count === 0 && health.breaker_until === null;
  const isKnown = wasWell && now - (health.healthy_at ?? 0) < HEALTHY_PRECISION_MS;
  return {
    health: isKnown ? null : healthyAt(now),
    disable: null,
    event: health.breaker_trips > 0 ? 'endpoint.recovered' : null,
  };
}

/** The wait until the next probe, after the breaker has opened so many times without a success. */
export const probeDelayMs = (trips: number) =>
  Math.min(PROBE_DELAY_MS * 2 ** Math.max(0, trips - 1), PROBE_DELAY_MS_MAX);

/**
 * @param isGone it answered 410
 * @param isProbe the attempt that the open breaker let through; the failures of others that were under way when it
 * opened say nothing new
 */
export function afterFailure(
  health: Health & { readonly created_at: number },
  { isGone, isProbe }: { readonly isGone: boolean; readonly isProbe: boolean },
  now: number,
): Judgement {
  const isOpen = health.breaker_until !== null;
  if (isOpen && !isProbe) return { health: null, disable: isGone ? 'gone' : null, event: null };
  const failures_count = health.failures_count + 1;
  const failing_since = health.failing_since ?? now;
  const isTripped = failures_count >= BREAKER_FAILURES;
  const trips = health.breaker_trips + (isTripped ? 1 : 0);
  const isFailing =
    now - (health.healthy_at ?? health.created_at) >= SUCCESSLESS_MS_MAX &&
    failures_count >= DISABLING_FAILURES_MIN &&
    now - failing_since >= DISABLING_SPAN_MS_MIN;
  return {
    health: {
      failures_count,
      failing_since,
      healthy_at: health.healthy_at,
      breaker_trips: trips,
      breaker_until: isOpen || isTripped ? now + probeDelayMs(trips) : null,
    },
    disable: isGone ? 'gone' : isFailing ? 'failing' : null,
    event: isTripped && health.breaker_trips === 0 ? 'endpoint.failing' : null,
  };
}
