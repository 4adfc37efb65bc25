import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ClientSchema } from '../../src/referrals/client.schemas.ts';
import { foldName } from '../../src/referrals/names.ts';

/** What one writes as one sign, and how the same person may type it: all of a row are one unit of a name. */
const LATIN = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => [
  letter,
  letter.toUpperCase(),
  `${letter}\u0301`,
  `${letter.toUpperCase()}\u0308`,
  `${letter}\u0301`.normalize('NFC'),
  `${letter}\u0327\u0303`.normalize('NFC'),
]);
const MORE_LATIN = [
  ['o', 'ø', 'Ø', 'ő'],
  ['l', 'ł', 'Ł'],
  ['d', 'đ', 'Đ', 'ð'],
  ['i', 'ı', 'İ', 'í'],
  ['ss', 'ß', 'ẞ', 'SS'],
  ['ae', 'æ', 'Æ', 'AE'],
];
const SCRIPTS: readonly (readonly (readonly string[])[])[] = [
  LATIN,
  [...'αβγδεηικλμνοπρτφω']
    .map((one) => [one, one.toUpperCase(), `${one}\u0301`.normalize('NFC')])
    .concat([['σ', 'ς', 'Σ']]),
  [...'абвгдеиклмнопрстшюя'].map((one) => [one, one.toUpperCase()]).concat([['ж', 'Ж']]),
  [['ا', 'أ', 'آ', 'إ', 'اَ'], ['ب', 'بِ', 'بّ', 'بـ'], ['ي', 'ی', 'ى'], ['ك', 'ک'], ['م'], ['ر'], ['ن']],
  [['ש', 'שׁ', 'שָ'], ['ל'], ['מ', 'מֹ'], ['ה']],
  [...'कखगदनमरसिीुूेो्ा'].map((one) => [one]),
  [...'กขคนมรสิีุู่้าำ'].map((one) => [one]),
  [...'かきくけこがぎぐげご々ー'].map((one) => [one, one.normalize('NFD')]),
  [...'李王張陳林佐木々髙'].map((one) => [one]),
  [...'김이박최정'].map((one) => [one, one.normalize('NFD')]),
  [...'0123456789'].map((one) => [one, String.fromCodePoint((one.codePointAt(0) as number) + 0xfee0)]),
];

/** A name as units of one script, and two ways of typing it. */
const twice = fc.constantFrom(...SCRIPTS).chain((units) =>
  fc.array(fc.nat(units.length - 1), { minLength: 1, maxLength: 12 }).chain((unitNumbers) => {
    const typed = fc
      .tuple(...unitNumbers.map((number) => fc.constantFrom(...(units[number] as readonly string[]))))
      .chain((signs) =>
        fc
          .array(fc.constantFrom('', '', '', ' ', '-', "'", '’', 'ʻ', '.', '\u200b', '\u200d', '\u00ad'), {
            minLength: signs.length,
            maxLength: signs.length,
          })
          .map((between) => signs.map((sign, index) => sign + between[index]).join('')),
      );
    return fc.record({ units: fc.constant(unitNumbers.join()), one: typed, other: typed });
  }),
);

describe('a name', () => {
  test('typed by its bearer in another case, with or without accents, composed or not, with other signs between, is the same', () => {
    fc.assert(
      fc.property(twice, ({ one, other }) => {
        const key = foldName(one);
        expect(key).not.toBe('');
        expect(foldName(other)).toBe(key);
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const)
          expect(foldName(one.normalize(form))).toBe(key);
        expect(foldName(one.toUpperCase())).toBe(key);
        expect(foldName(one.toLowerCase())).toBe(key);
        expect(foldName(key)).toBe(key);
      }),
      { numRuns: 2000 },
    );
  });

  test('is never the same as another one, in any script', () => {
    const pair = fc.constantFrom(...SCRIPTS).chain((units) => {
      const name = fc.array(fc.nat(units.length - 1), { minLength: 1, maxLength: 6 });
      return fc.record({ units: fc.constant(units), one: name, other: name });
    });
    fc.assert(
      fc.property(pair, ({ units, one, other }) => {
        const typed = (name: number[]) => name.map((number) => units[number]?.[0]).join('');
        // Two marks on one letter have no order.
        fc.pre(typed(one).normalize('NFKD') !== typed(other).normalize('NFKD'));
        expect(foldName(typed(one))).not.toBe(foldName(typed(other)));
      }),
      { numRuns: 5000 },
    );
  });

  test.each(MORE_LATIN)('with %s may be typed as %s and otherwise', (plain, ...others) => {
    for (const other of others) expect(foldName(`x${other}y`)).toBe(foldName(`x${plain}y`));
  });

  test.each([
    ["O'Neill", 'ONEILL'],
    ['  de la Cruz ', 'delacruz'],
    ['Kaʻahumanu', "Ka'ahumanu"],
    ['Müller-Lüdenscheidt', 'muller ludenscheidt'],
    ['Nguyễn', 'nguyen'],
    ['محمد', 'مُحَمَّد'],
    ['佐々木', '佐々木'],
    ['Ⅳ', 'iv'],
    ['3rd', '３ＲＤ'],
  ])('%s is also %s', (one, other) => expect(foldName(one)).toBe(foldName(other)));

  test.each([
    ['किशोर', 'कशर'],
    ['がくた', 'かくた'],
    ['สิริ', 'สรี'],
    ['Smith', 'Smith 2'],
    ['佐木', '佐々木'],
    ['Meier', 'Maier'],
  ])('%s is not %s', (one, other) => expect(foldName(one)).not.toBe(foldName(other)));

  test.each(['7', '★', '?', '--', "'", '+1', '♥︎', '𝄞', '·'])(
    'of signs alone, %s, can be typed again and is no other one',
    (name) => {
      expect(foldName(name)).not.toBe('');
      expect(foldName(` ${name} `)).toBe(foldName(name));
      for (const other of ['8', '☆', '!', '-', '"', '+2', ''])
        expect(foldName(other)).not.toBe(foldName(name));
    },
  );
});

test('a client whose family name nobody could type again is refused when the referral is made', () => {
  const client = (family_name: string) => ({
    identity: { given_name: 'Robin', family_name },
    contact: { email: 'robin@client.example' },
  });
  for (const unseen of ['\u3164', '\u115f\u1160', '\u200b\u3164'])
    expect(v.safeParse(ClientSchema, client(unseen)).success, escape(unseen)).toBe(false);
  for (const name of ['Ng', '7', '★', '李', 'ा']) {
    const isTaken = v.safeParse(ClientSchema, client(name)).success;
    expect(isTaken).toBe(foldName(name) !== '' && /[\p{L}\p{N}\p{P}\p{S}]/u.test(name));
  }
});
