import * as v from 'valibot';
import { id, prose, timeOut, timeOutOrNull, toTime } from '../http/fields.ts';
import { toETag } from '../ledger/versions.ts';
import { PARTNERSHIP_STATES } from '../platform/db/schema.ts';
import { allowedPartnershipMoves, overlapOf, type PartnershipSide } from './lifecycle.ts';
import type { PartnerRow, PartnershipRow } from './partnerships.repository.ts';

export const InvitationSchema = v.strictObject({ practice_id: id('practice'), message: prose(2000) });

const partner = v.object({ id: v.string(), name: v.string() });

export const PartnershipSchema = v.object({
  id: v.string(),
  version: v.number(),
  state: v.picklist(PARTNERSHIP_STATES),
  inviter: partner,
  invitee: partner,
  message: v.string(),
  /** Services and assessments that both offer. */
  overlap: v.object({ services: v.array(v.string()), assessments: v.array(v.string()) }),
  paused_by_practice_id: v.nullable(v.string()),
  allowed_moves: v.array(v.picklist(['accept', 'decline', 'pause', 'resume', 'end'])),
  answered_at: timeOutOrNull,
  ended_at: timeOutOrNull,
  created_at: timeOut,
  updated_at: timeOut,
});

export const sideOf = (row: PartnershipRow, practiceId: string | null): PartnershipSide | null =>
  row.inviter_practice_id === practiceId
    ? 'inviter'
    : row.invitee_practice_id === practiceId
      ? 'invitee'
      : null;

export function presentPartnership(
  row: PartnershipRow,
  partners: readonly PartnerRow[],
  side: PartnershipSide,
): v.InferOutput<typeof PartnershipSchema> {
  const partnerOf = (practiceId: string) => partners.find((one) => one.id === practiceId);
  const inviter = partnerOf(row.inviter_practice_id);
  const invitee = partnerOf(row.invitee_practice_id);
  return {
    id: row.id,
    version: row.version,
    state: row.state,
    inviter: { id: row.inviter_practice_id, name: inviter?.name ?? '' },
    invitee: { id: row.invitee_practice_id, name: invitee?.name ?? '' },
    message: row.message,
    overlap: {
      services: overlapOf(inviter?.services ?? [], invitee?.services ?? []),
      assessments: overlapOf(inviter?.assessments ?? [], invitee?.assessments ?? []),
    },
    paused_by_practice_id: row.paused_by_practice_id,
    allowed_moves: allowedPartnershipMoves(row.state, side, sideOf(row, row.paused_by_practice_id)),
    answered_at: toTime(row.answered_at),
    ended_at: toTime(row.ended_at),
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  };
}

export const showPartnership = (
  row: PartnershipRow,
  partners: readonly PartnerRow[],
  side: PartnershipSide,
) => ({ body: presentPartnership(row, partners, side), headers: { ETag: toETag(row.version) } });

export const partnershipExample = {
  id: 'prt_01k8vb0z0pe2hsp4n7f2s6w9cq',
  version: 2,
  state: 'active',
  inviter: { id: 'prc_01k8vayj1hf7trxq1n3d5c8v2k', name: 'Prairie Résumés' },
  invitee: { id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd', name: 'Elm Street Counseling' },
  message: 'We write résumés in Omaha and often meet clients who need testing. Shall we meet?',
  overlap: { services: ['interview_coaching'], assessments: [] },
  paused_by_practice_id: null,
  allowed_moves: ['pause', 'end'],
  answered_at: '2026-10-02T10:00:00.000Z',
  ended_at: null,
  created_at: '2026-10-01T10:00:00.000Z',
  updated_at: '2026-10-02T10:00:00.000Z',
};
