/** What is held, released, retried, replayed and given up: how deliveries enter and leave the engine's queue. */
import { and, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { placeOfDelivery } from '../../platform/db/ids.ts';
import { attempts, deliveries, referrals, webhook_endpoints } from '../../platform/db/schema.ts';
import { isDelivery } from './deliveries.repository.ts';
import { type EndpointRange, endpointsWith } from './waking.repository.ts';

/** A new round: the schedule begins anew, the numbers of the attempts go on. */
const newRound = (now: number) => sql`
  state = 'pending', next_attempt_at = ${now}, queued_at = ${now}, attempts_before = attempts_count, delivered_at = null`;

/** What was still to be delivered waits until the endpoint is enabled. One under way is settled by who works on it. */
export const holdPendingDeliveries = (query: Query, endpointId: string) =>
  query
    .update(deliveries)
    .set({ state: 'held', next_attempt_at: null })
    .where(and(eq(deliveries.endpoint_id, endpointId), sql`${deliveries.state} = 'pending'`));

/** What was still to be delivered to an endpoint that is deleted: of each state what its own index finds. */
export const cancelDeliveries = (query: Query, endpointId: string) =>
  ["state = 'pending'", "state = 'held'"].map((waiting) =>
    query
      .update(deliveries)
      .set({ state: 'cancelled', next_attempt_at: null, lease_until: null })
      .where(and(eq(deliveries.endpoint_id, endpointId), sql.raw(waiting))),
  );

/** A held event that fails so often while it is replayed goes on by itself, and the next one leaves. */
const REPLAY_HEAD_ATTEMPTS = 3;

const oldestHeld = sql`(
  select held.position from ${deliveries} as held
  where held.endpoint_id = ${webhook_endpoints.id} and held.state = 'held' order by held.position limit 1)`;

const isHeadOnItsWay = sql`exists (
  select 1 from ${deliveries} as head
  where head.endpoint_id = ${webhook_endpoints.id} and head.position = ${webhook_endpoints.replay_head_position} and head.state = 'pending'
    and head.attempts_count - head.attempts_before < ${REPLAY_HEAD_ATTEMPTS})`;

/** @param endpoints the condition that finds them by their ids */
const releaseHeldOf = (query: Query, endpoints: SQL, now: number) =>
  [
    query.run(sql`
      update ${webhook_endpoints} set replay_head_position = ${oldestHeld}
      where ${webhook_endpoints.id} ${endpoints} and enabled = 1 and deleted_at is null
        and not ${isHeadOnItsWay} and replay_head_position is not ${oldestHeld}`),
    query.all<{ delivery_id: string }>(sql`
      update ${deliveries} set ${newRound(now)}
      where state = 'held' and (endpoint_id, position) in (
        select endpoint.id, endpoint.replay_head_position from ${webhook_endpoints} as endpoint where endpoint.id ${endpoints})
      returning id as delivery_id`),
  ] as const;

/**
 * Held events leave one after the other, in their order: the head is named on the endpoint, the rest waits behind it,
 * and with no more held the endpoint is free. Whoever may have ended the way of a head lets the next one leave with
 * this, in the same batch and after it. It asks only what is true then, never what was read before: a head that is on
 * its way stays the head, and anything else, whatever made it so, makes way.
 */
export const releaseNextHeld = (query: Query, endpointId: string, now: number) =>
  releaseHeldOf(query, sql`= ${endpointId}`, now);

/** The same for those that stand still although nothing keeps them. */
export const releaseStandingStill = (query: Query, endpointIds: readonly string[], now: number) =>
  releaseHeldOf(query, sql`in (select value from json_each(${JSON.stringify(endpointIds)}))`, now);

/** Endpoints with held deliveries that nothing keeps: they are enabled, and none of theirs is on its way. */
export const selectStandingStill = (query: Query, range: EndpointRange) =>
  query.all<{ id: string }>(sql`
    with recursive ${endpointsWith('held', range)}
    select ${webhook_endpoints.id} as id from waiting join ${webhook_endpoints} on ${webhook_endpoints.id} = waiting.endpoint_id
    where enabled = 1 and deleted_at is null and not ${isHeadOnItsWay}`);

/** One delivery, again and at once; also where the breaker is open, as its probe. */
export const requeueDelivery = (query: Query, deliveryId: string, now: number) =>
  [
    query.all<{ delivery_id: string }>(sql`
      update ${deliveries} set ${newRound(now)}
      where ${isDelivery(deliveryId)} and state in ('pending', 'delivered', 'exhausted') and exists (
        select 1 from ${webhook_endpoints} as endpoint
        where endpoint.id = "deliveries"."endpoint_id" and endpoint.enabled = 1 and endpoint.deleted_at is null)
      returning id as delivery_id`),
    query.run(sql`
      update ${webhook_endpoints} set breaker_until = ${now}, health_version = health_version + 1
      where breaker_until > ${now} and id = ${placeOfDelivery(deliveryId).endpointId}`),
  ] as const;

/** The sender sees when the referral reached the receiver's CRM: the first time counts. */
export const markReached = (
  query: Query,
  referralId: string,
  receiverId: string,
  isConfirmed: boolean,
  now: number,
) =>
  query.run(sql`
    update ${referrals} set reached_at = coalesce(reached_at, ${now}), reached_confirmed = ${isConfirmed ? 1 : 0}
    where id = ${referralId} and receiver_practice_id = ${receiverId}
      and (reached_at is null or (reached_confirmed = 0 and ${isConfirmed ? 1 : 0}))`);

export const deleteOldAttempts = (query: Query, before: number, limit: number) =>
  query.delete(attempts).where(
    and(
      lt(attempts.started_at, before),
      sql`(endpoint_id, position, number) in (
          select endpoint_id, position, number from attempts where started_at < ${before} order by started_at limit ${limit})`,
    ),
  );
