import * as v from 'valibot';
import { timeOut } from '../http/fields.ts';

export const RateSchema = v.object({
  numerator: v.number(),
  denominator: v.number(),
  rate: v.nullable(v.number()),
});
const maturing = v.object({ ...RateSchema.entries, immature: v.number() });
const distribution = v.object({
  count: v.number(),
  median_seconds: v.nullable(v.number()),
  p90_seconds: v.nullable(v.number()),
});
const histogram = v.record(v.string(), v.number());

export const ReciprocityFigureSchema = v.object({
  given: v.number(),
  received: v.number(),
  balance: v.number(),
  reciprocity: v.nullable(v.number()),
});

export const DirectionFiguresSchema = v.object({
  sent: v.number(),
  accepted: v.number(),
  declined: v.number(),
  expired: v.number(),
  engaged: v.number(),
  not_engaged: v.number(),
  outcome_withheld: v.number(),
  acceptance: RateSchema,
  response: RateSchema,
  engagement: maturing,
  end_to_end: maturing,
  loop_closure: RateSchema,
  time_to_accept: distribution,
  time_to_engage: distribution,
  reasons: histogram,
  decline_reasons: histogram,
  not_engaged_reasons: histogram,
  open_by_age: v.object({
    under_7_days: v.number(),
    '7_to_29_days': v.number(),
    '30_to_89_days': v.number(),
    '90_days_and_more': v.number(),
  }),
});

const relation = {
  referrals: ReciprocityFigureSchema,
  engagements: ReciprocityFigureSchema,
  given: DirectionFiguresSchema,
  received: DirectionFiguresSchema,
};

export const ReciprocityReportSchema = v.object({
  practice: v.object({ id: v.string(), name: v.string() }),
  month: v.string(),
  time_zone: v.string(),
  from: timeOut,
  until: timeOut,
  /** False while the month still runs. */
  complete: v.boolean(),
  generated_at: timeOut,
  totals: v.object(relation),
  partners: v.array(v.object({ practice_id: v.string(), name: v.string(), ...relation })),
  /** The last six completed months, where `history=true` asked for them. */
  history: v.nullable(
    v.array(
      v.object({
        month: v.string(),
        referrals: ReciprocityFigureSchema,
        engagements: ReciprocityFigureSchema,
      }),
    ),
  ),
});

const given = {
  sent: 3,
  accepted: 2,
  declined: 1,
  expired: 0,
  engaged: 1,
  not_engaged: 0,
  outcome_withheld: 0,
  acceptance: { numerator: 2, denominator: 3, rate: 0.6666666666666666 },
  response: { numerator: 3, denominator: 3, rate: 1 },
  engagement: { numerator: 1, denominator: 1, rate: 1, immature: 1 },
  end_to_end: { numerator: 1, denominator: 2, rate: 0.5, immature: 1 },
  loop_closure: { numerator: 1, denominator: 3, rate: 0.3333333333333333 },
  time_to_accept: { count: 2, median_seconds: 3600, p90_seconds: 7200 },
  time_to_engage: { count: 1, median_seconds: 604800, p90_seconds: 604800 },
  reasons: { testing_needed: 3 },
  decline_reasons: { at_capacity: 1 },
  not_engaged_reasons: {},
  open_by_age: { under_7_days: 0, '7_to_29_days': 2, '30_to_89_days': 0, '90_days_and_more': 0 },
};

const received = {
  ...given,
  sent: 0,
  accepted: 0,
  declined: 0,
  engaged: 0,
  acceptance: { numerator: 0, denominator: 0, rate: null },
  response: { numerator: 0, denominator: 0, rate: null },
  engagement: { numerator: 0, denominator: 0, rate: null, immature: 0 },
  end_to_end: { numerator: 0, denominator: 0, rate: null, immature: 0 },
  loop_closure: { numerator: 0, denominator: 0, rate: null },
  time_to_accept: { count: 0, median_seconds: null, p90_seconds: null },
  time_to_engage: { count: 0, median_seconds: null, p90_seconds: null },
  reasons: {},
  decline_reasons: {},
  open_by_age: { under_7_days: 0, '7_to_29_days': 0, '30_to_89_days': 0, '90_days_and_more': 0 },
};

const relationExample = {
  referrals: { given: 3, received: 0, balance: 3, reciprocity: 0 },
  engagements: { given: 1, received: 0, balance: 1, reciprocity: 0 },
  given,
  received,
};

export const reportExample = {
  practice: { id: 'prc_01k8vayj1hf7trxq1n3d5c8v2k', name: 'Prairie Résumés' },
  month: '2026-10',
  time_zone: 'America/Chicago',
  from: '2026-10-01T05:00:00.000Z',
  until: '2026-11-01T05:00:00.000Z',
  complete: true,
  generated_at: '2026-11-02T09:00:00.000Z',
  totals: relationExample,
  partners: [
    { practice_id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd', name: 'Elm Street Counseling', ...relationExample },
  ],
  history: null,
};
