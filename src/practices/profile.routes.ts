/** What a practice reads and edits of itself. */
import * as v from 'valibot';
import { operation } from '../http/operation.ts';
import { page, pageQuery } from '../http/pagination.ts';
import { changeProfile, confirmCapacity, listProfessionals, readPractice } from './practices.commands.ts';
import {
  PracticeSchema,
  ProfessionalSchema,
  ProfileChangeSchema,
  practiceExample,
  professionalExample,
} from './practices.schemas.ts';

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
      'Only the members that you send change. Setting `capacity` also dates it. `listed: false` takes you out of the directory: partners and those whom you invited still find your entry. Another `name` of a practice that was ever verified waits in `requested_name` until the operator has looked at it; the present one takes that back.',
    scope: 'practice:write',
    whenSuspended: 'corrects',
    conditional: true,
    body: ProfileChangeSchema,
    requestExample: { capacity: 'waitlist', services: ['career_counseling'] },
    response: practiceResponse,
    handle: (request) => changeProfile(request, request.actor.practice_id, request.body),
  }),
  operation({
    id: 'confirmCapacity',
    method: 'POST',
    path: '/v1/practice/confirm-capacity',
    tag: 'Practice',
    summary: 'Confirm your capacity',
    description:
      'It is still as you said it: `capacity_updated_at` becomes now. The event `practice.capacity_due` asks for it 30 days after you said it last, and every 30 days from then on while you are listed; its `capacity_url` is a page on which a person does it.',
    scope: 'practice:write',
    whenSuspended: 'corrects',
    conditional: true,
    response: practiceResponse,
    handle: (request) => confirmCapacity(request, request.actor.practice_id),
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
];
