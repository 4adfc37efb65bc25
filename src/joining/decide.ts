/** The operator decides on who registered: admitted, her practice takes part and the partnership stands. */
import { forgetKeysOf } from '../http/authenticate.ts';
import { answerOnce } from '../http/once.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import { recordEvent } from '../ledger/outbox.ts';
import { partiesOf } from '../partnerships/invite.ts';
import {
  insertPartnership,
  type PartnerRow,
  pairOf,
  selectPartners,
} from '../partnerships/partnerships.repository.ts';
import { defaultReview, reviewColumns } from '../partnerships/review.ts';
import { dayIn } from '../platform/days.ts';
import type { Query } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import { many, one, type Plan } from '../platform/db/plan.ts';
import { notFound, Problem } from '../platform/problem.ts';
import { selectPractice, updatePractice } from '../practices/practices.repository.ts';
import { selectHeldCredentials } from '../verification/credentials.repository.ts';
import { isQualified } from '../verification/eligibility.ts';
import {
  type GuestRow,
  joinedPractice,
  partiesOfInvitation,
  selectGuest,
  selectRegistration,
  updateInvitation,
} from './joining.repository.ts';
import { presentRegistration } from './joining.schemas.ts';
import { registrationState } from './state.ts';

type Request = OperationRequest<unknown, unknown, { readonly join_invitation_id: string }>;

const toReply = (row: Parameters<typeof presentRegistration>[0]) => ({ body: presentRegistration(row) });

async function readRegistration({ exchange: { database } }: Pick<Request, 'exchange'>, id: string) {
  const { row } = await database.read({ row: one(selectRegistration(database.query, id)) });
  if (!row) throw notFound();
  return toReply(row);
}

/** @throws Problem 404, 409 */
function requireWaiting(
  row: GuestRow | undefined,
): asserts row is GuestRow & { readonly practice_id: string } {
  if (!row || row.practice_id === null) throw notFound();
  if (row.decision !== null)
    throw new Problem('invalid_state', `It is decided already: ${row.decision}.`, {
      state: registrationState(row),
      allowed_moves: [],
    });
}

/** Both agreed to it: the one by inviting, the other by registering. */
function partnershipPlan(query: Query, row: GuestRow, partners: readonly PartnerRow[], now: number) {
  const inviter = partners.find(({ id }) => id === row.inviter_practice_id);
  const joined = partners.find(({ id }) => id === row.practice_id);
  // Taken back since, or by somebody who may begin nothing: she is admitted all the same.
  if (!joined || inviter?.status !== 'active' || row.revoked_at !== null) return null;
  const id = newId('partnership');
  const sides = { inviter_practice_id: inviter.id, invitee_practice_id: joined.id };
  const insert = insertPartnership(query, {
    ...sides,
    ...reviewColumns(defaultReview(dayIn(joined.time_zone, now)), sides, partners),
    id,
    state: 'active',
    pair: pairOf(inviter.id, joined.id),
    message: row.message,
    answered_at: row.registered_at,
    created_at: row.created_at,
    updated_at: now,
  });
  const event = {
    type: 'partnership.accepted',
    actor: 'invitee',
    referral: null,
    parties: partiesOf(sides),
    data: { partnership_id: id, state: 'active' },
  } as const;
  return { id, insert, event };
}

/**
 * @throws Problem 404 where nobody registered, 409 where it is decided already, or no credential of the practice is
 * verified that its professional needs
 */
export const admit = (request: Request): Promise<Reply> => {
  const { actor, params } = request;
  const id = params.join_invitation_id;
  return answerOnce(request, {
    status: 200,
    writeAt: ({ database: { query }, now }) =>
      write({
        subject: id,
        read: {
          row: one(selectGuest(query, id, now)),
          practice: one(selectPractice(query, joinedPractice(id))),
          held: many(selectHeldCredentials(query, joinedPractice(id))),
          partners: many(selectPartners(query, partiesOfInvitation(id))),
        },
        decide: ({ row, practice, held, partners }) => {
          requireWaiting(row);
          if (!practice) throw notFound();
          if (!isQualified(held, now))
            throw new Problem(
              'invalid_state',
              'No credential of the practice is verified, in force, and of the kind that its profession requires: verify it first.',
              { state: registrationState(row), allowed_moves: ['refuse'] },
            );
          const partnership = partnershipPlan(query, row, partners, now);
          const decided = {
            decision: 'admitted' as const,
            decided_at: now,
            decided_by_key_id: actor.key_id,
            partnership_id: partnership?.id ?? null,
          };
          return decision({
            // First the practice: a partnership is made between active ones only.
            writes: {
              practice: updatePractice(query, practice.id, practice.version, {
                status: 'active',
                updated_at: now,
              }),
              partnership: partnership?.insert,
              told: partnership ? recordEvent(query, partnership.event, now) : undefined,
              invitation: updateInvitation(query, row, decided),
              shown: one(selectRegistration(query, id)),
            },
            resourceId: id,
            practiceId: practice.id,
            resultOf: ({ shown }) => {
              forgetKeysOf(practice.id);
              return toReply(shown as Parameters<typeof toReply>[0]);
            },
          });
        },
      }),
    show: (shown) => shown,
    replay: (resourceId) => readRegistration(request, resourceId),
  });
};

/** @throws Problem 404, 409 */
export const refuse = (request: Request & { readonly body: { readonly reason: string } }): Promise<Reply> => {
  const { actor, params, body } = request;
  const id = params.join_invitation_id;
  return answerOnce(request, {
    status: 200,
    writeAt: ({ database: { query }, now }) =>
      write({
        subject: id,
        read: { row: one(selectGuest(query, id, now)) },
        decide: ({ row }) => {
          requireWaiting(row);
          const decided = {
            decision: 'refused' as const,
            decided_at: now,
            decided_by_key_id: actor.key_id,
            refusal_reason: body.reason,
          };
          return decision({
            writes: {
              invitation: updateInvitation(query, row, decided) as Plan,
              shown: one(selectRegistration(query, id)),
            },
            resourceId: id,
            practiceId: row.practice_id,
            resultOf: ({ shown }) => toReply(shown as Parameters<typeof toReply>[0]),
          });
        },
      }),
    show: (shown) => shown,
    replay: (resourceId) => readRegistration(request, resourceId),
  });
};
