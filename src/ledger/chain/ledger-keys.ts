/** The keys that seal the history. Each link names its key, so that a new one can become current: old ones stay. */

import type { KeyRing, Settings } from '../../env.ts';
import { decodeBase64, encodeBase64 } from '../../platform/base64.ts';
import { toUtf8 } from '../../platform/utf8.ts';

const INFO = toUtf8('referral-exchange/ledger/v1');

async function deriveKey(secret: string): Promise<CryptoKey> {
  const bytes = decodeBase64(secret) ?? new Uint8Array();
  const material = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: INFO },
    material,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign'],
  );
}

export class LedgerKeys {
  readonly #ring: KeyRing;
  readonly #keys = new Map<string, Promise<CryptoKey>>();

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** The id of the key for what is new. */
  get current(): string {
    return this.#ring.current;
  }

  has(keyId: string): boolean {
    return Object.hasOwn(this.#ring.keys, keyId);
  }

  /** A keyed hash over values in their order; null where there is no such key. */
  async hash(keyId: string, values: readonly unknown[]): Promise<string | null> {
    if (!this.has(keyId)) return null;
    let key = this.#keys.get(keyId);
    if (!key) {
      key = deriveKey(this.#ring.keys[keyId] ?? '');
      this.#keys.set(keyId, key);
    }
    const text = toUtf8(JSON.stringify(values));
    return encodeBase64(new Uint8Array(await crypto.subtle.sign('HMAC', await key, text)));
  }
}

const known = new WeakMap<object, LedgerKeys>();

export function ledgerKeysOf({ ledgerKeys: ring }: Pick<Settings, 'ledgerKeys'>): LedgerKeys {
  let keys = known.get(ring);
  if (!keys) {
    keys = new LedgerKeys(ring);
    known.set(ring, keys);
  }
  return keys;
}
