import * as v from 'valibot';
import type { WhenSuspended } from '../access/suspension.ts';
import { PARTNERSHIP_STATES } from '../db/schema.ts';
import { recordEvent } from '../events/outbox.ts';
import type { EventType } from '../events/types.ts';
import { commit } from '../http/commit.ts';
import { oneOf } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { type Operation, type OperationRequest, operation, type Reply } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { notFound, Problem, suspended } from '../http/problem.ts';
import { requireVersion } from '../http/versions.ts';
import { bothAreTold, inviteAt } from './invite.ts';
import { allowedPartnershipMoves, nextPartnershipState, type PartnershipMove } from './lifecycle.ts';
import {
  type PartnershipRow,
  selectAllPartners,
  selectPartnership,
  selectPartnershipsOfSide,
  selectPartnersOf,
  updatePartnership,
} from './partnerships.repository.ts';
import {
  InvitationSchema,
  PartnershipSchema,
  partnershipExample,
  presentPartnership,
  showPartnership,
  sideOf,
} from './partnerships.schemas.ts';

const tag = 'Partnerships';
const response = {
  status: 200 as const,
  description: 'The partnership.',
  schema: PartnershipSchema,
  example: partnershipExample,
};

/** Sorts after every id. */
const LAST_ID = 'prt_~';

async function readPartnership(
  { exchange: { database }, actor }: OperationRequest<unknown, unknown>,
  id: string,
): Promise<Reply> {
  const [[row], partners] = await database.batch([
    selectPartnership(database.query, id),
    selectPartnersOf(database.query, id),
  ]);
  const side = row && sideOf(row, actor.practice_id);
  if (!row || !side) throw notFound();
  return { status: 200, ...showPartnership(row, partners, side) };
}

async function move(
  request: OperationRequest<unknown, unknown>,
  name: PartnershipMove,
  type: EventType,
): Promise<Reply> {
  const { database, now } = request.exchange;
  const id = request.params.partnership_id ?? '';
  return commit(request, {
    read: [selectPartnership(database.query, id), selectPartnersOf(database.query, id)],
    decide: ([[row], partners]) => {
      const side = row && sideOf(row, request.actor.practice_id);
      if (!row || !side) throw notFound();
      requireVersion(request.ifMatch, row.version);
      const pausedBy = sideOf(row, row.paused_by_practice_id);
      const state = nextPartnershipState(row.state, name, side, pausedBy);
      if (!state) {
        const allowed = allowedPartnershipMoves(row.state, side, pausedBy);
        throw new Problem(
          'invalid_state',
          `The partnership is ${row.state}: you may ${allowed.join(', ') || 'do nothing'}.`,
          {
            state: row.state,
            allowed_moves: allowed,
          },
        );
      }
      const notActive = name === 'accept' ? partners.find((one) => one.status !== 'active') : undefined;
      if (notActive?.id === request.actor.practice_id) {
        throw suspended();
      }
      if (notActive) {
        throw new Problem('invalid_state', 'The inviting practice is suspended.', {
          state: row.state,
          allowed_moves: allowedPartnershipMoves(row.state, side, pausedBy).filter((one) => one !== 'accept'),
        });
      }
      const event = recordEvent(
        database.query,
        {
          type,
          actor: side,
          referral: null,
          recipients: bothAreTold(row),
          data: { partnership_id: id, state },
        },
        now,
      );
      const change = {
        state,
        paused_by_practice_id: state === 'paused' ? request.actor.practice_id : null,
        answered_at: row.state === 'invited' && side === 'invitee' ? now : row.answered_at,
        ended_at: state === 'ended' ? now : null,
        updated_at: now,
      };
      return {
        statements: [updatePartnership(database.query, id, row.version, change), ...event],
        resourceId: id,
        status: 200,
        respond: ([rows]) => showPartnership((rows as [PartnershipRow])[0], partners, side),
      };
    },
    replay: (resourceId) => readPartnership(request, resourceId),
  });
}

const MOVES_WHEN_SUSPENDED: Record<PartnershipMove, WhenSuspended> = {
  accept: 'joins',
  decline: 'closes',
  pause: 'closes',
  resume: 'joins',
  end: 'closes',
};

const moveOperation = (
  id: string,
  name: PartnershipMove,
  type: EventType,
  summary: string,
  description: string,
): Operation =>
  operation({
    id,
    method: 'POST',
    path: `/v1/partnerships/{partnership_id}/${name}`,
    tag,
    summary,
    description,
    scope: 'partnerships:write',
    whenSuspended: MOVES_WHEN_SUSPENDED[name],
    conditional: true,
    response,
    errors: ['invalid_state'],
    handle: (request) => move(request, name, type),
  });

export const partnershipOperations = [
  operation({
    id: 'invitePartner',
    method: 'POST',
    path: '/v1/partnerships',
    tag,
    summary: 'Invite a practice to a partnership',
    description:
      'The answer names the services that both offer: the two might be competitors there. A practice that declined, or from which you took an invitation back before it answered, can be invited again after 30 days. A practice makes at most 20 invitations in 24 hours, and at most 100 wait for an answer.',
    scope: 'partnerships:write',
    whenSuspended: 'joins',
    body: InvitationSchema,
    requestExample: { practice_id: partnershipExample.invitee.id, message: partnershipExample.message },
    response: {
      ...response,
      status: 201,
      description: 'The partnership, `invited`.',
      example: {
        ...partnershipExample,
        version: 1,
        state: 'invited',
        allowed_moves: ['end'],
        answered_at: null,
      },
    },
    errors: ['partnership_exists', 'limit_reached', 'quota_reached'],
    handle: (request) =>
      answerOnce(request, {
        status: 201,
        writeAt: inviteAt(request.actor.practice_id, request.body),
        show: ({ row, partners }) => showPartnership(row, partners, 'inviter'),
        replay: (id) => readPartnership(request, id),
      }),
  }),
  operation({
    id: 'listPartnerships',
    method: 'GET',
    path: '/v1/partnerships',
    tag,
    summary: 'List your partnerships',
    scope: 'partnerships:read',
    whenSuspended: 'reads',
    query: v.strictObject({ ...pageQuery, state: v.optional(oneOf(PARTNERSHIP_STATES)) }),
    response: {
      status: 200,
      description: 'A page of partnerships, newest first.',
      schema: page(PartnershipSchema),
      example: { data: [partnershipExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database } = request.exchange;
      const practiceId = request.actor.practice_id ?? '';
      const pager = await pagerOf(request, ['string']);
      const filter = { state: request.query.state, before: pager.after?.[0] ?? LAST_ID };
      const [asInviter, asInvitee, partners] = await database.batch([
        selectPartnershipsOfSide(database.query, 'inviter_practice_id', practiceId, filter, pager.rowsMax),
        selectPartnershipsOfSide(database.query, 'invitee_practice_id', practiceId, filter, pager.rowsMax),
        selectAllPartners(database.query, practiceId),
      ]);
      const rows = [...asInviter, ...asInvitee].sort((a, b) => (a.id < b.id ? 1 : -1));
      const present = (row: PartnershipRow) =>
        presentPartnership(row, partners, sideOf(row, practiceId) ?? 'inviter');
      return { status: 200, body: await pager.show(rows, present, (row) => [row.id]) };
    },
  }),
  operation({
    id: 'getPartnership',
    method: 'GET',
    path: '/v1/partnerships/{partnership_id}',
    tag,
    summary: 'Read a partnership',
    scope: 'partnerships:read',
    whenSuspended: 'reads',
    response,
    handle: (request) => readPartnership(request, request.params.partnership_id ?? ''),
  }),
  moveOperation(
    'acceptPartnership',
    'accept',
    'partnership.accepted',
    'Accept an invitation',
    'By the invited practice. From then on either may refer to the other.',
  ),
  moveOperation(
    'declinePartnership',
    'decline',
    'partnership.declined',
    'Decline an invitation',
    'By the invited practice.',
  ),
  moveOperation(
    'pausePartnership',
    'pause',
    'partnership.paused',
    'Pause a partnership',
    'By either. No new referrals while it lasts; open ones go on.',
  ),
  moveOperation(
    'resumePartnership',
    'resume',
    'partnership.resumed',
    'Resume a paused partnership',
    'By the practice that paused it.',
  ),
  moveOperation(
    'endPartnership',
    'end',
    'partnership.ended',
    'End a partnership',
    'By either; the inviter also takes back an invitation so. Open referrals go on.',
  ),
];
