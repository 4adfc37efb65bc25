import * as v from 'valibot';
import { flagInQuery, oneOf } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { type Operation, operation, type PracticeRequest, type Reply } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import type { EventType } from '../ledger/event-types.ts';
import { recordEvent } from '../ledger/outbox.ts';
import type { WhenSuspended } from '../platform/access/suspension.ts';
import { dayIn } from '../platform/days.ts';
import { one } from '../platform/db/plan.ts';
import { PARTNERSHIP_STATES } from '../platform/db/schema.ts';
import { Problem, sayMoves, suspended } from '../platform/problem.ts';
import { inviteAt, partiesOf } from './invite.ts';
import { allowedPartnershipMoves, nextPartnershipState, type PartnershipMove } from './lifecycle.ts';
import { changePartnership, readerOf, readPartnership } from './partnerships.commands.ts';
import { TABLE_ROWS_MAX, toTable } from './partnerships.csv.ts';
import {
  LAST_ID,
  selectAllPartners,
  selectPartnershipsOfSide,
  updatePartnership,
} from './partnerships.repository.ts';
import { InvitationSchema, PartnershipSchema, partnershipExample } from './partnerships.schemas.ts';
import { presentPartnership, showPartnership, sideOf } from './partnerships.view.ts';
import { defaultReview, reviewColumns } from './review.ts';

type PartnershipEvent = Extract<
  EventType,
  `partnership.${'accepted' | 'declined' | 'paused' | 'resumed' | 'ended'}`
>;

const tag = 'Partnerships';
const response = {
  status: 200 as const,
  description: 'The partnership.',
  schema: PartnershipSchema,
  example: partnershipExample,
};

/** Who is no partner any more is on nobody's list, and reminded of nothing. */
const ENDED = {
  inviter_newsletter: null,
  invitee_newsletter: null,
  inviter_review_due_at: null,
  invitee_review_due_at: null,
};

/** @throws Problem 403, 409 where the state or a suspension does not allow it */
const move = (
  request: PracticeRequest<unknown, unknown, 'partnership_id'>,
  name: PartnershipMove,
  type: PartnershipEvent,
): Promise<Reply> => {
  const { query } = request.exchange.database;
  const { practice_id } = request.actor;
  return changePartnership(request, ({ row, partners, side, timeZone, now }) => {
    const pausedBy = sideOf(row, row.paused_by_practice_id);
    const state = nextPartnershipState(row.state, name, side, pausedBy);
    const allowed = allowedPartnershipMoves(row.state, side, pausedBy);
    if (!state) {
      throw new Problem('invalid_state', `The partnership is ${row.state}: ${sayMoves(allowed)}.`, {
        state: row.state,
        allowed_moves: allowed,
      });
    }
    const notActive = name === 'accept' ? partners.find(({ status }) => status !== 'active') : undefined;
    if (notActive?.id === practice_id) throw suspended();
    if (notActive) {
      throw new Problem('invalid_state', 'The inviting practice is suspended.', {
        state: row.state,
        allowed_moves: allowed.filter((one) => one !== 'accept'),
      });
    }
    const event = {
      type,
      actor: side,
      referral: null,
      parties: partiesOf(row),
      data: { partnership_id: row.id, state },
    };
    const change = {
      state,
      paused_by_practice_id: state === 'paused' ? practice_id : null,
      answered_at: row.state === 'invited' && side === 'invitee' ? now : row.answered_at,
      ended_at: state === 'ended' ? now : null,
      updated_at: now,
      ...(name === 'accept' ? reviewColumns(defaultReview(dayIn(timeZone, now)), row, partners) : {}),
      ...(state === 'ended' ? ENDED : {}),
    };
    return {
      changed: one(updatePartnership(query, row.id, row.version, change)),
      rest: recordEvent(query, event, now),
    };
  });
};

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
  type: PartnershipEvent,
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
      location: '/v1/partnerships/{id}',
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
        show: ({ row, partners }) => showPartnership(row, partners, readerOf(request)),
        replay: (id) => readPartnership(request, id),
      }),
  }),
  operation({
    id: 'listPartnerships',
    method: 'GET',
    path: '/v1/partnerships',
    tag,
    summary: 'List your partnerships',
    description:
      'Newest first. `dormant=true` points out those in which nothing has happened for 90 days. With `format=csv` or `Accept: text/csv` the newest 1,000 as one table, with your notes: to take along.',
    scope: 'partnerships:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      ...pageQuery,
      /** Only those that stand so. */
      state: v.optional(oneOf(PARTNERSHIP_STATES)),
      /** `true`: only those that are dormant; `false`: only the others. */
      dormant: v.optional(flagInQuery),
      /** `csv`: one table, as with `Accept: text/csv`. */
      format: v.optional(
        oneOf([
          /** A page. */
          'json',
          /** A table. */
          'csv',
        ]),
      ),
    }),
    response: {
      status: 200,
      description: 'A page of partnerships, newest first.',
      schema: page(PartnershipSchema),
      example: { data: [partnershipExample], next_cursor: null },
      csvExample: () => toTable([partnershipExample], partnershipExample.inviter.id).body as string,
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database, now } = request.exchange;
      const practiceId = request.actor.practice_id;
      const { state, dormant: isDormant, format } = request.query;
      const pager = await pagerOf(request, ['string']);
      const isTable = format === 'csv' || (format === undefined && request.accepts === 'text/csv');
      const limit = isTable ? TABLE_ROWS_MAX : pager.rowsMax;
      const before = isTable ? LAST_ID : (pager.after?.[0] ?? LAST_ID);
      const filter = { state, isDormant, before, now };
      const [asInviter, asInvitee, partners] = await database.batch([
        selectPartnershipsOfSide(database.query, 'inviter_practice_id', practiceId, filter, limit),
        selectPartnershipsOfSide(database.query, 'invitee_practice_id', practiceId, filter, limit),
        selectAllPartners(database.query, practiceId),
      ]);
      const rows = [...asInviter, ...asInvitee].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
      const reader = readerOf(request);
      const shown = await Promise.all(rows.map((row) => presentPartnership(row, partners, reader)));
      if (isTable) return toTable(shown, practiceId);
      return {
        status: 200,
        body: await pager.show(
          shown,
          (one) => one,
          ({ id }) => [id],
        ),
      };
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
    handle: (request) => readPartnership(request, request.params.partnership_id),
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
