/** Every type of event as a schema of its own. The code tells events by one table; the document shows what each holds. */
import * as v from 'valibot';
import { timeOut } from '../http/fields.ts';
import type { AnySchema } from '../http/operation.ts';
import { describeEvent, EVENT_TYPE_NAMES, type EventActor, type EventType } from '../ledger/event-types.ts';
import { JOINT_EVENT_STATES } from '../partnerships/events/joint-events.schemas.ts';
import { PRACTICE_SCOPES } from '../platform/access/scopes.ts';
import { CAPACITIES, DISABLED_REASONS, PARTNERSHIP_STATES } from '../platform/db/schema.ts';
import { REFERRAL_STATES } from '../platform/db/states.ts';
import { PROBLEMS, type ProblemCode } from '../platform/problem.ts';
import { DECLINE_REASONS, NOT_ENGAGED_REASONS } from '../referrals/codes.ts';
import { MOVES } from '../referrals/lifecycle.ts';
import { OUTCOMES } from '../referrals/outcomes.ts';
import { STANDINGS } from '../referrals/prepared/standing.ts';
import { PREVIEW_MEMBERS, ReferralSchema } from '../referrals/referrals.schemas.ts';
import { ReciprocityFigureSchema } from '../reports/reports.schemas.ts';
import { described, describedValues } from './described.ts';

/** Who did what an event tells of. @schema EventActor */
const ACTORS = [
  /** The practice that refers. */
  'sender',
  /** The practice that is referred to. */
  'receiver',
  /** The client. */
  'client',
  /** The practice that invited. */
  'inviter',
  /** The practice that was invited. */
  'invitee',
  /** The operator of the exchange. */
  'operator',
  /** The exchange itself, or an API key of the practice. */
  'system',
] as const satisfies readonly EventActor[];

const previewEntries = Object.fromEntries(
  PREVIEW_MEMBERS.map((name) => [name, ReferralSchema.entries[name]]),
);
const otherEntries = Object.fromEntries(
  Object.entries(ReferralSchema.entries).filter(([name]) => !(name in previewEntries)),
);

/**
 * The referral as the practice may see it when the webhook is posted. A thin endpoint gets what is known before the
 * acceptance, and nothing of the client; a full one (`payload: full`) all of it.
 * @schema WebhookReferral
 */
const WebhookReferralSchema = v.object({
  ...previewEntries,
  ...v.partial(v.object(otherEntries as v.ObjectEntries)).entries,
  /** How many items of a list were left out, where the body would have become too large. */
  left_out: v.optional(
    v.object({
      /** Documents. */
      documents: v.optional(v.number()),
      /** Answers to your questions. */
      intake: v.optional(v.number()),
      /** Questions, answers and notes. */
      messages: v.optional(v.number()),
      /** Contacts with the client. */
      contacts: v.optional(v.number()),
    }),
  ),
});

const url = {
  /** Where it is read: an address of this API. */
  url: v.string(),
};
const ofEnd = {
  /** The credential. */
  credential_id: v.string(),
  /** Its last day, where the practice is. */
  expires_on: v.string(),
};
const ofReferral = {
  /** The referral. */
  referral_id: v.string(),
  /** Its place among the events of its referral that you are told of, from 1 on. */
  sequence: v.number(),
  ...url,
  /** Only in webhooks to the receiver: where its CRM reports the outcome without a key. */
  callback_url: v.optional(v.string()),
  /** Only in webhooks to the receiver, from an endpoint with `page_links`: the referral’s page, for a person. */
  page_url: v.optional(v.string()),
  /** Only in webhooks. */
  referral: v.optional(WebhookReferralSchema),
};
const state = {
  /** How the referral stands since then. */
  state: v.picklist(REFERRAL_STATES),
};
const ofEndpoint = {
  /** The webhook endpoint. */
  endpoint_id: v.string(),
  ...url,
};
const ofKey = {
  /** The API key. */
  key_id: v.string(),
};
const byWhom = v.picklist([
  /** By the operator. */
  'operator',
  /** By the practice itself. */
  'practice',
]);
const ofPartnership = {
  /** The partnership. */
  partnership_id: v.string(),
  /** How it stands since then. */
  state: v.picklist(PARTNERSHIP_STATES),
  ...url,
};
const ofJointEvent = {
  /** The joint event. */
  joint_event_id: v.string(),
  /** How it stands since then. */
  state: v.picklist(JOINT_EVENT_STATES),
};
const ofPrepared = {
  /** What you prepared. */
  prepared_referral_id: v.string(),
  /** The invitation to join. */
  invitation_id: v.string(),
  ...url,
  /** How it stands since then. */
  state: v.picklist(STANDINGS),
};
const ofPractice = {
  /** Your practice. */
  practice_id: v.string(),
};
const standing = v.picklist([
  /** It may send and receive. */
  'active',
  /** It finishes what is open. */
  'suspended',
]);
const decided = v.picklist([
  /** It counts. */
  'verified',
  /** It does not. */
  'rejected',
]);

/** What went wrong, for programs. @schema ProblemCode */
const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];
describedValues(
  PROBLEM_CODES,
  Object.fromEntries(PROBLEM_CODES.map((code) => [code, `${PROBLEMS[code].title}.`])),
  [],
);

/** What is told of all events whose type begins so, and of single ones. */
const DATA: Readonly<Record<string, v.ObjectEntries>> = {
  referral: { ...ofReferral, ...state },
  'referral.erased': ofReferral,
  'referral.message_posted': {
    ...ofReferral,
    /** The message. */
    message_id: v.string(),
  },
  'referral.plan_changed': {
    ...ofReferral,
    /** The item. */
    plan_item_id: v.string(),
  },
  'referral.declined': {
    ...ofReferral,
    ...state,
    /** Why. */
    reason: v.picklist(DECLINE_REASONS),
  },
  'referral.not_engaged': {
    ...ofReferral,
    ...state,
    /** Why. */
    reason: v.picklist(NOT_ENGAGED_REASONS),
  },
  'referral.withdrawn': {
    ...ofReferral,
    ...state,
    /** Of one that a choice passed over: `not_needed`, or the code of what stands in its way. Else left out. */
    reason: v.optional(v.string()),
  },
  'referral.move_undone': {
    ...ofReferral,
    ...state,
    /** What was undone. */
    undone_move: v.picklist(MOVES),
  },
  prepared_referral: ofPrepared,
  'prepared_referral.ready': {
    ...ofPrepared,
    /** Her practice. */
    practice_id: v.string(),
    /** The partnership that was made. */
    partnership_id: v.string(),
  },
  consent: ofReferral,
  'consent.requested': { ...ofReferral, ...state },
  'consent.denied': { ...ofReferral, ...state },
  choice: {
    /** The choice. */
    choice_id: v.string(),
    ...url,
  },
  partnership: ofPartnership,
  'partnership.updated': {
    ...ofPartnership,
    /** What was changed. */
    changed: v.array(
      v.picklist([
        /** The day of the next look at it. */
        'review_on',
        /** When the two meet. */
        'meeting',
        /** Whether the one who changed it wants the other’s newsletter. */
        'newsletter',
      ]),
    ),
  },
  'partnership.thanked': {
    ...ofPartnership,
    /** Who is thanked. */
    practice_id: v.string(),
  },
  'partnership.review_due': {
    ...ofPartnership,
    /** The day that has come. */
    review_on: v.string(),
  },
  joint_event: ofJointEvent,
  'joint_event.changed': {
    ...ofJointEvent,
    /** What was changed. */
    changed: v.array(
      v.picklist([
        /** What it is called. */
        'name',
        /** When it is. */
        'time',
        /** Where it is. */
        'place',
        /** Whether it takes place. */
        'state',
        /** Who holds it. */
        'hosts',
      ]),
    ),
  },
  credential: {
    /** The credential. */
    credential_id: v.string(),
    /** What was decided. */
    state: decided,
  },
  'credential.suspended': {
    /** The credential. */
    credential_id: v.string(),
    /** How it stands since then. */
    state: v.literal('suspended'),
    /** Why. */
    reason: v.picklist([
      /** Its board’s roster says that it has ended. */
      'lapsed',
      /** Its board’s roster says that its holder was disciplined. */
      'disciplined',
      /** Its board’s roster no longer has it. */
      'unlisted',
      /** The operator suspended it. */
      'operator',
    ]),
  },
  'credential.expiring': {
    ...ofEnd,
    /** How many days are left, at most: 60, 30 or 7. */
    days_left: v.number(),
  },
  'credential.expired': ofEnd,
  'key.created': {
    ...ofKey,
    /** By whom it was made. */
    created_by: byWhom,
    /** What it may do. */
    scopes: v.array(v.picklist(PRACTICE_SCOPES)),
  },
  'key.revoked': {
    ...ofKey,
    /** By whom it was revoked. */
    revoked_by: byWhom,
  },
  practice: ofPractice,
  'practice.suspended': {
    ...ofPractice,
    /** How it stands since then. */
    state: standing,
  },
  'practice.reinstated': {
    ...ofPractice,
    /** How it stands since then. */
    state: standing,
  },
  'report.ready': {
    ...ofPractice,
    /** The month that is over, `YYYY-MM`. */
    month: v.string(),
    /** Your time zone, in which it is over. */
    time_zone: v.string(),
    /** Referrals first sent in it, as they stood then. */
    referrals: ReciprocityFigureSchema,
    /** Engagements that had come of them. */
    engagements: ReciprocityFigureSchema,
    /** The link, by which you revoke it. */
    report_share_id: v.string(),
    /** The link to the month’s page: a secret. */
    report_url: v.string(),
  },
  'practice.capacity_due': {
    ...ofPractice,
    /** What it said last. */
    capacity: v.picklist(CAPACITIES),
    /**
     * A page on which a person says it, once: a secret. Only in webhooks from an endpoint with `page_links`, and in the
     * feed to keys with `practice:write`.
     */
    capacity_url: v.optional(v.string()),
  },
  'delivery.exhausted': {
    /** The event that was not delivered. */
    event_id: v.string(),
    /** Its type; left out where that would tell an outcome. */
    event_type: v.optional(v.picklist(EVENT_TYPE_NAMES)),
    /** The referral; left out where that would tell an outcome, or there is none. */
    referral_id: v.optional(v.string()),
    /** To the owner of the endpoint: the delivery. */
    delivery_id: v.optional(v.string()),
    /** To the owner of the endpoint: which one. */
    endpoint_id: v.optional(v.string()),
    /** To the other side of the referral: the practice that did not get it. */
    practice_id: v.optional(v.string()),
    /** To the owner: `record_refused` where your CRM refused this one record. */
    reason: v.optional(v.string()),
    /** Where it is read: an address of this API. */
    url: v.optional(v.string()),
    /** Only in webhooks. */
    referral: v.optional(WebhookReferralSchema),
  },
  endpoint: ofEndpoint,
  'endpoint.disabled': {
    ...ofEndpoint,
    /** Why. */
    reason: v.picklist(DISABLED_REASONS),
  },
  'endpoint.callback_refused': {
    ...ofEndpoint,
    /** The referral; left out where the message named several. */
    referral_id: v.optional(v.string()),
    /** What your CRM meant; left out where that was none. */
    outcome: v.optional(v.picklist(OUTCOMES)),
    /** The stage that it posted; left out where it said the outcome itself. */
    stage: v.optional(v.string()),
    /** Why it was refused, as the `code` of problems. */
    code: v.picklist(PROBLEM_CODES),
  },
  'endpoint.ping': {
    ...ofEndpoint,
    /** What the ping is for. */
    purpose: v.picklist([
      /** The owner asked for it. */
      'test',
      /** Before its first event: answer with 2xx. */
      'confirmation',
    ]),
  },
};

const nameOf = (type: string) =>
  `${type
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Event`;

const DATA_SCHEMAS = new Map(
  Object.entries(DATA).map(([type, entries]) => {
    const schema = v.object({
      /** Who did it. */
      actor: v.picklist(ACTORS),
      ...entries,
    });
    const text = type.includes('.') ? `What \`${type}\` is about.` : `What events of a ${type} are about.`;
    return [type, described(schema, { text, name: `${nameOf(type)}Data` })];
  }),
);

function schemaOf(type: EventType): AnySchema {
  const data = DATA_SCHEMAS.get(type) ?? DATA_SCHEMAS.get(type.split('.')[0] ?? '');
  if (!data) throw new Error(`Say in DATA of src/docs/events.ts what ${type} holds.`);
  const schema = v.object({
    /** Its id; of a webhook also the `webhook-id`. */
    id: v.string(),
    /** What happened. */
    type: v.literal(type),
    /** When it happened. */
    timestamp: timeOut,
    data,
  });
  return described(schema, { text: describeEvent(type), name: nameOf(type) });
}

export const EVENT_SCHEMAS: ReadonlyMap<EventType, AnySchema> = new Map(
  EVENT_TYPE_NAMES.map((type) => [type, schemaOf(type)]),
);

export const eventMapping = (components: string): Record<string, string> =>
  Object.fromEntries(EVENT_TYPE_NAMES.map((type) => [type, components + nameOf(type)]));
