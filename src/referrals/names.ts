/** Names as people type them again: on a phone, without accents, in another case, with the signs that they are used to. */

/** Accents, points and vowel marks that people leave out. In other scripts marks tell one name from another, and stay. */
const OPTIONAL_MARKS =
  /[\p{M}&&[\p{scx=Zinh}\p{scx=Latn}\p{scx=Grek}\p{scx=Cyrl}\p{scx=Arab}\p{scx=Hebr}\p{scx=Syrc}]]/gv;
/** Nobody sees them, or they only fill or separate: the fillers of Hangul, joiners, the Arabic tatweel. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\u0640]/gu;
/** Signs between letters. The ʻokina and its like count as letters in Unicode and as apostrophes on a keyboard. */
const SIGNS = /[^\p{L}\p{M}\p{N}]|[\u02b0-\u02ff]/gu;

/** Letters that have no decomposition, and what stands on the keyboards of those who type them otherwise. */
const TYPED_AS: Readonly<Record<string, string>> = {
  Æ: 'AE',
  Œ: 'OE',
  Ø: 'O',
  Ł: 'L',
  Đ: 'D',
  Ð: 'D',
  Ħ: 'H',
  Ŧ: 'T',
  Þ: 'TH',
  // Persian and Urdu keyboards have other forms of two Arabic letters, and the latter has a form for a word's end.
  '\u06cc': '\u064a',
  '\u0649': '\u064a',
  '\u06a9': '\u0643',
};

/**
 * The same text for every way in which a person types one name, another for every other name. A name of signs alone is
 * those signs. Empty only for what nobody can see.
 */
export function foldName(name: string): string {
  const visible = name
    .normalize('NFKD')
    // First small, as the capital ẞ has no larger form; then large, as SS and final sigma have no smaller one.
    .toLowerCase()
    .toUpperCase()
    .normalize('NFKD')
    .replaceAll(UNSEEN, '');
  const letters = visible
    .replaceAll(OPTIONAL_MARKS, '')
    .replaceAll(SIGNS, '')
    .replaceAll(/./gu, (letter) => TYPED_AS[letter] ?? letter)
    // What stood between two marks is gone: they have an order again.
    .normalize('NFKD');
  return letters === '' ? visible : letters;
}
