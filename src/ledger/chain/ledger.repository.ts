import { type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import {
  consents,
  disclosures,
  events,
  ledger_heads,
  ledger_links,
  ledger_pending,
  referrals,
} from '../../platform/db/schema.ts';
import type {
  LedgerEntry,
  LedgerFacts,
  LedgerHead,
  LedgerKind,
  LedgerLink,
  SealedEntry,
  UnsealedEntry,
} from './chain.ts';

/**
 * What the chain covers of an entry: every column, as it is stored. Of a consent all that it allows and who recorded it,
 * and apart from it that it was revoked; not what an erasure blanks, nor that somebody was told of its end.
 */
const CONTENT = {
  event: sql.raw(
    `json_array('event', event.id, event.type, event.referral_id, event.sequence, event.actor, event.data, event.occurred_at, event.position)`,
  ),
  disclosure: sql.raw(
    `json_array('disclosure', disclosure.id, disclosure.referral_id, disclosure.practice_id, disclosure.consent_id, disclosure.categories, disclosure.way, disclosure.key_id, disclosure.disclosed_at)`,
  ),
  consent: sql.raw(
    `json_array('consent', consent.id, consent.referral_id, consent.method, consent.categories, consent.directions, consent.disclose_on_send, consent.part2, consent.notice_version, consent.language, consent.text_hash, consent.granted_at, consent.expires_at, consent.recorded_by_key_id, consent.recorded_at)`,
  ),
  revocation: sql.raw(`json_array('revocation', consent.id, consent.referral_id, consent.revoked_at)`),
} as const;

const eventColumns = sql`event.referral_id, 'event' as kind, event.id, event.occurred_at as at, event.sequence,
  ${CONTENT.event} as content`;
const disclosureColumns = sql`disclosure.referral_id, 'disclosure' as kind, disclosure.id,
  disclosure.disclosed_at as at, null as sequence, ${CONTENT.disclosure} as content`;
const consentColumns = sql`consent.referral_id, 'consent' as kind, consent.id, consent.recorded_at as at,
  null as sequence, ${CONTENT.consent} as content`;
/** A revocation has no row of its own. */
const REVOCATION_ID = sql.raw(`consent.id || ':revoked'`);
const revocationColumns = sql`consent.referral_id, 'revocation' as kind, ${REVOCATION_ID} as id, consent.revoked_at as at,
  null as sequence, ${CONTENT.revocation} as content`;
const listed = (ids: readonly string[]) => sql`(select value from json_each(${JSON.stringify(ids)}))`;

/**
 * Everything about the chains of the referrals after one id up to another: what there is beside the links, the links
 * with what they seal, and what has no link. Also what `npm run verify-ledger` reads.
 * @param afterNumber of one referral: the last link that was read before
 */
export function selectChains(afterId: string, lastId: string, afterNumber: number, linksMax: number) {
  const within = (column: string) => sql`${sql.raw(column)} > ${afterId} and ${sql.raw(column)} <= ${lastId}`;
  const unsealed = (kind: LedgerKind, from: SQL, id: SQL, referralId: string) => sql`
    select ${sql.raw(referralId)} as referral_id, ${kind} as kind, ${id} as id,
      exists (select 1 from ${ledger_pending} as waiting
        where waiting.referral_id = ${sql.raw(referralId)} and waiting.entry_id = ${id}) as is_noted
    from ${from}
    where ${within(referralId)} and not exists (select 1 from ${ledger_links} as link where link.entry_id = ${id})`;
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
          when 'disclosure' then case when disclosure.id is not null then ${CONTENT.disclosure} end
          when 'consent' then case when consent.id = link.entry_id then ${CONTENT.consent} end
          when 'revocation' then case when consent.revoked_at is not null and ${REVOCATION_ID} = link.entry_id
            then ${CONTENT.revocation} end end as content,
        event.sequence
      from ${ledger_links} as link
      left join ${events} as event on link.kind = 'event' and event.id = link.entry_id
      left join ${disclosures} as disclosure on link.kind = 'disclosure' and disclosure.id = link.entry_id
      left join ${consents} as consent on link.kind in ('consent', 'revocation') and consent.referral_id = link.referral_id
      where ${within('link.referral_id')} and link.number > ${afterNumber}
      order by link.referral_id, link.number limit ${linksMax}`,
    sql`${unsealed('event', sql`${events} as event`, sql`event.id`, 'event.referral_id')}
      union all ${unsealed('disclosure', sql`${disclosures} as disclosure`, sql`disclosure.id`, 'disclosure.referral_id')}
      union all ${unsealed('consent', sql`${consents} as consent`, sql`consent.id`, 'consent.referral_id')}
      union all ${unsealed('revocation', sql`${consents} as consent`, REVOCATION_ID, 'consent.referral_id')}
        and consent.revoked_at is not null`,
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
    query.all<LedgerEntry>(sql`
      select ${consentColumns} from ${ledger_pending} as waiting
      join consents as consent on consent.referral_id = waiting.referral_id and consent.id = waiting.entry_id
      where waiting.referral_id in ${listed(referralIds)} and waiting.kind = 'consent'
      union all select ${revocationColumns} from ${ledger_pending} as waiting
      join consents as consent on consent.referral_id = waiting.referral_id and ${REVOCATION_ID} = waiting.entry_id
      where waiting.referral_id in ${listed(referralIds)} and waiting.kind = 'revocation' and consent.revoked_at is not null`),
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
