/** CloudEvents 1.0 in structured mode: the attributes and the event's data in one JSON body. */
import * as v from 'valibot';
import { defineFormat, EVERYTHING } from './format.ts';
import { type Envelope, textIn, toFullEnvelope } from './input.ts';
import { readStatus } from './readings.ts';
import { applyMapping, mappingSchema } from './sources.ts';

const ATTRIBUTES = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
  'data_base64',
];

const subjectOf = ({ data }: Envelope) =>
  ['referral_id', 'partnership_id', 'credential_id', 'practice_id', 'endpoint_id']
    .map((member) => textIn(data, member))
    .find((value) => value !== null);

export const cloudevents = defineFormat({
  title: 'CloudEvents 1.0',
  settings: v.strictObject({
    /** Before the type, where a receiver wants reverse domain names, such as `org.example.`. */
    type_prefix: v.optional(
      v.pipe(
        v.string('must be a string'),
        v.regex(/^([a-z0-9-]{1,40}\.){0,6}$/, 'must be names with dots after them, such as `org.example.`'),
      ),
      '',
    ),
    /** Extension attributes, each with what it gets; at most 20. */
    mapping: mappingSchema({
      pattern: /^[a-z0-9]{1,20}$/,
      hint: 'must be at most 20 lower-case letters and digits',
      reserved: ATTRIBUTES,
    }),
  }),
  secrets: [],
  signed: true,
  echoes: false,
  defaultUrl: null,
  hosts: null,
  eventTypes: null,
  carries: () => EVERYTHING,
  carriesNotice: () => true,
  request: (input, { type_prefix, mapping }) => {
    const { id, type, timestamp, data } = toFullEnvelope(input);
    const subject = subjectOf(input.envelope);
    return {
      method: 'POST',
      url: input.url,
      headers: { 'Content-Type': 'application/cloudevents+json' },
      body: JSON.stringify({
        ...applyMapping(mapping, input),
        specversion: '1.0',
        id,
        source: input.origin,
        type: `${type_prefix}${type}`,
        ...(subject ? { subject } : {}),
        time: timestamp,
        datacontenttype: 'application/json',
        data,
      }),
    };
  },
  read: (answer) => readStatus(answer),
});
