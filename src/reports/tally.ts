/**
 * What referrals come to, as counts that add up: of a partner's referrals, of several partners, of several months. The
 * figures of a report are made of such a tally and of nothing else, by the definitions of the reference. Every rate
 * stands beside its numerator and denominator; an empty denominator gives null, never 0.
 */
import { DAY_MS } from '../platform/durations.ts';
import { isFinal, type Progress } from '../referrals/lifecycle.ts';

/** From this age on a referral counts in the engagement rates whatever its state. */
export const MATURE_MS = 30 * DAY_MS;

/** One referral as the practice may see it. */
export interface CohortReferral {
  readonly partner_id: string;
  readonly direction: 'given' | 'received';
  readonly reason: string;
  readonly progress: Progress;
  /** The consent lets no outcome reach this practice: counted in no rate of outcomes. */
  readonly outcome_withheld: boolean;
  /** It was sent on to somebody else after this one did not take it. */
  readonly forwarded: boolean;
  /** The client came by a joint event. */
  readonly from_event: boolean;
}

const AGES = [
  ['under_7_days', 7 * DAY_MS],
  ['7_to_29_days', MATURE_MS],
  ['30_to_89_days', 90 * DAY_MS],
  ['90_days_and_more', Number.POSITIVE_INFINITY],
] as const;
/** The ages from which on a referral counts elsewhere, the last one for good. */
export const AGE_MS_LAST = 90 * DAY_MS;

const COUNTED = [
  'sent',
  'accepted',
  'declined',
  'expired',
  'engaged',
  'not_engaged',
  'outcome_withheld',
  'turned_away',
  'answers_due',
  'answered_in_time',
  'known_accepted',
  'mature',
  'mature_accepted',
  'mature_engaged',
  'outcomes',
  'from_events',
  ...AGES.map(([age]) => age),
] as const;
type Counted = (typeof COUNTED)[number];
const LISTED = ['accept_seconds', 'engage_seconds'] as const;
const NAMED = ['reasons', 'decline_reasons', 'not_engaged_reasons'] as const;
type Histogram = Readonly<Record<string, number>>;

/** What is 0 or empty is left out, so that what is kept stays small. */
export type Tally = { readonly [K in Counted]?: number } & {
  readonly [K in (typeof LISTED)[number]]?: readonly number[];
} & { readonly [K in (typeof NAMED)[number]]?: Histogram };

const isMature = ({ state, sent_at }: Progress, now: number) =>
  isFinal(state) || state === 'engaged' || now - (sent_at ?? now) >= MATURE_MS;

/** Its time to answer has passed, and nobody took it back before that. In needs_info the clock stands still. */
function hadToBeAnswered({ state, respond_by, answered_at }: Progress, now: number): boolean {
  const isTakenBack = (state === 'withdrawn' || state === 'revoked') && answered_at === null;
  return respond_by !== null && respond_by < now && state !== 'needs_info' && !isTakenBack;
}

const wasAnsweredInTime = ({ answered_at, respond_by }: Progress) =>
  answered_at !== null && respond_by !== null && answered_at <= respond_by;

/** Since the sending, without the time in needs_info. */
function secondsUntil(end: number | null, { sent_at, needs_info_total_ms }: Progress): number[] {
  return end === null || sent_at === null ? [] : [Math.round((end - sent_at - needs_info_total_ms) / 1000)];
}

function ageOf({ state, sent_at }: Progress, now: number): Counted[] {
  if (isFinal(state)) return [];
  const [age] = AGES.find(([, below]) => now - (sent_at ?? now) < below) ?? AGES[3];
  return [age];
}

const named = (value: string | null): Histogram => (value === null ? {} : { [value]: 1 });

/** What one referral adds to the tally. */
function tallyOfOne(referral: CohortReferral, now: number): Tally {
  const { progress, direction, reason, outcome_withheld, forwarded, from_event } = referral;
  const { state, accepted_at, engaged_at, outcome_at } = progress;
  const isAccepted = accepted_at !== null;
  const isEngaged = engaged_at !== null;
  const isKnown = !outcome_withheld;
  // Nobody answered in time. What was accepted, and then open until its client's data were erased, is none of these.
  const isUnanswered = !isAccepted && state === 'expired';
  const isTurnedAway = !isAccepted && (isUnanswered || state === 'declined' || forwarded);
  const isDue = hadToBeAnswered(progress, now);
  const isGrown = isKnown && isMature(progress, now);
  const counts: [Counted, boolean][] = [
    ['sent', true],
    ['accepted', isAccepted],
    ['declined', state === 'declined'],
    ['expired', isUnanswered],
    ['engaged', isKnown && isEngaged],
    ['not_engaged', isKnown && state === 'not_engaged'],
    ['outcome_withheld', !isKnown],
    ['turned_away', isTurnedAway],
    ['answers_due', isDue],
    ['answered_in_time', isDue && wasAnsweredInTime(progress)],
    ['known_accepted', isKnown && isAccepted],
    ['mature', isGrown],
    ['mature_accepted', isGrown && isAccepted],
    ['mature_engaged', isGrown && isEngaged],
    ['outcomes', isKnown && outcome_at !== null],
    // The receiver reads it once it has accepted.
    ['from_events', from_event && (direction === 'given' || isAccepted)],
  ];
  const ages = isKnown ? ageOf(progress, now) : [];
  return {
    ...Object.fromEntries(counts.flatMap(([name, counted]) => (counted ? [[name, 1]] : []))),
    ...Object.fromEntries(ages.map((age) => [age, 1])),
    accept_seconds: secondsUntil(accepted_at, progress),
    engage_seconds: isKnown ? secondsUntil(engaged_at, progress) : [],
    reasons: named(reason),
    decline_reasons: named(progress.decline_reason),
    not_engaged_reasons: isKnown ? named(progress.not_engaged_reason) : {},
  };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum: Record<string, unknown> = {};
  for (const name of COUNTED) {
    const count = tallies.reduce((all, one) => all + (one[name] ?? 0), 0);
    if (count > 0) sum[name] = count;
  }
  for (const name of LISTED) {
    const list = tallies.flatMap((one) => one[name] ?? []);
    if (list.length > 0) sum[name] = list;
  }
  for (const name of NAMED) {
    const histogram: Record<string, number> = {};
    for (const one of tallies)
      for (const [value, count] of Object.entries(one[name] ?? {}))
        histogram[value] = (histogram[value] ?? 0) + count;
    if (Object.keys(histogram).length > 0) sum[name] = histogram;
  }
  return sum;
}

export const tallyOf = (referrals: readonly CohortReferral[], now: number): Tally =>
  addTallies(referrals.map((one) => tallyOfOne(one, now)));

export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
  readonly rate: number | null;
}

export const toRate = (numerator: number, denominator: number): Rate => ({
  numerator,
  denominator,
  rate: denominator === 0 ? null : numerator / denominator,
});

/** The nearest-rank percentile of an ascending list. */
export function nearestRank(ascending: readonly number[], percent: number): number | null {
  if (ascending.length === 0) return null;
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)] ?? null;
}

function toDistribution(seconds: readonly number[] = []) {
  const ascending = [...seconds].sort((a, b) => a - b);
  return {
    count: ascending.length,
    median_seconds: nearestRank(ascending, 50),
    p90_seconds: nearestRank(ascending, 90),
  };
}

const inOrder = (histogram: Histogram = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(histogram).sort(([a], [b]) => (a < b ? -1 : 1)));

/** The figures of one direction. */
export function figuresOf(tally: Tally) {
  const count = (name: Counted) => tally[name] ?? 0;
  const known = count('sent') - count('outcome_withheld');
  return {
    sent: count('sent'),
    accepted: count('accepted'),
    declined: count('declined'),
    expired: count('expired'),
    engaged: count('engaged'),
    not_engaged: count('not_engaged'),
    outcome_withheld: count('outcome_withheld'),
    from_events: count('from_events'),
    acceptance: toRate(count('accepted'), count('accepted') + count('turned_away')),
    response: toRate(count('answered_in_time'), count('answers_due')),
    engagement: {
      ...toRate(count('mature_engaged'), count('mature_accepted')),
      immature: count('known_accepted') - count('mature_accepted'),
    },
    end_to_end: { ...toRate(count('mature_engaged'), count('mature')), immature: known - count('mature') },
    loop_closure: toRate(count('outcomes'), known),
    time_to_accept: toDistribution(tally.accept_seconds),
    time_to_engage: toDistribution(tally.engage_seconds),
    reasons: inOrder(tally.reasons),
    decline_reasons: inOrder(tally.decline_reasons),
    not_engaged_reasons: inOrder(tally.not_engaged_reasons),
    open_by_age: {
      under_7_days: count('under_7_days'),
      '7_to_29_days': count('7_to_29_days'),
      '30_to_89_days': count('30_to_89_days'),
      '90_days_and_more': count('90_days_and_more'),
    },
  };
}

/** balance = s − r; reciprocity = 2·min(s, r) ÷ (s + r), null where nothing went either way. */
export function toReciprocity(given: number, received: number) {
  return {
    given,
    received,
    balance: given - received,
    reciprocity: given + received === 0 ? null : (2 * Math.min(given, received)) / (given + received),
  };
}

export interface BothWays<T> {
  readonly given: T;
  readonly received: T;
}

/** Both directions and what they make together. */
export const relate = ({ given, received }: BothWays<Tally>) => ({
  referrals: toReciprocity(given.sent ?? 0, received.sent ?? 0),
  engagements: toReciprocity(given.engaged ?? 0, received.engaged ?? 0),
  given: figuresOf(given),
  received: figuresOf(received),
});
