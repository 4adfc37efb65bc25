/**
 * The UUIDs of HSDS. An organization has its practice's own. What has no id here gets one that is reckoned from what it is,
 * so that it stays the same and nothing of it is stored (UUIDv8, RFC 9562, 5.8).
 */
import { idOfUuid, uuidOf } from '../../platform/db/ids.ts';
import { toUtf8 } from '../../platform/utf8.ts';

const PRIME = 0x100000001b3n;
const OFFSET = 0xcbf29ce484222325n;

/** FNV-1a, 64 bits (draft-eastlake-fnv). */
function hash(text: string): string {
  let sum = OFFSET;
  for (const byte of toUtf8(text)) sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * PRIME);
  return sum.toString(16).padStart(16, '0');
}

const VARIANTS = '89ab';

/** Of 32 hexadecimal digits, six bits of which say what sort of UUID it is. */
function toUuid(digits: string): string {
  const variant = VARIANTS.charAt(Number.parseInt(digits.charAt(16), 16) % 4);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
}

/** The UUID of what all practices have in common: a taxonomy, a term. */
export const sharedUuid = (...names: readonly string[]): string =>
  toUuid(hash(`1 ${names.join(' ')}`) + hash(`2 ${names.join(' ')}`));

/** The UUID of something of a practice. It begins as the practice's own does: `practicesOf` finds the way back. */
export const uuidWithin = (practiceId: string, ...names: readonly string[]): string => {
  const uuid = uuidOf(practiceId);
  return toUuid(uuid.replaceAll('-', '').slice(0, 16) + hash([uuid, ...names].join(' ')));
};

/** Between these two is the practice that the UUID was made for: it shares its first 64 bits with few others or none. */
export function practicesOf(uuid: string): { readonly lowest: string; readonly highest: string } {
  const start = `${uuid.slice(0, 14)}7${uuid.slice(15, 18)}`;
  return {
    lowest: idOfUuid('practice', `${start}-0000-000000000000`),
    highest: idOfUuid('practice', `${start}-ffff-ffffffffffff`),
  };
}
