import { sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import type { PartnershipSide } from './lifecycle.ts';
import type { PartnershipRow } from './partnerships.repository.ts';

interface DueReview {
  readonly id: string;
  readonly state: PartnershipRow['state'];
  readonly review_on: string | null;
  readonly due_at: number;
  readonly practice_id: string;
  readonly time_zone: string;
}

const columnsOf = (side: PartnershipSide) => ({
  dueAt: sql.raw(`${side}_review_due_at`),
  practiceId: sql.raw(`${side}_practice_id`),
});

/** Where a side is to be reminded, or its moment is to be reckoned; longest due first. */
export const selectDueReviews = (query: Query, side: PartnershipSide, now: number, limit: number) => {
  const { dueAt, practiceId } = columnsOf(side);
  return query.all<DueReview>(sql`
    select due.id, due.state, due.review_on, due.${dueAt} as due_at, practices.id as practice_id, practices.time_zone
    from partnerships as due join practices on practices.id = due.${practiceId}
    where due.${dueAt} <= ${now} order by due.${dueAt} limit ${limit}`);
};

/** Changes nothing where somebody else was faster, or set another day. @param dueAt null once it was reminded */
export const noteReminder = (query: Query, side: PartnershipSide, due: DueReview, dueAt: number | null) => {
  const column = columnsOf(side).dueAt;
  return query.run(sql`
    update partnerships set ${column} = ${dueAt}
    where id = ${due.id} and ${column} = ${due.due_at} and review_on is ${due.review_on}`);
};
