/** Headers of the owner's own that go with every webhook: which names and values are taken. */
import * as v from 'valibot';

const HEADERS_MAX = 10;
const VALUE_LENGTH_MAX = 1000;

/** Names that we, HTTP itself, or the platform set; and what receivers take for the word of a proxy. */
const RESERVED = [
  'accept',
  'accept-encoding',
  'cdn-loop',
  'connection',
  'cookie',
  'cookie2',
  'date',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'true-client-ip',
  'upgrade',
  'user-agent',
  'via',
];
const RESERVED_PREFIXES = [
  'access-control-',
  'cf-',
  'content-',
  'if-',
  'proxy-',
  'sec-',
  'svix-',
  'webhook-',
  'x-forwarded-',
  'x-real-',
];

export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.includes(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

/** Of a header of somebody's own choice. */
export const headerName = v.pipe(
  v.string('must be a string'),
  v.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a letter and up to 63 letters, digits, - and _'),
  v.check((name) => !isReservedHeader(name), 'is a reserved name'),
);

const headerValue = v.pipe(
  v.string('must be a string'),
  v.regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'must be visible ASCII without spaces at its ends'),
  v.maxLength(VALUE_LENGTH_MAX, `must have at most ${VALUE_LENGTH_MAX} characters`),
);

export const customHeaders = v.pipe(
  v.record(headerName, headerValue, 'must be an object of names and values'),
  v.maxEntries(HEADERS_MAX, `must have at most ${HEADERS_MAX} members`),
  v.check((headers) => {
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    return new Set(names).size === names.length;
  }, 'must not repeat a name'),
);
