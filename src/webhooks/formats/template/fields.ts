/** The settings of a template's requests: what they are made of, and what their answers have to say. */
import * as v from 'valibot';
import { line, prose } from '../../../http/fields.ts';
import { headerName } from '../../posting/headers.ts';
import { ADDRESS_SOURCES, refuseLeaf, secretNamed, TEMPLATE_SOURCES } from './leaves.ts';

const DEPTH_MAX = 8;
const LEAVES_MAX = 100;
const LEAF_CHARACTERS_MAX = 2000;
const PATH_CHARACTERS_MAX = 500;
const NAMES_IN_PATH_MAX = 10;
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
      const message = dataset.typed && refuseLeaf(dataset.value, isKnown(known), known);
      if (message) addIssue({ message });
    }),
  );

function faultOf(value: unknown, sources: readonly string[], depth = 0): string | null {
  if (typeof value === 'string') {
    if (value.length > LEAF_CHARACTERS_MAX)
      return `holds a text of more than ${LEAF_CHARACTERS_MAX} characters`;
    return refuseLeaf(value, isKnown(sources), sources);
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= DEPTH_MAX) return `is nested more than ${DEPTH_MAX} deep`;
  for (const [name, inner] of Object.entries(value)) {
    if (name.includes('{{'))
      return 'names sources in the names of its members, where only values are filled in';
    const fault = faultOf(inner, sources, depth + 1);
    if (fault) return fault;
  }
  return null;
}

const leavesIn = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((count, inner) => count + leavesIn(inner), 1)
    : 1;

const jsonBody = (sources: readonly string[]) =>
  v.pipe(
    v.custom<Json>((value) => typeof value === 'object' && value !== null, 'must be an object or an array'),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const message =
        leavesIn(dataset.value) > LEAVES_MAX
          ? `must hold at most ${LEAVES_MAX} values`
          : faultOf(dataset.value, sources);
      if (message) addIssue({ message });
    }),
  );

const formBody = (sources: readonly string[]) =>
  v.pipe(
    v.record(
      v.pipe(line(100), v.excludes('{{', 'is a name, and only values are filled in')),
      v.pipe(prose(LEAF_CHARACTERS_MAX), leaf(sources, LEAF_CHARACTERS_MAX)),
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
  json: v.optional(jsonBody(TEMPLATE_SOURCES)),
  /** The body as form fields, at most 100. Either this or `json`. */
  form: v.optional(formBody(TEMPLATE_SOURCES)),
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

export const createRequest = v.pipe(
  v.strictObject({
    ...request,
    /** The method. */
    method: v.optional(method, 'POST'),
    /** Where in the answer the id of the new record stands: it is `{{record_id}}` in later requests. */
    record_id_path: v.optional(answerPath),
  }),
  oneBody(),
);
export const updateRequest = v.pipe(
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
export const noteRequest = v.pipe(
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

/** How a record is looked for. */
const FIND_METHODS = [
  /** What is looked for stands in the path. */
  'GET',
  /** It stands in a body. */
  'POST',
] as const;

export const findRequest = v.pipe(
  v.strictObject(
    {
      /** The method. */
      method: v.optional(v.picklist(FIND_METHODS, `must be one of ${FIND_METHODS.join(', ')}`), 'GET'),
      /** Where on the endpoint’s host, such as `/api/leads?reference={{referral.id}}`. */
      path,
      /** Headers of the request, each a text in which sources are filled in; at most 10. */
      headers: v.optional(headers, {}),
      /** The body of a POST as JSON, with the sources of paths. Either this or `form`. */
      json: v.optional(jsonBody(ADDRESS_SOURCES)),
      /** The body of a POST as form fields, with the sources of paths. Either this or `json`. */
      form: v.optional(formBody(ADDRESS_SOURCES)),
      /** Where in the answer the list of records stands, or the one record; without it the answer is that itself. */
      records_path: v.optional(answerPath),
      /** Where in a record its id stands. */
      record_id_path: answerPath,
    },
    MUST_BE_OBJECT,
  ),
  v.check(
    ({ method, json, form }) =>
      Number(json !== undefined) + Number(form !== undefined) === Number(method === 'POST'),
    'must have either `json` or `form` with POST, and neither with GET',
  ),
);
