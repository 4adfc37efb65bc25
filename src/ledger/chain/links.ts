/**
 * How a link is stored: without what its place and its entry say anyway, because a chain is the longest thing that a
 * referral leaves. No I/O.
 */
import { type SQL, sql } from 'drizzle-orm';
import { ID_PREFIXES } from '../../platform/db/ids.ts';
import type { StoredLink } from '../../platform/db/schema.ts';
import { ENTRY_HASH_CHARACTERS, type LedgerKind, type LedgerLink, LINK_HASH_CHARACTERS } from './chain.ts';

const KINDS: Readonly<Record<string, LedgerKind>> = {
  e: 'event',
  d: 'disclosure',
  c: 'consent',
  r: 'revocation',
};
const PREFIX_CHARACTERS = ID_PREFIXES.event.length + 1;
const NUMBER_CHARACTERS = 6;
const SEAL_CHARACTERS = ENTRY_HASH_CHARACTERS + LINK_HASH_CHARACTERS;

/** An event's id is its own; a disclosure's ends with its number, and the others are named after the referral. */
function nameOf({ kind, entry_id }: Pick<LedgerLink, 'kind' | 'entry_id'>): string | number {
  if (kind === 'event') return entry_id.slice(PREFIX_CHARACTERS);
  return kind === 'disclosure' ? Number.parseInt(entry_id.slice(-NUMBER_CHARACTERS), 16) : 0;
}

export const toStored = ({ kind, entry_id, place, entry_hash, hash, key_id }: LedgerLink): StoredLink => [
  kind.charAt(0),
  nameOf({ kind, entry_id }),
  place,
  `${key_id}${entry_hash}${hash.slice(0, LINK_HASH_CHARACTERS)}`,
];

/** Whether the link is that of the entry, in the chain of its referral. */
export const isLinkOf = (
  [letter, name]: StoredLink,
  entry: { readonly kind: LedgerKind; readonly id: string },
) => KINDS[letter] === entry.kind && name === nameOf({ kind: entry.kind, entry_id: entry.id });

/** The columns of a stored link in SQL. @param link its value @param referralId the column that names its referral */
export function linkColumns(link: string, referralId: string): SQL {
  const own = `substr(${referralId}, ${PREFIX_CHARACTERS + 1})`;
  const seal = `${link} ->> 3`;
  return sql.raw(`
    case ${link} ->> 0 ${Object.entries(KINDS)
      .map(([letter, kind]) => `when '${letter}' then '${kind}'`)
      .join(' ')} end as kind,
    case ${link} ->> 0
      when 'e' then '${ID_PREFIXES.event}_' || (${link} ->> 1)
      when 'd' then '${ID_PREFIXES.disclosure}_' || ${own} || printf('%0${NUMBER_CHARACTERS}x', ${link} ->> 1)
      when 'c' then '${ID_PREFIXES.consent}_' || ${own}
      when 'r' then '${ID_PREFIXES.consent}_' || ${own} || ':revoked' end as entry_id,
    ${link} ->> 2 as place,
    substr(${seal}, ${-SEAL_CHARACTERS}, ${ENTRY_HASH_CHARACTERS}) as entry_hash,
    substr(${seal}, ${-LINK_HASH_CHARACTERS}) as hash,
    substr(${seal}, 1, length(${seal}) - ${SEAL_CHARACTERS}) as key_id`);
}
