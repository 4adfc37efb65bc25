/** The committed document, and a validator for answers against it. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import type { Answer } from './harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
export const document: any = parse(readFileSync('openapi.yaml', 'utf8'));

export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: a document of any shape
  readonly spec: any;
}

const everyOperation: DocumentedOperation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  // biome-ignore lint/suspicious/noExplicitAny: a document of any shape
  Object.entries(methods as any).map(([method, spec]: [string, any]) => ({
    id: spec.operationId,
    method: method.toUpperCase(),
    path,
    spec,
  })),
);

/** What is called with a key. */
export const documented = everyOperation.filter(({ spec }) => spec.security.length > 0);
/** What is called by a link. */
export const callbacks = everyOperation.filter(({ spec }) => spec.security.length === 0);

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'document', components: document.components });

const withRefs = (schema: unknown): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'));

/** What is wrong with the answer by the document; empty where nothing is. */
export function faultsOf({ spec }: DocumentedOperation, answer: Answer): string[] {
  const response = spec.responses[answer.status];
  if (!response) return [`status ${answer.status} is not documented: ${JSON.stringify(answer.body)}`];
  if (!response.content) return answer.body === '' ? [] : ['a body where none is documented'];
  const [mediaType, content] = Object.entries(response.content)[0] as [
    string,
    { schema: unknown; examples?: object },
  ];
  if (!answer.headers.get('Content-Type')?.startsWith(mediaType)) return [`Content-Type is not ${mediaType}`];
  if (mediaType === 'application/problem+json' && !(answer.body.code in (content.examples ?? {})))
    return [`code ${answer.body.code} is not documented`];
  const validate = ajv.compile(withRefs(content.schema));
  return validate(answer.body)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export const validateExample = (schema: unknown, example: unknown): string[] => {
  const validate = ajv.compile(withRefs(schema));
  return validate(example)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};
