import { and, asc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import { prepared } from '../platform/db/prepared.ts';
import { type CATALOG_KINDS, catalog_terms, directory_entries, referrals } from '../platform/db/schema.ts';
import type { Label } from './labels.ts';

export type CatalogKind = (typeof CATALOG_KINDS)[number];
export type TermRow = typeof catalog_terms.$inferSelect;

/** A code that somebody wants to use. */
export interface WantedCode {
  readonly pointer: string;
  readonly kind: CatalogKind;
  /** Where a term of another kind is as good. */
  readonly otherKind?: CatalogKind | undefined;
  readonly code: string;
}

const selectUnknownOf = prepared<{ wanted: string; retired: 0 | 1 }>()((query, { wanted, retired }) =>
  query
    .select({
      pointer: sql<string>`wanted.value ->> 'pointer'`.as('pointer'),
      kind: sql<CatalogKind>`wanted.value ->> 'kind'`.as('kind'),
      otherKind: sql<CatalogKind | undefined>`wanted.value ->> 'otherKind'`.as('otherKind'),
      code: sql<string>`wanted.value ->> 'code'`.as('code'),
    })
    .from(sql`json_each(${wanted}) as wanted`)
    .where(
      sql`not exists (select 1 from ${catalog_terms} where ${catalog_terms.kind} in (wanted.value ->> 'kind', wanted.value ->> 'otherKind')
        and ${catalog_terms.code} = wanted.value ->> 'code' and ${catalog_terms.retired} <= ${retired})`,
    ),
);

/** Those of the codes that may not be used. @param withRetired where what was taken out of the catalog may still be meant */
export const selectUnknown = (query: Query, wanted: readonly WantedCode[], withRetired = false) =>
  selectUnknownOf(query, { wanted: JSON.stringify(wanted), retired: withRetired ? 1 : 0 });

/** What a referral's service and reason are called; a retired term keeps its labels. */
export const selectLabels = (query: Query, referralId: string | SQL) =>
  query
    .select({
      kind: sql<Label['kind']>`${catalog_terms.kind}`.as('kind'),
      label_en: catalog_terms.label_en,
      label_es: catalog_terms.label_es,
    })
    .from(catalog_terms)
    .where(
      sql`(${catalog_terms.kind}, ${catalog_terms.code}) in (
        select 'service', service from ${referrals} where id = ${referralId}
        union all select 'reason', reason from ${referrals} where id = ${referralId})`,
    );

/** Every code of the kinds that may be used. */
export const selectCodes = (query: Query, kinds: readonly CatalogKind[]) =>
  query
    .select({ kind: catalog_terms.kind, code: catalog_terms.code })
    .from(catalog_terms)
    .where(and(inArray(catalog_terms.kind, [...kinds]), eq(catalog_terms.retired, false)));

/** Every term of the kinds that may be used, with what people read for it. */
export const selectUsableTerms = (query: Query, kinds: readonly CatalogKind[]) =>
  query
    .select({
      kind: catalog_terms.kind,
      code: catalog_terms.code,
      label_en: catalog_terms.label_en,
      label_es: catalog_terms.label_es,
      requires: catalog_terms.requires,
    })
    .from(catalog_terms)
    .where(and(inArray(catalog_terms.kind, [...kinds]), eq(catalog_terms.retired, false)));

export const selectTerm = (query: Query, kind: CatalogKind, code: string) =>
  query
    .select()
    .from(catalog_terms)
    .where(and(eq(catalog_terms.kind, kind), eq(catalog_terms.code, code)))
    .limit(1);

/** A page of terms by kind and code. */
export const selectTerms = (
  query: Query,
  kind: CatalogKind | undefined,
  [afterKind, afterCode]: readonly [string, string],
  limit: number,
) =>
  query
    .select()
    .from(catalog_terms)
    .where(
      kind === undefined
        ? sql`(${catalog_terms.kind}, ${catalog_terms.code}) > (${afterKind}, ${afterCode})`
        : and(eq(catalog_terms.kind, kind), gt(catalog_terms.code, afterCode)),
    )
    .orderBy(asc(catalog_terms.kind), asc(catalog_terms.code))
    .limit(limit);

/** The directory finds practices by labels: those that use the term are written anew, step by step. */
export const putTerm = (query: Query, row: typeof catalog_terms.$inferInsert) =>
  query
    .insert(catalog_terms)
    .values(row)
    .onConflictDoUpdate({
      target: [catalog_terms.kind, catalog_terms.code],
      set: {
        label_en: row.label_en,
        label_es: row.label_es,
        requires: row.requires ?? null,
        also_requires: row.also_requires ?? null,
        retired: row.retired ?? false,
        updated_at: row.updated_at,
        refreshed_number: sql`iif((${catalog_terms.label_en}, ${catalog_terms.label_es}) = (${row.label_en}, ${row.label_es}),
          ${catalog_terms.refreshed_number}, -1)`,
      },
    })
    .returning();

export const selectTermsToRefresh = (query: Query, limit: number) =>
  query.select().from(catalog_terms).where(sql`${catalog_terms.refreshed_number} is not null`).limit(limit);

const index = sql.raw('directory_search');

/** The next practices that use the term. */
export const selectNumbersUsing = (
  query: Query,
  { kind, code }: Pick<TermRow, 'kind' | 'code'>,
  afterNumber: number,
  limit: number,
) =>
  query
    .select({ number: sql<number>`${index}.rowid`.as('number') })
    .from(sql`${index}`)
    .where(
      and(
        sql`${index} match ${`facets : f_${kind}_${code}0`}`,
        sql`${index}.rowid > cast(${afterNumber} as integer)`,
      ),
    )
    .orderBy(sql`${index}.rowid`)
    .limit(limit);

export const refreshEntries = (query: Query, numbers: readonly number[]) =>
  query
    .update(directory_entries)
    .set({ revision: sql`${directory_entries.revision} + 1` })
    .where(sql`${directory_entries.number} in (select value from json_each(${JSON.stringify(numbers)}))`);

/** @param number null: all of them are written */
export const noteRefreshed = (query: Query, { kind, code, updated_at }: TermRow, number: number | null) =>
  query
    .update(catalog_terms)
    .set({ refreshed_number: number })
    .where(
      and(
        eq(catalog_terms.kind, kind),
        eq(catalog_terms.code, code),
        // Another label that came meanwhile begins anew.
        eq(catalog_terms.updated_at, updated_at),
      ),
    );
