/** Fields that many schemas share. */
import * as Instant from 'temporal-polyfill/fns/Instant';
import * as v from 'valibot';
import { type IdKind, idPattern } from '../platform/db/ids.ts';
import { findState } from '../platform/labels.ts';
import { asCode, didYouMean } from '../platform/nearest.ts';
import { HTTPS_PATTERN, isVisible, LINE_PATTERN, PROSE_PATTERN, refuseCharacters } from './characters.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const CONTROL_IN_LINE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all but tab and line feed
const CONTROL_IN_TEXT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

const wellFormed = v.check<string, string>((text) => text.isWellFormed(), 'must be well-formed Unicode');

const readable = (kind: 'line' | 'prose') =>
  v.check<string, (issue: v.CheckIssue<string>) => string>(
    (text) => refuseCharacters(text, kind) === null,
    ({ input }) => refuseCharacters(input, kind) ?? '',
  );

const somethingToRead = v.check<string, string>(
  (text) => text === '' || isVisible(text),
  'must hold something to read',
);

/** Counts characters as the document and the database do, where JavaScript counts UTF-16 units. */
const hasAtMost = (text: string, lengthMax: number) =>
  text.length <= lengthMax || [...text].length <= lengthMax;

/** @param pattern what the document can say of the checks that follow */
const text = (lengthMax: number, pattern: string, description: string) =>
  v.pipe(
    v.string('must be a string'),
    v.metadata({ minLength: 1, maxLength: lengthMax, pattern, description }),
    wellFormed,
    v.check((sent) => hasAtMost(sent, lengthMax), `must have at most ${lengthMax} characters`),
  );

/** One line of 1 to `lengthMax` characters, trimmed. */
export const line = (lengthMax: number) =>
  v.pipe(
    text(lengthMax, LINE_PATTERN, 'One line, without invisible characters that its script does not need.'),
    v.check((sent) => !CONTROL_IN_LINE.test(sent), 'must be one line without control characters'),
    readable('line'),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    somethingToRead,
  );

/** Text of several lines. */
export const prose = (lengthMax: number) =>
  v.pipe(
    text(lengthMax, PROSE_PATTERN, 'Text, without invisible characters that its script does not need.'),
    v.transform((sent) => sent.replaceAll('\r\n', '\n')),
    v.check((sent) => !CONTROL_IN_TEXT.test(sent), 'must not hold control characters'),
    readable('prose'),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    somethingToRead,
  );

const SLUG = /^[a-z][a-z0-9_]{0,62}$/;

export const slug = v.pipe(
  v.string('must be a string'),
  v.regex(SLUG, ({ input }) => {
    const code = asCode(input);
    const hint = SLUG.test(code) ? `; did you mean \`${code}\`?` : '';
    return `must be lower-case letters, digits and _, such as \`career_testing\`${hint}`;
  }),
);

export const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );

/** A number in a query. */
export const numberInQuery = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.check(
      (text) => /^(0|[1-9][0-9]{0,14})$/.test(text) && Number(text) >= min && Number(text) <= max,
      `must be a whole number from ${min} to ${max}`,
    ),
    v.metadata({ type: 'integer', minimum: min, maximum: max }),
    v.transform(Number),
  );

/** Yes or no in a query. */
export const flagInQuery = v.pipe(
  v.string(),
  v.check((text) => text === 'true' || text === 'false', 'must be true or false'),
  v.metadata({ type: 'boolean' }),
  v.transform((text) => text === 'true'),
);

export const oneOf = <const T extends readonly string[]>(values: T) =>
  v.picklist(values, ({ input }) => `must be one of ${values.join(', ')}${didYouMean(input, values)}`);

const LISTED_MAX = 20;
/** A list in a query: commas stand between its items. @param items as JSON Schema */
const listInQuery = <T>(item: v.GenericSchema<string, T>, items: object) =>
  v.pipe(
    v.string(),
    v.metadata({ type: 'array', items, minItems: 1, maxItems: LISTED_MAX, uniqueItems: true }),
    v.transform((text) => [...new Set(text.split(','))]),
    v.array(item),
    v.maxLength(LISTED_MAX, `must have at most ${LISTED_MAX} items`),
  );

/** Some of the values, in a query. */
export const someOf = <const T extends readonly string[]>(values: T) =>
  listInQuery<T[number]>(oneOf(values), { type: 'string', enum: values });

/** A list without repetitions. */
export const setOf = <T extends v.GenericSchema<string, string>>(item: T, lengthMax: number, lengthMin = 0) =>
  v.pipe(
    v.array(item, 'must be an array'),
    v.minLength(lengthMin, `must have at least ${lengthMin} items`),
    v.maxLength(lengthMax, `must have at most ${lengthMax} items`),
    v.check((items) => new Set(items).size === items.length, 'must not repeat an item'),
    v.metadata({ uniqueItems: true }),
  );

export const id = (kind: IdKind) =>
  v.pipe(v.string('must be a string'), v.regex(idPattern(kind), `must be the id of a ${kind}`));

/** The letters of the states, the district and the territories of the United States (ISO 3166-2:US). */
const STATES =
  /^(A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])$/;

/**
 * A state is meant far more often than the country that has the same letters (`NE` is Niger): that one is named by its
 * subdivisions, and would else be stored and fit no licence.
 */
export const jurisdiction = v.pipe(
  v.string('must be a string'),
  v.regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, ({ input }) => {
    const state = findState(input);
    return `must be a country or subdivision of ISO 3166, such as \`US-NE\`${state ? `; did you mean \`${state}\`?` : ''}`;
  }),
  v.check(
    (code) => !STATES.test(code),
    ({ input }) =>
      `did you mean \`US-${input}\`? A country with these letters is named by a subdivision, such as \`CA-ON\``,
  ),
);

const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const LANGUAGE_TAG_LENGTH_MAX = 35;

/** A language tag (BCP 47). */
export const language = v.pipe(
  v.string('must be a string'),
  v.maxLength(LANGUAGE_TAG_LENGTH_MAX, `must have at most ${LANGUAGE_TAG_LENGTH_MAX} characters`),
  v.regex(LANGUAGE_TAG, 'must be a language tag, such as `en` or `es-MX`'),
);

export const languages = setOf(language, 20);

export const languagesInQuery = listInQuery(language, {
  type: 'string',
  maxLength: LANGUAGE_TAG_LENGTH_MAX,
  pattern: LANGUAGE_TAG.source,
});

export const email = v.pipe(
  v.string('must be a string'),
  v.maxLength(254, 'must have at most 254 characters'),
  v.email('must be an e-mail address'),
);

export const phone = v.pipe(
  v.string('must be a string'),
  v.regex(/^\+?[0-9 ().-]{5,30}$/, 'must be a phone number'),
  v.check((text) => text.replaceAll(/\D/g, '').length >= 5, 'must have at least 5 digits'),
);

/** It is kept as it was written, so what `URL.parse` would drop or encode is looked at too. */
function isPlainHttpsUrl(sent: string): boolean {
  const url = URL.parse(sent);
  return (
    url?.protocol === 'https:' && !url.username && !url.password && new RegExp(HTTPS_PATTERN, 'u').test(sent)
  );
}

export const httpsUrl = v.pipe(
  text(2000, HTTPS_PATTERN, 'An https URL without a user name.'),
  v.check(isPlainHttpsUrl, 'must be an https URL without a user name'),
  readable('line'),
);

const TIME_ZONE = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** A zone in which months can be reckoned: asked of what reckons them, as runtimes list fewer names than they know. */
function isTimeZone(name: string): boolean {
  try {
    return (
      TIME_ZONE.test(name) && Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(0), name) !== null
    );
  } catch {
    return false;
  }
}

export const timeZone = v.pipe(
  v.string('must be a string'),
  v.metadata({ pattern: TIME_ZONE.source }),
  v.check(isTimeZone, 'must be an IANA time zone, such as `America/Chicago`'),
);

const YEAR_MIN = 1900;
const YEAR_MAX = 2200;
const isInRange = (milliseconds: number) => {
  const year = new Date(milliseconds).getUTCFullYear();
  return year >= YEAR_MIN && year < YEAR_MAX;
};

const isRealDate = (text: string) => {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
};

/** A day of the calendar, `YYYY-MM-DD`. */
export const date = v.pipe(
  v.string('must be a string'),
  v.regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date, such as `2026-10-31`'),
  v.check(isRealDate, 'must be a day that exists'),
  v.check((text) => isInRange(Date.parse(text)), `must lie between ${YEAR_MIN} and ${YEAR_MAX}`),
);

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 on the wire, milliseconds since the epoch inside. */
export const time = v.pipe(
  v.string('must be a string'),
  v.regex(RFC3339, 'must be an RFC 3339 time, such as `2026-10-31T09:00:00Z`'),
  v.check((text) => isRealDate(text.slice(0, 10)), 'must be a time that exists'),
  v.metadata({ format: 'date-time', maxLength: 35 }),
  v.transform((text) => Date.parse(text.toUpperCase())),
  v.check(isInRange, `must lie between ${YEAR_MIN} and ${YEAR_MAX}`),
);

/** Milliseconds since the epoch as RFC 3339 in UTC. */
export function toTime(milliseconds: number): string;
export function toTime(milliseconds: number | null): string | null;
export function toTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

/** As it leaves: an RFC 3339 time in UTC. */
export const timeOut = v.pipe(v.string(), v.isoTimestamp());
export const timeOutOrNull = v.nullable(timeOut);
