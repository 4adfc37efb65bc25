/** What an endpoint would send, before anything is saved or posted. */
import * as v from 'valibot';
import { id, oneOf, prose, wholeNumber } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { EVENT_TYPE_NAMES } from '../ledger/event-types.ts';
import { invalidInput, notFound } from '../platform/problem.ts';
import { type EndpointRow, selectEndpoint } from './endpoints/endpoints.repository.ts';
import { EndpointChangeSchema, endpointExample } from './endpoints/endpoints.schemas.ts';
import { openFormatSettings, requireUrl } from './formats/format-settings.ts';
import {
  checkSettings,
  destinationsOf,
  FORMAT_DEFAULT,
  type FormatName,
  type FormatSettings,
  refuseFormatUrl,
} from './formats/formats.ts';
import { previewOf } from './formats/preview.ts';
import { refuseDestination, rulesOf } from './posting/destination.ts';

/** An endpoint as it is or might be, and an event of it. @schema WebhookPreviewRequest */
export const PreviewInputSchema = v.strictObject({
  /** An endpoint of yours: what else is named here is used instead of what it has. */
  endpoint_id: v.optional(id('endpoint')),
  /** The type of the event. */
  event_type: oneOf(EVENT_TYPE_NAMES),
  /** Where it would be posted. */
  url: EndpointChangeSchema.entries.url,
  /** The shape of what would be posted. */
  format: EndpointChangeSchema.entries.format,
  /** Settings of the format; of the endpoint's own those that are left out stay. */
  format_settings: EndpointChangeSchema.entries.format_settings,
  /** How much would be told. */
  payload: EndpointChangeSchema.entries.payload,
  /** What would be left out. */
  withheld_categories: EndpointChangeSchema.entries.withheld_categories,
  /** Headers of yours that would go along; their values are masked. */
  headers: EndpointChangeSchema.entries.headers,
  /** An answer of the receiver whose meaning is asked; without it the usual statuses. */
  answer: v.optional(
    v.strictObject({
      /** Its HTTP status. */
      status: wholeNumber(200, 599),
      /** Its body, as text. */
      body: v.optional(
        v.union([v.literal(''), prose(4000)], 'must be a text of at most 4000 characters'),
        '',
      ),
    }),
  ),
});

/** What would be sent of an invented referral. @schema WebhookPreview */
export const PreviewSchema = v.object({
  /** Whether such an event is told in this format at all. */
  told: v.boolean(),
  /** The categories of a client that can leave with these settings, as the log of disclosures would name them. */
  carried_categories: v.array(v.string()),
  /** One after the other, as a delivery makes them; a format may leave some out, as what it finds needs them. */
  requests: v.array(
    v.object({
      /** Whether the record of the referral in the CRM is known already, by an event before. */
      knows_record: v.boolean(),
      /** Null where the event needs none. */
      request: v.nullable(
        v.object({
          /** The HTTP method. */
          method: v.string(),
          /** Where it goes. */
          url: v.string(),
          /** Its headers; what is secret of them is masked. */
          headers: v.record(v.string(), v.string()),
          /** Its body, byte for byte but for masked secrets; null where it has none. */
          body: v.nullable(v.string()),
        }),
      ),
      /** Why it needs no request. */
      detail: v.nullable(v.string()),
      /** What the receiver’s answers would mean. */
      answers: v.array(
        v.object({
          /** The HTTP status of the answer. */
          status: v.number(),
          /** What becomes of the delivery. */
          outcome: v.picklist([
            /** It is delivered. */
            'delivered',
            /** The next request follows. */
            'continue',
            /** It is tried again later. */
            'failed',
            /** Access or address are wrong: it is tried again, and the endpoint’s health suffers. */
            'rejected',
            /** The CRM does not want this record; the endpoint is well. */
            'record_refused',
          ]),
          /** The same in words, and what to do. */
          detail: v.string(),
        }),
      ),
    }),
  ),
});

interface Known {
  readonly url?: string | undefined;
  readonly format: FormatName;
  readonly settings: FormatSettings;
  readonly payload: 'thin' | 'full';
  readonly withheld: readonly string[];
  readonly headerNames: readonly string[];
}

const NOTHING_KNOWN: Known = {
  format: FORMAT_DEFAULT,
  settings: {},
  payload: 'thin',
  withheld: [],
  headerNames: [],
};

const knownOf = (row: EndpointRow, settings: FormatSettings): Known => ({
  url: row.url,
  format: row.format as FormatName,
  settings,
  payload: row.payload,
  withheld: row.withheld_categories,
  headerNames: row.header_names,
});

const example = {
  told: true,
  carried_categories: [],
  requests: [
    {
      knows_record: false,
      request: {
        method: 'POST',
        url: endpointExample.url,
        headers: { 'Content-Type': 'application/json' },
        body: '{"id":"evt_01k8vb2t5heqxt3nq5v0r6k304"}',
      },
      detail: null,
      answers: [{ status: 200, outcome: 'delivered', detail: 'taken' }],
    },
  ],
};

export const previewOperations = [
  operation({
    id: 'previewWebhook',
    method: 'POST',
    path: '/v1/webhook-endpoints/preview',
    tag: 'Webhooks',
    summary: 'See what an endpoint would send',
    description:
      'Exactly the requests that would leave for an event of this type about an invented referral, with secrets masked, and what the receiver’s answers would mean. Nothing is saved and nothing is posted. Of an endpoint of yours (`endpoint_id`), of settings that you think of, or of an endpoint with other settings.',
    scope: 'webhooks:read',
    whenSuspended: 'reads',
    body: PreviewInputSchema,
    requestExample: { event_type: 'referral.sent', format: 'standard', url: endpointExample.url },
    response: { status: 200, description: 'The requests.', schema: PreviewSchema, example },
    handle: async ({ exchange, actor, body }) => {
      const { database, vault, settings: rules } = exchange;
      let known = NOTHING_KNOWN;
      if (body.endpoint_id !== undefined) {
        const [[row]] = await database.batch([
          selectEndpoint(database.query, actor.practice_id, body.endpoint_id),
        ]);
        if (!row) throw notFound();
        known = knownOf(row, await openFormatSettings(row, { vault }));
      }
      const format = body.format ?? known.format;
      const before = format === known.format ? known.settings : {};
      const checked = checkSettings(format, { ...before, ...body.format_settings }, '/format_settings');
      if (checked.faults) throw invalidInput(checked.faults);
      const url = requireUrl(body.url ?? (format === known.format ? known.url : undefined), format);
      const fault =
        refuseDestination(url, rulesOf(rules)) ??
        refuseFormatUrl(format, url, rules.allowPrivateDestinations);
      if (fault) throw invalidInput([{ pointer: '/url', detail: fault }]);
      for (const other of destinationsOf(format, checked.settings)) {
        const detail = refuseDestination(other.url, rulesOf(rules));
        if (detail) throw invalidInput([{ pointer: other.pointer, detail }]);
      }
      const preview = previewOf({
        format,
        settings: checked.settings,
        url,
        eventType: body.event_type,
        payload: body.payload ?? known.payload,
        withheld: body.withheld_categories ?? known.withheld,
        headerNames: body.headers ? Object.keys(body.headers) : known.headerNames,
        answer: body.answer,
      });
      return { status: 200, body: preview };
    },
  }),
];
