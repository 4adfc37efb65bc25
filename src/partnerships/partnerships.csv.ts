/** One's partnerships as a table to take along: with one's own notes, and without anybody else's. */
import type * as v from 'valibot';
import { csvReply } from '../http/csv.ts';
import type { Reply } from '../http/operation.ts';
import type { PartnershipSchema } from './partnerships.schemas.ts';

type Shown = v.InferOutput<typeof PartnershipSchema>;

/** Of one table. */
export const TABLE_ROWS_MAX = 1000;

const COLUMNS = [
  'partnership_id',
  'partner_id',
  'partner_name',
  'state',
  'created_at',
  'answered_at',
  'ended_at',
  'dormant',
  'review_on',
  'attested_by',
  'attested_at',
  'meeting_starts_at',
  'meeting_place',
  'wants_your_newsletter_at',
  'notes',
] as const;

const toCells = (one: Shown, practiceId: string) => {
  const partner = one.inviter.id === practiceId ? one.invitee : one.inviter;
  const { yours } = one.attestation;
  return [
    one.id,
    partner.id,
    partner.name,
    one.state,
    one.created_at,
    one.answered_at,
    one.ended_at,
    one.dormant,
    one.review_on,
    yours?.attested_by ?? null,
    yours?.attested_at ?? null,
    one.meeting?.starts_at ?? null,
    one.meeting?.place ?? null,
    one.newsletter.partners?.email ?? null,
    one.notes,
  ];
};

/** @param practiceId who reads it */
export const toTable = (partnerships: readonly Shown[], practiceId: string): Reply =>
  csvReply(
    'partnerships.csv',
    COLUMNS,
    partnerships.map((one) => toCells(one, practiceId)),
  );
