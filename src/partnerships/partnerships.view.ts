/** A partnership as one of its two practices reads it. */
import type * as v from 'valibot';
import { toTime } from '../http/fields.ts';
import { toETag } from '../ledger/versions.ts';
import { dayIn } from '../platform/days.ts';
import type { Attestation, Subscription } from '../platform/db/schema.ts';
import type { Vault } from '../platform/vault/vault.ts';
import { isRenewalDue } from './attestation.ts';
import { allowedPartnershipMoves, overlapOf, type PartnershipSide } from './lifecycle.ts';
import type {
  NewsletterReaderRow,
  PartnerRow,
  PartnershipRow,
  ReadPartnershipRow,
} from './partnerships.repository.ts';
import type { MeetingSchema, NewsletterReaderSchema, PartnershipSchema } from './partnerships.schemas.ts';

export const sideOf = (
  row: Pick<PartnershipRow, 'inviter_practice_id' | 'invitee_practice_id'>,
  practiceId: string | null,
): PartnershipSide | null =>
  row.inviter_practice_id === practiceId
    ? 'inviter'
    : row.invitee_practice_id === practiceId
      ? 'invitee'
      : null;

export const otherSide = (side: PartnershipSide): PartnershipSide =>
  side === 'inviter' ? 'invitee' : 'inviter';

/** Who reads it, and with what. */
export interface Reader {
  readonly practiceId: string;
  readonly timeZone: string;
  readonly vault: Vault;
  readonly now: number;
}

/** Where the notes of a side stand. */
export const notesPlace = (side: PartnershipSide, partnershipId: string) =>
  ({ column: `partnerships.sealed_${side}_notes`, row: partnershipId }) as const;

export const presentMeeting = (row: PartnershipRow): v.InferOutput<typeof MeetingSchema> | null =>
  row.meeting_starts_at === null || row.meeting_ends_at === null
    ? null
    : {
        starts_at: toTime(row.meeting_starts_at),
        ends_at: toTime(row.meeting_ends_at),
        place: row.meeting_place,
        set_by_practice_id: row.meeting_by_practice_id ?? '',
      };

const presentAttestation = (attestation: Attestation | null, today: string) =>
  attestation && {
    attested_by: attestation.attested_by,
    attested_at: toTime(attestation.attested_at),
    text_version: attestation.text_version,
    renew_on: attestation.renew_on,
    renewal_due: isRenewalDue(attestation, today),
  };

const presentSubscription = (subscription: Subscription | null) =>
  subscription && { email: subscription.email, since: toTime(subscription.since) };

export const presentNewsletterReader = (
  row: NewsletterReaderRow,
): v.InferOutput<typeof NewsletterReaderSchema> => {
  const { email, since } = JSON.parse(row.newsletter) as Subscription;
  return { practice_id: row.practice_id, name: row.name, email, since: toTime(since) };
};

export async function presentPartnership(
  row: ReadPartnershipRow,
  partners: readonly PartnerRow[],
  { practiceId, timeZone, vault, now }: Reader,
): Promise<v.InferOutput<typeof PartnershipSchema>> {
  const side = sideOf(row, practiceId) ?? 'inviter';
  const other = otherSide(side);
  const partnerOf = (id: string) => partners.find((one) => one.id === id);
  const inviter = partnerOf(row.inviter_practice_id);
  const invitee = partnerOf(row.invitee_practice_id);
  const today = dayIn(timeZone, now);
  const notes = row[`sealed_${side}_notes`];
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
    // What has just been changed is not dormant.
    dormant: row.dormant === 1,
    review_on: row.review_on,
    meeting: presentMeeting(row),
    attestation: {
      yours: presentAttestation(row[`${side}_attestation`], today),
      partners: presentAttestation(row[`${other}_attestation`], today),
    },
    newsletter: {
      yours: presentSubscription(row[`${side}_newsletter`]),
      partners: presentSubscription(row[`${other}_newsletter`]),
    },
    notes: notes && (await vault.openSecret(notes, notesPlace(side, row.id))),
    answered_at: toTime(row.answered_at),
    ended_at: toTime(row.ended_at),
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  };
}

export const showPartnership = async (
  row: ReadPartnershipRow,
  partners: readonly PartnerRow[],
  reader: Reader,
) => ({
  body: await presentPartnership(row, partners, reader),
  headers: { ETag: toETag(row.version) },
});
