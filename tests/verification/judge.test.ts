/** What a roster does with a credential. */
import { expect, test } from 'vitest';
import {
  type BoardRules,
  type Claim,
  judge,
  type Listed,
  numberKeyOf,
} from '../../src/verification/rosters/judge.ts';

const TODAY = '2026-11-30';
const board: BoardRules = {
  name: 'Board of Practice',
  kind: 'licence',
  title: null,
  jurisdiction: 'US-NE',
  when_lapsed: 'suspend',
  when_disciplined: 'suspend',
  when_unlisted: 'queue',
};
const claim: Claim = {
  status: 'pending',
  suspension_reason: null,
  suspended_by: null,
  professional_name: 'Jordan Alder',
  kind: 'licence',
  title: 'Psychologist',
  issuer: 'Board of Practice',
  jurisdiction: 'US-NE',
  expires_on: '2027-06-30',
  isClaimedTwice: false,
};
const listed: Listed = {
  name: 'Alder, Jordan',
  status: 'active',
  title: 'PSYCHOLOGIST',
  expires_on: '2027-06-30',
};
const verified = { ...claim, status: 'verified' } as const;
const byRoster = (suspension_reason: string) => ({ ...verified, suspension_reason, suspended_by: 'ros_1' });
const summary = (one: Claim, line: Listed | null, rules = board) => {
  const verdict = judge(one, line, rules, TODAY);
  return 'kind' in verdict
    ? [verdict.does, verdict.kind, verdict.differences.map(({ member }) => member)]
    : [verdict.does];
};

test.each([
  ['what agrees', claim, listed, ['verify']],
  ['what agrees and was verified', verified, listed, ['nothing']],
  ['what was renewed', verified, { ...listed, expires_on: '2028-06-30' }, ['verify']],
  ['another name', claim, { ...listed, name: 'Alder, Jordyn' }, ['queue', 'disagrees', ['name']]],
  ['another kind', { ...claim, kind: 'certification' }, listed, ['queue', 'disagrees', ['kind']]],
  ['another title', { ...claim, title: 'Psychiatrist' }, listed, ['queue', 'disagrees', ['title']]],
  [
    'a title of which the list says nothing',
    claim,
    { ...listed, title: null },
    ['queue', 'disagrees', ['title']],
  ],
  ['another issuer', { ...claim, issuer: 'Board of Pilots' }, listed, ['queue', 'disagrees', ['issuer']]],
  ['another place', { ...claim, jurisdiction: 'US-IA' }, listed, ['queue', 'disagrees', ['jurisdiction']]],
  ['an earlier end', claim, { ...listed, expires_on: '2027-01-01' }, ['queue', 'disagrees', ['expires_on']]],
  ['what somebody else has', { ...claim, isClaimedTwice: true }, listed, ['queue', 'claimed_twice', []]],
  ['what is not listed', claim, null, ['queue', 'unlisted', []]],
  ['what is no longer listed', verified, null, ['queue', 'unlisted', []]],
  [
    'what has lapsed, and is only claimed',
    claim,
    { ...listed, status: 'lapsed' },
    ['queue', 'lapsed', ['status']],
  ],
  ['what has lapsed', verified, { ...listed, status: 'lapsed' }, ['suspend', 'lapsed', ['status']]],
  [
    'what ended by its date',
    verified,
    { ...listed, expires_on: '2026-11-29' },
    ['suspend', 'lapsed', ['status', 'expires_on']],
  ],
  [
    'whose last day is today',
    { ...verified, expires_on: TODAY },
    { ...listed, expires_on: TODAY },
    ['nothing'],
  ],
  [
    'who was disciplined',
    verified,
    { ...listed, status: 'disciplined' },
    ['suspend', 'disciplined', ['status']],
  ],
  ['what lapsed and was renewed', byRoster('lapsed'), listed, ['verify']],
  ['who was disciplined and is listed again', byRoster('disciplined'), listed, ['nothing']],
  [
    'what the operator suspended',
    { ...verified, suspension_reason: 'lapsed', suspended_by: 'key_1' },
    listed,
    ['nothing'],
  ],
  ['what the operator rejected', { ...claim, status: 'rejected' }, listed, ['nothing']],
] as [string, Claim, Listed | null, unknown][])('%s', (_name, one, line, expected) => {
  expect(summary(one, line)).toEqual(expected);
});

test('does as the board’s settings say', () => {
  const gentle = {
    ...board,
    when_lapsed: 'queue',
    when_disciplined: 'queue',
    when_unlisted: 'suspend',
  } as const;
  expect(summary(verified, { ...listed, status: 'lapsed' }, gentle)[0]).toBe('queue');
  expect(summary(verified, { ...listed, status: 'disciplined' }, gentle)[0]).toBe('queue');
  expect(summary(verified, null, gentle)[0]).toBe('suspend');
});

test('a number is compared without case, spaces and hyphens, and by every other character', () => {
  expect(numberKeyOf('limhp-12 34')).toBe('LIMHP1234');
  expect(numberKeyOf('LIMHP 1234')).not.toBe(numberKeyOf('LIMHP 12340'));
});
