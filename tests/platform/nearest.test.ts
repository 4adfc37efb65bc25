import { expect, test } from 'vitest';
import { didYouMean, nearestCodes } from '../../src/platform/nearest.ts';

const CODES = ['career_counseling', 'career_coaching', 'resume_writing', 'mbti', 'disc'];

test.each([
  ['career_councelling', ['career_counseling', 'career_coaching']],
  ['resume_writting', ['resume_writing']],
  ['mtbi', ['mbti']],
  ['writing', ['resume_writing']],
  ['MBTI', ['mbti']],
  ['Resume Writing', ['resume_writing']],
  ['astrology', []],
])('%s: what was meant, nearest first', (code, nearest) => {
  expect(nearestCodes(code, CODES).slice(0, nearest.length)).toEqual(nearest);
  expect(nearestCodes(code, CODES).length).toBeLessThanOrEqual(3);
});

test('nothing is guessed of what is no text, or too long to be a slip', () => {
  expect(didYouMean('mtbi', CODES)).toBe('; did you mean `mbti`?');
  for (const sent of [undefined, null, 7, ['mbti'], '', ' ', 'mbti'.repeat(10_000)])
    expect(didYouMean(sent, CODES)).toBe('');
});
