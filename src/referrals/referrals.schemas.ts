/** Wire types of referrals. */
import * as v from 'valibot';
import { CATEGORIES, ConsentSchema, SINGLE_OPTION_REASONS } from '../consents/consents.schemas.ts';
import { timeOut, timeOutOrNull } from '../http/fields.ts';
import { REFERRAL_STATES } from '../platform/db/states.ts';
import { DisclosedClientSchema } from './client.schemas.ts';
import { CONTACT_KINDS, DECLINE_REASONS, NOT_ENGAGED_REASONS, URGENCIES, WITHHELD_REASONS } from './codes.ts';
import { MOVES } from './lifecycle.ts';
import { ExternalIdSchema } from './own.schemas.ts';

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
