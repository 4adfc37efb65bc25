import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFinal, NEW_PROGRESS, type Progress } from '../../src/referrals/lifecycle.ts';
import { completedMonths, countMonths, monthIn } from '../../src/reports/months.ts';
import {
  type CohortReferral,
  figuresOf,
  nearestRank,
  relate as relateTallies,
  tallyOf,
  toRate,
  toReciprocity,
} from '../../src/reports/tally.ts';

const DAY = 86_400_000;
const now = Date.UTC(2026, 10, 23);
const sentAt = now - 10 * DAY;

const summarize = (cohort: readonly CohortReferral[], at: number) => figuresOf(tallyOf(cohort, at));
const relate = (cohort: readonly CohortReferral[], at: number) => {
  const towards = (wanted: string) =>
    tallyOf(
      cohort.filter(({ direction }) => direction === wanted),
      at,
    );
  return relateTallies({ given: towards('given'), received: towards('received') });
};

const referral = (
  progress: Partial<Progress> = {},
  change: Partial<CohortReferral> = {},
): CohortReferral => ({
  partner_id: 'prc_1',
  direction: 'given',
  reason: 'beyond_scope',
  outcome_withheld: false,
  forwarded: false,
  from_event: false,
  ...change,
  progress: { ...NEW_PROGRESS, state: 'sent', sent_at: sentAt, respond_by: sentAt + 7 * DAY, ...progress },
});
const acceptedAt = sentAt + DAY;
const accepted = { state: 'accepted', answered_at: acceptedAt, accepted_at: acceptedAt } as const;
const engaged = {
  ...accepted,
  state: 'engaged',
  engaged_at: sentAt + 3 * DAY,
  outcome_at: sentAt + 3 * DAY,
} as const;
const lost = {
  ...accepted,
  state: 'not_engaged',
  not_engaged_reason: 'cost',
  outcome_at: sentAt + 2 * DAY,
  ended_at: sentAt + 2 * DAY,
} as const;
const declined = {
  state: 'declined',
  answered_at: acceptedAt,
  decline_reason: 'at_capacity',
  ended_at: acceptedAt,
} as const;
const expired = { state: 'expired', ended_at: sentAt + 7 * DAY } as const;

describe('by the definitions', () => {
  test('balance is s − r, reciprocity 2·min ÷ (s + r), null where nothing went either way', () => {
    expect(toReciprocity(3, 1)).toEqual({ given: 3, received: 1, balance: 2, reciprocity: 0.5 });
    expect(toReciprocity(2, 2).reciprocity).toBe(1);
    expect(toReciprocity(0, 0).reciprocity).toBeNull();
    expect(toRate(0, 0)).toEqual({ numerator: 0, denominator: 0, rate: null });
  });

  test('acceptance leaves out what still waits, and counts forwarded ones as turned away', () => {
    const cohort = [
      referral(accepted),
      referral(declined),
      referral(expired),
      referral(),
      referral({}, { forwarded: true }),
      referral({ state: 'withdrawn', ended_at: now }),
    ];
    expect(summarize(cohort, now).acceptance).toEqual({ numerator: 1, denominator: 4, rate: 0.25 });
  });

  test('what was accepted and then ended with the retention time is not counted as unanswered', () => {
    const kept = { ...engaged, state: 'expired', ended_at: now } as const;
    const [before, after] = [summarize([referral(engaged)], now), summarize([referral(kept)], now)];
    expect({ ...after, open_by_age: null }).toEqual({ ...before, open_by_age: null });
  });

  test('response counts those whose time has passed, without those taken back before', () => {
    const late = { ...accepted, answered_at: sentAt + 8 * DAY, accepted_at: sentAt + 8 * DAY };
    const waiting = referral({ respond_by: now + 1 });
    const takenBack = referral({ state: 'withdrawn', ended_at: sentAt + DAY });
    expect(
      summarize([referral(accepted), referral(late), referral(expired), waiting, takenBack], now).response,
    ).toEqual({ numerator: 1, denominator: 3, rate: 1 / 3 });
  });

  test('engagement is over mature referrals only, with the immature beside it', () => {
    const old = (progress: Partial<Progress>) => referral({ ...progress, sent_at: now - 30 * DAY });
    const cohort = [
      referral(engaged),
      referral(lost),
      referral(accepted),
      old(accepted),
      referral(declined),
      referral(),
    ];
    const { engagement, end_to_end } = summarize(cohort, now);
    expect(engagement).toEqual({ numerator: 1, denominator: 3, rate: 1 / 3, immature: 1 });
    expect(end_to_end).toEqual({ numerator: 1, denominator: 4, rate: 0.25, immature: 2 });
  });

  test('a withheld outcome counts in no rate of outcomes, and in the acceptance', () => {
    const hidden = referral(accepted, { outcome_withheld: true });
    const figures = summarize([hidden, referral(engaged)], now);
    expect(figures).toMatchObject({
      sent: 2,
      accepted: 2,
      engaged: 1,
      outcome_withheld: 1,
      acceptance: { denominator: 2 },
    });
    expect([
      figures.engagement.denominator,
      figures.end_to_end.denominator,
      figures.loop_closure.denominator,
    ]).toEqual([1, 1, 1]);
    expect(relate([hidden, referral(engaged)], now).engagements).toMatchObject({ given: 1, balance: 1 });
  });

  test('times stand still in needs_info; median and p90 are of the nearest rank', () => {
    const slow = referral({ ...accepted, needs_info_total_ms: DAY / 2 });
    expect(summarize([slow], now).time_to_accept).toEqual({
      count: 1,
      median_seconds: 43_200,
      p90_seconds: 43_200,
    });
    expect(nearestRank([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 50)).toBe(5);
    expect(nearestRank([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90)).toBe(9);
    expect(nearestRank([1], 90)).toBe(1);
    expect(nearestRank([], 50)).toBeNull();
  });

  test('reasons are histograms, and open referrals stand by their age', () => {
    const figures = summarize(
      [referral(declined), referral(declined), referral(lost), referral({ sent_at: now - 40 * DAY })],
      now,
    );
    expect(figures.decline_reasons).toEqual({ at_capacity: 2 });
    expect(figures.not_engaged_reasons).toEqual({ cost: 1 });
    expect(figures.open_by_age).toEqual({
      under_7_days: 0,
      '7_to_29_days': 0,
      '30_to_89_days': 1,
      '90_days_and_more': 0,
    });
  });
});

const anyReferral: fc.Arbitrary<CohortReferral> = fc
  .record({
    progress: fc.constantFrom({}, accepted, engaged, lost, declined, expired),
    partner_id: fc.constantFrom('prc_1', 'prc_2', 'prc_3'),
    direction: fc.constantFrom('given' as const, 'received' as const),
    forwarded: fc.boolean(),
    from_event: fc.boolean(),
  })
  .map(({ progress, ...change }) => referral(progress, change));

describe('over random cohorts', () => {
  test('no rate leaves 0 to 1, and only an empty denominator makes it null', () => {
    fc.assert(
      fc.property(fc.array(anyReferral), (cohort) => {
        const { given, received, referrals } = relate(cohort, now);
        for (const figures of [given, received]) {
          for (const { numerator, denominator, rate } of [
            figures.acceptance,
            figures.response,
            figures.engagement,
            figures.end_to_end,
            figures.loop_closure,
          ]) {
            expect(numerator).toBeLessThanOrEqual(denominator);
            expect(rate).toBe(denominator === 0 ? null : numerator / denominator);
          }
        }
        expect(given.sent + received.sent).toBe(cohort.length);
        if (referrals.reciprocity !== null)
          expect(referrals.reciprocity >= 0 && referrals.reciprocity <= 1).toBe(true);
      }),
    );
  });

  test('the partners add up to the totals, and two practices see mirrored figures of each other', () => {
    fc.assert(
      fc.property(fc.array(anyReferral), (cohort) => {
        const totals = relate(cohort, now);
        const partners = ['prc_1', 'prc_2', 'prc_3'].map((id) =>
          relate(
            cohort.filter(({ partner_id }) => partner_id === id),
            now,
          ),
        );
        const sum = (pick: (one: typeof totals) => number) =>
          partners.reduce((all, one) => all + pick(one), 0);
        expect(sum((one) => one.referrals.balance)).toBe(totals.referrals.balance);
        expect(sum((one) => one.given.accepted)).toBe(totals.given.accepted);
        const mirrored = cohort.map((one) => ({
          ...one,
          direction: one.direction === 'given' ? ('received' as const) : ('given' as const),
        }));
        expect(relate(mirrored, now).referrals.balance + totals.referrals.balance).toBe(0);
        expect(relate(mirrored, now).referrals.reciprocity).toBe(totals.referrals.reciprocity);
      }),
    );
  });

  test('open and ended ones are never mixed up', () => {
    fc.assert(
      fc.property(fc.array(anyReferral), (cohort) => {
        const { given } = relate(cohort, now);
        const open = Object.values(given.open_by_age).reduce((sum, count) => sum + count, 0);
        expect(open).toBe(
          cohort.filter(({ direction, progress }) => direction === 'given' && !isFinal(progress.state))
            .length,
        );
      }),
    );
  });
});

describe('months', () => {
  test.each([
    ['America/Chicago', '2026-10', '2026-10-01T05:00:00Z', '2026-11-01T05:00:00Z'],
    ['America/Chicago', '2026-11', '2026-11-01T05:00:00Z', '2026-12-01T06:00:00Z'],
    ['Asia/Kolkata', '2026-10', '2026-09-30T18:30:00Z', '2026-10-31T18:30:00Z'],
    ['Pacific/Kiritimati', '2026-10', '2026-09-30T10:00:00Z', '2026-10-31T10:00:00Z'],
    ['Africa/Cairo', '2026-12', '2026-11-30T22:00:00Z', '2026-12-31T22:00:00Z'],
    ['UTC', '2024-02', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
  ])('in %s %s begins and ends at local midnight', (zone, month, from, until) => {
    expect(monthIn(zone, month)).toEqual({ month, from: Date.parse(from), until: Date.parse(until) });
  });

  test('are counted over the ends of years, both ends with them', () => {
    expect(countMonths('2025-11', '2026-02')).toBe(4);
    expect(countMonths('2026-02', '2026-02')).toBe(1);
    expect(countMonths('2026-02', '2026-01')).toBe(0);
  });

  test('the completed months adjoin each other and end with the one before now', () => {
    const months = completedMonths('America/Chicago', Date.parse('2026-11-01T04:59:59Z'), 6);
    expect(months.map(({ month }) => month)).toEqual([
      '2026-04',
      '2026-05',
      '2026-06',
      '2026-07',
      '2026-08',
      '2026-09',
    ]);
    months.slice(1).forEach((month, index) => {
      expect(month.from).toBe(months[index]?.until);
    });
  });
});
