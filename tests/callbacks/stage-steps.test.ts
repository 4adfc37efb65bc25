import { describe, expect, test } from 'vitest';
import { isReached, nextStep } from '../../src/callbacks/stage-steps.ts';
import { REFERRAL_STATES, type ReferralState } from '../../src/platform/db/states.ts';
import { LIFECYCLE } from '../../src/referrals/lifecycle.ts';
import { OUTCOME_MOVES, OUTCOMES, type Outcome } from '../../src/referrals/outcomes.ts';

const movesIn = (state: string) =>
  Object.entries(LIFECYCLE[state as ReferralState])
    .filter(([, rule]) => rule.by.includes('receiver'))
    .map(([move]) => move);

/** Every report that a stage makes, one after the other, until one is refused or it is reached. */
function play(outcome: Outcome, from: string): { made: Outcome[]; state: string } {
  const made: Outcome[] = [];
  let state = from;
  for (;;) {
    const step = nextStep(outcome, state, movesIn(state));
    if (step === null || !movesIn(state).includes(OUTCOME_MOVES[step].move)) return { made, state };
    made.push(step);
    state = OUTCOME_MOVES[step].to;
  }
}

describe.each(OUTCOMES)('a stage that means %s', (outcome) => {
  test.each(REFERRAL_STATES)(
    'in %s makes no move twice, reaches what it means or nothing that it was not before, and said again does nothing',
    (from) => {
      const { made, state } = play(outcome, from);
      expect(new Set(made).size).toBe(made.length);
      if (made.length > 0) expect(isReached(outcome, state)).toBe(true);
      expect(play(outcome, state).made).toEqual([]);
    },
  );
});

test('what lies before an engagement is reported with it; what a person did since is not taken back', () => {
  expect(play('engage', 'sent')).toEqual({ made: ['accept', 'engage'], state: 'engaged' });
  expect(play('complete', 'sent')).toEqual({ made: ['accept', 'engage', 'complete'], state: 'completed' });
  expect(play('engage', 'not_engaged')).toEqual({ made: ['engage'], state: 'engaged' });
  for (const state of ['waitlisted', 'engaged', 'completed', 'not_engaged'])
    expect(play('accept', state)).toEqual({ made: [], state });
  expect(play('engage', 'declined')).toEqual({ made: [], state: 'declined' });
  expect(play('not_engaged', 'sent')).toEqual({ made: [], state: 'sent' });
});
