/**
 * Zoho CRM: a lead by upsert. Access tokens live for an hour and Zoho makes only a few of them at a time, so the
 * first step asks for one and later deliveries of the endpoint share it until it expires.
 */
import * as v from 'valibot';
import { line } from '../../http/fields.ts';
import type { Reading } from './format.ts';
import {
  defineFormat,
  type FormatAnswer,
  type FormatRequest,
  postForm,
  postJson,
  under,
  WHOLE_CLIENT,
} from './format.ts';
import { referralIdOf } from './input.ts';
import { company, token, updatesRecords } from './leads.ts';
import { codesIn, delivered, readStatus, withCodes } from './readings.ts';
import { applyMapping, mappingSchema, readSource } from './sources.ts';
import { fieldsOf, leadNameOf, lengthsMax, summaryOf } from './words.ts';

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
    return { outcome: 'continue', kept: {}, session: { value, expires_in_seconds } };
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

/** Each record has its own code, whatever the status of the answer; we send one. */
function readUpsert(answer: FormatAnswer): Reading {
  const codes = codesIn(answer.excerpt, ['code']);
  if (answer.status === 401) {
    return withCodes(
      { outcome: 'failed', detail: 'answered 401: the access token is not valid any more', endSession: true },
      codes,
    );
  }
  if (answer.status >= 300) {
    const hints = { 403: 'the access token lacks a scope', 429: 'too many requests for this account' };
    return withCodes(readStatus(answer, hints), codes);
  }
  const [code] = codes;
  if (code === 'SUCCESS') return delivered;
  const isPassing = code === undefined || PASSING_CODES.includes(code);
  const detail = `answered ${answer.status}, but did not take the lead`;
  return withCodes({ outcome: isPassing ? 'failed' : 'rejected', detail }, codes);
}

export const zohoLead = defineFormat({
  title: 'Zoho CRM lead',
  settings: v.strictObject({
    client_id: v.pipe(
      v.string('must be a string'),
      v.regex(/^[\x21-\x7e]{8,128}$/, 'must be the client id of a self client (api-console.zoho.com)'),
    ),
    client_secret: token,
    refresh_token: token,
    /** A unique field of your leads. With it a referral is one lead, also before the client is known. */
    referral_id_field: v.optional(
      v.pipe(v.string('must be a string'), v.regex(fieldName.pattern, fieldName.hint)),
    ),
    company,
    lead_source: v.optional(line(120)),
    mapping: mappingSchema({ ...fieldName, reserved: ['id', 'Owner', 'Layout'] }),
  }),
  secrets: ['client_secret', 'refresh_token'],
  signed: false,
  echoes: false,
  defaultUrl: 'https://www.zohoapis.com',
  hosts: {
    pattern: /^www\.zohoapis\.(com|eu|in|com\.au|jp|ca|sa|com\.cn|uk)$/,
    hint: 'must be the API host of your data centre, such as www.zohoapis.com or www.zohoapis.eu',
  },
  eventTypes: updatesRecords,
  carries: () => WHOLE_CLIENT,
  request: (input, settings, { session }) => {
    if (session === null) return askForToken(input.url, settings);
    const { referral_id_field, company, lead_source, mapping } = settings;
    const { given, family } = leadNameOf(input);
    const referralId = referralIdOf(input);
    const fields = {
      First_Name: given,
      Last_Name: family,
      Company: company,
      Email: readSource('client.email', input),
      Phone: readSource('client.phone', input),
      City: readSource('referral.client_city', input),
      Lead_Source: lead_source,
      Description: summaryOf(input, lengthMaxOf('Description')),
      ...applyMapping(mapping, input, lengthMaxOf),
      ...(referral_id_field ? { [referral_id_field]: referralId } : {}),
    };
    const duplicate_check_fields = referral_id_field ? [referral_id_field, 'Email'] : ['Email'];
    return postJson(
      under(input.url, '/crm/v8/Leads/upsert'),
      { data: [fieldsOf(fields, lengthMaxOf)], duplicate_check_fields },
      { Authorization: `Zoho-oauthtoken ${session}` },
    );
  },
  read: (answer, { session }) => {
    if (session !== null) return readUpsert(answer);
    const reading = readToken(answer);
    return reading.outcome === 'continue' ? reading : { ...reading, isSecret: true };
  },
});
