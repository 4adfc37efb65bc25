import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REFERRAL_STATES, type ReferralState } from '../../src/platform/db/states.ts';
import { needsTheWayBack } from '../../src/referrals/change.ts';
import {
  allowedMoves,
  applyMove,
  CORRECTION_MS,
  isFinal,
  type LastMove,
  LIFECYCLE,
  MOVES,
  type Move,
  NEW_PROGRESS,
  nextDeadline,
  type Party,
  type Progress,
  UNDO_MS,
  undoMove,
} from '../../src/referrals/lifecycle.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const respondWithinMs = 7 * DAY;
const PARTIES: Party[] = ['sender', 'receiver', 'client', 'system'];

/** The table of the reference, written again by hand. */
const REFERENCE: Record<ReferralState, Partial<Record<Party, ReferralState[]>>> = {
  awaiting_consent: {
    client: ['sent', 'consent_denied'],
    sender: ['sent', 'withdrawn'],
    system: ['expired'],
  },
  sent: {
    receiver: ['accepted', 'needs_info', 'declined'],
    sender: ['withdrawn'],
    client: ['revoked'],
    system: ['expired'],
  },
  needs_info: {
    sender: ['sent', 'withdrawn'],
    receiver: ['declined'],
    client: ['revoked'],
    system: ['expired'],
  },
  accepted: {
    receiver: ['engaged', 'not_engaged', 'waitlisted', 'accepted'],
    sender: ['withdrawn'],
    client: ['revoked'],
  },
  waitlisted: {
    receiver: ['accepted', 'engaged', 'not_engaged', 'waitlisted'],
    sender: ['withdrawn'],
    client: ['revoked'],
  },
  engaged: { receiver: ['completed'], client: ['revoked'] },
  not_engaged: { receiver: ['engaged'] },
  completed: {},
  declined: {},
  withdrawn: {},
  expired: {},
  consent_denied: {},
  revoked: {},
};

test.each(REFERRAL_STATES.map((state) => [state]))(
  'from %s each party reaches the states of the reference and no other',
  (state) => {
    for (const party of PARTIES) {
      const reached = Object.values(LIFECYCLE[state])
        .filter(({ by }) => by.includes(party))
        .map(({ to }) => to);
      expect(new Set(reached), party).toEqual(new Set(REFERENCE[state][party] ?? []));
    }
  },
);

interface Step {
  readonly party: Party;
  readonly move: Move;
  readonly passedMs: number;
}

interface Walk {
  progress: Progress;
  last: LastMove;
  before: Progress | null;
  now: number;
}

/** Takes the step where it is allowed, as `change.ts` does. */
function take(walk: Walk, step: Step): Walk {
  const now = walk.now + step.passedMs;
  if (!allowedMoves(walk.progress, walk.last, step.party, now).includes(step.move)) return { ...walk, now };
  const progress =
    step.move === 'undo'
      ? undoMove(walk.before as Progress, walk.last, now)
      : applyMove(walk.progress, step.move, now, { respondWithinMs, reason: 'other' });
  if (step.move === 'record_contact') return { ...walk, progress, now };
  return {
    progress,
    last: { move: step.move, by: step.party, at: now },
    before: step.party === 'receiver' && step.move !== 'undo' ? walk.progress : null,
    now,
  };
}

const steps = fc.array(
  fc.record({
    party: fc.constantFrom(...PARTIES),
    move: fc.constantFrom(...MOVES),
    passedMs: fc.integer({ min: 0, max: 5 * DAY }),
  }),
  { maxLength: 60 },
);
const start: Walk = {
  progress: NEW_PROGRESS,
  last: { move: 'create', by: 'sender', at: 0 },
  before: null,
  now: 1_700_000_000_000,
};

describe('over random walks', () => {
  test('times and reasons agree with the state at every step', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let walk = start;
        for (const step of taken) {
          walk = take(walk, step);
          const { progress } = walk;
          expect(progress.ended_at !== null).toBe(isFinal(progress.state));
          expect(progress.decline_reason !== null).toBe(progress.state === 'declined');
          expect(progress.not_engaged_reason !== null).toBe(progress.state === 'not_engaged');
          expect(progress.needs_info_since !== null).toBe(progress.state === 'needs_info');
          if (['accepted', 'waitlisted', 'engaged', 'completed', 'not_engaged'].includes(progress.state))
            expect(progress.accepted_at).not.toBeNull();
          if (progress.state === 'sent') expect(progress.accepted_at).toBeNull();
          if (progress.state === 'engaged' || progress.state === 'completed')
            expect(progress.engaged_at).not.toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a final state is left only by an undo of the receiver in time, or by correcting not_engaged', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let walk = start;
        for (const step of taken) {
          const before = walk;
          walk = take(walk, step);
          if (!isFinal(before.progress.state) || before.progress.state === walk.progress.state) continue;
          const undone =
            step.move === 'undo' && before.last.by === 'receiver' && walk.now - before.last.at <= UNDO_MS;
          const corrected = before.progress.state === 'not_engaged' && step.move === 'engage';
          expect(undone || corrected).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('whatever waits has a deadline in which the system acts, and what has ended has none', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const walk = taken.reduce(take, start);
        const next = nextDeadline(walk.progress, start.now, respondWithinMs, walk.now);
        if (isFinal(walk.progress.state) || walk.progress.state === 'engaged') expect(next).toBeNull();
        if (['awaiting_consent', 'sent', 'needs_info'].includes(walk.progress.state))
          expect(next).not.toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

describe('the clock', () => {
  const at = 1_700_000_000_000;
  const sent = applyMove(NEW_PROGRESS, 'record_consent', at, { respondWithinMs });

  test('stands still in needs_info: the time to respond moves on by as much', () => {
    const asked = applyMove(sent, 'request_info', at + DAY, { respondWithinMs });
    const answered = applyMove(asked, 'provide_info', at + 4 * DAY, { respondWithinMs });
    expect(answered.respond_by).toBe(at + 10 * DAY);
    expect(answered.needs_info_total_ms).toBe(3 * DAY);
  });

  test('reminds at half and nine tenths of the time to respond, then expires', () => {
    const first = nextDeadline(sent, at, respondWithinMs, at);
    const second = nextDeadline(sent, at, respondWithinMs, first?.deadline_at ?? 0);
    const third = nextDeadline(sent, at, respondWithinMs, second?.deadline_at ?? 0);
    expect(
      [first, second, third].map((one) => [one?.deadline, ((one?.deadline_at ?? 0) - at) / respondWithinMs]),
    ).toEqual([
      ['reminder', 0.5],
      ['reminder', 0.9],
      ['expire', 1],
    ]);
  });

  test('an outcome is due 14 days after acceptance, and stale after 30', () => {
    const accepted = applyMove(sent, 'accept', at, { respondWithinMs });
    expect(nextDeadline(accepted, at, respondWithinMs, at)).toEqual({
      deadline: 'outcome_due',
      deadline_at: at + 14 * DAY,
    });
    expect(nextDeadline(accepted, at, respondWithinMs, at + 14 * DAY)).toEqual({
      deadline: 'outcome_stale',
      deadline_at: at + 30 * DAY,
    });
    expect(nextDeadline(accepted, at, respondWithinMs, at + 30 * DAY)).toBeNull();
  });

  test('an undone decline gives the receiver the time back that it had left', () => {
    const declined = applyMove(sent, 'decline', at + DAY, { respondWithinMs, reason: 'other' });
    const last: LastMove = { move: 'decline', by: 'receiver', at: at + DAY };
    expect(allowedMoves(declined, last, 'receiver', at + DAY + UNDO_MS)).toEqual(['undo']);
    expect(allowedMoves(declined, last, 'receiver', at + DAY + UNDO_MS + 1)).toEqual([]);
    expect(undoMove(sent, last, at + 3 * DAY).respond_by).toBe(at + 9 * DAY);
  });

  test('not_engaged can be corrected for 180 days', () => {
    const accepted = applyMove(sent, 'accept', at, { respondWithinMs });
    const lost = applyMove(accepted, 'mark_not_engaged', at, { respondWithinMs, reason: 'cost' });
    const last: LastMove = { move: 'mark_not_engaged', by: 'receiver', at };
    expect(allowedMoves(lost, last, 'receiver', at + CORRECTION_MS)).toEqual(['engage']);
    expect(allowedMoves(lost, last, 'receiver', at + CORRECTION_MS + 1)).toEqual([]);
    const corrected = applyMove(lost, 'engage', at + DAY, { respondWithinMs });
    expect(corrected).toMatchObject({
      state: 'engaged',
      not_engaged_reason: null,
      ended_at: null,
      outcome_at: at,
    });
  });
});

test('what tells an outcome is told apart from what answers the sender', () => {
  const at = 1;
  const sent = applyMove(NEW_PROGRESS, 'record_consent', at, { respondWithinMs });
  const accepted = applyMove(sent, 'accept', at, { respondWithinMs });
  const waitlisted = applyMove(accepted, 'waitlist', at, { respondWithinMs });
  const engaged = applyMove(accepted, 'engage', at, { respondWithinMs });
  expect(needsTheWayBack('accept', sent, accepted)).toBe(false);
  expect(needsTheWayBack('accept', waitlisted, accepted)).toBe(true);
  for (const move of ['engage', 'mark_not_engaged', 'complete', 'waitlist', 'record_contact'] as const) {
    expect(needsTheWayBack(move, accepted, engaged)).toBe(true);
  }
  for (const move of [
    'decline',
    'request_info',
    'provide_info',
    'withdraw',
    'expire',
    'revoke_consent',
  ] as const) {
    expect(needsTheWayBack(move, sent, sent)).toBe(false);
  }
  expect(needsTheWayBack('undo', engaged, accepted)).toBe(true);
  expect(needsTheWayBack('undo', waitlisted, accepted)).toBe(true);
  expect(needsTheWayBack('undo', accepted, sent)).toBe(false);
  expect(needsTheWayBack('undo', applyMove(sent, 'decline', at, { respondWithinMs }), sent)).toBe(false);
});

describe('without the way back', () => {
  test('the sender’s view never falls behind on what it is told, and never runs ahead', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        let walk = start;
        let view = start.progress;
        for (const step of taken) {
          const before = walk;
          walk = take(walk, step);
          if (walk.progress === before.progress) continue;
          if (needsTheWayBack(step.move, before.progress, walk.progress)) continue;
          view =
            step.move === 'undo'
              ? walk.progress
              : applyMove(view, step.move, walk.now, { respondWithinMs, reason: 'other' });
          const isHidden = view.accepted_at !== null && view.state !== walk.progress.state;
          if (!isHidden) expect(view.state).toBe(walk.progress.state);
          if (walk.progress.accepted_at === null) expect(view.accepted_at).toBeNull();
          for (const told of ['engaged_at', 'outcome_at', 'completed_at', 'not_engaged_reason'] as const)
            expect(view[told]).toBeNull();
        }
      }),
      { numRuns: 500 },
    );
  });

  test('an undone decline out of needs_info gives the receiver all its time back', () => {
    const hour = 3_600_000;
    const sent = applyMove(NEW_PROGRESS, 'record_consent', 0, { respondWithinMs: hour });
    const asked = applyMove(sent, 'request_info', hour / 2, { respondWithinMs: hour });
    const undone = undoMove(asked, { move: 'decline', by: 'receiver', at: hour }, 70 * hour);
    const answered = applyMove(undone, 'provide_info', 71 * hour, { respondWithinMs: hour });
    expect(answered.respond_by).toBe(71.5 * hour);
  });
});
