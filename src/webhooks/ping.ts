/** A signed test, posted while the caller waits. */
import { newId } from '../db/ids.ts';
import { toTime } from '../http/fields.ts';
import type { Exchange } from '../http/operation.ts';
import { postMessage } from './attempt.ts';
import type { EndpointRow } from './endpoints.repository.ts';
import type { Ping } from './endpoints.schemas.ts';
import { renderEvent } from './render.ts';
import { isDelivered } from './schedule.ts';

export async function ping(row: EndpointRow, exchange: Exchange): Promise<Ping> {
  const { vault, settings, now } = exchange;
  const id = newId('event');
  const event = {
    id,
    type: 'endpoint.ping',
    actor: 'system',
    data: { endpoint_id: row.id },
    occurred_at: now,
    sequence: null,
  };
  const message = { ...renderEvent(event, null, settings.publicOrigin), id };
  const result = await postMessage(row, message, { vault, settings }, now);
  const { status, error, duration_ms, response_excerpt } = result;
  return {
    id,
    pinged_at: toTime(now),
    succeeded: isDelivered(result),
    status,
    error,
    duration_ms,
    response_excerpt,
  };
}
