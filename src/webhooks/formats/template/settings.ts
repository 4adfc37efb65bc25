/** The settings of a template: two requests, what their answers mean, and how access is got. */
import * as v from 'valibot';
import { line, prose } from '../../../http/fields.ts';
import { systemName } from '../../../referrals/own.schemas.ts';
import { headerName } from '../../posting/headers.ts';
import { ADDRESS_SOURCES, refuseLeaf, secretNamed, TEMPLATE_SOURCES } from './leaves.ts';

const DEPTH_MAX = 8;
const LEAVES_MAX = 100;
const LEAF_CHARACTERS_MAX = 2000;
const PATH_CHARACTERS_MAX = 500;
const NAMES_IN_PATH_MAX = 10;
const SECRETS_MAX = 5;
const MUST_BE_OBJECT = 'must be an object';
const HEADERS_MAX = 10;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

const isKnown = (known: readonly string[]) => (name: string) =>
  known.includes(name) || secretNamed(name) !== null;

/** A text whose sources are of these. */
const leaf = (known: readonly string[], lengthMax: number) =>
  v.pipe(
    v.string('must be a string'),
    v.maxLength(lengthMax, `must have at most ${lengthMax} characters`),
    v.rawCheck(({ dataset, addIssue }) => {
      const message = dataset.typed && refuseLeaf(dataset.value, isKnown(known));
      if (message) addIssue({ message });
    }),
  );

const bodyLeaf = v.pipe(prose(LEAF_CHARACTERS_MAX), leaf(TEMPLATE_SOURCES, LEAF_CHARACTERS_MAX));

function faultOf(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') {
    if (value.length > LEAF_CHARACTERS_MAX)
      return `holds a text of more than ${LEAF_CHARACTERS_MAX} characters`;
    return refuseLeaf(value, isKnown(TEMPLATE_SOURCES));
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= DEPTH_MAX) return `is nested more than ${DEPTH_MAX} deep`;
  for (const [name, inner] of Object.entries(value)) {
    if (name.includes('{{'))
      return 'names sources in the names of its members, where only values are filled in';
    const fault = faultOf(inner, depth + 1);
    if (fault) return fault;
  }
  return null;
}

const leavesIn = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((count, inner) => count + leavesIn(inner), 1)
    : 1;

const jsonBody = v.pipe(
  v.custom<Json>((value) => typeof value === 'object' && value !== null, 'must be an object or an array'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const message =
      leavesIn(dataset.value) > LEAVES_MAX
        ? `must hold at most ${LEAVES_MAX} values`
        : faultOf(dataset.value);
    if (message) addIssue({ message });
  }),
);

const formBody = v.pipe(
  v.record(
    v.pipe(line(100), v.excludes('{{', 'is a name, and only values are filled in')),
    bodyLeaf,
    'must be an object of fields',
  ),
  v.minEntries(1, 'must have a field'),
  v.maxEntries(LEAVES_MAX, `must have at most ${LEAVES_MAX} fields`),
);

const headers = v.pipe(
  v.record(
    headerName,
    v.pipe(leaf(ADDRESS_SOURCES, 1000), v.regex(/^[\x20-\x7e]+$/, 'must be visible ASCII')),
    'must be an object of names and values',
  ),
  v.maxEntries(HEADERS_MAX, `must have at most ${HEADERS_MAX} members`),
);

/** From the root of the endpoint's own host: no setting can send a secret elsewhere. */
const path = v.pipe(
  leaf(ADDRESS_SOURCES, PATH_CHARACTERS_MAX),
  v.regex(
    /^\/(?!\/)(?:[A-Za-z0-9._~!$&'()*+,;=:@%/?-]|\{\{[a-z0-9_.: ]+\}\})*$/,
    'must be a path from `/` on, such as `/api/leads/{{record_id}}`',
  ),
  v.check((text) => !/(^|\/)\.{1,2}(\/|\?|$)/.test(text), 'must not hold `.` or `..` as a part'),
);

/** Where in an answer something stands: the names of members, and of a list’s items their number. */
const answerPath = v.pipe(
  v.array(line(100), 'must be an array of names'),
  v.minLength(1, 'must name a member'),
  v.maxLength(NAMES_IN_PATH_MAX, `must have at most ${NAMES_IN_PATH_MAX} names`),
);

const status = v.pipe(
  v.number('must be a number'),
  v.integer('must be whole'),
  v.minValue(200, 'must be 200 to 599'),
  v.maxValue(599, 'must be 200 to 599'),
);

/** Whatever a number of JSON holds exactly. */
const anyNumber = v.pipe(
  v.number(),
  v.minValue(Number.MIN_SAFE_INTEGER, 'is too small'),
  v.maxValue(Number.MAX_SAFE_INTEGER, 'is too large'),
);

const success = v.strictObject({
  /** The HTTP statuses that mean success; without it every 2xx. */
  statuses: v.optional(
    v.pipe(
      v.array(status, 'must be an array'),
      v.minLength(1, 'must name a status'),
      v.maxLength(10, 'must name at most 10'),
    ),
  ),
  /** Where in a JSON answer success is said; without it the status decides. */
  path: v.optional(answerPath),
  /** What stands at `path`; without it anything but nothing and `false`. */
  equals: v.optional(v.union([line(200), anyNumber, v.boolean()], 'must be a text, a number, true or false')),
});

const request = {
  /** Where on the endpoint’s host, such as `/api/leads/{{record_id}}`; without it the endpoint’s own path. */
  path: v.optional(path),
  /** Headers of the request, each a text in which sources are filled in; at most 10. */
  headers: v.optional(headers, {}),
  /** The body as JSON: at most 100 values, 8 deep, in whose texts sources are filled in. Either this or `form`. */
  json: v.optional(jsonBody),
  /** The body as form fields, at most 100. Either this or `json`. */
  form: v.optional(formBody),
  /** What an answer has to say to count as taken. */
  success: v.optional(success, {}),
  /** An answer that refuses the client’s name or address, as the CRM knows the client by another record. */
  existing: v.optional(
    v.strictObject({
      /** The HTTP status of that answer. */
      status,
      /** Where in it the id of the other record stands. */
      path: answerPath,
    }),
  ),
};

const oneBody = <T extends { readonly json?: unknown; readonly form?: unknown }>() =>
  v.check<T, string>(
    ({ json, form }) => (json === undefined) !== (form === undefined),
    'must have either `json` or `form`',
  );

/** The method of a request. */
const METHODS = [
  /** Makes something new. */
  'POST',
  /** Writes the record anew. */
  'PUT',
  /** Changes the fields that are sent. */
  'PATCH',
] as const;
const method = v.picklist(METHODS, `must be one of ${METHODS.join(', ')}`);

const createRequest = v.pipe(
  v.strictObject({
    ...request,
    /** The method. */
    method: v.optional(method, 'POST'),
    /** Where in the answer the id of the new record stands: it is `{{record_id}}` in later requests. */
    record_id_path: v.optional(answerPath),
  }),
  oneBody(),
);
const updateRequest = v.pipe(
  v.strictObject(
    {
      ...request,
      /** The method. */
      method,
    },
    MUST_BE_OBJECT,
  ),
  oneBody(),
);
const { existing: _existing, ...plainRequest } = request;
const noteRequest = v.pipe(
  v.strictObject(
    {
      ...plainRequest,
      /** The method. */
      method: v.optional(method, 'POST'),
    },
    MUST_BE_OBJECT,
  ),
  oneBody(),
);

const secretText = (lengthMax: number) =>
  v.pipe(
    v.string('must be a string'),
    v.regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters'),
    v.maxLength(lengthMax, `must have at most ${lengthMax} characters`),
  );

/** OAuth 2.0 (RFC 6749, 4.4 and 6). */
const token = v.pipe(
  v.strictObject({
    /** Where the CRM gives out tokens. */
    url: v.pipe(line(500), v.url('must be a URL')),
    /** How a token is got. */
    grant_type: v.picklist(
      [
        /** With `client_id` and `client_secret`. */
        'client_credentials',
        /** With a `refresh_token`. */
        'refresh_token',
      ],
      'must be client_credentials or refresh_token',
    ),
    /** The id of your app in the CRM. */
    client_id: secretText(512),
    /** Its secret; kept sealed, never shown again. */
    client_secret: v.optional(secretText(512)),
    /** The token by which new ones are got; kept sealed, never shown again. */
    refresh_token: v.optional(secretText(2000)),
    /** What the token is to be good for, in the CRM’s words. */
    scope: v.optional(line(500)),
    /** Where the app’s id and secret stand (RFC 6749, 2.3.1). */
    client_in: v.optional(
      v.picklist(
        [
          /** Among the fields. */
          'body',
          /** In `Authorization`. */
          'header',
        ],
        'must be body or header',
      ),
      'body',
    ),
  }),
  v.check(
    ({ grant_type, refresh_token }) => (grant_type === 'refresh_token') === (refresh_token !== undefined),
    'must have `refresh_token` with the grant of that name, and only with it',
  ),
);

export const TemplateSettingsSchema = v.pipe(
  v.strictObject({
    /** Under which name the record’s id stands in `external_ids`. */
    system: v.optional(systemName, 'template'),
    /** The request that makes a record of a referral. */
    create: createRequest,
    /** For later events about a referral that has its record. */
    update: v.optional(updateRequest),
    /** After either of them, where what there is to read goes another way than the record itself. */
    note: v.optional(noteRequest),
    /** Texts that are filled in as `{{secret.name}}`, at most 5; kept sealed, never shown again. */
    secrets: v.optional(
      v.pipe(
        v.record(
          v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be small letters, digits and _')),
          secretText(2000),
          'must be an object of names and values',
        ),
        v.maxEntries(SECRETS_MAX, `must have at most ${SECRETS_MAX} members`),
      ),
    ),
    /** How access is got by OAuth 2.0 (RFC 6749, 4.4 and 6): filled in as `{{token}}`. */
    token: v.optional(token),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { create, update, note, secrets, token } = dataset.value;
    const text = JSON.stringify([create, update, note]);
    const named = [...text.matchAll(/\{\{\s*([a-z][a-z0-9_.]*)/g)].map(([, name = '']) => name);
    const missing = named
      .map(secretNamed)
      .find((name) => name !== null && !Object.hasOwn(secrets ?? {}, name));
    if (missing) addIssue({ message: `names \`{{secret.${missing}}}\`, which \`secrets\` lacks` });
    if (named.includes('token') && !token)
      addIssue({ message: 'names `{{token}}` without the settings of `token`' });
    if (token && !named.includes('token'))
      addIssue({ message: 'gets a token that no header names as `{{token}}`' });
    if (create.existing && !update)
      addIssue({
        message: 'has `create.existing` without `update`, which goes on with the record that is there',
      });
    if (/\{\{\s*record_id/.test(JSON.stringify(create)))
      addIssue({ message: 'names `{{record_id}}` in `create`, before there is one' });
  }),
);

export type TemplateSettings = v.InferOutput<typeof TemplateSettingsSchema>;
export type TemplateRequest = NonNullable<TemplateSettings['create' | 'update' | 'note']>;
export type TokenSettings = NonNullable<TemplateSettings['token']>;
