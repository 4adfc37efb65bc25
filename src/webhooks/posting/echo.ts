/**
 * What of an answer is kept. Receivers repeat what they were sent, and the beginning of an answer is stored in clear:
 * so nothing of the client, no link that opens something, and no secret of ours may stay in it. No I/O.
 */

const NOT_KEPT = '(It repeats what it was sent, so it is not kept.)';
const LINKS = /(callback|referral)(\/|\\\/|%2F)[\w-]{20,}/gi;

/** An answer is cut, so a long text is known by its first words. */
const WORDS_COMPARED = 4;
/** Shorter texts and numbers are found in answers that repeat nothing. */
const LETTERS_MIN = 3;
const DIGITS_MIN = 7;
const SECRET_CHARACTERS_MIN = 6;

const fromCode = (code: number) => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

/** As a person would read it, however JSON, forms and HTML write it. */
const decode = (text: string) =>
  text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex: string) => fromCode(Number.parseInt(hex, 16)))
    .replaceAll(/\\[nrt]/g, ' ')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
      try {
        return decodeURIComponent(escaped);
      } catch {
        return escaped;
      }
    })
    .replaceAll(/&#(\d{1,7});/g, (_, code: string) => fromCode(Number(code)))
    .replaceAll(/&#x([0-9a-f]{1,6});/gi, (_, hex: string) => fromCode(Number.parseInt(hex, 16)))
    .replaceAll(/&([a-z])(?:acute|grave|circ|uml|tilde|cedil|ring|slash|caron);/gi, '$1');

/** Without case, accents and signs, one space between the words and at both ends. */
const wordsIn = (text: string) =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
const spaced = (words: readonly string[]) => ` ${words.join(' ')} `;
const digitsIn = (text: string) => text.replaceAll(/\D/g, '');

/** The values of the headers that tell who we are to the receiver, without their scheme. */
export const secretsIn = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers)
    .filter(([name]) => !/^(content-type|user-agent|webhook-.*)$/i.test(name))
    .flatMap(([, value]) => value.replace(/^[A-Za-z-]+\s+/, '').split(/\s+/))
    .filter(({ length }) => length >= SECRET_CHARACTERS_MIN);

/** @param texts what must not be found in it, in whatever way it is written */
export function withoutClient(excerpt: string | null, texts: readonly string[]): string | null {
  if (excerpt === null || texts.length === 0) return excerpt;
  const readable = decode(excerpt);
  const words = spaced(wordsIn(readable));
  const digits = digitsIn(readable);
  const isFound = (text: string) => {
    const number = digitsIn(text);
    const first = wordsIn(text).slice(0, WORDS_COMPARED);
    const isNumber = number.length >= DIGITS_MIN && !/\p{L}/u.test(text) && digits.includes(number);
    return isNumber || (first.join('').length >= LETTERS_MIN && words.includes(spaced(first)));
  };
  return texts.some(isFound) ? NOT_KEPT : excerpt;
}

export function withoutSecrets(excerpt: string | null, secrets: readonly string[]): string | null {
  if (excerpt === null) return null;
  const readable = decode(excerpt);
  const isEcho = secrets.some((secret) => excerpt.includes(secret) || readable.includes(secret));
  return isEcho ? NOT_KEPT : excerpt.replaceAll(LINKS, '$1$2…');
}
