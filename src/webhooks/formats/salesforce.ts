/**
 * Salesforce. Web-to-Lead needs no access and cannot change a lead: it answers 200 to everything it can read and tells the lead's fate to its administrator by
 * mail only, so a delivery is never more than accepted. An org takes 500 leads a day and queues the rest. The REST API
 * (`salesforce_lead.ts`) does more.
 */
import * as v from 'valibot';
import { line } from '../../http/fields.ts';
import { defineFormat, postForm, under, WHOLE_CLIENT } from './format.ts';
import { company, makesRecords } from './leads.ts';
import { readStatus, refuseRecord } from './readings.ts';
import { applyMapping, mappingSchema, readSource } from './sources.ts';
import { fieldsOf, leadNameOf, lengthsMax, summaryOf } from './words.ts';

/** What it does not take it says in a header (seen in answers; it stands in no document of Salesforce's). */
const isException = (headers: Headers | undefined) =>
  /^true\b.*Exception/i.test(headers?.get('Is-Processed') ?? '');

/** Of the Lead object; what is longer makes Salesforce drop the lead. */
const KNOWN_LENGTHS_MAX = {
  oid: 18,
  first_name: 40,
  last_name: 80,
  company: 255,
  email: 80,
  phone: 40,
  city: 40,
  lead_source: 255,
  description: 32_000,
};
/** A custom text field; a long text area of the CRM takes more, but cannot be told from one by its id. */
const CUSTOM_LENGTH_MAX = 255;
const lengthMaxOf = lengthsMax(KNOWN_LENGTHS_MAX, CUSTOM_LENGTH_MAX);

export const salesforceWebToLead = defineFormat({
  title: 'Salesforce Web-to-Lead',
  settings: v.strictObject({
    /** The organization id: 15 or 18 characters from 00D on. */
    oid: v.pipe(
      v.string('must be a string'),
      v.regex(
        /^00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/,
        'must be the organization id: 15 or 18 characters from 00D on (Setup, Company Information)',
      ),
    ),
    /** What the lead’s company is to be: Salesforce insists on one. */
    company,
    /** What the lead’s source is to be. */
    lead_source: v.optional(line(255), 'Referral Exchange'),
    /** Fields of your own, each with what it gets; at most 20. */
    mapping: mappingSchema({
      pattern: /^(00N[A-Za-z0-9]{12}([A-Za-z0-9]{3})?|[A-Za-z][A-Za-z0-9_]{0,79})$/,
      hint: 'must be the id of a custom field (from 00N on) or the name of a standard one, such as `industry`',
      reserved: ['oid', 'retURL', 'encoding', 'debug', 'debugEmail', 'captcha_settings', 'external'],
    }),
  }),
  secrets: [],
  signed: false,
  echoes: false,
  defaultUrl: 'https://webto.salesforce.com',
  hosts: {
    pattern: /^(webto|test)\.salesforce\.com$|\.my\.salesforce\.com$/,
    hint: 'must be of webto.salesforce.com or of your own My Domain (….my.salesforce.com)',
  },
  eventTypes: makesRecords,
  carries: () => WHOLE_CLIENT,
  carriesNotice: () => true,
  request: (input, { oid, company, lead_source, mapping }) => {
    const { given, family } = leadNameOf(input);
    const fields = {
      oid,
      first_name: given,
      last_name: family,
      company,
      email: readSource('client.email', input),
      phone: readSource('client.phone', input),
      city: readSource('referral.client_city', input),
      lead_source,
      description: summaryOf(input, lengthMaxOf('description')),
      ...applyMapping(mapping, input, lengthMaxOf),
    };
    const url = under(input.url, `/servlet/servlet.WebToLead?encoding=UTF-8&orgId=${oid}`);
    return postForm(url, fieldsOf(fields, lengthMaxOf));
  },
  read: (answer) =>
    isException(answer.headers)
      ? refuseRecord(
          'Salesforce did not process the lead: look for a required field, a validation rule or a wrong `oid`, then retry the delivery',
          '',
        )
      : answer.status === 200 || answer.status === 302
        ? {
            outcome: 'delivered',
            confirmed: false,
            detail: 'accepted, unconfirmed: Salesforce does not say whether the lead was made',
          }
        : readStatus(answer),
});
