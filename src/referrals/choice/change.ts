/** What the sender does with a whole choice: a new link for its client, or taking it back. */
import { createLink, openPurposes } from '../../consents/link.ts';
import { endRequests, insertRequest } from '../../consents/requests.repository.ts';
import type { Author, Exchange } from '../../ledger/exchange.ts';
import { requireVersion } from '../../ledger/versions.ts';
import { type Found, many, one, type Plan } from '../../platform/db/plan.ts';
import { Problem } from '../../platform/problem.ts';
import { changeReferral, noteReferral } from '../change.ts';
import {
  type MemberReferral,
  selectChoiceRequest,
  selectMemberRecords,
  selectMembers,
} from './choice.repository.ts';
import { type Member, presentChoice, requireMembers, type ShownChoice, versionOf } from './choice.view.ts';
import { isTaken, stateOf } from './standing.ts';

export interface WantedChange {
  readonly author: Author;
  readonly choiceId: string;
  /** `If-Match` of the request: the `ETag` that it is to have; null: any. */
  readonly ifMatch: string | null;
}

/** The choice with those of its referrals that were changed. */
function presentAfter(
  members: readonly Member[],
  changed: ReadonlyMap<Member, MemberReferral>,
  { practiceId }: Author,
  now: number,
  url: string | null = null,
): ShownChoice {
  const rows = members.map((member) => changed.get(member) ?? member.referral);
  return presentChoice(requireMembers(rows, practiceId, now), url);
}

/** @throws Problem 409 */
function requireWithdrawable(members: readonly Member[]): Member[] {
  const open = members.filter(({ told }) => told.moves.includes('withdraw'));
  if (open.length > 0) return open;
  const taken = members.find(({ told }) => isTaken(told));
  if (taken?.told.isOutcomeWithheld) {
    throw new Problem(
      'outcome_withheld',
      'The client allowed no news to you after the acceptance, so there is nothing for you to take back here.',
      { state: taken.told.progress.state, allowed_moves: [] },
    );
  }
  const state = stateOf(members.map(({ told }) => told));
  throw new Problem('invalid_state', `The choice is ${state}: there is nothing left to be taken back.`, {
    state,
    allowed_moves: [],
  });
}

/** Takes back whatever of it the sender may. @throws Problem 404, 409, 412 */
export const withdrawChoiceAt =
  ({ author, choiceId, ifMatch }: WantedChange) =>
  (exchange: Exchange) => {
    const { database, now } = exchange;
    const { query } = database;
    return {
      subject: choiceId,
      read: { rows: many(selectMembers(query, choiceId)) },
      decide: ({ rows }: { rows: MemberReferral[] }) => {
        const members = requireMembers(rows, author.practiceId, now);
        requireVersion(ifMatch, versionOf(members));
        const changes = requireWithdrawable(members).map((member) => {
          const { referral, feedback } = member;
          const made = changeReferral(query, referral, { move: 'withdraw', by: 'sender', feedback }, now);
          return { member, ...made };
        });
        const changed = new Map(
          changes.map(({ member, referral }) => [
            member,
            { ...member.referral, ...referral } as MemberReferral,
          ]),
        );
        return {
          writes: changes.flatMap(({ statements }) => statements) as Plan,
          resourceId: choiceId,
          resultOf: () => presentAfter(members, changed, author, now),
        };
      },
    };
  };

const askPlan = ({ database: { query } }: Exchange, choiceId: string) => ({
  rows: many(selectMembers(query, choiceId)),
  records: many(selectMemberRecords(query, choiceId)),
  request: one(selectChoiceRequest(query, choiceId)),
});

/** A new link for the client, to choose or, once they have, to look and stop it. @throws Problem 404, 409 */
export const askAgainAt =
  ({ author, choiceId }: WantedChange) =>
  (exchange: Exchange) => {
    const { database, vault, settings, now } = exchange;
    const { query } = database;
    return {
      subject: choiceId,
      read: askPlan(exchange, choiceId),
      decide: async ({ rows, records, request }: Found<ReturnType<typeof askPlan>>) => {
        const members = requireMembers(rows, author.practiceId, now);
        const state = stateOf(members.map(({ told }) => told));
        const recordOf = (id: string) => records.find(({ referral_id }) => referral_id === id);
        const held = members.find(({ told }) => recordOf(told.id));
        const record = held && recordOf(held.told.id);
        const isOpen = state === 'choosing' || members.some(({ told }) => told.choice_rank !== null);
        if (!held || !record || !request || !isOpen)
          throw new Problem('invalid_state', `The choice is ${state}: the client cannot be asked any more.`, {
            state,
            allowed_moves: [],
          });
        const asker = recordOf(request.referral_id);
        const purposes = asker
          ? await openPurposes(request, await vault.openReferralVault(asker.referral_id, asker))
          : [];
        const referralVault = await vault.openReferralVault(held.told.id, record);
        const asked = { ...request, purposes };
        const link = await createLink(
          held.told.id,
          asked,
          referralVault,
          settings.publicOrigin,
          now,
          'choice',
        );
        const announcement = {
          type: 'consent.requested',
          actor: 'sender',
          data: { state: held.told.progress.state },
        } as const;
        const noted = noteReferral(query, held.referral, announcement, now);
        const changed = new Map([[held, { ...held.referral, ...noted.referral } as MemberReferral]]);
        return {
          writes: [
            noted.statements,
            endRequests(query, request.referral_id, now),
            insertRequest(query, link.row),
          ] as Plan,
          resourceId: choiceId,
          resultOf: () => presentAfter(members, changed, author, now, link.url),
        };
      },
    };
  };
