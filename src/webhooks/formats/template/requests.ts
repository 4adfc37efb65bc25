/** The requests that a template makes. */
import type { Category } from '../../../consents/consents.schemas.ts';
import { encodeBase64 } from '../../../platform/base64.ts';
import { toUtf8 } from '../../../platform/utf8.ts';
import { type FormatRequest, type Progress, postForm } from '../format.ts';
import { type FormatInput, referralIdOf } from '../input.ts';
import { isEnding } from '../leads.ts';
import type { Json } from './fields.ts';
import { carriesNoticeIn, categoriesOf, type Filling, fillLeaf, placeholdersIn } from './leaves.ts';
import type { FindRequest, TemplateRequest, TemplateSettings, TokenSettings } from './settings.ts';

export type Step = 'token' | 'find' | 'create' | 'update' | 'note';

/** A test has no record that could be found. */
export function stepOf(
  { token, find, update, note }: TemplateSettings,
  { session, record, seen }: Progress,
  input: FormatInput,
): Step {
  if (token && session === null) return 'token';
  if (record === null)
    return find && seen.found === undefined && referralIdOf(input) !== null ? 'find' : 'create';
  if (note && (!update || seen.written !== undefined)) return 'note';
  return update ? 'update' : 'create';
}

export const requestAt = (step: Step, { create, update, note }: TemplateSettings): TemplateRequest => {
  if (step === 'note' && note) return note;
  return step === 'update' && update ? update : create;
};

/** Its own part of the client may leave: a name or an address is written once, and not where it was refused. */
const isWritable = (text: string, categories: readonly Category[]) =>
  !categoriesOf(text).some((category) => categories.includes(category)) || text.includes('referral.summary');

interface Writing extends Filling {
  /** Of these nothing is written any more. */
  readonly settled: readonly Category[];
}

const fill = (text: string, writing: Writing): string | null =>
  isWritable(text, writing.settled) ? fillLeaf(text, writing) : null;

/** A list's item of which the sources have no value says nothing: a phone number without the number is none. */
const saysNothing = (item: Json, writing: Writing): boolean => {
  const texts = textsOf(item).filter((text) => placeholdersIn(text).length > 0);
  return texts.length > 0 && texts.every((text) => fill(text, writing) === null);
};

/** Undefined where nothing is left of it. */
function fillJson(value: Json, writing: Writing): Json | undefined {
  if (typeof value === 'string') return fill(value, writing) ?? undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).flatMap((item) => {
      const filled = saysNothing(item, writing) ? undefined : fillJson(item, writing);
      return filled === undefined ? [] : [filled];
    });
    // An empty list would take away what stands there.
    return items.length === 0 && value.length > 0 ? undefined : items;
  }
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    const filled = fillJson(inner, writing);
    return filled === undefined ? [] : [[name, filled] as const];
  });
  // An object of which every member had no value says nothing: a note without a text is none.
  return entries.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(entries);
}

const filledText = (text: string, writing: Writing) => fillLeaf(text, writing) ?? '';

function urlOf(request: TemplateRequest | FindRequest, writing: Writing): string {
  const { url } = writing.input;
  if (request.path === undefined) return url;
  const encoded = Object.fromEntries(
    Object.entries(writing.secrets).map(([name, value]) => [name, encodeURIComponent(value)]),
  );
  const own = {
    ...writing.own,
    record_id: writing.own.record_id && encodeURIComponent(writing.own.record_id),
  };
  return new URL(filledText(request.path, { ...writing, secrets: encoded, own }), url).href;
}

function render(request: TemplateRequest | FindRequest, writing: Writing): FormatRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, text]) => [name, filledText(text, writing)]),
  );
  const made = { method: request.method, url: urlOf(request, writing) };
  if (request.method === 'GET')
    return { ...made, headers: { Accept: 'application/json', ...headers }, body: '' };
  if (request.form) {
    const fields = Object.entries(request.form).flatMap(([name, text]) => {
      const value = fill(text, writing);
      return value === null ? [] : [[name, value] as [string, string]];
    });
    return {
      ...made,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8', ...headers },
      body: new URLSearchParams(fields).toString(),
    };
  }
  return {
    ...made,
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(fillJson(request.json as Json, writing) ?? {}),
  };
}

function askForAccess({
  url,
  grant_type,
  client_id,
  client_secret,
  refresh_token,
  scope,
  client_in,
}: TokenSettings) {
  const inHeader = client_in === 'header';
  const made = postForm(url, {
    grant_type,
    ...(inHeader ? {} : { client_id, ...(client_secret ? { client_secret } : {}) }),
    ...(refresh_token ? { refresh_token } : {}),
    ...(scope ? { scope } : {}),
  });
  // RFC 6749, 2.3.1: both are form-encoded before.
  const encoded = [client_id, client_secret ?? ''].map(encodeURIComponent).join(':');
  const basic = `Basic ${encodeBase64(toUtf8(encoded))}`;
  return {
    ...made,
    headers: { ...made.headers, Accept: 'application/json', ...(inHeader ? { Authorization: basic } : {}) },
    asksForAccess: true,
  };
}

const NAMED: readonly Category[] = ['identity', 'contact'];

export function requestOf(input: FormatInput, settings: TemplateSettings, progress: Progress): FormatRequest {
  const step = stepOf(settings, progress, input);
  if (step === 'token') return askForAccess(settings.token as TokenSettings);
  const isFirst = step === 'create';
  const { record, seen, session } = progress;
  const writing: Writing = {
    input,
    mayMakeUpName: isFirst,
    own: { record_id: record?.id ?? null, token: session },
    secrets: settings.secrets ?? {},
    settled: step !== 'note' && (record?.client_told || seen.refused !== undefined) ? NAMED : [],
  };
  return render(step === 'find' ? (settings.find as FindRequest) : requestAt(step, settings), writing);
}

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

/** What the requests can carry of a client: known from the settings alone. */
export const carriedBy = ({ create, update, note }: TemplateSettings): Category[] => [
  ...new Set([create, update, note].flatMap((one) => textsOf([one?.json, one?.form])).flatMap(categoriesOf)),
];

/** Each request that can tell of the client has the notice itself, or is followed by a note that has it. */
export function carriesNoticeBy({ create, update, note }: TemplateSettings): boolean {
  const textsIn = (one: typeof create | typeof update | typeof note) => textsOf([one?.json, one?.form]);
  const hasIt = (one: Parameters<typeof textsIn>[0]) => textsIn(one).some(carriesNoticeIn);
  const tells = (one: Parameters<typeof textsIn>[0]) =>
    textsIn(one).some((text) => categoriesOf(text).length > 0);
  return hasIt(note) || [create, update].every((one) => !tells(one) || hasIt(one));
}

/** Nobody should begin with this client: no record is made to say so. One that is there and not known is looked for. */
export const endsWithoutRecord = (
  input: FormatInput,
  { find }: TemplateSettings,
  { record, seen }: Progress,
) =>
  record === null &&
  isEnding(input) &&
  referralIdOf(input) !== null &&
  (find === undefined || seen.found !== undefined);
