/** The states of a partnership, and who may do what in each. */
import type { PARTNERSHIP_STATES } from '../platform/db/schema.ts';

export type PartnershipState = (typeof PARTNERSHIP_STATES)[number];
export type PartnershipSide = 'inviter' | 'invitee';
export type PartnershipMove = 'accept' | 'decline' | 'pause' | 'resume' | 'end';

interface Rule {
  readonly to: PartnershipState;
  /** `pauser`: the side that paused. */
  readonly by: readonly (PartnershipSide | 'pauser')[];
}

const LIFECYCLE: Record<PartnershipState, Partial<Record<PartnershipMove, Rule>>> = {
  invited: {
    accept: { to: 'active', by: ['invitee'] },
    decline: { to: 'declined', by: ['invitee'] },
    end: { to: 'ended', by: ['inviter'] },
  },
  active: {
    pause: { to: 'paused', by: ['inviter', 'invitee'] },
    end: { to: 'ended', by: ['inviter', 'invitee'] },
  },
  paused: {
    resume: { to: 'active', by: ['pauser'] },
    end: { to: 'ended', by: ['inviter', 'invitee'] },
  },
  declined: {},
  ended: {},
};

const may = (rule: Rule, side: PartnershipSide, paused: PartnershipSide | null) =>
  rule.by.includes(side) || (rule.by.includes('pauser') && side === paused);

/** The state after the move, or null where the side may not make it now. */
export function nextPartnershipState(
  state: PartnershipState,
  move: PartnershipMove,
  side: PartnershipSide,
  pausedBy: PartnershipSide | null,
): PartnershipState | null {
  const rule = LIFECYCLE[state][move];
  return rule && may(rule, side, pausedBy) ? rule.to : null;
}

export function allowedPartnershipMoves(
  state: PartnershipState,
  side: PartnershipSide,
  pausedBy: PartnershipSide | null,
): PartnershipMove[] {
  return (Object.entries(LIFECYCLE[state]) as [PartnershipMove, Rule][])
    .filter(([, rule]) => may(rule, side, pausedBy))
    .map(([move]) => move);
}

/** What both offer: the two might be competitors there. */
export const overlapOf = (mine: readonly string[], theirs: readonly string[]) =>
  mine.filter((one) => theirs.includes(one)).sort();
