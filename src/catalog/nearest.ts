/** The codes that somebody may have meant. */
import { distance } from 'fastest-levenshtein';

const SHOWN_MAX = 3;

/** Up to three, nearest first; none that differs in more than half of it. */
export function nearestCodes(code: string, codes: readonly string[]): string[] {
  const farthest = Math.max(2, Math.floor(code.length / 2));
  return codes
    .map((one) => ({ one, apart: one.includes(code) || code.includes(one) ? 1 : distance(code, one) }))
    .filter(({ apart }) => apart <= farthest)
    .sort((a, b) => a.apart - b.apart || (a.one < b.one ? -1 : 1))
    .slice(0, SHOWN_MAX)
    .map(({ one }) => one);
}
