import { answerOnce } from '../http/once.ts';
import { type OperationRequest, operation, type Reply } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import { recordEvent } from '../ledger/outbox.ts';
import { requireVersion, toETag } from '../ledger/versions.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { notFound, Problem } from '../platform/problem.ts';
import {
  type CredentialRow,
  insertCredential,
  selectCredential,
  selectProfessionalById,
  selectProfessionalOfCredential,
  updateCredential,
} from './credentials.repository.ts';
import {
  CredentialSchema,
  credentialExample,
  NewCredentialSchema,
  presentCredential,
  RejectCredentialSchema,
  VerifyCredentialSchema,
} from './credentials.schemas.ts';
import { hasLapsed } from './eligibility.ts';

const tag = 'Operator: credentials';
const scope = 'operator' as const;
const pendingExample = {
  ...credentialExample,
  version: 1,
  status: 'pending',
  level: 'self_asserted',
  source: null,
  decided_at: null,
  updated_at: credentialExample.created_at,
};

const show = (row: CredentialRow, now: number) => ({
  body: presentCredential(row, now),
  headers: { ETag: toETag(row.version) },
});

async function readCredential(
  { exchange: { database, now } }: OperationRequest<unknown, unknown>,
  id: string,
): Promise<Reply> {
  const [[row]] = await database.batch([selectCredential(database.query, id)]);
  if (!row) throw notFound();
  return { status: 200, ...show(row, now) };
}

/** One decision on a credential, told to the practice. `change` says what it does to the row, or throws. */
async function decideOnCredential(
  request: OperationRequest<unknown, unknown, { readonly credential_id: string }>,
  type: 'credential.verified' | 'credential.rejected',
  change: (row: CredentialRow) => Partial<CredentialRow>,
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
          const decided = {
            ...change(row),
            decided_at: now,
            decided_by_key_id: request.actor.key_id,
            updated_at: now,
          };
          const event = {
            type,
            actor: 'operator',
            referral: null,
            parties: { practice: owner },
            data: { credential_id: id, state: decided.status ?? row.status },
          } as const;
          return decision({
            writes: {
              decided: one(updateCredential(query, id, row.version, decided)),
              told: recordEvent(query, event, now),
            },
            resourceId: id,
            practiceId: owner.practice_id,
            resultOf: (written) => show(written.decided as CredentialRow, now),
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
    description:
      'It is `pending` until the operator verifies or rejects it. A licence names its jurisdiction.',
    scope,
    body: NewCredentialSchema,
    requestExample: {
      kind: credentialExample.kind,
      title: credentialExample.title,
      issuer: credentialExample.issuer,
      number: credentialExample.number,
      jurisdiction: credentialExample.jurisdiction,
      expires_on: credentialExample.expires_on,
    },
    response: {
      status: 201,
      location: '/v1/credentials/{id}',
      description: 'The new credential.',
      schema: CredentialSchema,
      example: pendingExample,
    },
    handle: async (request) => {
      const { exchange, params } = request;
      const { query } = exchange.database;
      const { professional_id } = params;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ now }) =>
          write({
            read: { professional: one(selectProfessionalById(query, professional_id)) },
            decide: ({ professional }) => {
              if (!professional) throw notFound();
              const id = newId('credential');
              const row = { ...request.body, id, professional_id, created_at: now, updated_at: now };
              return decision({
                writes: { credential: one(insertCredential(query, row)) },
                resourceId: id,
                practiceId: professional.practice_id,
                resultOf: ({ credential }) => show(credential as CredentialRow, now),
              });
            },
          }),
        show: (shown) => shown,
        replay: (id) => readCredential(request, id),
      });
    },
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
      decideOnCredential(request, 'credential.verified', (row) => {
        if (hasLapsed(row, request.exchange.now)) {
          throw new Problem(
            'invalid_state',
            `The credential expired on ${row.expires_on}. Add the renewed one.`,
            { state: 'lapsed', allowed_moves: ['reject'] },
          );
        }
        return {
          status: 'verified',
          level: request.body.level,
          source: request.body.source ?? null,
          rejection_reason: null,
        };
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
        ...pendingExample,
        version: 2,
        status: 'rejected',
        rejection_reason: 'The board has no such number.',
        decided_at: credentialExample.decided_at,
      },
    },
    handle: (request) =>
      decideOnCredential(request, 'credential.rejected', () => ({
        status: 'rejected',
        level: 'self_asserted',
        rejection_reason: request.body.reason,
      })),
  }),
];
