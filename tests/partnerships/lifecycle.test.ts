import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allowedPartnershipMoves,
  nextPartnershipState,
  overlapOf,
  type PartnershipMove,
  type PartnershipSide,
  type PartnershipState,
} from '../../src/partnerships/lifecycle.ts';
import { PARTNERSHIP_STATES } from '../../src/platform/db/schema.ts';

const MOVES: PartnershipMove[] = ['accept', 'decline', 'pause', 'resume', 'end'];
const SIDES: PartnershipSide[] = ['inviter', 'invitee'];

/** Who may do what, written again by hand. `paused` by the inviter. */
const REFERENCE: Record<PartnershipState, Record<PartnershipSide, string>> = {
  invited: { inviter: 'end', invitee: 'accept decline' },
  active: { inviter: 'pause end', invitee: 'pause end' },
  paused: { inviter: 'resume end', invitee: 'end' },
  declined: { inviter: '', invitee: '' },
  ended: { inviter: '', invitee: '' },
};

test('each side may do what the reference says, and nothing else', () => {
  for (const state of PARTNERSHIP_STATES)
    for (const side of SIDES)
      expect(allowedPartnershipMoves(state, side, 'inviter').join(' ')).toBe(REFERENCE[state][side]);
});

test('a move leads somewhere exactly where it is allowed', () => {
  for (const state of PARTNERSHIP_STATES)
    for (const side of SIDES)
      for (const pausedBy of [...SIDES, null])
        for (const move of MOVES)
          expect(nextPartnershipState(state, move, side, pausedBy) !== null).toBe(
            allowedPartnershipMoves(state, side, pausedBy).includes(move),
          );
});

test('nobody becomes a partner without the invitee’s consent, and what has ended stays so', () => {
  const step = fc.record({ move: fc.constantFrom(...MOVES), side: fc.constantFrom(...SIDES) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let state: PartnershipState = 'invited';
      let pausedBy: PartnershipSide | null = null;
      let accepted = false;
      for (const { move, side } of steps) {
        const next = nextPartnershipState(state, move, side, pausedBy);
        if (next === null) continue;
        expect(state).not.toMatch(/^(ended|declined)$/);
        accepted ||= move === 'accept' && side === 'invitee';
        if (next === 'active') expect(accepted).toBe(true);
        if (move === 'resume') expect(side).toBe(pausedBy);
        pausedBy = next === 'paused' ? side : null;
        state = next;
      }
    }),
  );
});

test('the overlap is the same from both sides', () => {
  const services = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e'));
  fc.assert(
    fc.property(services, services, (mine, theirs) => {
      expect(overlapOf(mine, theirs)).toEqual(overlapOf(theirs, mine));
      for (const one of overlapOf(mine, theirs))
        expect(mine.includes(one) && theirs.includes(one)).toBe(true);
    }),
  );
});
