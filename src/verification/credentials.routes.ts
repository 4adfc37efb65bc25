import * as v from 'valibot';
import { date, oneOf } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { type OperationRequest, operation, type Reply } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { decision, write } from '../ledger/commit.ts';
import { requireVersion } from '../ledger/versions.ts';
import { many, one } from '../platform/db/plan.ts';
import { CREDENTIAL_STATUSES } from '../platform/db/schema.ts';
import { notFound, Problem } from '../platform/problem.ts';
import { createCredential, readCredential, showCredential } from './credentials.commands.ts';
import {
  type CredentialRow,
  selectCredential,
  selectCredentials,
  selectProfessionalOfCredential,
} from './credentials.repository.ts';
import {
  CredentialSchema,
  credentialExample,
  pendingCredentialExample,
  presentCredential,
  RejectCredentialSchema,
  VerifyCredentialSchema,
} from './credentials.schemas.ts';
import { type CredentialDecision, decisionPlan } from './decide.ts';
import { hasLapsed } from './expiry.ts';
import { NewCredentialSchema, newCredentialExample } from './submission.schemas.ts';

const tag = 'Operator: credentials';
const scope = 'operator' as const;

/** One decision on a credential, told to the practice. @param decide what is decided of the row, or throws */
async function decideOnCredential(
  request: OperationRequest<unknown, unknown, { readonly credential_id: string }>,
  source: string | null,
  decide: (row: CredentialRow) => CredentialDecision,
): Promise<Reply> {
  const { query } = request.exchange.database;
  const id = request.params.credential_id;
  return answerOnce(request, {
    status: 200,
    writeAt: ({ now }) =>
      write({
        subject: id,
        read: {
          row: one(selectCredential(query, id)),
          owner: one(selectProfessionalOfCredential(query, id)),
        },
        decide: ({ row, owner }) => {
          if (!row || !owner) throw notFound();
          requireVersion(request.ifMatch, row.version);
          const by = { actor: 'operator', id: request.actor.key_id, source, evidence: {} } as const;
          return decision({
            writes: decisionPlan(query, row, owner.practice_id, decide(row), by, now),
            resourceId: id,
            practiceId: owner.practice_id,
            resultOf: ({ credential }) => showCredential(credential as CredentialRow, now),
          });
        },
      }),
    show: (shown) => shown,
    replay: (resourceId) => readCredential(request, resourceId),
  });
}

export const credentialOperations = [
  operation({
    id: 'createCredential',
    method: 'POST',
    path: '/v1/professionals/{professional_id}/credentials',
    tag,
    summary: 'Add a credential to a professional',
    description: 'It is `pending` until the operator verifies or rejects it.',
    scope,
    body: NewCredentialSchema,
    requestExample: newCredentialExample,
    response: {
      status: 201,
      location: '/v1/credentials/{id}',
      description: 'The new credential.',
      schema: CredentialSchema,
      example: pendingCredentialExample,
    },
    errors: ['limit_reached'],
    handle: (request) => createCredential(request, null),
  }),
  operation({
    id: 'getCredential',
    method: 'GET',
    path: '/v1/credentials/{credential_id}',
    tag,
    summary: 'Read a credential',
    scope,
    response: {
      status: 200,
      description: 'The credential.',
      schema: CredentialSchema,
      example: credentialExample,
    },
    handle: (request) => readCredential(request, request.params.credential_id),
  }),
  operation({
    id: 'verifyCredential',
    method: 'POST',
    path: '/v1/credentials/{credential_id}/verify',
    tag,
    summary: 'Verify a credential',
    description: 'Says how it was checked. An expired credential cannot be verified: add the renewed one.',
    scope,
    conditional: true,
    body: VerifyCredentialSchema,
    bodyOptional: true,
    requestExample: { level: 'source_verified', source: credentialExample.source },
    response: {
      status: 200,
      description: 'The verified credential.',
      schema: CredentialSchema,
      example: credentialExample,
    },
    errors: ['invalid_state'],
    handle: (request) =>
      decideOnCredential(request, request.body.source ?? null, (row) => {
        if (hasLapsed(row, request.exchange.now)) {
          throw new Problem(
            'invalid_state',
            `The credential expired on ${row.expires_on}. Add the renewed one.`,
            { state: 'lapsed', allowed_moves: ['reject'] },
          );
        }
        return { decision: 'verified', level: request.body.level, expiresOn: row.expires_on };
      }),
  }),
  operation({
    id: 'rejectCredential',
    method: 'POST',
    path: '/v1/credentials/{credential_id}/reject',
    tag,
    summary: 'Reject a credential',
    description: 'Also takes back an earlier verification.',
    scope,
    conditional: true,
    body: RejectCredentialSchema,
    requestExample: { reason: 'The board has no such number.' },
    response: {
      status: 200,
      description: 'The rejected credential.',
      schema: CredentialSchema,
      example: {
        ...pendingCredentialExample,
        version: 2,
        status: 'rejected',
        rejection_reason: 'The board has no such number.',
        decided_at: credentialExample.decided_at,
      },
    },
    handle: (request) =>
      decideOnCredential(request, null, () => ({ decision: 'rejected', reason: request.body.reason })),
  }),
  operation({
    id: 'suspendCredential',
    method: 'POST',
    path: '/v1/credentials/{credential_id}/suspend',
    tag,
    summary: 'Suspend a credential',
    description: 'It no longer counts until you verify it again; no roster lifts that.',
    scope,
    conditional: true,
    body: RejectCredentialSchema,
    requestExample: { reason: 'The board is looking into a complaint.' },
    response: {
      status: 200,
      description: 'The suspended credential.',
      schema: CredentialSchema,
      example: {
        ...credentialExample,
        version: 3,
        status: 'suspended',
        suspension_reason: 'The board is looking into a complaint.',
      },
    },
    errors: ['invalid_state'],
    handle: (request) =>
      decideOnCredential(request, null, (row) => {
        if (row.status !== 'verified' || row.suspended_at !== null)
          throw new Problem('invalid_state', 'Only a credential that is verified can be suspended.', {
            state: row.suspended_at === null ? row.status : 'suspended',
            allowed_moves: ['verify', 'reject'],
          });
        return { decision: 'suspended', reason: request.body.reason };
      }),
  }),
  operation({
    id: 'listCredentials',
    method: 'GET',
    path: '/v1/credentials',
    tag,
    summary: 'List credentials',
    description:
      'Of all practices, the oldest first: those that wait for a decision. With `expires_before` by their last day.',
    scope,
    query: v.strictObject({
      ...pageQuery,
      /** Only those that were decided so, or not yet; whether they have run out since does not matter. */
      status: v.optional(oneOf(CREDENTIAL_STATUSES), 'pending'),
      /** Only those whose last day is before this day, `YYYY-MM-DD`. */
      expires_before: v.optional(date),
    }),
    response: {
      status: 200,
      description: 'A page of credentials.',
      schema: page(CredentialSchema),
      example: { data: [pendingCredentialExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database, now } = request.exchange;
      const { status, expires_before: expiresBefore } = request.query;
      const pager = await pagerOf(request, ['string', 'string']);
      const { rows } = await database.read({
        rows: many(
          selectCredentials(
            database.query,
            { status, expiresBefore },
            pager.after ?? ['', ''],
            pager.rowsMax,
          ),
        ),
      });
      return {
        status: 200,
        body: await pager.show(
          rows,
          (row) => presentCredential(row, now),
          (row) => [row.expires_on, row.id],
        ),
      };
    },
  }),
];
