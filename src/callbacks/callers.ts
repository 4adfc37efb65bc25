/** Whether a call comes from the CRM that the endpoint names. No I/O; the clock is an argument. */
import { timingSafeEqual } from 'hono/utils/buffer';
import { encodeBase64 } from '../platform/base64.ts';
import type { CallbackSettings } from '../webhooks/endpoints/callback-settings.ts';

/** HubSpot, "Validating requests": older signatures are refused. */
const SIGNATURE_AGE_MS_MAX = 5 * 60_000;

export interface CallFacts {
  readonly method: string;
  /** The addresses that the caller may have called us by. */
  readonly urls: readonly string[];
  readonly headers: Headers;
  /** As it came. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Characters that HubSpot decodes in the address before it signs. */
const decodeForHubspot = (url: string) =>
  url.replaceAll(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (encoded) => decodeURIComponent(encoded));

/** base64(HMAC-SHA256(client secret, method + URI + body + timestamp)), HubSpot's signature v3. */
async function isSignedByHubspot(call: CallFacts, secret: string, now: number): Promise<boolean> {
  const timestamp = call.headers.get('X-HubSpot-Request-Timestamp') ?? '';
  const signature = call.headers.get('X-HubSpot-Signature-v3') ?? '';
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > SIGNATURE_AGE_MS_MAX) return false;
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const urls = new Set(call.urls.flatMap((url) => [url, decodeForHubspot(url)]));
  for (const url of urls) {
    const signed = await new Blob([call.method + url, call.body, timestamp]).arrayBuffer();
    const expected = encodeBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, signed)));
    if (await timingSafeEqual(signature, expected)) return true;
  }
  return false;
}

/** RFC 7617. Name and password are ASCII, so that no character set has to be guessed. */
async function hasBasicCredentials(
  { headers }: CallFacts,
  username: string,
  password: string,
): Promise<boolean> {
  const [scheme, given] = (headers.get('Authorization') ?? '').trim().split(/\s+/);
  if (scheme?.toLowerCase() !== 'basic') return false;
  return timingSafeEqual(
    (given ?? '').replace(/=+$/, ''),
    btoa(`${username}:${password}`).replace(/=+$/, ''),
  );
}

export function isFrom(
  caller: NonNullable<CallbackSettings['caller']>,
  secret: string,
  call: CallFacts,
  now: number,
): Promise<boolean> {
  return caller.kind === 'hubspot'
    ? isSignedByHubspot(call, secret, now)
    : hasBasicCredentials(call, caller.username ?? '', secret);
}
