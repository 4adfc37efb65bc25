/**
 * By which a sender finds its own referrals of one client: keyed hashes of the name with each of birthday, e-mail and
 * phone, so that whichever the client names is enough. A hash is of one sender's and says nothing to another.
 */
import type { Vault } from '../platform/vault/vault.ts';
import { phoneEndOf } from './client.schemas.ts';
import { foldName } from './names.ts';

export interface NamedClient {
  readonly identity: {
    readonly given_name: string;
    readonly family_name: string;
    readonly date_of_birth?: string | undefined;
  };
  readonly contact?: { readonly email?: string | undefined; readonly phone?: string | undefined } | undefined;
}

export async function toLookups(vault: Vault, senderId: string, client: NamedClient): Promise<string[]> {
  const { identity, contact } = client;
  const name = [foldName(identity.given_name), foldName(identity.family_name)];
  const known = [
    ['born', identity.date_of_birth],
    ['email', contact?.email?.toLowerCase()],
    ['phone', contact?.phone === undefined ? undefined : phoneEndOf(contact.phone)],
  ] as const;
  const lookups = known.flatMap(([kind, value]) =>
    value ? [vault.blindIndex('lookup', senderId, ...name, kind, value)] : [],
  );
  return Promise.all(lookups);
}
