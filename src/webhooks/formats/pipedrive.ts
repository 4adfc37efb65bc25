/**
 * Pipedrive: a person, then a lead of that person, then a note on the lead with the links. The ids are kept between
 * the steps, so that an attempt that failed in the middle goes on there; and as nothing in Pipedrive dedupes, the lead
 * is looked for first by the referral's id in a field of its own. One that stands gets a note, and the client's name
 * where it has none yet.
 */
import * as v from 'valibot';
import { wholeNumber } from '../../http/fields.ts';
import {
  defineFormat,
  type FormatAnswer,
  getJson,
  type Kept,
  type Progress,
  postJson,
  type Reading,
  sendJson,
  under,
  WHOLE_CLIENT,
} from './format.ts';
import { type FormatInput, referralIdOf } from './input.ts';
import { isEnding, token, updatesRecords } from './leads.ts';
import { deliveredTo, nothingToTell, readCrmStatus, refuseRecord, textMemberIn } from './readings.ts';
import { cut } from './shorten.ts';
import { applyMapping, categoriesIn, type Mapping, mappingSchema, readSource } from './sources.ts';
import {
  attentionOf,
  fieldsOf,
  hasClientName,
  isNeutralName,
  leadNameOf,
  lengthsMax,
  summaryOf,
} from './words.ts';

const FIELD_KEY = {
  pattern: /^[0-9a-f]{40}$/,
  hint: 'must be the key of a deal field: 40 characters (Settings, Data fields)',
};
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
  400: 'a field does not exist or does not take its value: correct `mapping` or the field, then retry the delivery',
  401: 'the API token is not valid',
  402: 'the Pipedrive account is not paid for',
  403: 'the API token may not do this',
  429: 'too many requests for this token',
};

interface Settings {
  readonly api_token: string;
  readonly referral_id_field?: string | undefined;
  readonly owner_id?: number | undefined;
  readonly add_note: boolean;
  readonly mapping: Mapping;
}

type Step = 'look' | 'person' | 'lead' | 'rename' | 'note' | 'change' | 'done';

/** What is still to be done. Always noted: an ending, as somebody might still call, and what must go with the records. */
function stepOf(input: FormatInput, settings: Settings, { kept, seen }: Progress): Step {
  const isNoted =
    kept.noted !== undefined ||
    !(settings.add_note || isEnding(input) || input.referral?.redisclosure_notice);
  if (seen.lead_id !== undefined) {
    if (seen.person_id !== undefined && seen.renamed === undefined && hasClientName(input)) return 'rename';
    if (!isNoted) return 'note';
    return seen.changed === undefined ? 'change' : 'done';
  }
  const isBegun = kept.person_id !== undefined || settings.referral_id_field === undefined;
  if (!isBegun && seen.found === undefined && referralIdOf(input) !== null) return 'look';
  if (kept.person_id === undefined) return 'person';
  if (kept.lead_id === undefined) return 'lead';
  return isNoted ? 'done' : 'note';
}

/** The id of what was made. It stands first; whatever follows may have been cut off. */
const idIn = ({ excerpt }: FormatAnswer) =>
  /"data"\s*:\s*\{\s*"id"\s*:\s*"?([0-9A-Za-z-]{1,64})/.exec(excerpt)?.[1];

/** The lead that has the referral's id, and its person where that one has no name yet (API v2, "Search leads"). */
function readLook({ excerpt, status }: FormatAnswer, input: FormatInput): Reading {
  if (/"items"\s*:\s*\[\s*\]/.test(excerpt))
    return isEnding(input) ? nothingToTell : { outcome: 'continue', seen: { found: 'no' } };
  const item = excerpt.slice(excerpt.search(/"item"\s*:/));
  const lead_id = /^"item"\s*:\s*\{\s*"id"\s*:\s*"([0-9A-Za-z-]{1,64})"/.exec(item)?.[1];
  if (lead_id === undefined)
    return { outcome: 'failed', detail: `answered ${status} without the leads that it found` };
  const person = /"person"\s*:\s*\{\s*"id"\s*:\s*(\d{1,20})/.exec(item);
  const name = person && textMemberIn(item.slice(person.index), 'name');
  const title = textMemberIn(item, 'title');
  const empty = ['emails', 'phones'].filter((list) => new RegExp(`"${list}"\\s*:\\s*\\[\\s*\\]`).test(item));
  return {
    outcome: 'continue',
    seen: {
      lead_id,
      empty: empty.join(' '),
      ...(person?.[1] && name !== null && isNeutralName(name) ? { person_id: person[1] } : {}),
      ...(title !== null && isNeutralName(title) ? { is_untitled: 'yes' } : {}),
    },
  };
}

/** What is known when a step has been done. */
function after(step: Step, id: string, { kept, seen }: Progress): Partial<Progress> {
  const keep = (more: Kept) => ({ kept: { ...kept, ...more } });
  if (step === 'person') return keep({ person_id: id });
  if (step === 'lead') return keep({ lead_id: id });
  if (step === 'note') return keep({ noted: id });
  // What was `seen` is added to, not taken from.
  return { seen: { ...seen, [step === 'rename' ? 'renamed' : 'changed']: 'yes' } };
}

export const pipedriveLead = defineFormat({
  title: 'Pipedrive lead',
  settings: v.strictObject({
    /** Your API token; kept sealed, never shown again. */
    api_token: token,
    /** The field of leads that gets the referral’s id: by it a referral is one lead. */
    referral_id_field: v.pipe(v.string('must be a string'), v.regex(FIELD_KEY.pattern, FIELD_KEY.hint)),
    /** The user who owns new leads; without it the token’s own. */
    owner_id: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)),
    /** The referral as text on the lead, with the links to answer it. */
    add_note: v.optional(v.boolean('must be true or false'), true),
    /** Custom fields of leads, which are those of deals, each with what it gets; at most 20. */
    mapping: mappingSchema({ ...FIELD_KEY, reserved: [] }),
  }),
  secrets: ['api_token'],
  signed: false,
  echoes: true,
  defaultUrl: 'https://api.pipedrive.com',
  hosts: {
    pattern: /^[a-z0-9-]+\.pipedrive\.com$/,
    hint: 'must be of api.pipedrive.com or of your own account (….pipedrive.com)',
  },
  eventTypes: { ...updatesRecords, severalBy: 'referral_id_field' },
  system: () => 'pipedrive',
  carries: ({ add_note, mapping }) =>
    add_note ? WHOLE_CLIENT : ['identity', 'contact', ...categoriesIn(mapping, lengthMaxOf)],
  carriesNotice: () => true,
  request: (input, settings: Settings, progress) => {
    const { api_token, owner_id, mapping, referral_id_field, add_note } = settings;
    const { kept, seen } = progress;
    const headers = { 'x-api-token': api_token };
    const at = (path: string) => under(input.url, path);
    const step = stepOf(input, settings, progress);
    const referralId = referralIdOf(input) ?? '';
    if (step === 'look') {
      const query = { term: referralId, fields: 'custom_fields', exact_match: 'true', limit: '1' };
      return getJson(at(`/api/v2/leads/search?${new URLSearchParams(query)}`), headers);
    }
    const owner = owner_id === undefined ? {} : { owner_id };
    const { full } = leadNameOf(input);
    if (step === 'person' || step === 'rename') {
      const email = readSource('client.email', input);
      const phone = readSource('client.phone', input);
      const isEmpty = (list: string) => step === 'person' || seen.empty?.includes(list);
      const person = {
        name: cut(full, NAME_LENGTH_MAX),
        ...(email && isEmpty('emails') ? { emails: [{ value: email, primary: true, label: 'work' }] } : {}),
        ...(phone && isEmpty('phones') ? { phones: [{ value: phone, primary: true, label: 'work' }] } : {}),
      };
      return step === 'person'
        ? postJson(at('/api/v2/persons'), { ...person, ...owner }, headers)
        : sendJson('PATCH', at(`/api/v2/persons/${seen.person_id}`), person, headers);
    }
    if (step === 'note') {
      const must = [attentionOf(input), input.referral?.redisclosure_notice, referralId];
      const text = add_note ? summaryOf(input, NOTE_LENGTH_MAX) : must.filter(Boolean).join('\n');
      const lead_id = seen.lead_id ?? kept.lead_id;
      return postJson(at('/v1/notes'), { content: toHtml(text), lead_id }, headers);
    }
    const service = readSource('referral.service', input)?.replaceAll('_', ' ');
    const title = cut(service ? `${full}: ${service}` : full, NAME_LENGTH_MAX);
    const fields = {
      ...fieldsOf(applyMapping(mapping, input, lengthMaxOf), lengthMaxOf),
      ...(referral_id_field ? { [referral_id_field]: referralId } : {}),
    };
    if (step === 'change') {
      const named = seen.is_untitled !== undefined && hasClientName(input) ? { title } : {};
      return sendJson('PATCH', at(`/v1/leads/${seen.lead_id}`), { ...fields, ...named }, headers);
    }
    const lead = {
      ...fields,
      title,
      person_id: Number(kept.person_id),
      ...owner,
      // Told in Pipedrive's own webhooks: by it a stage change finds its referral again.
      ...(referralId ? { origin_id: referralId } : {}),
    };
    return postJson(at('/v1/leads'), lead, headers);
  },
  read: (answer, progress, settings, input) => {
    const { status, excerpt } = answer;
    const step = stepOf(input, settings, progress);
    if (status === 404 && step !== 'look')
      return refuseRecord(
        `answered ${status}: the lead, its person or its owner is not there (any more); if it was deleted, nothing is left to do`,
        excerpt,
      );
    if (status >= 300) return readCrmStatus(answer, HINTS);
    if (/"success"\s*:\s*false/.test(excerpt))
      return refuseRecord(`answered ${status}, but without success`, excerpt);
    if (step === 'look') return readLook(answer, input);
    const id = idIn(answer);
    if ((status !== 200 && status !== 201) || id === undefined)
      return { outcome: 'failed', detail: `answered ${status} without the id of what it made` };
    const next = after(step, id, progress);
    if (stepOf(input, settings, { ...progress, ...next }) === 'done')
      return deliveredTo({ ...progress.kept, ...next.kept }.lead_id);
    return {
      outcome: 'continue',
      ...(next.kept ? { kept: next.kept } : {}),
      ...(next.seen ? { seen: next.seen } : {}),
    };
  },
});
