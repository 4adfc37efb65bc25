/** Parts of the document that many answers share. */
import { PROBLEMS, type ProblemCode } from '../http/problem.ts';

export type Json = Record<string, unknown>;

const PROBLEM_ORIGIN = 'https://exchange.example/docs/problems';

/** Members that some problems carry beside those of every problem. */
const PROBLEM_MEMBERS: Json = {
  errors: {
    type: 'array',
    items: {
      type: 'object',
      required: ['pointer', 'detail'],
      properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
    },
  },
  state: { type: 'string' },
  allowed_moves: { type: 'array', items: { type: 'string' } },
  allowed_outcomes: { type: 'array', items: { type: 'string' } },
  partnership_id: { type: 'string' },
  referral_id: { type: 'string' },
  ping: { $ref: '#/components/schemas/Ping' },
};

export const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    ...PROBLEM_MEMBERS,
  },
};

export function header(description: string, example: string): Json {
  return { description, schema: { type: 'string' }, example };
}

export const commonHeaders: Json = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

export function problemExample(code: ProblemCode): Json {
  const { status, title, advice } = PROBLEMS[code];
  return {
    summary: title,
    value: {
      type: `${PROBLEM_ORIGIN}/${code}`,
      title,
      status,
      detail: advice,
      code,
      ...(code === 'invalid_input' ? { errors: [{ pointer: '/name', detail: 'must be a string' }] } : {}),
      ...(['illegal_transition', 'outcome_withheld', 'invalid_state'].includes(code)
        ? { state: 'declined', allowed_moves: ['undo'] }
        : {}),
    },
  };
}

export function problemResponses(problemCodes: readonly ProblemCode[]): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemCodes) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
        headers: {
          ...commonHeaders,
          ...(status === 429 || status === 503 ? { 'Retry-After': header('Seconds to wait.', '60') } : {}),
        },
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(
              codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
        },
      },
    ]),
  );
}
