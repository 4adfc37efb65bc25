/** What a route is: its documentation, its input and who may call it, beside the function that answers. */
import type * as v from 'valibot';
import type { Scope } from '../access/scopes.ts';
import type { Exchange } from '../ledger/exchange.ts';
import type { Actor } from './authenticate.ts';
import type { ProblemCode } from './problem.ts';

export type { Exchange } from '../ledger/exchange.ts';

export interface OperationRequest<Q = unknown, B = unknown> {
  readonly operationId: string;
  readonly exchange: Exchange;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  /** Only the headers of the answer will leave: nothing is disclosed by it. */
  readonly isHead: boolean;
  readonly query: Q;
  readonly body: B;
  /** What the caller would rather have, of the media types that some lists know. */
  readonly accepts: 'application/json' | 'text/csv';
  readonly ifMatch: string | null;
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null;
}

export interface Reply {
  readonly status: 200 | 201 | 204;
  readonly body: unknown;
  /** Where it is not JSON: then the body is a text. */
  readonly mediaType?: 'text/csv; charset=utf-8';
  readonly headers?: Readonly<Record<string, string>>;
}

export type AnySchema = v.GenericSchema<unknown, unknown>;

export interface OperationDocument<Q extends AnySchema, B extends AnySchema> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `{name}` segments are path parameters. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: Scope;
  readonly query?: Q;
  readonly body?: B;
  /** A body may be left out: then the schema sees `{}`. */
  readonly bodyOptional?: boolean;
  /** `If-Match` is honoured. */
  readonly conditional?: boolean;
  readonly requestExample?: unknown;
  readonly response: {
    readonly status: 200 | 201 | 204;
    readonly description: string;
    readonly schema?: AnySchema;
    readonly example?: unknown;
    /** The same as `text/csv`, where it is asked for. */
    readonly csvExample?: string;
  };
  /** Beyond those that follow from the shape of the operation (see `errorsOf`). */
  readonly errors?: readonly ProblemCode[];
}

export interface Operation extends OperationDocument<AnySchema, AnySchema> {
  readonly handle: (request: OperationRequest) => Promise<Reply>;
}

/** Infers what the handler gets from the schemas beside it. */
export function operation<
  Q extends AnySchema = v.GenericSchema<unknown, undefined>,
  B extends AnySchema = v.GenericSchema<unknown, undefined>,
>(
  definition: OperationDocument<Q, B> & {
    readonly handle: (request: OperationRequest<v.InferOutput<Q>, v.InferOutput<B>>) => Promise<Reply>;
  },
): Operation {
  return definition as unknown as Operation;
}

/** Every problem that an operation can answer with. */
export function errorsOf(one: Operation): ProblemCode[] {
  const codes = new Set<ProblemCode>([
    'missing_key',
    'invalid_key',
    'revoked_key',
    'expired_key',
    'insufficient_scope',
    'wrong_key_kind',
    'rate_limited',
    'internal',
    'unavailable',
  ]);
  if (one.path.includes('{')) codes.add('not_found');
  codes.add('invalid_input');
  if (one.body)
    for (const code of ['malformed_json', 'body_too_large', 'unsupported_media_type'] as const)
      codes.add(code);
  if (one.method === 'POST') {
    // A replay of a creation finds nothing where the thing was deleted meanwhile.
    for (const code of ['idempotency_key_reused', 'conflict', 'body_too_large', 'not_found'] as const)
      codes.add(code);
  }
  if (one.method === 'PATCH' || one.method === 'DELETE') codes.add('conflict');
  if (one.conditional) codes.add('version_mismatch');
  for (const code of one.errors ?? []) codes.add(code);
  return [...codes];
}
