/** Which endpoints have something waiting, and which of their deliveries are to be woken now. */
import { type SQL, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import { lowestId } from '../../platform/db/ids.ts';
import { deliveries, webhook_endpoints } from '../../platform/db/schema.ts';
import { DAY_MS } from '../../platform/durations.ts';
import { mayPost } from './claims.repository.ts';

const YEAR_MS = 365 * DAY_MS;

/** Endpoints from one id on, and before another one; so many of them are examined. */
export interface EndpointRange {
  readonly from: string;
  readonly before: string;
  readonly examinedMax: number;
}

/** All endpoints, beginning anywhere: runs that examine a bounded number of them come to all of them. */
export function rangesFrom(random: number, now: number, examinedMax: number): [EndpointRange, EndpointRange] {
  const start = lowestId('endpoint', now - random * YEAR_MS);
  return [
    { from: start, before: '~', examinedMax },
    { from: '', before: start, examinedMax },
  ];
}

/**
 * `waiting(endpoint_id)`: the endpoints that have a delivery in this state, found one by one in its index, however many
 * deliveries each of them has.
 */
export function endpointsWith(state: 'pending' | 'held', { from, before, examinedMax }: EndpointRange): SQL {
  const first = (condition: SQL) => sql`
    select min(one.endpoint_id) from ${deliveries} as one
    where one.state = ${sql.raw(`'${state}'`)} and one.endpoint_id < ${before} and ${condition}`;
  return sql`waiting(endpoint_id) as (
    select * from (${first(sql`one.endpoint_id >= ${from}`)}) union all
    select (${first(sql`one.endpoint_id > waiting.endpoint_id`)})
    from waiting where waiting.endpoint_id is not null limit ${examinedMax})`;
}

/** The first of an endpoint that are due, whether somebody works on them or not. */
const firstDue = (endpointId: SQL, now: number, limit: number) => sql`
  select due.id, due.position, due.lease_until, due.queued_at, due.created_at from ${deliveries} as due
  where due.state = 'pending' and due.endpoint_id = ${endpointId} and due.next_attempt_at <= ${now}
  order by due.next_attempt_at, due.position limit ${limit}`;

/** A share of an endpoint: of the first that are due those that nobody works on, as JSON. */
export interface ShareRow {
  readonly ids: string;
  /** The breaker lets one through, as its probe. */
  readonly is_half_open: number;
}

const shareOf = (now: number, shareMax: number) => sql`
  (select json_group_array(share.id) from (${firstDue(sql`endpoint.id`, now, shareMax)}) as share
    where share.lease_until is null or share.lease_until < ${now}) as ids,
  endpoint.breaker_until is not null as is_half_open`;

/** One share of each endpoint in the range. */
export const selectShares = (query: Query, range: EndpointRange, now: number, shareMax: number) =>
  query.all<ShareRow>(sql`
    with recursive ${endpointsWith('pending', range)}
    select ${shareOf(now, shareMax)}
    from waiting join ${webhook_endpoints} as endpoint on endpoint.id = waiting.endpoint_id
    where ${mayPost(now)}`);

export const selectShareOf = (query: Query, endpointId: string, now: number, shareMax: number) =>
  query.all<ShareRow>(sql`
    select ${shareOf(now, shareMax)} from ${webhook_endpoints} as endpoint
    where endpoint.id = ${endpointId} and ${mayPost(now)}`);

export interface StaleDelivery {
  readonly id: string;
  readonly state: 'pending' | 'held';
}

export interface StaleBounds {
  readonly pendingSince: number;
  readonly heldSince: number;
}

/** Of each endpoint so many are looked at: what is due for the longest is stale first. */
const STALE_PER_ENDPOINT = 20;

/** Due for days behind an open breaker. */
export const selectStalePending = (
  query: Query,
  range: EndpointRange,
  now: number,
  { pendingSince }: StaleBounds,
  limit: number,
) =>
  query.all<StaleDelivery>(sql`
    with recursive ${endpointsWith('pending', range)}
    select stale.id, 'pending' as state from waiting join ${deliveries} as stale on stale.endpoint_id = waiting.endpoint_id and stale.position in (
      select position from (${firstDue(sql`waiting.endpoint_id`, now, STALE_PER_ENDPOINT)})
      where coalesce(queued_at, created_at) <= ${pendingSince} and (lease_until is null or lease_until < ${now}))
    limit ${limit}`);

export const selectStaleHeld = (query: Query, { heldSince }: StaleBounds, limit: number) =>
  query.all<StaleDelivery>(sql`
    select id, state from ${deliveries} where state = 'held' and created_at <= ${heldSince}
    order by created_at limit ${limit}`);
