/** The monthly reciprocity report. */
import * as v from 'valibot';
import { flagInQuery, toTime } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { invalidInput, notFound } from '../platform/problem.ts';
import type { Progress } from '../referrals/lifecycle.ts';
import { isFinal } from '../referrals/lifecycle.ts';
import { completedMonths, type Month, monthAnywhere, monthIn } from './months.ts';
import { byPartner, type CohortReferral, relate } from './reciprocity.ts';
import { type CohortRow, selectCohort, selectReportingPractice } from './reports.repository.ts';
import { ReciprocityReportSchema, reportExample } from './reports.schemas.ts';

const HISTORY_MONTHS = 6;

/** The practice's own month lies somewhere in this, whatever its zone. */
function historyAnywhere(now: number): { from: number; until: number } {
  const months = [
    ...completedMonths('Etc/GMT+12', now, HISTORY_MONTHS),
    ...completedMonths('Pacific/Kiritimati', now, HISTORY_MONTHS),
  ];
  return {
    from: Math.min(...months.map(({ from }) => from)),
    until: Math.max(...months.map(({ until }) => until)),
  };
}

/** A client who kept the way back closed, or closed it before an outcome was told: counted in no rate of outcomes. */
function isOutcomeUnknown(row: CohortRow, progress: Progress, now: number): boolean {
  if (!row.feedback_asked) return true;
  // At the end of the retention time it ended without an outcome: that one will come no more is not that there was none.
  const isUntold = !isFinal(progress.state) || progress.state === 'expired';
  const waits = progress.accepted_at !== null && progress.outcome_at === null && isUntold;
  return waits && (row.feedback_until ?? 0) <= now;
}

function toCohortReferral(
  row: CohortRow,
  direction: CohortReferral['direction'],
  now: number,
): CohortReferral {
  const isGiven = direction === 'given';
  // A sender is told what it was told already; see referrals.view.ts.
  const progress: Progress = isGiven ? (row.sender_progress as Progress) : row;
  return {
    partner_id: row.partner_id,
    direction,
    reason: row.reason,
    progress,
    outcome_withheld: isGiven && isOutcomeUnknown(row, progress, now),
    // That the client was sent elsewhere is the sender's knowledge, not the receiver's.
    forwarded: isGiven && row.forwarded === 1,
  };
}

export const reportOperations = [
  operation({
    id: 'getReciprocityReport',
    method: 'GET',
    path: '/v1/reports/reciprocity',
    tag: 'Reports',
    summary: 'Read the reciprocity report of a month',
    description:
      'Counts the referrals that were first sent in the month, in your own time zone; a forwarded chain counts once, for its root. Every rate has its numerator and denominator; an empty denominator gives null. Referrals whose outcome the client keeps from you count in no rate of outcomes.',
    scope: 'reports:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      /** The month, `YYYY-MM`; not in the future. */
      month: v.pipe(
        v.string('must be a month, such as `2026-10`'),
        v.regex(/^(20\d\d)-(0[1-9]|1[0-2])$/, 'must be a month that exists, such as `2026-10`'),
      ),
      /** `true`: also the last six completed months. */
      history: v.optional(flagInQuery, 'false'),
    }),
    response: {
      status: 200,
      description: 'The report.',
      schema: ReciprocityReportSchema,
      example: reportExample,
    },
    handle: async ({ exchange: { database, now }, actor, query: { month, history } }) => {
      const { query } = database;
      const practiceId = actor.practice_id;
      const anywhere = monthAnywhere(month);
      if (anywhere.from > now)
        throw invalidInput([{ pointer: 'month', detail: 'must not lie in the future' }]);
      const past = history ? historyAnywhere(now) : { from: 0, until: 0 };
      const [[practice], givenRows, receivedRows, pastGiven, pastReceived] = await database.batch([
        selectReportingPractice(query, practiceId),
        selectCohort(query, 'given', practiceId, anywhere.from, anywhere.until),
        selectCohort(query, 'received', practiceId, anywhere.from, anywhere.until),
        selectCohort(query, 'given', practiceId, past.from, past.until),
        selectCohort(query, 'received', practiceId, past.from, past.until),
      ]);
      if (!practice) throw notFound();
      const cohortOf = (
        given: readonly CohortRow[],
        received: readonly CohortRow[],
        { from, until }: Month,
      ) => {
        const inMonth = ({ sent_at }: CohortRow) => sent_at !== null && sent_at >= from && sent_at < until;
        return [
          ...given.filter(inMonth).map((row) => toCohortReferral(row, 'given', now)),
          ...received.filter(inMonth).map((row) => toCohortReferral(row, 'received', now)),
        ];
      };
      const reported = monthIn(practice.time_zone, month);
      if (reported.from > now)
        throw invalidInput([{ pointer: 'month', detail: 'must not lie in the future' }]);
      const cohort = cohortOf(givenRows, receivedRows, reported);
      const names = new Map([...givenRows, ...receivedRows].map((row) => [row.partner_id, row.partner_name]));
      return {
        status: 200,
        body: {
          practice: { id: practiceId, name: practice.name },
          month,
          time_zone: practice.time_zone,
          from: toTime(reported.from),
          until: toTime(reported.until),
          complete: reported.until <= now,
          generated_at: toTime(now),
          totals: relate(cohort, now),
          partners: [...byPartner(cohort)]
            .map(([partnerId, referrals]) => ({
              practice_id: partnerId,
              name: names.get(partnerId) ?? '',
              ...relate(referrals, now),
            }))
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
          history: history
            ? completedMonths(practice.time_zone, now, HISTORY_MONTHS).map((one) => {
                const { referrals, engagements } = relate(cohortOf(pastGiven, pastReceived, one), now);
                return { month: one.month, referrals, engagements };
              })
            : null,
        },
      };
    },
  }),
];
