/** From an event to the request that tells an endpoint of it. The one place that knows of payloads and formats. */
import { type TellableEvent, toEnvelope } from '../events/envelope.ts';

/** Receivers must cope with bodies up to here, and with none larger. */
export const BODY_BYTES_MAX = 65_536;

export interface RenderedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HEADERS = { 'Content-Type': 'application/json' };
const encoder = new TextEncoder();

/**
 * @param referral as the practice may see it now, for an endpoint that gets the full payload; where it does not fit,
 * the receiver is told so and reads it from the API
 */
export function renderEvent(event: TellableEvent, referral: object | null, origin: string): RenderedMessage {
  const envelope = toEnvelope(event, origin);
  const thin = { headers: HEADERS, body: JSON.stringify(envelope) };
  if (referral === null) return thin;
  const body = JSON.stringify({ ...envelope, data: { ...envelope.data, referral } });
  return encoder.encode(body).byteLength <= BODY_BYTES_MAX ? { headers: HEADERS, body } : thin;
}
