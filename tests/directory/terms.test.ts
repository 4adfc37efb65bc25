/** What is looked for, as a query of the index: nothing in it can be an operator of FTS5. */
import { expect, test } from 'vitest';
import { toMatch } from '../../src/directory/terms.ts';

test.each([
  [{}, '(facets : f_all0)'],
  [
    { service: 'career_testing', capacity: 'waitlist' },
    '(facets : (f_service_career_testing0 AND f_capacity_waitlist0))',
  ],
  [{ offer: 'mbti' }, '(facets : ((f_service_mbti0 OR f_assessment_mbti0)))'],
  [
    { language: ['es-MX', 'pl'], jurisdiction: 'US' },
    '(facets : (f_place_us0 AND (f_language_es_mx0 OR f_language_pl0)))',
  ],
  [{ profession: 'psychologist' }, '(facets : (f_profession_psychologist0))'],
  [{ licensed_in: 'US-NE' }, '(facets : ((f_licence_us0 OR f_licence_us_ne0)))'],
  [{ profession: 'psychologist', licensed_in: 'US' }, '(facets : ((f_licence_us_psychologist0)))'],
  [
    { q: 'a "b" OR -c* NEAR(d) — work-life' },
    '(facets : f_all0 AND {name people offers description city} : ("a" AND "b" AND "OR" AND "-c*" AND "NEAR(d)" AND "work-life"))',
  ],
  [{ city: 'New  "York"' }, '(facets : f_all0 AND city : "New York")'],
  [{ q: '" - *' }, null],
  [{ city: '—' }, null],
])('%j', (wish, match) => {
  expect(toMatch(wish)).toBe(match);
});

test('so many words are looked for', () => {
  expect(
    toMatch({ q: Array.from({ length: 40 }, (_, index) => `w${index}`).join(' ') })?.match(/"w/g),
  ).toHaveLength(10);
});
