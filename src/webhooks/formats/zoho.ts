/**
 * Zoho CRM: a lead of each referral. It is inserted; where one with the referral's id is there, Zoho refuses that and
 * names it, and it is updated. So nothing but the referral's id decides which lead is meant. Access tokens live for an
 * hour and Zoho makes only a few of them at a time, so the first step asks for one and later deliveries of the endpoint
 * share it until it expires.
 */
import * as v from 'valibot';
import { line } from '../../http/fields.ts';
import {
  defineFormat,
  type FormatAnswer,
  type FormatRequest,
  getJson,
  type Progress,
  postForm,
  postJson,
  type Reading,
  sendJson,
  under,
  WHOLE_CLIENT,
} from './format.ts';
import { type FormatInput, referralIdOf } from './input.ts';
import { company, token, updatesRecords } from './leads.ts';
import { codesIn, deliveredTo, readCrmStatus, readStatus, refuseRecord, withCodes } from './readings.ts';
import { applyMapping, mappingSchema, readSource } from './sources.ts';
import { type Fields, keepWritable, writableIn } from './standing.ts';
import { fieldsOf, hasClientName, leadNameOf, lengthsMax, summaryOf } from './words.ts';

const KNOWN_LENGTHS_MAX = {
  First_Name: 40,
  Last_Name: 80,
  Company: 100,
  Email: 100,
  Phone: 30,
  City: 100,
  Lead_Source: 120,
  Description: 32_000,
};
const CUSTOM_LENGTH_MAX = 255;
const lengthMaxOf = lengthsMax(KNOWN_LENGTHS_MAX, CUSTOM_LENGTH_MAX);
/** Taken out of the hour that Zoho promises: clocks differ and requests take time. */
const SESSION_MARGIN_SECONDS = 120;

/** Codes that say nothing about the record itself. */
const PASSING_CODES = ['INTERNAL_ERROR', 'TOO_MANY_REQUESTS', 'LIMIT_EXCEEDED'];

const fieldName = {
  pattern: /^[A-Za-z][A-Za-z0-9_]{0,99}$/,
  hint: 'must be the API name of a field, such as `Referral_Id`',
};

/** The accounts server of the same data centre; beside the API itself where the host is none of Zoho's. */
function tokenUrl(apiUrl: string): string {
  const { hostname, origin } = new URL(apiUrl);
  const region = /^www\.zohoapis\.([a-z.]+)$/.exec(hostname)?.[1];
  const host =
    region === undefined ? origin : `https://accounts.${region === 'ca' ? 'zohocloud.ca' : `zoho.${region}`}`;
  return `${host}/oauth/v2/token`;
}

function askForToken(
  url: string,
  settings: { client_id: string; client_secret: string; refresh_token: string },
): FormatRequest {
  const { client_id, client_secret, refresh_token } = settings;
  return postForm(tokenUrl(url), { grant_type: 'refresh_token', client_id, client_secret, refresh_token });
}

/** Zoho refuses with 200 and `{"error":"invalid_code"}`, and a flood with 400 and "Access Denied". */
function readToken(answer: FormatAnswer): Reading {
  const value = /"access_token"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{8,512})"/.exec(answer.excerpt)?.[1];
  if (answer.status === 200 && value) {
    const seconds = Number(/"expires_in"\s*:\s*(\d{1,6})/.exec(answer.excerpt)?.[1] ?? 3600);
    const expires_in_seconds = Math.max(1, seconds - SESSION_MARGIN_SECONDS);
    return { outcome: 'continue', session: { value, expires_in_seconds } };
  }
  if (/too many requests/i.test(answer.excerpt))
    return { outcome: 'failed', detail: 'no access token: Zoho was asked for too many' };
  const code = /"error"\s*:\s*"([a-z_]{1,40})"/.exec(answer.excerpt)?.[1];
  if (code) return { outcome: 'rejected', detail: `no access token: Zoho says ${code}` };
  const reading = readStatus(answer);
  return reading.outcome === 'delivered'
    ? { outcome: 'failed', detail: 'no access token in the answer' }
    : reading;
}

const FIELDS: Fields = {
  names: ['Last_Name', 'First_Name'],
  others: ['Email', 'Phone', 'City'],
};

const SCOPES = 'ZohoCRM.modules.leads.ALL';

type Step = 'token' | 'insert' | 'look' | 'update';

/** The lead that stands is looked at where there is something of the client to write. */
function stepOf({ referral }: FormatInput, { session, seen }: Progress): Step {
  if (session === null) return 'token';
  if (seen.record_id === undefined) return 'insert';
  const hasMore = Boolean(referral?.client || referral?.client_city);
  return hasMore && seen.writable === undefined ? 'look' : 'update';
}

function readFault(answer: FormatAnswer, codes: readonly string[]): Reading {
  const { status, excerpt } = answer;
  if (codes.includes('OAUTH_SCOPE_MISMATCH')) {
    const detail = `answered ${status}: the refresh token lacks the scope ${SCOPES}: make a new one with it`;
    return withCodes({ outcome: 'rejected', detail }, codes);
  }
  if (status === 401) {
    const detail = 'answered 401: the access token is not valid any more';
    return withCodes({ outcome: 'failed', detail, endSession: true }, codes);
  }
  const [code] = codes;
  if (code !== undefined && PASSING_CODES.includes(code))
    return withCodes({ outcome: 'failed', detail: `answered ${status}` }, codes);
  if (status >= 300) {
    const hints = {
      400: 'it did not take the lead: correct what it names, then retry the delivery',
      403: 'the access token lacks a scope, or its user may not write leads',
      429: 'too many requests for this account',
    };
    return withCodes(readCrmStatus(answer, hints), codes);
  }
  if (code === undefined) return { outcome: 'failed', detail: `answered ${status} without a code` };
  const detail = `answered ${status}, but did not take the lead: correct what it names, then retry the delivery`;
  return withCodes(refuseRecord(detail, excerpt), codes);
}

/** The lead that an answer names, and the field of which it has the value already. */
function leadIn(excerpt: string): { field: string | undefined; id: string | undefined } {
  const own = excerpt.replaceAll(/"(?:Owner|module|Created_By|Modified_By)"\s*:\s*\{[^{}]*\}/g, '');
  return {
    field: /"api_name"\s*:\s*"(\w{1,100})"/.exec(own)?.[1],
    id: /"id"\s*:\s*"(\d{1,30})"/.exec(own)?.[1],
  };
}

/** Each record has its own code, whatever the status of the answer; we send one. */
function readInsert(answer: FormatAnswer, referral_id_field: string | undefined): Reading {
  const codes = codesIn(answer.excerpt, ['code']);
  if (answer.status < 300 && codes[0] === 'SUCCESS') return deliveredTo(leadIn(answer.excerpt).id);
  if (codes[0] !== 'DUPLICATE_DATA') return readFault(answer, codes);
  const { field, id } = leadIn(answer.excerpt);
  if (field !== undefined && field === referral_id_field && id !== undefined)
    return { outcome: 'continue', seen: { record_id: id } };
  const detail = `answered ${answer.status}: another lead has the same ${field ?? 'value'}, and your layout forbids two: allow duplicates of that field, then retry the delivery`;
  return withCodes(refuseRecord(detail, answer.excerpt), codes);
}

function readLook(answer: FormatAnswer): Reading {
  if (answer.status === 200 && answer.excerpt.includes('"data"'))
    return { outcome: 'continue', seen: { writable: writableIn(answer.excerpt, FIELDS) } };
  return readFault(answer, codesIn(answer.excerpt, ['code']));
}

function readUpdate(answer: FormatAnswer, { record_id }: Progress['seen']): Reading {
  const codes = codesIn(answer.excerpt, ['code']);
  return answer.status < 300 && codes[0] === 'SUCCESS' ? deliveredTo(record_id) : readFault(answer, codes);
}

export const zohoLead = defineFormat({
  title: 'Zoho CRM lead',
  settings: v.strictObject({
    /** The client id of a self client (api-console.zoho.com). */
    client_id: v.pipe(
      v.string('must be a string'),
      v.regex(/^[\x21-\x7e]{8,128}$/, 'must be the client id of a self client (api-console.zoho.com)'),
    ),
    /** Its client secret; kept sealed, never shown again. */
    client_secret: token,
    /** A refresh token with the right to write leads; kept sealed, never shown again. */
    refresh_token: token,
    /**
     * A field of your leads that forbids duplicates: by it a referral is one lead, also before the client is known.
     * Required for more than one type of event.
     */
    referral_id_field: v.optional(
      v.pipe(v.string('must be a string'), v.regex(fieldName.pattern, fieldName.hint)),
    ),
    /** What the lead’s company is to be. */
    company,
    /** What the lead’s source is to be, as Zoho lists it. */
    lead_source: v.optional(line(120)),
    /** Fields of your own, each with what it gets; at most 20. */
    mapping: mappingSchema({ ...fieldName, reserved: ['id', 'Owner', 'Layout'] }),
  }),
  secrets: ['client_secret', 'refresh_token'],
  signed: false,
  echoes: false,
  defaultUrl: 'https://www.zohoapis.com',
  hosts: {
    pattern: /^www\.zohoapis\.(com|eu|uk|in|com\.au|jp|ca|sa|ae|com\.cn)$/,
    hint: 'must be the API host of your data centre, such as www.zohoapis.com or www.zohoapis.eu',
  },
  eventTypes: { ...updatesRecords, severalBy: 'referral_id_field' },
  system: () => 'zoho',
  carries: () => WHOLE_CLIENT,
  carriesNotice: () => true,
  request: (input, settings, progress) => {
    const { session, seen } = progress;
    const step = stepOf(input, progress);
    if (step === 'token') return askForToken(input.url, settings);
    const headers = { Authorization: `Zoho-oauthtoken ${session}` };
    const at = (path: string) => under(input.url, `/crm/v8/Leads${path}`);
    if (step === 'look') {
      const fields = [...FIELDS.names, ...FIELDS.others].join(',');
      return getJson(at(`/${seen.record_id}?${new URLSearchParams({ fields })}`), headers);
    }
    const { referral_id_field, company, lead_source, mapping } = settings;
    const { given, family } = leadNameOf(input);
    // The firm and the source are said once: they may have been corrected since.
    const first = step === 'insert' ? { Company: company, Lead_Source: lead_source } : {};
    const values = fieldsOf(
      {
        First_Name: given,
        Last_Name: family,
        ...first,
        Email: readSource('client.email', input),
        Phone: readSource('client.phone', input),
        City: readSource('referral.client_city', input),
        Description: summaryOf(input, lengthMaxOf('Description')),
        ...applyMapping(mapping, input, lengthMaxOf),
        ...(referral_id_field ? { [referral_id_field]: referralIdOf(input) } : {}),
      },
      lengthMaxOf,
    );
    if (step === 'insert') return postJson(at(''), { data: [values] }, headers);
    const data = keepWritable(values, FIELDS, seen, hasClientName(input));
    return sendJson('PUT', at(`/${seen.record_id}`), { data: [data] }, headers);
  },
  read: (answer, progress, { referral_id_field }, input) => {
    const step = stepOf(input, progress);
    if (step === 'insert') return readInsert(answer, referral_id_field);
    if (step === 'look') return readLook(answer);
    if (step === 'update') return readUpdate(answer, progress.seen);
    const reading = readToken(answer);
    return reading.outcome === 'continue' ? reading : { ...reading, isSecret: true };
  },
});
