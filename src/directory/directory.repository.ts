import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../platform/db/database.ts';
import {
  catalog_terms,
  credentials,
  directory_entries,
  type PARTNERSHIP_STATES,
  partnerships,
  practices,
  professionals,
} from '../platform/db/schema.ts';
import type { CredentialKind, QualificationKind } from '../verification/professions.ts';
import { jurisdictionsOver, NOBODY } from './terms.ts';

/** A hit shows so many verified credentials of a practice; its entry shows all. */
const VERIFIED_SHOWN_MAX = 10;
/** By so many partners of the reader, the newest on each side, others are known. */
const INTRODUCERS_MAX = 100;

export interface VerifiedRow {
  readonly professional_id: string;
  readonly professional_name: string;
  readonly profession: string;
  readonly profession_title: string;
  readonly profession_requires: QualificationKind;
  readonly kind: CredentialKind;
  readonly title: string;
  readonly issuer: string;
  readonly jurisdiction: string | null;
  readonly starts_on: string | null;
  readonly expires_on: string;
}

export interface KnownPartnership {
  readonly id: string;
  readonly state: (typeof PARTNERSHIP_STATES)[number];
}

// Drizzle leaves the table's name out where there is only one, and within a subquery another one would be meant.
const shownId = sql.raw('practices.id');

/** What the practice has agreed with the one of the row, if it is still open. */
export const openPartnershipWith = (practiceId: string) =>
  sql<KnownPartnership | null>`(
    select json_object('id', ${partnerships.id}, 'state', ${partnerships.state}) from ${partnerships}
    where ${partnerships.pair} = iif(${shownId} < ${practiceId},
        ${shownId} || ' ' || ${practiceId}, ${practiceId} || ' ' || ${shownId})
      and ${partnerships.state} in ('invited', 'active', 'paused'))`
    .mapWith((text: string) => JSON.parse(text) as KnownPartnership)
    .as('partnership');

// The sign before a status keeps SQLite from looking it up in its index, which has all that is verified.
export const verifiedOf = (today: string) =>
  sql<VerifiedRow[]>`(
    select json_group_array(json(value)) from (
      select json_object('professional_id', ${professionals.id}, 'professional_name', ${professionals.name},
        'profession', ${professionals.profession}, 'profession_title', ${catalog_terms.label_en},
        'profession_requires', ${catalog_terms.requires}, 'kind', ${credentials.kind}, 'title', ${credentials.title},
        'issuer', ${credentials.issuer}, 'jurisdiction', ${credentials.jurisdiction}, 'starts_on', ${credentials.starts_on}, 'expires_on', ${credentials.expires_on}) as value
      from ${professionals}
      cross join ${credentials} on ${credentials.professional_id} = ${professionals.id}
      cross join ${catalog_terms} on ${catalog_terms.kind} = 'profession' and ${catalog_terms.code} = ${professionals.profession}
      where ${professionals.practice_id} = ${practices.id} and +${credentials.status} = 'verified' and ${credentials.suspended_at} is null
        and ${credentials.expires_on} >= ${today}
      order by ${professionals.id}, ${credentials.further_kind} is not null, ${credentials.id} limit ${VERIFIED_SHOWN_MAX}))`
    .mapWith((text: string) => JSON.parse(text) as VerifiedRow[])
    .as('verified');

/** What the practice offers itself, as tokens of the index. */
const ownOffers = (practiceId: string) => sql`(
  select coalesce(group_concat(token, ' OR '), ${NOBODY}) from (
    select 'f_service_' || value || '0' as token from ${practices}, json_each(${practices.services}) where ${practices.id} = ${practiceId}
    union all
    select 'f_assessment_' || value || '0' from ${practices}, json_each(${practices.assessments}) where ${practices.id} = ${practiceId}))`;

/** Those who know the practice's partners, as tokens of the index. Who is not listed introduces nobody. */
const introducedBy = (practiceId: string) => sql`(
  select coalesce(group_concat('f_partner_' || ${directory_entries.number} || '0', ' OR '), ${NOBODY}) from (
    select * from (select ${partnerships.invitee_practice_id} as practice_id from ${partnerships}
      where ${partnerships.inviter_practice_id} = ${practiceId} and ${partnerships.state} = 'active' order by ${partnerships.id} desc limit ${INTRODUCERS_MAX})
    union all
    select * from (select ${partnerships.inviter_practice_id} as practice_id from ${partnerships}
      where ${partnerships.invitee_practice_id} = ${practiceId} and ${partnerships.state} = 'active' order by ${partnerships.id} desc limit ${INTRODUCERS_MAX})
  ) as partner
  cross join ${practices} on ${practices.id} = partner.practice_id and ${practices.status} = 'active' and ${practices.listed} = 1
  cross join ${directory_entries} on ${directory_entries.practice_id} = partner.practice_id)`;

/** The index knows who was verified; that it has not run out since is looked up. */
const isLicensedStill = (jurisdiction: string, profession: string | undefined, today: string) => sql`exists (
  select 1 from ${professionals} cross join ${credentials} on ${credentials.professional_id} = ${professionals.id}
  where ${professionals.practice_id} = ${practices.id} and ${credentials.kind} = 'licence' and +${credentials.status} = 'verified'
    and ${credentials.suspended_at} is null and ${credentials.expires_on} >= ${today}
    and ${credentials.jurisdiction} in (select value from json_each(${JSON.stringify(jurisdictionsOver(jurisdiction))}))
    ${profession === undefined ? sql`` : sql`and ${professionals.profession} = ${profession}`})`;

export interface DirectorySearch {
  /** See `terms.ts`. */
  readonly match: string;
  readonly complements: boolean;
  readonly isKnownToPartners: boolean;
  readonly licence?: { readonly jurisdiction: string; readonly profession: string | undefined } | undefined;
}

const index = sql.raw('directory_search');
const hitColumns = (readerId: string, today: string) => ({
  ...getTableColumns(practices),
  number: directory_entries.number,
  verified: verifiedOf(today),
  partnership: openPartnershipWith(readerId),
});

/**
 * A page of practices in the order of the index, which is the one of `directory_entries`. All filters are in one query of
 * the index, which gives its rows one by one and no others: so a page costs what it shows, however many match and however
 * seldom its filters meet.
 */
export const searchDirectory = (
  query: Query,
  { match, complements, isKnownToPartners, licence }: DirectorySearch,
  reader: { readonly practiceId: string; readonly today: string },
  after: number,
  limit: number,
) => {
  const { practiceId, today } = reader;
  const known = isKnownToPartners ? sql` || ' AND facets : (' || ${introducedBy(practiceId)} || ')'` : sql``;
  const not = complements ? sql` || ' NOT facets : (' || ${ownOffers(practiceId)} || ')'` : sql``;
  return query
    .select(hitColumns(practiceId, today))
    .from(sql`${index}`)
    .crossJoin(directory_entries)
    .crossJoin(practices)
    .where(
      and(
        sql`${index} match '(' || ${match}${known} || ')'${not}`,
        // FTS5 begins there only for an integer, and D1 binds every number as a real one.
        sql`${index}.rowid > cast(${after} as integer)`,
        sql`${directory_entries.number} = ${index}.rowid`,
        eq(practices.id, directory_entries.practice_id),
        isKnownToPartners ? sql`${practices.id} <> ${practiceId}` : undefined,
        licence ? isLicensedStill(licence.jurisdiction, licence.profession, today) : undefined,
      ),
    )
    .orderBy(sql`${index}.rowid`)
    .limit(limit);
};

export type HitRow = Awaited<ReturnType<typeof searchDirectory>>[number];

/** A listed practice, or one with which the reader has to do. Null columns of the partnership where it has not. */
export const selectEntry = (query: Query, practiceId: string | SQL, readerId: string) =>
  query
    .select({ ...getTableColumns(practices), partnership: openPartnershipWith(readerId) })
    .from(practices)
    .where(eq(practices.id, practiceId))
    .limit(1);
