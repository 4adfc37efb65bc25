/** Wire types of referrals. */
import * as v from 'valibot';
import {
  CATEGORIES,
  ConsentSchema,
  NewConsentSchema,
  SINGLE_OPTION_REASONS,
} from '../consents/consents.schemas.ts';
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
import { ExternalIdSchema, externalIds, metadata } from './own.schemas.ts';

/** The reasons for a referral that the catalog begins with; tables have a column for each of these. */
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
/** Why a receiver does not take a client on. @schema DeclineReason */
export const DECLINE_REASONS = [
  /** It has no room. */
  'at_capacity',
  /** It does not offer what is needed. */
  'outside_scope',
  /** The client does not meet its conditions. */
  'not_eligible',
  /** It may not work where the client is. */
  'outside_jurisdiction',
  /** It has a conflict of interest. */
  'conflict_of_interest',
  /** What it charges, or the insurance, does not fit. */
  'fee_or_insurance',
  /** It does not work in the way that is needed, such as online. */
  'modality_unavailable',
  /** The client was referred to it already. */
  'duplicate',
  /** Without more information it cannot decide. */
  'missing_information',
  /** Something else; say what in `note`. */
  'other',
] as const;
/** Why a client did not become a client of the receiver. @schema NotEngagedReason */
export const NOT_ENGAGED_REASONS = [
  /** The client could not be reached. */
  'could_not_contact',
  /** The client no longer wanted it. */
  'client_not_interested',
  /** The client did not come. */
  'no_show',
  /** The client chose somebody else. */
  'chose_other',
  /** It cost the client too much. */
  'cost',
  /** It turned out not to fit. */
  'not_suitable_after_assessment',
  /** The receiver could not go on. */
  'recipient_withdrew',
  /** Something else; say what in `note`. */
  'other',
] as const;
/** How soon the client needs an answer. In an emergency do not refer: call. @schema Urgency */
export const URGENCIES = [
  /** In the usual time. */
  'routine',
  /** Sooner than usual. */
  'soon',
  /** As soon as can be. */
  'urgent',
] as const;
/** How a contact with the client went. @schema ContactKind */
export const CONTACT_KINDS = [
  /** Tried, nobody reached. */
  'attempted',
  /** The client was reached. */
  'reached',
  /** An appointment was made. */
  'scheduled',
  /** The client did not come to it. */
  'no_show',
  /** The appointment was cancelled. */
  'appointment_cancelled',
] as const;
/** Why the client is withheld from you. @schema WithheldReason */
export const WITHHELD_REASONS = [
  /** You see who it is when you accept. */
  'not_accepted',
  /** The consent has ended, or does not allow it. */
  'no_active_consent',
  /** The referral has ended. */
  'referral_ended',
  /** The client’s data was erased. */
  'erased',
  /** The endpoint’s `withheld_categories` leave out all that the consent covers. */
  'withheld_categories',
  /** Your practice is suspended. */
  'practice_suspended',
  /** The sender is suspended. */
  'sender_suspended',
] as const;

export const CANDIDATES_MAX = 5;
export const RESPOND_WITHIN_HOURS_DEFAULT = 168;
export const RESPOND_WITHIN_HOURS_MAX = 720;

const newReferral = {
  /** The practice that it goes to: a partner of yours. Left out with `candidates`. */
  receiver_practice_id: v.optional(id('practice')),
  /**
   * Instead of `receiver_practice_id`: 2 to 5 different partners of yours, in the order in which you would name them. The
   * client chooses among them on our page and puts them in an order of their own; `consent` is `{"method": "hosted"}` then.
   */
  candidates: v.optional(
    v.pipe(
      v.array(id('practice'), 'must be an array of ids'),
      v.minLength(2, 'must have at least 2: to one practice it goes with `receiver_practice_id`'),
      v.maxLength(CANDIDATES_MAX, `must have at most ${CANDIDATES_MAX}`),
      v.check((ids) => new Set(ids).size === ids.length, 'must be different practices'),
    ),
  ),
  /** The professional of yours who refers; without it the first who may. */
  professional_id: v.optional(id('professional')),
  /**
   * The service or assessment that the client needs, a code of the catalog, as the receiver names it in its `services` or
   * `assessments`, such as `career_testing`.
   */
  service: slug,
  /** `true`: the receiver does not list the service, and you agreed on it. Else that is refused with `service_not_offered`. */
  outside_offer: v.optional(v.boolean('must be true or false'), false),
  /** Why you refer the client, a code of the catalog, such as `beyond_scope` or `testing_needed`. */
  reason: slug,
  /** How soon the client needs an answer. */
  urgency: v.optional(oneOf(URGENCIES), 'routine'),
  /** Languages that the client speaks, as BCP 47 tags such as `es`; at most 20. */
  languages: v.optional(languages, []),
  /**
   * Where the client is: a country or subdivision of ISO 3166-2, such as `US-NE`. A licensed receiver needs a
   * licence that covers it.
   */
  client_jurisdiction: jurisdiction,
  /** The client’s city; the receiver sees it in the preview. */
  client_city: v.optional(line(120)),
  /**
   * Hours that the receiver has to answer, from 1 hour to 30 days; the clock stands still while it waits for
   * information from you.
   */
  respond_within_hours: v.optional(wholeNumber(1, RESPOND_WITHIN_HOURS_MAX), RESPOND_WITHIN_HOURS_DEFAULT),
  /** When the receiver learns who the client is; `on_send` needs a consent with `disclose_on_send`. */
  disclose: v.optional(
    oneOf([
      /** When it accepts. */
      'on_accept',
      /** With the referral. */
      'on_send',
    ]),
    'on_accept',
  ),
  /** An earlier referral of yours that this one follows, such as one that was declined or forwarded. */
  previous_id: v.optional(id('referral')),
  /** The joint event by which the client came to you: one of which you are a host. The receiver reads it once it accepts. */
  source: v.optional(id('joint_event')),
  /**
   * `true`: also where an earlier referral of the same client to this receiver is open. Otherwise that is refused
   * with `duplicate_referral`.
   */
  allow_duplicate: v.optional(v.boolean('must be true or false'), false),
  /** Who the client is. It is encrypted, and leaves only as far as the consent allows. */
  client: ClientSchema,
  /**
   * The client’s consent: one that is on record, or (`hosted`) the wish to ask the client on our page. Without it
   * the referral is `awaiting_consent`; it is sent once consent is recorded.
   */
  consent: v.optional(NewConsentSchema),
  /** Under which ids your own systems know it; at most 20. The receiver is never told. */
  external_ids: v.optional(externalIds, []),
  /** Texts of your own by name, at most 50, which hold no client data. The receiver is never told. */
  metadata: v.optional(metadata, {}),
};

interface Addressed {
  readonly receiver_practice_id?: string | undefined;
  readonly candidates?: readonly string[] | undefined;
  readonly consent?: { readonly method: string; readonly single_option_reason?: unknown } | undefined;
}

/** What is wrong with to whom it goes. */
function addressFault({ receiver_practice_id, candidates, consent }: Addressed) {
  if (candidates === undefined)
    return receiver_practice_id === undefined
      ? { keys: ['receiver_practice_id'], message: 'is required' }
      : null;
  if (receiver_practice_id !== undefined)
    return { keys: ['receiver_practice_id'], message: 'is left out with `candidates`: name it among them' };
  if (consent?.method !== 'hosted')
    return {
      keys: consent ? ['consent', 'method'] : ['consent'],
      message:
        'must be `hosted` with `candidates`, as the client is to choose; with a consent that names one practice, send the referral to that one by `receiver_practice_id`',
    };
  return consent.single_option_reason === undefined
    ? null
    : { keys: ['consent', 'single_option_reason'], message: 'is said where you name one practice only' };
}

const toOneOrSeveral = <T extends Addressed>() =>
  v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const fault = addressFault(dataset.value);
    if (!fault) return;
    const { keys, message } = fault;
    const path = keys.map((key) => ({
      type: 'object' as const,
      origin: 'value' as const,
      input: dataset.value as never,
      key,
      value: undefined,
    }));
    addIssue({ message, path: path as [(typeof path)[number], ...typeof path] });
  });

/** A new referral. @schema ReferralRequest */
export const NewReferralSchema = v.pipe(v.strictObject(newReferral), toOneOrSeveral());

/** A referral that might be sent. @schema ReferralDraft */
export const ReferralDraftSchema = v.pipe(
  v.strictObject({
    ...newReferral,
    /**
     * Who the client is, where you know it already. Nothing of it is stored: it is only compared with your own open
     * referrals.
     */
    client: v.optional(ClientSchema),
  }),
  toOneOrSeveral(),
);

/** A reason with a note, beside other members. */
export const reasoned = <const T extends readonly string[], E extends v.ObjectEntries>(
  reasons: T,
  others: E,
) =>
  v.pipe(
    v.strictObject({
      ...others,
      /** Why. */
      reason: oneOf(reasons),
      /** More about it, for the other side; at most 2,000 characters. Required with the reason `other`. */
      note: v.optional(prose(2000)),
    }),
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

/** An acceptance. @schema AcceptRequest */
export const AcceptSchema = v.strictObject({
  /** The professional of yours who takes the client on; without it nobody in particular. */
  professional_id: v.optional(id('professional')),
});
/** Why you do not take the client on. @schema DeclineRequest */
export const DeclineSchema = reasoned(DECLINE_REASONS, {});
/** Why the client did not become yours. @schema NotEngagedRequest */
export const NotEngagedSchema = reasoned(NOT_ENGAGED_REASONS, {});
/** A question to the sender. @schema QuestionRequest */
export const QuestionSchema = v.strictObject({
  /** What you need to know; at most 2,000 characters. It leaves only with the consent’s direction `messages`. */
  question: prose(2000),
});
/** An answer to the receiver. @schema ProvideInfoRequest */
export const ProvideInfoSchema = v.strictObject({
  /** At most 4,000 characters. It leaves only with the consent’s direction `messages`. */
  answer: prose(4000),
});
/** A contact with the client. @schema ContactRequest */
export const ContactInputSchema = v.strictObject({
  /** How it went. */
  kind: oneOf(CONTACT_KINDS),
  /** When it was, not in the future; without it now. */
  occurred_at: v.optional(time),
});

const party = v.object({
  /** The practice. */
  practice_id: v.string(),
  /** Its name. */
  name: v.string(),
  /** The professional who is meant; null: nobody in particular. */
  professional_id: v.nullable(v.string()),
});

const summary = {
  /** Its id. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** Whether you sent or received it. */
  direction: v.picklist([
    /** You sent it. */
    'sent',
    /** You received it. */
    'received',
  ]),
  /** How it stands, as far as you may know. */
  state: v.picklist(REFERRAL_STATES),
  /** Who refers. */
  sender: party,
  /** Who is referred to. */
  receiver: party,
  /** The partnership under which it was sent. */
  partnership_id: v.string(),
  /** The earlier referral that it follows; null where there is none. */
  previous_id: v.nullable(v.string()),
  /** The choice that it belongs to, where the client chooses among several practices; to the receiver always null. */
  choice_id: v.nullable(v.string()),
  /** The joint event by which the client came; to the receiver null until it accepts. */
  source: v.nullable(v.string()),
  /** The service that the client needs. */
  service: v.string(),
  /** Why the client is referred, a code of the catalog. */
  reason: v.string(),
  /** How soon the client needs an answer. */
  urgency: v.picklist(URGENCIES),
  /** Languages that the client speaks (BCP 47); empty: not said. */
  languages: v.array(v.string()),
  /** Where the client is (ISO 3166-2). */
  client_jurisdiction: v.string(),
  /** The client’s city; null where it was not said or is erased. */
  client_city: v.nullable(v.string()),
  /** When the receiver learns who the client is: `on_accept`, or `on_send` with the referral itself. */
  disclose: v.picklist([
    /** When it accepts. */
    'on_accept',
    /** With the referral. */
    'on_send',
  ]),
  /** When the receiver got it. */
  sent_at: timeOutOrNull,
  /** Until when the receiver has to answer; null while nothing is to be answered. */
  respond_by: timeOutOrNull,
  /** When the receiver first answered. */
  answered_at: timeOutOrNull,
  /** When it was accepted. */
  accepted_at: timeOutOrNull,
  /** Why it was declined. */
  decline_reason: v.nullable(v.picklist(DECLINE_REASONS)),
  /** When the client became a client of the receiver. */
  engaged_at: timeOutOrNull,
  /** When an outcome was first reported. */
  outcome_at: timeOutOrNull,
  /** Why the client did not become one. */
  not_engaged_reason: v.nullable(v.picklist(NOT_ENGAGED_REASONS)),
  /** When the engagement ended. */
  completed_at: timeOutOrNull,
  /** When the referral came to its end, whatever that was. */
  ended_at: timeOutOrNull,
  /** When a webhook endpoint of the receiver took the news of it; null: not yet, or the receiver has none. */
  reached_at: timeOutOrNull,
  /** False: the CRM took it and does not say what it made of it, as Salesforce’s web-to-lead. Null: not reached. */
  reached_confirmed: v.nullable(v.boolean()),
  /** Since then nothing of the client is left here. */
  erased_at: timeOutOrNull,
  /** True for the sender while the consent lets no outcome reach it: the referral looks `accepted` to it. */
  outcome_withheld: v.boolean(),
  /** What you may do now. */
  allowed_moves: v.array(v.picklist(MOVES)),
  /** When it was made. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
};

/** A referral without its client. @schema ReferralSummary */
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

/** What one side wrote to the other. @schema Message */
export const MessageSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** What it is. */
  kind: v.picklist([
    /** Of the receiver. */
    'question',
    /** Of the sender. */
    'answer',
    /** With the reason of a decline. */
    'decline_note',
    /** With the reason why the client did not become one. */
    'not_engaged_note',
    /** Of either side, while they work with the client. */
    'message',
  ]),
  /** Who wrote it. */
  author: v.picklist([
    /** The practice that refers. */
    'sender',
    /** The practice that is referred to. */
    'receiver',
  ]),
  /** Null while the consent withholds it. */
  text: v.nullable(v.string()),
  /** When it was written. */
  created_at: timeOut,
});

/** A referral as you may see it now. @schema Referral */
export const ReferralSchema = v.object({
  ...summary,
  /** Under which ids your own systems know the referral. The other side is never told. */
  external_ids: v.array(ExternalIdSchema),
  /** What you keep of the referral for your own programs. The other side is never told. */
  metadata: v.record(v.string(), v.string()),
  /** The client, in the categories that you may see; null while it is withheld: `client_withheld` says why. */
  client: v.nullable(DisclosedClientSchema),
  /** Why the client is withheld; null where it is not. */
  client_withheld: v.nullable(v.picklist(WITHHELD_REASONS)),
  /** What this very answer disclosed to you, as it was logged; empty for the sender. */
  disclosed_categories: v.array(v.picklist([...CATEGORIES, 'messages'])),
  /**
   * The notice that goes with records of substance-use treatment, with the scope of the consent (42 CFR 2.32): keep it
   * with them. Null where none is needed.
   */
  redisclosure_notice: v.nullable(v.string()),
  /** The client’s consent; null where there is none yet. */
  consent: v.nullable(ConsentSchema),
  /** For the sender: the link by which the client is asked, while one is open. */
  consent_request: v.nullable(
    v.object({
      /** The id of the request. */
      id: v.string(),
      /** Until when the link works. */
      expires_at: timeOut,
      /** Somebody gave wrong last names too often and has to wait, at the latest until `locked_until`. */
      locked: v.boolean(),
      /** Until when; null while it is not locked. */
      locked_until: timeOutOrNull,
      /** How many wrong ones were given so far: where it is not the client who tries, make a new link. */
      names_tried: v.number(),
      /** Why you name one practice only, as the client is told; null where you did not say. */
      single_option_reason: v.nullable(v.picklist(SINGLE_OPTION_REASONS)),
      /** When the link was made. */
      created_at: timeOut,
    }),
  ),
  /** For the client. Shown once, when the link is made: pass it on. Null in every other answer. */
  consent_url: v.nullable(v.string()),
  /** Questions, answers, notes and short messages, oldest first. */
  messages: v.array(MessageSchema),
  /** The receiver’s contacts with the client, oldest first; empty for a sender whom the consent tells no outcomes. */
  contacts: v.array(
    v.object({
      /** Its id. */
      id: v.string(),
      /** How it went. */
      kind: v.picklist(CONTACT_KINDS),
      /** When it was. */
      occurred_at: timeOut,
    }),
  ),
});
