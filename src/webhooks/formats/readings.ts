/** What answers mean in general. A format adds what is particular to its receiver. */
import type { FormatAnswer, Reading } from './format.ts';

const CODES_SHOWN_MAX = 5;

export const delivered: Reading = { outcome: 'delivered', confirmed: true, detail: null };

const isPassing = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;

/** By status alone: 2xx is delivered, 4xx refused, all else (a redirect too) worth another try. */
export function readStatus(
  { status }: FormatAnswer,
  hints: Readonly<Partial<Record<number, string>>> = {},
): Reading {
  if (status >= 200 && status < 300) return delivered;
  const hint = hints[status];
  const detail = hint ? `answered ${status}: ${hint}` : `answered ${status}`;
  const isRefused = status >= 400 && !isPassing(status);
  return { outcome: isRefused ? 'rejected' : 'failed', detail };
}

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
  if (codes.length === 0 || (reading.outcome !== 'failed' && reading.outcome !== 'rejected')) return reading;
  return { ...reading, detail: `${reading.detail} (${codes.join(', ')})` };
}
