/** One signed POST of a rendered message to an endpoint: where it may go is asked anew, with every attempt. */

import type { webhook_endpoints } from '../../platform/db/schema.ts';
import { KeyGoneError, type Vault } from '../../platform/vault/vault.ts';
import type { PostingContext } from './context.ts';
import { refuseDestination, rulesOf } from './destination.ts';
import { secretsIn, withoutSecrets } from './echo.ts';
import { ATTEMPT_MS_MAX, type Method, type PostedAttempt, post, WHOLE_ANSWER_BYTES_MAX } from './post.ts';
import { judgeHost } from './resolve.ts';
import type { AttemptError } from './schedule.ts';
import { signWithAll } from './signature.ts';

const USER_AGENT = 'ReferralExchange-Webhooks/1.0';

/** What is posted: the same bytes are signed and sent. */
export interface RenderedMessage {
  readonly method?: Method;
  /** Where to, if not to the endpoint's own URL. */
  readonly url?: string;
  /** False for receivers that cannot check a signature. */
  readonly isSigned?: boolean;
  /** Its answer is read to its end. */
  readonly readsWhole?: boolean;
  readonly asksForAccess?: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What must be known of an endpoint to post to it. */
export type Target = Pick<
  typeof webhook_endpoints.$inferSelect,
  'id' | 'url' | 'sealed_secret' | 'sealed_previous_secret' | 'previous_secret_until' | 'sealed_headers'
>;

export const secretPlace = (endpointId: string) =>
  ({ column: 'webhook_endpoints.sealed_secret', row: endpointId }) as const;
/** Rotated out, it was moved here as it stood. */
const previousSecretPlace = (endpointId: string) =>
  ({ ...secretPlace(endpointId), movedTo: 'sealed_previous_secret' }) as const;
export const formatPlace = (endpointId: string) =>
  ({ column: 'webhook_endpoints.sealed_format_settings', row: endpointId }) as const;
export const sessionPlace = (endpointId: string) =>
  ({ column: 'webhook_endpoints.sealed_format_session', row: endpointId }) as const;
export const headersPlace = (endpointId: string) =>
  ({ column: 'webhook_endpoints.sealed_headers', row: endpointId }) as const;

const withoutAnswer = (error: AttemptError, duration_ms = 0): PostedAttempt => ({
  status: null,
  error,
  retryAfter: null,
  duration_ms,
  response_excerpt: null,
});

/** The secrets that sign now: the newest first. */
async function openSecrets(target: Target, vault: Vault, now: number): Promise<string[]> {
  const isRotating = target.sealed_previous_secret !== null && (target.previous_secret_until ?? 0) > now;
  return Promise.all([
    vault.openSecret(target.sealed_secret, secretPlace(target.id)),
    ...(isRotating
      ? [vault.openSecret(target.sealed_previous_secret ?? '', previousSecretPlace(target.id))]
      : []),
  ]);
}

/** @param now when the attempt began: the time that is signed */
export async function postMessage(
  target: Target,
  message: RenderedMessage & { readonly id: string },
  { vault, settings, clock = Date.now, fetcher = fetch }: PostingContext,
  now: number,
): Promise<PostedAttempt> {
  const url = message.url ?? target.url;
  if (refuseDestination(url, rulesOf(settings))) return withoutAnswer('destination_refused');
  const timestamp = Math.floor(now / 1000);
  let headers: Record<string, string>;
  try {
    const custom =
      target.sealed_headers === null || message.asksForAccess
        ? {}
        : (JSON.parse(await vault.openSecret(target.sealed_headers, headersPlace(target.id))) as object);
    headers = { ...custom, ...message.headers, 'User-Agent': USER_AGENT };
    if (message.isSigned ?? true) {
      const signed = { id: message.id, timestamp, body: message.body };
      headers['webhook-id'] = message.id;
      headers['webhook-timestamp'] = String(timestamp);
      headers['webhook-signature'] = await signWithAll(await openSecrets(target, vault, now), signed);
    }
  } catch (error) {
    // Not the receiver's fault, and over when the key is back: no attempt was made.
    if (error instanceof KeyGoneError) throw error;
    return withoutAnswer('signing');
  }
  const askedAt = clock();
  const refusal = await judgeHost(new URL(url).hostname, settings, fetcher);
  const took = Math.max(0, clock() - askedAt);
  if (refusal) return withoutAnswer(refusal, took);
  const timeoutMs = Math.max(1, ATTEMPT_MS_MAX - took);
  const { method = 'POST', body, readsWhole } = message;
  const result = await post(url, headers, body, {
    method,
    fetcher,
    clock,
    timeoutMs,
    ...(readsWhole ? { bytesReadMax: WHOLE_ANSWER_BYTES_MAX } : {}),
  });
  return { ...result, response_excerpt: withoutSecrets(result.response_excerpt, secretsIn(headers)) };
}
