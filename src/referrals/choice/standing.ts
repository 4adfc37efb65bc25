/** How a choice and each of its practices stand, as far as the sender was told: what the client's page says, too. No I/O. */
import type { ReferralState } from '../../platform/db/states.ts';
import type { ToldReferral } from '../told.ts';

/** How one practice of a choice stands. @schema CandidateStanding */
export const STANDINGS = [
  /** The client has not answered yet. */
  'offered',
  /** The client did not name it. */
  'not_named',
  /** The client named it; it is asked if nobody before it takes the client on. */
  'in_line',
  /** It has the referral to answer. */
  'asked',
  /** It takes the client on. What became of it after that stands in the referral, as far as you may know. */
  'taken_on',
  /** It declined. */
  'declined',
  /** It did not answer in time. */
  'unanswered',
  /** It ended before it was asked. */
  'not_asked',
  /** It was asked, and then you took it back or the client took the consent back. */
  'ended',
] as const;
export type Standing = (typeof STANDINGS)[number];

/** How the whole choice stands. @schema ChoiceState */
export const CHOICE_STATES = [
  /** The client is asked whom to name. */
  'choosing',
  /** One of those whom the client named is asked. */
  'asking',
  /** One of them takes the client on. */
  'taken_on',
  /** All whom the client named were asked or could not be, and none takes the client on. */
  'exhausted',
  /** The client named none. */
  'refused',
  /** The client took the consent back. */
  'revoked',
  /** You took it back. */
  'withdrawn',
  /** The client did not answer in time, or the consent has run out. */
  'expired',
] as const;
export type ChoiceState = (typeof CHOICE_STATES)[number];

const ASKED: readonly ReferralState[] = ['sent', 'needs_info'];
const TAKEN: readonly ReferralState[] = ['accepted', 'waitlisted', 'engaged', 'completed', 'not_engaged'];

/** Of a progress: what a choice is told apart by. */
export type ToldMember = Pick<ToldReferral, 'choice_rank' | 'progress'>;

export const isTaken = ({ progress }: Pick<ToldMember, 'progress'>) => TAKEN.includes(progress.state);

export function standingOf({ progress, choice_rank }: ToldMember): Standing {
  const { state, sent_at, accepted_at } = progress;
  if (state === 'awaiting_consent') return choice_rank === null ? 'offered' : 'in_line';
  if (ASKED.includes(state)) return 'asked';
  if (TAKEN.includes(state)) return 'taken_on';
  if (sent_at === null) return state === 'consent_denied' && choice_rank === null ? 'not_named' : 'not_asked';
  if (state === 'declined') return 'declined';
  return state === 'expired' && accepted_at === null ? 'unanswered' : 'ended';
}

/** The last one that was asked decides how a choice ended; where nobody was, how all of them ended. */
function endOf(members: readonly ToldMember[]): ChoiceState {
  const states = members.map(({ progress }) => progress.state);
  const isTakenBack = ({ choice_rank, progress: { state } }: ToldMember) =>
    state === 'revoked' || (state === 'consent_denied' && choice_rank !== null);
  if (members.some(isTakenBack)) return 'revoked';
  const last = members
    .filter(({ progress }) => progress.sent_at !== null)
    .sort((one, other) => (other.progress.sent_at ?? 0) - (one.progress.sent_at ?? 0))[0];
  if (last) {
    const { state, accepted_at } = last.progress;
    if (state === 'withdrawn') return 'withdrawn';
    return accepted_at === null ? 'exhausted' : 'expired';
  }
  if (states.every((state) => state === 'consent_denied')) return 'refused';
  return states.includes('expired') ? 'expired' : 'withdrawn';
}

export function stateOf(members: readonly ToldMember[]): ChoiceState {
  const standings = members.map(standingOf);
  if (standings.includes('taken_on')) return 'taken_on';
  if (standings.includes('asked') || standings.includes('in_line')) return 'asking';
  return standings.includes('offered') ? 'choosing' : endOf(members);
}
