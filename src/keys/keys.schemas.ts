import * as v from 'valibot';
import { line, oneOf, setOf, time, timeOut, timeOutOrNull, toTime } from '../http/fields.ts';
import { PRACTICE_SCOPES, type PracticeScope } from '../platform/access/scopes.ts';
import { KEY_CREATORS } from '../platform/db/schema.ts';
import type { KeyRow } from './keys.repository.ts';

/** A new key. @schema KeyRequest */
export const NewKeySchema = v.strictObject({
  /** What it is for, in your words, such as `CRM`. */
  name: line(100),
  /** What it may do; without it everything that a practice’s key can. */
  scopes: v.optional(setOf(oneOf(PRACTICE_SCOPES), PRACTICE_SCOPES.length, 1), [...PRACTICE_SCOPES]),
  /** When it stops working, in the future; null: never. */
  expires_at: v.optional(v.nullable(time), null),
});

/** An API key, without its secret. @schema Key */
export const KeySchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Whose it is. */
  practice_id: v.string(),
  /** What it is for. */
  name: v.string(),
  /** The last four characters of the secret. */
  secret_hint: v.string(),
  /** What it may do. */
  scopes: v.array(v.picklist(PRACTICE_SCOPES)),
  /** When it stops working; null: never. */
  expires_at: timeOutOrNull,
  /** When it was last used, to the minute or so; null: never. */
  last_used_at: timeOutOrNull,
  /** Since when it no longer works because it was revoked. */
  revoked_at: timeOutOrNull,
  /** By whom it was made; null for keys from before it was noted. */
  created_by: v.nullable(v.picklist(KEY_CREATORS)),
  /** The key by which it was made; null where it was none. */
  created_by_key_id: v.nullable(v.string()),
  /** When it was made. */
  created_at: timeOut,
});

/** A new key with its secret. @schema CreatedKey */
export const CreatedKeySchema = v.object({
  ...KeySchema.entries,
  /** The key itself: shown once, null in a replay. */
  secret: v.nullable(v.string()),
});

export function presentKey(row: KeyRow): v.InferOutput<typeof KeySchema> {
  return {
    id: row.id,
    practice_id: row.practice_id ?? '',
    name: row.name,
    secret_hint: row.secret_hint,
    scopes: row.scopes as PracticeScope[],
    expires_at: toTime(row.expires_at),
    last_used_at: toTime(row.last_used_at),
    revoked_at: toTime(row.revoked_at),
    created_by: row.created_by,
    created_by_key_id: row.created_by_key_id,
    created_at: toTime(row.created_at),
  };
}

export const keyExample = {
  id: 'key_01k8vb0d7dfq2tnc8f3x9m5w6s',
  practice_id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
  name: 'CRM',
  secret_hint: '9f3c',
  scopes: ['referrals:read', 'referrals:write', 'events:read'],
  expires_at: '2027-10-01T00:00:00.000Z',
  last_used_at: null,
  revoked_at: null,
  created_by: 'practice' as const,
  created_by_key_id: 'key_01k8vayw4ne1q9d5s2k7m3x8tb',
  created_at: '2026-10-01T09:00:00.000Z',
};
