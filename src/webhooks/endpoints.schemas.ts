import * as v from 'valibot';
import { EVENT_TYPE_NAMES } from '../events/types.ts';
import { line, oneOf, setOf, timeOut, toTime } from '../http/fields.ts';
import type { EndpointRow } from './endpoints.repository.ts';

const fields = {
  url: v.pipe(line(2000), v.url('must be a URL')),
  description: line(200),
  event_types: setOf(oneOf(EVENT_TYPE_NAMES), EVENT_TYPE_NAMES.length),
};

export const NewEndpointSchema = v.strictObject({
  url: fields.url,
  description: v.optional(fields.description, 'Webhook endpoint'),
  event_types: v.optional(fields.event_types, []),
});

export const EndpointChangeSchema = v.partial(v.strictObject(fields));

export const EndpointSchema = v.object({
  id: v.string(),
  version: v.number(),
  url: v.string(),
  description: v.string(),
  /** Empty: all of them. */
  event_types: v.array(v.picklist(EVENT_TYPE_NAMES)),
  created_at: timeOut,
  updated_at: timeOut,
});

export const CreatedEndpointSchema = v.object({ ...EndpointSchema.entries, secret: v.string() });

export function presentEndpoint(row: EndpointRow): v.InferOutput<typeof EndpointSchema> {
  return {
    id: row.id,
    version: row.version,
    url: row.url,
    description: row.description,
    event_types: row.event_types as v.InferOutput<typeof EndpointSchema>['event_types'],
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  };
}

export const endpointExample = {
  id: 'wep_01k8vb4h6mfn9s2e7w3c8k5d1x',
  version: 1,
  url: 'https://crm.example/hooks/referrals',
  description: 'Our CRM',
  event_types: ['referral.sent', 'referral.withdrawn'],
  created_at: '2026-10-01T09:00:00.000Z',
  updated_at: '2026-10-01T09:00:00.000Z',
};
