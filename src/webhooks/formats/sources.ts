/** What a mapping may copy into a custom field, and the mapping itself. */
import * as v from 'valibot';
import { CATEGORIES, type Category } from '../../consents/consents.schemas.ts';
import { line } from '../../http/fields.ts';
import { didYouMean } from '../../platform/nearest.ts';
import { type FormatInput, referralIdOf, textIn, type VisibleClient, type VisibleReferral } from './input.ts';
import { addressOf, cutMarked } from './shorten.ts';
import {
  answersIn,
  documentsOf,
  type LengthMaxOf,
  leadNameOf,
  SUMMARY_CHARACTERS_MIN,
  summaryOf,
} from './words.ts';

const FIELDS_MAX = 20;

interface Source {
  /** The consent category that the value belongs to; null for what is no client data. */
  readonly category: Category | null;
  readonly read: (input: FormatInput) => string | null | undefined;
}

const ofEvent = (read: Source['read']): Source => ({ category: null, read });
const ofReferral = (read: (referral: VisibleReferral) => string | null | undefined): Source => ({
  category: null,
  read: ({ referral }) => referral && read(referral),
});
const ofClient = (
  category: Category,
  read: (client: VisibleClient) => string | null | undefined,
): Source => ({
  category,
  read: ({ referral }) => referral?.client && read(referral.client),
});

export const SOURCES = {
  'event.id': ofEvent(({ envelope }) => envelope.id),
  'event.type': ofEvent(({ envelope }) => envelope.type),
  'event.timestamp': ofEvent(({ envelope }) => envelope.timestamp),
  'event.actor': ofEvent(({ envelope }) => textIn(envelope.data, 'actor')),
  'event.reason': ofEvent(({ envelope }) => textIn(envelope.data, 'reason')),
  'referral.id': ofEvent(referralIdOf),
  'referral.state': ofEvent(({ envelope, referral }) => referral?.state ?? textIn(envelope.data, 'state')),
  'referral.url': ofEvent(({ envelope }) => textIn(envelope.data, 'url')),
  'referral.callback_url': ofEvent(({ envelope }) => textIn(envelope.data, 'callback_url')),
  'referral.page_url': ofEvent(({ envelope }) => textIn(envelope.data, 'page_url')),
  'referral.service': ofReferral(({ service }) => service),
  'referral.reason': ofReferral(({ reason }) => reason),
  'referral.urgency': ofReferral(({ urgency }) => urgency),
  'referral.languages': ofReferral(({ languages }) => languages.join(', ')),
  'referral.client_jurisdiction': ofReferral(({ client_jurisdiction }) => client_jurisdiction),
  'referral.client_city': ofReferral(({ client_city }) => client_city),
  'referral.sent_at': ofReferral(({ sent_at }) => sent_at),
  'referral.respond_by': ofReferral(({ respond_by }) => respond_by),
  'referral.accepted_at': ofReferral(({ accepted_at }) => accepted_at),
  'referral.redisclosure_notice': ofReferral(({ redisclosure_notice }) => redisclosure_notice),
  'sender.name': ofReferral(({ sender }) => sender.name),
  'sender.practice_id': ofReferral(({ sender }) => sender.practice_id),
  'receiver.name': ofReferral(({ receiver }) => receiver.name),
  'receiver.practice_id': ofReferral(({ receiver }) => receiver.practice_id),
  'client.name': {
    category: 'identity',
    read: (input) => (input.referral?.client?.identity ? leadNameOf(input).full : null),
  },
  'client.given_name': ofClient('identity', ({ identity }) => identity?.given_name),
  'client.family_name': ofClient('identity', ({ identity }) => identity?.family_name),
  'client.preferred_name': ofClient('identity', ({ identity }) => identity?.preferred_name),
  'client.pronouns': ofClient('identity', ({ identity }) => identity?.pronouns),
  'client.date_of_birth': ofClient('identity', ({ identity }) => identity?.date_of_birth),
  'client.email': ofClient('contact', ({ contact }) => contact?.email),
  'client.phone': ofClient('contact', ({ contact }) => contact?.phone),
  'client.preferred_way': ofClient('contact', ({ contact }) => contact?.preferred_way),
  'client.best_times': ofClient('contact', ({ contact }) => contact?.best_times),
  'client.reason': ofClient('reason', ({ reason }) => reason),
  'client.background': ofClient('background', ({ background }) => background),
  'client.notes': ofClient('notes', ({ notes }) => notes),
  'client.documents': { category: 'documents', read: (input) => documentsOf(input).join('\n') },
  'client.intake': ofClient('intake', (client) => answersIn(client).join('\n')),
  /** The text for a person to read: whatever of the above is there. */
  'referral.summary': ofEvent((input) => summaryOf(input)),
} satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;
export const SOURCE_NAMES = Object.keys(SOURCES) as [SourceName, ...SourceName[]];

export const readSource = (name: SourceName, input: FormatInput): string | null =>
  (SOURCES[name] as Source).read(input) || null;

export type Mapping = Readonly<Record<string, SourceName | { readonly constant: string }>>;

/** Which names a receiver's fields have. */
export interface Targets {
  readonly pattern: RegExp;
  readonly hint: string;
  /** Set by the format itself; a mapping that changed one would break the request. */
  readonly reserved: readonly string[];
}

/** What a field of the receiver’s gets: a source by its name, or always the same. @schema WebhookMappedSource */
export const MappedSchema = v.union(
  [
    v.picklist(SOURCE_NAMES),
    v.strictObject({
      /** The same text each time; at most 255 characters. */
      constant: line(255),
    }),
  ],
  ({ input }) =>
    `must be the name of a source, such as \`referral.id\`, or \`{"constant": "…"}\`${didYouMean(input, SOURCE_NAMES)}`,
);

export const mappingSchema = ({ pattern, hint, reserved }: Targets) =>
  v.optional(
    v.pipe(
      v.record(
        v.pipe(
          v.string(),
          v.regex(pattern, hint),
          v.check((name) => !reserved.includes(name), 'is set by the format itself'),
        ),
        MappedSchema,
        'must be an object of field names',
      ),
      v.maxEntries(FIELDS_MAX, `must have at most ${FIELDS_MAX} fields`),
      v.check((mapping) => summariesIn(mapping) <= 1, 'must name `referral.summary` only once'),
    ),
    {},
  );

const summariesIn = (mapping: Mapping) =>
  Object.values(mapping).filter((from) => from === 'referral.summary').length;

/** Half a link would lead nowhere. */
export const LINKS: readonly (SourceName | object)[] = [
  'referral.url',
  'referral.callback_url',
  'referral.page_url',
];

const takesAnything: LengthMaxOf = () => Number.POSITIVE_INFINITY;

/** The mapped fields that have a value. A summary shortens itself. */
export function applyMapping(
  mapping: Mapping,
  input: FormatInput,
  lengthMaxOf: LengthMaxOf = takesAnything,
): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [target, from] of Object.entries(mapping)) {
    const lengthMax = lengthMaxOf(target);
    if (from === 'referral.summary') {
      fields[target] = summaryOf(input, lengthMax);
      continue;
    }
    const value = typeof from === 'string' ? readSource(from, input) : from.constant;
    const shownMax = Math.min(lengthMax, input.fieldLengthMax ?? lengthMax);
    if (value !== null)
      fields[target] = LINKS.includes(from) ? value : cutMarked(value, shownMax, addressOf(input));
  }
  return fields;
}

/** A short summary may be over before it comes to the notice. */
export const carriesNoticeIn = (mapping: Mapping, lengthMaxOf: LengthMaxOf): boolean =>
  Object.entries(mapping).some(
    ([target, from]) =>
      (from === 'referral.summary' || from === 'referral.redisclosure_notice') &&
      lengthMaxOf(target) >= SUMMARY_CHARACTERS_MIN,
  );

/** The categories that a mapping can carry. A short summary is over before it comes to the client. */
export const categoriesIn = (mapping: Mapping, lengthMaxOf: LengthMaxOf): Category[] =>
  Object.entries(mapping).flatMap(([target, from]) => {
    if (typeof from !== 'string') return [];
    if (from === 'referral.summary')
      return lengthMaxOf(target) < SUMMARY_CHARACTERS_MIN ? [] : [...CATEGORIES];
    return SOURCES[from].category ?? [];
  });
