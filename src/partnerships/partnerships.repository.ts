import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { one } from '../platform/db/plan.ts';
import { partnerships, practices } from '../platform/db/schema.ts';
import { INVITATIONS_PER_DAY_MAX, INVITATIONS_UNANSWERED_MAX } from './quotas.ts';

export type PartnershipRow = typeof partnerships.$inferSelect;
/** What a partnership shows of its two practices. */
export type PartnerRow = Pick<
  typeof practices.$inferSelect,
  'id' | 'name' | 'status' | 'services' | 'assessments'
>;

export const pairOf = (practiceId: string, other: string) => [practiceId, other].sort().join(' ');

export const selectPartnership = (query: Query, partnershipId: string | SQL) =>
  query.select().from(partnerships).where(eq(partnerships.id, partnershipId)).limit(1);

export const selectOpenPartnership = (query: Query, practiceId: string, other: string) =>
  query
    .select()
    .from(partnerships)
    .where(
      // Literals, not parameters: only so does SQLite see that the partial index holds what is asked for.
      and(
        eq(partnerships.pair, pairOf(practiceId, other)),
        sql`${partnerships.state} in ('invited', 'active', 'paused')`,
      ),
    )
    .limit(1);

/** What has just been invited or refused, as far as it bounds a further invitation. See `quotas.ts`. */
export const invitationHistoryPlan = (query: Query, inviterId: string, inviteeId: string) => ({
  /** The oldest of as many as a day may have. */
  oldestOfDay: one(
    query
      .select({ created_at: partnerships.created_at })
      .from(partnerships)
      .where(eq(partnerships.inviter_practice_id, inviterId))
      .orderBy(desc(partnerships.id))
      .limit(1)
      .offset(INVITATIONS_PER_DAY_MAX - 1),
  ),
  /** Is there where as many wait as may wait. The states are literals so that SQLite sees the partial index. */
  lastUnanswered: one(
    query
      .select({ inviter_practice_id: partnerships.inviter_practice_id })
      .from(partnerships)
      .where(and(eq(partnerships.inviter_practice_id, inviterId), sql`${partnerships.state} = 'invited'`))
      .limit(1)
      .offset(INVITATIONS_UNANSWERED_MAX - 1),
  ),
  /** The latest that was declined, or taken back before it was answered. */
  refused: one(
    query
      .select({ updated_at: partnerships.updated_at })
      .from(partnerships)
      .where(
        and(
          eq(partnerships.inviter_practice_id, inviterId),
          eq(partnerships.invitee_practice_id, inviteeId),
          sql`(${partnerships.state} = 'declined' or (${partnerships.state} = 'ended' and ${partnerships.answered_at} is null))`,
        ),
      )
      .orderBy(desc(partnerships.updated_at))
      .limit(1),
  ),
});

const partnerColumns = {
  id: practices.id,
  name: practices.name,
  status: practices.status,
  services: practices.services,
  assessments: practices.assessments,
};

export const selectPartners = (query: Query, practiceIds: readonly string[]) =>
  query
    .select(partnerColumns)
    .from(practices)
    .where(inArray(practices.id, [...practiceIds]));

export const selectPartnersOf = (query: Query, partnershipId: string) =>
  query
    .select(partnerColumns)
    .from(practices)
    .where(
      sql`${practices.id} in (
        select ${partnerships.inviter_practice_id} from ${partnerships} where ${partnerships.id} = ${partnershipId}
        union select ${partnerships.invitee_practice_id} from ${partnerships} where ${partnerships.id} = ${partnershipId})`,
    );

/** The practice's partnerships on one side of the table; a page is made of both sides. */
export const selectPartnershipsOfSide = (
  query: Query,
  side: 'inviter_practice_id' | 'invitee_practice_id',
  practiceId: string,
  filter: { state?: PartnershipRow['state'] | undefined; before: string },
  limit: number,
) =>
  query
    .select()
    .from(partnerships)
    .where(
      and(
        eq(partnerships[side], practiceId),
        lt(partnerships.id, filter.before),
        filter.state === undefined ? undefined : eq(partnerships.state, filter.state),
      ),
    )
    .orderBy(desc(partnerships.id))
    .limit(limit);

/** The practices on the other side of every partnership of this practice. */
export const selectAllPartners = (query: Query, practiceId: string) =>
  query
    .select(partnerColumns)
    .from(practices)
    .where(
      sql`${practices.id} = ${practiceId} or ${practices.id} in (
        select ${partnerships.invitee_practice_id} from ${partnerships} where ${partnerships.inviter_practice_id} = ${practiceId}
        union select ${partnerships.inviter_practice_id} from ${partnerships} where ${partnerships.invitee_practice_id} = ${practiceId})`,
    );

export const insertPartnership = (query: Query, row: typeof partnerships.$inferInsert) =>
  query.insert(partnerships).values(row).returning();

export const updatePartnership = (
  query: Query,
  partnershipId: string,
  version: number,
  change: Partial<PartnershipRow>,
) =>
  query
    .update(partnerships)
    .set({ ...change, version: version + 1 })
    .where(eq(partnerships.id, partnershipId))
    .returning();
