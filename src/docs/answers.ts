/** Parts of the document that many answers share. */
import { PROBLEMS, type ProblemCode } from '../platform/problem.ts';
import { ADVICE } from './advice.ts';
import { ORIGIN } from './stands-for.ts';

export type Json = Record<string, unknown>;

const PROBLEM_ORIGIN = `${ORIGIN}/docs/problems`;

const text = (description: string, more: Json = {}): Json => ({ type: 'string', description, ...more });

/** Members that some problems carry beside those of every problem. */
const PROBLEM_MEMBERS: Json = {
  errors: {
    type: 'array',
    description: 'Everything that is wrong with the input, at most 50 faults.',
    items: {
      type: 'object',
      required: ['pointer', 'detail'],
      properties: {
        pointer: text(
          'Where: a JSON Pointer (RFC 6901) into the body, such as `/client/contact`, or the name of a parameter or a header.',
        ),
        detail: text('What is wrong there, after its name: `must be a string`.'),
      },
    },
  },
  state: text('How the thing stands now, where it does not allow what was asked.'),
  allowed_moves: {
    type: 'array',
    description: 'What you may do with it now.',
    items: { type: 'string' },
  },
  allowed_outcomes: {
    type: 'array',
    description: 'What may be reported of the referral now.',
    items: { type: 'string' },
  },
  partnership_id: text('The partnership that is in the way, or that is lacking something.'),
  referral_id: text('The referral that is in the way.'),
  offered: {
    type: 'object',
    description: 'What the receiver offers instead.',
    required: ['services', 'assessments'],
    properties: {
      services: { type: 'array', description: 'Its services.', items: { type: 'string' } },
      assessments: { type: 'array', description: 'Its assessments.', items: { type: 'string' } },
    },
  },
  ping: {
    $ref: '#/components/schemas/Ping',
    description: 'How the ping went, where an endpoint was not to be confirmed.',
  },
};

export const problemSchema: Json = {
  type: 'object',
  description:
    'RFC 9457 problem details. Decide by `code`; `detail` is for people, and may be put otherwise.',
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    type: text('The page about this code, as an address.', { format: 'uri' }),
    title: text('What the code means, the same each time.'),
    status: { type: 'integer', description: 'The HTTP status, once more.' },
    detail: text('What was wrong this time, and what to do.'),
    code: { $ref: '#/components/schemas/ProblemCode' },
    request_id: text('Names the request: tell it to us when something is wrong.'),
    ...PROBLEM_MEMBERS,
  },
};

const header = (description: string, example: string): Json => ({
  description,
  schema: { type: 'string' },
  example,
});

/** The headers of answers, by what they are called there. */
export const sharedHeaders = {
  'X-Request-Id': header(
    'Names this request; tell it to us when something is wrong.',
    'req_01k8vb1s2wf7r8tck5e8t3d7m1',
  ),
  ETag: header('The version, for `If-Match`.', '"1"'),
  'Idempotent-Replayed': header('`true` where this repeats the answer to an earlier request.', 'true'),
  'Retry-After': header('Seconds to wait.', '60'),
  RateLimit: header(
    'The limit that was reached, and in how many seconds it is counted anew.',
    '"practice";r=0;t=60',
  ),
  'RateLimit-Policy': header(
    'How many requests (`q`) a practice may make in so many seconds (`w`), whatever keys it uses.',
    '"practice";q=600;w=60',
  ),
  Link: header(
    'The next page, where there is one: `next_cursor` as an address.',
    '<https://exchange.example/v1/referrals?cursor=…>; rel="next"',
  ),
  Bookmark: header(
    'Where the exchange’s database stood after this. Hand it back with a read that takes it.',
    'AmwxV0…',
  ),
  Location: header(
    'Where what was made is read.',
    'https://exchange.example/v1/referrals/ref_01k8vb1s2we6j9zq4m1kz5x7tb',
  ),
} satisfies Record<string, Json>;

export const headers = (...names: (keyof typeof sharedHeaders)[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

export function problemExample(code: ProblemCode): Json {
  const { status, title } = PROBLEMS[code];
  return {
    summary: title,
    value: {
      type: `${PROBLEM_ORIGIN}/${code}`,
      title,
      status,
      detail: ADVICE[code],
      code,
      request_id: 'req_01k8vb1s2wf7r8tck5e8t3d7m1',
      ...(code === 'invalid_input' ? { errors: [{ pointer: '/name', detail: 'must be a string' }] } : {}),
      ...(['illegal_transition', 'outcome_withheld', 'invalid_state'].includes(code)
        ? { state: 'declined', allowed_moves: ['undo'] }
        : {}),
    },
  };
}

type Codes = readonly ProblemCode[];

/** Codes that have a status in common, in the order of the registry. */
function byStatus(codes: Codes): [status: number, codes: Codes][] {
  const sorted = (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => codes.includes(code));
  return [...Map.groupBy(sorted, (code) => PROBLEMS[code].status)];
}

/** Codes that always come together have one word in the names of answers. */
const TOGETHER: readonly (readonly [word: string, codes: Codes])[] = [
  ['unauthorized', ['missing_key', 'invalid_key', 'revoked_key', 'expired_key']],
  ['forbidden', ['insufficient_scope', 'wrong_key_kind']],
  ['unprocessable', ['invalid_input', 'idempotency_key_reused']],
];

const responseName = (codes: Codes) =>
  TOGETHER.reduce((name, [word, together]) => name.replace(together.join('.'), word), codes.join('.'));

/** The error answers of an operation that can fail with these codes, by status. */
export const problemResponses = (codes: Codes): Json =>
  Object.fromEntries(
    byStatus(codes).map(([status, ofStatus]) => [
      status,
      { $ref: `#/components/responses/${responseName(ofStatus)}` },
    ]),
  );

const documentProblems = (status: number, codes: Codes): Json => ({
  description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
  headers: headers(
    'X-Request-Id',
    ...(status === 429 ? (['RateLimit', 'Retry-After'] as const) : []),
    ...(status === 503 ? (['Retry-After'] as const) : []),
  ),
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
});

/** What `problemResponses` refers to: each error answer once, named after its codes. */
export const problemComponents = (ofOperations: readonly Codes[]): Record<string, Json> =>
  Object.fromEntries(
    ofOperations
      .flatMap(byStatus)
      .map(([status, codes]): [string, Json] => [responseName(codes), documentProblems(status, codes)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
