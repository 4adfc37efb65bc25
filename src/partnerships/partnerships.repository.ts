import { and, desc, eq, getTableColumns, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { one } from '../platform/db/plan.ts';
import { prepared } from '../platform/db/prepared.ts';
import { partnerships, practices } from '../platform/db/schema.ts';
import { DAY_MS } from '../platform/durations.ts';
import { INVITATIONS_PER_DAY_MAX, INVITATIONS_UNANSWERED_MAX } from './quotas.ts';

export type PartnershipRow = typeof partnerships.$inferSelect;
/** A partnership as one of its practices reads it. */
export interface ReadPartnershipRow extends PartnershipRow {
  /** 1 where nothing has happened in it for long. */
  readonly dormant?: number;
}
/** What a partnership shows of its two practices. */
export type PartnerRow = Pick<
  typeof practices.$inferSelect,
  'id' | 'name' | 'status' | 'services' | 'assessments' | 'time_zone' | 'contact_email'
>;

/** Sorts after every id. */
export const LAST_ID = 'prt_~';

export const pairOf = (practiceId: string, other: string) => [practiceId, other].sort().join(' ');

export const selectPartnership = (query: Query, partnershipId: string | SQL) =>
  query.select().from(partnerships).where(eq(partnerships.id, partnershipId)).limit(1);

const selectOpenOfPair = prepared<{ pair: string }>()((query, { pair }) =>
  query
    .select()
    .from(partnerships)
    // Literals, not parameters: only so does SQLite see that the partial index holds what is asked for.
    .where(and(eq(partnerships.pair, pair), sql`${partnerships.state} in ('invited', 'active', 'paused')`))
    .limit(1),
);

export const selectOpenPartnership = (query: Query, practiceId: string, other: string) =>
  selectOpenOfPair(query, { pair: pairOf(practiceId, other) });

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
  time_zone: practices.time_zone,
  contact_email: practices.contact_email,
};

/** @param practiceIds or a subquery that gives them */
export const selectPartners = (query: Query, practiceIds: readonly string[] | SQL) =>
  query
    .select(partnerColumns)
    .from(practices)
    .where(
      Array.isArray(practiceIds)
        ? inArray(practices.id, [...practiceIds])
        : sql`${practices.id} in ${practiceIds}`,
    );

export const selectPartnersOf = (query: Query, partnershipId: string) =>
  query
    .select(partnerColumns)
    .from(practices)
    .where(
      sql`${practices.id} in (
        select ${partnerships.inviter_practice_id} from ${partnerships} where ${partnerships.id} = ${partnershipId}
        union select ${partnerships.invitee_practice_id} from ${partnerships} where ${partnerships.id} = ${partnershipId})`,
    );

/** A partnership is dormant where nothing was sent, thanked for or agreed in so long. */
const DORMANT_AFTER_MS = 90 * DAY_MS;

const latestThanks = (by: SQL, to: SQL) => sql`coalesce((
  select max(thanked_at) from partnership_thanks where practice_id = ${to} and by_practice_id = ${by}), 0)`;
const [inviter, invitee] = [
  sql`${partnerships.inviter_practice_id}`,
  sql`${partnerships.invitee_practice_id}`,
];

/** When something was last agreed, sent (to the day) or thanked for, either way. */
export const lastActiveAt = sql<number>`max(${partnerships.updated_at}, coalesce(${partnerships.last_referral_at}, 0),
  ${latestThanks(inviter, invitee)}, ${latestThanks(invitee, inviter)})`;

/**
 * 1 where an active partnership is dormant. What became of what was sent counts for nothing: a sender that may not know
 * it would read it here.
 */
export const isDormant = (now: number) =>
  sql<number>`(${partnerships.state} = 'active' and ${partnerships.updated_at} <= ${now - DORMANT_AFTER_MS}
    and ${lastActiveAt} <= ${now - DORMANT_AFTER_MS})`;

const readColumns = (now: number) => ({
  ...getTableColumns(partnerships),
  dormant: isDormant(now).as('dormant'),
});

/** One partnership, as this practice reads it. */
export const selectReadPartnership = (query: Query, partnershipId: string, now: number) =>
  query.select(readColumns(now)).from(partnerships).where(eq(partnerships.id, partnershipId)).limit(1);

interface ListFilter {
  readonly state?: PartnershipRow['state'] | undefined;
  readonly isDormant?: boolean | undefined;
  readonly before: string;
  readonly now: number;
}

/** The practice's partnerships on one side of the table; a page is made of both sides. */
export const selectPartnershipsOfSide = (
  query: Query,
  side: 'inviter_practice_id' | 'invitee_practice_id',
  practiceId: string,
  filter: ListFilter,
  limit: number,
) =>
  query
    .select(readColumns(filter.now))
    .from(partnerships)
    .where(
      and(
        eq(partnerships[side], practiceId),
        lt(partnerships.id, filter.before),
        filter.state === undefined ? undefined : eq(partnerships.state, filter.state),
        filter.isDormant === undefined
          ? undefined
          : sql`${isDormant(filter.now)} = ${Number(filter.isDormant)}`,
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

/** What only one side knows of it: nobody is told, and nobody's version changes. */
export const updateOwnNotes = (
  query: Query,
  partnershipId: string,
  notes: Pick<Partial<PartnershipRow>, 'sealed_inviter_notes' | 'sealed_invitee_notes'>,
) => query.update(partnerships).set(notes).where(eq(partnerships.id, partnershipId)).returning();

export interface NewsletterReaderRow {
  readonly id: string;
  readonly practice_id: string;
  readonly name: string;
  /** A `Subscription`. */
  readonly newsletter: string;
}

/** Partners who want the practice's newsletter, newest partnership first. */
export const selectNewsletterReaders = (query: Query, practiceId: string, before: string, limit: number) => {
  const ofSide = (mine: string, theirs: string) => sql`
    select id, ${sql.raw(`${theirs}_practice_id`)} as practice_id, ${sql.raw(`${theirs}_newsletter`)} as newsletter
    from partnerships
    where ${sql.raw(`${mine}_practice_id`)} = ${practiceId} and id < ${before}
      and ${sql.raw(`${theirs}_newsletter`)} is not null and state in ('active', 'paused')`;
  return query.all<NewsletterReaderRow>(sql`
    select wanted.id, wanted.practice_id, practices.name, wanted.newsletter
    from (${ofSide('inviter', 'invitee')} union all ${ofSide('invitee', 'inviter')}
      order by id desc limit ${limit}) as wanted
    join practices on practices.id = wanted.practice_id order by wanted.id desc`);
};
