/**
 * Which characters a text may hold. Refused is what nobody sees and what changes the order of what is seen: with it two
 * names look alike and are not, or one reads as another (Unicode TR36, UAX #31, section 2.3). Scripts and emoji that
 * need such characters may have them where they need them.
 */

/** Letters that join to their neighbours, and their marks. */
const CURSIVE =
  '[[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Mand}\\p{scx=Nkoo}\\p{scx=Adlm}\\p{scx=Rohg}\\p{scx=Mong}\\p{scx=Phag}]&&[\\p{L}\\p{M}]]';

/** Canonical_Combining_Class 9 in Unicode 17, which JavaScript has no name for. */
const VIRAMA =
  '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d3b\\u0d3c\\u0d4d\\u0dca\\u0e3a\\u0eba\\u0f84\\u1039\\u103a\\u1714\\u1715\\u1734\\u17d2\\u1a60\\u1b44\\u1baa\\u1bab\\u1bf2\\u1bf3\\ua806\\ua82c\\ua8c4\\ua953\\ua9c0\\uaaf6\\uabed\\u{10a3f}\\u{11046}\\u{11070}\\u{1107f}\\u{110b9}\\u{11133}\\u{11134}\\u{111c0}\\u{11235}\\u{112ea}\\u{1134d}\\u{113ce}-\\u{113d0}\\u{11442}\\u{114c2}\\u{115bf}\\u{1163f}\\u{116b6}\\u{1172b}\\u{11839}\\u{1193d}\\u{1193e}\\u{119e0}\\u{11a34}\\u{11a47}\\u{11a99}\\u{11c3f}\\u{11d44}\\u{11d45}\\u{11d97}\\u{11f41}\\u{11f42}\\u{1612f}]';

const MONGOLIAN = '[\\p{sc=Mong}&&\\p{L}]';

const PICTURE = '\\p{Extended_Pictographic}[\\ufe0e\\ufe0f]?\\p{Emoji_Modifier}?';

const NEEDED_IN_LINES = [
  // Joiners of cursive scripts stand between letters; older Kurdish spelling ends words with one.
  `(?<=${CURSIVE})\\u200c(?=${CURSIVE})`,
  '\\u0647\\u200c',
  // Those of Indic scripts stand beside a virama (or a Khmer register shifter).
  `(?<=\\p{L}\\p{M}*${VIRAMA})[\\u200c\\u200d]`,
  `(?<=\\p{L}\\p{M}*)[\\u200c\\u200d](?=[${VIRAMA}\\u17c9\\u17ca])`,
  // Variants of Mongolian letters.
  `(?<=${MONGOLIAN})[\\u180b-\\u180d\\u180f]`,
  `(?<=${MONGOLIAN}[\\u180b-\\u180d\\u180f]?)\\u180e(?=${MONGOLIAN})`,
  // Variants of ideographs, as Japanese names have them.
  '(?<=\\p{Ideographic})[\\ufe00-\\ufe02\\u{e0100}-\\u{e01ef}]',
  // Emoji (UTS #51): the three flags that are spelled by tags, joined pictures, keycaps.
  '\\u{1f3f4}\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f}',
  `${PICTURE}(?:\\u200d${PICTURE})*`,
  '[0-9#*]\\ufe0f\\u20e3',
];

/** In running text nothing is compared: joiners as people type them, marks of direction, and invisible spaces of scripts without spaces. */
const NEEDED_IN_PROSE = [
  ...NEEDED_IN_LINES,
  `(?<=${CURSIVE})[\\u200c\\u200d]`,
  '[\\u061c\\u200e\\u200f]',
  '(?<=[[\\p{scx=Khmr}\\p{scx=Laoo}\\p{scx=Mymr}\\p{scx=Thai}]&&[\\p{L}\\p{M}]])\\u200b',
];

const PATTERNS = { line: NEEDED_IN_LINES, prose: NEEDED_IN_PROSE };
type Kind = keyof typeof PATTERNS;
/** Made when first wanted: reading one takes milliseconds, which no start of the Worker should wait for. */
const needed: Partial<Record<Kind, RegExp>> = {};
const neededIn = (kind: Kind) => {
  needed[kind] ??= new RegExp(PATTERNS[kind].join('|'), 'gv');
  return needed[kind];
};

/** Invisible, changing the order, private, or not assigned in Unicode. Control characters are asked for elsewhere. */
const REFUSED = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\p{Cn}\u2800]/v;

/** Rendered on top of each other they reach into the lines around them. */
const MARKS_IN_A_ROW_MAX = 10;
const STACKED = new RegExp(`\\p{M}{${MARKS_IN_A_ROW_MAX + 1}}`, 'v');

/** What is wrong with the characters of a well-formed text, in words; null where nothing is. */
export function refuseCharacters(text: string, kind: Kind): string | null {
  if (STACKED.test(text)) return `must have at most ${MARKS_IN_A_ROW_MAX} combining marks in a row`;
  const [refused] = REFUSED.exec(text.replaceAll(neededIn(kind), '')) ?? [];
  if (refused === undefined) return null;
  const code = refused.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
  return `must not hold invisible or unassigned characters, such as U+${code}`;
}

/** Holds something that is seen, beyond spaces and marks. */
export const isVisible = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/v.test(text);

const SPACES = ' \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000';
/**
 * The refused characters that no script or emoji needs, of the basic plane: what a JSON Schema can say in a pattern that
 * every language reads.
 */
const NEVER =
  '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ue000-\\uf8ff\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff';
const NEVER_IN_LINES = `\\t\\n\\r\\u2028\\u2029\\u061c\\u200b\\u200e\\u200f${NEVER}`;
const BLANKS = `${SPACES}\\t\\n\\r\\u2028\\u2029`;

/** Every text that is taken fits its pattern; what else is refused, only we know how to tell. */
export const LINE_PATTERN = `^[${SPACES}]*[^${SPACES}${NEVER_IN_LINES}][^${NEVER_IN_LINES}]*$`;
export const PROSE_PATTERN = `^[${BLANKS}]*[^${BLANKS}${NEVER}][^${NEVER}]*$`;
export const HTTPS_PATTERN = `^[Hh][Tt][Tt][Pp][Ss]://[^${SPACES}${NEVER_IN_LINES}]+$`;
