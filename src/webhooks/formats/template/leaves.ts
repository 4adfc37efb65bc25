/**
 * Texts that name sources: `Referral {{referral.id}} from {{sender.name}}`. They are filled in after the JSON or form
 * around them was read, so that no value can change its shape, and what they name is known beforehand.
 */
import { CATEGORIES, type Category } from '../../../consents/consents.schemas.ts';
import { didYouMean } from '../../../platform/nearest.ts';
import { type FormatInput, referralIdOf } from '../input.ts';
import { addressOf, cut, cutMarked } from '../shorten.ts';
import { LINKS, readSource, SOURCES, type SourceName } from '../sources.ts';
import { hasClientName, leadNameOf, SUMMARY_CHARACTERS_MIN, summaryOf } from '../words.ts';

/** Where a CRM insists on a name: the client's, and while that is withheld one that says which referral it is. */
const LEAD_SOURCES = {
  'lead.given_name': (input) => leadNameOf(input).given ?? 'Referral',
  'lead.family_name': (input) =>
    hasClientName(input) ? leadNameOf(input).family : (referralIdOf(input) ?? 'Exchange test'),
  'lead.name': (input) => leadNameOf(input).full,
} as const satisfies Record<string, (input: FormatInput) => string>;

type LeadSource = keyof typeof LEAD_SOURCES;

/** What only the exchange knows: the id of the receiver's own record, and the access of the token step. */
const OWN_SOURCES = ['record_id', 'token'] as const;
type OwnSource = (typeof OWN_SOURCES)[number];

export const TEMPLATE_SOURCES: readonly string[] = [
  ...Object.keys(LEAD_SOURCES),
  ...Object.keys(SOURCES),
  ...OWN_SOURCES,
];

/** In paths and headers: addresses are written to logs on the way, so nothing about a client stands there. */
export const ADDRESS_SOURCES: readonly string[] = [
  'record_id',
  'token',
  'event.id',
  'event.type',
  'referral.id',
  'referral.state',
];

export const LENGTH_MIN = 20;
export const LENGTH_MAX = 32_000;

export interface Placeholder {
  readonly name: string;
  /** At most so many characters; null: as many as there are. */
  readonly lengthMax: number | null;
}

const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_.]*)\s*(?::\s*(\d{1,5}))?\s*\}\}/g;
const SECRET = /^secret\.([a-z][a-z0-9_]{0,39})$/;

export const placeholdersIn = (text: string): Placeholder[] =>
  [...text.matchAll(PLACEHOLDER)].map(([, name = '', length]) => ({
    name,
    lengthMax: length === undefined ? null : Number(length),
  }));

export const secretNamed = (name: string): string | null => SECRET.exec(name)?.[1] ?? null;

/**
 * What is wrong with a text; null where nothing is.
 * @param isKnown whether a source may stand there
 * @param sources those that may, as far as they have a fixed name
 */
export function refuseLeaf(
  text: string,
  isKnown: (name: string) => boolean,
  sources: readonly string[],
): string | null {
  if (/\{\{|\}\}/.test(text.replaceAll(PLACEHOLDER, '')))
    return 'holds braces that name no source, such as `{{referral.id}}`';
  for (const { name, lengthMax } of placeholdersIn(text)) {
    if (!isKnown(name)) return `\`{{${name}}}\` is no source that may stand here${didYouMean(name, sources)}`;
    if (lengthMax !== null && (lengthMax < LENGTH_MIN || lengthMax > LENGTH_MAX))
      return `the length in \`{{${name}:${lengthMax}}}\` must be ${LENGTH_MIN} to ${LENGTH_MAX}`;
  }
  return null;
}

const isLead = (name: string): name is LeadSource => name in LEAD_SOURCES;

/** The client's categories that a text can carry. A short summary is over before it comes to the client. */
export const categoriesOf = (text: string): Category[] =>
  placeholdersIn(text).flatMap(({ name, lengthMax }): readonly Category[] => {
    if (isLead(name)) return ['identity'];
    if (name === 'referral.summary')
      return lengthMax !== null && lengthMax < SUMMARY_CHARACTERS_MIN ? [] : CATEGORIES;
    const source = name in SOURCES ? SOURCES[name as SourceName] : null;
    return source?.category ? [source.category] : [];
  });

/** Whether a text has the notice that goes with records of substance-use treatment. */
export const carriesNoticeIn = (text: string): boolean =>
  placeholdersIn(text).some(
    ({ name, lengthMax }) =>
      (name === 'referral.summary' || name === 'referral.redisclosure_notice') &&
      (lengthMax === null || lengthMax >= SUMMARY_CHARACTERS_MIN),
  );

export interface Filling {
  readonly input: FormatInput;
  /** False: a name is written only where the client's is known, never a neutral one over what stands there. */
  readonly mayMakeUpName: boolean;
  readonly own: Readonly<Record<OwnSource, string | null>>;
  readonly secrets: Readonly<Record<string, string>>;
}

function readPlaceholder({ name, lengthMax }: Placeholder, filling: Filling): string | null {
  const { input, own, secrets, mayMakeUpName } = filling;
  const secret = secretNamed(name);
  if (secret !== null) return secrets[secret] ?? null;
  if (name === 'record_id' || name === 'token') return own[name];
  if (isLead(name)) {
    if (!mayMakeUpName && !hasClientName(input)) return null;
    return cut(LEAD_SOURCES[name](input), lengthMax ?? LENGTH_MAX);
  }
  if (name === 'referral.summary') return summaryOf(input, lengthMax ?? Number.POSITIVE_INFINITY);
  const value = readSource(name as SourceName, input);
  if (value === null || LINKS.includes(name as SourceName)) return value;
  const shownMax = Math.min(lengthMax ?? LENGTH_MAX, input.fieldLengthMax ?? LENGTH_MAX);
  return cutMarked(value, shownMax, addressOf(input));
}

/** Null where a text names sources and none of them has a value: then its field is left out. */
export function fillLeaf(text: string, filling: Filling): string | null {
  const placeholders = placeholdersIn(text);
  if (placeholders.length === 0) return text;
  const values = placeholders.map((placeholder) => readPlaceholder(placeholder, filling));
  if (values.every((value) => value === null)) return null;
  let position = 0;
  // By a function: in a replacement that is a text `$&` and its like would mean something.
  return text.replaceAll(PLACEHOLDER, () => values[position++] ?? '').trim();
}
