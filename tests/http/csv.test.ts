/** Our CSV is, byte for byte, that of a library that many use; but a lone line feed is quoted, too, as RFC 4180 wants it. */
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCsv } from '../../src/http/csv.ts';

const COLUMNS = ['name', 'note, in words'];
const byLibrary = (rows: (string | number | boolean | null)[][]) =>
  stringify(rows, {
    header: true,
    columns: COLUMNS,
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { boolean: String, number: (value) => ({ value: String(value), escape_formulas: false }) },
  });

test.each([
  ['no rows', []],
  ['a formula', [['=1+1', '@SUM(A1)']]],
  ['a formula in full width', [['＝1', '－1']]],
  ['a formula in quotes', [['=HYPERLINK("x","y")', '+1']]],
  ['numbers below zero, and a text that looks like one', [[-1.5, '-1.5']]],
  ['quotes, commas and lines', [['a "b", c', 'one\r\ntwo']]],
  ['nothing, and yes or no', [[null, '']].concat([[true as never, false as never]])],
] as const)('of %s', (_name, rows) => {
  expect(toCsv(COLUMNS, rows as never)).toBe(byLibrary(rows as never));
});

test('of any table', () => {
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom('=', '-', '@', '"', ',', '\r\n', '\t', ' ', "'", 'a', '＋', 'é') }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell)), (rows) => {
      expect(toCsv(COLUMNS, rows)).toBe(byLibrary(rows));
    }),
  );
});

test('a line feed alone is quoted', () => {
  expect(toCsv(['a'], [['\n'], ['x\ry']])).toBe('\ufeffa\r\n"\n"\r\n"x\ry"\r\n');
});
