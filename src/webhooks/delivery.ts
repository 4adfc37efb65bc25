/**
 * The delivery engine. D1 owns the schedule, the queue is the wake-up call, the cron trigger the guarantee: whatever
 * is lost of the first two is found again by `sweepDeliveries`. A crash between POST and record sends again with the
 * same `webhook-id`: at least once, and the receiver can tell.
 */
import type { Database } from '../db/database.ts';
import type { Settings } from '../env.ts';
import { toEnvelope } from '../events/envelope.ts';
import { type DeliveryMessage, wakeDeliveries } from '../queue.ts';
import type { Vault } from '../vault/vault.ts';
import {
  claimDelivery,
  type DeliveryRow,
  insertAttempt,
  selectDispatch,
  selectDueDeliveries,
  settleDelivery,
} from './deliveries.repository.ts';
import { refuseDestination } from './destination.ts';
import { type PostedAttempt, post } from './post.ts';
import { type AttemptError, isDelivered, nextAttemptAt } from './schedule.ts';
import { sign } from './signature.ts';

/** Longer than an attempt can take, so that a lease that has run out means a crash. */
const LEASE_MS = 60_000;
/** Up to here the queue's own delay carries the retry; the cron finds it in any case. */
const QUEUE_DELAY_MS_MAX = 30 * 60_000;
const SWEPT_PER_RUN_MAX = 500;
const USER_AGENT = 'ReferralExchange-Webhooks/1.0';

export interface DeliveryContext {
  readonly database: Database;
  readonly vault: Vault;
  readonly settings: Settings;
  readonly queue: Queue<DeliveryMessage>;
  readonly clock?: () => number;
  readonly random?: () => number;
  readonly fetcher?: typeof fetch;
}

type Dispatch = Awaited<ReturnType<typeof selectDispatch>>[number];

const withoutAnswer = (error: AttemptError): PostedAttempt => ({
  status: null,
  error,
  retryAfter: null,
  duration_ms: 0,
  response_excerpt: null,
});

async function attempt(dispatch: Dispatch, context: DeliveryContext, now: number): Promise<PostedAttempt> {
  const { settings, vault, fetcher, clock } = context;
  const rules = {
    allowPrivate: settings.allowPrivateDestinations,
    ownHost: new URL(settings.publicOrigin).hostname,
  };
  if (refuseDestination(dispatch.url, rules)) return withoutAnswer('destination_refused');
  const body = JSON.stringify(toEnvelope(dispatch, settings.publicOrigin));
  const timestamp = Math.floor(now / 1000);
  let signature: string;
  try {
    const secret = await vault.openSecret(dispatch.sealed_secret, {
      column: 'webhook_endpoints.sealed_secret',
      row: dispatch.endpoint_id,
    });
    signature = await sign(secret, { id: dispatch.id, timestamp, body });
  } catch {
    return withoutAnswer('signing');
  }
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': USER_AGENT,
    'webhook-id': dispatch.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signature,
  };
  return post(dispatch.url, headers, body, { ...(fetcher ? { fetcher } : {}), ...(clock ? { clock } : {}) });
}

/** Tries one delivery, if it is due and nobody else does. */
export async function deliver(deliveryId: string, context: DeliveryContext): Promise<void> {
  const { database, queue, clock = Date.now, random = Math.random } = context;
  const { query } = database;
  const startedAt = clock();
  const leaseUntil = startedAt + LEASE_MS;
  const [[claimed], [dispatch]] = await database.batch([
    claimDelivery(query, deliveryId, startedAt, leaseUntil),
    selectDispatch(query, deliveryId, startedAt),
  ]);
  if (!claimed || !dispatch) return;
  if (!dispatch.tellable) {
    await database.batch([
      settleDelivery(query, deliveryId, leaseUntil, { state: 'cancelled', next_attempt_at: null }),
    ]);
    return;
  }
  const result = await attempt(dispatch, context, startedAt);
  const finishedAt = clock();
  const number = claimed.attempts_count + 1;
  const retryAt = isDelivered(result) ? null : nextAttemptAt(number, result, finishedAt, random());
  const settled: Partial<DeliveryRow> = isDelivered(result)
    ? { state: 'delivered', next_attempt_at: null, delivered_at: finishedAt }
    : retryAt === null
      ? { state: 'exhausted', next_attempt_at: null }
      : { next_attempt_at: retryAt };
  await database.batch([
    insertAttempt(query, {
      delivery_id: deliveryId,
      number,
      started_at: startedAt,
      duration_ms: result.duration_ms,
      status: result.status,
      error: result.error,
      response_excerpt: result.response_excerpt,
    }),
    settleDelivery(query, deliveryId, leaseUntil, { ...settled, attempts_count: number }),
  ]);
  if (retryAt !== null && retryAt - finishedAt <= QUEUE_DELAY_MS_MAX) {
    await queue.send({ delivery_id: deliveryId }, { delaySeconds: Math.ceil((retryAt - finishedAt) / 1000) });
  }
}

/** Finds what is due and unleased: lost messages, crashes, long delays. */
export async function sweepDeliveries({ database, queue, clock = Date.now }: DeliveryContext): Promise<void> {
  const [due] = await database.batch([selectDueDeliveries(database.query, clock(), SWEPT_PER_RUN_MAX)]);
  await wakeDeliveries(
    queue,
    due.map(({ id }) => id),
  );
}
