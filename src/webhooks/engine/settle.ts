/** From the result of an attempt to what is written of it: one batch, all or nothing. */
import { ConflictError, type Statement } from '../../platform/db/database.ts';
import type { EndpointFailure } from '../../platform/db/schema.ts';
import { MINUTE_MS } from '../../platform/durations.ts';
import { deliveryIdsIn, wake, wakeDeliveries } from '../../platform/queue.ts';
import { updateHealth } from '../endpoints/endpoints.repository.ts';
import { afterFailure, afterSuccess, type Health, type Judgement } from '../endpoints/health.ts';
import { type FormatName, formatOf } from '../formats/formats.ts';
import type { DeliveryContext } from '../posting/context.ts';
import type { PostedAttempt } from '../posting/post.ts';
import { DELIVERY_AGE_MS_MAX, isDelivered, nextAttemptAt } from '../posting/schedule.ts';
import { announceEndpoint, announceExhaustion } from './announce.ts';
import { type DispatchRow, insertAttempt, selectDispatch } from './deliveries.repository.ts';
import { holdPendingDeliveries, markReached } from './queueing.repository.ts';
import { endDelivery, postponeDelivery } from './settlement.repository.ts';
import { goesOnUntilFrom, messagesOf, nextShareMax, SHARE_MIN } from './shares.ts';
import { type ShareRow, selectShareOf } from './waking.repository.ts';

/** Up to here the queue's own delay carries the retry; the cron finds it in any case. */
const QUEUE_DELAY_MS_MAX = 30 * MINUTE_MS;
/** Those who judge the same endpoint at the same time take turns; more than this means that something is wrong. */
const JUDGEMENTS_MAX = 20;

export interface FinishedAttempt {
  readonly deliveryId: string;
  readonly leaseUntil: number;
  readonly isProbe: boolean;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly random: number;
  readonly result: PostedAttempt;
  /** Until then the next share of the endpoint is woken. */
  readonly goesOnUntil: number;
}

const healthOf = (row: DispatchRow): Health & { created_at: number } => ({
  failures_count: row.failures_count,
  failing_since: row.failing_since,
  healthy_at: row.healthy_at,
  breaker_trips: row.breaker_trips,
  breaker_until: row.breaker_until,
  created_at: row.endpoint_created_at,
});

function judge(row: DispatchRow, { result, isProbe, finishedAt }: FinishedAttempt): Judgement {
  // Of one that was disabled meanwhile nothing more is to be judged.
  if (!row.enabled) return { health: null, disable: null, event: null };
  // Who refuses one record answers: nothing is wrong with the endpoint.
  if (isDelivered(result) || result.refusal) return afterSuccess(healthOf(row), finishedAt);
  return afterFailure(healthOf(row), { isGone: result.status === 410, isProbe }, finishedAt);
}

const failureOf = ({ result: { status, error }, finishedAt }: FinishedAttempt): EndpointFailure => ({
  failed_at: finishedAt,
  status,
  error,
});

interface Settlement {
  readonly statements: Statement[];
  /** When it is to be tried again; null where it is not. */
  readonly wakeAt: number | null;
  readonly hasRecovered: boolean;
}

function planSettlement(row: DispatchRow, done: FinishedAttempt, { database }: DeliveryContext): Settlement {
  const { query } = database;
  const { deliveryId, leaseUntil, result, finishedAt } = done;
  const number = row.attempts_count + 1;
  const delivered = isDelivered(result);
  const { health, disable, event } = judge(row, done);
  const planned = delivered
    ? null
    : nextAttemptAt(number - row.attempts_before, result, finishedAt, done.random);
  const retryAt = planned !== null && planned <= row.since + DELIVERY_AGE_MS_MAX ? planned : null;
  const endpoint = { id: row.endpoint_id, practice_id: row.practice_id };
  const statements: Statement[] = [];
  if (health || disable)
    statements.push(
      updateHealth(
        query,
        row.endpoint_id,
        row.health_version,
        { ...health, last_failure: delivered || result.refusal ? null : failureOf(done) },
        disable,
        finishedAt,
      ),
    );
  if (disable) statements.push(holdPendingDeliveries(query, row.endpoint_id));
  const claim = { ...row, deliveryId, endpointId: row.endpoint_id, leaseUntil };
  const first = delivered && number === 1 && formatOf(row.format as FormatName).signed ? done : null;
  const end = {
    state: delivered ? ('delivered' as const) : ('exhausted' as const),
    delivered_at: delivered ? finishedAt : null,
    attempts_count: number,
    ...(first && {
      first_started_at: first.startedAt,
      first_duration_ms: result.duration_ms,
      first_status: result.status,
    }),
    // Of an erased referral the id of its record was kept for this delivery alone.
    ...('record_id' in (JSON.parse(row.kept) as object) ? { kept: {} } : {}),
  };
  statements.push(
    ...(retryAt !== null
      ? postponeDelivery(query, claim, number, retryAt, finishedAt)
      : endDelivery(query, claim, end, finishedAt)),
  );
  if (!first)
    statements.push(
      insertAttempt(query, deliveryId, {
        number,
        started_at: done.startedAt,
        duration_ms: result.duration_ms,
        status: result.status,
        error: result.error,
        response_excerpt: result.response_excerpt,
      }),
    );
  if (delivered && row.type === 'referral.sent' && row.referral_id !== null)
    statements.push(
      markReached(query, row.referral_id, row.practice_id, result.confirmed ?? true, finishedAt),
    );
  if (!delivered && retryAt === null)
    statements.push(
      ...announceExhaustion(query, deliveryId, row, finishedAt, {
        reason: result.refusal ? 'record_refused' : undefined,
      }),
    );
  if (event) statements.push(...announceEndpoint(query, event, endpoint, {}, finishedAt));
  if (disable)
    statements.push(
      ...announceEndpoint(query, 'endpoint.disabled', endpoint, { reason: disable }, finishedAt),
    );
  return {
    statements,
    wakeAt: retryAt === null || disable ? null : Math.max(retryAt, (health ?? row).breaker_until ?? 0),
    hasRecovered: row.breaker_until !== null && health !== null && health.breaker_until === null,
  };
}

/**
 * Writes what became of a delivery and wakes what follows: what is released by that, and its endpoint's next share.
 */
export async function writeAndWake(
  statements: readonly Statement[],
  endpointId: string,
  goesOnUntil: number,
  { database, queue }: DeliveryContext,
  now: number,
  shareMax = SHARE_MIN,
): Promise<void> {
  const goesOn = now < goesOnUntil;
  const share = goesOn ? [selectShareOf(database.query, endpointId, now, shareMax)] : [];
  const results = await database.batch([...statements, ...share]);
  await wakeDeliveries(queue, deliveryIdsIn(results));
  if (goesOn) await wake(queue, messagesOf(results.at(-1) as ShareRow[], goesOnUntil));
}

/** Records an attempt; what others did to the delivery or its endpoint meanwhile is read again. */
export async function settle(
  first: DispatchRow,
  done: FinishedAttempt,
  context: DeliveryContext,
): Promise<void> {
  const { database, queue } = context;
  const { deliveryId, leaseUntil, finishedAt } = done;
  let row = first;
  for (let judgements = 0; judgements < JUDGEMENTS_MAX; judgements += 1) {
    const { statements, wakeAt, hasRecovered } = planSettlement(row, done, context);
    // What waited for an endpoint to recover leaves now.
    const goesOnUntil = hasRecovered ? goesOnUntilFrom(finishedAt) : done.goesOnUntil;
    try {
      const shareMax = nextShareMax(done.result.duration_ms);
      await writeAndWake(statements, row.endpoint_id, goesOnUntil, context, finishedAt, shareMax);
      const waitMs = wakeAt === null ? null : wakeAt - finishedAt;
      if (waitMs !== null && waitMs <= QUEUE_DELAY_MS_MAX)
        await queue.send({ delivery_id: deliveryId }, { delaySeconds: Math.ceil(waitMs / 1000) });
      return;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
    // The lease ran out meanwhile: whoever holds it now posts again, and records that.
    const [[again]] = await database.batch([
      selectDispatch(database.query, deliveryId, finishedAt, leaseUntil),
    ]);
    if (!again) return;
    row = again;
  }
  throw new Error('An attempt could not be recorded: its lease will run out, and it is made again.');
}
