/**
 * Encryption at rest: AES-256-GCM, everywhere.
 *
 * A sealed text is `v1.<key id>.<iv>.<ciphertext and tag>`, both in base64. Its associated data names the place
 * it stands in (`table.column:row`), so that a ciphertext moved to another row or column does not open.
 * Client data is sealed with a data key of its own for each referral; the data key is wrapped by a master key.
 * Other secrets (of webhook endpoints) are sealed with the master key itself.
 */

import type { Settings } from '../../env.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import { LoggableError } from '../fault.ts';
import { fromUtf8, toUtf8 } from '../utf8.ts';
import { Tokens } from './tokens.ts';

/** Where a ciphertext stands. */
export interface Place {
  readonly column: `${string}.${string}`;
  readonly row: string;
}

/** The tables with columns that a master key seals or wraps, each with the column that names its rows. */
export const MASTER_SEALED_TABLES = {
  client_records: 'referral_id',
  partnerships: 'id',
  prepared_referrals: 'id',
  webhook_endpoints: 'id',
} as const;

/** Of what a master key seals: where it can be read again when it was re-wrapped since it was read. */
export interface MasterPlace extends Place {
  readonly column: `${keyof typeof MASTER_SEALED_TABLES}.${string}`;
  /** The column that it was moved to as it was; it opens as what it was sealed for. */
  readonly movedTo?: string;
}

/** Reads what stands there now; null where nothing does any more. */
export type ReadAgain = (place: MasterPlace) => Promise<string | null>;

/** What was read is under a master key that this Worker does not have (any more, or yet). */
export class KeyGoneError extends LoggableError {
  override name = 'KeyGoneError';
}

/** 144 bits, because so many stand in base64 without an end that says nothing. */
const BLIND_INDEX_BYTES = 18;

const keyIdOf = (sealed: string) => sealed.split('.')[1] ?? '';
const dataKeyPlace = (referralId: string): MasterPlace => ({
  column: 'client_records.wrapped_data_key',
  row: referralId,
});

async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

async function encrypt(
  key: CryptoKey,
  keyId: string,
  plain: Uint8Array<ArrayBuffer>,
  place: Place,
): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = toUtf8(`${place.column}:${place.row}`);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plain);
  return `v1.${keyId}.${encodeBase64(iv)}.${encodeBase64(new Uint8Array(sealed))}`;
}

async function decrypt(key: CryptoKey, sealed: string, place: Place): Promise<Uint8Array<ArrayBuffer>> {
  const [, , iv, ciphertext] = sealed.split('.');
  const additionalData = toUtf8(`${place.column}:${place.row}`);
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: decodeBase64(iv ?? '') ?? new Uint8Array(), additionalData },
    key,
    decodeBase64(ciphertext ?? '') ?? new Uint8Array(),
  );
  return new Uint8Array(plain);
}

/** Seals and opens the columns of one referral. */
export class ReferralVault {
  readonly #dataKey: CryptoKey;
  readonly #referralId: string;
  /** What was sealed here, as JSON: whoever shows it again at once need not open it. */
  readonly #sealedHere = new Map<string, string>();

  constructor(dataKey: CryptoKey, referralId: string) {
    this.#dataKey = dataKey;
    this.#referralId = referralId;
  }

  /** `row` is named where the column stands in a row of its own (a message), else it is the referral's. */
  async seal(column: Place['column'], value: unknown, row = this.#referralId): Promise<string> {
    const json = JSON.stringify(value);
    const sealed = await encrypt(this.#dataKey, 'dk', toUtf8(json), { column, row });
    this.#sealedHere.set(`${column}:${row}:${sealed}`, json);
    return sealed;
  }

  /** @throws where the ciphertext was changed or stands in another place than the one it was sealed for. */
  async open<T>(column: Place['column'], sealed: string, row = this.#referralId): Promise<T> {
    const json =
      this.#sealedHere.get(`${column}:${row}:${sealed}`) ??
      fromUtf8(await decrypt(this.#dataKey, sealed, { column, row }));
    return JSON.parse(json) as T;
  }
}

export interface WrappedDataKey {
  readonly master_key_id: string;
  readonly wrapped_data_key: string;
}

/** Seals and opens with master keys. */
export class MasterVault {
  readonly #settings: Pick<Settings, 'masterKeys'>;
  readonly #readAgain: ReadAgain;
  readonly #masterKeys = new Map<string, Promise<CryptoKey>>();

  /** @param readAgain finds what was re-wrapped since it was read, where the old key is gone by now */
  constructor(settings: Pick<Settings, 'masterKeys'>, readAgain: ReadAgain = async () => null) {
    this.#settings = settings;
    this.#readAgain = readAgain;
  }

  #hasMasterKey(id: string): boolean {
    return Object.hasOwn(this.#settings.masterKeys.keys, id);
  }

  /** @throws KeyGoneError */
  #masterKey(id: string): Promise<CryptoKey> {
    let key = this.#masterKeys.get(id);
    if (!key) {
      if (!this.#hasMasterKey(id))
        throw new KeyGoneError(`No master key "${id}" in MASTER_KEYS: add it back to read what it wrapped.`);
      key = importKey(decodeBase64(this.#settings.masterKeys.keys[id] ?? '') ?? new Uint8Array());
      this.#masterKeys.set(id, key);
    }
    return key;
  }

  /**
   * Opens what a master key sealed. A rotation goes on beside traffic: what was read before it was re-wrapped is read
   * again where its key is gone by now, by whoever opens it and whatever for.
   * @throws KeyGoneError where it stands under a key that is not here.
   */
  async #open(sealed: string, place: MasterPlace): Promise<Uint8Array<ArrayBuffer>> {
    const latest = this.#hasMasterKey(keyIdOf(sealed)) ? sealed : ((await this.#readAgain(place)) ?? sealed);
    return decrypt(await this.#masterKey(keyIdOf(latest)), latest, place);
  }

  async createReferralVault(referralId: string): Promise<{ vault: ReferralVault; wrapped: WrappedDataKey }> {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const vault = new ReferralVault(await importKey(bytes), referralId);
    return { vault, wrapped: await this.#wrap(referralId, bytes) };
  }

  async #wrap(referralId: string, dataKey: Uint8Array<ArrayBuffer>): Promise<WrappedDataKey> {
    const id = this.#settings.masterKeys.current;
    const place = dataKeyPlace(referralId);
    const wrapped_data_key = await encrypt(await this.#masterKey(id), id, dataKey, place);
    return { master_key_id: id, wrapped_data_key };
  }

  async #unwrap(referralId: string, wrapped: WrappedDataKey): Promise<Uint8Array<ArrayBuffer>> {
    return this.#open(wrapped.wrapped_data_key, dataKeyPlace(referralId));
  }

  async openReferralVault(referralId: string, wrapped: WrappedDataKey): Promise<ReferralVault> {
    return new ReferralVault(await importKey(await this.#unwrap(referralId, wrapped)), referralId);
  }

  /** The same data key under the current master key; what it sealed stays as it is. */
  async rewrapDataKey(referralId: string, wrapped: WrappedDataKey): Promise<WrappedDataKey> {
    return this.#wrap(referralId, await this.#unwrap(referralId, wrapped));
  }

  async sealSecret(secret: string, place: MasterPlace): Promise<string> {
    const id = this.#settings.masterKeys.current;
    return encrypt(await this.#masterKey(id), id, toUtf8(secret), place);
  }

  async openSecret(sealed: string, place: MasterPlace): Promise<string> {
    return fromUtf8(await this.#open(sealed, place));
  }

  /** The same secret under the current master key. */
  async rewrapSecret(sealed: string, place: MasterPlace): Promise<string> {
    return this.sealSecret(await this.openSecret(sealed, place), place);
  }
}

/** The secrets that a vault needs. */
export type VaultKeys = Pick<Settings, 'masterKeys' | 'linkKeys' | 'blindIndexKey'>;

/** Everything that is done with the exchange's secrets but sealing its history. */
export class Vault extends MasterVault {
  readonly tokens: Tokens;
  readonly #secret: string;
  #blindIndexKey: Promise<CryptoKey> | undefined;

  constructor(settings: VaultKeys, readAgain?: ReadAgain) {
    super(settings, readAgain);
    this.tokens = new Tokens(settings.linkKeys);
    this.#secret = settings.blindIndexKey;
  }

  /** A keyed hash by which equal values are found without being read. */
  async blindIndex(...parts: string[]): Promise<string> {
    this.#blindIndexKey ??= crypto.subtle.importKey(
      'raw',
      decodeBase64(this.#secret) ?? new Uint8Array(),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    );
    const mac = await crypto.subtle.sign('HMAC', await this.#blindIndexKey, toUtf8(JSON.stringify(parts)));
    return encodeBase64(new Uint8Array(mac).slice(0, BLIND_INDEX_BYTES));
  }
}
