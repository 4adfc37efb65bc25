/** What a practice hands in of itself. Nothing of it counts before the operator or a roster has said so. */
import { requireKnown, unknownPlan, wantedCodes } from '../catalog/known.ts';
import { answerOnce } from '../http/once.ts';
import { operation } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import { toETag } from '../ledger/versions.ts';
import { one } from '../platform/db/plan.ts';
import { notFound } from '../platform/problem.ts';
import type { ProfessionalRow } from '../practices/practices.repository.ts';
import {
  NewProfessionalSchema,
  ProfessionalSchema,
  presentProfessional,
  professionalExample,
} from '../practices/practices.schemas.ts';
import { addProfessional, professionalPlan } from '../practices/professionals.ts';
import { type CredentialRow, selectCredential, selectProfessionalById } from './credentials.repository.ts';
import {
  CredentialSchema,
  credentialExample,
  NewCredentialSchema,
  presentCredential,
} from './credentials.schemas.ts';
import { submissionPlan, submit } from './submit.ts';

const tag = 'Practice';
const scope = 'practice:write' as const;

const show = (row: CredentialRow, now: number) => ({
  body: presentCredential(row, now),
  headers: { ETag: toETag(row.version) },
});

export const submissionOperations = [
  operation({
    id: 'createOwnProfessional',
    method: 'POST',
    path: '/v1/practice/professionals',
    tag,
    summary: 'Add a professional to your practice',
    description:
      'Who sends and receives needs a verified credential of the kind that the profession requires.',
    scope,
    whenSuspended: 'joins',
    body: NewProfessionalSchema,
    requestExample: { name: professionalExample.name, profession: professionalExample.profession },
    response: {
      status: 201,
      description: 'The new professional.',
      schema: ProfessionalSchema,
      example: { ...professionalExample, credentials: [] },
    },
    errors: ['limit_reached'],
    handle: (request) => {
      const { actor, body, exchange } = request;
      const practiceId = actor.practice_id;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ database, now }) =>
          write({
            subject: practiceId,
            read: {
              found: professionalPlan(database, practiceId),
              unknown: unknownPlan(database, wantedCodes({ profession: ['profession', body.profession] })),
            },
            decide: async ({ found, unknown }) => {
              await requireKnown(database, unknown);
              const { id, insert } = addProfessional(database, practiceId, body, found, now);
              return decision({
                writes: { professional: insert },
                resourceId: id,
                resultOf: ({ professional }) => professional as ProfessionalRow,
              });
            },
          }),
        show: (row) => ({ body: presentProfessional(row, [], exchange.now) }),
        replay: async (id) => {
          const { row } = await exchange.database.read({
            row: one(selectProfessionalById(exchange.database.query, id)),
          });
          if (!row) throw notFound();
          return { body: presentProfessional(row, [], exchange.now) };
        },
      });
    },
  }),
  operation({
    id: 'createOwnCredential',
    method: 'POST',
    path: '/v1/practice/professionals/{professional_id}/credentials',
    tag,
    summary: 'Hand in a credential of a professional of yours',
    description:
      'It is `pending` until the operator, or a roster of its board that has the same number, name and jurisdiction, has verified it (`credential.verified`). A renewed credential is handed in as a new one.',
    scope,
    whenSuspended: 'corrects',
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
      description: 'The new credential.',
      schema: CredentialSchema,
      example: {
        ...credentialExample,
        version: 1,
        status: 'pending',
        level: 'self_asserted',
        source: null,
        decided_at: null,
      },
    },
    errors: ['limit_reached'],
    handle: (request) => {
      const { actor, body, params } = request;
      const { professional_id } = params;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ database, now }) =>
          write({
            subject: professional_id,
            read: submissionPlan(database, professional_id, body),
            decide: (found) => {
              const { id, insert } = submit(database, professional_id, body, found, actor.practice_id, now);
              return decision({
                writes: { credential: insert },
                resourceId: id,
                resultOf: ({ credential }) => show(credential as CredentialRow, now),
              });
            },
          }),
        show: (shown) => shown,
        replay: async (id) => {
          const { database, now } = request.exchange;
          const { row } = await database.read({ row: one(selectCredential(database.query, id)) });
          if (!row) throw notFound();
          return show(row, now);
        },
      });
    },
  }),
];
