/** HubSpot: a submission of one of its forms, or a contact by its CRM API. */
import * as v from 'valibot';
import { oneOf, setOf } from '../../http/fields.ts';
import {
  defineFormat,
  type FormatAnswer,
  getJson,
  postJson,
  type Reading,
  type Seen,
  sendJson,
  under,
  WHOLE_CLIENT,
} from './format.ts';
import { type FormatInput, referralIdOf } from './input.ts';
import { isEnding, makesRecords, token, updatesRecords } from './leads.ts';
import { codesIn, deliveredTo, nothingToTell, readCrmStatus, refuseRecord, withCodes } from './readings.ts';
import {
  applyMapping,
  carriesNoticeIn,
  categoriesIn,
  type Mapping,
  mappingSchema,
  readSource,
} from './sources.ts';
import { type Fields, keepWritable, writableIn } from './standing.ts';
import { fieldsOf, hasClientName, leadNameOf, lengthsMax, summaryOf } from './words.ts';

/** A field of the form. */
const PROPERTIES = [
  /** The client’s first name. */
  'firstname',
  /** The last name; a neutral one while the client is withheld. */
  'lastname',
  /** The e-mail address. */
  'email',
  /** The phone number. */
  'phone',
  /** The client’s city. */
  'city',
  /** The referral as text, with the links to answer it. */
  'message',
] as const;
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
    /** The number of your account (Hub ID). */
    portal_id: v.pipe(
      v.string('must be a string'),
      v.regex(/^\d{1,12}$/, 'must be the number of your account (Hub ID)'),
    ),
    /** The form, as it stands in its address. */
    form_id: v.pipe(
      v.string('must be a string'),
      v.regex(
        /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
        'must be the id of the form, as it stands in its address',
      ),
    ),
    /** Which fields the form has: HubSpot refuses a submission with one that it does not have. */
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
    /** Further fields of the form, each with what it gets; at most 20. */
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
  carriesNotice: ({ fields, mapping }) => fields.includes('message') || carriesNoticeIn(mapping, lengthMaxOf),
  request: (input, { portal_id, form_id, fields, mapping }) => {
    const all = propertiesOf(input);
    const wanted = Object.fromEntries(fields.map((name) => [name, all[name]]));
    const values = fieldsOf({ ...wanted, ...applyMapping(mapping, input, lengthMaxOf) }, lengthMaxOf);
    return postJson(under(input.url, `/submissions/v3/integration/submit/${portal_id}/${form_id}`), {
      fields: Object.entries(values).map(([name, value]) => ({ objectTypeId: '0-1', name, value })),
      context: { pageName: 'Referral' },
    });
  },
  read: (answer) => {
    const { status, excerpt } = answer;
    // Reserved domains, such as example.com, are taken like others and make no contact.
    if (status === 200)
      return {
        outcome: 'delivered',
        confirmed: false,
        detail: 'accepted, unconfirmed: HubSpot does not say whether the contact was made',
      };
    const codes = codesIn(excerpt, ['errorType']);
    if (codes.includes('FORM_HAS_RECAPTCHA_ENABLED'))
      return withCodes(
        {
          outcome: 'rejected',
          detail: `answered ${status}: the form has CAPTCHA, which only a person passes: turn it off in the form’s options, or make a form without it`,
        },
        codes,
      );
    // Another 2xx is none of the documented answers.
    if (status < 300) return withCodes({ outcome: 'failed', detail: `answered ${status}` }, codes);
    return withCodes(
      readCrmStatus(answer, {
        400: 'the form does not take these fields: correct `fields`, `mapping` or the form, then retry the delivery',
        403: 'the form takes no submissions from outside',
        404: 'there is no such form',
        429: 'more than 50 submissions in 10 seconds',
      }),
      codes,
    );
  },
});

/** The version in the path: those before it are unsupported from September 2027 on (developers.hubspot.com/changelog). */
const CONTACTS_PATH = '/crm/objects/2026-09/contacts';

type ContactSettings = {
  readonly access_token: string;
  readonly referral_id_property?: string | undefined;
  readonly mapping: Mapping;
};

/**
 * The contact of the referral is looked for; where there is none one is made, and where HubSpot knows the client by
 * their e-mail address, it goes on with the contact that exists.
 */
type ContactStep = 'look' | 'create' | 'release' | 'update';

function stepOf(input: FormatInput, settings: ContactSettings, seen: Seen): ContactStep {
  if (seen.former_id !== undefined && seen.released === undefined) return 'release';
  if (seen.record_id !== undefined) return 'update';
  const canBeFound = settings.referral_id_property !== undefined && referralIdOf(input) !== null;
  return canBeFound && seen.found === undefined ? 'look' : 'create';
}

const CONTACT_FIELDS: Fields = {
  names: ['lastname', 'firstname'],
  others: ['email', 'phone', 'city'],
};

const CONTACT_HINTS = {
  400: 'a property does not exist or does not take its value: correct `mapping` or the property, then retry the delivery',
  401: 'the access token is not valid (any more): make a new Service Key',
  403: 'the Service Key lacks the scope crm.objects.contacts.read or crm.objects.contacts.write',
  429: 'too many requests for this account',
};

/** HubSpot names the contact that has the e-mail address, in words alone. */
const existingIn = ({ status, excerpt }: FormatAnswer) =>
  status === 409 ? /Existing ID: (\d{1,20})/.exec(excerpt)?.[1] : undefined;

function readFault(answer: FormatAnswer): Reading {
  const { status, excerpt } = answer;
  const codes = codesIn(excerpt, ['category']);
  // Another delivery of the same referral was faster: the next attempt finds its contact.
  if (excerpt.includes('CONFLICTING_UNIQUE_VALUE'))
    return withCodes(
      refuseRecord(`answered ${status}: the contact was made meanwhile`, excerpt, false),
      codes,
    );
  return withCodes(
    status < 300
      ? { outcome: 'failed', detail: `answered ${status} without a contact` }
      : readCrmStatus(answer, CONTACT_HINTS),
    codes,
  );
}

export const hubspotContact = defineFormat({
  title: 'HubSpot contact',
  settings: v.strictObject({
    /** The access token of a private app; kept sealed, never shown again. */
    access_token: token,
    /**
     * A property of your contacts with unique values: by it a referral is one contact, also before the client is
     * known. Required for more than one type of event.
     */
    referral_id_property: v.optional(propertyName),
    /** Further properties of contacts, each with what it gets; at most 20. */
    mapping: mappingSchema({ ...targets, reserved: ['hs_object_id'] }),
  }),
  secrets: ['access_token'],
  signed: false,
  echoes: true,
  defaultUrl: 'https://api.hubapi.com',
  hosts: { pattern: /^api\.hubapi\.com$/, hint: 'must be of api.hubapi.com' },
  eventTypes: { ...updatesRecords, severalBy: 'referral_id_property' },
  system: () => 'hubspot',
  carries: () => WHOLE_CLIENT,
  carriesNotice: () => true,
  request: (input, settings: ContactSettings, { seen }) => {
    const { access_token, referral_id_property, mapping } = settings;
    const headers = { Authorization: `Bearer ${access_token}` };
    const at = (path: string) => under(input.url, `${CONTACTS_PATH}${path}`);
    const step = stepOf(input, settings, seen);
    if (step === 'look') {
      const { names, others } = CONTACT_FIELDS;
      const query = new URLSearchParams({
        idProperty: referral_id_property ?? '',
        properties: [...names, ...others].join(','),
      });
      return getJson(at(`/${referralIdOf(input)}?${query}`), headers);
    }
    if (step === 'release') {
      const message = `This referral goes on as the contact with the record id ${seen.record_id}: HubSpot knew the client already.`;
      const properties = { [referral_id_property ?? '']: '', message };
      return sendJson('PATCH', at(`/${seen.former_id}`), { properties }, headers);
    }
    const values = fieldsOf(
      {
        ...propertiesOf(input),
        ...applyMapping(mapping, input, lengthMaxOf),
        ...(referral_id_property ? { [referral_id_property]: referralIdOf(input) } : {}),
      },
      lengthMaxOf,
    );
    if (step === 'create') return postJson(at(''), { properties: values }, headers);
    const properties = keepWritable(values, CONTACT_FIELDS, seen, hasClientName(input));
    return sendJson('PATCH', at(`/${seen.record_id}`), { properties }, headers);
  },
  read: (answer, { seen }, settings, input) => {
    const { status, excerpt } = answer;
    const step = stepOf(input, settings, seen);
    if (step === 'look' && status === 404)
      return isEnding(input) ? nothingToTell : { outcome: 'continue', seen: { found: 'no' } };
    const existing = existingIn(answer);
    if (existing !== undefined && existing !== seen.record_id && (step === 'create' || step === 'update')) {
      const former = seen.record_id === undefined ? {} : { former_id: seen.record_id };
      return { outcome: 'continue', seen: { ...former, record_id: existing, writable: '' } };
    }
    // HubSpot answers in JSON, the id first; a page of something in between says nothing of the contact.
    const id = /^\s*\{\s*"id"\s*:\s*"(\d{1,20})"/.exec(excerpt)?.[1];
    if ((status !== 200 && status !== 201) || id === undefined) return readFault(answer);
    if (step === 'look')
      return {
        outcome: 'continue',
        seen: { record_id: id, writable: writableIn(excerpt, CONTACT_FIELDS) },
      };
    return step === 'release' ? { outcome: 'continue', seen: { released: 'yes' } } : deliveredTo(id);
  },
});
