/** A signed test, posted while the caller waits. */
import { newId } from '../db/ids.ts';
import { toEnvelope } from '../events/envelope.ts';
import { toTime } from '../http/fields.ts';
import type { Exchange } from '../http/operation.ts';
import { postMessage } from './attempt.ts';
import type { EndpointRow } from './endpoints.repository.ts';
import type { Ping } from './endpoints.schemas.ts';
import { openFormatSettings } from './format-settings.ts';
import { type FormatName, formatOf } from './formats/formats.ts';
import { isDelivered } from './schedule.ts';

/** False for a receiver that would make a lead of the test. */
export const canBePinged = (row: EndpointRow) => formatOf(row.format as FormatName).signed;

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
  // As every other event: a receiver that is strict about its format is so about a test, too.
  const origin = settings.publicOrigin;
  const input = { envelope: toEnvelope(event, origin), referral: null, url: row.url, origin };
  const made = formatOf(row.format as FormatName).request(input, await openFormatSettings(row, exchange), {
    kept: {},
    session: null,
  });
  const result = await postMessage(row, { id, ...made }, { vault, settings }, now);
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
