import * as v from 'valibot';
import { date, jurisdiction, line, oneOf, prose, timeOut, timeOutOrNull, toTime } from '../http/fields.ts';
import { CREDENTIAL_KINDS, VERIFICATION_LEVELS } from '../platform/db/schema.ts';
import type { CredentialRow } from './credentials.repository.ts';
import { hasLapsed } from './eligibility.ts';

export const NewCredentialSchema = v.pipe(
  v.strictObject({
    kind: oneOf(CREDENTIAL_KINDS),
    title: line(120),
    issuer: line(160),
    number: line(64),
    jurisdiction: v.optional(jurisdiction),
    expires_on: date,
  }),
  v.forward(
    v.check(
      (credential) => credential.kind !== 'licence' || credential.jurisdiction !== undefined,
      'is required for a licence',
    ),
    ['jurisdiction'],
  ),
);

export const VerifyCredentialSchema = v.strictObject({
  level: v.optional(oneOf(['registry_matched', 'source_verified']), 'source_verified'),
  source: v.optional(line(300)),
});

export const RejectCredentialSchema = v.strictObject({ reason: prose(500) });

export const CredentialSchema = v.object({
  id: v.string(),
  version: v.number(),
  professional_id: v.string(),
  kind: v.picklist(CREDENTIAL_KINDS),
  title: v.string(),
  issuer: v.string(),
  number: v.string(),
  jurisdiction: v.nullable(v.string()),
  expires_on: v.string(),
  status: v.picklist(['pending', 'verified', 'rejected', 'lapsed']),
  level: v.picklist(VERIFICATION_LEVELS),
  source: v.nullable(v.string()),
  rejection_reason: v.nullable(v.string()),
  decided_at: timeOutOrNull,
  created_at: timeOut,
  updated_at: timeOut,
});

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
    expires_on: row.expires_on,
    status: row.status === 'verified' && hasLapsed(row, now) ? 'lapsed' : row.status,
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
  expires_on: '2027-09-01',
  status: 'verified',
  level: 'source_verified',
  source: 'Look-up on the board’s site',
  rejection_reason: null,
  decided_at: '2026-10-01T09:30:00.000Z',
  created_at: '2026-10-01T09:00:00.000Z',
  updated_at: '2026-10-01T09:30:00.000Z',
};
