/** A choice as its sender may see it: made of what the sender was told of each of its referrals, and of nothing else. */
import type * as v from 'valibot';
import { toTime } from '../../http/fields.ts';
import { notFound } from '../../platform/problem.ts';
import { type ToldReferral, toldTo } from '../told.ts';
import type { MemberReferral } from './choice.repository.ts';
import type { CandidateSchema, ChoiceSchema } from './choice.schemas.ts';
import { isTaken, standingOf, stateOf } from './standing.ts';

type Candidate = v.InferOutput<typeof CandidateSchema>;
export type ShownChoice = v.InferOutput<typeof ChoiceSchema>;

/** A referral of a choice in the hands of its sender. */
export interface Member {
  readonly referral: MemberReferral;
  readonly told: ToldReferral;
  /** Whether the consent lets outcomes reach the sender now. */
  readonly feedback: boolean;
}

/** @throws Problem 404 where the practice is not the sender of the choice */
export function requireMembers(rows: readonly MemberReferral[], practiceId: string, now: number): Member[] {
  const members = rows.flatMap((referral): Member[] => {
    const feedback = (referral.feedback_until ?? 0) > now;
    const told = toldTo(referral, practiceId, feedback, now);
    return told?.side === 'sender' ? [{ referral, told, feedback }] : [];
  });
  if (members.length === 0) throw notFound();
  return members;
}

const presentCandidate = ({ told }: Member): Candidate => ({
  place: told.choice_place ?? 0,
  rank: told.choice_rank,
  practice_id: told.receiver_practice_id,
  name: told.receiver_name,
  referral_id: told.id,
  standing: standingOf(told),
  state: told.progress.state,
  asked_at: toTime(told.progress.sent_at),
  respond_by: toTime(told.progress.respond_by),
  decline_reason: told.progress.decline_reason as Candidate['decline_reason'],
  ended_at: toTime(told.progress.ended_at),
});

export const versionOf = (members: readonly Member[]) =>
  members.reduce((sum, { told }) => sum + told.version, 0);

export function presentChoice(members: readonly Member[], consentUrl: string | null = null): ShownChoice {
  const [first] = members;
  if (!first) throw new Error('A choice has referrals.');
  const told = members.map((member) => member.told);
  const current = told.find((one) => isTaken(one) || standingOf(one) === 'asked');
  return {
    id: first.told.choice_id ?? '',
    version: versionOf(members),
    state: stateOf(told),
    current_referral_id: current?.id ?? null,
    candidates: members.map(presentCandidate),
    decided_at: toTime(first.referral.decided_at),
    consent_url: consentUrl,
    created_at: toTime(Math.min(...told.map(({ created_at }) => created_at))),
    updated_at: toTime(Math.max(...told.map(({ updated_at }) => updated_at))),
  };
}
