/** What a practice reads and edits of itself, and sees of others. */
import * as v from 'valibot';
import { jurisdiction, oneOf, slug } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { CAPACITIES } from '../platform/db/schema.ts';
import { notFound } from '../platform/problem.ts';
import { PROFESSION_NAMES } from '../verification/professions.ts';
import { changeProfile, listProfessionals, readPractice } from './practices.commands.ts';
import {
  selectCredentialsOfPage,
  selectDirectory,
  selectPractice,
  selectProfessionals,
} from './practices.repository.ts';
import {
  DirectoryEntrySchema,
  DirectoryPracticeSchema,
  directoryEntryExample,
  directoryExample,
  PracticeSchema,
  ProfessionalSchema,
  ProfileChangeSchema,
  practiceExample,
  presentDirectoryEntry,
  presentDirectoryPractice,
  professionalExample,
} from './practices.schemas.ts';

/** The directory shows this many professionals of a practice. */
const PROFESSIONALS_SHOWN_MAX = 50;

const practiceResponse = {
  status: 200 as const,
  description: 'Your practice.',
  schema: PracticeSchema,
  example: practiceExample,
};

export const profileOperations = [
  operation({
    id: 'getOwnPractice',
    method: 'GET',
    path: '/v1/practice',
    tag: 'Practice',
    summary: 'Read your practice',
    scope: 'practice:read',
    whenSuspended: 'reads',
    response: practiceResponse,
    handle: (request) => readPractice(request, request.actor.practice_id),
  }),
  operation({
    id: 'updateOwnPractice',
    method: 'PATCH',
    path: '/v1/practice',
    tag: 'Practice',
    summary: 'Change your practice’s profile',
    description:
      'Only the members that you send change. Setting `capacity` also dates it. Another `name` of a practice that was ever verified waits in `requested_name` until the operator has looked at it; the present one takes that back.',
    scope: 'practice:write',
    whenSuspended: 'corrects',
    conditional: true,
    body: ProfileChangeSchema,
    requestExample: { capacity: 'waitlist', services: ['career_counseling'] },
    response: practiceResponse,
    handle: (request) => changeProfile(request, request.actor.practice_id, request.body),
  }),
  operation({
    id: 'listProfessionals',
    method: 'GET',
    path: '/v1/professionals',
    tag: 'Practice',
    summary: 'List your professionals and their credentials',
    scope: 'practice:read',
    whenSuspended: 'reads',
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of professionals.',
      schema: page(ProfessionalSchema),
      example: { data: [professionalExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: (request) => listProfessionals(request, request.actor.practice_id),
  }),
  operation({
    id: 'listDirectory',
    method: 'GET',
    path: '/v1/directory',
    tag: 'Directory',
    summary: 'Find practices',
    description:
      'Active practices in a fixed order: what was given or received never ranks them. `offer` finds a service or an assessment.',
    scope: 'directory:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      ...pageQuery,
      /** Only those that offer this service or assessment, such as `career_testing`. */
      offer: v.optional(slug),
      /** Only those with a professional of this profession. */
      profession: v.optional(oneOf(PROFESSION_NAMES)),
      /** Only those that are there (ISO 3166-2), such as `US-NE`. */
      jurisdiction: v.optional(jurisdiction),
      /** Only those that say so. */
      capacity: v.optional(oneOf(CAPACITIES)),
    }),
    response: {
      status: 200,
      description: 'A page of practices.',
      schema: page(DirectoryPracticeSchema),
      example: { data: [directoryExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database, now } = request.exchange;
      const { cursor: _cursor, limit: _limit, ...filter } = request.query;
      const pager = await pagerOf(request, ['string']);
      const [rows] = await database.batch([
        selectDirectory(database.query, filter, pager.after?.[0] ?? '', pager.rowsMax),
      ]);
      return {
        status: 200,
        body: await pager.show(
          rows,
          (row) => presentDirectoryPractice(row, now),
          (row) => [row.id],
        ),
      };
    },
  }),
  operation({
    id: 'getDirectoryEntry',
    method: 'GET',
    path: '/v1/directory/{practice_id}',
    tag: 'Directory',
    summary: 'Read a practice’s directory entry',
    description: 'With its professionals and their verified credentials.',
    scope: 'directory:read',
    whenSuspended: 'reads',
    response: {
      status: 200,
      description: 'The entry.',
      schema: DirectoryEntrySchema,
      example: directoryEntryExample,
    },
    handle: async ({ exchange: { database, now }, params }) => {
      const practiceId = params.practice_id;
      const [[row], professionals, credentials] = await database.batch([
        selectPractice(database.query, practiceId),
        selectProfessionals(database.query, practiceId, '', PROFESSIONALS_SHOWN_MAX),
        selectCredentialsOfPage(database.query, practiceId, '', PROFESSIONALS_SHOWN_MAX),
      ]);
      if (row?.status !== 'active') throw notFound();
      return { status: 200, body: presentDirectoryEntry(row, professionals, credentials, now) };
    },
  }),
];
