/**
 * What of an answer is kept. Receivers repeat what they were sent, and the beginning of an answer is stored in clear:
 * so nothing of the client, no link that opens something, and no secret header may stay in it. No I/O.
 */
import type { VisibleReferral } from './formats/input.ts';

const NOT_KEPT = '(It repeats what it was sent, so it is not kept.)';
const LINKS = /(callback|referral)(\/|\\\/|%2F)[\w-]{20,}/gi;
/** A shorter text is found in answers that repeat nothing. */
const TEXT_CHARACTERS_MIN = 3;
/** An answer is cut, so a long text is known by its beginning. */
const TEXT_CHARACTERS_COMPARED = 40;

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What is sent of the client, and of what was written about it. */
export const clientTextsIn = (referral: VisibleReferral | null): string[] =>
  textsIn(referral?.client).concat((referral?.messages ?? []).flatMap(({ text }) => text ?? []));

/** @param texts what must not be found in it */
export function withoutEcho(excerpt: string | null, texts: readonly string[]): string | null {
  if (excerpt === null) return null;
  const compared = excerpt.toLowerCase();
  const isEcho = texts
    .filter(({ length }) => length >= TEXT_CHARACTERS_MIN)
    .map((text) => text.slice(0, TEXT_CHARACTERS_COMPARED).toLowerCase())
    .some((text) => compared.includes(text) || compared.includes(JSON.stringify(text).slice(1, -1)));
  return isEcho ? NOT_KEPT : excerpt.replaceAll(LINKS, '$1$2…');
}
