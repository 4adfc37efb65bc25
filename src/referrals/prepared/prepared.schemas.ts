import * as v from 'valibot';
import { NewConsentSchema } from '../../consents/consents.schemas.ts';
import { id, slug, timeOut, toTime } from '../../http/fields.ts';
import { toETag } from '../../ledger/versions.ts';
import type { Vault } from '../../platform/vault/vault.ts';
import { IntakeAnswersSchema } from '../../practices/intake/questions.ts';
import { ClientSchema, DisclosedClientSchema } from '../client.schemas.ts';
import { NewReferralSchema } from '../new-referral.schemas.ts';
import { clientExample, summaryExample } from '../referrals.examples.ts';
import type { PreparedRow, WholePreparedRow } from './prepared.repository.ts';
import { STANDINGS, standingOf } from './standing.ts';

// What is judged against a receiver or a consent is said when it is sent.
const {
  receiver_practice_id: _receiver,
  candidates: _candidates,
  allow_duplicate,
  previous_id: _previous,
  source: _source,
  consent: _consent,
  client: _client,
  ...prepared
} = NewReferralSchema.entries;

const { intake: _intake, ...client } = ClientSchema.entries;

/** A referral that is prepared for a colleague who is not on the exchange yet. @schema PreparedReferralRequest */
export const NewPreparedSchema = v.strictObject({
  /** Your invitation to her, by which she may still come. */
  invitation_id: id('join_invitation'),
  ...prepared,
  /**
   * Who the client is. It is encrypted, and leaves only once it is sent, as far as the consent allows. What the colleague
   * asks of new clients is answered then, as she asks nothing yet.
   */
  client: v.strictObject(client),
});
export type NewPrepared = v.InferOutput<typeof NewPreparedSchema>;
/** What is kept of it, sealed. */
export type PreparedWish = Omit<NewPrepared, 'invitation_id'>;

/** Another invitation. @schema PreparedReferralChange */
export const PreparedChangeSchema = v.strictObject({
  /** Another invitation of yours, by which somebody may still come. */
  invitation_id: id('join_invitation'),
});

/** What is said when a prepared referral is sent. @schema SendPreparedReferralRequest */
export const SendPreparedSchema = v.strictObject({
  /** Another practice than the one that came by the invitation: a partner of yours. */
  receiver_practice_id: v.optional(id('practice')),
  /** Another service or assessment, where the receiver calls it otherwise. */
  service: v.optional(slug),
  /** `true`: the receiver does not list the service, and you agreed on it; without it as you prepared it. */
  outside_offer: v.optional(v.boolean('must be true or false')),
  allow_duplicate,
  /** Answers to what the receiver asks about the service, by the names of the questions. */
  intake: v.optional(IntakeAnswersSchema),
  /** The client’s consent, which names the receiver: one that is on record, or the wish to ask the client on our page. */
  consent: v.optional(NewConsentSchema),
});
export type SendPrepared = v.InferOutput<typeof SendPreparedSchema>;

const summary = {
  /** Its id. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** How it stands. */
  state: v.picklist(STANDINGS),
  /** The invitation. */
  invitation_id: v.string(),
  /** The colleague, as you called her. */
  invitee_name: v.string(),
  /** Her practice, once she takes part. */
  receiver_practice_id: v.nullable(v.string()),
  /** The referral that was made of it; null: it was not sent. */
  referral_id: v.nullable(v.string()),
  /** The service that the client needs. */
  service: v.string(),
  /** Why the client is referred, a code of the catalog. */
  reason: v.string(),
  /** When its client’s data is deleted, unless it was sent before. */
  expires_at: timeOut,
  /** When it was made. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
};

/** A prepared referral without its client. @schema PreparedReferralSummary */
export const PreparedSummarySchema = v.object(summary);

/** A referral that you prepared: nobody else knows of it. @schema PreparedReferral */
export const PreparedSchema = v.object({
  ...summary,
  /** The client, as you handed the data in; null once it is sent, discarded or expired. */
  client: v.nullable(DisclosedClientSchema),
});

export function presentPreparedSummary(
  row: PreparedRow,
  now: number,
): v.InferOutput<typeof PreparedSummarySchema> {
  const state = standingOf(row, now);
  return {
    id: row.id,
    version: row.version,
    state,
    invitation_id: row.invitation_id,
    invitee_name: row.invitation.invitee_name,
    // Before she is admitted nobody is told who registered.
    receiver_practice_id: row.invitation.decision === 'admitted' ? row.invitation.practice_id : null,
    referral_id: row.referral_id,
    service: row.service,
    reason: row.reason,
    expires_at: toTime(row.expires_at),
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  };
}

const placeOf = (preparedId: string) =>
  ({ column: 'prepared_referrals.sealed_wish', row: preparedId }) as const;

export const sealWish = (vault: Vault, preparedId: string, wish: PreparedWish) =>
  vault.sealSecret(JSON.stringify(wish), placeOf(preparedId));

export const openWish = async (vault: Vault, preparedId: string, sealed: string) =>
  JSON.parse(await vault.openSecret(sealed, placeOf(preparedId))) as PreparedWish;

/** Whole, for its sender. What is past its time is not shown any more, whether or not it is deleted yet. */
export async function showPrepared(row: WholePreparedRow, vault: Vault, now: number) {
  const shown = presentPreparedSummary(row, now);
  const isKept = row.sealed_wish !== null && shown.state !== 'expired';
  const client = isKept ? (await openWish(vault, row.id, row.sealed_wish as string)).client : null;
  return { body: { ...shown, client }, headers: { ETag: toETag(row.version) } };
}

export const preparedSummaryExample = {
  id: 'prf_01k8vb1s2wf7r8tck5e8t3d7m2',
  version: 1,
  state: 'waiting',
  invitation_id: 'inv_01k8vb0z0pe2hsp4n7f2s6w9cr',
  invitee_name: 'Robin Cedar',
  receiver_practice_id: null,
  referral_id: null,
  service: summaryExample.service,
  reason: summaryExample.reason,
  expires_at: '2027-01-03T14:05:00.000Z',
  created_at: '2026-10-05T14:05:00.000Z',
  updated_at: '2026-10-05T14:05:00.000Z',
};
export const preparedExample = { ...preparedSummaryExample, client: clientExample };
