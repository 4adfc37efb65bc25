import * as v from 'valibot';
import { timeOut } from '../http/fields.ts';
import { InsightsSchema, insightsExample } from './insights.schemas.ts';

export const monthInput = v.pipe(
  v.string('must be a month, such as `2026-10`'),
  v.regex(/^(20\d\d)-(0[1-9]|1[0-2])$/, 'must be a month that exists, such as `2026-10`'),
);

/** A rate with what it is made of. @schema Rate */
export const RateSchema = v.object({
  /** How many did. */
  numerator: v.number(),
  /** Of how many. */
  denominator: v.number(),
  /** The one by the other, 0 to 1; null where the denominator is 0. */
  rate: v.nullable(v.number()),
});
const maturing = v.object({
  ...RateSchema.entries,
  /**
   * How many are left out because they are too young to count: neither final nor engaged, and less than 30 days
   * old.
   */
  immature: v.number(),
});
const distribution = v.object({
  /** Of how many. */
  count: v.number(),
  /** Half took at most so many seconds; null where there is none. */
  median_seconds: v.nullable(v.number()),
  /** Nine tenths took at most so many seconds; null where there is none. */
  p90_seconds: v.nullable(v.number()),
});
const histogram = v.record(v.string(), v.number());

/** What was given and what was received. @schema Reciprocity */
export const ReciprocityFigureSchema = v.object({
  /** How many you gave. */
  given: v.number(),
  /** How many you received. */
  received: v.number(),
  /** Given less received. */
  balance: v.number(),
  /** 2 × min(given, received) ÷ (given + received), 0 to 1: 1 is as much either way; null where there is nothing. */
  reciprocity: v.nullable(v.number()),
});

/** The referrals of one direction. @schema DirectionFigures */
export const DirectionFiguresSchema = v.object({
  /** Referrals first sent in the month, in your own time zone. A chain of one client counts once, for the first one. */
  sent: v.number(),
  /** Ever accepted. */
  accepted: v.number(),
  /** Declined as their last word. */
  declined: v.number(),
  /** Ended because nobody answered in time. */
  expired: v.number(),
  /** The client ever became a client of the receiver, as far as you may know the outcome. */
  engaged: v.number(),
  /** The client did not, as far as you may know. */
  not_engaged: v.number(),
  /**
   * The client allowed no news to you, or took that back before an outcome: they count in no figure of outcomes, neither
   * above nor below the line.
   */
  outcome_withheld: v.number(),
  /** The client came by a joint event, which the referral names as its `source`; of those received, once accepted. */
  from_events: v.number(),
  /**
   * Ever accepted ÷ (ever accepted + declined, sent on to another practice by the sender, or expired, without ever being
   * accepted).
   */
  acceptance: RateSchema,
  /**
   * Answered within the time to answer ÷ those whose time has passed, without those taken back before an answer. The
   * clock stands still while the receiver waits for the answer to a question.
   */
  response: RateSchema,
  /** Ever engaged ÷ ever accepted, over mature referrals only: ended, engaged, or at least 30 days old. */
  engagement: maturing,
  /** Ever engaged ÷ sent, over mature referrals only: ended, engaged, or at least 30 days old. */
  end_to_end: maturing,
  /** Outcome reported ÷ sent, of those whose outcome you may know. */
  loop_closure: RateSchema,
  /** From sent to accepted, by the nearest rank; the clock stands still while information is asked for. */
  time_to_accept: distribution,
  /** From sent to engaged, likewise. */
  time_to_engage: distribution,
  /** How many for each reason of a referral. */
  reasons: histogram,
  /** How many for each reason of a decline. */
  decline_reasons: histogram,
  /** How many for each reason why a client did not become one. */
  not_engaged_reasons: histogram,
  /** Not ended yet, as far as you may know, by days since they were sent. */
  open_by_age: v.object({
    /** Less than 7 days. */
    under_7_days: v.number(),
    /** 7 to 29 days. */
    '7_to_29_days': v.number(),
    /** 30 to 89 days. */
    '30_to_89_days': v.number(),
    /** 90 days and more. */
    '90_days_and_more': v.number(),
  }),
});

const relation = {
  /** Referrals. */
  referrals: ReciprocityFigureSchema,
  /** Engagements that came of them. */
  engagements: ReciprocityFigureSchema,
  /** Referrals that you sent. */
  given: DirectionFiguresSchema,
  /** Referrals that you received. */
  received: DirectionFiguresSchema,
};

/** One month of several. @schema MonthOfReport */
const MonthOfReportSchema = v.object({
  /** The month, `YYYY-MM`. */
  month: v.string(),
  /** Referrals. */
  referrals: ReciprocityFigureSchema,
  /** Engagements that came of them. */
  engagements: ReciprocityFigureSchema,
});

/** The reciprocity report of one month or several. @schema ReciprocityReport */
export const ReciprocityReportSchema = v.object({
  /** Your practice. */
  practice: v.object({
    /** Its id. */
    id: v.string(),
    /** Its name. */
    name: v.string(),
  }),
  /** The month, `YYYY-MM`; null where several were asked for. */
  month: v.nullable(v.string()),
  /** The first month. */
  from_month: v.string(),
  /** The last month. */
  to_month: v.string(),
  /** Your time zone, in which it is reckoned. */
  time_zone: v.string(),
  /** Its beginning. */
  from: timeOut,
  /** Its end; the first moment of the next one. */
  until: timeOut,
  /** False while the month still runs. */
  complete: v.boolean(),
  /** When this was reckoned. */
  generated_at: timeOut,
  /** All partners together, on every page. */
  totals: v.object(relation),
  /** A page of the partners with whom there was something, by name. */
  partners: v.array(
    v.object({
      /** The partner. */
      practice_id: v.string(),
      /** Its name. */
      name: v.string(),
      /** How often it thanked you in these months: an act, which is no debt and counted in nothing else. */
      thanks_received: v.number(),
      ...relation,
    }),
  ),
  /** For the next page of partners; null on the last one. */
  next_cursor: v.nullable(v.string()),
  /** The month before, where `compare=true` asked for it. */
  previous: v.nullable(
    v.object({
      /** The month, `YYYY-MM`. */
      month: v.string(),
      ...relation,
    }),
  ),
  /** Month by month, where several were asked for. */
  trend: v.nullable(v.array(MonthOfReportSchema)),
  /** The last six completed months, where `history=true` asked for them. */
  history: v.nullable(v.array(MonthOfReportSchema)),
  /** What you may want to do next, as it stands now, where `insights=true` asked for it. */
  insights: v.nullable(InsightsSchema),
});

const given = {
  sent: 3,
  accepted: 2,
  declined: 1,
  expired: 0,
  engaged: 1,
  not_engaged: 0,
  outcome_withheld: 0,
  from_events: 1,
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
  from_events: 0,
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
  from_month: '2026-10',
  to_month: '2026-10',
  time_zone: 'America/Chicago',
  from: '2026-10-01T05:00:00.000Z',
  until: '2026-11-01T05:00:00.000Z',
  complete: true,
  generated_at: '2026-11-02T09:00:00.000Z',
  totals: relationExample,
  partners: [
    {
      practice_id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
      name: 'Elm Street Counseling',
      thanks_received: 1,
      ...relationExample,
    },
  ],
  next_cursor: null,
  previous: null,
  trend: null,
  history: null,
  insights: insightsExample,
};
