/**
 * From an `Authorization` header to the practice or operator that asks. Of a key only its SHA-256 is stored, and by that
 * it is found; its form and checksum (`platform/access/token.ts`) are looked at before the database is asked.
 */

import type { Exchange } from '../ledger/exchange.ts';
import { isTouchDue, selectKeyByHash, touchKey } from '../platform/access/access.repository.ts';
import type { Scope } from '../platform/access/scopes.ts';
import { isWellFormedToken, sha256Hex } from '../platform/access/token.ts';
import type { PracticeStatus } from '../platform/db/schema.ts';
import { Problem } from '../platform/problem.ts';

/** How long a look-up is believed, and so how long a key revoked elsewhere may still work. */
export const KEY_CACHE_MS = 10_000;
const KEY_CACHE_ENTRIES_MAX = 10_000;

interface KeyHolder {
  readonly key_id: string;
  readonly scopes: readonly Scope[];
  readonly expires_at: number | null;
}
export interface PracticeActor extends KeyHolder {
  readonly practice_id: string;
  /** As the look-up of the key found it. */
  readonly practice_status: PracticeStatus;
  /** As that found it: what to reckon months by before the practice is read. */
  readonly time_zone: string;
}
export interface OperatorActor extends KeyHolder {
  readonly practice_id: null;
}
/** Who asks. */
export type Actor = PracticeActor | OperatorActor;

type KnownKey = Actor & {
  readonly revoked_at: number | null;
  readonly known_until: number;
};

const knownKeys = new Map<string, KnownKey>();

/** Makes a revocation felt at once in this isolate. */
export function forgetKey(keyId: string): void {
  for (const [hash, key] of knownKeys) if (key.key_id === keyId) knownKeys.delete(hash);
}

/** Makes a suspension and its end felt at once in this isolate. */
export function forgetKeysOf(practiceId: string): void {
  for (const [hash, key] of knownKeys) if (key.practice_id === practiceId) knownKeys.delete(hash);
}

const challenge = { 'WWW-Authenticate': 'Bearer realm="referral-exchange"' };
const refuse = (code: 'missing_key' | 'invalid_key' | 'revoked_key' | 'expired_key', detail: string) =>
  new Problem(code, detail, {}, challenge);

const unknownKey = () => refuse('invalid_key', 'There is no such API key. Check that it was copied whole.');

/** Until when a key that looks right is known not to exist, by its hash. */
const missingKeys = new Map<string, number>();

/** What a look-up of a key that is not known yet costs an address: anybody can make up keys that look right. */
export interface LookUpLimits {
  /** May refuse to look up at all. */
  readonly before: () => void;
  readonly failed: () => Promise<void>;
}

type KeyReader = Pick<Exchange, 'database' | 'now' | 'defer'>;

function remember<V>(cache: Map<string, V>, secretHash: string, value: V): void {
  if (cache.size >= KEY_CACHE_ENTRIES_MAX) cache.clear();
  cache.set(secretHash, value);
}

async function lookUp(
  { database, now, defer }: KeyReader,
  secretHash: string,
  limits: LookUpLimits,
): Promise<KnownKey> {
  const lookUpDatabase = database.apart();
  const [[row]] = await lookUpDatabase
    .batch([selectKeyByHash(database.query, secretHash)])
    .finally(() => database.meter.addKeyLookUp(lookUpDatabase.meter));
  if (!row) {
    remember(missingKeys, secretHash, now + KEY_CACHE_MS);
    await limits.failed();
    throw unknownKey();
  }
  const { practice_id, practice_status, time_zone } = row;
  const key: KnownKey = {
    key_id: row.id,
    ...(practice_id === null
      ? { practice_id: null }
      : { practice_id, practice_status: practice_status ?? 'suspended', time_zone: time_zone ?? 'UTC' }),
    scopes: row.scopes as Scope[],
    expires_at: row.expires_at,
    revoked_at: row.revoked_at,
    known_until: now + KEY_CACHE_MS,
  };
  remember(knownKeys, secretHash, key);
  // Apart from the request: one that only reads needs no database that can be written.
  if (key.revoked_at === null && isTouchDue(row.last_used_at, now))
    defer(() => database.apart().batch([touchKey(database.query, secretHash, now)]));
  return key;
}

/** @throws Problem 401 that says what is wrong with the key, or what `limits` throw. */
export async function authenticate(
  header: string | undefined,
  reader: KeyReader,
  limits: LookUpLimits,
): Promise<Actor> {
  const { now } = reader;
  if (!header) throw refuse('missing_key', 'Send your API key as `Authorization: Bearer rx_…`.');
  const [scheme, token, ...rest] = header.trim().split(/\s+/);
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0) {
    throw refuse('missing_key', 'The Authorization header is not of the form `Bearer rx_…`.');
  }
  const secretHash = await sha256Hex(token);
  if (!knownKeys.has(secretHash) && !(await isWellFormedToken(token))) {
    throw refuse('invalid_key', 'This is not an API key of the exchange. Check that it was copied whole.');
  }
  if ((missingKeys.get(secretHash) ?? 0) > now) throw unknownKey();
  const known = knownKeys.get(secretHash);
  const isKnown = known !== undefined && known.known_until > now;
  // A key that was good before is looked up again whatever else came from its address.
  if (!known) limits.before();
  const key = isKnown ? known : await lookUp(reader, secretHash, limits);
  if (key.revoked_at !== null) throw refuse('revoked_key', 'This API key was revoked.');
  if (key.expires_at !== null && key.expires_at <= now)
    throw refuse('expired_key', 'This API key has expired.');
  return key;
}
