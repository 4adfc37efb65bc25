/** Whether a call comes from the CRM that the endpoint names. No I/O; the clock is an argument. */
import { timingSafeEqual } from 'hono/utils/buffer';
import { sha256Hex, toHex } from '../platform/access/token.ts';
import { encodeBase64 } from '../platform/base64.ts';
import { MINUTE_MS } from '../platform/durations.ts';
import { toUtf8 } from '../platform/utf8.ts';
import type { CallbackSettings } from '../webhooks/endpoints/callback-settings.ts';

/** HubSpot, "Validating requests": older signatures are refused. */
const SIGNATURE_AGE_MS_MAX = 5 * MINUTE_MS;

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

const hmacKey = (secret: string) =>
  crypto.subtle.importKey('raw', toUtf8(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

function decodeText(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}

/** base64(HMAC-SHA256(client secret, method + URI + body + timestamp)), HubSpot's signature v3. */
async function isSignedByHubspot(call: CallFacts, secret: string, now: number): Promise<boolean> {
  const timestamp = call.headers.get('X-HubSpot-Request-Timestamp') ?? '';
  const signature = call.headers.get('X-HubSpot-Signature-v3') ?? '';
  if (!/^\d{1,15}$/.test(timestamp) || Math.abs(now - Number(timestamp)) > SIGNATURE_AGE_MS_MAX) return false;
  const key = await hmacKey(secret);
  const urls = new Set(call.urls.flatMap((url) => [url, decodeForHubspot(url)]));
  for (const url of urls) {
    const signed = await new Blob([call.method + url, call.body, timestamp]).arrayBuffer();
    const expected = encodeBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, signed)));
    if (await timingSafeEqual(signature, expected)) return true;
  }
  return false;
}

/** hex(SHA-256(client secret, method + URI + body)), HubSpot's v2, which its workflows may send: no time is in it. */
async function isSignedByHubspotV2(call: CallFacts, secret: string): Promise<boolean> {
  if (call.headers.get('X-HubSpot-Signature-Version') !== 'v2') return false;
  const signature = call.headers.get('X-HubSpot-Signature') ?? '';
  for (const url of call.urls) {
    const signed = await new Blob([secret + call.method + url, call.body]).arrayBuffer();
    const expected = await sha256Hex(new Uint8Array(signed));
    if (await timingSafeEqual(signature, expected)) return true;
  }
  return false;
}

/** base64(id of the webhook, colon, hex(HMAC-SHA256(secret key, body))): EspoCRM, "Webhooks", from version 9.0. */
async function isSignedByEspocrm({ headers, body }: CallFacts, secret: string): Promise<boolean> {
  const given = decodeText(headers.get('Signature') ?? '');
  const expected = toHex(new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKey(secret), body)));
  return timingSafeEqual(given.slice(given.indexOf(':') + 1), expected);
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
  switch (caller.kind) {
    case 'header':
      return timingSafeEqual(call.headers.get(caller.name ?? '') ?? '', secret);
    case 'hubspot':
      return call.headers.has('X-HubSpot-Signature-v3')
        ? isSignedByHubspot(call, secret, now)
        : isSignedByHubspotV2(call, secret);
    case 'espocrm':
      return isSignedByEspocrm(call, secret);
    default:
      return hasBasicCredentials(call, caller.username ?? '', secret);
  }
}
