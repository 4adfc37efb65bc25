/**
 * What an account of the platform holds: networks, each a deployment with a database, a queue and a cron trigger of its
 * own, that grow by the same number of referrals a year. Month by month, until something is full. No I/O.
 */

/** Of one referral's life, as `npm run bench` measures it. */
export interface Life {
  readonly bytes: number;
  readonly rows_written: number;
  readonly messages: number;
  /** How long one database works on it: the price of its one thread. */
  readonly database_ms: number;
}

/** Of the platform, paid plan (see docs/scale.md for where and when they were read). */
export const LIMITS = {
  database_bytes: 10e9,
  account_bytes: 1e12,
  workers: 500,
  cron_triggers: 250,
  queue_messages_second: 5000,
} as const;

export interface Plan {
  readonly networks: number;
  readonly referrals_year: number;
  readonly months: number;
}

/** A fifth of a day's work falls into its busiest hour, on 21 working days a month. */
const BUSIEST_HOUR = 0.2;
const WORKING_DAYS_MONTH = 21;
const HOUR_S = 3600;
/** Above it those who wait for a database's one thread wait longer than it works for them. */
const BUSY_MAX = 0.5;

export const RESOURCES = [
  'bytes of a database',
  'bytes of the account',
  'busiest hour of a database',
  'messages of a queue',
  'cron triggers',
  'Workers',
] as const;
export type Resource = (typeof RESOURCES)[number];

export interface Month {
  readonly month: number;
  readonly referrals_each: number;
  /** How much of each is used; above 1 it is more than there is. */
  readonly used: Readonly<Record<Resource, number>>;
}

export function monthOf({ networks, referrals_year }: Plan, month: number, life: Life): Month {
  const referrals_each = (referrals_year / 12) * month;
  const perSecond = (referrals_year / 12 / WORKING_DAYS_MONTH) * (BUSIEST_HOUR / HOUR_S);
  return {
    month,
    referrals_each,
    used: {
      'bytes of a database': (referrals_each * life.bytes) / LIMITS.database_bytes,
      'bytes of the account': (networks * referrals_each * life.bytes) / LIMITS.account_bytes,
      'busiest hour of a database': (perSecond * life.database_ms) / 1000 / BUSY_MAX,
      'messages of a queue': (perSecond * life.messages) / LIMITS.queue_messages_second,
      'cron triggers': networks / LIMITS.cron_triggers,
      Workers: networks / LIMITS.workers,
    },
  };
}

export interface Outcome {
  readonly last: Month;
  /** What is full first, and in which month; null where nothing is. */
  readonly breaks: { readonly resource: Resource; readonly month: number } | null;
}

export function simulate(plan: Plan, life: Life): Outcome {
  let last = monthOf(plan, 0, life);
  for (let month = 1; month <= plan.months; month += 1) {
    last = monthOf(plan, month, life);
    const { used } = last;
    const full = RESOURCES.filter((resource) => used[resource] > 1).sort((a, b) => used[b] - used[a])[0];
    if (full !== undefined) return { last, breaks: { resource: full, month } };
  }
  return { last, breaks: null };
}
