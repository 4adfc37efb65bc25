/** What a side keeps of a referral for itself: what it may hold, and what a change makes of it. No I/O. */
import { sha256Hex } from '../platform/access/token.ts';
import { type InputFault, invalidInput } from '../platform/problem.ts';
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
    .split(/[\s.,;:/|_=&+()-]+/)
    .map(foldName)
    .filter((word) => word !== '');
const digitsOf = (text: string) => text.replaceAll(/\D/g, '');

function holdsWholeName(text: string, { identity }: KnownClient): boolean {
  if (!identity) return false;
  const words = wordsOf(text);
  return [identity.given_name, identity.family_name].every((name) => {
    const parts = wordsOf(name);
    return parts.length > 0 && parts.every((part) => words.includes(part));
  });
}

function isOfName(text: string, { identity }: KnownClient): boolean {
  if (!identity) return false;
  const words = wordsOf(text);
  const parts = [...wordsOf(identity.given_name), ...wordsOf(identity.family_name)];
  return words.length > 0 && words.every((word) => parts.includes(word));
}

function holdsAddress(text: string, { contact }: KnownClient): boolean {
  const { email, phone } = contact ?? {};
  if (email !== undefined && text.toLowerCase().includes(email.toLowerCase())) return true;
  const number = digitsOf(phone ?? '').slice(-10);
  return number.length >= DIGITS_MIN && digitsOf(text).includes(number);
}

/** Whether it says who the client is: that belongs into the client's own fields, which consent and erasure govern. */
export const namesClient = (text: string, client: KnownClient): boolean =>
  isOfName(text, client) || holdsWholeName(text, client) || holdsAddress(text, client);

/** Of the names that a program gives its values: one word of a client's name may be a word of it, such as `page`. */
const labelNamesClient = (text: string, client: KnownClient): boolean =>
  holdsWholeName(text, client) || holdsAddress(text, client);

/** @throws Problem 422 that names each */
export function requireNoClient(
  own: {
    readonly external_ids: readonly { readonly system: string; readonly id: string | null }[];
    readonly metadata: Readonly<Record<string, string | null>>;
  },
  client: KnownClient,
): void {
  const detail = 'says who the client is: leave it out, here it would not be governed by the consent';
  const faults: InputFault[] = [
    ...own.external_ids.flatMap(({ system, id }, index) => [
      ...(labelNamesClient(system, client) ? [{ pointer: `/external_ids/${index}/system`, detail }] : []),
      ...(id !== null && namesClient(id, client) ? [{ pointer: `/external_ids/${index}/id`, detail }] : []),
    ]),
    ...Object.entries(own.metadata).flatMap(([name, value]) =>
      labelNamesClient(name, client) || (value !== null && namesClient(value, client))
        ? [{ pointer: `/metadata/${name}`, detail }]
        : [],
    ),
  ];
  if (faults.length > 0) throw invalidInput(faults);
}

interface Own {
  readonly external_ids: readonly { readonly system: string; readonly id: string }[];
  readonly metadata: Metadata;
}

/** What tells it from every other state of it, for the `ETag`; null where nothing is kept. */
export async function ownTag({ external_ids, metadata }: Own): Promise<string | null> {
  const entries = Object.entries(metadata).sort(([one], [other]) => (one < other ? -1 : 1));
  if (external_ids.length === 0 && entries.length === 0) return null;
  const ids = external_ids.map(({ system, id }) => [system, id]);
  return (await sha256Hex(JSON.stringify([ids, entries]))).slice(0, 16);
}

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
