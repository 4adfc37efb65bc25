/** Inviting a colleague who is not on the exchange, and deciding on who registered. */
import * as v from 'valibot';
import { answerOnce } from '../http/once.ts';
import { operation, type PracticeRequest } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { decision, write } from '../ledger/commit.ts';
import { requireInvitable } from '../partnerships/quotas.ts';
import { newId } from '../platform/db/ids.ts';
import { many, one } from '../platform/db/plan.ts';
import { DAY_MS } from '../platform/durations.ts';
import { notFound, Problem, suspended } from '../platform/problem.ts';
import { selectPractice } from '../practices/practices.repository.ts';
import { admit, refuse } from './decide.ts';
import { invitedUrl } from './guest.ts';
import {
  insertInvitation,
  type JoinInvitationRow,
  quotaPlan,
  selectInvitations,
  selectOwnInvitation,
  selectRegistrations,
  updateInvitation,
} from './joining.repository.ts';
import {
  InvitationSchema,
  invitationExample,
  NewInvitationSchema,
  presentInvitation,
  presentRegistration,
  RefusalSchema,
  RegistrationSchema,
  registrationExample,
  registrationStateInput,
} from './joining.schemas.ts';
import { invitationState } from './state.ts';

/** Sorts after every id. */
const LAST_ID = 'inv_~';
const tag = 'Joining';
const operatorTag = 'Operator: joining';

const show = async (row: JoinInvitationRow, { exchange }: Pick<PracticeRequest, 'exchange'>) => ({
  body: presentInvitation(row, await invitedUrl(row, exchange), exchange.now),
});

export const joiningOperations = [
  operation({
    id: 'inviteColleague',
    method: 'POST',
    path: '/v1/join-invitations',
    tag,
    summary: 'Invite a colleague who is not on the exchange',
    description:
      'Makes a link to give to her yourself. On its page, in English and Spanish, she registers her practice, herself and her credential, and agrees to the terms; the operator decides; admitted, she has her first key and you are partners. You learn no more of it than `state`. The link ends by itself, with the key that made it, and when you revoke it. A practice makes at most 20 in 24 hours, and at most 100 are open.',
    scope: 'partnerships:write',
    whenSuspended: 'joins',
    body: NewInvitationSchema,
    requestExample: {
      invitee_name: invitationExample.invitee_name,
      message: invitationExample.message,
      valid_days: 30,
    },
    response: {
      status: 201,
      description: 'The invitation.',
      schema: InvitationSchema,
      example: invitationExample,
    },
    errors: ['limit_reached', 'quota_reached'],
    handle: (request) => {
      const { exchange, actor, body } = request;
      const { practice_id: practiceId } = actor;
      const { query } = exchange.database;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ now }) =>
          write({
            subject: practiceId,
            read: {
              practice: one(selectPractice(query, practiceId)),
              history: quotaPlan(query, practiceId, now),
            },
            decide: ({ practice, history }) => {
              if (practice?.status !== 'active') throw suspended();
              requireInvitable({ ...history, refused: undefined }, now);
              const { invitee_name, message, valid_days } = body;
              const id = newId('join_invitation');
              const inserted = insertInvitation(query, {
                id,
                inviter_practice_id: practiceId,
                created_by_key_id: actor.key_id,
                invitee_name,
                message,
                created_at: now,
                expires_at: now + valid_days * DAY_MS,
              });
              return decision({
                writes: { row: one(inserted) },
                resourceId: id,
                resultOf: ({ row }) => row as JoinInvitationRow,
              });
            },
          }),
        show: (row) => show(row, request),
        replay: async (id) => {
          const { row } = await exchange.database.read({
            row: one(selectOwnInvitation(query, practiceId, id)),
          });
          if (!row) throw notFound();
          return show(row, request);
        },
      });
    },
  }),
  operation({
    id: 'listJoinInvitations',
    method: 'GET',
    path: '/v1/join-invitations',
    tag,
    summary: 'List the colleagues whom you invited',
    description: 'Newest first, with how each stands.',
    scope: 'partnerships:read',
    whenSuspended: 'reads',
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of invitations.',
      schema: page(InvitationSchema),
      example: { data: [invitationExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor } = request;
      const { database, now } = exchange;
      const pager = await pagerOf(request, ['string']);
      const { rows } = await database.read({
        rows: many(
          selectInvitations(database.query, actor.practice_id, pager.after?.[0] ?? LAST_ID, pager.rowsMax),
        ),
      });
      const urls = new Map(
        await Promise.all(rows.map(async (row) => [row.id, await invitedUrl(row, exchange)] as const)),
      );
      return {
        status: 200,
        body: await pager.show(
          rows,
          (row) => presentInvitation(row, urls.get(row.id) ?? '', now),
          ({ id }) => [id],
        ),
      };
    },
  }),
  operation({
    id: 'revokeJoinInvitation',
    method: 'DELETE',
    path: '/v1/join-invitations/{join_invitation_id}',
    tag,
    summary: 'Take an invitation to join back',
    description:
      'Its link stops working at once. Who has registered by it goes on towards the operator, but no partnership is made. Revoking it again changes nothing; of one who has joined, the partnership is ended instead.',
    scope: 'partnerships:write',
    whenSuspended: 'closes',
    response: { status: 204, description: 'The invitation is taken back.' },
    errors: ['invalid_state'],
    handle: (request) => {
      const { exchange, actor, params } = request;
      const { query } = exchange.database;
      const id = params.join_invitation_id;
      return answerOnce(request, {
        status: 204,
        writeAt: ({ now }) =>
          write({
            subject: id,
            read: { row: one(selectOwnInvitation(query, actor.practice_id, id)) },
            decide: ({ row }) => {
              if (!row) throw notFound();
              const state = invitationState(row, now);
              if (state === 'joined')
                throw new Problem('invalid_state', 'She has joined: end the partnership instead.', {
                  state,
                  allowed_moves: [],
                });
              return decision({
                writes: row.revoked_at === null ? [updateInvitation(query, row, { revoked_at: now })] : [],
                resourceId: id,
                resultOf: () => null,
              });
            },
          }),
        show: () => ({ body: null }),
      });
    },
  }),
  operation({
    id: 'listRegistrations',
    method: 'GET',
    path: '/v1/registrations',
    tag: operatorTag,
    summary: 'List who registered by an invitation',
    description:
      'Oldest first; `state=waiting` are those on whom you have not decided. Before you do, make sure that she is who she says: reach her by what the board or the directory of her profession says of her, not by what stands here.',
    scope: 'operator',
    query: v.strictObject({
      ...pageQuery,
      /** Only those that stand so. */
      state: v.optional(registrationStateInput, 'waiting'),
    }),
    response: {
      status: 200,
      description: 'A page of registrations.',
      schema: page(RegistrationSchema),
      example: { data: [registrationExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database } = request.exchange;
      const pager = await pagerOf(request, ['string']);
      const { rows } = await database.read({
        rows: many(
          selectRegistrations(database.query, request.query.state, pager.after?.[0] ?? '', pager.rowsMax),
        ),
      });
      return { status: 200, body: await pager.show(rows, presentRegistration, ({ id }) => [id]) };
    },
  }),
  operation({
    id: 'admitRegistration',
    method: 'POST',
    path: '/v1/registrations/{join_invitation_id}/admit',
    tag: operatorTag,
    summary: 'Admit who registered',
    description:
      'Needs a verified credential of the kind that her profession requires: by you (`POST /v1/credentials/{credential_id}/verify`) or by a roster. Her practice is active with it, the partnership with the inviter stands, and her own link hands over a first key.',
    scope: 'operator',
    response: {
      status: 200,
      description: 'The registration.',
      schema: RegistrationSchema,
      example: {
        ...registrationExample,
        state: 'admitted' as const,
        decided_at: '2026-10-05T10:00:00.000Z',
        partnership_id: 'prt_01k8vb0z0pe2hsp4n7f2s6w9cq',
      },
    },
    errors: ['invalid_state'],
    handle: admit,
  }),
  operation({
    id: 'refuseRegistration',
    method: 'POST',
    path: '/v1/registrations/{join_invitation_id}/refuse',
    tag: operatorTag,
    summary: 'Refuse who registered',
    description:
      'Her practice stays suspended, and her own link says why. The inviter is told nothing of it: to it she has registered.',
    scope: 'operator',
    body: RefusalSchema,
    requestExample: { reason: 'The board does not know this number.' },
    response: {
      status: 200,
      description: 'The registration.',
      schema: RegistrationSchema,
      example: {
        ...registrationExample,
        state: 'refused' as const,
        decided_at: '2026-10-05T10:00:00.000Z',
        refusal_reason: 'The board does not know this number.',
      },
    },
    errors: ['invalid_state'],
    handle: refuse,
  }),
];
