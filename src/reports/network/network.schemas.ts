import * as v from 'valibot';
import { timeOut } from '../../http/fields.ts';

const count = v.nullable(v.number());

/**
 * A month of the whole network. Every count is rounded down to a multiple of five, and null where it is below five; every
 * other figure is made of such counts, or has at least five practices behind it. A month is counted once, a week after
 * its end, and does not change afterwards. @schema NetworkReport
 */
export const NetworkReportSchema = v.object({
  /** The month, `YYYY-MM`, by UTC. */
  month: v.string(),
  /** Its beginning. */
  from: timeOut,
  /** Its end; the first moment of the next one. */
  until: timeOut,
  /** When it was counted: what is said of practices, partnerships, endpoints and the queue was so then. */
  counted_at: timeOut,
  /** The practices. */
  practices: v.object({
    /** Not suspended. */
    active: count,
    /** Sent a referral in the month. */
    sending: count,
    /** Received one in the month. */
    receiving: count,
    /** Active, and without an active partnership. */
    isolated: count,
  }),
  /** The graph that they make. */
  partnerships: v.object({
    /** Active partnerships. */
    active: count,
    /**
     * Of all that there could be between the active practices, as much stands, 0 to 1: 2 × partnerships ÷ (practices ×
     * (practices − 1)), of the counts that stand here.
     */
    density: v.nullable(v.number()),
  }),
  /**
   * The referrals that were first sent in the month, a chain of one client once, for its first one. All null where fewer
   * than five practices sent or received one.
   */
  referrals: v.object({
    /** All of them. */
    total: count,
    /** By the state in which each was when it was counted. */
    by_state: v.record(v.string(), count),
    /** Half of those that were accepted were within so many seconds, rounded up by at most a tenth. */
    median_seconds_to_accept: v.nullable(v.number()),
    /** Half of those that were engaged were within so many seconds, likewise. */
    median_seconds_to_engage: v.nullable(v.number()),
  }),
  /** The webhook endpoints by format; a format of which nothing can be said is left out. */
  endpoints: v.array(
    v.object({
      /** The format. */
      format: v.string(),
      /** Enabled and confirmed, and the last attempt did not fail. */
      working: count,
      /** Enabled, and failing since its last success. */
      failing: count,
      /** Disabled, by its owner or because it failed for too long. */
      disabled: count,
      /** Enabled, and has not answered the ping by which it is confirmed. */
      unconfirmed: count,
    }),
  ),
  /** What waited for the operator. */
  verification: v.object({
    /** Credentials that nobody had looked at. */
    pending_credentials: count,
    /** Cases in which a roster says something else than was claimed. */
    waiting_cases: count,
  }),
});

export const networkExample: v.InferOutput<typeof NetworkReportSchema> = {
  month: '2026-10',
  from: '2026-10-01T00:00:00.000Z',
  until: '2026-11-01T00:00:00.000Z',
  counted_at: '2026-11-08T00:03:00.000Z',
  practices: { active: 120, sending: 85, receiving: 90, isolated: 10 },
  partnerships: { active: 310, density: 0.0434 },
  referrals: {
    total: 240,
    by_state: {
      sent: 5,
      needs_info: null,
      accepted: 60,
      waitlisted: null,
      engaged: 95,
      completed: 15,
      declined: 25,
      not_engaged: 15,
      withdrawn: 5,
      expired: 10,
      revoked: null,
    },
    median_seconds_to_accept: 49_667,
    median_seconds_to_engage: 524_288,
  },
  endpoints: [{ format: 'standard', working: 60, failing: null, disabled: 5, unconfirmed: null }],
  verification: { pending_credentials: 5, waiting_cases: null },
};
