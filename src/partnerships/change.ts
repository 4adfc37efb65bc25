/** What two partners change of their partnership beside its state, and what each keeps of it for itself. */
import type * as v from 'valibot';
import { recordEvent } from '../ledger/outbox.ts';
import { dayIn } from '../platform/days.ts';
import type { Query } from '../platform/db/database.ts';
import { MINUTE_MS } from '../platform/durations.ts';
import { invalidInput, Problem } from '../platform/problem.ts';
import { ATTESTATION_VERSION, heldUntil } from './attestation.ts';
import { partiesOf } from './invite.ts';
import { allowedPartnershipMoves, type PartnershipSide } from './lifecycle.ts';
import type { PartnerRow, PartnershipRow } from './partnerships.repository.ts';
import type { AttestationRequestSchema, PartnershipChangeSchema } from './partnerships.schemas.ts';
import { sideOf } from './partnerships.view.ts';
import { defaultReview, requireReviewDay, reviewColumns } from './review.ts';

export type PartnershipChange = v.InferOutput<typeof PartnershipChangeSchema>;
export type AttestationRequest = v.InferOutput<typeof AttestationRequestSchema>;

/** What is decided on. */
export interface Known {
  readonly row: PartnershipRow;
  readonly partners: readonly PartnerRow[];
  readonly side: PartnershipSide;
  readonly timeZone: string;
  readonly now: number;
}

const stateOf = (row: PartnershipRow, side: PartnershipSide) => ({
  state: row.state,
  allowed_moves: allowedPartnershipMoves(row.state, side, sideOf(row, row.paused_by_practice_id)),
});

/** @throws Problem 409 */
export function requireStanding(
  { row, side }: Pick<Known, 'row' | 'side'>,
  states: readonly PartnershipRow['state'][] = ['active', 'paused'],
): void {
  if (!states.includes(row.state))
    throw new Problem('invalid_state', `The partnership is ${row.state}.`, stateOf(row, side));
}

function meetingColumns(
  meeting: NonNullable<PartnershipChange['meeting']> | null,
  { row, side }: Known,
): Partial<PartnershipRow> {
  if (meeting === null)
    return {
      meeting_starts_at: null,
      meeting_ends_at: null,
      meeting_place: null,
      meeting_by_practice_id: null,
    };
  return {
    meeting_starts_at: meeting.starts_at,
    meeting_ends_at: meeting.starts_at + meeting.duration_minutes * MINUTE_MS,
    meeting_place: meeting.place,
    meeting_by_practice_id: row[`${side}_practice_id`],
  };
}

/**
 * What both sides read of a change; empty where nothing of it is theirs to read.
 * @throws Problem 409, 422
 */
export function sharedColumns(change: PartnershipChange, known: Known): Partial<PartnershipRow> {
  const { row, side, partners, timeZone, now } = known;
  const { review_on, meeting, newsletter } = change;
  const today = dayIn(timeZone, now);
  let columns: Partial<PartnershipRow> = {};
  if (meeting !== undefined) {
    requireStanding(known, ['invited', 'active', 'paused']);
    columns = { ...columns, ...meetingColumns(meeting, known) };
  }
  if (newsletter !== undefined) {
    requireStanding(known);
    columns[`${side}_newsletter`] = newsletter && { email: newsletter.email, since: now };
  }
  if (review_on !== undefined) {
    requireStanding(known);
    requireReviewDay(review_on, today);
    if (row.review_on !== null && row.review_on <= today)
      throw invalidInput([
        { pointer: '/review_on', detail: 'has come: attest anew (`POST …/attest`), which sets the next day' },
      ]);
    columns = {
      ...columns,
      ...reviewColumns(review_on, row, partners),
      inviter_attestation: heldUntil(row.inviter_attestation, review_on, today),
      invitee_attestation: heldUntil(row.invitee_attestation, review_on, today),
    };
  }
  return columns;
}

/** @throws Problem 409, 422 */
export function attestedColumns(
  { attested_by, review_on: wanted }: AttestationRequest,
  keyId: string,
  known: Known,
): Partial<PartnershipRow> {
  requireStanding(known);
  const { row, side, partners, timeZone, now } = known;
  const today = dayIn(timeZone, now);
  if (wanted !== undefined) requireReviewDay(wanted, today);
  const stands = row.review_on !== null && row.review_on > today ? row.review_on : null;
  const renew_on = wanted ?? stands ?? defaultReview(today);
  const attestation = {
    attested_by,
    attested_at: now,
    key_id: keyId,
    text_version: ATTESTATION_VERSION,
    renew_on,
  };
  const other = side === 'inviter' ? 'invitee_attestation' : 'inviter_attestation';
  return {
    ...(renew_on === row.review_on
      ? {}
      : { ...reviewColumns(renew_on, row, partners), [other]: heldUntil(row[other], renew_on, today) }),
    [`${side}_attestation`]: attestation,
  };
}

const MEMBERS = ['review_on', 'meeting', 'newsletter'] as const;

/** @param change what was asked for, whose names the event tells */
export const recordChange = (query: Query, { row, side, now }: Known, change: PartnershipChange) =>
  recordEvent(
    query,
    {
      type: 'partnership.updated',
      actor: side,
      referral: null,
      parties: partiesOf(row),
      data: {
        partnership_id: row.id,
        state: row.state,
        changed: MEMBERS.filter((member) => change[member] !== undefined),
      },
    },
    now,
  );
