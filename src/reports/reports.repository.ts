import { and, eq, gte, isNull, lt, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { practices, referrals } from '../platform/db/schema.ts';
import { feedback_asked, feedback_until } from '../referrals/referrals.repository.ts';

/**
 * The referrals of one direction that were first sent in the given time, roots of their chains only. What is read is
 * the practice's own index range and nothing else.
 */
export const selectCohort = (
  query: Query,
  direction: 'given' | 'received',
  practiceId: string,
  from: number,
  until: number,
) => {
  const given = direction === 'given';
  const mine = given ? referrals.sender_practice_id : referrals.receiver_practice_id;
  const partner = given ? sql.raw('receiver_practice_id') : sql.raw('sender_practice_id');
  return query
    .select({
      id: referrals.id,
      partner_id: sql<string>`${partner}`.as('partner_id'),
      partner_name:
        sql<string>`(select partner.name from practices as partner where partner.id = ${partner})`.as(
          'partner_name',
        ),
      reason: referrals.reason,
      state: referrals.state,
      sent_at: referrals.sent_at,
      respond_by: referrals.respond_by,
      needs_info_since: referrals.needs_info_since,
      needs_info_total_ms: referrals.needs_info_total_ms,
      answered_at: referrals.answered_at,
      accepted_at: referrals.accepted_at,
      receiver_professional_id: referrals.receiver_professional_id,
      decline_reason: referrals.decline_reason,
      engaged_at: referrals.engaged_at,
      outcome_at: referrals.outcome_at,
      not_engaged_reason: referrals.not_engaged_reason,
      completed_at: referrals.completed_at,
      ended_at: referrals.ended_at,
      sender_progress: referrals.sender_progress,
      feedback_until,
      feedback_asked,
      forwarded:
        sql<number>`exists (select 1 from referrals as later where later.previous_id = referrals.id)`.as(
          'forwarded',
        ),
    })
    .from(referrals)
    .where(
      and(
        eq(mine, practiceId),
        gte(referrals.sent_at, from),
        lt(referrals.sent_at, until),
        isNull(referrals.previous_id),
      ),
    );
};

export const selectReportingPractice = (query: Query, practiceId: string) =>
  query
    .select({ name: practices.name, time_zone: practices.time_zone })
    .from(practices)
    .where(eq(practices.id, practiceId));

export type CohortRow = Awaited<ReturnType<typeof selectCohort>>[number];
