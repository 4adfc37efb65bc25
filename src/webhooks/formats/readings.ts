/** What answers mean in general. A format adds what is particular to its receiver. */
import type { Conclusion, FormatAnswer, Reading } from './format.ts';

const CODES_SHOWN_MAX = 5;
const MESSAGES_SHOWN_MAX = 2;
const MESSAGE_CHARACTERS_MAX = 300;

export const delivered: Conclusion = { outcome: 'delivered', confirmed: true, detail: null };

/** Delivered to a record whose id the receiver said, for `external_ids`. */
export const deliveredTo = (id: string | undefined): Conclusion =>
  id === undefined ? delivered : { ...delivered, record: { id, client_told: false } };

/** An ending of what has no record there. */
export const nothingToTell: Conclusion = {
  outcome: 'delivered',
  confirmed: true,
  detail: 'nothing was written: there is no record of this referral',
};

export type Hints = Readonly<Partial<Record<number, string>>>;

const isPassing = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;

const say = (status: number, hint: string | undefined) =>
  hint ? `answered ${status}: ${hint}` : `answered ${status}`;

/** Of a program that was written for us: it read the message and does not want this one (RFC 9110, 15.5). */
const OF_MESSAGE = [409, 413, 422];

/**
 * By status alone: 2xx is delivered, 4xx refused, all else (a redirect too) worth another try. What a program refuses
 * of one message may be taken later, as it is rendered anew with each attempt.
 */
export function readStatus({ status }: FormatAnswer, hints: Hints = {}): Reading {
  if (status >= 200 && status < 300) return delivered;
  const detail = say(status, hints[status]);
  if (OF_MESSAGE.includes(status)) return { outcome: 'record_refused', detail, said: null, isFinal: false };
  const isRefused = status >= 400 && !isPassing(status);
  return { outcome: isRefused ? 'rejected' : 'failed', detail };
}

/** Of a CRM: it read the record and does not want this one. */
const OF_RECORD = [400, 409, 413, 422];

/** As `readStatus`, of a CRM: what it refuses of a record it refuses again, until somebody changes that. */
export function readCrmStatus(answer: FormatAnswer, hints: Hints = {}): Reading {
  const { status, excerpt } = answer;
  if (OF_RECORD.includes(status)) return refuseRecord(say(status, hints[status]), excerpt);
  return readStatus(answer, hints);
}

/** @param detail what to do about it, in words of ours */
export const refuseRecord = (detail: string, excerpt: string, isFinal = true): Reading => ({
  outcome: 'record_refused',
  detail,
  said: messageIn(excerpt),
  isFinal,
});

/**
 * The receiver's own codes in an answer, of which only the beginning may be there. Codes only: its messages quote
 * what they are about, and so the client.
 */
export function codesIn(excerpt: string, members: readonly string[]): string[] {
  const pattern = new RegExp(`"(?:${members.join('|')})"\\s*:\\s*"([A-Z][A-Z0-9_]{1,59})"`, 'g');
  return [...new Set([...excerpt.matchAll(pattern)].map(([, code]) => code as string))].slice(
    0,
    CODES_SHOWN_MAX,
  );
}

export function withCodes(reading: Reading, codes: readonly string[]): Reading {
  if (codes.length === 0 || reading.outcome === 'delivered' || reading.outcome === 'continue') return reading;
  return { ...reading, detail: `${reading.detail} (${codes.join(', ')})` };
}

const STRING = String.raw`"((?:[^"\\]|\\.)*)"`;

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

/** A text of a JSON answer that may be cut: '' for null; null where it is not there. */
export function textMemberIn(excerpt: string, member: string): string | null {
  const found = new RegExp(`"${member}"\\s*:\\s*(?:null|${STRING})`).exec(excerpt);
  return found && unescaped(found[1] ?? '');
}

/** What a CRM says in words. */
function messageIn(excerpt: string): string | null {
  const found = [...excerpt.matchAll(new RegExp(`"(?:message|error|error_info)"\\s*:\\s*${STRING}`, 'g'))];
  const words = [...new Set(found.map(([, text = '']) => unescaped(text).replaceAll(/\s+/g, ' ').trim()))];
  const said = words
    .filter((text) => text !== '')
    .slice(0, MESSAGES_SHOWN_MAX)
    .join(' ');
  return said === '' ? null : said.slice(0, MESSAGE_CHARACTERS_MAX).replace(/[\ud800-\udbff]$/, '');
}
