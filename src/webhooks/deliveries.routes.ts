/** What was posted to an endpoint, and how each try went. */
import * as v from 'valibot';
import { someOf, timeOut, timeOutOrNull, toTime } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { operation } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { decision, write } from '../ledger/commit.ts';
import { EVENT_TYPE_NAMES } from '../ledger/event-types.ts';
import { many, one } from '../platform/db/plan.ts';
import { DELIVERY_STATES } from '../platform/db/schema.ts';
import { notFound, Problem } from '../platform/problem.ts';
import { selectEndpoint } from './endpoints/endpoints.repository.ts';
import { endpointExample } from './endpoints/endpoints.schemas.ts';
import {
  type AttemptRow,
  type ShownDeliveryRow,
  selectAttempts,
  selectDeliveries,
  selectDelivery,
  selectExaminedDeliveries,
} from './engine/deliveries.repository.ts';
import { requeueDelivery } from './engine/queueing.repository.ts';
import { adviceOn } from './posting/advice.ts';
import { ATTEMPT_ERRORS } from './posting/schedule.ts';

/** One event for one webhook endpoint. @schema Delivery */
export const DeliverySchema = v.object({
  /** Its id. */
  id: v.string(),
  /** The endpoint. */
  endpoint_id: v.string(),
  /** The event. */
  event_id: v.string(),
  /** Null for an event that tells an outcome, once the consent no longer lets it reach you. */
  event_type: v.nullable(v.picklist(EVENT_TYPE_NAMES)),
  /** How it stands. */
  state: v.picklist(DELIVERY_STATES),
  /** How often it was tried. */
  attempts_count: v.number(),
  /** When it is tried next; null where it is not. */
  next_attempt_at: timeOutOrNull,
  /** When the endpoint took it. */
  delivered_at: timeOutOrNull,
  /** When it was made. */
  created_at: timeOut,
});

/** A delivery and how each try went. @schema DeliveryWithAttempts */
export const DeliveryWithAttemptsSchema = v.object({
  ...DeliverySchema.entries,
  /** Every try, in order. */
  attempts: v.array(
    v.object({
      /** The how manieth it was, from 1 on. */
      number: v.number(),
      /** When. */
      started_at: timeOut,
      /** How long it took, in milliseconds. */
      duration_ms: v.number(),
      /** The HTTP status; null where nothing answered. */
      status: v.nullable(v.number()),
      /** What went wrong where nothing answered, the record was refused, or only a ping was posted. */
      error: v.nullable(v.picklist(ATTEMPT_ERRORS)),
      /** What to do about it; null where nothing is. For people, and may be put otherwise. */
      advice: v.nullable(v.string()),
      /** The beginning of the answer, at most 500 characters; in our words where it might quote the client. */
      response_excerpt: v.nullable(v.string()),
    }),
  ),
});

function presentDelivery(row: ShownDeliveryRow): v.InferOutput<typeof DeliverySchema> {
  return {
    id: row.id,
    endpoint_id: row.endpoint_id,
    event_id: row.event_id,
    event_type: row.tellable ? (row.event_type as (typeof EVENT_TYPE_NAMES)[number]) : null,
    state: row.state,
    attempts_count: row.attempts_count,
    next_attempt_at: toTime(row.next_attempt_at),
    delivered_at: toTime(row.delivered_at),
    created_at: toTime(row.created_at),
  };
}

type Attempt = v.InferOutput<typeof DeliveryWithAttemptsSchema>['attempts'][number];

/** @param isTaken it is the one by which the delivery was made */
function presentAttempt(row: AttemptRow, isTaken: boolean): Attempt {
  const error = row.error as Attempt['error'];
  return {
    number: row.number,
    started_at: toTime(row.started_at),
    duration_ms: row.duration_ms,
    status: row.status,
    error,
    advice: isTaken ? null : adviceOn({ status: row.status, error }),
    response_excerpt: row.response_excerpt,
  };
}

/** A disabled endpoint gets nothing, also not what its owner wants to be sent again. */
const isRetryable = (row: ShownDeliveryRow) =>
  row.enabled === 1 && ['pending', 'delivered', 'exhausted'].includes(row.state);

const example = {
  id: `dlv_${endpointExample.id.slice(4)}6405c7a0a1b38`,
  endpoint_id: endpointExample.id,
  event_id: 'evt_01k8vb2t5heqxt3nq5v0r6k3ma',
  event_type: 'referral.sent',
  state: 'delivered',
  attempts_count: 1,
  next_attempt_at: null,
  delivered_at: '2026-10-05T14:05:00.412Z',
  created_at: '2026-10-05T14:05:00.031Z',
};

export const deliveryOperations = [
  operation({
    id: 'listDeliveries',
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpoint_id}/deliveries',
    tag: 'Webhooks',
    summary: 'List the deliveries of an endpoint',
    description:
      'Newest first. With `state` a page may have fewer than `limit` although `next_cursor` is not null: it looks through 500 deliveries at most.',
    scope: 'webhooks:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      ...pageQuery,
      /** Only those that stand so: one state, or some with commas between them. */
      state: v.optional(someOf(DELIVERY_STATES)),
    }),
    response: {
      status: 200,
      description: 'A page of deliveries, newest first.',
      schema: page(DeliverySchema),
      example: { data: [example], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor, params, query } = request;
      const { database, now } = exchange;
      const endpointId = params.endpoint_id;
      const pager = await pagerOf(request, ['number']);
      const filter = { states: query.state, beforePosition: pager.after?.[0] ?? Number.MAX_SAFE_INTEGER };
      const { endpoint, rows, examined } = await database.read({
        endpoint: one(selectEndpoint(database.query, actor.practice_id, endpointId)),
        rows: many(selectDeliveries(database.query, endpointId, filter, pager.rowsMax, now)),
        examined:
          query.state === undefined
            ? undefined
            : one(selectExaminedDeliveries(database.query, endpointId, filter.beforePosition)),
      });
      if (!endpoint) throw notFound();
      const end = examined?.position ? ([examined.position] as const) : null;
      return { status: 200, body: await pager.show(rows, presentDelivery, (row) => [row.position], end) };
    },
  }),
  operation({
    id: 'getDelivery',
    method: 'GET',
    path: '/v1/deliveries/{delivery_id}',
    tag: 'Webhooks',
    summary: 'Read a delivery with its attempts',
    scope: 'webhooks:read',
    whenSuspended: 'reads',
    response: {
      status: 200,
      description: 'The delivery.',
      schema: DeliveryWithAttemptsSchema,
      example: {
        ...example,
        attempts: [
          {
            number: 1,
            started_at: '2026-10-05T14:05:00.300Z',
            duration_ms: 112,
            status: 200,
            error: null,
            advice: null,
            response_excerpt: 'ok',
          },
        ],
      },
    },
    handle: async ({ exchange: { database, now }, actor, params }) => {
      const [[row], tries] = await database.batch([
        selectDelivery(database.query, actor.practice_id, params.delivery_id, now),
        selectAttempts(database.query, actor.practice_id, params.delivery_id),
      ]);
      if (!row) throw notFound();
      const attempts = tries.map((one, index) =>
        presentAttempt(one, row.state === 'delivered' && index === tries.length - 1),
      );
      return { status: 200, body: { ...presentDelivery(row), attempts } };
    },
  }),
  operation({
    id: 'retryDelivery',
    method: 'POST',
    path: '/v1/deliveries/{delivery_id}/retry',
    tag: 'Webhooks',
    summary: 'Retry a delivery now',
    description:
      'Also one that was given up or delivered before: it is posted at once with the same `webhook-id`, and again after the schedule from its beginning where that fails. One that is held leaves when its endpoint is enabled.',
    scope: 'webhooks:write',
    whenSuspended: 'opens',
    response: {
      status: 200,
      description: 'The delivery, queued.',
      schema: DeliverySchema,
      example: {
        ...example,
        state: 'pending',
        attempts_count: 11,
        next_attempt_at: '2026-10-09T10:00:00.000Z',
        delivered_at: null,
      },
    },
    errors: ['invalid_state'],
    handle: async (request) => {
      const { database, now } = request.exchange;
      const { query } = database;
      const deliveryId = request.params.delivery_id;
      const shownAt = (moment: number) =>
        one(selectDelivery(query, request.actor.practice_id, deliveryId, moment));
      return answerOnce(request, {
        status: 200,
        writeAt: (at) =>
          write({
            subject: deliveryId,
            read: { row: shownAt(at.now) },
            decide: ({ row }) => {
              if (!row) throw notFound();
              if (!isRetryable(row)) {
                throw new Problem(
                  'invalid_state',
                  'What is held or cancelled, or belongs to a disabled endpoint, cannot be retried.',
                  { state: row.state, allowed_moves: [] },
                );
              }
              return decision({
                writes: { requeued: requeueDelivery(query, deliveryId, at.now), shown: shownAt(at.now) },
                resourceId: deliveryId,
                resultOf: ({ shown }) => shown as ShownDeliveryRow,
              });
            },
          }),
        show: (row) => ({ body: presentDelivery(row) }),
        replay: async () => {
          const { row } = await database.read({ row: shownAt(now) });
          if (!row) throw notFound();
          return { body: presentDelivery(row) };
        },
      });
    },
  }),
];
