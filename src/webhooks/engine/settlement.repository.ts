/**
 * How the way of a delivery ends or is put off: the one place. What is held behind it leaves with the same batch, and
 * what an owner or the engine did to it meanwhile is not overwritten by who read it before.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { Query, Statement } from '../../platform/db/database.ts';
import { placeOfDelivery } from '../../platform/db/ids.ts';
import { attempts, deliveries, webhook_endpoints } from '../../platform/db/schema.ts';
import { type DeliveryRow, isDelivery } from './deliveries.repository.ts';
import { releaseNextHeld } from './queueing.repository.ts';
import type { StaleBounds, StaleDelivery } from './waking.repository.ts';

/** The delivery as it was claimed. */
export interface Claim {
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly leaseUntil: number;
  /** Of the round that was read: the attempts before it and its beginning. */
  readonly attempts_before: number;
  readonly since: number;
}

/** Of two workers whose leases overlapped only the later one still writes; one that was queued anew is read again. */
const isStillClaimed = ({ deliveryId, leaseUntil, attempts_before, since }: Claim) =>
  sql`${isDelivery(deliveryId)} and lease_until = ${leaseUntil} and attempts_before = ${attempts_before}
    and coalesce(queued_at, created_at) = ${since}`;

/** The number that no delivery counts: a guard refuses an attempt with it, and its whole batch. */
const NO_NUMBER = -1;

/** Who lost the lease writes nothing at all. It follows the statement that would have changed the delivery. */
const refuseUnlessChanged = (query: Query, { deliveryId }: Claim): Statement => {
  const { endpointId, position } = placeOfDelivery(deliveryId);
  return query.run(sql`
    insert into ${attempts} (endpoint_id, position, number, started_at, duration_ms)
    select ${endpointId}, ${position}, ${NO_NUMBER}, 0, 0 where changes() = 0`) as Statement;
};

export const endDelivery = (
  query: Query,
  claim: Claim,
  change: Pick<DeliveryRow, 'state'> & Partial<DeliveryRow>,
  now: number,
): Statement[] => [
  query
    .update(deliveries)
    .set({ ...change, next_attempt_at: null, lease_until: null })
    .where(isStillClaimed(claim)),
  refuseUnlessChanged(query, claim),
  ...releaseNextHeld(query, claim.endpointId, now),
];

/** To be tried again, if its endpoint is still there for it; one that is held leaves when its turn comes. */
export const postponeDelivery = (
  query: Query,
  claim: Claim,
  attemptsCount: number,
  nextAttemptAt: number,
  now: number,
): Statement[] => [
  query.run(sql`
    update ${deliveries} set lease_until = null, attempts_count = ${attemptsCount},
      (state, next_attempt_at) = (
        select case when endpoint.deleted_at is not null then 'cancelled'
            when endpoint.enabled = 0 or ${deliveries.state} = 'held' then 'held' else 'pending' end,
          case when endpoint.deleted_at is null and endpoint.enabled = 1 and ${deliveries.state} <> 'held' then ${nextAttemptAt} end
        from ${webhook_endpoints} as endpoint where endpoint.id = ${deliveries.endpoint_id})
    where ${isStillClaimed(claim)}`),
  refuseUnlessChanged(query, claim),
  ...releaseNextHeld(query, claim.endpointId, now),
];

/**
 * Gives up what is still stale and nobody works on.
 * @param announcement of it, which may ask `changes()`
 */
export const exhaustStale = (
  query: Query,
  { id, state }: StaleDelivery,
  endpointId: string,
  { pendingSince }: StaleBounds,
  announcement: readonly Statement[],
  now: number,
): Statement[] => [
  query
    .update(deliveries)
    .set({ state: 'exhausted', next_attempt_at: null, lease_until: null })
    .where(
      and(
        isDelivery(id),
        eq(deliveries.state, state),
        sql`(lease_until is null or lease_until < ${now})`,
        state === 'held' ? undefined : sql`coalesce(queued_at, created_at) <= ${pendingSince}`,
      ),
    ),
  ...announcement,
  ...releaseNextHeld(query, endpointId, now),
];
