/** What the answers to a template's requests mean. */
import type { Conclusion, CrmRecord, FormatAnswer, Progress, Reading } from '../format.ts';
import { type FormatInput, referralIdOf } from '../input.ts';
import { type Hints, nothingToTell, readCrmStatus, refuseRecord } from '../readings.ts';
import { endsWithoutRecord, requestAt, stepOf } from './requests.ts';
import type { TemplateSettings } from './settings.ts';

/** Taken out of what was promised: clocks differ and requests take time. */
const SESSION_MARGIN_SECONDS = 60;
const SESSION_SECONDS_DEFAULT = 900;
const SESSION_SECONDS_MAX = 86_400;
const RECORD_ID = /^[\x21-\x7e]{1,255}$/;

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

/** Null where nothing stands there that can be an id: it goes into addresses. */
function recordIdAt(body: unknown, path: readonly string[]): string | null {
  const value = valueAt(body, path);
  const id = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof id === 'string' && RECORD_ID.test(id) && id !== '.' && id !== '..' ? id : null;
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
  progress: Progress,
): Reading | null {
  const step = stepOf(settings, progress);
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
  if (status === 401 && settings.token)
    return {
      outcome: 'failed',
      detail: 'answered 401: the access token is not valid any more',
      endSession: true,
    };
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
function readExisting(id: string, settings: TemplateSettings, progress: Progress): Reading {
  if (stepOf(settings, progress) === 'create')
    return { outcome: 'continue', record: { id, client_told: true } };
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
  return { id: recordIdAt(body, create.record_id_path), client_told };
}

export function readAnswer(
  answer: FormatAnswer,
  progress: Progress,
  settings: TemplateSettings,
  input: FormatInput,
): Reading {
  const step = stepOf(settings, progress);
  if (step === 'token') return readToken(answer, settings);
  const body = parse(answer);
  const request = requestAt(step, settings);
  const existing = 'existing' in request ? request.existing : undefined;
  const existingId = existing && answer.status === existing.status ? recordIdAt(body, existing.path) : null;
  if (existingId !== null) return readExisting(existingId, settings, progress);
  const refusal = refusalOf(answer, body, settings, progress);
  if (refusal) return withoutOwnSecrets(refusal, settings, progress);
  const record = recordAfter(body, input, settings, progress);
  if (record?.id === null)
    return {
      outcome: 'delivered',
      confirmed: false,
      detail:
        'its answer says no id at `record_id_path`: later events about the referral cannot reach the record',
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
  { update, note }: TemplateSettings,
  progress: Progress,
): Conclusion | null {
  if (endsWithoutRecord(input, progress)) return nothingToTell;
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
