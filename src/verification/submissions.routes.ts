/** What a practice hands in of itself. Nothing of it counts before the operator or a roster has said so. */
import { operation } from '../http/operation.ts';
import { createProfessional } from '../practices/practices.commands.ts';
import {
  NewProfessionalSchema,
  ProfessionalSchema,
  professionalExample,
} from '../practices/practices.schemas.ts';
import { createCredential } from './credentials.commands.ts';
import { CredentialSchema, pendingCredentialExample } from './credentials.schemas.ts';
import { NewCredentialSchema, newCredentialExample } from './submission.schemas.ts';

const tag = 'Practice';
const scope = 'practice:write' as const;

export const submissionOperations = [
  operation({
    id: 'createOwnProfessional',
    method: 'POST',
    path: '/v1/practice/professionals',
    tag,
    summary: 'Add a professional to your practice',
    description:
      'Who sends and receives needs a verified credential of each kind that the profession requires.',
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
    handle: (request) => createProfessional(request, request.actor.practice_id),
  }),
  operation({
    id: 'createOwnCredential',
    method: 'POST',
    path: '/v1/practice/professionals/{professional_id}/credentials',
    tag,
    summary: 'Hand in a credential of a professional of yours',
    description:
      'It is `pending` until the operator, or a roster of its board that has the same number, name and jurisdiction, has verified it (`credential.verified`). A renewed credential is handed in as a new one. An `insurance` or an `npi` alone makes nobody verified.',
    scope,
    whenSuspended: 'corrects',
    body: NewCredentialSchema,
    requestExample: newCredentialExample,
    response: {
      status: 201,
      description: 'The new credential.',
      schema: CredentialSchema,
      example: pendingCredentialExample,
    },
    errors: ['limit_reached'],
    handle: (request) => createCredential(request, request.actor.practice_id),
  }),
];
