import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { partnerships, practices } from '../db/schema.ts';

export type PartnershipRow = typeof partnerships.$inferSelect;
/** What a partnership shows of its two practices. */
export type PartnerRow = Pick<
  typeof practices.$inferSelect,
  'id' | 'name' | 'status' | 'services' | 'assessments'
>;

export const pairOf = (one: string, other: string) => [one, other].sort().join(' ');

export const selectPartnership = (query: Query, partnershipId: string | SQL) =>
  query.select().from(partnerships).where(eq(partnerships.id, partnershipId)).limit(1);

export const selectOpenPartnership = (query: Query, one: string, other: string) =>
  query
    .select()
    .from(partnerships)
    .where(
      // Literals, not parameters: only so does SQLite see that the partial index holds what is asked for.
      and(
        eq(partnerships.pair, pairOf(one, other)),
        sql`${partnerships.state} in ('invited', 'active', 'paused')`,
      ),
    )
    .limit(1);

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
