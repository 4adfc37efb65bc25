import * as v from 'valibot';
import { oneOf, prose, timeOut, timeOutOrNull, toTime } from '../../http/fields.ts';
import { CASE_KINDS } from '../../platform/db/schema.ts';
import type { CaseCountRow, ShownCase } from './cases.repository.ts';

/** What somebody decided of a case. */
export const RESOLUTIONS = [
  /** It counts. */
  'verified',
  /** It does not, and did not. */
  'rejected',
  /** It does not for now. */
  'suspended',
  /** Nothing changes. */
  'dismissed',
] as const;

/** A case that waits for the operator. @schema VerificationCase */
export const CaseSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Why it waits. */
  kind: v.picklist(CASE_KINDS),
  /** The credential. */
  credential_id: v.string(),
  /** How that stands. */
  credential_status: v.picklist([
    /** Nobody has looked yet. */
    'pending',
    /** It counts. */
    'verified',
    /** The operator rejected it. */
    'rejected',
    /** It was verified, and does not count now. */
    'suspended',
  ]),
  /** The number that was claimed. */
  number: v.string(),
  /** Whose it is. */
  professional_id: v.string(),
  /** The professional’s name. */
  professional_name: v.string(),
  /** The practice. */
  practice_id: v.string(),
  /** Its name. */
  practice_name: v.string(),
  /** The board. */
  board_id: v.nullable(v.string()),
  /** The roster that says something else. */
  roster_id: v.string(),
  /** What was claimed and what is listed; empty where nothing is listed. */
  differences: v.array(
    v.object({
      /** In what they differ. */
      member: v.string(),
      /** What was claimed. */
      claimed: v.nullable(v.string()),
      /** What is listed. */
      listed: v.nullable(v.string()),
    }),
  ),
  /** Since when it waits. */
  created_at: timeOut,
  /** When it was decided; null while it waits. */
  resolved_at: timeOutOrNull,
  /** What was decided; null while it waits. */
  resolution: v.nullable(v.picklist(RESOLUTIONS)),
});

/** A decision on a case. @schema CaseResolution */
export const ResolutionSchema = v.strictObject({
  /** What is decided. */
  resolution: oneOf(RESOLUTIONS),
  /** Why; the practice reads it where the credential is rejected or suspended. At most 500 characters. */
  reason: prose(500),
});

/** How many credentials wait for you. @schema VerificationCaseCounts */
export const CaseCountsSchema = v.object({
  /** All of them. */
  total: v.number(),
  /** Since when the oldest waits; null where none does. */
  oldest_at: timeOutOrNull,
  /** By the reason for which they wait. */
  by_kind: v.object({
    /** The roster says something else. */
    disagrees: v.number(),
    /** It says that they have ended. */
    lapsed: v.number(),
    /** It says that their holders were disciplined. */
    disciplined: v.number(),
    /** It does not have them. */
    unlisted: v.number(),
    /** Somebody else has the same one. */
    claimed_twice: v.number(),
  }),
});

export const caseCountsExample = {
  total: 3,
  oldest_at: '2026-10-01T09:00:00.000Z',
  by_kind: { disagrees: 2, lapsed: 0, disciplined: 0, unlisted: 1, claimed_twice: 0 },
};

export function presentCounts(rows: readonly CaseCountRow[]): v.InferOutput<typeof CaseCountsSchema> {
  const countOf = (kind: string) => rows.find((row) => row.kind === kind)?.count ?? 0;
  const oldest = rows.length === 0 ? null : Math.min(...rows.map((row) => row.oldest_at));
  return {
    total: rows.reduce((sum, { count }) => sum + count, 0),
    oldest_at: toTime(oldest),
    by_kind: Object.fromEntries(CASE_KINDS.map((kind) => [kind, countOf(kind)])) as Record<
      (typeof CASE_KINDS)[number],
      number
    >,
  };
}

export const presentCase = (row: ShownCase): v.InferOutput<typeof CaseSchema> => {
  const { suspended_at, credential_status, created_at, resolved_at, differences, ...shown } = row;
  return {
    ...shown,
    credential_status: suspended_at === null ? credential_status : 'suspended',
    differences: [...differences],
    created_at: toTime(created_at),
    resolved_at: toTime(resolved_at),
  };
};

export const caseExample = {
  id: 'vcs_01k8vazz5qfm4sgv0c9p6h2x7t',
  kind: 'disagrees',
  credential_id: 'crd_01k8vazz5qfm4sgv0c9p6h2x7t',
  credential_status: 'pending',
  number: 'LIMHP-1234',
  professional_id: 'pro_01k8vazw3efr0b6q7n1d8y5k2j',
  professional_name: 'Jordan Alder',
  practice_id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
  practice_name: 'Elm Street Counseling',
  board_id: 'brd_01k8vazz5qfm4sgv0c9p6h2x7t',
  roster_id: 'ros_01k8vazz5qfm4sgv0c9p6h2x7t',
  differences: [{ member: 'name', claimed: 'Jordan Alder', listed: 'Alder, J.' }],
  created_at: '2026-10-01T09:00:00.000Z',
  resolved_at: null,
  resolution: null,
};
