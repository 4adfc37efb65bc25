/** What the hosts of a joint event do with it: each time the others are told. */
import { toTime } from '../../http/fields.ts';
import { decision, write } from '../../ledger/commit.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import { recordEvent } from '../../ledger/outbox.ts';
import { requireVersion } from '../../ledger/versions.ts';
import type { Query } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { many, one } from '../../platform/db/plan.ts';
import { DAY_MS, MINUTE_MS } from '../../platform/durations.ts';
import { invalidInput, notFound, Problem } from '../../platform/problem.ts';
import {
  countReferralsFrom,
  deleteHost,
  insertEvent,
  insertHosts,
  type JointEventRow,
  selectHostedEvent,
  selectHosts,
  selectOldestOfDay,
  selectPartnersAmong,
  updateEvent,
} from './joint-events.repository.ts';
import {
  type JointEventChange,
  type NewJointEvent,
  showJointEvent,
  stateOf,
} from './joint-events.schemas.ts';

const EVENTS_PER_DAY_MAX = 10;

/** Which event, and the host who asks. */
export interface JointEventPlace {
  readonly eventId: string;
  readonly practiceId: string;
}

export const jointEventPlan = (query: Query, { eventId, practiceId }: JointEventPlace) => ({
  row: one(selectHostedEvent(query, eventId, practiceId)),
  hosts: many(selectHosts(query, eventId)),
  counted: one(countReferralsFrom(query, eventId, practiceId)),
});

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

function columnsOf(
  { state, duration_minutes, ...change }: JointEventChange,
  row: JointEventRow,
  now: number,
): Partial<JointEventRow> {
  const starts_at = change.starts_at ?? row.starts_at;
  const length = duration_minutes === undefined ? row.ends_at - row.starts_at : duration_minutes * MINUTE_MS;
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

/** @throws Problem 422 where a host is no partner */
function requirePartners(wanted: readonly string[], partners: readonly { readonly id: string }[]): void {
  const faults = wanted.flatMap((id, index) =>
    partners.some((partner) => partner.id === id)
      ? []
      : [{ pointer: `/host_practice_ids/${index}`, detail: 'must be a partner of yours' }],
  );
  if (faults.length > 0) throw invalidInput(faults);
}

/** @param oldest of as many as a day may have @throws Problem 429 */
function requireRoom(oldest: { readonly created_at: number } | undefined, now: number): void {
  const freeAt = (oldest?.created_at ?? 0) + DAY_MS;
  if (freeAt <= now) return;
  throw new Problem(
    'quota_reached',
    `A practice makes at most ${EVENTS_PER_DAY_MAX} joint events in 24 hours.`,
    { available_at: toTime(freeAt) },
    { 'Retry-After': String(Math.ceil((freeAt - now) / 1000)) },
  );
}

export const createJointEventAt =
  (practiceId: string, wish: NewJointEvent) =>
  ({ database: { query }, now }: Exchange) =>
    write({
      subject: practiceId,
      read: {
        partners: many(selectPartnersAmong(query, practiceId, wish.host_practice_ids)),
        oldest: one(selectOldestOfDay(query, practiceId, EVENTS_PER_DAY_MAX)),
      },
      decide: ({ partners, oldest }) => {
        requirePartners(wish.host_practice_ids, partners);
        requireRoom(oldest, now);
        const { name, starts_at, duration_minutes, place } = wish;
        const id = newId('joint_event');
        const hosts = [practiceId, ...wish.host_practice_ids];
        const row = {
          id,
          made_by_practice_id: practiceId,
          name,
          place,
          starts_at,
          ends_at: starts_at + duration_minutes * MINUTE_MS,
          created_at: now,
          updated_at: now,
        };
        const told = hosts.map((host) => ({ id: host }));
        const planned = { type: 'joint_event.planned' } as const;
        return decision({
          writes: {
            row: one(insertEvent(query, row)),
            hosts: insertHosts(query, id, hosts),
            told: tellHosts(query, told, practiceId, planned, { id, cancelled_at: null }, now),
            named: many(selectHosts(query, id)),
          },
          resourceId: id,
          resultOf: ({ row: made, named }) =>
            showJointEvent(made as JointEventRow, named, { given: 0, received: 0 }),
        });
      },
    });

export const changeJointEventAt =
  (place: JointEventPlace, change: JointEventChange, ifMatch: string | null) =>
  ({ database: { query }, now }: Exchange) =>
    write({
      subject: place.eventId,
      read: jointEventPlan(query, place),
      decide: ({ row, hosts, counted }) => {
        if (!row) throw notFound();
        requireVersion(ifMatch, row.version);
        const changed = namesOf(change);
        const columns = columnsOf(change, row, now);
        const after = { ...row, ...columns };
        const told = { type: 'joint_event.changed', changed } as const;
        return decision({
          writes:
            changed.length === 0
              ? { row: undefined, told: undefined }
              : {
                  row: one(updateEvent(query, row, { ...columns, updated_at: now })),
                  told: tellHosts(query, hosts, place.practiceId, told, after, now),
                },
          resourceId: row.id,
          resultOf: ({ row: written = row }) => showJointEvent(written, hosts, counted ?? null),
        });
      },
    });

export const leaveJointEventAt =
  (place: JointEventPlace) =>
  ({ database: { query }, now }: Exchange) =>
    write({
      subject: place.eventId,
      read: jointEventPlan(query, place),
      decide: ({ row, hosts }) => {
        if (!row) throw notFound();
        if (hosts.length < 2)
          throw new Problem('invalid_state', 'You are its last host: cancel it instead.', {
            state: stateOf(row),
            allowed_moves: [],
          });
        const told = { type: 'joint_event.changed', changed: ['hosts'] } as const;
        return decision({
          writes: [
            updateEvent(query, row, { updated_at: now }),
            deleteHost(query, row.id, place.practiceId),
            ...tellHosts(query, hosts, place.practiceId, told, row, now),
          ],
          resourceId: row.id,
          resultOf: () => null,
        });
      },
    });
