import { type SQL, sql } from 'drizzle-orm';
import {
  consents,
  disclosures,
  events,
  ledger_chains,
  ledger_parts,
  ledger_progress,
  referrals,
} from '../../platform/db/schema.ts';
import type { LedgerFacts, LedgerKind, SealedEntry, UnsealedEntry } from './chain.ts';
import { linkColumns } from './links.ts';

/**
 * What the chain covers of an entry: every column, as it is stored; of a disclosure also to whom it was. Of a consent all that it allows and who recorded it,
 * and apart from it that it was revoked; not what an erasure blanks, nor that somebody was told of its end.
 */
export const CONTENT = {
  event: sql.raw(
    `json_array('event', event.id, event.type, event.referral_id, event.sequence, event.actor, event.data, event.occurred_at, event.position)`,
  ),
  disclosure: sql.raw(
    `json_array('disclosure', disclosure.id, disclosure.referral_id, (select receiver_practice_id from referrals where id = disclosure.referral_id), disclosure.consent_id, disclosure.categories, disclosure.way, disclosure.key_id, disclosure.disclosed_at, disclosure.number)`,
  ),
  consent: sql.raw(
    `json_array('consent', consent.id, consent.referral_id, consent.method, consent.categories, consent.directions, consent.disclose_on_send, consent.part2, consent.notice_version, consent.language, consent.text_hash, consent.granted_at, consent.expires_at, consent.recorded_by_key_id, consent.recorded_at)`,
  ),
  revocation: sql.raw(`json_array('revocation', consent.id, consent.referral_id, consent.revoked_at)`),
} as const;

/** A revocation has no row of its own. */
export const REVOCATION_ID = sql.raw(`consent.id || ':revoked'`);

/** So many links stand in a full part. */
export const LINKS_PER_PART = 50;

/** The links of some referrals, one by one, whichever row they stand in. */
function linksIn(within: (column: string) => SQL, afterNumber: number, linksMax: number): SQL {
  const columns = (of: string) =>
    sql`${sql.raw(`${of}.first_number + link.key as number`)}, ${linkColumns('link.value', `${of}.referral_id`)}`;
  return sql`
    select part.referral_id, ${columns('part')} from ${ledger_parts} as part, json_each(part.links) as link
    where ${within('part.referral_id')} and part.first_number > ${afterNumber - LINKS_PER_PART}
      and part.first_number <= ${afterNumber + linksMax}
    union all
    select chain.referral_id, ${columns('chain')} from ${ledger_chains} as chain, json_each(chain.links) as link
    where ${within('chain.referral_id')}`;
}

/** What the minute has not come to yet. */
const isDue = {
  event: sql`event.position > (select event_position from ${ledger_progress})`,
  disclosure: sql`disclosure.position > (select disclosure_position from ${ledger_progress})`,
  // A consent is given and taken back with an event.
  consent: sql`exists (select 1 from ${events} as event
    where event.referral_id = consent.referral_id and event.position > (select event_position from ${ledger_progress}))`,
} as const;

/**
 * Everything about the chains of the referrals after one id up to another: what there is beside the links, the links
 * with what they seal, and what has no link. Also what `npm run verify-ledger` reads.
 * @param afterNumber of one referral: the last link that was read before
 */
export function selectChains(afterId: string, lastId: string, afterNumber: number, linksMax: number) {
  const within = (column: string) => sql`${sql.raw(column)} > ${afterId} and ${sql.raw(column)} <= ${lastId}`;
  const unsealed = (kind: LedgerKind, from: SQL, id: SQL, referralId: string, due: SQL) => sql`
    select ${sql.raw(referralId)} as referral_id, ${kind} as kind, ${id} as id, ${due} as is_due
    from ${from} where ${within(referralId)} and ${id} not in (select entry_id from linked)`;
  return [
    sql`
      select referral.id, referral.version, chain.number as head_number, chain.hash as head_hash,
        count(event.id) as events_count, min(event.sequence) as first_sequence, max(event.sequence) as last_sequence,
        (select count(*) from ${disclosures} as disclosure where disclosure.referral_id = referral.id) as disclosures_count,
        (select max(disclosure.number) from ${disclosures} as disclosure where disclosure.referral_id = referral.id) as last_disclosure
      from ${referrals} as referral
      left join ${ledger_chains} as chain on chain.referral_id = referral.id
      left join ${events} as event on event.referral_id = referral.id
      where ${within('referral.id')} group by referral.id order by referral.id`,
    sql`
      with link as (${linksIn(within, afterNumber, linksMax)})
      select link.*, case link.kind
          when 'event' then case when event.id is not null then ${CONTENT.event} end
          when 'disclosure' then case when disclosure.id is not null then ${CONTENT.disclosure} end
          when 'consent' then case when consent.id is not null then ${CONTENT.consent} end
          when 'revocation' then case when consent.revoked_at is not null then ${CONTENT.revocation} end end as content,
        event.sequence
      from link
      left join ${events} as event on link.kind = 'event' and event.referral_id = link.referral_id and event.sequence = link.place
      left join ${disclosures} as disclosure on link.kind = 'disclosure' and disclosure.position = link.place
      left join ${consents} as consent on link.kind in ('consent', 'revocation') and consent.referral_id = link.referral_id
      where link.number > ${afterNumber}
      order by link.referral_id, link.number limit ${linksMax}`,
    sql`
      with linked as (select entry_id from (${linksIn(within, 0, Number.MAX_SAFE_INTEGER)}))
      ${unsealed('event', sql`${events} as event`, sql`event.id`, 'event.referral_id', isDue.event)}
      union all ${unsealed('disclosure', sql`${disclosures} as disclosure`, sql`disclosure.id`, 'disclosure.referral_id', isDue.disclosure)}
      union all ${unsealed('consent', sql`${consents} as consent`, sql`consent.id`, 'consent.referral_id', isDue.consent)}
      union all ${unsealed('revocation', sql`${consents} as consent`, REVOCATION_ID, 'consent.referral_id', isDue.consent)}
        and consent.revoked_at is not null`,
  ] as const;
}

/** What `selectChains` gives. */
export interface ChainRows {
  readonly facts: readonly LedgerFacts[];
  readonly links: readonly SealedEntry[];
  readonly unsealed: readonly UnsealedEntry[];
}
