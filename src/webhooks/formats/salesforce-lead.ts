/**
 * Salesforce's REST API: a lead of each referral, by a field of your own that is an external id. The access is that of
 * an app with the client-credentials flow; Salesforce does not say how long a session lives, but at least 15 minutes
 * (Setup, Session Settings), so it is asked for anew before.
 */
import * as v from 'valibot';
import { line } from '../../http/fields.ts';
import {
  defineFormat,
  type FormatAnswer,
  getJson,
  type Progress,
  postForm,
  type Reading,
  sendJson,
  WHOLE_CLIENT,
} from './format.ts';
import { referralIdOf } from './input.ts';
import { company, isEnding, token, updatesRecords } from './leads.ts';
import { codesIn, deliveredTo, nothingToTell, readCrmStatus, refuseRecord, withCodes } from './readings.ts';
import { applyMapping, mappingSchema, readSource } from './sources.ts';
import { type Fields, keepWritable, writableIn } from './standing.ts';
import { fieldsOf, hasClientName, leadNameOf, lengthsMax, summaryOf } from './words.ts';

const API_VERSION = 'v65.0';
const SESSION_SECONDS = 14 * 60;

/** Of the Lead object; a custom text field takes 255. */
const lengthMaxOf = lengthsMax(
  { FirstName: 40, LastName: 80, Company: 255, Email: 80, Phone: 40, City: 40, Description: 32_000 },
  255,
);
const FIELDS: Fields = { names: ['LastName', 'FirstName'], others: ['Email', 'Phone', 'City'] };

const fieldName = {
  pattern: /^[A-Za-z][A-Za-z0-9_]{0,79}$/,
  hint: 'must be the API name of a field, such as `Referral_Id__c`',
};

type Step = 'token' | 'look' | 'upsert';

function stepOf({ session, seen }: Progress): Step {
  if (session === null) return 'token';
  return seen.found === undefined ? 'look' : 'upsert';
}

const HINTS = {
  400: 'it did not take the lead: correct what it names, then retry the delivery',
  403: 'the user of the app may not do this, or the API is switched off for your edition',
  404: '`referral_id_field` is no field of leads that is an external id and that the user of the app may see',
  429: 'too many requests for this organization',
};

/** OAuth 2.0 (RFC 6749, 5.2), as Salesforce words it. */
function readToken(answer: FormatAnswer): Reading {
  const value = /"access_token"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{8,2000})"/.exec(answer.excerpt)?.[1];
  if (answer.status === 200 && value)
    return { outcome: 'continue', session: { value, expires_in_seconds: SESSION_SECONDS } };
  const code = /"error"\s*:\s*"([a-z_]{1,60})"/.exec(answer.excerpt)?.[1];
  if (answer.status >= 400 && answer.status < 500 && code)
    return {
      outcome: 'rejected',
      detail: `no access token: Salesforce says ${code}; look at the app’s client-credentials flow, its user, and the URL, which is that of your My Domain`,
    };
  const reading = readCrmStatus(answer);
  if (reading.outcome === 'delivered') return { outcome: 'failed', detail: 'no access token in the answer' };
  return reading.outcome === 'record_refused'
    ? { outcome: 'rejected', detail: `no access token: ${reading.detail}` }
    : reading;
}

function readFault(answer: FormatAnswer): Reading {
  const { status, excerpt } = answer;
  const codes = codesIn(excerpt, ['errorCode']);
  if (status === 300) {
    const detail =
      'answered 300: several leads have this referral’s id: make the field unique and merge them';
    return refuseRecord(detail, '');
  }
  if (status === 401)
    return withCodes(
      { outcome: 'failed', detail: 'answered 401: the session is over', endSession: true },
      codes,
    );
  // Another delivery of the same referral was being written, or too many requests came today: not for ever.
  if (codes.includes('REQUEST_LIMIT_EXCEEDED') || codes.includes('SERVER_UNAVAILABLE'))
    return withCodes(
      { outcome: 'failed', detail: `answered ${status}: the organization’s limit is reached` },
      codes,
    );
  if (codes.includes('UNABLE_TO_LOCK_ROW') || codes.includes('DUPLICATE_VALUE'))
    return withCodes(refuseRecord(`answered ${status}: the lead is being written`, excerpt, false), codes);
  const hints = codes.includes('CANNOT_UPDATE_CONVERTED_LEAD')
    ? { ...HINTS, 400: 'the lead was converted, and Salesforce changes it no more: note it by hand' }
    : HINTS;
  return withCodes(readCrmStatus(answer, hints), codes);
}

export const salesforceLead = defineFormat({
  title: 'Salesforce lead',
  settings: v.strictObject({
    /** The consumer key of an app with the client-credentials flow. */
    client_id: v.pipe(
      v.string('must be a string'),
      v.regex(/^[\x21-\x7e]{8,512}$/, 'must be the consumer key of an app with the client-credentials flow'),
    ),
    /** Its consumer secret; kept sealed, never shown again. */
    client_secret: token,
    /** A field of your leads that is an external id, unique: by it a referral is one lead. */
    referral_id_field: v.pipe(v.string('must be a string'), v.regex(fieldName.pattern, fieldName.hint)),
    /** What the lead’s company is to be: Salesforce insists on one. */
    company,
    /** What the lead’s source is to be. */
    lead_source: v.optional(line(255), 'Referral Exchange'),
    /** Fields of your own, each with what it gets; at most 20. */
    mapping: mappingSchema({ ...fieldName, reserved: ['Id', 'OwnerId'] }),
  }),
  secrets: ['client_secret'],
  signed: false,
  echoes: true,
  defaultUrl: null,
  hosts: {
    pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)?\.my\.salesforce\.com$/,
    hint: 'must be your My Domain (….my.salesforce.com)',
  },
  eventTypes: { ...updatesRecords, severalBy: 'referral_id_field' },
  system: () => 'salesforce',
  carries: () => WHOLE_CLIENT,
  carriesNotice: () => true,
  request: (input, settings, progress) => {
    const { client_id, client_secret, referral_id_field, company, lead_source, mapping } = settings;
    const { session, seen } = progress;
    const { origin } = new URL(input.url);
    const step = stepOf(progress);
    if (step === 'token')
      return postForm(`${origin}/services/oauth2/token`, {
        grant_type: 'client_credentials',
        client_id,
        client_secret,
      });
    const path = `/services/data/${API_VERSION}/sobjects/Lead/${referral_id_field}/${referralIdOf(input)}`;
    const headers = { Authorization: `Bearer ${session}` };
    if (step === 'look') {
      const fields = ['Id', ...FIELDS.names, ...FIELDS.others].join(',');
      return getJson(`${origin}${path}?${new URLSearchParams({ fields })}`, headers);
    }
    const { given, family } = leadNameOf(input);
    const isNew = seen.found === 'no';
    const values = fieldsOf(
      {
        FirstName: given,
        LastName: family,
        // The firm and the source are said once: they may have been corrected since.
        ...(isNew ? { Company: company, LeadSource: lead_source } : {}),
        Email: readSource('client.email', input),
        Phone: readSource('client.phone', input),
        City: readSource('referral.client_city', input),
        Description: summaryOf(input, lengthMaxOf('Description')),
        ...applyMapping(mapping, input, lengthMaxOf),
      },
      lengthMaxOf,
    );
    // The id stands in the path, and in a body it would be refused.
    const { [referral_id_field]: _id, ...others } = values;
    const body = isNew ? others : keepWritable(others, FIELDS, seen, hasClientName(input));
    // Two referrals of one client are two leads: a rule that only warns of that is not asked.
    return sendJson('PATCH', `${origin}${path}`, body, {
      ...headers,
      'Sforce-Duplicate-Rule-Header': 'allowSave=true',
    });
  },
  read: (answer, progress, _settings, input) => {
    const { status, excerpt } = answer;
    const step = stepOf(progress);
    if (step === 'token') {
      const reading = readToken(answer);
      return reading.outcome === 'continue' ? reading : { ...reading, isSecret: true };
    }
    if (step === 'look') {
      if (status === 404 && !/external/i.test(excerpt))
        return isEnding(input) ? nothingToTell : { outcome: 'continue', seen: { found: 'no' } };
      if (status === 200 && /"Id"\s*:/.test(excerpt))
        return { outcome: 'continue', seen: { found: 'yes', writable: writableIn(excerpt, FIELDS) } };
      return status < 300
        ? { outcome: 'failed', detail: `answered ${status} without a lead` }
        : readFault(answer);
    }
    if (status === 200 || status === 201 || status === 204)
      return deliveredTo(/"id"\s*:\s*"(\w{15,18})"/.exec(excerpt)?.[1]);
    return status < 300 ? { outcome: 'failed', detail: `answered ${status}` } : readFault(answer);
  },
});
