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
  /** All its columns as a JSON array: see `CONTENT` in ledger.repository.ts. */
  readonly content: string;
}

export interface LedgerLink {
  readonly referral_id: string;
  readonly number: number;
  readonly kind: LedgerKind;
  readonly entry_id: string;
  readonly entry_hash: string;
  /** Of the key that `hash` is made with. */
  readonly key_id: string;
  readonly hash: string;
}

export type LedgerHead = Pick<LedgerLink, 'referral_id' | 'number' | 'hash'>;

const hashLink = (keys: LedgerKeys, link: Omit<LedgerLink, 'hash'>, previousHash: string) =>
  keys.hash(link.key_id, [
    link.referral_id,
    link.number,
    link.kind,
    link.entry_id,
    link.entry_hash,
    previousHash,
  ]);

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
    const { referral_id, kind, id: entry_id, content } = entry;
    const link = {
      referral_id,
      number,
      kind,
      entry_id,
      entry_hash: await sha256Hex(content),
      key_id: keys.current,
    };
    hash = (await hashLink(keys, link, hash)) ?? '';
    links.push({ ...link, hash });
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
    if ((await sha256Hex(content)) !== entry.entry_hash) return { number, kind, entry_id, fault: 'changed' };
    const isInPlace = (await hashLink(keys, entry, hash)) === entry.hash;
    if (!isInPlace || (entry.sequence !== null && entry.sequence <= sequence))
      return { number, kind, entry_id, fault: 'reordered' };
    last = number;
    hash = entry.hash;
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
}

/** An entry without a link; `is_noted` while it waits to get one. */
export interface UnsealedEntry {
  readonly referral_id: string;
  readonly kind: LedgerKind;
  readonly id: string;
  readonly is_noted: number;
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
  const slipped = unsealed.find(({ is_noted }) => is_noted === 0);
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
    pending_count: unsealed.filter(({ is_noted }) => is_noted === 1).length,
    first_broken: 'fault' in followed ? followed : findFault(followed, facts, unsealed),
  };
}
