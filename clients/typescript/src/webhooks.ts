import { Webhook } from 'standardwebhooks';
import type { components } from './api.ts';

/** An event as a webhook tells it: its `type` decides what `data` holds. */
export type WebhookEvent = components['schemas']['Event'];

/** As `fetch` and as Node's `http` have them. */
export type IncomingHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const toRecord = (headers: IncomingHeaders): Record<string, string> => {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), String(value)]])),
  );
};

/**
 * The event that a webhook brought, of an endpoint with the format `standard`.
 * @param secret of the endpoint, `whsec_…`
 * @param body as it came in, before any JSON parser
 * @throws Error that says why the webhook is not to be trusted
 */
export function verifyWebhook(secret: string, headers: IncomingHeaders, body: string): WebhookEvent {
  return new Webhook(secret).verify(body, toRecord(headers)) as WebhookEvent;
}
