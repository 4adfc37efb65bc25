/** What the answers to a template's requests mean. */

import { namesClient } from '../../../referrals/own.ts';
import type { Conclusion, CrmRecord, FormatAnswer, Progress, Reading } from '../format.ts';
import { type FormatInput, referralIdOf } from '../input.ts';
import { isEnding } from '../leads.ts';
import { type Hints, nothingToTell, readCrmStatus, readStatus, refuseRecord } from '../readings.ts';
import { endsWithoutRecord, requestAt, type Step, stepOf } from './requests.ts';
import type { TemplateSettings } from './settings.ts';

/** Taken out of what was promised: clocks differ and requests take time. */
const SESSION_MARGIN_SECONDS = 60;
const SESSION_SECONDS_DEFAULT = 900;
const SESSION_SECONDS_MAX = 86_400;
/** It stands in clear where the client's own address may not: no `@`. */
const RECORD_ID = /^[\x21-\x3f\x41-\x7e]{1,255}$/;

function parse({ text, excerpt }: FormatAnswer): unknown {
  try {
    return JSON.parse(text ?? excerpt);
  } catch {
    return undefined;
  }
}

const valueAt = (body: unknown, path: readonly string[]) =>
  path.reduce<unknown>(
    (part, name) =>
      typeof part === 'object' && part !== null && Object.hasOwn(part, name)
        ? (part as Record<string, unknown>)[name]
        : undefined,
    body,
  );

/**
 * Null where nothing stands there that can be an id: it goes into addresses. Nor where it says who the client is: it would
 * stand here in clear, beyond the consent and the erasure.
 */
function recordIdAt(body: unknown, path: readonly string[], { referral }: FormatInput): string | null {
  const value = valueAt(body, path);
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  const isId = typeof id === 'string' && RECORD_ID.test(id) && id !== '.' && id !== '..';
  return isId && !namesClient(id, referral?.client ?? {}) ? id : null;
}

function readToken(answer: FormatAnswer, { token }: TemplateSettings): Reading {
  const body = parse(answer);
  const value = valueAt(body, ['access_token']);
  const said = valueAt(body, ['error']);
  const code = typeof said === 'string' && /^[a-z_]{1,60}$/.test(said) ? ` (${said})` : '';
  const isOk = answer.status >= 200 && answer.status < 300;
  if (!isOk || typeof value !== 'string' || !/^[\x21-\x7e]{1,4000}$/.test(value)) {
    const reading = readCrmStatus({ ...answer, excerpt: '' });
    const detail = `no access token: answered ${answer.status}${code}`;
    if (isOk || reading.outcome === 'failed') return { outcome: 'failed', detail, isSecret: true };
    return { outcome: 'rejected', detail: `${detail}: look at \`token\``, isSecret: true };
  }
  const renewed = valueAt(body, ['refresh_token']);
  if (token?.refresh_token !== undefined && typeof renewed === 'string' && renewed !== token.refresh_token)
    return {
      outcome: 'rejected',
      detail:
        'it gives a new refresh token with each use, which is not supported: use client credentials or a key',
      isSecret: true,
    };
  const promised = Number(valueAt(body, ['expires_in']));
  const seconds = Number.isFinite(promised) && promised > 0 ? promised : SESSION_SECONDS_DEFAULT;
  const expires_in_seconds = Math.min(Math.max(1, seconds - SESSION_MARGIN_SECONDS), SESSION_SECONDS_MAX);
  return { outcome: 'continue', session: { value, expires_in_seconds } };
}

const ENDED_SESSION = {
  outcome: 'failed',
  detail: 'answered 401: the access token is not valid any more',
  endSession: true,
} as const satisfies Reading;

const FIND_HINTS: Hints = {
  400: 'it does not understand `find`',
  401: 'the access is not valid (any more): look at `headers`, `secrets` or `token`',
  403: 'the access may not look for records',
  422: 'it does not understand `find`',
  429: 'too many requests for this account',
};

/**
 * A CRM that does not know a filter answers with whatever records it has: one is taken only where the referral's id
 * stands in it, as nothing of a client may be written over somebody else.
 */
function readFound(
  answer: FormatAnswer,
  body: unknown,
  { find, token }: TemplateSettings,
  input: FormatInput,
): Reading {
  const { status } = answer;
  const none: Reading = isEnding(input) ? nothingToTell : { outcome: 'continue', seen: { found: 'no' } };
  const isEmpty = (answer.text ?? answer.excerpt).trim() === '';
  if (status === 404 || (isEmpty && status >= 200 && status < 300)) return none;
  if (status === 401 && token) return ENDED_SESSION;
  if (status < 200 || status >= 300) {
    // Nothing was refused of the record: it was not sent yet.
    const reading = readStatus(answer, FIND_HINTS);
    const { detail } = reading as { detail: string };
    return { outcome: reading.outcome === 'failed' ? 'failed' : 'rejected', detail: `\`find\`: ${detail}` };
  }
  if (body === undefined)
    return {
      outcome: 'failed',
      detail: `\`find\`: answered ${status} without JSON of at most 64 KB: let it answer with fewer records or fields`,
    };
  const there = find?.records_path === undefined ? body : valueAt(body, find.records_path);
  const records: unknown[] = Array.isArray(there) ? there : [there];
  const referralId = referralIdOf(input) ?? '';
  const record = records.find((one) => JSON.stringify(one)?.includes(referralId));
  if (record === undefined) return none;
  const id = recordIdAt(record, find?.record_id_path ?? [], input);
  if (id === null)
    return {
      outcome: 'rejected',
      detail: '`find`: the record is there, and no id at `record_id_path`: correct the path',
    };
  // Whether the client was told to it nobody knows: the name is written once more.
  return { outcome: 'continue', record: { id, client_told: false }, seen: { found: 'yes' } };
}

const hasNamed = ({ referral }: FormatInput) =>
  referral?.client?.identity !== undefined || referral?.client?.contact !== undefined;

const told = (input: FormatInput, { record, seen }: Progress) =>
  (record?.client_told ?? false) || seen.refused !== undefined || hasNamed(input);

/** The receiver's own words, unless they hold a secret that it was sent. */
function withoutOwnSecrets(reading: Reading, { secrets }: TemplateSettings, { session }: Progress): Reading {
  if (reading.outcome !== 'record_refused' || reading.said === null) return reading;
  const { said } = reading;
  const isEcho = [...Object.values(secrets ?? {}), session].some(
    (secret) => secret !== null && said.includes(secret),
  );
  return isEcho ? { ...reading, said: null } : reading;
}

function hintsOf(isLater: boolean): Hints {
  const correct =
    'it did not take the record: correct what it names in the template, then retry the delivery';
  return {
    400: correct,
    401: 'the access is not valid (any more): look at `headers`, `secrets` or `token`',
    403: 'the access may not do this',
    404: isLater ? 'the record is not there any more' : 'there is no such address: look at `url` and `path`',
    422: correct,
    429: 'too many requests for this account',
  };
}

/** @returns null where the status and, where it is asked for, the member say that it was taken */
function refusalOf(
  answer: FormatAnswer,
  body: unknown,
  settings: TemplateSettings,
  step: Step,
): Reading | null {
  const isLater = step !== 'create';
  const { success } = requestAt(step, settings);
  const { status, excerpt } = answer;
  const isTaken = success.statuses?.includes(status) ?? (status >= 200 && status < 300);
  if (isTaken) {
    if (success.path === undefined) return null;
    const value = valueAt(body, success.path);
    const isSo =
      success.equals === undefined
        ? value !== undefined && value !== null && value !== false
        : value === success.equals;
    return isSo
      ? null
      : refuseRecord(
          `answered ${status}, but \`${success.path.join('.')}\` is not what success means`,
          excerpt,
        );
  }
  if (status === 401 && settings.token) return ENDED_SESSION;
  // Of the record, not of the address: it was there.
  if (isLater && (status === 404 || status === 410))
    return refuseRecord(
      `answered ${status}: the record is not there any more: retry makes no new one`,
      excerpt,
    );
  if (status < 300) return refuseRecord(`answered ${status}, which is not what success means`, excerpt);
  return readCrmStatus(answer, hintsOf(isLater));
}

/** The CRM knows the client by a record of its own: that one goes on, or ours does without the client's name. */
function readExisting(id: string, step: Step, progress: Progress): Reading {
  if (step === 'create') return { outcome: 'continue', record: { id, client_told: true } };
  if (progress.seen.refused === undefined) return { outcome: 'continue', seen: { refused: id } };
  return refuseRecord('it refuses the record as one that it has already, also without the client’s name', '');
}

/** What is remembered of a record that was made or changed; nothing where no later request needs it. */
function recordAfter(
  body: unknown,
  input: FormatInput,
  { create, update, note }: TemplateSettings,
  progress: Progress,
): CrmRecord | undefined {
  const client_told = told(input, progress);
  if (progress.record) return { ...progress.record, client_told };
  if (create.record_id_path === undefined)
    return update || note ? { id: referralIdOf(input), client_told } : undefined;
  return { id: recordIdAt(body, create.record_id_path, input), client_told };
}

export function readAnswer(
  answer: FormatAnswer,
  progress: Progress,
  settings: TemplateSettings,
  input: FormatInput,
): Reading {
  const step = stepOf(settings, progress, input);
  if (step === 'token') return readToken(answer, settings);
  const body = parse(answer);
  if (step === 'find') return readFound(answer, body, settings, input);
  const request = requestAt(step, settings);
  const existing = 'existing' in request ? request.existing : undefined;
  const existingId =
    existing && answer.status === existing.status ? recordIdAt(body, existing.path, input) : null;
  if (existingId !== null) return readExisting(existingId, step, progress);
  const refusal = refusalOf(answer, body, settings, step);
  if (refusal) return withoutOwnSecrets(refusal, settings, progress);
  const record = recordAfter(body, input, settings, progress);
  if (record?.id === null)
    return {
      outcome: 'delivered',
      confirmed: false,
      detail:
        'its answer says no id at `record_id_path` (or one that names the client): later events about the referral cannot reach the record',
      record,
    };
  // What was written is remembered before the note: if that fails, no second record is made.
  if (settings.note && record && step !== 'note')
    return { outcome: 'continue', record, seen: { written: 'yes' } };
  const { refused } = progress.seen;
  const detail =
    refused === undefined
      ? null
      : `the CRM knows the client already, as the record ${refused}: name and address were not written; merge the two`;
  return { outcome: 'delivered', confirmed: true, detail, ...(record ? { record } : {}) };
}

/** What needs no request. */
export function concludeWithout(
  input: FormatInput,
  settings: TemplateSettings,
  progress: Progress,
): Conclusion | null {
  const { update, note } = settings;
  if (endsWithoutRecord(input, settings, progress)) return nothingToTell;
  if (progress.record === null) return null;
  if (!update && !note)
    return {
      outcome: 'delivered',
      confirmed: true,
      detail: 'nothing was written: the record is there, and this endpoint does not change it',
    };
  if (progress.record.id === null)
    return {
      outcome: 'record_refused',
      detail:
        'the record was made, and the CRM did not say under which id: set it in `external_ids`, then retry',
      said: null,
      isFinal: true,
    };
  return null;
}
