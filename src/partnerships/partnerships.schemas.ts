import * as v from 'valibot';
import { id, prose, timeOut, timeOutOrNull, toTime } from '../http/fields.ts';
import { toETag } from '../ledger/versions.ts';
import { PARTNERSHIP_STATES } from '../platform/db/schema.ts';
import { allowedPartnershipMoves, overlapOf, type PartnershipSide } from './lifecycle.ts';
import type { PartnerRow, PartnershipRow } from './partnerships.repository.ts';

/** An invitation to a partnership. @schema InvitationRequest */
export const InvitationSchema = v.strictObject({
  /** The practice that is invited. */
  practice_id: id('practice'),
  /** Who you are and why you write; at most 2,000 characters. The other practice reads it. */
  message: prose(2000),
});

const partner = v.object({
  /** The practice. */
  id: v.string(),
  /** Its name. */
  name: v.string(),
});

/** Two practices that refer to each other. @schema Partnership */
export const PartnershipSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** How it stands. */
  state: v.picklist(PARTNERSHIP_STATES),
  /** Who invited. */
  inviter: partner,
  /** Who was invited. */
  invitee: partner,
  /** The words of the invitation. */
  message: v.string(),
  /** Services and assessments that both offer: they might be competitors. */
  overlap: v.object({
    /** Services that both offer. */
    services: v.array(v.string()),
    /** Assessments that both offer. */
    assessments: v.array(v.string()),
  }),
  /** Who paused it; null where it is not paused. */
  paused_by_practice_id: v.nullable(v.string()),
  /** What you may do now. */
  allowed_moves: v.array(
    v.picklist([
      /** Accept the invitation. */
      'accept',
      /** Decline it. */
      'decline',
      /** Pause new referrals. */
      'pause',
      /** End the pause. */
      'resume',
      /** End the partnership. */
      'end',
    ]),
  ),
  /** When the invitation was answered. */
  answered_at: timeOutOrNull,
  /** When it was ended. */
  ended_at: timeOutOrNull,
  /** When the invitation was made. */
  created_at: timeOut,
  /** When it was last changed. */
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
