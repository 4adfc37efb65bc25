/**
 * The chain of a referral: every event, every disclosure, the consent and its revocation get a link that is keyed and
 * covers the link before it. Who can write to the database but has no key cannot change, remove or move an entry
 * without breaking the chain there. No I/O.
 */
import { sha256Hex } from '../../platform/access/token.ts';
import type { BrokenLink, LEDGER_KINDS } from '../../platform/db/schema.ts';
import type { LedgerKeys } from './ledger-keys.ts';

export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** An event, disclosure, consent or revocation as the chain covers it. */
export interface LedgerEntry {
  readonly referral_id: string;
  readonly kind: LedgerKind;
  readonly id: string;
  readonly at: number;
  /** Of events: their order. */
  readonly sequence: number | null;
  /** By which it is found: an event's sequence, a disclosure's position. */
  readonly place: number | null;
  /** All its columns as a JSON array: see `CONTENT` in ledger.repository.ts. */
  readonly content: string;
}

export interface LedgerLink {
  readonly referral_id: string;
  readonly number: number;
  readonly kind: LedgerKind;
  readonly entry_id: string;
  readonly place: number | null;
  /** Says whether it is the entry that was changed, or the link. */
  readonly entry_hash: string;
  /** Of the key that `hash` is made with. */
  readonly key_id: string;
  readonly hash: string;
}

export type LedgerHead = Pick<LedgerLink, 'referral_id' | 'number' | 'hash'>;

/** 128 bits: what the next link covers, and what is stored of the last one. */
const HASH_CHARACTERS = 22;
/** Of the others so much is stored as says where a chain broke: that it did is found by the last one. */
export const LINK_HASH_CHARACTERS = 8;
export const ENTRY_HASH_CHARACTERS = 6;

/** The link covers the whole hash of the entry's content, whatever is stored of it. */
async function hashLink(
  keys: LedgerKeys,
  { key_id, referral_id, number, kind, entry_id, place }: Omit<LedgerLink, 'hash' | 'entry_hash'>,
  contentHash: string,
  previousHash: string,
): Promise<string | null> {
  const covered = [referral_id, number, kind, entry_id, place, contentHash, previousHash];
  return (await keys.hash(key_id, covered))?.slice(0, HASH_CHARACTERS) ?? null;
}

const shortenLink = (hash: string | null) => hash?.slice(0, LINK_HASH_CHARACTERS);
const shorten = (contentHash: string) => contentHash.slice(0, ENTRY_HASH_CHARACTERS);

/** Events by their sequence, the others by their time and id, both together by their time. */
function inOrder(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const events = entries
    .filter(({ kind }) => kind === 'event')
    .sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  const others = entries
    .filter(({ kind }) => kind !== 'event')
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const ordered: LedgerEntry[] = [];
  for (const event of events) {
    while (others[0] && others[0].at < event.at) ordered.push(others.shift() as LedgerEntry);
    ordered.push(event);
  }
  return [...ordered, ...others];
}

/** The links that seal the entries of one referral after its last link. */
export async function extendChain(
  keys: LedgerKeys,
  head: LedgerHead | undefined,
  entries: readonly LedgerEntry[],
): Promise<LedgerLink[]> {
  const links: LedgerLink[] = [];
  let { number, hash } = head ?? { number: 0, hash: '' };
  for (const entry of inOrder(entries)) {
    number += 1;
    const { referral_id, kind, id: entry_id, place, content } = entry;
    const contentHash = await sha256Hex(content);
    const link = { referral_id, number, kind, entry_id, place, key_id: keys.current };
    hash = (await hashLink(keys, link, contentHash, hash)) ?? '';
    links.push({ ...link, entry_hash: shorten(contentHash), hash });
  }
  return links;
}

/** A link with what it seals, as both stand now. */
export interface SealedEntry extends LedgerLink {
  /** Null where the entry is gone. */
  readonly content: string | null;
  readonly sequence: number | null;
}

/** How far a chain has been followed: a long one is read in portions. */
export interface Followed {
  readonly number: number;
  readonly hash: string;
  /** Of the last event. */
  readonly sequence: number;
}

export const CHAIN_START: Followed = { number: 0, hash: '', sequence: 0 };

/** Follows a chain over its next links; the first one that does not hold ends it. */
export async function followChain(
  keys: LedgerKeys,
  from: Followed,
  entries: readonly SealedEntry[],
): Promise<Followed | BrokenLink> {
  let { number: last, hash, sequence } = from;
  for (const entry of entries) {
    const { number, kind, entry_id, content } = entry;
    if (number !== last + 1) return { number: last + 1, kind: null, entry_id: null, fault: 'removed' };
    if (content === null) return { number, kind, entry_id, fault: 'removed' };
    const contentHash = await sha256Hex(content);
    if (shorten(contentHash) !== entry.entry_hash) return { number, kind, entry_id, fault: 'changed' };
    const linkHash = await hashLink(keys, entry, contentHash, hash);
    const isInPlace = shortenLink(linkHash) === shortenLink(entry.hash);
    if (linkHash === null || !isInPlace || (entry.sequence !== null && entry.sequence <= sequence))
      return { number, kind, entry_id, fault: 'reordered' };
    last = number;
    hash = linkHash;
    sequence = entry.sequence ?? sequence;
  }
  return { number: last, hash, sequence };
}

/** What there is of a referral beside the links of its chain. */
export interface LedgerFacts {
  readonly id: string;
  /** The sequence of its last event. */
  readonly version: number;
  readonly head_number: number | null;
  readonly head_hash: string | null;
  readonly events_count: number;
  readonly first_sequence: number | null;
  readonly last_sequence: number | null;
  readonly disclosures_count: number;
  /** The number of the last one. */
  readonly last_disclosure: number | null;
}

/** An entry without a link; `is_due` while the minute has not come to it yet. */
export interface UnsealedEntry {
  readonly referral_id: string;
  readonly kind: LedgerKind;
  readonly id: string;
  readonly is_due: number;
}

export interface LedgerVerdict {
  readonly sealed_count: number;
  /** Not sealed yet. */
  readonly pending_count: number;
  readonly first_broken: BrokenLink | null;
}

function findFault(
  followed: Followed,
  facts: LedgerFacts,
  unsealed: readonly UnsealedEntry[],
): BrokenLink | null {
  if ((facts.head_number ?? 0) !== followed.number || (facts.head_hash ?? '') !== followed.hash)
    return { number: followed.number + 1, kind: null, entry_id: null, fault: 'removed' };
  // Of an event that is gone together with its link the sequence has a gap, or ends before the referral's version.
  const { events_count, first_sequence, last_sequence, version } = facts;
  const isWhole = events_count === version && (first_sequence ?? 1) === 1 && (last_sequence ?? 0) === version;
  if (!isWhole) return { number: null, kind: 'event', entry_id: null, fault: 'removed' };
  if (facts.disclosures_count !== (facts.last_disclosure ?? 0))
    return { number: null, kind: 'disclosure', entry_id: null, fault: 'removed' };
  const slipped = unsealed.find(({ is_due }) => is_due === 0);
  return slipped ? { number: null, kind: slipped.kind, entry_id: slipped.id, fault: 'unsealed' } : null;
}

/** The verdict at the end of a chain, or where it broke. */
export function judgeChain(
  followed: Followed | BrokenLink,
  facts: LedgerFacts,
  unsealed: readonly UnsealedEntry[],
): LedgerVerdict {
  return {
    sealed_count: facts.head_number ?? 0,
    pending_count: unsealed.filter(({ is_due }) => is_due === 1).length,
    first_broken: 'fault' in followed ? followed : findFault(followed, facts, unsealed),
  };
}
