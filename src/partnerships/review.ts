/**
 * The day on which both sides look at their partnership anew: no agreement to refer to each other is for ever. Each side
 * is reminded once, when that day begins where it is.
 */
import { workOff } from '../ledger/due.ts';
import { recordEvent } from '../ledger/outbox.ts';
import { dayIn, startOfDay, yearsAfter } from '../platform/days.ts';
import type { Database } from '../platform/db/database.ts';
import { invalidInput } from '../platform/problem.ts';
import type { PartnershipSide } from './lifecycle.ts';
import type { PartnerRow, PartnershipRow } from './partnerships.repository.ts';
import { noteReminder, selectDueReviews } from './review.repository.ts';

/** Where nobody says when. */
const REVIEW_YEARS = 1;
const REVIEW_YEARS_MAX = 2;
/** A minute's share of each side; what is left over is taken by the next minute. */
const DUE_PER_RUN_MAX = 20;

export const defaultReview = (today: string) => yearsAfter(today, REVIEW_YEARS);

/** @throws Problem 422 */
export function requireReviewDay(reviewOn: string, today: string): void {
  if (reviewOn <= today || reviewOn > yearsAfter(today, REVIEW_YEARS_MAX))
    throw invalidInput([
      {
        pointer: '/review_on',
        detail: `must lie after today, and at most ${REVIEW_YEARS_MAX} years ahead`,
      },
    ]);
}

/** That day, and when each side is reminded of it. */
export function reviewColumns(
  reviewOn: string,
  row: Pick<PartnershipRow, 'inviter_practice_id' | 'invitee_practice_id'>,
  partners: readonly PartnerRow[],
) {
  const beginsFor = (practiceId: string) =>
    startOfDay(partners.find(({ id }) => id === practiceId)?.time_zone ?? 'UTC', reviewOn);
  return {
    review_on: reviewOn,
    inviter_review_due_at: beginsFor(row.inviter_practice_id),
    invitee_review_due_at: beginsFor(row.invitee_practice_id),
  };
}

async function remindSide(database: Database, side: PartnershipSide, now: number): Promise<string[]> {
  const { query } = database;
  const [due] = await database.batch([selectDueReviews(query, side, now, DUE_PER_RUN_MAX)]);
  const remind = (row: (typeof due)[number]) => {
    const { id, practice_id, review_on, state, time_zone } = row;
    const hasBegun = review_on !== null && review_on <= dayIn(time_zone, now);
    if (!hasBegun)
      return database.batch([
        noteReminder(query, side, row, review_on === null ? null : startOfDay(time_zone, review_on)),
      ]);
    const event = {
      type: 'partnership.review_due',
      actor: 'system',
      referral: null,
      parties: { practice: { practice_id } },
      data: { partnership_id: id, state, review_on },
      onlyIfChanged: true,
    } as const;
    return database.batch([noteReminder(query, side, row, null), ...recordEvent(query, event, now)]);
  };
  return workOff(due, remind, ({ id }) => ({ partnership_id: id, review: side }));
}

/** Returns the deliveries to wake. */
export const remindOfReviews = async (database: Database, now: number): Promise<string[]> => [
  ...(await remindSide(database, 'inviter', now)),
  ...(await remindSide(database, 'invitee', now)),
];
