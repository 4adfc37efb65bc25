/**
 * The chain of a referral: every event and disclosure gets a link that is keyed and covers the link before it. Who can
 * write to the database but has no key cannot change, remove or move an entry without breaking the chain there. No I/O.
 */
import { sha256Hex } from '../../access/token.ts';
import { decodeBase64, encodeBase64 } from '../../base64.ts';

export type LedgerKind = 'event' | 'disclosure';

/** An event or disclosure as the chain covers it. */
export interface LedgerEntry {
  readonly referral_id: string;
  readonly kind: LedgerKind;
  readonly id: string;
  readonly at: number;
  /** Of events: their order. */
  readonly sequence: number | null;
  /** All its columns as a JSON array: see `ENTRY_CONTENT` in ledger.repository.ts. */
  readonly content: string;
}

export interface LedgerLink {
  readonly referral_id: string;
  readonly number: number;
  readonly kind: LedgerKind;
  readonly entry_id: string;
  readonly entry_hash: string;
  readonly hash: string;
}

export type LedgerHead = Pick<LedgerLink, 'referral_id' | 'number' | 'hash'>;

/** How long an entry may wait to be sealed: the cron trigger comes every minute. */
export const UNSEALED_MS_MAX = 120_000;

/** A key of its own from the secret of the blind indexes, which is never rotated. */
export async function deriveLedgerKey(blindIndexKey: string): Promise<CryptoKey> {
  const secret = decodeBase64(blindIndexKey) ?? new Uint8Array();
  const material = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const info = new TextEncoder().encode('referral-exchange/ledger/v1');
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
    material,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign'],
  );
}

async function hashLink(
  key: CryptoKey,
  link: Omit<LedgerLink, 'hash'>,
  previousHash: string,
): Promise<string> {
  const { referral_id, number, kind, entry_id, entry_hash } = link;
  const text = JSON.stringify([referral_id, number, kind, entry_id, entry_hash, previousHash]);
  return encodeBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))));
}

/** Events by their sequence, disclosures by their id, both together by their time. */
function inOrder(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const events = entries
    .filter(({ kind }) => kind === 'event')
    .sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  const disclosures = entries
    .filter(({ kind }) => kind === 'disclosure')
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const ordered: LedgerEntry[] = [];
  for (const event of events) {
    while (disclosures[0] && disclosures[0].at < event.at) ordered.push(disclosures.shift() as LedgerEntry);
    ordered.push(event);
  }
  return [...ordered, ...disclosures];
}

/** The links that seal the entries of one referral after its last link. */
export async function extendChain(
  key: CryptoKey,
  head: LedgerHead | undefined,
  entries: readonly LedgerEntry[],
): Promise<LedgerLink[]> {
  const links: LedgerLink[] = [];
  let { number, hash } = head ?? { number: 0, hash: '' };
  for (const entry of inOrder(entries)) {
    number += 1;
    const { referral_id, kind, id: entry_id, content } = entry;
    const link = { referral_id, number, kind, entry_id, entry_hash: await sha256Hex(content) };
    hash = await hashLink(key, link, hash);
    links.push({ ...link, hash });
  }
  return links;
}

export const LEDGER_FAULTS = ['changed', 'removed', 'reordered', 'unsealed'] as const;

export interface BrokenLink {
  /** Null where no link is known for what is missing or unsealed. */
  readonly number: number | null;
  readonly kind: LedgerKind | null;
  readonly entry_id: string | null;
  readonly fault: (typeof LEDGER_FAULTS)[number];
}

export interface LedgerVerdict {
  readonly sealed_count: number;
  /** Not sealed yet. */
  readonly pending_count: number;
  readonly first_broken: BrokenLink | null;
}

/** Everything about one referral's chain, read at one moment. */
export interface LedgerFile {
  readonly links: readonly LedgerLink[];
  readonly head: LedgerHead | undefined;
  readonly entries: readonly LedgerEntry[];
  /** The referral's: the sequence of its last event. */
  readonly version: number;
}

async function findBrokenLink(key: CryptoKey, file: LedgerFile): Promise<BrokenLink | null> {
  const { links, head, entries } = file;
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  let previousHash = '';
  let previousSequence = 0;
  for (const [index, link] of links.entries()) {
    const { number, kind, entry_id } = link;
    if (number !== index + 1) return { number: index + 1, kind: null, entry_id: null, fault: 'removed' };
    const entry = byId.get(entry_id);
    if (!entry) return { number, kind, entry_id, fault: 'removed' };
    if ((await sha256Hex(entry.content)) !== link.entry_hash)
      return { number, kind, entry_id, fault: 'changed' };
    const isInPlace = (await hashLink(key, link, previousHash)) === link.hash;
    if (!isInPlace || (entry.sequence !== null && entry.sequence <= previousSequence))
      return { number, kind, entry_id, fault: 'reordered' };
    previousHash = link.hash;
    previousSequence = entry.sequence ?? previousSequence;
  }
  if ((head?.number ?? 0) !== links.length || (head?.hash ?? '') !== previousHash)
    return { number: links.length + 1, kind: null, entry_id: null, fault: 'removed' };
  return null;
}

/** Of an event that is gone together with its link the sequence has a gap, or ends before the referral's version. */
function findMissingEvent({ entries, version }: LedgerFile): BrokenLink | null {
  const sequences = new Set(entries.flatMap(({ sequence }) => (sequence === null ? [] : [sequence])));
  const isWhole = sequences.size === version && [...sequences].every((one) => one >= 1 && one <= version);
  return isWhole ? null : { number: null, kind: 'event', entry_id: null, fault: 'removed' };
}

export async function checkChain(key: CryptoKey, file: LedgerFile, now: number): Promise<LedgerVerdict> {
  const linked = new Set(file.links.map(({ entry_id }) => entry_id));
  const pending = inOrder(file.entries.filter(({ id }) => !linked.has(id)));
  const late = pending.find(({ at }) => at < now - UNSEALED_MS_MAX);
  const unsealed: BrokenLink | null = late
    ? { number: null, kind: late.kind, entry_id: late.id, fault: 'unsealed' }
    : null;
  return {
    sealed_count: file.links.length,
    pending_count: pending.length,
    first_broken: (await findBrokenLink(key, file)) ?? findMissingEvent(file) ?? unsealed,
  };
}
