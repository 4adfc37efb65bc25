import { sql } from 'drizzle-orm';
import type { Query, Statement } from '../../platform/db/database.ts';
import {
  consents,
  disclosures,
  events,
  ledger_chains,
  ledger_parts,
  ledger_progress,
  type StoredLink,
} from '../../platform/db/schema.ts';
import type { LedgerEntry } from './chain.ts';
import { CONTENT, REVOCATION_ID } from './ledger.repository.ts';

export type Progress = Omit<typeof ledger_progress.$inferSelect, 'id'>;
export type ChainRow = typeof ledger_chains.$inferSelect;

/** With its place in the order of commits. An event that is about no referral belongs to no chain. */
export type PlacedEntry = Omit<LedgerEntry, 'referral_id'> & {
  readonly referral_id: string | null;
  readonly position: number;
};

/** How far everything is sealed, and what was committed after that, in that order. */
export const selectUnsealed = (query: Query, entriesMax: number) =>
  [
    query.all<Progress>(
      sql`select version, event_position, disclosure_position from ${ledger_progress} where id = 1`,
    ),
    query.all<PlacedEntry>(sql`
      select event.referral_id, 'event' as kind, event.id, event.occurred_at as at, event.sequence,
        event.sequence as place, event.position, ${CONTENT.event} as content
      from ${events} as event where event.position > (select event_position from ${ledger_progress} where id = 1)
      order by event.position limit ${entriesMax}`),
    query.all<PlacedEntry>(sql`
      select disclosure.referral_id, 'disclosure' as kind, disclosure.id, disclosure.disclosed_at as at, null as sequence,
        disclosure.position as place, disclosure.position, ${CONTENT.disclosure} as content
      from ${disclosures} as disclosure
      where disclosure.position > (select disclosure_position from ${ledger_progress} where id = 1)
      order by disclosure.position limit ${entriesMax}`),
  ] as const;

const listed = (ids: readonly string[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`;

/** The chains of some referrals, and the consents and revocations that may go with them. */
export const selectChainsToExtend = (query: Query, referralIds: readonly string[]) =>
  [
    query
      .select()
      .from(ledger_chains)
      .where(sql`${ledger_chains.referral_id} in ${listed(referralIds)}`),
    query.all<LedgerEntry>(sql`
      select consent.referral_id, 'consent' as kind, consent.id, consent.recorded_at as at, null as sequence,
        null as place, ${CONTENT.consent} as content
      from ${consents} as consent where consent.referral_id in ${listed(referralIds)}
      union all
      select consent.referral_id, 'revocation' as kind, ${REVOCATION_ID} as id, consent.revoked_at as at, null as sequence,
        null as place, ${CONTENT.revocation} as content
      from ${consents} as consent where consent.referral_id in ${listed(referralIds)} and consent.revoked_at is not null`),
  ] as const;

export interface FullPart {
  readonly referral_id: string;
  readonly first_number: number;
  readonly links: readonly StoredLink[];
}

/** A bound value has at most 2 MB: so many rows with as many links as one may have stay far below. */
const ROWS_PER_STATEMENT = 200;

const pagesOf = <T>(rows: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(rows.length / ROWS_PER_STATEMENT) }, (_, page) =>
    rows.slice(page * ROWS_PER_STATEMENT, (page + 1) * ROWS_PER_STATEMENT),
  );

/**
 * Writes chains and how far everything is sealed now. Of two sealers that start from the same progress the second is
 * refused with all of its batch, so that a chain never forks.
 */
export const writeChains = (
  query: Query,
  chains: readonly ChainRow[],
  parts: readonly FullPart[],
  progress: Progress,
): Statement[] => [
  query
    .update(ledger_progress)
    .set({ ...progress, version: progress.version + 1 })
    .where(sql`id = 1`),
  ...pagesOf(parts).map(
    (page) =>
      query.run(sql`
        insert into ${ledger_parts} (referral_id, first_number, links)
        select value ->> 'referral_id', value ->> 'first_number', value -> 'links' from json_each(${JSON.stringify(page)})
        where true on conflict do nothing`) as Statement,
  ),
  ...pagesOf(chains).map(
    (page) =>
      query.run(sql`
        insert into ${ledger_chains} (referral_id, number, hash, has_consent, has_revocation, first_number, links)
        select value ->> 'referral_id', value ->> 'number', value ->> 'hash', value ->> 'has_consent',
          value ->> 'has_revocation', value ->> 'first_number', value -> 'links' from json_each(${JSON.stringify(page)})
        where true on conflict (referral_id) do update set number = excluded.number, hash = excluded.hash,
          has_consent = excluded.has_consent, has_revocation = excluded.has_revocation,
          first_number = excluded.first_number, links = excluded.links`) as Statement,
  ),
];
