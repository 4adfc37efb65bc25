/**
 * Links, cursors, sessions and forms: texts that go out and come back, sealed or signed with a key of LINK_KEYS. The
 * id of the key goes along: what was made with one opens as long as that key is there, whichever is current by now.
 */
import { timingSafeEqual } from 'hono/utils/buffer';
import type { KeyRing } from '../../env.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import { fromUtf8, toUtf8 } from '../utf8.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Of tokens from before keys had ids: LINK_KEYS holds the former BLIND_INDEX_KEY by it while they are good. */
const UNNAMED_KEY_ID = 'l0';

const bytesOf = (base64: string) => decodeBase64(base64) ?? new Uint8Array();

/** What is at the beginning of a token: how long the id of its key is, and the id. */
const prefixOf = (keyId: string) => new Uint8Array([keyId.length, ...toUtf8(keyId)]);

export class Tokens {
  readonly #ring: KeyRing;
  readonly #keys = new Map<string, Promise<CryptoKey>>();
  /** By the id of the key and the purpose, which are those of our code. */
  readonly #sealingKeys = new Map<string, Promise<CryptoKey>>();

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  #has(keyId: string): boolean {
    return Object.hasOwn(this.#ring.keys, keyId);
  }

  async #mac(keyId: string, parts: readonly string[]): Promise<string> {
    let key = this.#keys.get(keyId);
    if (!key) {
      const algorithm = { name: 'HMAC', hash: 'SHA-256' };
      key = crypto.subtle.importKey('raw', bytesOf(this.#ring.keys[keyId] ?? ''), algorithm, false, ['sign']);
      this.#keys.set(keyId, key);
    }
    const text = toUtf8(JSON.stringify(parts));
    return encodeBase64(new Uint8Array(await crypto.subtle.sign('HMAC', await key, text)));
  }

  async #makeSealingKey(keyId: string, purpose: string): Promise<CryptoKey> {
    const bytes = bytesOf(await this.#mac(keyId, ['purpose:token-key', purpose]));
    return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
  }

  #sealingKey(keyId: string, purpose: string): Promise<CryptoKey> {
    const name = `${keyId} ${purpose}`;
    const key = this.#sealingKeys.get(name) ?? this.#makeSealingKey(keyId, purpose);
    this.#sealingKeys.set(name, key);
    return key;
  }

  /**
   * An opaque text that only `open` reads. The same words give the same token while the same key is current, so that a
   * message which carries it stays the same: its iv is a keyed hash of the words (as in AES-SIV).
   */
  async seal(purpose: string, words: string): Promise<string> {
    const keyId = this.#ring.current;
    const mac = await this.#mac(keyId, ['purpose:token-iv', purpose, words]);
    const iv = bytesOf(mac).slice(0, IV_BYTES);
    const key = await this.#sealingKey(keyId, purpose);
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, toUtf8(words));
    const bytes = new Uint8Array([...prefixOf(keyId), ...iv, ...new Uint8Array(sealed)]);
    return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  }

  /** Null for every text that `seal` did not make for this purpose, or by a key that is gone. */
  async open(purpose: string, token: string): Promise<string | null> {
    // `atob` would take a token with spaces for the same one.
    const bytes = /^[\w-]+$/.test(token)
      ? decodeBase64(token.replaceAll('-', '+').replaceAll('_', '/'))
      : null;
    if (!bytes) return null;
    const keyId = Object.keys(this.#ring.keys).find((id) =>
      prefixOf(id).every((byte, index) => byte === bytes[index]),
    );
    const named = keyId && (await this.#decrypt(keyId, purpose, bytes.slice(1 + keyId.length)));
    return named || (this.#has(UNNAMED_KEY_ID) ? this.#decrypt(UNNAMED_KEY_ID, purpose, bytes) : null);
  }

  async #decrypt(keyId: string, purpose: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
    if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
    const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, IV_BYTES) };
    try {
      const key = await this.#sealingKey(keyId, purpose);
      return fromUtf8(await crypto.subtle.decrypt(algorithm, key, bytes.slice(IV_BYTES)));
    } catch {
      return null;
    }
  }

  /** A keyed hash of the parts, with the id of its key: `<key id>.<hash>`. */
  async sign(purpose: string, ...parts: string[]): Promise<string> {
    const keyId = this.#ring.current;
    return `${keyId}.${await this.#mac(keyId, [`purpose:${purpose}`, ...parts])}`;
  }

  /** Whether `sign` made this for the same purpose and parts, with a key that is still there. */
  async isSigned(signature: string, purpose: string, ...parts: string[]): Promise<boolean> {
    const [keyId = '', hash = ''] = signature.split('.');
    if (!this.#has(keyId)) return false;
    return timingSafeEqual(hash, await this.#mac(keyId, [`purpose:${purpose}`, ...parts]));
  }
}
