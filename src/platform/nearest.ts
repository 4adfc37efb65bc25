/** The codes that somebody may have meant. */
import { distance } from 'fastest-levenshtein';

const SHOWN_MAX = 3;
/** Nothing longer is a code with a slip in it, and the distance of two long texts takes long to find. */
const CHARACTERS_MAX = 100;

/** Codes are in lower case, with `_` between words. */
export const asCode = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

/** Up to three, nearest first; none that differs in more than half of it. */
export function nearestCodes(text: string, codes: readonly string[]): string[] {
  const code = asCode(text);
  if (code === '' || code.length > CHARACTERS_MAX) return [];
  const farthest = Math.max(2, Math.floor(code.length / 2));
  return codes
    .map((one) => ({ one, apart: one.includes(code) || code.includes(one) ? 1 : distance(code, one) }))
    .filter(({ apart }) => apart <= farthest)
    .sort((a, b) => a.apart - b.apart || (a.one < b.one ? -1 : 1))
    .slice(0, SHOWN_MAX)
    .map(({ one }) => one);
}

/** To be put after what is wrong: `; did you mean …?`. Empty where nothing is near. @param sent of any type */
export function didYouMean(sent: unknown, codes: readonly string[]): string {
  const near = typeof sent === 'string' ? nearestCodes(sent, codes) : [];
  return near.length === 0 ? '' : `; did you mean ${near.map((one) => `\`${one}\``).join(', ')}?`;
}
