import { expect, test } from 'vitest';
import { nearestCodes } from '../../src/catalog/nearest.ts';

const CODES = ['career_counseling', 'career_coaching', 'resume_writing', 'mbti', 'disc'];

test.each([
  ['career_councelling', ['career_counseling', 'career_coaching']],
  ['resume_writting', ['resume_writing']],
  ['mtbi', ['mbti']],
  ['writing', ['resume_writing']],
  ['astrology', []],
])('%s: what was meant, nearest first', (code, nearest) => {
  expect(nearestCodes(code, CODES).slice(0, nearest.length)).toEqual(nearest);
  expect(nearestCodes(code, CODES).length).toBeLessThanOrEqual(3);
});
