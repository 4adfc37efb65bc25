/** The OpenAPI 3.1 document, made from the operations. Runs when documents are generated, never in the Worker. */

import manifest from '../../package.json' with { type: 'json' };
import { errorsOf, mayUseWhenSuspended, type Operation } from '../http/operation.ts';
import { describeEvent } from '../ledger/event-types.ts';
import { PROBLEMS, type ProblemCode } from '../platform/problem.ts';
import { exampleEnvelope } from '../webhooks/formats/examples.ts';
import {
  headers,
  type Json,
  problemComponents,
  problemExample,
  problemResponses,
  problemSchema,
  sharedHeaders,
} from './answers.ts';
import { CALLBACK_ERRORS, documentCallbacks } from './callbacks.ts';
import { EVENT_SCHEMAS } from './events.ts';
import { documentGuests, GUEST_ERRORS } from './guests.ts';
import { documentParameters, webhookParameters } from './parameters.ts';
import { gatherSchemas, type Schemas } from './schemas.ts';
import { OPERATOR, ORIGIN } from './stands-for.ts';
import { describeTag } from './tags.ts';

const refusalOf = (one: Operation): string =>
  mayUseWhenSuspended(one) ? '' : ' A practice that is suspended may not use it.';

const exampleOf = ({ response: { example } }: Operation): unknown =>
  typeof example === 'function' ? example() : example;

/** The examples of answers that several operations have, by their text, each named after the first one. */
function sharedExamples(
  operations: readonly Operation[],
): ReadonlyMap<string, { name: string; value: unknown }> {
  const answers = operations.flatMap((one) => {
    const value = exampleOf(one);
    return value === undefined ? [] : [{ id: one.id, value, text: JSON.stringify(value) }];
  });
  const shared = [...Map.groupBy(answers, ({ text }) => text)].filter(([, same]) => same.length > 1);
  return new Map(
    shared.flatMap(([text, [first]]) => (first ? [[text, { name: first.id, value: first.value }]] : [])),
  );
}

interface Shared {
  readonly toSchema: Schemas['toSchema'];
  readonly parameters: readonly Json[];
  readonly examples: ReturnType<typeof sharedExamples>;
}

function documentExample(example: unknown, examples: Shared['examples']): Json {
  const name = examples.get(JSON.stringify(example))?.name;
  return name === undefined
    ? { example }
    : { examples: { [name]: { $ref: `#/components/examples/${name}` } } };
}

function documentOperation(one: Operation, { toSchema, parameters, examples }: Shared): Json {
  const { response } = one;
  const members = (response.schema as { entries?: Json } | undefined)?.entries ?? {};
  const [versioned, isPaged] = ['version', 'next_cursor'].map((name) => name in members);
  return {
    operationId: one.id,
    tags: [one.tag],
    summary: one.summary,
    description: `${one.description ? `${one.description}\n\n` : ''}Needs ${one.scope === 'operator' ? 'an operator key' : `the scope \`${one.scope}\``}.${refusalOf(one)}`,
    parameters,
    ...(one.body
      ? {
          requestBody: {
            required: !one.bodyOptional,
            content: {
              'application/json': {
                schema: toSchema(one.body, 'input'),
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
          ...headers('X-Request-Id'),
          ...(versioned ? headers('ETag') : {}),
          ...(one.method === 'POST' ? headers('Idempotent-Replayed') : {}),
          ...(one.method === 'GET' ? {} : headers('Bookmark')),
          ...(response.location ? headers('Location') : {}),
          ...(isPaged ? headers('Link') : {}),
          ...headers('RateLimit-Policy'),
        },
        ...(response.schema
          ? {
              content: {
                'application/json': {
                  schema: toSchema(response.schema, 'output'),
                  ...documentExample(exampleOf(one), examples),
                },
                ...(response.csvExample === undefined
                  ? {}
                  : { 'text/csv': { schema: { type: 'string' }, example: response.csvExample() } }),
                ...(response.vcardExample === undefined
                  ? {}
                  : { 'text/vcard': { schema: { type: 'string' }, example: response.vcardExample() } }),
                ...(response.calendarExample === undefined
                  ? {}
                  : { 'text/calendar': { schema: { type: 'string' }, example: response.calendarExample() } }),
              },
            }
          : {}),
      },
      ...problemResponses(errorsOf(one)),
    },
  };
}

/** Every event as a webhook of the document. */
function documentWebhooks(toSchema: Schemas['toSchema']): Json {
  return Object.fromEntries(
    [...EVENT_SCHEMAS].map(([type, schema]) => [
      type,
      {
        post: {
          operationId: `on_${type.replaceAll('.', '_')}`,
          tags: ['Events'],
          summary: type,
          description: describeEvent(type),
          security: [],
          parameters: Object.keys(webhookParameters).map((name) => ({
            $ref: `#/components/parameters/${name}`,
          })),
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: toSchema(schema, 'output'), example: exampleEnvelope(type) },
            },
          },
          responses: {
            '200': { $ref: '#/components/responses/webhook_taken' },
            '410': { $ref: '#/components/responses/webhook_gone' },
          },
        },
      },
    ]),
  );
}

/** What is answered before an operation is found. */
const OF_NO_OPERATION: readonly ProblemCode[] = ['unknown_path', 'method_not_allowed'];

export function buildDocument(operations: readonly Operation[]): Json {
  const { toSchema, components } = gatherSchemas();
  const { shared, byOperation } = documentParameters(operations, toSchema);
  const examples = sharedExamples(operations);
  const paths: Record<string, Json> = { ...documentCallbacks(toSchema), ...documentGuests(toSchema) };
  for (const one of operations) {
    const document = documentOperation(one, { toSchema, parameters: byOperation[one.id] ?? [], examples });
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: document };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Referral Exchange',
      version: manifest.version,
      description:
        'Verified professionals exchange consented client referrals between practices. Times are RFC 3339 in UTC, ids are typed and sort by time, errors are RFC 9457 problem details.',
      contact: OPERATOR,
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      {
        url: ORIGIN,
        description:
          'The exchange. In what one serves at `/openapi.yaml` and `/openapi.json` this is its own address; in the file of the project it stands for any.',
      },
    ],
    tags: [...new Set([...operations.map(({ tag }) => tag), 'Callbacks'])].map((name) => ({
      name,
      description: describeTag(name),
    })),
    security: [{ api_key: [] }],
    paths,
    webhooks: documentWebhooks(toSchema),
    components: {
      securitySchemes: {
        api_key: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key, `rx_…`. Operator keys belong to no practice.',
        },
      },
      headers: sharedHeaders,
      parameters: { ...shared, ...webhookParameters },
      responses: {
        ...problemComponents([CALLBACK_ERRORS, ...GUEST_ERRORS, ...operations.map(errorsOf)]),
        webhook_taken: { description: 'Any 2xx within 15 seconds means that you have it.' },
        webhook_gone: { description: 'The endpoint is gone.' },
      },
      examples: Object.fromEntries([
        ...(Object.keys(PROBLEMS) as ProblemCode[])
          .filter((code) => !OF_NO_OPERATION.includes(code))
          .map((code) => [code, problemExample(code)]),
        ...[...examples.values()].map(({ name, value }) => [name, { value }]),
      ]),
      schemas: components({ Problem: problemSchema }),
    },
  };
}
