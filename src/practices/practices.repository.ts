import { and, asc, eq, gt, lte, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { preparedById } from '../platform/db/prepared.ts';
import { credentials, practices, professionals } from '../platform/db/schema.ts';
import { shownCredential, shownProfessional } from '../verification/credentials.repository.ts';

export type PracticeRow = typeof practices.$inferSelect;
export type ProfessionalRow = Awaited<ReturnType<typeof selectProfessionals>>[number];

/** `practiceId` may be a subquery that gives it. */
export const selectPractice = preparedById((query, practiceId) =>
  query.select().from(practices).where(eq(practices.id, practiceId)).limit(1),
);

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
    .select(shownProfessional)
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
    .select(shownCredential)
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
  query.insert(professionals).values(row).returning(shownProfessional);

export const selectTimeZone = (query: Query, practiceId: string) =>
  query.select({ time_zone: practices.time_zone }).from(practices).where(eq(practices.id, practiceId));

/** Those that are to be asked whether their capacity is still so. Literals: only so does SQLite see the partial index. */
export const selectDueCapacities = (query: Query, now: number, limit: number) =>
  query
    .select({
      id: practices.id,
      capacity: practices.capacity,
      capacity_due_at: sql<number>`${practices.capacity_due_at}`.as('capacity_due_at'),
    })
    .from(practices)
    .where(
      and(
        lte(practices.capacity_due_at, now),
        sql`${practices.status} = 'active' and ${practices.listed} = 1`,
      ),
    )
    .orderBy(asc(practices.capacity_due_at))
    .limit(limit);

/** No change of the practice that anybody sees: its version stays. */
export const noteCapacityReminder = (query: Query, practiceId: string, dueAt: number, nextDueAt: number) =>
  query
    .update(practices)
    .set({ capacity_due_at: nextDueAt })
    .where(and(eq(practices.id, practiceId), eq(practices.capacity_due_at, dueAt)));
