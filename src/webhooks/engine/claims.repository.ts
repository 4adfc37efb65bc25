/** Who works on a delivery: of many claims one gets it, and of a half-open breaker one is the probe. */
import { and, eq, isNull, lt, lte, or, type Placeholder, sql } from 'drizzle-orm';
import type { Query, Statement } from '../../platform/db/database.ts';
import { placeOfDelivery } from '../../platform/db/ids.ts';
import { prepared } from '../../platform/db/prepared.ts';
import { deliveries, webhook_endpoints } from '../../platform/db/schema.ts';
import { isAt, isDelivery } from './deliveries.repository.ts';

/** While its breaker is open an endpoint gets nothing; when that time is over, one probe. */
export const mayPost = (now: number | Placeholder) =>
  sql`endpoint.enabled = 1 and endpoint.deleted_at is null and (endpoint.breaker_until is null or endpoint.breaker_until <= ${now})`;

/** Only one of many claims gets the row. */
const claimAt = prepared<{ endpointId: string; position: number; now: number; leaseUntil: number }>()(
  (query, { endpointId, position, now, leaseUntil }) =>
    query
      .update(deliveries)
      .set({ lease_until: sql`${leaseUntil}` })
      .where(
        and(
          isAt({ endpointId, position }),
          eq(deliveries.state, 'pending'),
          lte(deliveries.next_attempt_at, now),
          or(isNull(deliveries.lease_until), lt(deliveries.lease_until, now)),
          sql`exists (select 1 from ${webhook_endpoints} as endpoint where endpoint.id = "deliveries"."endpoint_id" and ${mayPost(now)})`,
        ),
      )
      .returning({ id: deliveries.id }),
);

export const claimDelivery = (query: Query, deliveryId: string, now: number, leaseUntil: number) =>
  claimAt(query, { ...placeOfDelivery(deliveryId), now, leaseUntil });

/** The claimed delivery is the probe of a half-open breaker: nobody else is let through until it is judged. */
export const claimProbe = (query: Query, deliveryId: string, leaseUntil: number, now: number) =>
  query.all<{ id: string }>(sql`
    update ${webhook_endpoints} set breaker_until = ${leaseUntil}, health_version = health_version + 1
    where breaker_until <= ${now} and id = (
      select claimed.endpoint_id from ${deliveries} as claimed
      where ${isDelivery(deliveryId, 'claimed')} and claimed.lease_until = ${leaseUntil})
    returning id`);

/** A probe that posted nothing says nothing: another one may be made. */
export const giveProbeBack = (query: Query, endpointId: string, leaseUntil: number, now: number) =>
  query.run(sql`
    update ${webhook_endpoints} set breaker_until = ${now}, health_version = health_version + 1
    where id = ${endpointId} and breaker_until = ${leaseUntil}`) as Statement;
