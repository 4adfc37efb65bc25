/** Reads and checks what a caller sent. Whatever is wrong with it becomes a Problem. */
import * as v from 'valibot';
import { sha256Hex } from '../platform/access/token.ts';
import { ID_PREFIXES, type IdKind, idPattern, UUID_PATTERN } from '../platform/db/ids.ts';
import { didYouMean } from '../platform/nearest.ts';
import { type InputFault, invalidInput, notFound, Problem } from '../platform/problem.ts';
import { fromUtf8 } from '../platform/utf8.ts';
import { namesBeside } from './names.ts';
import type { AnySchema, Operation } from './operation.ts';

export const BODY_BYTES_MAX = 65_536;
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
export const IF_MATCH = /^[\x20-\x7e]{1,500}$/;

/** Schemas say what is wrong in words of ours; where one says nothing, its library's words would name types. */
function detailOf({ message, expected, received, path }: v.BaseIssue<unknown>, schema: AnySchema): string {
  if (!message.startsWith('Invalid ')) return message;
  if (expected === 'never')
    return `is not known here${didYouMean(String(path?.at(-1)?.key), namesBeside(path ?? [], schema))}`;
  if (received === 'undefined') return 'is required';
  return expected === 'Object' ? 'must be an object' : `must be ${expected}`;
}

/** @param schema that they are issues of */
export function toFaults(
  issues: readonly v.BaseIssue<unknown>[],
  prefix: string,
  schema: AnySchema,
): InputFault[] {
  return issues.slice(0, 50).map((issue) => ({
    pointer:
      prefix +
      (issue.path ?? [])
        .map((item) => String(item.key).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1'))
        .join('/'),
    detail: detailOf(issue, schema),
  }));
}

export function parse(schema: AnySchema, value: unknown, prefix: string): unknown {
  const result = v.safeParse(schema, value);
  if (!result.success) throw invalidInput(toFaults(result.issues, prefix, schema));
  return result.output;
}

/** A body that is too large is read on and thrown away up to here: a caller that still writes hears the answer. */
const DRAINED_BYTES_MAX = 1_048_576;

const isAnnouncedSmall = (headers: Headers) => {
  const announced = headers.get('Content-Length');
  return announced !== null && Number(announced) <= BODY_BYTES_MAX;
};

export async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  // Of a length that is announced the runtime reads no byte more.
  if (isAnnouncedSmall(request.headers)) return new Uint8Array(await request.arrayBuffer());
  if (!request.body) return new Uint8Array();
  const bytes = new Uint8Array(BODY_BYTES_MAX);
  let length = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    if (length + chunk.byteLength <= BODY_BYTES_MAX) bytes.set(chunk, length);
    length += chunk.byteLength;
    if (length > DRAINED_BYTES_MAX) break;
  }
  if (length > BODY_BYTES_MAX) throw tooLarge();
  return bytes.slice(0, length);
}

const tooLarge = () => new Problem('body_too_large', `The body is larger than ${BODY_BYTES_MAX} bytes.`);

function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    throw new Problem('malformed_json', 'The body is not UTF-8.');
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem('malformed_json', 'The body cannot be read as JSON.');
  }
}

function requireJson(headers: Headers): void {
  const [mediaType, ...parameters] = (headers.get('Content-Type') ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (mediaType !== 'application/json' || (charset !== undefined && charset !== 'utf-8')) {
    throw new Problem(
      'unsupported_media_type',
      'The body must be JSON in UTF-8: send `Content-Type: application/json`.',
    );
  }
  if ((headers.get('Content-Encoding') ?? 'identity') !== 'identity') {
    throw new Problem(
      'unsupported_media_type',
      'The body must not be compressed: leave `Content-Encoding` out.',
    );
  }
}

/** Valibot takes an array for an object without required members. */
function requireObject(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidInput([{ pointer: '', detail: 'must be a JSON object' }]);
  }
  return value;
}

/** @throws Problem where the body is no JSON */
export function toJson(headers: Headers, bytes: Uint8Array): unknown {
  requireJson(headers);
  return parseJson(bytes);
}

/** The JSON object that a body is. */
export const toJsonObject = (headers: Headers, bytes: Uint8Array) =>
  requireObject(toJson(headers, bytes)) as Record<string, unknown>;

/** 128 bits: nobody has a second request of the same hash. */
const REQUEST_HASH_CHARACTERS = 32;

/** The validated body and the hash that tells a repeated request from another one. */
export async function readBody(
  request: Request,
  path: string,
  one: Operation,
): Promise<{ body: unknown; requestHash: string }> {
  const bytes = await readBytes(request);
  const whole = await sha256Hex(`${request.method} ${path} ${await sha256Hex(bytes)}`);
  const requestHash = whole.slice(0, REQUEST_HASH_CHARACTERS);
  if (!one.body) return { body: undefined, requestHash };
  // Without a body it is said what is missing, not how a body would have to look.
  const given = bytes.length === 0 ? {} : toJsonObject(request.headers, bytes);
  return { body: parse(one.body, given, '/'), requestHash };
}

const isKind = (kind: string): kind is IdKind => Object.hasOwn(ID_PREFIXES, kind);

/**
 * The ids in the path, which are named after what they name: `referral_id` is the id of a referral, `service_uuid` a UUID.
 * @throws Problem 404: what cannot be an id of that kind names nothing
 */
export function readParams(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(params)) {
    const kind = name.replace(/_id$/, '');
    if (name.endsWith('_uuid') && UUID_PATTERN.test(value)) continue;
    if (!isKind(kind) || !idPattern(kind).test(value)) throw notFound();
  }
  return params;
}

const NO_PARAMETERS: AnySchema = v.strictObject({});

export function readQuery({ url }: Request, one: Operation): unknown {
  const start = url.indexOf('?');
  // No object yet: a name may be one that every object has.
  const values = new Map<string, string>();
  for (const [name, value] of start === -1 ? [] : new URLSearchParams(url.slice(start))) {
    if (values.has(name)) throw invalidInput([{ pointer: name.slice(0, 100), detail: 'is given twice' }]);
    values.set(name, value);
  }
  return parse(one.query ?? NO_PARAMETERS, Object.fromEntries(values), '');
}

export function readIdempotencyKey(request: Request): string | null {
  const key = request.headers.get('Idempotency-Key');
  if (key !== null && !IDEMPOTENCY_KEY.test(key)) {
    throw invalidInput([{ pointer: 'Idempotency-Key', detail: 'must be 1 to 255 visible ASCII characters' }]);
  }
  return key;
}

/** The ETag that the caller insists on, or null. `*` insists on nothing. */
export function readIfMatch(request: Request): string | null {
  const value = request.headers.get('If-Match')?.trim() ?? null;
  if (value !== null && !IF_MATCH.test(value)) {
    throw invalidInput([{ pointer: 'If-Match', detail: 'must be an `ETag` that you read, or several' }]);
  }
  return value === '*' ? null : value;
}
