/** The OpenAPI 3.1 document, made from the operations. Runs when documents are generated, never in the Worker. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { ID_PREFIXES, type IdKind, idPattern } from '../db/ids.ts';
import { EVENT_TYPES } from '../events/types.ts';
import { IDEMPOTENCY_KEY, IF_MATCH } from '../http/input.ts';
import { type AnySchema, errorsOf, mayUseWhenSuspended, type Operation } from '../http/operation.ts';
import { PROBLEMS, type ProblemCode } from '../http/problem.ts';
import { FORMATS, FormatSettingsSchema } from '../webhooks/formats/formats.ts';
import { MappedSchema } from '../webhooks/formats/sources.ts';
import {
  commonHeaders,
  header,
  type Json,
  problemExample,
  problemResponses,
  problemSchema,
} from './answers.ts';
import { documentCallbacks } from './callbacks.ts';
import { requestSchemas, responseSchemas } from './components.ts';

/** The settings of an endpoint's format are one of these, by its `format`. */
const documentFormatSettings = () => ({
  anyOf: Object.values(FORMATS).map(({ title, settings }) => ({
    title,
    ...toSchema(settings, 'input', { WebhookMappedSource: MappedSchema }),
  })),
});

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
    overrideSchema: ({ valibotSchema }) =>
      valibotSchema === FormatSettingsSchema ? documentFormatSettings() : undefined,
  }) as Json;
  return JSON.parse(JSON.stringify(json).replaceAll('#/$defs/', '#/components/schemas/')) as Json;
}

/** A named schema without the reference to itself. */
function toComponent(name: string, typeMode: 'input' | 'output', all: Record<string, AnySchema>): Json {
  const { [name]: schema, ...others } = all;
  return toSchema(schema as AnySchema, typeMode, others);
}

/** @throws Error for a path parameter that is not named after a kind of ids */
function idKindOf(parameter: string): IdKind {
  const kind = parameter.replace(/_id$/, '');
  if (!Object.hasOwn(ID_PREFIXES, kind)) throw new Error(`{${parameter}} names no kind of ids`);
  return kind as IdKind;
}

function parametersOf(one: Operation): Json[] {
  const parameters: Json[] = [...one.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: `The id of the ${name?.replace(/_id$/, '').replaceAll('_', ' ')}.`,
    schema: { type: 'string', pattern: idPattern(idKindOf(name ?? '')).source },
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

const refusalOf = (one: Operation): string =>
  mayUseWhenSuspended(one) ? '' : ' A practice that is suspended may not use it.';

function documentOperation(one: Operation): Json {
  const { response } = one;
  const versioned = response.schema && 'version' in ((response.schema as { entries?: Json }).entries ?? {});
  return {
    operationId: one.id,
    tags: [one.tag],
    summary: one.summary,
    description: `${one.description ? `${one.description}\n\n` : ''}Needs ${one.scope === 'operator' ? 'an operator key' : `the scope \`${one.scope}\``}.${refusalOf(one)}`,
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
      ...problemResponses(errorsOf(one)),
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
  const paths: Record<string, Json> = documentCallbacks();
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
    tags: [...new Set([...operations.map(({ tag }) => tag), 'Callbacks'])].map((name) => ({
      name,
      description: `${name}.`,
    })),
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
          schema: { type: 'string', pattern: IDEMPOTENCY_KEY.source },
        },
        IfMatch: {
          name: 'If-Match',
          in: 'header',
          required: false,
          description: 'The `ETag` that you read: refused with 412 where the resource has changed since.',
          schema: { type: 'string', pattern: IF_MATCH.source },
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
