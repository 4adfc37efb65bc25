/** The parameters of the operations. Those that several have stand in the document once. */

import { BOOKMARK, BOOKMARK_PATTERN } from '../http/bookmark.ts';
import { IDEMPOTENCY_KEY, IF_MATCH } from '../http/input.ts';
import type { Operation } from '../http/operation.ts';
import { ID_PREFIXES, type IdKind, idPattern, UUID_PATTERN } from '../platform/db/ids.ts';
import type { Json } from './answers.ts';
import type { Schemas } from './schemas.ts';

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Any text of yours. The same request with the same key within 24 hours is done once; the repetition answers with the same status and resource, as it is by then, and `Idempotent-Replayed: true`.',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY.source },
};

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` that you read: refused with 412 where the resource has changed since.',
  schema: { type: 'string', pattern: IF_MATCH.source },
};

const bookmark = {
  name: BOOKMARK,
  in: 'header',
  required: false,
  description:
    'The `Bookmark` of an answer to a write of yours. With it a copy of the database near you may answer, which has what you wrote; without it the database itself does.',
  schema: { type: 'string', pattern: BOOKMARK_PATTERN.source },
};

const webhookHeader = (name: string, description: string, example: string): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

/** What goes with every webhook (https://www.standardwebhooks.com). Formats of CRMs, which check no signature, have none. */
export const webhookParameters: Record<string, Json> = {
  WebhookId: webhookHeader(
    'webhook-id',
    'The event’s id, the same each time that it is posted: by it you know what you have already.',
    'evt_01k8vb2t5heqxt3nq5v0r6k3ma',
  ),
  WebhookTimestamp: webhookHeader(
    'webhook-timestamp',
    'When this was posted, in seconds since 1970. Refuse what is older than 5 minutes.',
    '1791212645',
  ),
  WebhookSignature: webhookHeader(
    'webhook-signature',
    'One or more signatures with spaces between them (several after a rotation): `v1,` and the HMAC-SHA-256 in base64 of `{webhook-id}.{webhook-timestamp}.{body}` under the bytes of your secret after `whsec_`. One that fits is enough.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
};

/** @throws Error for a path parameter that is not named after a kind of ids */
function idKindOf(parameter: string): IdKind {
  const kind = parameter.replace(/_id$/, '');
  if (!Object.hasOwn(ID_PREFIXES, kind)) throw new Error(`{${parameter}} names no kind of ids`);
  return kind as IdKind;
}

export function pathParameter(name: string): Json {
  if (name.endsWith('_uuid'))
    return {
      name,
      in: 'path',
      required: true,
      description: `The UUID of the ${name.replace(/_uuid$/, '').replaceAll('_', ' ')}.`,
      schema: { type: 'string', format: 'uuid', pattern: UUID_PATTERN.source },
    };
  const kind = idKindOf(name);
  return {
    name,
    in: 'path',
    required: true,
    description: `The id of the ${kind.replaceAll('_', ' ')}.`,
    schema: { type: 'string', pattern: idPattern(kind).source },
  };
}

function parametersOf(one: Operation, toSchema: Schemas['toSchema']): Json[] {
  const { properties = {}, required = [] } = (one.query ? toSchema(one.query, 'input') : {}) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return [
    ...[...one.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => pathParameter(name ?? '')),
    ...Object.entries(properties).map(([name, schema]) => {
      const { description, ...rest } = schema;
      const words = description === undefined ? {} : { description };
      // A list stands in one parameter, with commas.
      const style = schema.type === 'array' ? { style: 'form', explode: false } : {};
      return { name, in: 'query', required: required.includes(name), ...words, ...style, schema: rest };
    }),
    ...(one.method === 'POST' ? [idempotencyKey] : []),
    ...(one.conditional ? [ifMatch] : []),
    ...(one.readsCopies ? [bookmark] : []),
  ];
}

const toComponentName = (parameter: string) =>
  parameter
    .split(/[_-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/**
 * The parameters of each operation by its id, with references to the shared ones.
 * @throws Error where two shared ones that differ have the same name
 */
export function documentParameters(
  operations: readonly Operation[],
  toSchema: Schemas['toSchema'],
): {
  readonly shared: Record<string, Json>;
  readonly byOperation: Readonly<Record<string, Json[]>>;
} {
  const all = operations.map((one) => [one.id, parametersOf(one, toSchema)] as const);
  const texts = all.flatMap(([, parameters]) => parameters.map((one) => JSON.stringify(one)));
  const repeated = new Set(texts.filter((text, index) => texts.indexOf(text) !== index));
  const shared = Object.fromEntries(
    [...repeated].map((text) => {
      const parameter = JSON.parse(text) as Json;
      return [toComponentName(String(parameter.name)), parameter];
    }),
  );
  if (Object.keys(shared).length !== repeated.size) throw new Error('Two shared parameters have one name');
  const refer = (parameter: Json) =>
    repeated.has(JSON.stringify(parameter))
      ? { $ref: `#/components/parameters/${toComponentName(String(parameter.name))}` }
      : parameter;
  return {
    shared,
    byOperation: Object.fromEntries(all.map(([id, parameters]) => [id, parameters.map(refer)])),
  };
}
