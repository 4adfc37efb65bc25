/** Sending again: one delivery, or all that an endpoint missed. */
import * as v from 'valibot';
import { time, timeOut, timeOutOrNull, toTime } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { operation } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import { newId } from '../platform/db/ids.ts';
import { many, one } from '../platform/db/plan.ts';
import { DELIVERY_STATES } from '../platform/db/schema.ts';
import { invalidInput, notFound, Problem } from '../platform/problem.ts';
import { selectEndpoint } from './endpoints/endpoints.repository.ts';
import { endpointExample } from './endpoints/endpoints.schemas.ts';
import {
  countReplayed,
  insertReplay,
  type ReplayRow,
  selectReplay,
  selectRunningReplay,
} from './engine/replays.repository.ts';

/** From when on. @schema WebhookReplayRequest */
export const ReplayInputSchema = v.strictObject({
  /** Events from then on; not in the future. */
  since: time,
});

/** Sending again what an endpoint missed. @schema WebhookReplay */
export const ReplaySchema = v.object({
  /** Its id. */
  id: v.string(),
  /** The endpoint. */
  endpoint_id: v.string(),
  /** Events from then on. */
  since: timeOut,
  /** Whether it is still at it. */
  state: v.picklist([
    /** It looks for more. */
    'running',
    /** All was looked at; deliveries may still be on their way. */
    'finished',
  ]),
  /** Events looked at so far. */
  examined_count: v.number(),
  /** Deliveries queued because they had been given up, or had never been. */
  queued_count: v.number(),
  /** How those stand now. */
  deliveries: v.object({
    /** To be posted. */
    pending: v.number(),
    /** Waiting for a disabled endpoint. */
    held: v.number(),
    /** Taken. */
    delivered: v.number(),
    /** Given up again. */
    exhausted: v.number(),
    /** No longer to be delivered. */
    cancelled: v.number(),
  }),
  /** When it was asked for. */
  created_at: timeOut,
  /** When it had looked at all. */
  finished_at: timeOutOrNull,
});

type Counted = readonly { readonly state: string; readonly count: number }[];

function presentReplay(row: ReplayRow, counted: Counted): v.InferOutput<typeof ReplaySchema> {
  const counts = DELIVERY_STATES.map((state) => [
    state,
    counted.find((one) => one.state === state)?.count ?? 0,
  ]);
  return {
    id: row.id,
    endpoint_id: row.endpoint_id,
    since: toTime(row.since),
    state: row.finished_at === null ? 'running' : 'finished',
    examined_count: row.examined_count,
    queued_count: row.queued_count,
    deliveries: Object.fromEntries(counts) as v.InferOutput<typeof ReplaySchema>['deliveries'],
    created_at: toTime(row.created_at),
    finished_at: toTime(row.finished_at),
  };
}

const replayExample: v.InferOutput<typeof ReplaySchema> = {
  id: 'rpl_01k8vb7d2nf4g9h3j5k7m1p6q8',
  endpoint_id: endpointExample.id,
  since: '2026-10-04T00:00:00.000Z',
  state: 'running',
  examined_count: 100,
  queued_count: 7,
  deliveries: { pending: 5, held: 0, delivered: 2, exhausted: 0, cancelled: 0 },
  created_at: '2026-10-05T09:00:00.000Z',
  finished_at: null,
};

export const replayOperations = [
  operation({
    id: 'replayWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpoint_id}/replay',
    tag: 'Webhooks',
    summary: 'Replay what an endpoint missed',
    description:
      'Queues every event since then that was given up or that the endpoint was never sent although it asks for its type: for example after you changed `event_types`, or repaired the receiver. What was delivered is not sent again. Read the replay to follow it; one at a time runs for an endpoint.',
    scope: 'webhooks:write',
    whenSuspended: 'opens',
    body: ReplayInputSchema,
    requestExample: { since: '2026-10-04T00:00:00Z' },
    response: {
      status: 201,
      location: '/v1/webhook-replays/{id}',
      description: 'The replay.',
      schema: ReplaySchema,
      example: replayExample,
    },
    errors: ['invalid_state', 'limit_reached'],
    handle: async (request) => {
      const { database, now: askedAt, defer, wakeReplay } = request.exchange;
      const { query } = database;
      const { practice_id } = request.actor;
      const { endpoint_id } = request.params;
      const { since } = request.body;
      if (since > askedAt) throw invalidInput([{ pointer: '/since', detail: 'must not be in the future' }]);
      return answerOnce(request, {
        status: 201,
        writeAt: ({ now }) =>
          write({
            subject: endpoint_id,
            read: {
              endpoint: one(selectEndpoint(query, practice_id, endpoint_id)),
              running: one(selectRunningReplay(query, endpoint_id)),
            },
            decide: ({ endpoint, running }) => {
              if (!endpoint) throw notFound();
              if (!endpoint.enabled) {
                throw new Problem('invalid_state', 'The endpoint is disabled: enable it first.', {
                  state: 'disabled',
                  allowed_moves: ['enable'],
                });
              }
              if (running)
                throw new Problem('limit_reached', `The replay ${running.id} of this endpoint is running.`);
              const id = newId('replay');
              const row = { id, practice_id, endpoint_id, since, created_at: now };
              return decision({
                writes: { made: one(insertReplay(query, row)) },
                resourceId: id,
                resultOf: ({ made }) => made as ReplayRow,
              });
            },
          }),
        show: (row) => {
          defer(() => wakeReplay(row.id));
          return { body: presentReplay(row, []) };
        },
        replay: async (id) => {
          const { row, counted } = await database.read({
            row: one(selectReplay(query, id, practice_id)),
            counted: many(countReplayed(query, id)),
          });
          if (!row) throw notFound();
          return { body: presentReplay(row, counted) };
        },
      });
    },
  }),
  operation({
    id: 'getWebhookReplay',
    method: 'GET',
    path: '/v1/webhook-replays/{replay_id}',
    tag: 'Webhooks',
    summary: 'Read how far a replay has come',
    scope: 'webhooks:read',
    whenSuspended: 'reads',
    response: { status: 200, description: 'The replay.', schema: ReplaySchema, example: replayExample },
    handle: async ({ exchange: { database }, actor, params }) => {
      const replayId = params.replay_id;
      const [[row], counted] = await database.batch([
        selectReplay(database.query, replayId, actor.practice_id),
        countReplayed(database.query, replayId),
      ]);
      if (!row) throw notFound();
      return { status: 200, body: presentReplay(row, counted) };
    },
  }),
];
