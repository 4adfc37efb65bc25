/**
 * When the names of two lists are one person’s. The rules, and nothing else; names that are only alike are not:
 *
 * 1. Case, accents, punctuation and apostrophes do not count; a hyphen divides as a space does. Titles, degrees and
 *    generations (`Dr.`, `PhD`, `Jr.`) are left out.
 * 2. Order does not count: `Alder, Jordan` is `Jordan Alder`.
 * 3. An initial stands for a name that begins with it: `Jordan Q. Alder` is `Jordan Quinn Alder`.
 * 4. Each part of the shorter name is in the longer one, once. What the longer one has beside is a further given name
 *    or the other half of a double surname: at most two parts.
 * 5. At least two parts are the same in full, so that no initials verify anybody.
 */
const LEFT_OUT = new Set(
  'dr mr mrs ms mx prof rev jr sr ii iii iv phd psyd edd md do ma ms msw mft lmft lcsw lpc lmhc limhp lmhp ncc esq'.split(
    ' ',
  ),
);
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Without case, accents and punctuation. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter] ?? letter)
    .replaceAll(/['’ʼ.]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '');

const partsOf = (name: string) => wordsOf(name).filter((part) => !LEFT_OUT.has(part));

const PARTS_BESIDE_MAX = 2;
const PARTS_SAME_MIN = 2;

const isInitialOf = (initial: string, part: string) => [...initial].length === 1 && part.startsWith(initial);

export function namesAgree(one: string, other: string): boolean {
  const [shorter, longer] = [partsOf(one), partsOf(other)].sort((a, b) => a.length - b.length) as [
    string[],
    string[],
  ];
  if (longer.length - shorter.length > PARTS_BESIDE_MAX) return false;
  const left = [...longer];
  const take = (fits: (part: string) => boolean) => {
    const index = left.findIndex(fits);
    if (index === -1) return false;
    left.splice(index, 1);
    return true;
  };
  // First what is the same, so that no initial takes the place of it.
  const open = shorter.filter((part) => [...part].length === 1 || !take((other) => other === part));
  if (shorter.length - open.length < PARTS_SAME_MIN) return false;
  return open.every((part) => take((other) => isInitialOf(part, other) || isInitialOf(other, part)));
}
