/** HubSpot: a submission of one of its forms, or a contact by its CRM API. */
import * as v from 'valibot';
import { oneOf, setOf } from '../../http/fields.ts';
import { defineFormat, postJson, under, WHOLE_CLIENT } from './format.ts';
import type { FormatInput } from './input.ts';
import { referralIdOf } from './input.ts';
import { makesRecords, token, updatesRecords } from './leads.ts';
import { codesIn, readStatus, withCodes } from './readings.ts';
import { applyMapping, categoriesIn, mappingSchema, readSource } from './sources.ts';
import { fieldsOf, leadNameOf, lengthsMax, summaryOf } from './words.ts';

const PROPERTIES = ['firstname', 'lastname', 'email', 'phone', 'city', 'message'] as const;
const KNOWN_LENGTHS_MAX = {
  firstname: 100,
  lastname: 100,
  email: 254,
  phone: 100,
  city: 120,
  message: 30_000,
};
const CUSTOM_LENGTH_MAX = 5000;
const lengthMaxOf = lengthsMax(KNOWN_LENGTHS_MAX, CUSTOM_LENGTH_MAX);

const propertyName = v.pipe(
  v.string('must be a string'),
  v.regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be the internal name of a property, such as `referral_id`'),
);
const targets = {
  pattern: /^[a-z][a-z0-9_]{0,99}$/,
  hint: 'must be the internal name of a property, such as `referral_id`',
};

function propertiesOf(input: FormatInput): Record<(typeof PROPERTIES)[number], string | null> {
  const { given, family } = leadNameOf(input);
  return {
    firstname: given,
    lastname: family,
    email: readSource('client.email', input),
    phone: readSource('client.phone', input),
    city: readSource('referral.client_city', input),
    message: summaryOf(input, lengthMaxOf('message')),
  };
}

export const hubspotForm = defineFormat({
  title: 'HubSpot form',
  settings: v.strictObject({
    portal_id: v.pipe(
      v.string('must be a string'),
      v.regex(/^\d{1,12}$/, 'must be the number of your account (Hub ID)'),
    ),
    form_id: v.pipe(
      v.string('must be a string'),
      v.regex(
        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
        'must be the id of the form, as it stands in its address',
      ),
    ),
    /** HubSpot refuses a submission with a field that the form does not have. */
    fields: v.optional(
      v.pipe(
        setOf(oneOf(PROPERTIES), PROPERTIES.length),
        v.check(
          (fields) => fields.includes('lastname'),
          'must include lastname, which is all that is sent while the client is withheld',
        ),
      ),
      ['firstname', 'lastname', 'email'],
    ),
    /** Further fields of the form. */
    mapping: mappingSchema({ ...targets, reserved: [] }),
  }),
  secrets: [],
  signed: false,
  echoes: true,
  defaultUrl: 'https://api.hsforms.com',
  hosts: {
    pattern: /^api(-[a-z0-9]+)?\.hsforms\.com$/,
    hint: 'must be of api.hsforms.com (or of its region, such as api-eu1.hsforms.com)',
  },
  eventTypes: makesRecords,
  carries: ({ fields, mapping }) =>
    fields.includes('message')
      ? WHOLE_CLIENT
      : [
          'identity',
          ...(fields.includes('email') || fields.includes('phone') ? (['contact'] as const) : []),
          ...categoriesIn(mapping, lengthMaxOf),
        ],
  request: (input, { portal_id, form_id, fields, mapping }) => {
    const all = propertiesOf(input);
    const wanted = Object.fromEntries(fields.map((name) => [name, all[name]]));
    const values = fieldsOf({ ...wanted, ...applyMapping(mapping, input, lengthMaxOf) }, lengthMaxOf);
    return postJson(under(input.url, `/submissions/v3/integration/submit/${portal_id}/${form_id}`), {
      fields: Object.entries(values).map(([name, value]) => ({ objectTypeId: '0-1', name, value })),
      context: { pageName: 'Referral' },
    });
  },
  read: (answer) =>
    answer.status === 200
      ? readStatus(answer)
      : withCodes(
          // Another 2xx is none of the documented answers.
          answer.status < 300
            ? { outcome: 'failed', detail: `answered ${answer.status}` }
            : readStatus(answer, {
                400: 'the form does not take these fields',
                403: 'the form takes no submissions from outside',
                404: 'there is no such form',
                429: 'more than 50 submissions in 10 seconds',
              }),
          codesIn(answer.excerpt, ['errorType']),
        ),
});

export const hubspotContact = defineFormat({
  title: 'HubSpot contact',
  settings: v.strictObject({
    access_token: token,
    /**
     * A property of your contacts with unique values. With it a referral is one contact, also before the client is
     * known; without it the e-mail address decides, and a client without one is a new contact each time.
     */
    referral_id_property: v.optional(propertyName),
    mapping: mappingSchema({ ...targets, reserved: ['hs_object_id'] }),
  }),
  secrets: ['access_token'],
  signed: false,
  echoes: true,
  defaultUrl: 'https://api.hubapi.com',
  hosts: { pattern: /^api\.hubapi\.com$/, hint: 'must be of api.hubapi.com' },
  eventTypes: updatesRecords,
  carries: () => WHOLE_CLIENT,
  request: (input, { access_token, referral_id_property, mapping }) => {
    const referralId = referralIdOf(input);
    const values = fieldsOf(
      {
        ...propertiesOf(input),
        ...applyMapping(mapping, input, lengthMaxOf),
        ...(referral_id_property ? { [referral_id_property]: referralId } : {}),
      },
      lengthMaxOf,
    );
    const idProperty = referral_id_property ?? 'email';
    const id = values[idProperty];
    // Creating needs no address: HubSpot takes a contact that has a last name.
    const verb = id === undefined ? 'create' : 'upsert';
    return postJson(
      under(input.url, `/crm/v3/objects/contacts/batch/${verb}`),
      { inputs: [{ ...(id === undefined ? {} : { idProperty, id }), properties: values }] },
      { Authorization: `Bearer ${access_token}` },
    );
  },
  read: (answer) => {
    const { status, excerpt } = answer;
    const codes = codesIn(excerpt, ['category']);
    const isTaken = status === 200 || status === 201;
    const hasErrors = status === 207 || /"numErrors"\s*:\s*"?[1-9]/.test(excerpt);
    // HubSpot answers in JSON; a page of something in between says nothing of the contact.
    if (isTaken && !/^\s*\{/.test(excerpt))
      return { outcome: 'failed', detail: `answered ${status} without JSON` };
    if (hasErrors && status < 300) {
      return withCodes({ outcome: 'rejected', detail: `answered ${status}, but took no contact` }, codes);
    }
    if (status < 300 && !isTaken) {
      return { outcome: 'failed', detail: `answered ${status}` };
    }
    const hints = {
      400: 'a property does not exist or does not take its value',
      401: 'the access token is not valid',
      403: 'the access token lacks the scope crm.objects.contacts.write',
      409: 'another contact has this e-mail address or referral id',
      429: 'too many requests for this account',
    };
    return withCodes(readStatus(answer, hints), codes);
  },
});
