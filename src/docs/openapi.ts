/** The OpenAPI 3.1 document, made from the operations. Runs when documents are generated, never in the Worker. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { EVENT_TYPES } from '../events/types.ts';
import { type AnySchema, errorsOf, type Operation } from '../http/operation.ts';
import { PROBLEMS, type ProblemCode } from '../http/problem.ts';
import { requestSchemas, responseSchemas } from './components.ts';

type Json = Record<string, unknown>;

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
  partnership_id: { type: 'string' },
  referral_id: { type: 'string' },
  ping: { $ref: '#/components/schemas/Ping' },
};

const problemSchema: Json = {
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

function toSchema(
  schema: AnySchema,
  typeMode: 'input' | 'output',
  definitions: Record<string, AnySchema>,
): Json {
  const {
    $schema: _dialect,
    $defs: _defs,
    ...json
  } = toJsonSchema(schema as never, {
    typeMode,
    target: 'draft-2020-12',
    errorMode: 'ignore',
    definitions: definitions as never,
  }) as Json;
  return JSON.parse(JSON.stringify(json).replaceAll('#/$defs/', '#/components/schemas/')) as Json;
}

/** A named schema without the reference to itself. */
function toComponent(name: string, typeMode: 'input' | 'output', all: Record<string, AnySchema>): Json {
  const { [name]: schema, ...others } = all;
  return toSchema(schema as AnySchema, typeMode, others);
}

function header(description: string, example: string): Json {
  return { description, schema: { type: 'string' }, example };
}

const commonHeaders: Json = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

function problemExample(code: ProblemCode): Json {
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

function problemResponses(one: Operation): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of errorsOf(one)) {
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
          ...(status === 429 ? { 'Retry-After': header('Seconds to wait.', '60') } : {}),
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

function parametersOf(one: Operation): Json[] {
  const parameters: Json[] = [...one.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: `The id of the ${name?.replace(/_id$/, '').replaceAll('_', ' ')}.`,
    schema: { type: 'string' },
  }));
  if (one.query) {
    const { properties = {}, required = [] } = toSchema(one.query, 'input', {}) as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    for (const [name, schema] of Object.entries(properties)) {
      parameters.push({ name, in: 'query', required: required.includes(name), schema });
    }
  }
  if (one.method === 'POST') parameters.push({ $ref: '#/components/parameters/IdempotencyKey' });
  if (one.conditional) parameters.push({ $ref: '#/components/parameters/IfMatch' });
  return parameters;
}

function documentOperation(one: Operation): Json {
  const { response } = one;
  const versioned = response.schema && 'version' in ((response.schema as { entries?: Json }).entries ?? {});
  return {
    operationId: one.id,
    tags: [one.tag],
    summary: one.summary,
    description: `${one.description ? `${one.description}\n\n` : ''}Needs ${one.scope === 'operator' ? 'an operator key' : `the scope \`${one.scope}\``}.`,
    security: [{ api_key: [] }],
    parameters: parametersOf(one),
    ...(one.body
      ? {
          requestBody: {
            required: !one.bodyOptional,
            content: {
              'application/json': {
                schema: toSchema(one.body, 'input', requestSchemas),
                example: one.requestExample,
              },
            },
          },
        }
      : {}),
    responses: {
      [response.status]: {
        description: response.description,
        headers: {
          ...commonHeaders,
          ...(versioned ? { ETag: header('The version, for `If-Match`.', '"1"') } : {}),
          ...(one.method === 'POST'
            ? {
                'Idempotent-Replayed': header(
                  '`true` where this repeats the answer to an earlier request.',
                  'true',
                ),
              }
            : {}),
        },
        ...(response.schema
          ? {
              content: {
                'application/json': {
                  schema: toSchema(response.schema, 'output', responseSchemas),
                  example: response.example,
                },
                ...(response.csvExample === undefined
                  ? {}
                  : { 'text/csv': { schema: { type: 'string' }, example: response.csvExample } }),
              },
            }
          : {}),
      },
      ...problemResponses(one),
    },
  };
}

/** Every event as a webhook of the document. */
function documentWebhooks(): Json {
  return Object.fromEntries(
    Object.entries(EVENT_TYPES).map(([type, description]) => [
      type,
      {
        post: {
          operationId: `on_${type.replaceAll('.', '_')}`,
          tags: ['Events'],
          summary: type,
          description,
          security: [],
          requestBody: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Event' } } },
          },
          responses: {
            '200': { description: 'Any 2xx within 15 seconds means that you have it.' },
            '410': { description: 'The endpoint is gone.' },
          },
        },
      },
    ]),
  );
}

export function buildDocument(operations: readonly Operation[]): Json {
  const paths: Record<string, Json> = {};
  for (const one of operations)
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: documentOperation(one) };
  const components: [string, Json][] = [
    ...Object.keys(requestSchemas).map((name): [string, Json] => [
      name,
      toComponent(name, 'input', requestSchemas),
    ]),
    ...Object.keys(responseSchemas).map((name): [string, Json] => [
      name,
      toComponent(name, 'output', responseSchemas),
    ]),
    ['Problem', problemSchema],
  ];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Referral Exchange',
      version: '1.0.0',
      description:
        'Verified professionals exchange consented client referrals between practices. Times are RFC 3339 in UTC, ids are typed and sort by time, errors are RFC 9457 problem details.',
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: 'https://exchange.example', description: 'The exchange' }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name, description: `${name}.` })),
    security: [{ api_key: [] }],
    paths,
    webhooks: documentWebhooks(),
    components: {
      securitySchemes: {
        api_key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, `rx_…`. Operator keys belong to no practice.',
        },
      },
      headers: {
        RequestId: header(
          'Names this request; tell it to us when something is wrong.',
          'req_01k8vb1s2wf7r8tck5e8t3d7m1',
        ),
      },
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description:
            'Any text of yours. The same request with the same key within 24 hours is done once; the repetition answers with the same status and resource, as it is by then, and `Idempotent-Replayed: true`.',
          schema: { type: 'string', minLength: 1, maxLength: 255 },
        },
        IfMatch: {
          name: 'If-Match',
          in: 'header',
          required: false,
          description: 'The `ETag` that you read: refused with 412 where the resource has changed since.',
          schema: { type: 'string' },
        },
      },
      examples: Object.fromEntries(
        (Object.keys(PROBLEMS) as ProblemCode[])
          .filter((code) => code !== 'method_not_allowed')
          .map((code) => [code, problemExample(code)]),
      ),
      schemas: Object.fromEntries(components.sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}
