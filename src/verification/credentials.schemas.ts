import * as v from 'valibot';
import { line, oneOf, prose, timeOut, timeOutOrNull, toTime } from '../http/fields.ts';
import { CREDENTIAL_KINDS, VERIFICATION_LEVELS } from '../platform/db/schema.ts';
import type { CredentialRow } from './credentials.repository.ts';
import { hasLapsed, shownEnd } from './expiry.ts';

/** How it was verified. @schema VerifyCredentialRequest */
export const VerifyCredentialSchema = v.strictObject({
  /** How surely. */
  level: v.optional(
    oneOf([
      /** Found in a list of the issuer. */
      'registry_matched',
      /** Confirmed by the issuer itself. */
      'source_verified',
    ]),
    'source_verified',
  ),
  /** Where you looked, such as `Look-up on the board’s site`. Verified again without it: as before. */
  source: v.optional(line(300)),
});

/** Why it is rejected. @schema RejectCredentialRequest */
export const RejectCredentialSchema = v.strictObject({
  /** For the practice to read; at most 500 characters. */
  reason: prose(500),
});

/** A credential of a professional. @schema Credential */
export const CredentialSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** The professional. */
  professional_id: v.string(),
  /** What sort of proof it is. */
  kind: v.picklist(CREDENTIAL_KINDS),
  /** What it is called. */
  title: v.string(),
  /** The board or body that issued it; of an insurance the insurer. */
  issuer: v.string(),
  /** Its number there. */
  number: v.string(),
  /** Where it holds (ISO 3166-2); null where it is no licence. */
  jurisdiction: v.nullable(v.string()),
  /** The first day that an insurance covers, before which it does not count; null: no insurance. */
  starts_on: v.nullable(v.string()),
  /** The last day on which it holds; null: it does not end. */
  expires_on: v.nullable(v.string()),
  /** Whether it counts. */
  status: v.picklist([
    /** Nobody has looked yet. */
    'pending',
    /** It counts. */
    'verified',
    /** The operator rejected it. */
    'rejected',
    /** It was verified, and has run out. */
    'lapsed',
    /** It was verified, and does not count now. */
    'suspended',
  ]),
  /** Why it is suspended; null where it is not. */
  suspension_reason: v.nullable(v.string()),
  /** The board whose rosters it is compared with; null: none. */
  board_id: v.nullable(v.string()),
  /** How surely it was verified. */
  level: v.picklist(VERIFICATION_LEVELS),
  /** Where the operator looked. */
  source: v.nullable(v.string()),
  /** Why it was rejected. */
  rejection_reason: v.nullable(v.string()),
  /** When the operator decided. */
  decided_at: timeOutOrNull,
  /** When it was made. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
});

function statusOf(row: CredentialRow, now: number) {
  if (row.status !== 'verified') return row.status;
  if (row.suspended_at !== null) return 'suspended';
  return hasLapsed(row, now) ? 'lapsed' : 'verified';
}

export function presentCredential(row: CredentialRow, now: number): v.InferOutput<typeof CredentialSchema> {
  return {
    id: row.id,
    version: row.version,
    professional_id: row.professional_id,
    kind: row.kind,
    title: row.title,
    issuer: row.issuer,
    number: row.number,
    jurisdiction: row.jurisdiction,
    starts_on: row.starts_on,
    expires_on: shownEnd(row),
    status: statusOf(row, now),
    suspension_reason: row.suspension_reason,
    board_id: row.board_id,
    level: row.level,
    source: row.source,
    rejection_reason: row.rejection_reason,
    decided_at: toTime(row.decided_at),
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  };
}

export const credentialExample = {
  id: 'crd_01k8vazz5qfm4sgv0c9p6h2x7t',
  version: 2,
  professional_id: 'pro_01k8vazw3efr0b6q7n1d8y5k2j',
  kind: 'licence',
  title: 'Licensed Independent Mental Health Practitioner',
  issuer: 'Board of Mental Health Practice',
  number: 'LIMHP-1234',
  jurisdiction: 'US-NE',
  starts_on: null,
  expires_on: '2027-09-01',
  status: 'verified',
  suspension_reason: null,
  board_id: null,
  level: 'source_verified',
  source: 'Look-up on the board’s site',
  rejection_reason: null,
  decided_at: '2026-10-01T09:30:00.000Z',
  created_at: '2026-10-01T09:00:00.000Z',
  updated_at: '2026-10-01T09:30:00.000Z',
};

/** Before anybody has looked. */
export const pendingCredentialExample = {
  ...credentialExample,
  version: 1,
  status: 'pending',
  level: 'self_asserted',
  source: null,
  decided_at: null,
  updated_at: credentialExample.created_at,
};
