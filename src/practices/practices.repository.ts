import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../db/database.ts';
import { credentials, practices, professionals } from '../db/schema.ts';

export type PracticeRow = typeof practices.$inferSelect;
export type ProfessionalRow = typeof professionals.$inferSelect;

/** `practiceId` may be a subquery that gives it. */
export const selectPractice = (query: Query, practiceId: string | SQL) =>
  query.select().from(practices).where(eq(practices.id, practiceId)).limit(1);

export const selectPractices = (query: Query, after: string, limit: number) =>
  query.select().from(practices).where(gt(practices.id, after)).orderBy(asc(practices.id)).limit(limit);

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
 * Active practices by id. Each filter has an index that ends with the practice's id, so that a page is read from
 * where the one before it ended.
 */
export const selectDirectory = (query: Query, filter: DirectoryFilter, after: string, limit: number) => {
  const offered = sql`select practice_id from practice_offers where offer = ${filter.offer ?? ''} and practice_id > ${after}`;
  const practised = sql`select practice_id from professionals where profession = ${filter.profession ?? ''} and practice_id > ${after}`;
  return query
    .select()
    .from(practices)
    .where(
      and(
        eq(practices.status, 'active'),
        gt(practices.id, after),
        filter.offer === undefined ? undefined : sql`${practices.id} in (${offered})`,
        filter.profession === undefined ? undefined : sql`${practices.id} in (${practised})`,
        filter.jurisdiction === undefined ? undefined : eq(practices.jurisdiction, filter.jurisdiction),
        filter.capacity === undefined ? undefined : eq(practices.capacity, filter.capacity),
      ),
    )
    .orderBy(asc(practices.id))
    .limit(limit);
};
