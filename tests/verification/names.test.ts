/** When two names are one person's: by the rules that are written down, never because they are alike. */
import { expect, test } from 'vitest';
import { namesAgree } from '../../src/verification/rosters/names.ts';

test.each([
  ['Jordan Alder', 'ALDER, JORDAN'],
  ['Jordan Alder', 'Jordan Q. Alder'],
  ['Jordan Q. Alder', 'Alder, Jordan Quinn'],
  ['José Núñez', 'JOSE NUNEZ'],
  ['Dr. Ana O’Brien, PhD', 'OBRIEN ANA'],
  ['Mary-Ann Smith', 'Smith, Mary Ann'],
  ['Ana García López', 'García, Ana'],
  ['John Alder Jr.', 'Alder, John'],
  ['Søren Straße', 'Soren Strasse'],
])('%s is %s, and the other way round', (one, other) => {
  expect([namesAgree(one, other), namesAgree(other, one)]).toEqual([true, true]);
});

test.each([
  ['Jordan Alder', 'Jordan Adler'],
  ['Jordan Alder', 'J. Alder'],
  ['Jordan Alder', 'Alder'],
  ['Jordan Alder', 'Jordyn Alder'],
  ['Jordan Alder', 'Morgan Alder'],
  ['Jordan Q. Alder', 'Jordan R. Alder'],
  ['Ann Smith', 'Ann Mary Lou Kay Smith'],
  ['J. A.', 'Jordan Alder'],
  ['', ''],
])('%s is not %s, either way', (one, other) => {
  expect([namesAgree(one, other), namesAgree(other, one)]).toEqual([false, false]);
});
