import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { HTTPS_PATTERN, LINE_PATTERN, PROSE_PATTERN } from '../../src/http/characters.ts';
import { httpsUrl, line, prose, timeZone } from '../../src/http/fields.ts';

const name = line(160);
const note = prose(2000);
const faultOf = (schema: typeof name | typeof note | typeof httpsUrl, text: string) =>
  v.safeParse(schema, text).issues?.map(({ message }) => message) ?? [];

/** Invented people, as they would write themselves. */
const NAMES = [
  'Zoë O’Connor-Müller',
  'Łukasz Świątek',
  'Đặng Thị Hồng Nhung',
  'José María Íñiguez y Ñúñez, Jr.',
  'Σωκράτης Παπαδόπουλος',
  'Ольга Ёлкина',
  'Անահիտ Մանուկյան',
  'ნინო გელაშვილი',
  'שרה בן־דוד',
  'מרים ״מימי״ כהן',
  'فاطمة الزهراء',
  'علی‌رضا محمدی',
  'محمد‌رضا',
  'ئازادە کورده‌',
  'ܡܪܝܡ',
  'ߒߞߏ ߞߎߟߎ',
  'अनुष्का शर्मा',
  'राजश्री क्‍षत्रिय',
  'মোহাম্মদ র‍্যাফেল',
  'ਗੁਰਪ੍ਰੀਤ ਕੌਰ',
  'પ્રિયા પટેલ',
  'திரு. க்‌ஷேமா',
  'శ్రీనివాస్',
  'ಲಕ್ಷ್ಮೀ',
  'മോഹന്‍ലാൽ',
  'ශ්‍රීමතී පෙරේරා',
  'สมชาย ใจดี',
  'ສົມພອນ',
  'អ៊ុក សុខា',
  'မောင်မောင်',
  'བསྟན་འཛིན་རྒྱ་མཚོ',
  'ᠮᠣᠩᠭᠣᠯ᠎ᠠ',
  'ᠪᠠᠭᠠᠲᠤᠷ᠋',
  '김민준',
  '山田 太郎',
  '葛󠄀城 ゆかり',
  '王小明',
  'አበበ በቂላ',
  'ᏣᎳᎩ',
  'Kamakawiwoʻole',
  'X Æ 12',
];

const EMOJI = ['👩‍⚕️', '👨‍👩‍👧‍👦', '🤦🏼‍♂️', '❤️', '☎︎', '1️⃣', '🇳🇪', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏳️‍🌈', '👍🏽'];

/** What nobody sees, or what turns the order of what is seen; none of them has a place between Latin letters. */
const HOSTILE = [
  ...['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'],
  ...['\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u061c', '\u2060', '\u2064', '\ufeff'],
  ...['\u00ad', '\u034f', '\u115f', '\u1160', '\u3164', '\uffa0', '\u17b4', '\u180b', '\u180e', '\u2800'],
  ...['\ufe00', '\ufe0e', '\ufe0f', '\u{e0100}', '\u{e0001}', '\u{e0041}', '\u{e007f}', '\ufff9'],
  ...['\ue000', '\u{f0000}', '\u{10fffd}', '\u0378', '\uffff', '\u{1ffff}'],
];

const hostile = fc.constantFrom(...HOSTILE);
const oneOfNames = fc.constantFrom(...NAMES);
/** Any text, with more of what is hard than chance would bring. */
const anyText = fc
  .array(
    fc.oneof(
      hostile,
      oneOfNames,
      fc.constantFrom(...EMOJI, ' ', '\u00a0', '\t', '\n', '\r\n', '\u2028', '\u0000'),
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

describe('a line', () => {
  test.each(NAMES)('takes the name %s as it is, composed and decomposed', (text) => {
    for (const form of [text, text.normalize('NFC'), text.normalize('NFD')])
      expect(v.parse(name, form)).toBe(form);
  });

  test.each(EMOJI)('takes the emoji %s', (text) => {
    expect(v.parse(name, `Ann ${text}`)).toBe(`Ann ${text}`);
  });

  test('refuses each invisible, reordering, private or unassigned character, wherever it stands, and names it', () => {
    fc.assert(
      fc.property(
        hostile,
        fc.constantFrom('', 'Ann', 'Ann '),
        fc.constantFrom('', 'Lee'),
        (bad, left, right) => {
          const faults = faultOf(name, left + bad + right);
          const code = bad.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
          expect(faults.join()).toContain(`U+${code}`);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('refuses a joiner that joins nothing, and two in a row', () => {
    const texts = [
      'علی\u200c',
      'علی\u200c رضا',
      'علی\u200c\u200cرضا',
      'علی\u200dرضا',
      'क\u200d',
      'क्\u200d\u200d',
    ];
    for (const text of [
      ...texts,
      '😀\u200d',
      '😀\ufe0f\ufe0f',
      '1\ufe0f',
      '葛\u{e0100}\u{e0100}',
      'ᠮ\u180b\u180b',
    ])
      expect([text, faultOf(name, text).length]).toEqual([text, 1]);
  });

  test('refuses words hidden in tags behind a flag', () => {
    const hidden = [...'spy'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');
    expect(faultOf(name, `🏴${hidden}\u{e007f}`)).not.toEqual([]);
  });

  test('refuses what is made of spaces and marks only, and marks that tower', () => {
    expect(faultOf(name, ' \u0301 ')).toEqual(['must hold something to read']);
    expect(faultOf(name, ' ')).toEqual(['must not be empty']);
    expect(faultOf(name, `a${'\u0301'.repeat(11)}`)).toEqual([
      'must have at most 10 combining marks in a row',
    ]);
  });

  test('counts characters, not the units of UTF-16, before it trims', () => {
    expect(v.is(line(3), '😀😀😀')).toBe(true);
    expect(faultOf(line(3) as typeof name, '😀😀😀😀')).toEqual(['must have at most 3 characters']);
    expect(faultOf(line(3) as typeof name, 'abc ')).toEqual(['must have at most 3 characters']);
  });
});

describe('a text of several lines', () => {
  test.each([...NAMES, ...EMOJI])('takes %s', (text) => {
    expect(v.parse(note, `${text}\r\n\t${text}`)).toBe(`${text}\n\t${text}`);
  });

  test('takes what people type in running text: marks of direction, spaces between words without spaces', () => {
    for (const text of ['שלום \u200f(OK)\u200e!', 'ខ្ញុំ\u200bចង់', 'می\u200c خواهم', '۱۴۰۳ ه\u200d.ش'])
      expect(v.parse(note, text)).toBe(text);
  });

  test('refuses overrides, embeddings, isolates, and invisible characters where no script needs them', () => {
    for (const bad of HOSTILE.filter((one) => !'\u061c\u200e\u200f'.includes(one)))
      expect([bad, faultOf(note, `left${bad}right`).length]).toEqual([bad, 1]);
  });
});

test('an https URL holds nothing that URL parsers drop or that nobody sees', () => {
  for (const url of ['https://example.org/résumé.pdf', 'HTTPS://example.org', 'https://例え.example/?q=1#a'])
    expect(faultOf(httpsUrl, url)).toEqual([]);
  const hidden = ['https://exa\tmple.org', 'https:example.org', 'https://example.org/\u202egpj.exe'];
  for (const url of [...hidden, 'https://example.org/a b', 'https://a@example.org', 'http://example.org'])
    expect([url, faultOf(httpsUrl, url).length > 0]).toEqual([url, true]);
});

test('whatever is taken fits what the document says of it', () => {
  const cases = [
    [name, LINE_PATTERN, 160],
    [note, PROSE_PATTERN, 2000],
    [httpsUrl, HTTPS_PATTERN, 2000],
  ] as const;
  const taken = { texts: 0 };
  for (const [schema, pattern, lengthMax] of cases) {
    const documented = new RegExp(pattern, 'u');
    fc.assert(
      fc.property(anyText, (tail) => {
        const text = schema === httpsUrl ? `https://example.org/${tail}` : tail;
        if (!v.is(schema, text)) return;
        taken.texts += 1;
        expect(text).toMatch(documented);
        expect([...text].length).toBeLessThanOrEqual(lengthMax);
      }),
      { numRuns: 3000 },
    );
  }
  expect(taken.texts).toBeGreaterThan(1000);
});

test('a hostile text of the largest body is judged in a moment', () => {
  const parts = ['क\u093f\u200d', '😀\u200d', 'क्\u200d', '\u0301', ' ', 'ᠮ\u180b\u180e', 'علی\u200c'];
  for (const part of parts) {
    const text = part.repeat(60_000 / part.length);
    for (const pattern of [LINE_PATTERN, PROSE_PATTERN]) new RegExp(pattern, 'u').test(`${text}\u0000`);
    expect(faultOf(prose(100_000) as typeof note, `a${text}`).length).toBeLessThanOrEqual(1);
  }
});

test('every zone that the runtime lists is a time zone', () => {
  for (const zone of Intl.supportedValuesOf('timeZone'))
    expect([zone, v.is(timeZone, zone)]).toEqual([zone, true]);
  for (const zone of ['+01:00', 'x'.repeat(65), 'Mars/Olympus', ''])
    expect([zone, v.is(timeZone, zone)]).toEqual([zone, false]);
});
