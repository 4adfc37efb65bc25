import { expect, test } from 'vitest';
import { isNpi } from '../../src/verification/npi.ts';

test.each([
  ['the example of CMS', '1234567893', true],
  ['one that begins with 2', '2000000002', true],
  ['another check digit', '1234567890', false],
  ['a digit that was mistyped', '1234567892', false],
  ['two neighbours that changed places', '1243567893', false],
  ['a first digit that is never given', '3234567899', false],
  ['nine digits', '123456789', false],
  ['eleven digits', '12345678931', false],
  ['spaces in it', '1234 567893', false],
  ['the prefix of its check digit before it', '808401234567893', false],
  ['digits of another script', '١٢٣٤٥٦٧٨٩٣', false],
])('%s: %s', (_name, number, isOne) => {
  expect(isNpi(number)).toBe(isOne);
});

test('of ten numbers that differ in their last digit one is an NPI', () => {
  for (const start of ['123456789', '199999999', '200000000'])
    expect([...'0123456789'].filter((digit) => isNpi(start + digit))).toHaveLength(1);
});
