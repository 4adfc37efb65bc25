/** Dates that partners hold together: any host changes them, and a referral names one as its source. */
import * as v from 'valibot';
import { type CalendarEntry, calendarReply, toCalendar } from '../../http/calendar.ts';
import { oneOf, toTime } from '../../http/fields.ts';
import { answerOnce } from '../../http/once.ts';
import { operation, type PracticeRequest } from '../../http/operation.ts';
import { page, pageQuery, pagerOf } from '../../http/pagination.ts';
import { decision, write } from '../../ledger/commit.ts';
import { recordEvent } from '../../ledger/outbox.ts';
import { requireVersion } from '../../ledger/versions.ts';
import type { Query } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { many, one } from '../../platform/db/plan.ts';
import { invalidInput, notFound, Problem } from '../../platform/problem.ts';
import {
  countReferralsFrom,
  deleteHost,
  type HostRow,
  insertEvent,
  insertHosts,
  type JointEventRow,
  selectHostedEvent,
  selectHostedEvents,
  selectHosts,
  selectHostsOfPage,
  selectOldestOfDay,
  selectPartnersAmong,
  updateEvent,
} from './joint-events.repository.ts';
import {
  type JointEventChange,
  JointEventChangeSchema,
  JointEventSchema,
  jointEventExample,
  NewJointEventSchema,
  presentJointEvent,
  showJointEvent,
  stateOf,
} from './joint-events.schemas.ts';

const tag = 'Partnerships';
const EVENTS_PER_DAY_MAX = 10;
const DAY_MS = 86_400_000;
/** Sorts after every id. */
const LAST_ID = 'jev_~';
const response = {
  status: 200 as const,
  description: 'The joint event.',
  schema: JointEventSchema,
  example: jointEventExample,
};

type Request = Pick<PracticeRequest, 'exchange' | 'actor'>;

const planOf = ({ exchange: { database }, actor }: Request, id: string) => ({
  row: one(selectHostedEvent(database.query, id, actor.practice_id)),
  hosts: many(selectHosts(database.query, id)),
  counted: one(countReferralsFrom(database.query, id, actor.practice_id)),
});

async function readJointEvent(request: Request, id: string) {
  const { row, hosts, counted } = await request.exchange.database.read(planOf(request, id));
  if (!row) throw notFound();
  return { row, hosts, shown: showJointEvent(row, hosts, counted ?? null) };
}

/** Every host but the one who did it hears of it. */
const tellHosts = (
  query: Query,
  hosts: readonly { readonly id: string }[],
  exceptId: string,
  change:
    | { readonly type: 'joint_event.planned' }
    | { readonly type: 'joint_event.changed'; readonly changed: readonly string[] },
  row: Pick<JointEventRow, 'id' | 'cancelled_at'>,
  now: number,
) =>
  hosts
    .filter(({ id }) => id !== exceptId)
    .flatMap(({ id }) => {
      const { type, ...more } = change;
      return recordEvent(
        query,
        {
          type,
          actor: 'inviter',
          referral: null,
          parties: { practice: { practice_id: id } },
          data: { joint_event_id: row.id, state: stateOf(row), ...more },
        },
        now,
      );
    });

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

function columnsOf(
  { state, duration_minutes, ...change }: JointEventChange,
  row: JointEventRow,
  now: number,
): Partial<JointEventRow> {
  const starts_at = change.starts_at ?? row.starts_at;
  const length = duration_minutes === undefined ? row.ends_at - row.starts_at : duration_minutes * 60_000;
  const { name = row.name, place = row.place } = change;
  const cancelled_at = state === undefined ? row.cancelled_at : state === 'planned' ? null : now;
  return { name, place, starts_at, ends_at: starts_at + length, cancelled_at };
}

/** What the others are told of a change. */
const namesOf = ({ name, starts_at, duration_minutes, place, state }: JointEventChange) => [
  ...(name === undefined ? [] : ['name']),
  ...(starts_at === undefined && duration_minutes === undefined ? [] : ['time']),
  ...(place === undefined ? [] : ['place']),
  ...(state === undefined ? [] : ['state']),
];

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
      const { actor, body, exchange } = request;
      const { query } = exchange.database;
      const { practice_id: practiceId } = actor;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ now }) =>
          write({
            subject: practiceId,
            read: {
              partners: many(selectPartnersAmong(query, practiceId, body.host_practice_ids)),
              oldest: one(selectOldestOfDay(query, practiceId, EVENTS_PER_DAY_MAX)),
            },
            decide: ({ partners, oldest }) => {
              const faults = body.host_practice_ids.flatMap((id, index) =>
                partners.some((partner) => partner.id === id)
                  ? []
                  : [{ pointer: `/host_practice_ids/${index}`, detail: 'must be a partner of yours' }],
              );
              if (faults.length > 0) throw invalidInput(faults);
              const freeAt = (oldest?.created_at ?? 0) + DAY_MS;
              if (freeAt > now)
                throw new Problem(
                  'quota_reached',
                  `A practice makes at most ${EVENTS_PER_DAY_MAX} joint events in 24 hours.`,
                  { available_at: toTime(freeAt) },
                  { 'Retry-After': String(Math.ceil((freeAt - now) / 1000)) },
                );
              const { name, starts_at, duration_minutes, place } = body;
              const id = newId('joint_event');
              const hosts = [practiceId, ...body.host_practice_ids];
              const inserted = insertEvent(query, {
                id,
                made_by_practice_id: practiceId,
                name,
                place,
                starts_at,
                ends_at: starts_at + duration_minutes * 60_000,
                created_at: now,
                updated_at: now,
              });
              return decision({
                writes: {
                  row: one(inserted),
                  hosts: insertHosts(query, id, hosts),
                  told: tellHosts(
                    query,
                    hosts.map((one) => ({ id: one })),
                    practiceId,
                    { type: 'joint_event.planned' },
                    { id, cancelled_at: null },
                    now,
                  ),
                  named: many(selectHosts(query, id)),
                },
                resourceId: id,
                resultOf: ({ row, named }) =>
                  showJointEvent(row as JointEventRow, named, { given: 0, received: 0 }),
              });
            },
          }),
        show: (shown) => shown,
        replay: async (id) => (await readJointEvent(request, id)).shown,
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
      calendarExample: toCalendar({
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
      const { query, accepts, params } = request;
      const { row, hosts, shown } = await readJointEvent(request, params.joint_event_id);
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
    handle: (request) => {
      const { actor, body, params, exchange } = request;
      const { query } = exchange.database;
      const id = params.joint_event_id;
      return answerOnce(request, {
        status: 200,
        writeAt: (at) =>
          write({
            subject: id,
            read: planOf({ ...request, exchange: at }, id),
            decide: ({ row, hosts, counted }) => {
              if (!row) throw notFound();
              requireVersion(request.ifMatch, row.version);
              const changed = namesOf(body);
              const columns = columnsOf(body, row, at.now);
              return decision({
                writes:
                  changed.length === 0
                    ? { row: undefined, told: undefined }
                    : {
                        row: one(updateEvent(query, row, { ...columns, updated_at: at.now })),
                        told: tellHosts(
                          query,
                          hosts,
                          actor.practice_id,
                          { type: 'joint_event.changed', changed },
                          { ...row, ...columns },
                          at.now,
                        ),
                      },
                resourceId: id,
                resultOf: ({ row: after = row }) => showJointEvent(after, hosts, counted ?? null),
              });
            },
          }),
        show: (shown) => shown,
      });
    },
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
    handle: (request) => {
      const { actor, params, exchange } = request;
      const { query } = exchange.database;
      const id = params.joint_event_id;
      return answerOnce(request, {
        status: 204,
        writeAt: (at) =>
          write({
            subject: id,
            read: planOf({ ...request, exchange: at }, id),
            decide: ({ row, hosts }) => {
              if (!row) throw notFound();
              if (hosts.length < 2)
                throw new Problem('invalid_state', 'You are its last host: cancel it instead.', {
                  state: stateOf(row),
                  allowed_moves: [],
                });
              return decision({
                writes: [
                  updateEvent(query, row, { updated_at: at.now }),
                  deleteHost(query, id, actor.practice_id),
                  ...tellHosts(
                    query,
                    hosts,
                    actor.practice_id,
                    { type: 'joint_event.changed', changed: ['hosts'] },
                    row,
                    at.now,
                  ),
                ],
                resourceId: id,
                resultOf: () => null,
              });
            },
          }),
        show: () => ({ body: null }),
      });
    },
  }),
];
