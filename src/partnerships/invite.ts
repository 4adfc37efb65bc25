import type * as v from 'valibot';
import type { Exchange } from '../ledger/exchange.ts';
import { recordEvent } from '../ledger/outbox.ts';
import { newId } from '../platform/db/ids.ts';
import { many, one } from '../platform/db/plan.ts';
import { invalidInput, Problem, suspended } from '../platform/problem.ts';
import {
  insertPartnership,
  invitationHistoryPlan,
  type PartnerRow,
  type PartnershipRow,
  pairOf,
  selectOpenPartnership,
  selectPartners,
} from './partnerships.repository.ts';
import type { InvitationSchema } from './partnerships.schemas.ts';
import { requireInvitable } from './quotas.ts';

export const partiesOf = (row: Pick<PartnershipRow, 'inviter_practice_id' | 'invitee_practice_id'>) => ({
  inviter: { practice_id: row.inviter_practice_id },
  invitee: { practice_id: row.invitee_practice_id },
});

/** @throws Problem as `decide` refuses: 403, 409, 422 or 429 */
export const inviteAt =
  (inviterId: string, { practice_id: inviteeId, message }: v.InferOutput<typeof InvitationSchema>) =>
  ({ database: { query }, now }: Exchange) => {
    if (inviterId === inviteeId)
      throw invalidInput([{ pointer: '/practice_id', detail: 'must be another practice than yours' }]);
    return {
      subject: inviterId,
      read: {
        partners: many(selectPartners(query, [inviterId, inviteeId])),
        existing: one(selectOpenPartnership(query, inviterId, inviteeId)),
        history: invitationHistoryPlan(query, inviterId, inviteeId),
      },
      decide: ({
        partners,
        existing,
        history,
      }: {
        partners: PartnerRow[];
        existing: PartnershipRow | undefined;
        history: Parameters<typeof requireInvitable>[0];
      }) => {
        if (partners.find(({ id }) => id === inviterId)?.status !== 'active') {
          throw suspended();
        }
        if (partners.find(({ id }) => id === inviteeId)?.status !== 'active') {
          throw invalidInput([{ pointer: '/practice_id', detail: 'must be a practice in the directory' }]);
        }
        if (existing) {
          throw new Problem(
            'partnership_exists',
            `The partnership ${existing.id} with this practice is ${existing.state}.`,
            { partnership_id: existing.id, state: existing.state },
          );
        }
        requireInvitable(history, now);
        const id = newId('partnership');
        const sides = { inviter_practice_id: inviterId, invitee_practice_id: inviteeId };
        const inserted = insertPartnership(query, {
          ...sides,
          id,
          state: 'invited',
          pair: pairOf(inviterId, inviteeId),
          message,
          created_at: now,
          updated_at: now,
        });
        const event = recordEvent(
          query,
          {
            type: 'partnership.invited',
            actor: 'inviter',
            referral: null,
            parties: partiesOf(sides),
            data: { partnership_id: id, state: 'invited' },
          },
          now,
        );
        return {
          writes: { row: one(inserted), event },
          resourceId: id,
          resultOf: ({ row }: { row: PartnershipRow | undefined }) => ({
            row: row as PartnershipRow,
            partners,
          }),
        };
      },
    };
  };
