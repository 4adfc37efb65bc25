import * as v from 'valibot';
import { CATEGORIES } from '../../consents/consents.schemas.ts';
import { line, oneOf, setOf, timeOut, timeOutOrNull, toTime } from '../../http/fields.ts';
import { EVENT_TYPE_NAMES } from '../../ledger/event-types.ts';
import { DISABLED_REASONS, ENDPOINT_PAYLOADS } from '../../platform/db/schema.ts';
import {
  FORMAT_DEFAULT,
  FORMAT_NAMES,
  type FormatName,
  FormatSettingsSchema,
  noticesOf,
} from '../formats/formats.ts';
import { adviceOn } from '../posting/advice.ts';
import { customHeaders } from '../posting/headers.ts';
import { ATTEMPT_ERRORS } from '../posting/schedule.ts';
import { CallbackChangeSchema, CallbackSchema, callbackSettingsOf } from './callback-settings.ts';
import { type EndpointRow, secretNamesOf } from './endpoints.repository.ts';

/** What an endpoint can be spared, although the client’s consent covers it. @schema DisclosedCategory */
const WITHHOLDABLE = [
  ...CATEGORIES,
  /** Questions, answers and notes. */
  'messages',
] as const;

const fields = {
  /**
   * Where to post: https, and reachable from the internet. May be left out where the format has an address of its
   * own.
   */
  url: v.pipe(line(2000), v.url('must be a URL')),
  /** What it is, in your words. */
  description: line(200),
  /** Only these; without it, or empty, all that the format can tell. */
  event_types: setOf(oneOf(EVENT_TYPE_NAMES), EVENT_TYPE_NAMES.length),
  /** How much is told. */
  payload: oneOf(ENDPOINT_PAYLOADS),
  /** What is left out of what is posted, although the client’s consent covers it. */
  withheld_categories: setOf(oneOf(WITHHOLDABLE), WITHHOLDABLE.length),
  /**
   * Headers of yours that go with each webhook, such as `Authorization`: at most 10, their values never shown
   * again.
   */
  headers: customHeaders,
  /** The shape of what is posted: Standard Webhooks, or the API of a CRM. */
  format: oneOf(FORMAT_NAMES),
  /** Settings of the format; see the guide to webhooks and CRMs. */
  format_settings: FormatSettingsSchema,
  /**
   * `true`: what is delivered to the receiver carries `page_url`, a link to the referral’s page. The key needs
   * `referrals:write`.
   */
  page_links: v.boolean('must be true or false'),
  /** `true`: what is delivered to the receiver carries `callback_url`, by which its CRM reports outcomes. */
  callback_links: v.boolean('must be true or false'),
  /** What the CRM’s stages mean, and how it proves who it is. */
  callback: CallbackChangeSchema,
};

/** A new webhook endpoint. @schema WebhookEndpointRequest */
export const NewEndpointSchema = v.strictObject({
  url: v.optional(fields.url),
  description: v.optional(fields.description, 'Webhook endpoint'),
  event_types: v.optional(fields.event_types, []),
  payload: v.optional(fields.payload, 'thin'),
  withheld_categories: v.optional(fields.withheld_categories, []),
  headers: v.optional(fields.headers, {}),
  format: v.optional(fields.format, FORMAT_DEFAULT),
  format_settings: v.optional(fields.format_settings, {}),
  page_links: v.optional(fields.page_links, false),
  /**
   * `true`: what is delivered to the receiver carries `callback_url`, by which its CRM reports outcomes. Without
   * it: whether the key that makes the endpoint may write referrals.
   */
  callback_links: v.optional(fields.callback_links),
  callback: v.optional(fields.callback, {}),
});

/** What is to change; what is left out stays. @schema WebhookEndpointChange */
export const EndpointChangeSchema = v.partial(v.strictObject(fields));

/** A test message to an endpoint, and what came back. @schema Ping */
export const PingSchema = v.object({
  /** Its id, as `webhook-id`. */
  id: v.string(),
  /** When. */
  pinged_at: timeOut,
  /** Whether the endpoint took it. */
  succeeded: v.boolean(),
  /** The HTTP status; null where nothing answered. */
  status: v.nullable(v.number()),
  /** What went wrong where nothing answered. */
  error: v.nullable(v.picklist(ATTEMPT_ERRORS)),
  /** What to do about it; null where it succeeded. For people, and may be put otherwise. */
  advice: v.nullable(v.string()),
  /** How long it took, in milliseconds. */
  duration_ms: v.number(),
  /** The beginning of the answer. */
  response_excerpt: v.nullable(v.string()),
});
export type Ping = v.InferOutput<typeof PingSchema>;

/** @param stored as it went; what to do about it is said when it is shown */
export const presentPing = (stored: Omit<Ping, 'advice'>): Ping => ({
  ...stored,
  advice: stored.succeeded ? null : adviceOn(stored, false),
});

/** A webhook endpoint. @schema WebhookEndpoint */
export const EndpointSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** Where it posts to. */
  url: v.string(),
  /** What it is. */
  description: v.string(),
  /** Only these. Empty: all that the format can tell. */
  event_types: v.array(v.picklist(EVENT_TYPE_NAMES)),
  /** How much is told. */
  payload: v.picklist(ENDPOINT_PAYLOADS),
  /** What is left out, although the client’s consent covers it. */
  withheld_categories: v.array(v.picklist(WITHHOLDABLE)),
  /** Names of headers of yours that go with each webhook. Their values are never shown. */
  header_names: v.array(v.string()),
  /** The shape of what is posted. */
  format: v.picklist(FORMAT_NAMES),
  /** Without those that are secret; `format_secret_names` says which are set. */
  format_settings: v.record(v.string(), v.unknown()),
  /** Secret settings that are set. */
  format_secret_names: v.array(v.string()),
  /** What you should know of these settings; `detail` says what to do. */
  notices: v.array(
    v.object({
      /** What it is about. */
      code: v.picklist([
        /** The CRM does not hear of some endings: somebody might still call the client. */
        'endings_not_told',
      ]),
      /** In words, and what to do. */
      detail: v.string(),
    }),
  ),
  /** Whether what is delivered to the receiver of a referral carries a link to the referral’s page. */
  page_links: v.boolean(),
  /** Whether what is delivered carries `callback_url`, by which the receiver’s CRM moves referrals. */
  callback_links: v.boolean(),
  /** What the CRM’s stages mean, and how it proves who it is. */
  callback: CallbackSchema,
  /** Whether anything is posted to it. */
  enabled: v.boolean(),
  /** Since when not. */
  disabled_at: timeOutOrNull,
  /** Why not. */
  disabled_reason: v.nullable(v.picklist(DISABLED_REASONS)),
  /** Since when nothing but failures came back; null while it works. */
  failing_since: timeOutOrNull,
  /** Failures in a row. */
  failures_count: v.number(),
  /** How the last attempt failed, from the first failure on; null while it works. */
  last_failure: v.nullable(
    v.object({
      /** When. */
      failed_at: timeOut,
      /** The HTTP status; null where nothing answered. */
      status: v.nullable(v.number()),
      /** What went wrong where nothing answered, or only a ping was posted. */
      error: v.nullable(v.picklist(ATTEMPT_ERRORS)),
      /** What to do about it. For people, and may be put otherwise. */
      advice: v.nullable(v.string()),
    }),
  ),
  /** After 5 failures in a row nothing is posted until then, but for one probe at a time. */
  paused_until: timeOutOrNull,
  /** Events that were held are being posted, oldest first; new ones queue up behind them. */
  replaying: v.boolean(),
  /** Until when the secret before the last rotation signs along. */
  previous_secret_until: timeOutOrNull,
  /** The last test message; null: none yet. */
  last_ping: v.nullable(PingSchema),
  /**
   * When its host answered a signed `endpoint.ping` with 2xx: no event is posted before. Where the format is one of
   * a CRM, whose hosts are known, when the endpoint was made.
   */
  confirmed_at: timeOutOrNull,
  /** When it was made. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
});

/** A webhook endpoint with its secret. @schema CreatedWebhookEndpoint */
export const CreatedEndpointSchema = v.object({
  ...EndpointSchema.entries,
  /** The secret that signs, `whsec_…`: shown only in this answer. */
  secret: v.string(),
});

type Endpoint = v.InferOutput<typeof EndpointSchema>;

export function presentEndpoint(row: EndpointRow): Endpoint {
  return {
    id: row.id,
    version: row.version,
    url: row.url,
    description: row.description,
    event_types: row.event_types as Endpoint['event_types'],
    payload: row.payload,
    withheld_categories: row.withheld_categories as Endpoint['withheld_categories'],
    header_names: row.header_names,
    format: row.format as FormatName,
    format_settings: row.format_settings,
    format_secret_names: secretNamesOf(row),
    notices: noticesOf(row.format as FormatName, row.event_types),
    page_links: row.page_links,
    callback_links: row.callback_links,
    callback: callbackSettingsOf(row) as Endpoint['callback'],
    enabled: row.enabled,
    disabled_at: toTime(row.disabled_at),
    disabled_reason: row.disabled_reason,
    failing_since: toTime(row.failing_since),
    failures_count: row.failures_count,
    last_failure: row.last_failure && {
      ...row.last_failure,
      failed_at: toTime(row.last_failure.failed_at),
      error: row.last_failure.error as Ping['error'],
      advice: adviceOn({ ...row.last_failure, error: row.last_failure.error as Ping['error'] }, false),
    },
    // One that was never posted to is not paused.
    paused_until: row.failures_count === 0 ? null : toTime(row.breaker_until),
    replaying: row.replay_head_position !== null,
    previous_secret_until: toTime(row.previous_secret_until),
    last_ping: row.last_ping && presentPing(row.last_ping as Ping),
    confirmed_at: toTime(row.confirmed_at),
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  };
}

export const pingExample: Ping = {
  id: 'evt_01k8vb5c3rfx8t0s6d9q2j4w7z',
  pinged_at: '2026-10-01T09:01:00.000Z',
  succeeded: true,
  status: 200,
  error: null,
  advice: null,
  duration_ms: 84,
  response_excerpt: 'ok',
};

export const endpointExample = {
  id: 'wep_01k8vb4h6mfn9s2e7w3c8k5d1x',
  version: 1,
  url: 'https://crm.example/hooks/referrals',
  description: 'Our CRM',
  event_types: ['referral.sent', 'referral.withdrawn'],
  payload: 'thin',
  withheld_categories: [],
  header_names: ['Authorization'],
  format: 'standard',
  format_settings: {},
  format_secret_names: [],
  notices: [],
  page_links: false,
  callback_links: true,
  callback: {
    stages: { 'Closed won': { outcome: 'engage' } },
    stage_paths: [['stage']],
    referral_path: null,
    record: null,
    caller: null,
  },
  enabled: true,
  disabled_at: null,
  disabled_reason: null,
  failing_since: null,
  failures_count: 0,
  last_failure: null,
  paused_until: null,
  replaying: false,
  previous_secret_until: null,
  last_ping: null,
  confirmed_at: '2026-10-01T09:00:05.000Z',
  created_at: '2026-10-01T09:00:00.000Z',
  updated_at: '2026-10-01T09:00:00.000Z',
};
