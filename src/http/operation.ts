/** What a route is: its documentation, its input and who may call it, beside the function that answers. */
import type * as v from 'valibot';
import type { Exchange } from '../ledger/exchange.ts';
import type { Scope } from '../platform/access/scopes.ts';
import { mayWhenSuspended, type WhenSuspended } from '../platform/access/suspension.ts';
import type { ProblemCode } from '../platform/problem.ts';
import type { Actor, OperatorActor, PracticeActor } from './authenticate.ts';

export type { Exchange } from '../ledger/exchange.ts';

/** The parameters that a path names: `/v1/referrals/{referral_id}` has a `referral_id`. */
export type PathParams<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name | keyof PathParams<Rest>]: string }
  : // biome-ignore lint/complexity/noBannedTypes: no parameters, and none that could be asked for
    {};

export interface OperationRequest<
  Q = unknown,
  B = unknown,
  P = Readonly<Record<string, string>>,
  A extends Actor = Actor,
> {
  readonly operationId: string;
  readonly exchange: Exchange;
  readonly actor: A;
  /** Checked to be ids of their kind. */
  readonly params: P;
  /** Only the headers of the answer will leave: nothing is disclosed by it. */
  readonly isHead: boolean;
  readonly query: Q;
  readonly body: B;
  /** What the caller would rather have, of the media types that some lists know. */
  readonly accepts: 'application/json' | 'text/csv' | 'text/vcard' | 'text/calendar';
  readonly ifMatch: string | null;
  readonly idempotency: { readonly key: string; readonly requestHash: string } | null;
}

export interface Reply {
  readonly status: 200 | 201 | 204;
  readonly body: unknown;
  /** Where it is not JSON: then the body is a text. */
  readonly mediaType?: `text/${'csv' | 'vcard' | 'calendar'}; charset=utf-8`;
  readonly headers?: Readonly<Record<string, string>>;
}

export type AnySchema = v.GenericSchema<unknown, unknown>;

/** Of an operation of a practice, about what its path names. */
export type PracticeRequest<Q = unknown, B = unknown, Names extends string = never> = OperationRequest<
  Q,
  B,
  { readonly [K in Names]: string },
  PracticeActor
>;

export interface OperationDocument<
  Q extends AnySchema,
  B extends AnySchema,
  P extends `/${string}` = `/${string}`,
  S extends Scope = Scope,
> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `{name}` segments are path parameters. */
  readonly path: P;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: S;
  /** The line of the table of suspension that it falls under. Every operation of a practice has one. */
  readonly whenSuspended?: WhenSuspended;
  readonly query?: Q;
  readonly body?: B;
  /** A body may be left out: then the schema sees `{}`. */
  readonly bodyOptional?: boolean;
  /** `If-Match` is honoured. */
  readonly conditional?: boolean;
  /** Shows nothing that a consent or a key decides: a copy of the database may answer whoever hands back a `Bookmark`. */
  readonly readsCopies?: boolean;
  /** What stands below it is an API of others, whose clients ask for this with a slash at its end. */
  readonly isBase?: boolean;
  /** It posts to an address of the caller's choice before it answers: a limit of its own. */
  readonly pings?: boolean;
  readonly requestExample?: unknown;
  readonly response: {
    readonly status: 200 | 201 | 204;
    readonly description: string;
    /** Where what was made is read: `{id}` is that of the answer. */
    readonly location?: `/${string}/{id}`;
    readonly schema?: AnySchema;
    /** A function where code makes it: an example costs nothing before the document asks for it. */
    readonly example?: unknown;
    /** The same as `text/csv`, where it is asked for. */
    readonly csvExample?: () => string;
    /** The same as `text/vcard`, where it is asked for. */
    readonly vcardExample?: () => string;
    /** The same as `text/calendar`, where it is asked for. */
    readonly calendarExample?: () => string;
  };
  /** Beyond those that follow from the shape of the operation (see `errorsOf`). */
  readonly errors?: readonly ProblemCode[];
}

export interface Operation extends OperationDocument<AnySchema, AnySchema> {
  readonly handle: (request: OperationRequest) => Promise<Reply>;
}

/** An operator is not suspended; for a practice it has to be said. */
type Suspendable<S extends Scope> = S extends 'operator'
  ? { readonly whenSuspended?: never }
  : { readonly whenSuspended: WhenSuspended };

/** Infers what the handler gets from path, scope and schemas beside it. */
export function operation<
  const P extends `/${string}`,
  const S extends Scope,
  Q extends AnySchema = v.GenericSchema<unknown, undefined>,
  B extends AnySchema = v.GenericSchema<unknown, undefined>,
>(
  definition: OperationDocument<Q, B, P, S> &
    Suspendable<S> & {
      readonly handle: (
        request: OperationRequest<
          v.InferOutput<Q>,
          v.InferOutput<B>,
          PathParams<P>,
          S extends 'operator' ? OperatorActor : PracticeActor
        >,
      ) => Promise<Reply>;
    },
): Operation {
  return definition as unknown as Operation;
}

/** Whether a practice that is suspended may use it. */
export const mayUseWhenSuspended = ({ whenSuspended }: Operation): boolean =>
  whenSuspended === undefined || mayWhenSuspended(whenSuspended);

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
  if (!mayUseWhenSuspended(one)) codes.add('practice_suspended');
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
