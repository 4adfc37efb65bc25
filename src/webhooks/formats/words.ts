/** What is written into the fields that a CRM insists on, and the text that a person reads there. */
import { type Label, labelOf } from '../../catalog/labels.ts';
import type { EventType } from '../../ledger/event-types.ts';
import { nameLanguage, namePlace, spoken, writeTime } from '../../platform/labels.ts';
import { type FormatInput, referralIdOf, textIn, type VisibleClient } from './input.ts';
import { addressOf, cut, shorten, TEXT_CHARACTERS_TRIED } from './shorten.ts';

export interface LeadName {
  /** Null where the client is withheld. */
  readonly given: string | null;
  /** Never empty: CRMs insist on a last name. */
  readonly family: string;
  readonly full: string;
}

/** The client's name, or a neutral one that tells nothing but which referral it is. */
export function leadNameOf(input: FormatInput): LeadName {
  const identity = input.referral?.client?.identity;
  if (identity) {
    const { given_name, family_name } = identity;
    return { given: given_name, family: family_name, full: `${given_name} ${family_name}` };
  }
  const id = referralIdOf(input);
  const neutral = id === null ? 'Referral Exchange test' : `Referral ${id}`;
  return { given: null, family: neutral, full: neutral };
}

/** Whether a name, or a title that begins with one, is what `leadNameOf` made up: it may be written over. */
export const isNeutralName = (name: string) =>
  /^Referral (ref_[0-9a-z]+|Exchange test)(: [a-z ]+)?$/.test(name.trim());

export const hasClientName = ({ referral }: FormatInput) => referral?.client?.identity !== undefined;

const line = (label: string, value: string | null | undefined) => (value ? [`${label}: ${value}`] : []);

/** The documents with their addresses, and how many more there are. */
export function documentsOf(input: FormatInput): string[] {
  const { client, left_out } = input.referral ?? {};
  const documents = (client?.documents ?? []).map(({ title, url }) => `${title} ${url}`);
  const more = left_out?.documents;
  return more ? [...documents, `… and ${more} more: ${addressOf(input)}`] : documents;
}

/** What the receiver asked, with the answers. */
export const answersIn = (client: VisibleClient | null | undefined): string[] =>
  (client?.intake ?? []).map(
    ({ question, answer }) => `${question} ${typeof answer === 'boolean' ? (answer ? 'yes' : 'no') : answer}`,
  );

const UNLESS = 'Unless they are your client already, do not contact them about this referral.';
/** What the front desk must see first: somebody might still call. */
const ATTENTION: Partial<Record<EventType, string>> = {
  'referral.withdrawn': `The sender took the referral back. ${UNLESS}`,
  'referral.expired': `The referral has ended, as nobody answered in time. ${UNLESS}`,
  'referral.erased': `The client’s data was deleted where it came from. ${UNLESS}`,
  'consent.revoked': `The client took the consent back. ${UNLESS}`,
  'consent.expired': `The client’s consent has run out. ${UNLESS}`,
};
export const attentionOf = ({ envelope }: FormatInput) => ATTENTION[envelope.type];

/** What must not be lost where a CRM cuts the text comes first: the links and the notice of substance-use records. */
function writeSummary(input: FormatInput): string {
  const { envelope, referral } = input;
  const client = referral?.client;
  const labelled = (kind: Label['kind']) =>
    referral && labelOf(input.labels ?? [], kind, referral[kind], 'en').text;
  // The page shows more than the callback, and a person reads this.
  const page = textIn(envelope.data, 'page_url');
  const place = namePlace(referral?.client_city, referral?.client_jurisdiction, 'en');
  const languages = referral?.languages.map((code) => nameLanguage(code, 'en')).join(', ');
  const answerBy = referral?.respond_by ? writeTime(Date.parse(referral.respond_by), 'en') : null;
  return [
    ...line('Attention', attentionOf(input)),
    ...line('Referral', referralIdOf(input)),
    ...line('State', spoken(referral?.state ?? textIn(envelope.data, 'state') ?? '')),
    ...(page === null
      ? line('Answer or report the outcome', textIn(envelope.data, 'callback_url'))
      : line('Read and answer it', page)),
    ...line('Notice', referral?.redisclosure_notice),
    ...line('Client', client?.identity && leadNameOf(input).full),
    ...line('E-mail', client?.contact?.email),
    ...line('Phone', client?.contact?.phone),
    ...line('Referred by', referral?.sender.name),
    ...line('Service', labelled('service')),
    ...line('Why', labelled('reason')),
    ...line('Urgency', referral?.urgency),
    ...line('Languages', languages),
    ...line('Where', place),
    ...line('Answer by', answerBy),
    ...line('Preferred name', client?.identity?.preferred_name),
    ...line('Pronouns', client?.identity?.pronouns),
    ...line('Date of birth', client?.identity?.date_of_birth),
    ...line('Reach by', client?.contact?.preferred_way),
    ...line('Best times', client?.contact?.best_times),
    ...line('What the client seeks', client?.reason),
    ...line('Background', client?.background),
    ...line('Notes', client?.notes),
    ...answersIn(client).flatMap((answer) => line('Asked by you', answer)),
    ...documentsOf(input).flatMap((document) => line('Document', document)),
  ].join('\n');
}

/** In so much room each of the client's categories has its place in the summary. */
export const SUMMARY_CHARACTERS_MIN = 4000;

/** The referral for a person to read. Its texts are cut rather than its end, which would be whole categories. */
export function summaryOf(input: FormatInput, charactersMax = Number.POSITIVE_INFINITY): string {
  let summary = writeSummary(input);
  for (const textMax of TEXT_CHARACTERS_TRIED) {
    if (summary.length <= charactersMax) break;
    summary = writeSummary(shorten(input, textMax));
  }
  return cut(summary, charactersMax);
}

/** How much a field of the receiver takes. */
export type LengthMaxOf = (field: string) => number;

export const lengthsMax =
  (known: Readonly<Record<string, number>>, otherwise: number): LengthMaxOf =>
  (field) =>
    known[field] ?? otherwise;

/** Leaves out what is not there and cuts what is too long: no field is ever sent empty. */
export function fieldsOf(
  values: Readonly<Record<string, string | null | undefined>>,
  lengthMaxOf: LengthMaxOf,
): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value) fields[name] = cut(value, lengthMaxOf(name));
  }
  return fields;
}
