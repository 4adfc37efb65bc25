/** Deliveries that wait at one endpoint which does not answer, behind its open breaker. */
import type { Exchange } from '../../tests/support/harness.ts';

const EVENTS_PER_STATEMENT = 20_000;
const BROKEN_MS = 3_600_000;

export async function addPending(exchange: Exchange, endpointId: string, count: number): Promise<void> {
  const now = Date.now();
  await exchange.sql(
    `update webhook_endpoints set breaker_until = ?, breaker_trips = 5, failures_count = 50, failing_since = ?,
       health_version = health_version + 1 where id = ?`,
    now + BROKEN_MS,
    now - BROKEN_MS,
    endpointId,
  );
  for (let done = 0; done < count; done += EVENTS_PER_STATEMENT)
    await addDue(exchange, `id = '${endpointId}'`, Math.min(EVENTS_PER_STATEMENT, count - done), now);
  // They are about no referral: there is nothing to seal.
  await exchange.sql(
    'update ledger_progress set version = version + 1, event_position = (select max(position) from events)',
  );
}

/** Events that are due at some endpoints of one practice, as if their messages had been lost. */
export async function addDue(
  exchange: Exchange,
  endpoints: string,
  count: number,
  now: number,
): Promise<void> {
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < ?1)
     insert into events (position, id, type, actor, data, occurred_at)
     select (select max(position) from events) + value, 'evt_' || lower(hex(randomblob(13))), 'practice.reinstated', 'operator', '{}', ?2 from n`,
    count,
    now,
  );
  const added = 'position > (select max(position) from events) - ?1';
  await exchange.sql(
    `insert into event_recipients (practice_id, position, sequence, needs_feedback)
     select practice_id, position, null, 0 from events, (select distinct practice_id from webhook_endpoints where ${endpoints})
     where ${added}`,
    count,
  );
  await exchange.sql(
    `insert into deliveries (endpoint_id, position, state, next_attempt_at, created_at)
     select endpoint.id, position, 'pending', ?2, ?2 from events, webhook_endpoints as endpoint
     where ${added} and endpoint.${endpoints}`,
    count,
    now,
  );
}
