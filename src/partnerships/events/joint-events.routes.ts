/** Dates that partners hold together: any host changes them, and a referral names one as its source. */
import * as v from 'valibot';
import { type CalendarEntry, calendarReply, toCalendar } from '../../http/calendar.ts';
import { oneOf } from '../../http/fields.ts';
import { answerOnce } from '../../http/once.ts';
import { operation, type PracticeRequest } from '../../http/operation.ts';
import { page, pageQuery, pagerOf } from '../../http/pagination.ts';
import { many } from '../../platform/db/plan.ts';
import { notFound } from '../../platform/problem.ts';
import {
  changeJointEventAt,
  createJointEventAt,
  type JointEventPlace,
  jointEventPlan,
  leaveJointEventAt,
} from './joint-events.commands.ts';
import {
  type HostRow,
  type JointEventRow,
  selectHostedEvents,
  selectHostsOfPage,
} from './joint-events.repository.ts';
import {
  JointEventChangeSchema,
  JointEventSchema,
  jointEventExample,
  NewJointEventSchema,
  presentJointEvent,
  showJointEvent,
} from './joint-events.schemas.ts';

const tag = 'Partnerships';
/** Sorts after every id. */
const LAST_ID = 'jev_~';
const response = {
  status: 200 as const,
  description: 'The joint event.',
  schema: JointEventSchema,
  example: jointEventExample,
};

type Request<Names extends string = never> = PracticeRequest<unknown, unknown, Names>;

const placeOf = ({ actor, params }: Request<'joint_event_id'>) => ({
  eventId: params.joint_event_id,
  practiceId: actor.practice_id,
});

async function readJointEvent({ exchange: { database } }: Pick<Request, 'exchange'>, place: JointEventPlace) {
  const { row, hosts, counted } = await database.read(jointEventPlan(database.query, place));
  if (!row) throw notFound();
  return { row, hosts, shown: showJointEvent(row, hosts, counted ?? null) };
}

function entryOf(row: JointEventRow, hosts: readonly HostRow[]): CalendarEntry {
  return {
    id: row.id,
    sequence: row.version,
    changed_at: row.updated_at,
    starts_at: row.starts_at,
    ends_at: row.ends_at,
    title: `${row.name} (${hosts.map(({ name }) => name).join(', ')})`,
    place: row.place,
    is_cancelled: row.cancelled_at !== null,
  };
}

export const jointEventOperations = [
  operation({
    id: 'createJointEvent',
    method: 'POST',
    path: '/v1/joint-events',
    tag,
    summary: 'Hold an event with partners',
    description:
      'A seminar, say. Partners of yours are its hosts with you: each is told (`joint_event.planned`), and may change it or leave. A referral of a host names it as its `source`. A practice makes at most 10 in 24 hours.',
    scope: 'partnerships:write',
    whenSuspended: 'joins',
    body: NewJointEventSchema,
    requestExample: {
      name: jointEventExample.name,
      starts_at: '2026-11-12T00:00:00Z',
      duration_minutes: 90,
      place: jointEventExample.place,
      host_practice_ids: [jointEventExample.hosts[0]?.id],
    },
    response: { ...response, status: 201, location: '/v1/joint-events/{id}' },
    errors: ['quota_reached'],
    handle: (request) => {
      const practiceId = request.actor.practice_id;
      return answerOnce(request, {
        status: 201,
        writeAt: createJointEventAt(practiceId, request.body),
        show: (shown) => shown,
        replay: async (eventId) => (await readJointEvent(request, { eventId, practiceId })).shown,
      });
    },
  }),
  operation({
    id: 'listJointEvents',
    method: 'GET',
    path: '/v1/joint-events',
    tag,
    summary: 'List your joint events',
    description: 'Those of which you are a host, the newest made first.',
    scope: 'partnerships:read',
    whenSuspended: 'reads',
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of joint events.',
      schema: page(JointEventSchema),
      example: { data: [{ ...jointEventExample, referrals: null }], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database } = request.exchange;
      const { practice_id } = request.actor;
      const pager = await pagerOf(request, ['string']);
      const before = pager.after?.[0] ?? LAST_ID;
      const { rows, hosts } = await database.read({
        rows: many(selectHostedEvents(database.query, practice_id, before, pager.rowsMax)),
        hosts: many(selectHostsOfPage(database.query, practice_id, before, pager.rowsMax)),
      });
      return {
        status: 200,
        body: await pager.show(
          rows,
          (row) =>
            presentJointEvent(
              row,
              hosts.filter(({ joint_event_id }) => joint_event_id === row.id),
              null,
            ),
          ({ id }) => [id],
        ),
      };
    },
  }),
  operation({
    id: 'getJointEvent',
    method: 'GET',
    path: '/v1/joint-events/{joint_event_id}',
    tag,
    summary: 'Read a joint event',
    description:
      'With how many of your referrals name it. With `format=calendar` or `Accept: text/calendar` it is a file for a calendar (iCalendar, RFC 5545), to give to those who come.',
    scope: 'partnerships:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      /** `calendar`: a file for a calendar, as with `Accept: text/calendar`. */
      format: v.optional(
        oneOf([
          /** The joint event. */
          'json',
          /** A file for a calendar. */
          'calendar',
        ]),
      ),
    }),
    response: {
      ...response,
      calendarExample: () =>
        toCalendar({
          id: jointEventExample.id,
          sequence: 1,
          changed_at: Date.parse(jointEventExample.updated_at),
          starts_at: Date.parse(jointEventExample.starts_at),
          ends_at: Date.parse(jointEventExample.ends_at),
          title: jointEventExample.name,
          place: jointEventExample.place,
        }),
    },
    handle: async (request) => {
      const { query, accepts } = request;
      const { row, hosts, shown } = await readJointEvent(request, placeOf(request));
      const isCalendar =
        query.format === 'calendar' || (query.format === undefined && accepts === 'text/calendar');
      return isCalendar ? calendarReply(entryOf(row, hosts)) : { status: 200, ...shown };
    },
  }),
  operation({
    id: 'updateJointEvent',
    method: 'PATCH',
    path: '/v1/joint-events/{joint_event_id}',
    tag,
    summary: 'Change or cancel a joint event',
    description: 'By any host; the others are told (`joint_event.changed`).',
    scope: 'partnerships:write',
    whenSuspended: 'joins',
    conditional: true,
    body: JointEventChangeSchema,
    requestExample: { starts_at: '2026-11-19T00:00:00Z' },
    response,
    handle: (request) =>
      answerOnce(request, {
        status: 200,
        writeAt: changeJointEventAt(placeOf(request), request.body, request.ifMatch),
        show: (shown) => shown,
      }),
  }),
  operation({
    id: 'leaveJointEvent',
    method: 'DELETE',
    path: '/v1/joint-events/{joint_event_id}',
    tag,
    summary: 'Leave a joint event',
    description:
      'You are its host no more; the others are told. Referrals that name it keep it. The last one cannot leave, only cancel it.',
    scope: 'partnerships:write',
    whenSuspended: 'closes',
    response: { status: 204, description: 'You are its host no more.' },
    errors: ['invalid_state'],
    handle: (request) =>
      answerOnce(request, {
        status: 204,
        writeAt: leaveJointEventAt(placeOf(request)),
        show: () => ({ body: null }),
      }),
  }),
];
