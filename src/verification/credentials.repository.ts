import { and, asc, desc, eq, getTableColumns, gt, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { preparedById } from '../platform/db/prepared.ts';
import {
  catalog_terms,
  credential_decisions,
  credentials,
  practices,
  professionals,
  verification_cases,
} from '../platform/db/schema.ts';
import type { FurtherKind, QualificationKind } from './professions.ts';

/** What the professional's profession requires, by the catalog. */
const requiredByProfession = sql`(
  select requires from ${catalog_terms} where kind = 'profession' and code = professionals.profession)`;
const zoneOf = sql<string>`(
  select time_zone from ${practices} where id = (select practice_id from ${professionals} where id = credentials.professional_id))`;

/** A credential, and where its last day ends. */
export const shownCredential = { ...getTableColumns(credentials), time_zone: zoneOf.as('time_zone') };

/** Its kind and its end are `kind` and `expires_on`: of how they are stored nothing is read. */
export type CredentialRow = Omit<
  typeof credentials.$inferSelect,
  'stored_kind' | 'stored_expires_on' | 'further_kind' | 'further_until'
> & { readonly time_zone: string };

/** What `eligibility.ts` needs of a credential, by its names. */
const held = {
  professional_id: sql<string>`${professionals.id}`,
  requires: sql<QualificationKind>`${catalog_terms.requires}`,
  also_requires: sql`coalesce(${catalog_terms.also_requires}, '[]')`.mapWith(
    (text: string) => JSON.parse(text) as FurtherKind[],
  ),
  kind: sql<CredentialRow['kind']>`${credentials.kind}`,
  status: sql<CredentialRow['status']>`${credentials.status}`,
  jurisdiction: sql<string | null>`${credentials.jurisdiction}`,
  starts_on: sql<string | null>`${credentials.starts_on}`,
  expires_on: sql<string>`${credentials.expires_on}`,
  suspended_at: sql<number | null>`${credentials.suspended_at}`,
  time_zone: sql<string>`(select time_zone from ${practices} where id = ${professionals.practice_id})`,
};
const isProfession = and(
  eq(catalog_terms.kind, sql`'profession'`),
  eq(catalog_terms.code, professionals.profession),
);

const aliased = <C extends Readonly<Record<string, SQL>>>(columns: C) =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.as(name)])) as {
    [Name in keyof C]: C[Name] extends SQL<infer T> ? SQL.Aliased<T> : never;
  };

/** Of a practice, named by its id or by a subquery that gives it. Every column is aliased: the rows travel in a batch. */
export const selectHeldCredentials = preparedById((query, practiceId) =>
  query
    .select(aliased(held))
    .from(professionals)
    .innerJoin(credentials, eq(credentials.professional_id, professionals.id))
    .leftJoin(catalog_terms, isProfession)
    .where(eq(professionals.practice_id, practiceId))
    .orderBy(professionals.id, credentials.id),
);

/** The same as one JSON list, within a statement that has the practice's id in a column. */
export const heldCredentialsOf = (practiceId: SQL) => {
  const members = Object.entries(held).map(
    ([name, value]) =>
      sql`${sql.raw(`'${name}'`)}, ${name === 'also_requires' ? sql`json(${value})` : value}`,
  );
  return sql`(
    select json_group_array(json_object(${sql.join(members, sql`, `)}))
    from ${professionals} cross join ${credentials} on ${credentials.professional_id} = ${professionals.id}
    left join ${catalog_terms} on ${isProfession}
    where ${professionals.practice_id} = ${practiceId})`;
};

export const selectCredential = (query: Query, credentialId: string) =>
  query.select(shownCredential).from(credentials).where(eq(credentials.id, credentialId)).limit(1);

export const selectProfessionalOfCredential = (query: Query, credentialId: string) =>
  query
    .select({ practice_id: sql<string>`${professionals.practice_id}`.as('practice_id') })
    .from(credentials)
    .innerJoin(professionals, eq(professionals.id, credentials.professional_id))
    .where(eq(credentials.id, credentialId))
    .limit(1);

export const insertCredential = (query: Query, row: typeof credentials.$inferInsert) =>
  query.insert(credentials).values(row).returning(shownCredential);

export const updateCredential = (
  query: Query,
  credentialId: string,
  version: number,
  change: Partial<typeof credentials.$inferInsert>,
) =>
  query
    .update(credentials)
    .set({ ...change, version: version + 1 })
    .where(eq(credentials.id, credentialId))
    .returning(shownCredential);

/** How many a professional has. */
export const countCredentials = (query: Query, professionalId: string) =>
  query
    .select({ count: sql<number>`count(*)`.as('count') })
    .from(credentials)
    .where(eq(credentials.professional_id, professionalId));

/** Counted up to here, so that looking at what waits does not add to it. */
const COUNTED_MAX = 10_000;

/** Pending, and no roster says anything else of it: those that do are cases. */
const isUnexamined = sql`${credentials.status} = 'pending' and not exists (select 1 from ${verification_cases}
  where ${verification_cases.credential_id} = ${credentials.id} and ${verification_cases.resolved_at} is null)`;

/** Those that nobody has looked at. */
export const countPendingCredentials = (query: Query) =>
  query.all<{ count: number }>(
    sql`select count(*) as count from (select 1 from ${credentials} where ${isUnexamined} limit ${COUNTED_MAX})`,
  );

export type UnexaminedRow = Awaited<ReturnType<typeof selectUnexamined>>[number];

/** Those that nobody has looked at, oldest first. */
export const selectUnexamined = (query: Query, afterId: string, limit: number) =>
  query
    .select({
      ...shownCredential,
      professional_name:
        sql<string>`(select name from ${professionals} where id = credentials.professional_id)`.as(
          'professional_name',
        ),
      practice_name: sql<string>`(select name from ${practices} where id = (
        select practice_id from ${professionals} where id = credentials.professional_id))`.as(
        'practice_name',
      ),
    })
    .from(credentials)
    .where(and(isUnexamined, gt(credentials.id, afterId)))
    .orderBy(asc(credentials.id))
    .limit(limit);

/** A page of credentials of all practices: oldest first, or by their end where a day is given. */
export const selectCredentials = (
  query: Query,
  filter: {
    readonly status: (typeof credentials.$inferSelect)['status'];
    readonly expiresBefore?: string | undefined;
  },
  [afterDay, afterId]: readonly [string, string],
  limit: number,
) => {
  const { status, expiresBefore } = filter;
  const page = query.select(shownCredential).from(credentials);
  return expiresBefore === undefined
    ? page
        .where(and(eq(credentials.status, status), gt(credentials.id, afterId)))
        .orderBy(asc(credentials.id))
        .limit(limit)
    : page
        .where(
          and(
            eq(credentials.status, status),
            lt(credentials.expires_on, expiresBefore),
            sql`(${credentials.expires_on}, ${credentials.id}) > (${afterDay}, ${afterId})`,
          ),
        )
        .orderBy(asc(credentials.expires_on), asc(credentials.id))
        .limit(limit);
};

/** Those whose end is near or has come: only what is verified has a next notice. */
export const selectDueNotices = (query: Query, now: number, limit: number) =>
  query
    .select({
      ...shownCredential,
      practice_id:
        sql<string>`(select practice_id from ${professionals} where id = credentials.professional_id)`.as(
          'practice_id',
        ),
    })
    .from(credentials)
    .where(lte(credentials.notice_due_at, now))
    .orderBy(asc(credentials.notice_due_at))
    .limit(limit);

/** No change that anybody sees: its version stays. */
export const noteNotice = (
  query: Query,
  credentialId: string,
  dueAt: number | null,
  nextDueAt: number | null,
) =>
  query
    .update(credentials)
    .set({ notice_due_at: nextDueAt })
    .where(and(eq(credentials.id, credentialId), sql`${credentials.notice_due_at} is ${dueAt}`));

export const insertDecision = (query: Query, row: typeof credential_decisions.$inferInsert) =>
  query.insert(credential_decisions).values(row);

/** Newest first. */
export const selectDecisions = (query: Query, credentialId: string, before: string, limit: number) =>
  query
    .select()
    .from(credential_decisions)
    .where(and(eq(credential_decisions.credential_id, credentialId), lt(credential_decisions.id, before)))
    .orderBy(desc(credential_decisions.id))
    .limit(limit);

const labelOf = (column: 'label_en' | 'label_es') =>
  sql<string>`(select ${sql.raw(column)} from ${catalog_terms} where kind = 'profession' and code = professionals.profession)`;

/** A professional, and what their profession is called and requires. */
export const shownProfessional = {
  ...getTableColumns(professionals),
  profession_title: labelOf('label_en').as('profession_title'),
  profession_title_es: labelOf('label_es').as('profession_title_es'),
  profession_requires: sql<QualificationKind>`${requiredByProfession}`.as('profession_requires'),
};

export const selectProfessionalById = (query: Query, professionalId: string) =>
  query.select(shownProfessional).from(professionals).where(eq(professionals.id, professionalId)).limit(1);
