/**
 * Pipedrive: a person, then a lead of that person, then a note on the lead with the links. The ids are kept between
 * the steps, so that an attempt that failed in the middle goes on there and makes nothing twice.
 */
import * as v from 'valibot';
import { wholeNumber } from '../../http/fields.ts';
import { defineFormat, type FormatAnswer, postJson, type Reading, under, WHOLE_CLIENT } from './format.ts';
import { referralIdOf } from './input.ts';
import { makesRecords, token } from './leads.ts';
import { delivered, readStatus } from './readings.ts';
import { cut } from './shorten.ts';
import { applyMapping, categoriesIn, mappingSchema, readSource } from './sources.ts';
import { fieldsOf, leadNameOf, lengthsMax, summaryOf } from './words.ts';

const NAME_LENGTH_MAX = 255;
const CUSTOM_LENGTH_MAX = 255;
const lengthMaxOf = lengthsMax({}, CUSTOM_LENGTH_MAX);
const NOTE_LENGTH_MAX = 20_000;

const toHtml = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '<br>');

const HINTS = {
  400: 'a field does not exist or does not take its value',
  401: 'the API token is not valid',
  402: 'the Pipedrive account is not paid for',
  403: 'the API token may not do this',
  404: 'there is no such person, lead or owner any more',
  429: 'too many requests for this token',
};

/** The id of what was made. It stands first; whatever follows may have been cut off. */
const idIn = ({ excerpt }: FormatAnswer) =>
  /"data"\s*:\s*\{\s*"id"\s*:\s*"?([0-9A-Za-z-]{1,64})/.exec(excerpt)?.[1];

/** An answer to one step; `next` says what follows where it made something. */
function readStep(answer: FormatAnswer, next: (id: string) => Reading): Reading {
  const { status, excerpt } = answer;
  if (status >= 300) return readStatus(answer, HINTS);
  if (/"success"\s*:\s*false/.test(excerpt))
    return { outcome: 'rejected', detail: `answered ${status}, but without success` };
  const id = idIn(answer);
  if ((status !== 200 && status !== 201) || id === undefined)
    return { outcome: 'failed', detail: `answered ${status} without the id of what it made` };
  return next(id);
}

export const pipedriveLead = defineFormat({
  title: 'Pipedrive lead',
  settings: v.strictObject({
    api_token: token,
    owner_id: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
    /** The referral as text on the lead, with the links to answer it. */
    add_note: v.optional(v.boolean('must be true or false'), true),
    /** Custom fields of leads, which are those of deals. */
    mapping: mappingSchema({
      pattern: /^[0-9a-f]{40}$/,
      hint: 'must be the key of a deal field: 40 characters (Settings, Data fields)',
      reserved: [],
    }),
  }),
  secrets: ['api_token'],
  signed: false,
  echoes: true,
  defaultUrl: 'https://api.pipedrive.com',
  hosts: {
    pattern: /^[a-z0-9-]+\.pipedrive\.com$/,
    hint: 'must be of api.pipedrive.com or of your own account (….pipedrive.com)',
  },
  eventTypes: makesRecords,
  carries: ({ add_note, mapping }) =>
    add_note ? WHOLE_CLIENT : ['identity', 'contact', ...categoriesIn(mapping, lengthMaxOf)],
  request: (input, { api_token, owner_id, mapping }, { kept }) => {
    const headers = { 'x-api-token': api_token };
    const owner = owner_id === undefined ? {} : { owner_id };
    const { full } = leadNameOf(input);
    if (kept.person_id === undefined) {
      const email = readSource('client.email', input);
      const phone = readSource('client.phone', input);
      const person = {
        name: cut(full, NAME_LENGTH_MAX),
        ...owner,
        ...(email ? { emails: [{ value: email, primary: true, label: 'work' }] } : {}),
        ...(phone ? { phones: [{ value: phone, primary: true, label: 'work' }] } : {}),
      };
      return postJson(under(input.url, '/api/v2/persons'), person, headers);
    }
    if (kept.lead_id === undefined) {
      const referralId = referralIdOf(input);
      const service = readSource('referral.service', input)?.replaceAll('_', ' ');
      const lead = {
        ...fieldsOf(applyMapping(mapping, input, lengthMaxOf), lengthMaxOf),
        title: cut(service ? `${full}: ${service}` : full, NAME_LENGTH_MAX),
        person_id: Number(kept.person_id),
        ...owner,
        // Told in Pipedrive's own webhooks: by it a stage change finds its referral again.
        ...(referralId ? { origin_id: referralId } : {}),
      };
      return postJson(under(input.url, '/v1/leads'), lead, headers);
    }
    const content = toHtml(summaryOf(input, NOTE_LENGTH_MAX));
    return postJson(under(input.url, '/v1/notes'), { content, lead_id: kept.lead_id }, headers);
  },
  read: (answer, { kept }, { add_note }) => {
    if (kept.person_id === undefined) {
      return readStep(answer, (person_id) => ({ outcome: 'continue', kept: { ...kept, person_id } }));
    }
    if (kept.lead_id === undefined) {
      return readStep(answer, (lead_id) =>
        add_note ? { outcome: 'continue', kept: { ...kept, lead_id } } : delivered,
      );
    }
    return readStep(answer, () => delivered);
  },
});
