import { type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../db/database.ts';
import {
  disclosures,
  events,
  ledger_heads,
  ledger_links,
  ledger_pending,
  referrals,
} from '../../db/schema.ts';
import type {
  LedgerEntry,
  LedgerFacts,
  LedgerHead,
  LedgerKind,
  LedgerLink,
  SealedEntry,
  UnsealedEntry,
} from './chain.ts';

/** What the chain covers of an entry: every column, as it is stored. */
const CONTENT = {
  event: sql.raw(
    `json_array('event', event.id, event.type, event.referral_id, event.sequence, event.actor, event.data, event.occurred_at, event.position)`,
  ),
  disclosure: sql.raw(
    `json_array('disclosure', disclosure.id, disclosure.referral_id, disclosure.practice_id, disclosure.consent_id, disclosure.categories, disclosure.way, disclosure.key_id, disclosure.disclosed_at)`,
  ),
} as const;

const eventColumns = sql`event.referral_id, 'event' as kind, event.id, event.occurred_at as at, event.sequence,
  ${CONTENT.event} as content`;
const disclosureColumns = sql`disclosure.referral_id, 'disclosure' as kind, disclosure.id,
  disclosure.disclosed_at as at, null as sequence, ${CONTENT.disclosure} as content`;
const listed = (ids: readonly string[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`;

/**
 * Everything about the chains of the referrals after one id up to another: what there is beside the links, the links
 * with what they seal, and what has no link. Also what `npm run verify-ledger` reads.
 * @param afterNumber of one referral: the last link that was read before
 */
export function selectChains(afterId: string, lastId: string, afterNumber: number, linksMax: number) {
  const within = (column: string) => sql`${sql.raw(column)} > ${afterId} and ${sql.raw(column)} <= ${lastId}`;
  const unsealed = (table: SQL, kind: LedgerKind) => sql`
    select entry.referral_id, ${kind} as kind, entry.id,
      exists (select 1 from ${ledger_pending} as waiting
        where waiting.referral_id = entry.referral_id and waiting.entry_id = entry.id) as is_noted
    from ${table} as entry
    where ${within('entry.referral_id')}
      and not exists (select 1 from ${ledger_links} as link where link.entry_id = entry.id)`;
  return [
    sql`
      select referral.id, referral.version, head.number as head_number, head.hash as head_hash,
        count(event.id) as events_count, min(event.sequence) as first_sequence, max(event.sequence) as last_sequence
      from ${referrals} as referral
      left join ${ledger_heads} as head on head.referral_id = referral.id
      left join ${events} as event on event.referral_id = referral.id
      where ${within('referral.id')} group by referral.id order by referral.id`,
    sql`
      select link.*, case link.kind
          when 'event' then case when event.id is not null then ${CONTENT.event} end
          when 'disclosure' then case when disclosure.id is not null then ${CONTENT.disclosure} end end as content,
        event.sequence
      from ${ledger_links} as link
      left join ${events} as event on link.kind = 'event' and event.id = link.entry_id
      left join ${disclosures} as disclosure on link.kind = 'disclosure' and disclosure.id = link.entry_id
      where ${within('link.referral_id')} and link.number > ${afterNumber}
      order by link.referral_id, link.number limit ${linksMax}`,
    sql`${unsealed(sql`${events}`, 'event')} union all ${unsealed(sql`${disclosures}`, 'disclosure')}`,
  ] as const;
}

/** What `selectChains` gives. */
export interface ChainRows {
  readonly facts: readonly LedgerFacts[];
  readonly links: readonly SealedEntry[];
  readonly unsealed: readonly UnsealedEntry[];
}

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
      select ${eventColumns} from ${ledger_pending} as waiting join events as event on event.id = waiting.entry_id
      where waiting.referral_id in ${listed(referralIds)} and waiting.kind = 'event'
      order by waiting.referral_id, event.sequence limit ${entriesMax}`),
    query.all<LedgerEntry>(sql`
      select ${disclosureColumns} from ${ledger_pending} as waiting join disclosures as disclosure on disclosure.id = waiting.entry_id
      where waiting.referral_id in ${listed(referralIds)} and waiting.kind = 'disclosure'
      order by waiting.referral_id, disclosure.id limit ${entriesMax}`),
  ] as const;

/**
 * Writes links and moves the heads on. Two sealers that start from the same head write the same number: the second is
 * refused with all of its batch, so that a chain never forks.
 */
export function insertLinks(query: Query, links: readonly LedgerLink[]) {
  const rows = JSON.stringify(links);
  return [
    query.run(sql`
      insert into ${ledger_links} (referral_id, number, kind, entry_id, entry_hash, hash, key_id)
      select value ->> 'referral_id', value ->> 'number', value ->> 'kind', value ->> 'entry_id',
        value ->> 'entry_hash', value ->> 'hash', value ->> 'key_id' from json_each(${rows})`),
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
