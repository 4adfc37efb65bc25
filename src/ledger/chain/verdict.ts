/**
 * What the last check of a row of referrals found, so that a request can tell it without doing it: how long a check
 * takes tells how much there is to check. The keyed hash keeps whoever can write to the database from writing one. No
 * I/O.
 */
import type { BrokenLink } from '../../platform/db/schema.ts';
import type { LedgerKeys } from './ledger-keys.ts';

/** One check: of every referral after `after_id` up to `last_id`. */
export interface LedgerCheck {
  readonly after_id: string;
  readonly last_id: string;
  /** Milliseconds since the epoch. */
  readonly checked_at: number;
  /** The referrals whose chain does not hold, or is too long to be checked here (null). */
  readonly exceptions: Readonly<Record<string, BrokenLink | null>>;
  readonly hash: string;
}

export interface ReferralVerdict {
  readonly checked_at: number;
  readonly first_broken: BrokenLink | null;
}

/** `<key id>.<hash>` */
async function hashCheck(keys: LedgerKeys, keyId: string, check: Omit<LedgerCheck, 'hash'>): Promise<string> {
  const { after_id, last_id, checked_at, exceptions } = check;
  return `${keyId}.${await keys.hash(keyId, ['check', after_id, last_id, checked_at, exceptions])}`;
}

export const signCheck = async (
  keys: LedgerKeys,
  check: Omit<LedgerCheck, 'hash'>,
): Promise<LedgerCheck> => ({ ...check, hash: await hashCheck(keys, keys.current, check) });

/** Null where the referral was not checked (yet), or not by us. */
export async function verdictIn(
  keys: LedgerKeys,
  check: LedgerCheck | undefined,
  referralId: string,
): Promise<ReferralVerdict | null> {
  if (!check || check.after_id >= referralId || check.last_id < referralId) return null;
  const [keyId = ''] = check.hash.split('.', 1);
  if (!keys.has(keyId) || (await hashCheck(keys, keyId, check)) !== check.hash) return null;
  const exception = check.exceptions[referralId];
  return exception === null ? null : { checked_at: check.checked_at, first_broken: exception ?? null };
}
