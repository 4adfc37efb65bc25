/** Referrals as a table of contents: what can be asked of one, by whom. */
import * as v from 'valibot';
import { ObtainedConsentSchema } from '../consents/consents.schemas.ts';
import { id, oneOf, someOf, time } from '../http/fields.ts';
import { type AnySchema, type Operation, operation, type PracticeRequest } from '../http/operation.ts';
import { page, pageQuery } from '../http/pagination.ts';
import { REFERRAL_STATES } from '../platform/db/states.ts';
import type { ProblemCode } from '../platform/problem.ts';
import { sendChoice } from './choice/send.ts';
import type { Move } from './lifecycle.ts';
import { listReferrals } from './list.ts';
import type { MoveDetails } from './move.ts';
import { MOVE_INPUTS } from './move-input.ts';
import { ProvideInfoSchema } from './moves.schemas.ts';
import { NewReferralSchema } from './new-referral.schemas.ts';
import { externalId } from './own.schemas.ts';
import {
  acceptedExample,
  consentInputExample,
  newReferralExample,
  previewExample,
  sentExample,
  summaryExample,
} from './referrals.examples.ts';
import { ReferralSchema, ReferralSummarySchema } from './referrals.schemas.ts';
import { REFUSAL_CODES } from './refusals.ts';
import { sendReferral } from './send.ts';
import { answerMove, readReferral } from './show.ts';
import { MOVES_WHEN_SUSPENDED } from './suspension.ts';

const tag = 'Referrals';
const shown = {
  status: 200 as const,
  description: 'The referral, as you may see it now.',
  schema: ReferralSchema,
};

interface MoveDocument<B extends AnySchema> {
  readonly id: string;
  readonly segment: string;
  readonly move: Move;
  readonly summary: string;
  readonly description: string;
  readonly body?: B;
  readonly bodyOptional?: boolean;
  readonly requestExample?: unknown;
  readonly example: unknown;
  readonly errors?: readonly ProblemCode[];
  readonly details?: (request: PracticeRequest<unknown, v.InferOutput<B>>) => MoveDetails;
}

function moveOperation<B extends AnySchema = v.GenericSchema<unknown, undefined>>(
  document: MoveDocument<B>,
): Operation {
  const { segment, move, details, example, errors, ...rest } = document;
  return operation({
    ...rest,
    method: 'POST',
    path: `/v1/referrals/{referral_id}/${segment}` as const,
    tag,
    scope: 'referrals:write',
    whenSuspended: MOVES_WHEN_SUSPENDED[move],
    conditional: true,
    response: { ...shown, example },
    errors: ['illegal_transition', 'outcome_withheld', 'invalid_state', 'limit_reached', ...(errors ?? [])],
    handle: (request) =>
      answerMove(request, move, details?.(request as PracticeRequest<unknown, v.InferOutput<B>>)),
  });
}

export const referralOperations = [
  operation({
    id: 'sendReferral',
    method: 'POST',
    path: '/v1/referrals',
    tag,
    summary: 'Send a referral',
    description:
      'With `consent` on record it is `sent` at once. Without, it waits as `awaiting_consent` and the receiver sees nothing until the consent is recorded. The members of `client` are the categories of the consent: what the consent leaves out is kept, encrypted, and never leaves. `previous_id` names a referral of yours that this one follows: sent, ended without an engagement, and about the same client. That last is compared where you know the client: you sent it, or its identity was disclosed to you. With `candidates` instead of `receiver_practice_id` the client chooses among 2 to 5 practices by one link: a referral to each is made, the answer is the first one’s, and `choice_id` names the choice they belong to (`GET /v1/choices/{choice_id}`); where one of them cannot be sent to, nothing is made, and `practice_id` of the problem names it. `POST /v1/referrals/check` says beforehand whether it could be sent.',
    scope: 'referrals:write',
    whenSuspended: 'sends',
    body: NewReferralSchema,
    requestExample: newReferralExample,
    response: {
      ...shown,
      status: 201,
      location: '/v1/referrals/{id}',
      description: 'The new referral.',
      example: sentExample,
    },
    errors: REFUSAL_CODES,
    handle: (request) =>
      request.body.candidates === undefined ? sendReferral(request) : sendChoice(request),
  }),
  operation({
    id: 'listReferrals',
    method: 'GET',
    path: '/v1/referrals',
    tag,
    summary: 'List your referrals',
    description:
      'Newest first, without client data. With `updated_since` in the order of change, oldest first, so that a poller misses nothing; what became of the webhook (`reached_at`) is no change. A page may have fewer than `limit` although `next_cursor` is not null: it looks through 500 of your own at most.',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      ...pageQuery,
      /** Only those that you sent, or received. */
      direction: v.optional(
        oneOf([
          /** You sent it. */
          'sent',
          /** You received it. */
          'received',
        ]),
      ),
      /** Only those that stand so: one state, or some with commas between them. */
      state: v.optional(someOf(REFERRAL_STATES)),
      /** Only those with this partner. */
      partner_practice_id: v.optional(id('practice')),
      /** Only those that changed since then, in the order of change: for polling. */
      updated_since: v.optional(time),
      /** Those that a system of yours knows under this id (`external_ids`). */
      external_id: v.optional(externalId),
    }),
    response: {
      status: 200,
      description: 'A page of referrals.',
      schema: page(ReferralSummarySchema),
      example: { data: [summaryExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: listReferrals,
  }),
  operation({
    id: 'getReferral',
    method: 'GET',
    path: '/v1/referrals/{referral_id}',
    tag,
    summary: 'Read a referral',
    description:
      'The receiver sees a preview until it accepts, then the categories that the client consented to; each such read is logged as a disclosure. Of the consent the preview shows that it is there, until when and for which directions; what it covers and how it was given say something about the client and come with the client. The sender sees outcomes where the consent’s `feedback` direction allows.',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    response: { ...shown, example: previewExample },
    handle: (request) => readReferral(request, request.params.referral_id),
  }),
  moveOperation({
    id: 'recordConsent',
    segment: 'consent',
    move: 'record_consent',
    summary: 'Record the consent that was obtained',
    description: 'By the sender of a referral that is `awaiting_consent`. It is sent with that.',
    body: ObtainedConsentSchema,
    requestExample: consentInputExample,
    example: { ...sentExample, version: 2 },
    errors: [
      'no_active_partnership',
      'practice_not_verified',
      'receiver_not_eligible',
      'receiver_not_accepting',
      'verbal_consent_not_allowed',
    ],
    details: ({ body }) => ({ consent: body }),
  }),
  moveOperation({
    id: 'acceptReferral',
    segment: 'accept',
    move: 'accept',
    summary: 'Accept a referral',
    description:
      'By the receiver. The answer discloses the client. From `waitlisted` it means that a place is free.',
    ...MOVE_INPUTS.accept,
    bodyOptional: true,
    requestExample: {},
    example: acceptedExample,
    errors: ['practice_not_verified', 'sender_not_eligible', 'consent_not_active'],
  }),
  moveOperation({
    id: 'declineReferral',
    segment: 'decline',
    move: 'decline',
    summary: 'Decline a referral',
    description:
      'By the receiver, who never learns who the client was. `note` is required with the reason `other`.',
    ...MOVE_INPUTS.decline,
    requestExample: { reason: 'at_capacity', note: 'We have places again in January.' },
    example: {
      ...previewExample,
      version: 2,
      state: 'declined',
      decline_reason: 'at_capacity',
      client_withheld: 'referral_ended',
      allowed_moves: ['undo'],
    },
  }),
  moveOperation({
    id: 'requestInfo',
    segment: 'request-info',
    move: 'request_info',
    summary: 'Ask the sender for information',
    description:
      'By the receiver. The time to respond stands still until the sender answers; after 30 days without an answer the referral expires.',
    ...MOVE_INPUTS.request_info,
    requestExample: { question: 'Has the client taken an interest inventory before?' },
    example: { ...previewExample, version: 2, state: 'needs_info', allowed_moves: ['decline', 'undo'] },
  }),
  moveOperation({
    id: 'provideInfo',
    segment: 'provide-info',
    move: 'provide_info',
    summary: 'Answer the receiver’s question',
    description:
      'By the sender. The receiver reads the answer at once where the consent has the `messages` direction, else when it accepts.',
    body: ProvideInfoSchema,
    requestExample: { answer: 'Yes, in 2024; the results are with the client.' },
    example: { ...sentExample, version: 3 },
    details: ({ body }) => ({ message: { kind: 'answer', text: body.answer } }),
  }),
  moveOperation({
    id: 'waitlistReferral',
    segment: 'waitlist',
    move: 'waitlist',
    summary: 'Put the client on the waiting list',
    description: 'By the receiver, after acceptance.',
    example: {
      ...acceptedExample,
      version: 3,
      state: 'waitlisted',
      allowed_moves: ['accept', 'record_contact', 'engage', 'mark_not_engaged', 'undo'],
    },
  }),
  moveOperation({
    id: 'recordContact',
    segment: 'contacts',
    move: 'record_contact',
    summary: 'Record a contact with the client',
    description: 'By the receiver. The state does not change.',
    ...MOVE_INPUTS.record_contact,
    requestExample: { kind: 'scheduled' },
    example: {
      ...acceptedExample,
      version: 3,
      contacts: [
        { id: 'ctc_01k8vb7n9fe2b8wq6x4t1d5r3s', kind: 'scheduled', occurred_at: '2026-10-06T09:00:00.000Z' },
      ],
    },
  }),
  moveOperation({
    id: 'engageReferral',
    segment: 'engage',
    move: 'engage',
    summary: 'Report that the client engaged',
    description:
      'By the receiver, at the first paid or held service. Corrects `not_engaged` within 180 days.',
    example: {
      ...acceptedExample,
      version: 3,
      state: 'engaged',
      engaged_at: '2026-10-12T16:00:00.000Z',
      outcome_at: '2026-10-12T16:00:00.000Z',
      allowed_moves: ['complete', 'undo'],
    },
  }),
  moveOperation({
    id: 'markNotEngaged',
    segment: 'not-engaged',
    move: 'mark_not_engaged',
    summary: 'Report that the client did not engage',
    description: 'By the receiver. `note` is required with the reason `other`.',
    ...MOVE_INPUTS.mark_not_engaged,
    requestExample: { reason: 'chose_other' },
    example: {
      ...acceptedExample,
      version: 3,
      state: 'not_engaged',
      not_engaged_reason: 'chose_other',
      outcome_at: '2026-10-12T16:00:00.000Z',
      ended_at: '2026-10-12T16:00:00.000Z',
      client: null,
      client_withheld: 'referral_ended',
      disclosed_categories: [],
      consent: previewExample.consent,
      allowed_moves: ['engage', 'undo'],
    },
  }),
  moveOperation({
    id: 'completeReferral',
    segment: 'complete',
    move: 'complete',
    summary: 'Report that the engagement has ended',
    description: 'By the receiver.',
    example: {
      ...acceptedExample,
      version: 4,
      state: 'completed',
      engaged_at: '2026-10-12T16:00:00.000Z',
      outcome_at: '2026-10-12T16:00:00.000Z',
      completed_at: '2026-12-01T16:00:00.000Z',
      ended_at: '2026-12-01T16:00:00.000Z',
      allowed_moves: ['undo'],
    },
  }),
  moveOperation({
    id: 'withdrawReferral',
    segment: 'withdraw',
    move: 'withdraw',
    summary: 'Withdraw a referral',
    description:
      'By the sender, until the client has engaged. After acceptance it needs the consent’s `feedback` direction.',
    example: {
      ...sentExample,
      version: 2,
      state: 'withdrawn',
      ended_at: '2026-10-06T08:00:00.000Z',
      allowed_moves: [],
    },
  }),
  moveOperation({
    id: 'undoMove',
    segment: 'undo',
    move: 'undo',
    summary: 'Undo your last move',
    description:
      'By the receiver, within 72 hours. It is a new event; what was disclosed meanwhile stays in the log.',
    example: { ...previewExample, version: 3 },
  }),
];
