/**
 * What was given and received, by the definitions of the reference: pure arithmetic over the referrals of a month.
 * Every rate stands beside its numerator and denominator; an empty denominator gives null, never 0.
 */
import { isFinal, type Progress } from '../referrals/lifecycle.ts';

const DAY_MS = 86_400_000;
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
}

export interface Rate {
  readonly numerator: number;
  readonly denominator: number;
  readonly rate: number | null;
}

export interface Distribution {
  readonly count: number;
  readonly median_seconds: number | null;
  readonly p90_seconds: number | null;
}

export function toRate(numerator: number, denominator: number): Rate {
  return { numerator, denominator, rate: denominator === 0 ? null : numerator / denominator };
}

/** The nearest-rank percentile of an ascending list. */
export function nearestRank(ascending: readonly number[], percent: number): number | null {
  if (ascending.length === 0) return null;
  return ascending[Math.max(0, Math.ceil((percent / 100) * ascending.length) - 1)] ?? null;
}

function toDistribution(durationsMs: readonly number[]): Distribution {
  const seconds = durationsMs.map((duration) => Math.round(duration / 1000)).sort((a, b) => a - b);
  return {
    count: seconds.length,
    median_seconds: nearestRank(seconds, 50),
    p90_seconds: nearestRank(seconds, 90),
  };
}

function toHistogram(values: readonly (string | null)[]): Record<string, number> {
  const histogram: Record<string, number> = {};
  for (const value of values) if (value !== null) histogram[value] = (histogram[value] ?? 0) + 1;
  return Object.fromEntries(Object.entries(histogram).sort(([a], [b]) => (a < b ? -1 : 1)));
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

const everAccepted = ({ progress }: CohortReferral) => progress.accepted_at !== null;
const everEngaged = ({ progress }: CohortReferral) => progress.engaged_at !== null;

const isMature = ({ progress }: CohortReferral, now: number) =>
  isFinal(progress.state) || progress.state === 'engaged' || now - (progress.sent_at ?? now) >= MATURE_MS;

/** Nobody answered in time. What was accepted, and then open until its client's data were erased, is none of these. */
const wentUnanswered = (referral: CohortReferral) =>
  !everAccepted(referral) && referral.progress.state === 'expired';

function wasTurnedAway(referral: CohortReferral): boolean {
  const { state } = referral.progress;
  return (
    wentUnanswered(referral) || (!everAccepted(referral) && (state === 'declined' || referral.forwarded))
  );
}

function answeredInTime({ progress }: CohortReferral): boolean {
  return (
    progress.answered_at !== null &&
    progress.respond_by !== null &&
    progress.answered_at <= progress.respond_by
  );
}

/** Its time to answer has passed, and nobody took it back before that. */
function hadToBeAnswered({ progress }: CohortReferral, now: number): boolean {
  const isTakenBack =
    (progress.state === 'withdrawn' || progress.state === 'revoked') && progress.answered_at === null;
  // In needs_info the clock stands still, however late it is.
  return (
    progress.respond_by !== null &&
    progress.respond_by < now &&
    progress.state !== 'needs_info' &&
    !isTakenBack
  );
}

const AGES = [
  ['under_7_days', 7],
  ['7_to_29_days', 30],
  ['30_to_89_days', 90],
  ['90_days_and_more', Number.POSITIVE_INFINITY],
] as const;

function openByAge(
  referrals: readonly CohortReferral[],
  now: number,
): Record<(typeof AGES)[number][0], number> {
  const ages = { under_7_days: 0, '7_to_29_days': 0, '30_to_89_days': 0, '90_days_and_more': 0 };
  for (const { progress } of referrals) {
    if (isFinal(progress.state)) continue;
    const days = (now - (progress.sent_at ?? now)) / DAY_MS;
    const [age] = AGES.find(([, below]) => days < below) ?? AGES[3];
    ages[age] += 1;
  }
  return ages;
}

/** The figures of one direction. */
export function summarize(referrals: readonly CohortReferral[], now: number) {
  const known = referrals.filter((one) => !one.outcome_withheld);
  const mature = known.filter((one) => isMature(one, now));
  const accepted = referrals.filter(everAccepted);
  const dueForAnswer = referrals.filter((one) => hadToBeAnswered(one, now));
  const engaged = mature.filter(everEngaged).length;
  const sinceSending = (at: (progress: Progress) => number | null, from: readonly CohortReferral[]) =>
    toDistribution(
      from.flatMap(({ progress }) => {
        const end = at(progress);
        return end === null || progress.sent_at === null
          ? []
          : [end - progress.sent_at - progress.needs_info_total_ms];
      }),
    );
  return {
    sent: referrals.length,
    accepted: accepted.length,
    declined: referrals.filter(({ progress }) => progress.state === 'declined').length,
    expired: referrals.filter(wentUnanswered).length,
    engaged: known.filter(everEngaged).length,
    not_engaged: known.filter(({ progress }) => progress.state === 'not_engaged').length,
    outcome_withheld: referrals.length - known.length,
    acceptance: toRate(accepted.length, accepted.length + referrals.filter(wasTurnedAway).length),
    response: toRate(dueForAnswer.filter(answeredInTime).length, dueForAnswer.length),
    engagement: {
      ...toRate(engaged, mature.filter(everAccepted).length),
      immature: known.filter(everAccepted).length - mature.filter(everAccepted).length,
    },
    end_to_end: { ...toRate(engaged, mature.length), immature: known.length - mature.length },
    loop_closure: toRate(known.filter(({ progress }) => progress.outcome_at !== null).length, known.length),
    time_to_accept: sinceSending((progress) => progress.accepted_at, referrals),
    time_to_engage: sinceSending((progress) => progress.engaged_at, known),
    reasons: toHistogram(referrals.map(({ reason }) => reason)),
    decline_reasons: toHistogram(referrals.map(({ progress }) => progress.decline_reason)),
    not_engaged_reasons: toHistogram(known.map(({ progress }) => progress.not_engaged_reason)),
    open_by_age: openByAge(known, now),
  };
}

/** Both directions and what they make together. */
export function relate(referrals: readonly CohortReferral[], now: number) {
  const given = referrals.filter(({ direction }) => direction === 'given');
  const received = referrals.filter(({ direction }) => direction === 'received');
  const engagedOf = (side: readonly CohortReferral[]) =>
    side.filter((one) => !one.outcome_withheld && everEngaged(one)).length;
  return {
    referrals: toReciprocity(given.length, received.length),
    engagements: toReciprocity(engagedOf(given), engagedOf(received)),
    given: summarize(given, now),
    received: summarize(received, now),
  };
}

export function byPartner(referrals: readonly CohortReferral[]): Map<string, CohortReferral[]> {
  const partners = new Map<string, CohortReferral[]>();
  for (const referral of referrals) {
    const cohort = partners.get(referral.partner_id);
    if (cohort) cohort.push(referral);
    else partners.set(referral.partner_id, [referral]);
  }
  return partners;
}
