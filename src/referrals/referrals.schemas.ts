/** Wire types of referrals. */
import * as v from 'valibot';
import { CATEGORIES, ConsentSchema, NewConsentSchema } from '../consents/consents.schemas.ts';
import {
  id,
  jurisdiction,
  languages,
  line,
  oneOf,
  prose,
  slug,
  time,
  timeOut,
  timeOutOrNull,
  wholeNumber,
} from '../http/fields.ts';
import { REFERRAL_STATES } from '../platform/db/states.ts';
import { ClientSchema, DisclosedClientSchema } from './client.schemas.ts';
import { MOVES } from './lifecycle.ts';

export const REASONS = [
  'beyond_scope',
  'specialty_needed',
  'testing_needed',
  'location',
  'capacity',
  'conflict',
  'client_request',
  'other',
] as const;
export const DECLINE_REASONS = [
  'at_capacity',
  'outside_scope',
  'not_eligible',
  'outside_jurisdiction',
  'conflict_of_interest',
  'fee_or_insurance',
  'modality_unavailable',
  'duplicate',
  'missing_information',
  'other',
] as const;
export const NOT_ENGAGED_REASONS = [
  'could_not_contact',
  'client_not_interested',
  'no_show',
  'chose_other',
  'cost',
  'not_suitable_after_assessment',
  'recipient_withdrew',
  'other',
] as const;
export const URGENCIES = ['routine', 'soon', 'urgent'] as const;
export const CONTACT_KINDS = [
  'attempted',
  'reached',
  'scheduled',
  'no_show',
  'appointment_cancelled',
] as const;
/**
 * `withheld_categories`: the endpoint is spared all that the consent covers. `practice_suspended`: the reader itself is.
 */
export const WITHHELD_REASONS = [
  'not_accepted',
  'no_active_consent',
  'referral_ended',
  'erased',
  'withheld_categories',
  'practice_suspended',
  'sender_suspended',
] as const;

export const RESPOND_WITHIN_HOURS_DEFAULT = 168;
export const RESPOND_WITHIN_HOURS_MAX = 720;

export const NewReferralSchema = v.strictObject({
  receiver_practice_id: id('practice'),
  professional_id: v.optional(id('professional')),
  service: slug,
  reason: oneOf(REASONS),
  urgency: v.optional(oneOf(URGENCIES), 'routine'),
  languages: v.optional(languages, []),
  client_jurisdiction: jurisdiction,
  client_city: v.optional(line(120)),
  respond_within_hours: v.optional(wholeNumber(1, RESPOND_WITHIN_HOURS_MAX), RESPOND_WITHIN_HOURS_DEFAULT),
  disclose: v.optional(oneOf(['on_accept', 'on_send']), 'on_accept'),
  previous_id: v.optional(id('referral')),
  allow_duplicate: v.optional(v.boolean('must be true or false'), false),
  client: ClientSchema,
  consent: v.optional(NewConsentSchema),
});

/** A reason with a note, beside other members. */
export const reasoned = <const T extends readonly string[], E extends v.ObjectEntries>(
  reasons: T,
  others: E,
) =>
  v.pipe(
    v.strictObject({ ...others, reason: oneOf(reasons), note: v.optional(prose(2000)) }),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const { reason, note } = dataset.value as { reason: string; note?: string };
      if (reason !== 'other' || note !== undefined) return;
      addIssue({
        message: 'is required with the reason `other`',
        path: [
          { type: 'object', origin: 'value', input: dataset.value as never, key: 'note', value: undefined },
        ],
      });
    }),
  );

export const AcceptSchema = v.strictObject({ professional_id: v.optional(id('professional')) });
export const DeclineSchema = reasoned(DECLINE_REASONS, {});
export const NotEngagedSchema = reasoned(NOT_ENGAGED_REASONS, {});
export const QuestionSchema = v.strictObject({ question: prose(2000) });
export const AnswerSchema = v.strictObject({ answer: prose(4000) });
export const ContactInputSchema = v.strictObject({
  kind: oneOf(CONTACT_KINDS),
  occurred_at: v.optional(time),
});

const party = v.object({
  practice_id: v.string(),
  name: v.string(),
  professional_id: v.nullable(v.string()),
});

const summary = {
  id: v.string(),
  version: v.number(),
  direction: v.picklist(['sent', 'received']),
  state: v.picklist(REFERRAL_STATES),
  sender: party,
  receiver: party,
  partnership_id: v.string(),
  previous_id: v.nullable(v.string()),
  service: v.string(),
  reason: v.picklist(REASONS),
  urgency: v.picklist(URGENCIES),
  languages: v.array(v.string()),
  client_jurisdiction: v.string(),
  client_city: v.nullable(v.string()),
  disclose: v.picklist(['on_accept', 'on_send']),
  sent_at: timeOutOrNull,
  respond_by: timeOutOrNull,
  answered_at: timeOutOrNull,
  accepted_at: timeOutOrNull,
  decline_reason: v.nullable(v.picklist(DECLINE_REASONS)),
  engaged_at: timeOutOrNull,
  outcome_at: timeOutOrNull,
  not_engaged_reason: v.nullable(v.picklist(NOT_ENGAGED_REASONS)),
  completed_at: timeOutOrNull,
  ended_at: timeOutOrNull,
  /** When a webhook endpoint of the receiver took the news of it; null: not yet, or the receiver has none. */
  reached_at: timeOutOrNull,
  /** False: the CRM took it and does not say what it made of it, as Salesforce’s web-to-lead. Null: not reached. */
  reached_confirmed: v.nullable(v.boolean()),
  /** Since then nothing of the client is left here. */
  erased_at: timeOutOrNull,
  /** True for the sender while the consent lets no outcome reach it: the referral looks `accepted` to it. */
  outcome_withheld: v.boolean(),
  allowed_moves: v.array(v.picklist(MOVES)),
  created_at: timeOut,
  updated_at: timeOut,
};

export const ReferralSummarySchema = v.object(summary);

/** What a webhook tells of a referral beside the event itself, however thin it is. */
export const PREVIEW_MEMBERS = [
  'id',
  'direction',
  'sender',
  'receiver',
  'service',
  'reason',
  'urgency',
  'languages',
  'client_jurisdiction',
  'client_city',
  'sent_at',
  'respond_by',
] as const;
export type Preview = Pick<v.InferOutput<typeof ReferralSummarySchema>, (typeof PREVIEW_MEMBERS)[number]>;

export const ReferralSchema = v.object({
  ...summary,
  /** Null while it is withheld; `client_withheld` says why. */
  client: v.nullable(DisclosedClientSchema),
  client_withheld: v.nullable(v.picklist(WITHHELD_REASONS)),
  disclosed_categories: v.array(v.picklist([...CATEGORIES, 'messages'])),
  redisclosure_notice: v.nullable(v.string()),
  consent: v.nullable(ConsentSchema),
  /** For the sender: the link by which the client is asked, while one is open. */
  consent_request: v.nullable(
    v.object({
      id: v.string(),
      expires_at: timeOut,
      /** Somebody gave wrong last names too often and has to wait, at the latest until `locked_until`. */
      locked: v.boolean(),
      locked_until: timeOutOrNull,
      /** How many wrong ones were given so far: where it is not the client who tries, make a new link. */
      names_tried: v.number(),
      created_at: timeOut,
    }),
  ),
  /** For the client. Shown once, when the link is made: pass it on. Null in every other answer. */
  consent_url: v.nullable(v.string()),
  messages: v.array(
    v.object({
      id: v.string(),
      kind: v.picklist(['question', 'answer', 'decline_note', 'not_engaged_note']),
      author: v.picklist(['sender', 'receiver']),
      /** Null while the consent withholds it. */
      text: v.nullable(v.string()),
      created_at: timeOut,
    }),
  ),
  contacts: v.array(v.object({ id: v.string(), kind: v.picklist(CONTACT_KINDS), occurred_at: timeOut })),
});
