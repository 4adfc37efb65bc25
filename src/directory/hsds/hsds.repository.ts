import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { catalog_terms, directory_entries, practices } from '../../platform/db/schema.ts';
import { verifiedOf } from '../directory.repository.ts';

/** So many practices may share the first 64 bits of their ids, and more than one never did. */
const TWINS_MAX = 20;

export interface OfferRow {
  readonly kind: 'service' | 'assessment' | 'language';
  readonly code: string;
  readonly label: string;
}

/** What the practice offers and speaks, as people call it. A language has the label of what it is without its country. */
const offersOf = sql<OfferRow[]>`(
  select json_group_array(json_object('kind', offer.kind, 'code', offer.code, 'label', coalesce(${catalog_terms.label_en}, offer.code))) from (
    select 'service' as kind, value as code, value as term from json_each(${practices.services})
    union all select 'assessment', value, value from json_each(${practices.assessments})
    union all select 'language', value, substr(value || '-', 1, instr(value || '-', '-') - 1) from json_each(${practices.languages})
  ) as offer left join ${catalog_terms} on ${catalog_terms.kind} = offer.kind and ${catalog_terms.code} = offer.term)`
  .mapWith((text: string) => JSON.parse(text) as OfferRow[])
  .as('offers');

const publishedColumns = (today: string) => ({
  ...getTableColumns(practices),
  verified: verifiedOf(today),
  offers: offersOf,
});

/** What is counted for a page: each practice, or each of its services. */
export type Counted = 'organizations' | 'services';

/**
 * The entries of a page and how many stand before each. Its beginning is found by going down two levels of blocks and
 * through the entries of one: so a late page reads as few rows as the first.
 */
function placesOf(counted: Counted, offset: number, limit: number): SQL {
  const held = sql.raw(counted);
  const weight = sql.raw(counted === 'services' ? 'published_services' : '1');
  // D1 binds every number as a real one.
  const at = sql`cast(${offset} as integer)`;
  const here = sql`before <= ${at} and ${at} < before + held`;
  return sql`(
    with top as materialized (
      select block, before from (
        select block, ${held} as held, sum(${held}) over (order by block) - ${held} as before
        from directory_counts where level = 1)
      where ${here}),
    low as materialized (
      select block, before from (
        select block, ${held} as held, (select before from top) + sum(${held}) over (order by block) - ${held} as before
        from directory_counts where level = 2
          and block >= (select block << 6 from top) and block < (select (block + 1) << 6 from top))
      where ${here}),
    first as materialized (
      select number, before from (
        select number, ${weight} as held, (select before from low) + sum(${weight}) over (order by number) - ${weight} as before
        from directory_entries indexed by directory_entries_published
        where published_services > 0
          and number >= (select block << 40 from low) and number < (select (block + 1) << 40 from low))
      where ${here})
    select number, practice_id, before from (
      select number, practice_id, (select before from first) + sum(${weight}) over (order by number) - ${weight} as before
      from (
        select number, practice_id, published_services
        from directory_entries indexed by directory_entries_published
        where published_services > 0 and number >= (select number from first)
        order by number limit ${limit}))
    where before < ${at} + ${limit}) as place`;
}

/** The practices of which a page shows something, in the order of the directory. */
export const selectPublished = (
  query: Query,
  counted: Counted,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  today: string,
) =>
  query
    .select({ ...publishedColumns(today), before: sql<number>`place.before`.as('before') })
    .from(placesOf(counted, offset, limit))
    .crossJoin(practices)
    .where(sql`${practices.id} = place.practice_id`)
    .orderBy(sql`place.number`);

/** How much is published in all. */
export const countPublished = (query: Query) =>
  query
    .select({
      organizations: sql<number>`coalesce(sum(organizations), 0)`.as('organizations'),
      services: sql<number>`coalesce(sum(services), 0)`.as('services'),
    })
    .from(sql`directory_counts`)
    .where(sql`level = 1`);

/** Those between two ids that are published. */
export const selectPublishedBetween = (query: Query, lowest: string, highest: string, today: string) =>
  query
    .select(publishedColumns(today))
    .from(practices)
    .crossJoin(directory_entries)
    .where(
      and(
        sql`${practices.id} between ${lowest} and ${highest}`,
        eq(directory_entries.practice_id, practices.id),
        sql`${directory_entries.published_services} > 0`,
      ),
    )
    .limit(TWINS_MAX);

export type PublishedRow = Awaited<ReturnType<typeof selectPublishedBetween>>[number];

/** Every term by which services are found, also what was taken out of the catalog: some still offer it. */
export const selectServiceTerms = (query: Query) =>
  query
    .select({ kind: catalog_terms.kind, code: catalog_terms.code, label_en: catalog_terms.label_en })
    .from(catalog_terms)
    .where(inArray(catalog_terms.kind, ['service', 'assessment']))
    .orderBy(catalog_terms.kind, catalog_terms.code);
