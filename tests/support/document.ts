/** The committed document, and a validator for answers against it. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import type { Answer } from './harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Part = any;

export const document: Part = parse(readFileSync('openapi.yaml', 'utf8'));

/** With what it refers to in its place; schemas stay references, for the validator. */
function resolved(part: Part): Part {
  if (part === null || typeof part !== 'object') return part;
  if (Array.isArray(part)) return part.map(resolved);
  const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(part.$ref ?? '') ?? [];
  if (kind !== undefined && kind !== 'schemas') return resolved(document.components[kind][name as string]);
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolved(value)]));
}

/** The one example of a body, wherever it stands. */
export const exampleOf = (content: Part): unknown =>
  content.example ?? Object.values<Part>(content.examples ?? {})[0]?.value;

export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly spec: Part;
}

const everyOperation: DocumentedOperation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries<Part>(methods as object).map(([method, spec]) => ({
    id: spec.operationId,
    method: method.toUpperCase(),
    path,
    spec: { security: document.security, ...resolved(spec) },
  })),
);

/** What is called with a key. */
export const documented = everyOperation.filter(({ spec }) => spec.security.length > 0);
/** What is called by a link. */
export const callbacks = everyOperation.filter(({ spec }) => spec.security.length === 0);

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'document', components: document.components });

/** By the text of their schemas: the one of a problem stands at every operation. */
const validators = new Map<string, ValidateFunction>();

/** What is wrong with a value by a schema of the document; empty where nothing is. */
export function faultsBy(schema: object, value: unknown): string[] {
  const text = JSON.stringify(schema);
  const validate =
    validators.get(text) ??
    ajv.compile(JSON.parse(text.replaceAll('"#/components/', '"document#/components/')));
  validators.set(text, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** What is wrong with the answer by the document; empty where nothing is. */
export function faultsOf({ spec }: DocumentedOperation, answer: Answer): string[] {
  const response = spec.responses[answer.status];
  if (!response) return [`status ${answer.status} is not documented: ${JSON.stringify(answer.body)}`];
  if (!response.content) return answer.body === '' ? [] : ['a body where none is documented'];
  const [mediaType, content] = Object.entries(response.content)[0] as [
    string,
    { schema: object; examples?: object },
  ];
  if (!answer.headers.get('Content-Type')?.startsWith(mediaType)) return [`Content-Type is not ${mediaType}`];
  if (mediaType === 'application/problem+json' && !(answer.body.code in (content.examples ?? {})))
    return [`code ${answer.body.code} is not documented`];
  return faultsBy(content.schema, answer.body);
}
