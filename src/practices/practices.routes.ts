/** The operator's work on practices and professionals. */
import * as v from 'valibot';
import { requireKnown, unknownPlan } from '../catalog/known.ts';
import { flagInQuery } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { operation } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { decision, write } from '../ledger/commit.ts';
import { toETag } from '../ledger/versions.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { saidAt } from './capacity.ts';
import {
  changePractice,
  codesOfProfile,
  createProfessional,
  decideName,
  listProfessionals,
  readPractice,
  setPracticeStatus,
} from './practices.commands.ts';
import { insertPractice, type PracticeRow, selectPractices } from './practices.repository.ts';
import {
  NameApprovalSchema,
  NameRejectionSchema,
  NewPracticeSchema,
  NewProfessionalSchema,
  newPracticeExample,
  PracticeChangeSchema,
  PracticeSchema,
  ProfessionalSchema,
  practiceExample,
  presentPractice,
  professionalExample,
} from './practices.schemas.ts';

const tag = 'Operator: practices';
const scope = 'operator' as const;
const practiceResponse = {
  status: 200 as const,
  description: 'The practice.',
  schema: PracticeSchema,
  example: practiceExample,
};

export const practiceOperations = [
  operation({
    id: 'createPractice',
    method: 'POST',
    path: '/v1/practices',
    tag,
    summary: 'Create a practice',
    description:
      'It is active at once, and can send and receive when a professional’s credential is verified.',
    scope,
    body: NewPracticeSchema,
    requestExample: newPracticeExample,
    response: {
      ...practiceResponse,
      status: 201,
      location: '/v1/practices/{id}',
      description: 'The new practice.',
    },
    handle: async (request) => {
      const { query } = request.exchange.database;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ database, now }) =>
          write({
            read: { unknown: unknownPlan(database, codesOfProfile(request.body)) },
            decide: async ({ unknown }) => {
              await requireKnown(database, unknown);
              const id = newId('practice');
              const times = { ...saidAt(now), created_at: now, updated_at: now };
              return decision({
                writes: { practice: one(insertPractice(query, { ...request.body, ...times, id })) },
                resourceId: id,
                practiceId: id,
                resultOf: ({ practice }) => practice as PracticeRow,
              });
            },
          }),
        show: (row) => ({
          body: presentPractice(row, request.exchange.now),
          headers: { ETag: toETag(row.version) },
        }),
        replay: (id) => readPractice(request, id),
      });
    },
  }),
  operation({
    id: 'listPractices',
    method: 'GET',
    path: '/v1/practices',
    tag,
    summary: 'List all practices',
    scope,
    description: 'With `name_requested=true` those that wait for your word about their new name.',
    query: v.strictObject({
      ...pageQuery,
      /** `true`: only those that ask for another name. */
      name_requested: v.optional(flagInQuery, 'false'),
    }),
    response: {
      status: 200,
      description: 'A page of practices, oldest first.',
      schema: page(PracticeSchema),
      example: { data: [practiceExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database, now } = request.exchange;
      const pager = await pagerOf(request, ['string']);
      const [rows] = await database.batch([
        selectPractices(
          database.query,
          { isNameRequested: request.query.name_requested },
          pager.after?.[0] ?? '',
          pager.rowsMax,
        ),
      ]);
      return {
        status: 200,
        body: await pager.show(
          rows,
          (row) => presentPractice(row, now),
          (row) => [row.id],
        ),
      };
    },
  }),
  operation({
    id: 'getPractice',
    method: 'GET',
    path: '/v1/practices/{practice_id}',
    tag,
    summary: 'Read a practice',
    scope,
    response: practiceResponse,
    handle: (request) => readPractice(request, request.params.practice_id),
  }),
  operation({
    id: 'updatePractice',
    method: 'PATCH',
    path: '/v1/practices/{practice_id}',
    tag,
    summary: 'Change a practice',
    scope,
    conditional: true,
    body: PracticeChangeSchema,
    requestExample: { verbal_consent_allowed: true },
    response: practiceResponse,
    handle: (request) => changePractice(request, request.params.practice_id, request.body),
  }),
  operation({
    id: 'suspendPractice',
    method: 'POST',
    path: '/v1/practices/{practice_id}/suspend',
    tag,
    summary: 'Suspend a practice',
    description:
      'It finishes what is open; nothing new leaves or is made, and it is disclosed nothing more (the project’s manual has the whole table). It leaves the directory. In this part of the exchange at once, elsewhere within 10 seconds.',
    scope,
    conditional: true,
    response: { ...practiceResponse, example: { ...practiceExample, version: 2, status: 'suspended' } },
    errors: ['invalid_state'],
    handle: (request) => setPracticeStatus(request, request.params.practice_id, 'suspended'),
  }),
  operation({
    id: 'reinstatePractice',
    method: 'POST',
    path: '/v1/practices/{practice_id}/reinstate',
    tag,
    summary: 'Reinstate a suspended practice',
    scope,
    conditional: true,
    response: practiceResponse,
    errors: ['invalid_state'],
    handle: (request) => setPracticeStatus(request, request.params.practice_id, 'active'),
  }),
  operation({
    id: 'approvePracticeName',
    method: 'POST',
    path: '/v1/practices/{practice_id}/approve-name',
    tag,
    summary: 'Agree to the new name of a practice',
    description:
      'With the name that you looked at: where the practice asks for another one by now, nothing happens.',
    scope,
    conditional: true,
    body: NameApprovalSchema,
    requestExample: { name: 'Elm Street Careers and Counseling' },
    response: {
      ...practiceResponse,
      example: { ...practiceExample, version: 3, name: 'Elm Street Careers and Counseling' },
    },
    errors: ['invalid_state'],
    handle: (request) =>
      decideName(request, request.params.practice_id, { name: request.body.name, reason: null }),
  }),
  operation({
    id: 'rejectPracticeName',
    method: 'POST',
    path: '/v1/practices/{practice_id}/reject-name',
    tag,
    summary: 'Refuse the new name of a practice',
    scope,
    conditional: true,
    body: NameRejectionSchema,
    requestExample: { reason: 'Another practice in your city has this name.' },
    response: {
      ...practiceResponse,
      example: {
        ...practiceExample,
        version: 3,
        name_rejection_reason: 'Another practice in your city has this name.',
      },
    },
    errors: ['invalid_state'],
    handle: (request) =>
      decideName(request, request.params.practice_id, { name: null, reason: request.body.reason }),
  }),
  operation({
    id: 'createProfessional',
    method: 'POST',
    path: '/v1/practices/{practice_id}/professionals',
    tag,
    summary: 'Add a professional to a practice',
    scope,
    body: NewProfessionalSchema,
    requestExample: { name: professionalExample.name, profession: professionalExample.profession },
    response: {
      status: 201,
      description: 'The new professional.',
      schema: ProfessionalSchema,
      example: { ...professionalExample, credentials: [] },
    },
    errors: ['limit_reached'],
    handle: (request) => createProfessional(request, request.params.practice_id),
  }),
  operation({
    id: 'listProfessionalsOfPractice',
    method: 'GET',
    path: '/v1/practices/{practice_id}/professionals',
    tag,
    summary: 'List the professionals of a practice',
    scope,
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of professionals with all their credentials.',
      schema: page(ProfessionalSchema),
      example: { data: [professionalExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: (request) => listProfessionals(request, request.params.practice_id),
  }),
];
