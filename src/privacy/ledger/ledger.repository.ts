import { asc, eq, sql } from 'drizzle-orm';
import type { Query } from '../../db/database.ts';
import { ledger_heads, ledger_links, ledger_pending } from '../../db/schema.ts';
import type { LedgerEntry, LedgerHead, LedgerLink } from './chain.ts';

/** What the chain covers: every column, as it is stored. Also what `npm run verify-ledger` reads. */
export const ENTRY_COLUMNS = {
  event: `entry.referral_id as referral_id, 'event' as kind, entry.id as id, entry.occurred_at as at, entry.sequence as sequence,
    json_array('event', entry.id, entry.type, entry.referral_id, entry.sequence, entry.actor, entry.data, entry.occurred_at, entry.position) as content`,
  disclosure: `entry.referral_id as referral_id, 'disclosure' as kind, entry.id as id, entry.disclosed_at as at, null as sequence,
    json_array('disclosure', entry.id, entry.referral_id, entry.practice_id, entry.consent_id, entry.categories, entry.way, entry.key_id, entry.disclosed_at) as content`,
} as const;

const eventColumns = sql.raw(ENTRY_COLUMNS.event);
const disclosureColumns = sql.raw(ENTRY_COLUMNS.disclosure);
const listed = (ids: readonly string[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`;

/** One referral's whole chain and what it covers: to be read in one batch. */
export const selectLedger = (query: Query, referralId: string) =>
  [
    query
      .select()
      .from(ledger_links)
      .where(eq(ledger_links.referral_id, referralId))
      .orderBy(asc(ledger_links.number)),
    query.select().from(ledger_heads).where(eq(ledger_heads.referral_id, referralId)),
    query.all<LedgerEntry>(
      sql`select ${eventColumns} from events as entry where entry.referral_id = ${referralId}`,
    ),
    query.all<LedgerEntry>(
      sql`select ${disclosureColumns} from disclosures as entry where entry.referral_id = ${referralId}`,
    ),
  ] as const;

/** Referrals with something to seal, by id. */
export const selectUnsealedReferrals = (query: Query, afterId: string, limit: number) =>
  query.all<{ referral_id: string }>(
    sql`select referral_id from ${ledger_pending} where referral_id > ${afterId} group by referral_id limit ${limit}`,
  );

/** The ends of the chains of some referrals, and what waits to be sealed into them. */
export const selectUnsealed = (query: Query, referralIds: readonly string[], entriesMax: number) =>
  [
    query.all<LedgerHead>(
      sql`select referral_id, number, hash from ${ledger_heads} where referral_id in ${listed(referralIds)}`,
    ),
    query.all<LedgerEntry>(sql`
      select ${eventColumns} from ${ledger_pending} as waiting join events as entry on entry.id = waiting.entry_id
      where waiting.referral_id in ${listed(referralIds)} and waiting.kind = 'event'
      order by waiting.referral_id, entry.sequence limit ${entriesMax}`),
    query.all<LedgerEntry>(sql`
      select ${disclosureColumns} from ${ledger_pending} as waiting join disclosures as entry on entry.id = waiting.entry_id
      where waiting.referral_id in ${listed(referralIds)} and waiting.kind = 'disclosure'
      order by waiting.referral_id, entry.id limit ${entriesMax}`),
  ] as const;

/**
 * Writes links and moves the heads on. Two sealers that start from the same head write the same number: the second is
 * refused with all of its batch, so that a chain never forks.
 */
export function insertLinks(query: Query, links: readonly LedgerLink[]) {
  const rows = JSON.stringify(links);
  return [
    query.run(sql`
      insert into ${ledger_links} (referral_id, number, kind, entry_id, entry_hash, hash)
      select value ->> 'referral_id', value ->> 'number', value ->> 'kind', value ->> 'entry_id',
        value ->> 'entry_hash', value ->> 'hash' from json_each(${rows})`),
    query.run(sql`
      insert into ${ledger_heads} (referral_id, number, hash)
      select value ->> 'referral_id', max(value ->> 'number'), value ->> 'hash' from json_each(${rows})
      where true group by value ->> 'referral_id'
      on conflict (referral_id) do update set number = excluded.number, hash = excluded.hash`),
    query.run(sql`
      delete from ${ledger_pending} where (referral_id, entry_id) in (
        select value ->> 'referral_id', value ->> 'entry_id' from json_each(${rows}))`),
  ] as const;
}
