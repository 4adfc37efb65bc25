/** CRMs whose template is written already: a practice gives its access and little else. */
import * as v from 'valibot';
import { line } from '../../../http/fields.ts';
import { defineFormat } from '../format.ts';
import { makesRecords, token, updatesRecords } from '../leads.ts';
import { type TemplateSettings, TemplateSettingsSchema } from './settings.ts';
import { byTemplate } from './template.ts';

/** Text of the owner's own in a template: it names no sources. */
const ownText = (lengthMax: number) =>
  v.pipe(
    line(lengthMax),
    v.check((text) => !/\{\{|\}\}/.test(text), 'must not hold `{{` or `}}`'),
  );
const source = v.optional(ownText(100), 'Referral Exchange');

/** As if its owner had written it. */
const written = (template: v.InferInput<typeof TemplateSettingsSchema>): TemplateSettings =>
  v.parse(TemplateSettingsSchema, template);

const ClioGrowSettings = v.strictObject({ inbox_lead_token: token, source });
type ClioGrow = v.InferOutput<typeof ClioGrowSettings>;

/**
 * Clio Grow's Lead Inbox (docs.developers.clio.com, "Clio Grow Lead Inbox"): 201 with the lead, 401 for a wrong token, 422
 * where one of `from_first`, `from_last`, `from_message`, `referring_url` and `from_source` is empty. What is in the
 * inbox cannot be changed from outside.
 */
export const clioGrow = defineFormat<ClioGrow>({
  title: 'Clio Grow',
  settings: ClioGrowSettings,
  secrets: ['inbox_lead_token'],
  defaultUrl: 'https://grow.clio.com',
  hosts: {
    pattern: /^((eu|au|ca)\.)?grow\.clio\.com$/,
    hint: 'must be of grow.clio.com, or of its region (eu., au. or ca.)',
  },
  // Nobody is known by name before the acceptance, and the inbox asks for first and last name.
  eventTypes: { ...makesRecords, default: ['referral.accepted'] },
  ...byTemplate<ClioGrow>(
    ({ inbox_lead_token, source }) =>
      written({
        create: {
          path: '/inbox_leads',
          json: {
            inbox_lead: {
              from_first: '{{lead.given_name}}',
              from_last: '{{lead.family_name}}',
              from_email: '{{client.email}}',
              from_phone: '{{client.phone}}',
              from_message: '{{referral.summary}}',
              referring_url: '{{referral.url}}',
              from_source: source,
            },
            inbox_lead_token: '{{secret.inbox_lead_token}}',
          },
          record_id_path: ['inbox_lead', 'id'],
        },
        secrets: { inbox_lead_token: inbox_lead_token ?? '-' },
      }),
    () => 'clio_grow',
  ),
});

const GoHighLevelSettings = v.strictObject({
  /** The token of a Private Integration with the scope contacts.write; kept sealed, never shown again. */
  access_token: token,
  /** The id of your location (sub-account). */
  location_id: v.pipe(
    v.string('must be a string'),
    v.regex(/^[A-Za-z0-9]{8,40}$/, 'must be the id of your location (sub-account): letters and digits'),
  ),
  source,
});
type GoHighLevel = v.InferOutput<typeof GoHighLevelSettings>;

/**
 * GoHighLevel's API 2.0 (github.com/GoHighLevel/highlevel-api-docs, apps/contacts.json). A contact has no text to read:
 * that is a note. Where a location allows no duplicates a known address is answered with 400 and `meta.contactId`.
 */
export const goHighLevel = defineFormat<GoHighLevel>({
  title: 'GoHighLevel',
  settings: GoHighLevelSettings,
  secrets: ['access_token'],
  defaultUrl: 'https://services.leadconnectorhq.com',
  hosts: { pattern: /^services\.leadconnectorhq\.com$/, hint: 'must be services.leadconnectorhq.com' },
  eventTypes: updatesRecords,
  ...byTemplate<GoHighLevel>(
    ({ access_token, location_id, source }) => {
      const headers = { Authorization: 'Bearer {{secret.access_token}}', Version: '2021-07-28' };
      const contact = {
        firstName: '{{lead.given_name}}',
        lastName: '{{lead.family_name}}',
        email: '{{client.email}}',
        phone: '{{client.phone}}',
      };
      const existing = { status: 400, path: ['meta', 'contactId'] };
      return written({
        create: {
          path: '/contacts/',
          headers,
          json: { locationId: location_id, ...contact, city: '{{referral.client_city}}', source },
          record_id_path: ['contact', 'id'],
          existing,
        },
        update: { method: 'PUT', path: '/contacts/{{record_id}}', headers, json: contact, existing },
        note: { path: '/contacts/{{record_id}}/notes', headers, json: { body: '{{referral.summary}}' } },
        secrets: { access_token: access_token ?? '-' },
      });
    },
    () => 'gohighlevel',
  ),
});

const LawmaticsSettings = v.strictObject({ access_token: token });
type Lawmatics = v.InferOutput<typeof LawmaticsSettings>;

/**
 * Lawmatics (docs.lawmatics.com, API 1.22): a matter is a `prospect` there and brings its contact along. `notes` of a
 * request are added to those that are there.
 */
export const lawmatics = defineFormat<Lawmatics>({
  title: 'Lawmatics',
  settings: LawmaticsSettings,
  secrets: ['access_token'],
  defaultUrl: 'https://api.lawmatics.com',
  hosts: { pattern: /^api\.lawmatics\.com$/, hint: 'must be api.lawmatics.com' },
  eventTypes: updatesRecords,
  ...byTemplate<Lawmatics>(
    ({ access_token }) => {
      const headers = { Authorization: 'Bearer {{secret.access_token}}' };
      const matter = {
        first_name: '{{lead.given_name}}',
        last_name: '{{lead.family_name}}',
        email: '{{client.email}}',
        phone: '{{client.phone}}',
        notes: [{ name: 'Referral Exchange', body: '{{referral.summary}}' }],
      };
      return written({
        create: {
          path: '/v1/prospects',
          headers,
          json: { ...matter, case_title: 'Referral {{referral.id}}: {{referral.service}}' },
          record_id_path: ['data', 'id'],
        },
        update: { method: 'PUT', path: '/v1/prospects/{{record_id}}', headers, json: matter },
        secrets: { access_token: access_token ?? '-' },
      });
    },
    () => 'lawmatics',
  ),
});

const EspoCrmSettings = v.strictObject({
  api_key: token,
  /** Where the CRM stands on its host, if not at the root. */
  site_path: v.optional(
    v.pipe(
      v.string('must be a string'),
      v.regex(/^(\/[A-Za-z0-9_-]{1,60}){0,5}$/, 'must be empty or a path such as `/espo`'),
    ),
    '',
  ),
});
type EspoCrm = v.InferOutput<typeof EspoCrmSettings>;

/**
 * EspoCRM's REST API (docs.espocrm.com, "API :: CRUD Operations", "API search parameters"), as an API user: unlike its
 * lead capture it answers with the record and can change it. Its lead is found by the referral's id in its description. Two referrals of one client are two leads, so its check for duplicates is skipped.
 */
export const espoCrm = defineFormat<EspoCrm>({
  title: 'EspoCRM',
  settings: EspoCrmSettings,
  secrets: ['api_key'],
  defaultUrl: null,
  hosts: null,
  eventTypes: updatesRecords,
  ...byTemplate<EspoCrm>(
    ({ api_key, site_path = '' }) => {
      const headers = { 'X-Api-Key': '{{secret.api_key}}' };
      const lead = {
        firstName: '{{lead.given_name}}',
        lastName: '{{lead.family_name}}',
        emailAddress: '{{client.email}}',
        phoneNumber: '{{client.phone}}',
        description: '{{referral.summary}}',
      };
      const byDescription = '&where%5B0%5D%5Btype%5D=contains&where%5B0%5D%5Battribute%5D=description';
      return written({
        find: {
          path: `${site_path}/api/v1/Lead?select=description&maxSize=5${byDescription}&where%5B0%5D%5Bvalue%5D={{referral.id}}`,
          headers,
          records_path: ['list'],
          record_id_path: ['id'],
        },
        create: {
          path: `${site_path}/api/v1/Lead`,
          headers: { ...headers, 'X-Skip-Duplicate-Check': 'true' },
          json: { ...lead, addressCity: '{{referral.client_city}}' },
          record_id_path: ['id'],
        },
        update: { method: 'PUT', path: `${site_path}/api/v1/Lead/{{record_id}}`, headers, json: lead },
        secrets: { api_key: api_key ?? '-' },
      });
    },
    () => 'espocrm',
  ),
});
