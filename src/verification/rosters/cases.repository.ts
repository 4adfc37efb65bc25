import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { credentials, practices, professionals, verification_cases } from '../../platform/db/schema.ts';
import { shownCredential } from '../credentials.repository.ts';

export type CaseRow = typeof verification_cases.$inferSelect;

/** What the operator must see of a case to decide it. */
const shownCase = {
  id: verification_cases.id,
  credential_id: verification_cases.credential_id,
  kind: verification_cases.kind,
  roster_id: verification_cases.roster_id,
  differences: verification_cases.differences,
  created_at: verification_cases.created_at,
  resolved_at: verification_cases.resolved_at,
  resolution: verification_cases.resolution,
  professional_id: sql<string>`${professionals.id}`.as('professional_id'),
  professional_name: sql<string>`${professionals.name}`.as('professional_name'),
  practice_id: sql<string>`${professionals.practice_id}`.as('practice_id'),
  practice_name: sql<string>`(select name from ${practices} where id = professionals.practice_id)`.as(
    'practice_name',
  ),
  credential_status: sql<(typeof credentials.$inferSelect)['status']>`${credentials.status}`.as(
    'credential_status',
  ),
  suspended_at: sql<number | null>`${credentials.suspended_at}`.as('suspended_at'),
  board_id: sql<string | null>`${credentials.board_id}`.as('board_id'),
  number: sql<string>`${credentials.number}`.as('number'),
};

const fromCases = (query: Query) =>
  query
    .select(shownCase)
    .from(verification_cases)
    .innerJoin(credentials, eq(credentials.id, verification_cases.credential_id))
    .innerJoin(professionals, eq(professionals.id, credentials.professional_id));

export const selectCase = (query: Query, caseId: string) =>
  fromCases(query).where(eq(verification_cases.id, caseId)).limit(1);

export const selectCredentialOfCase = (query: Query, caseId: string) =>
  query
    .select(shownCredential)
    .from(credentials)
    .where(sql`${credentials.id} = (select credential_id from ${verification_cases} where id = ${caseId})`)
    .limit(1);

export type ShownCase = Awaited<ReturnType<typeof selectCase>>[number];

/** Those that wait, oldest first. */
export const selectWaitingCases = (
  query: Query,
  kind: CaseRow['kind'] | undefined,
  after: string,
  limit: number,
) =>
  fromCases(query)
    .where(
      and(
        isNull(verification_cases.resolved_at),
        gt(verification_cases.id, after),
        kind === undefined ? undefined : eq(verification_cases.kind, kind),
      ),
    )
    .orderBy(asc(verification_cases.id))
    .limit(limit);

/** Counted up to here, so that looking at a queue does not add to it. */
const COUNTED_MAX = 10_000;

export interface CaseCountRow {
  readonly kind: CaseRow['kind'];
  readonly count: number;
  readonly oldest_at: number;
}

/** Those that wait, by kind. */
export const countWaitingCases = (query: Query) =>
  query.all<CaseCountRow>(sql`
    select kind, count(*) as count, min(created_at) as oldest_at
    from (select kind, created_at from ${verification_cases} where id > '' and resolved_at is null limit ${COUNTED_MAX})
    group by kind`);

/** The open case of a credential becomes this one: what a newer roster says takes the place of what an older one said. */
export const putCase = (query: Query, row: typeof verification_cases.$inferInsert) =>
  query
    .insert(verification_cases)
    .values(row)
    .onConflictDoUpdate({
      target: verification_cases.credential_id,
      targetWhere: sql`${verification_cases.resolved_at} is null`,
      set: { kind: row.kind, roster_id: row.roster_id, differences: row.differences },
    });

export const closeCase = (
  query: Query,
  credentialId: string,
  resolution: NonNullable<CaseRow['resolution']>,
  by: string,
  now: number,
) =>
  query
    .update(verification_cases)
    .set({ resolved_at: now, resolution, resolved_by: by })
    .where(
      and(eq(verification_cases.credential_id, credentialId), sql`${verification_cases.resolved_at} is null`),
    );
