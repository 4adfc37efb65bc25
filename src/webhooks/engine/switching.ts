/** An endpoint is switched off and on, and deleted: what becomes of its deliveries is written with it. */
import type { Query, Statement } from '../../platform/db/database.ts';
import { type EndpointRow, updateEndpoint } from '../endpoints/endpoints.repository.ts';
import type { Ping } from '../endpoints/endpoints.schemas.ts';
import { healthyAt } from '../endpoints/health.ts';
import { announceEndpoint } from './announce.ts';
import { cancelDeliveries, holdPendingDeliveries, releaseNextHeld } from './queueing.repository.ts';

/** By its owner. The first statement returns the endpoint. */
export const disableEndpoint = (
  query: Query,
  row: EndpointRow,
  now: number,
): [ReturnType<typeof updateEndpoint>, ...Statement[]] => [
  updateEndpoint(query, row.id, row.version, {
    enabled: false,
    disabled_at: now,
    disabled_reason: 'owner',
    replay_head_position: null,
    updated_at: now,
  }),
  holdPendingDeliveries(query, row.id),
  ...announceEndpoint(query, 'endpoint.disabled', row, { reason: 'owner' }, now),
];

/** @param ping the test that it passed, where its format can be tested */
export const enableEndpoint = (
  query: Query,
  row: EndpointRow,
  ping: Ping | null,
  now: number,
): Statement[] => [
  updateEndpoint(query, row.id, row.version, {
    enabled: true,
    disabled_at: null,
    disabled_reason: null,
    ...healthyAt(now),
    last_failure: null,
    ...(ping ? { last_ping: ping, confirmed_at: row.confirmed_at ?? now } : {}),
    updated_at: now,
  }),
  ...(row.disabled_reason === 'owner' ? [] : announceEndpoint(query, 'endpoint.recovered', row, {}, now)),
  ...releaseNextHeld(query, row.id, now),
];

/** What was still to be delivered to it is cancelled. */
export const deleteEndpoint = (query: Query, row: EndpointRow, now: number): Statement[] => [
  updateEndpoint(query, row.id, row.version, { deleted_at: now, enabled: false, updated_at: now }),
  ...cancelDeliveries(query, row.id),
];
