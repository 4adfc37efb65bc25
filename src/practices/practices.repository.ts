import { and, asc, eq, getTableColumns, gt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { credentials, practice_offers, practices, professionals } from '../platform/db/schema.ts';

export type PracticeRow = typeof practices.$inferSelect;
export type ProfessionalRow = typeof professionals.$inferSelect;

/** `practiceId` may be a subquery that gives it. */
export const selectPractice = (query: Query, practiceId: string | SQL) =>
  query.select().from(practices).where(eq(practices.id, practiceId)).limit(1);

/** @param isNameRequested only those that wait for the operator's word about their new name */
export const selectPractices = (
  query: Query,
  { isNameRequested }: { readonly isNameRequested: boolean },
  after: string,
  limit: number,
) =>
  query
    .select()
    .from(practices)
    .where(
      and(
        gt(practices.id, after),
        isNameRequested ? sql`${practices.requested_name} is not null` : undefined,
      ),
    )
    .orderBy(asc(practices.id))
    .limit(limit);

export const insertPractice = (query: Query, row: typeof practices.$inferInsert) =>
  query.insert(practices).values(row).returning();

export const updatePractice = (
  query: Query,
  practiceId: string,
  version: number,
  change: Partial<PracticeRow>,
) =>
  query
    .update(practices)
    .set({ ...change, version: version + 1 })
    .where(eq(practices.id, practiceId))
    .returning();

/** A page of the practice's professionals, by id. */
export const selectProfessionals = (query: Query, practiceId: string | SQL, after: string, limit: number) =>
  query
    .select()
    .from(professionals)
    .where(and(eq(professionals.practice_id, practiceId), gt(professionals.id, after)))
    .orderBy(asc(professionals.id))
    .limit(limit);

/** The credentials of the professionals that `selectProfessionals` gives for the same page. */
export const selectCredentialsOfPage = (
  query: Query,
  practiceId: string | SQL,
  after: string,
  limit: number,
) =>
  query
    .select()
    .from(credentials)
    .where(
      sql`${credentials.professional_id} in (
        select ${professionals.id} from ${professionals}
        where ${professionals.practice_id} = ${practiceId} and ${professionals.id} > ${after}
        order by ${professionals.id} limit ${limit})`,
    )
    .orderBy(asc(credentials.id));

export const countProfessionals = (query: Query, practiceId: string) =>
  query
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(professionals)
    .where(eq(professionals.practice_id, practiceId));

export const insertProfessional = (query: Query, row: typeof professionals.$inferInsert) =>
  query.insert(professionals).values(row).returning();

export interface DirectoryFilter {
  readonly offer?: string | undefined;
  readonly profession?: string | undefined;
  readonly jurisdiction?: string | undefined;
  readonly capacity?: PracticeRow['capacity'] | undefined;
}

/**
 * Active practices by id. Each filter has an index that ends with the practice's id. The first filter's entries are
 * read from where the page before ended and only until this one is full: `cross join` makes SQLite look up each
 * entry's practice in that order, where an `in` would first collect all that offer the same. (Where two filters seldom
 * meet, more entries are passed over.)
 */
export const selectDirectory = (query: Query, filter: DirectoryFilter, after: string, limit: number) => {
  const matches = [
    eq(practices.status, 'active'),
    filter.jurisdiction === undefined ? undefined : eq(practices.jurisdiction, filter.jurisdiction),
    filter.capacity === undefined ? undefined : eq(practices.capacity, filter.capacity),
  ];
  const columns = getTableColumns(practices);
  if (filter.offer !== undefined) {
    return query
      .select(columns)
      .from(practice_offers)
      .crossJoin(practices)
      .where(
        and(
          eq(practice_offers.offer, filter.offer),
          gt(practice_offers.practice_id, after),
          eq(practices.id, practice_offers.practice_id),
          filter.profession === undefined
            ? undefined
            : sql`exists (
                select 1 from ${professionals}
                where ${professionals.profession} = ${filter.profession} and ${professionals.practice_id} = ${practices.id})`,
          ...matches,
        ),
      )
      .orderBy(asc(practice_offers.practice_id))
      .limit(limit);
  }
  if (filter.profession !== undefined) {
    return query
      .select(columns)
      .from(professionals)
      .crossJoin(practices)
      .where(
        and(
          eq(professionals.profession, filter.profession),
          gt(professionals.practice_id, after),
          eq(practices.id, professionals.practice_id),
          ...matches,
        ),
      )
      .groupBy(professionals.practice_id)
      .orderBy(asc(professionals.practice_id))
      .limit(limit);
  }
  return query
    .select(columns)
    .from(practices)
    .where(and(gt(practices.id, after), ...matches))
    .orderBy(asc(practices.id))
    .limit(limit);
};

export const selectTimeZone = (query: Query, practiceId: string) =>
  query.select({ time_zone: practices.time_zone }).from(practices).where(eq(practices.id, practiceId));
