/**
 * API keys: `rx_`, 256 random bits in hexadecimal, and 32 bits of checksum, so that a mistyped or cut key is
 * told apart without asking the database and secret scanners recognize one.
 */
import { toUtf8 } from '../utf8.ts';

const PATTERN = /^rx_([0-9a-f]{64})([0-9a-f]{8})$/;

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += PAIRS[byte];
  return text;
}

export async function sha256Hex(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === 'string' ? toUtf8(data) : data;
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

const checksum = async (secret: string) => (await sha256Hex(`rx_${secret}`)).slice(0, 8);

export interface NewToken {
  /** Shown once. */
  readonly secret: string;
  readonly secret_hash: string;
  /** The last four characters, by which a person tells keys apart. */
  readonly secret_hint: string;
}

export async function createToken(
  randomBytes = crypto.getRandomValues(new Uint8Array(32)),
): Promise<NewToken> {
  const random = toHex(randomBytes);
  const secret = `rx_${random}${await checksum(random)}`;
  return { secret, secret_hash: await sha256Hex(secret), secret_hint: secret.slice(-4) };
}

/** False for anything that cannot be a key of ours. */
export async function isWellFormedToken(text: string): Promise<boolean> {
  const match = PATTERN.exec(text);
  return match !== null && (await checksum(match[1] ?? '')) === match[2];
}
