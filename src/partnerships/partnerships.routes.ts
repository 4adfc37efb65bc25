import * as v from 'valibot';
import type { WhenSuspended } from '../access/suspension.ts';
import { newId } from '../db/ids.ts';
import { PARTNERSHIP_STATES } from '../db/schema.ts';
import { recordEvent } from '../events/outbox.ts';
import type { EventType } from '../events/types.ts';
import { commit } from '../http/commit.ts';
import { oneOf } from '../http/fields.ts';
import { type Operation, type OperationRequest, operation, type Reply } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { invalidInput, notFound, Problem, suspended } from '../http/problem.ts';
import { requireVersion, toETag } from '../http/versions.ts';
import {
  allowedPartnershipMoves,
  nextPartnershipState,
  type PartnershipMove,
  type PartnershipSide,
} from './lifecycle.ts';
import {
  insertPartnership,
  type PartnerRow,
  type PartnershipRow,
  pairOf,
  selectAllPartners,
  selectOpenPartnership,
  selectPartners,
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

const show = (row: PartnershipRow, partners: readonly PartnerRow[], side: PartnershipSide) => ({
  body: presentPartnership(row, partners, side),
  headers: { ETag: toETag(row.version) },
});

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
  return { status: 200, ...show(row, partners, side) };
}

const bothAreTold = (row: Pick<PartnershipRow, 'inviter_practice_id' | 'invitee_practice_id'>) =>
  [row.inviter_practice_id, row.invitee_practice_id].map((practice_id) => ({
    practice_id,
    sequence: null,
    needs_feedback: false,
  }));

async function invite(
  request: OperationRequest<unknown, v.InferOutput<typeof InvitationSchema>>,
): Promise<Reply> {
  const { database, now } = request.exchange;
  const inviterId = request.actor.practice_id ?? '';
  const inviteeId = request.body.practice_id;
  if (inviterId === inviteeId)
    throw invalidInput([{ pointer: '/practice_id', detail: 'must be another practice than yours' }]);
  return commit(request, {
    read: [
      selectPartners(database.query, [inviterId, inviteeId]),
      selectOpenPartnership(database.query, inviterId, inviteeId),
    ],
    decide: ([partners, [existing]]) => {
      if (partners.find((one) => one.id === inviterId)?.status !== 'active') {
        throw suspended();
      }
      if (partners.find((one) => one.id === inviteeId)?.status !== 'active') {
        throw invalidInput([{ pointer: '/practice_id', detail: 'must be a practice in the directory' }]);
      }
      if (existing) {
        throw new Problem(
          'partnership_exists',
          `The partnership ${existing.id} with this practice is ${existing.state}.`,
          {
            partnership_id: existing.id,
            state: existing.state,
          },
        );
      }
      const id = newId('partnership');
      const row = {
        id,
        inviter_practice_id: inviterId,
        invitee_practice_id: inviteeId,
        state: 'invited' as const,
      };
      const event = recordEvent(
        database.query,
        {
          type: 'partnership.invited',
          actor: 'inviter',
          referral: null,
          recipients: bothAreTold(row),
          data: { partnership_id: id, state: 'invited' },
        },
        now,
      );
      return {
        statements: [
          insertPartnership(database.query, {
            ...row,
            pair: pairOf(inviterId, inviteeId),
            message: request.body.message,
            created_at: now,
            updated_at: now,
          }),
          ...event,
        ],
        resourceId: id,
        status: 201,
        respond: ([rows]) => show((rows as [PartnershipRow])[0], partners, 'inviter'),
      };
    },
    replay: (id) => readPartnership(request, id),
  });
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
        respond: ([rows]) => show((rows as [PartnershipRow])[0], partners, side),
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
    description: 'The answer names the services that both offer: the two might be competitors there.',
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
    errors: ['partnership_exists'],
    handle: invite,
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
