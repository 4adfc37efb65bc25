/** What a side keeps of a referral for itself: what it may hold, and what a change makes of it. No I/O. */
import type { ReferralVault } from '../platform/vault/vault.ts';
import type { Client } from './client.schemas.ts';
import { foldName } from './names.ts';

/** Where the metadata of a side stands, under the referral's own data key. */
const METADATA_COLUMN = 'referral_metadata.sealed_metadata';
type Metadata = Readonly<Record<string, string>>;

/** @param practiceId whose it is */
export const openMetadata = (vault: ReferralVault, sealed: string, practiceId: string) =>
  vault.open<Metadata>(METADATA_COLUMN, sealed, practiceId);
export const sealMetadata = (vault: ReferralVault, metadata: Metadata, practiceId: string) =>
  vault.seal(METADATA_COLUMN, metadata, practiceId);

export const SYSTEMS_MAX = 20;
export const METADATA_KEYS_MAX = 50;
const DIGITS_MIN = 7;

/** What the side knows of the client: of others nothing is compared, as each answer would be a guess, answered. */
export interface KnownClient {
  readonly identity?: Pick<Client['identity'], 'given_name' | 'family_name'> | undefined;
  readonly contact?: { readonly email?: string | undefined; readonly phone?: string | undefined } | undefined;
}

const wordsOf = (text: string) =>
  text
    .split(/[\s,;:/|_-]+/)
    .map(foldName)
    .filter((word) => word !== '');
const digitsOf = (text: string) => text.replaceAll(/\D/g, '');

function holdsName(text: string, { identity }: KnownClient): boolean {
  if (!identity) return false;
  const words = wordsOf(text);
  const [given, family] = [wordsOf(identity.given_name), wordsOf(identity.family_name)];
  const isIn = (name: readonly string[]) => name.length > 0 && name.every((word) => words.includes(word));
  const isPart = words.length > 0 && words.every((word) => given.includes(word) || family.includes(word));
  return isPart || (isIn(given) && isIn(family));
}

function holdsAddress(text: string, { contact }: KnownClient): boolean {
  const { email, phone } = contact ?? {};
  if (email !== undefined && text.toLowerCase().includes(email.toLowerCase())) return true;
  const number = digitsOf(phone ?? '').slice(-10);
  return number.length >= DIGITS_MIN && digitsOf(text).includes(number);
}

/** Whether it says who the client is: that belongs into the client's own fields, which consent and erasure govern. */
export const namesClient = (text: string, client: KnownClient): boolean =>
  holdsName(text, client) || holdsAddress(text, client);

/** What is left after a change in which null takes away. */
export function mergeMetadata(
  before: Readonly<Record<string, string>>,
  change: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const merged = { ...before, ...change };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
