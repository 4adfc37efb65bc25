/** One level of plain values, as Zapier, Make, n8n and Power Automate like it: each becomes a field to pick. */
import * as v from 'valibot';
import { line } from '../../http/fields.ts';
import { defineFormat, postJson, WHOLE_CLIENT } from './format.ts';
import type { FormatInput } from './input.ts';
import { readStatus } from './readings.ts';
import { applyMapping, mappingSchema, readSource, type SourceName } from './sources.ts';

type Scalar = string | number | boolean | null;

/** What is told of a referral beyond the event itself. */
const REFERRAL_FIELDS: Readonly<Record<string, SourceName>> = {
  referral_service: 'referral.service',
  referral_reason: 'referral.reason',
  referral_urgency: 'referral.urgency',
  referral_languages: 'referral.languages',
  referral_jurisdiction: 'referral.client_jurisdiction',
  referral_city: 'referral.client_city',
  referral_sent_at: 'referral.sent_at',
  referral_respond_by: 'referral.respond_by',
  redisclosure_notice: 'referral.redisclosure_notice',
  sender_name: 'sender.name',
  sender_practice_id: 'sender.practice_id',
  receiver_name: 'receiver.name',
  client_name: 'client.name',
  client_given_name: 'client.given_name',
  client_family_name: 'client.family_name',
  client_preferred_name: 'client.preferred_name',
  client_pronouns: 'client.pronouns',
  client_date_of_birth: 'client.date_of_birth',
  client_email: 'client.email',
  client_phone: 'client.phone',
  client_preferred_way: 'client.preferred_way',
  client_best_times: 'client.best_times',
  client_reason: 'client.reason',
  client_background: 'client.background',
  client_notes: 'client.notes',
  client_documents: 'client.documents',
  client_intake: 'client.intake',
};

/** Members of members get their names joined; lists become text. */
function flatten(value: unknown, name: string, fields: Record<string, Scalar>): void {
  if (Array.isArray(value)) {
    fields[name] = value
      .map((item) => (typeof item === 'object' ? JSON.stringify(item) : String(item)))
      .join(', ');
  } else if (typeof value === 'object' && value !== null) {
    for (const [member, inner] of Object.entries(value)) flatten(inner, `${name}_${member}`, fields);
  } else if (value !== undefined) {
    fields[name] = value as Scalar;
  }
}

/** `id` is the event's: Zapier knows by it what it has seen already. */
export function flattenInput(input: FormatInput): Record<string, Scalar> {
  const { id, type, timestamp, data } = input.envelope;
  const fields: Record<string, Scalar> = {};
  for (const [member, value] of Object.entries(data)) flatten(value, member, fields);
  for (const [name, source] of Object.entries(REFERRAL_FIELDS)) {
    const value = readSource(source, input);
    if (value !== null) fields[name] = value;
  }
  const { external_ids = [], metadata = {} } = input.referral ?? {};
  for (const known of external_ids) fields[`external_id_${known.system}`] = known.id;
  for (const [name, value] of Object.entries(metadata))
    fields[`metadata_${name.replaceAll(/\W/g, '_')}`] = value;
  return { ...fields, id, type, timestamp };
}

export const flat = defineFormat({
  title: 'Flat JSON (Zapier, Make, n8n, Power Automate)',
  settings: v.strictObject({
    /** The API key that Make’s webhooks can ask for; kept sealed, never shown again. */
    make_api_key: v.optional(line(200)),
    /** Fields of your own, each with what it gets; at most 20. */
    mapping: mappingSchema({
      pattern: /^[A-Za-z_][A-Za-z0-9_]{0,79}$/,
      hint: 'must be letters, digits and _',
      reserved: ['id', 'type', 'timestamp'],
    }),
  }),
  secrets: ['make_api_key'],
  signed: true,
  echoes: false,
  defaultUrl: null,
  hosts: null,
  eventTypes: null,
  carries: () => WHOLE_CLIENT,
  carriesNotice: () => true,
  request: (input, { make_api_key, mapping }) =>
    postJson(
      input.url,
      { ...flattenInput(input), ...applyMapping(mapping, input) },
      make_api_key ? { 'x-make-apikey': make_api_key } : {},
    ),
  read: (answer) => readStatus(answer, { 410: 'the Zap or scenario was switched off' }),
});
