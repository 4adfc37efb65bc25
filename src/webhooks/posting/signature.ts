/** Signatures after the Standard Webhooks specification: `v1,` and base64 of HMAC-SHA256. */
import { decodeBase64, encodeBase64 } from '../../platform/base64.ts';
import { toUtf8 } from '../../platform/utf8.ts';

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

export function createSecret(): string {
  return SECRET_PREFIX + encodeBase64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
}

export interface SignedMessage {
  /** Same on every attempt; holds no dot. */
  readonly id: string;
  /** Of this attempt, Unix seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** A signature by one secret. */
export async function sign(secret: string, { id, timestamp, body }: SignedMessage): Promise<string> {
  const bytes = decodeBase64(secret.slice(SECRET_PREFIX.length));
  if (!secret.startsWith(SECRET_PREFIX) || !bytes?.length)
    throw new Error('The secret is not of the form whsec_<base64>.');
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = await crypto.subtle.sign('HMAC', key, toUtf8(`${id}.${timestamp}.${body}`));
  return `v1,${encodeBase64(new Uint8Array(mac))}`;
}

/** The value of `webhook-signature`: while a secret is rotated, the signatures by both, separated by a space. */
export const signWithAll = async (secrets: readonly string[], message: SignedMessage): Promise<string> =>
  (await Promise.all(secrets.map((secret) => sign(secret, message)))).join(' ');
