/**
 * The delivery engine. D1 owns the schedule, the queue is the wake-up call, the cron trigger the guarantee: whatever
 * is lost of the first two is found again by `sweepDeliveries`. A crash between POST and record sends again with the
 * same `webhook-id`: at least once, and the receiver can tell.
 */
import { deliveryIdsIn, wakeDeliveries } from '../queue.ts';
import { createCallbackUrl, createPageUrl, linkExpiresAt } from '../vault/links.ts';
import type { DeliveryContext } from './context.ts';
import {
  claimDelivery,
  claimProbe,
  type DispatchRow,
  selectDispatch,
  selectDueDeliveries,
} from './deliveries.repository.ts';
import { isTellable, postFormatted } from './formatted.ts';
import { readFullReferral } from './full.ts';
import { settle } from './settle.ts';
import { endDelivery } from './settlement.repository.ts';

/** Longer than an attempt can take, so that a lease that has run out means a crash. */
const LEASE_MS = 60_000;
const SWEPT_PER_RUN_MAX = 500;

/** What may no longer be told is told to nobody. */
async function cancel(
  deliveryId: string,
  leaseUntil: number,
  row: DispatchRow,
  { database, queue }: DeliveryContext,
  now: number,
): Promise<void> {
  const claim = { ...row, deliveryId, endpointId: row.endpoint_id, leaseUntil };
  const results = await database.batch(endDelivery(database.query, claim, { state: 'cancelled' }, now));
  await wakeDeliveries(queue, deliveryIdsIn(results));
}

/** Where the receiver of a referral reads it and says what came of it; equal with each attempt. */
async function linkBack(row: DispatchRow, { vault, settings }: DeliveryContext): Promise<object> {
  if (!row.is_receiver || row.referral_id === null) return {};
  const link = { referralId: row.referral_id, practiceId: row.practice_id, makerId: row.endpoint_id };
  const { publicOrigin } = settings;
  const expiresAt = linkExpiresAt(row.occurred_at);
  // A new page would be a new way in; by the callback a practice that is suspended can still say what came of it.
  return {
    ...(row.callback_links
      ? { callback_url: await createCallbackUrl(link, expiresAt, vault, publicOrigin) }
      : {}),
    ...(row.page_links && row.practice_status === 'active'
      ? { page_url: await createPageUrl(link, expiresAt, vault, publicOrigin) }
      : {}),
  };
}

/** Tries one delivery, if it is due, its endpoint may be posted to and nobody else works on it. */
export async function deliver(deliveryId: string, context: DeliveryContext): Promise<void> {
  const { database, clock = Date.now, random = Math.random } = context;
  const { query } = database;
  const startedAt = clock();
  const leaseUntil = startedAt + LEASE_MS;
  const [[claimed], [probe], [row]] = await database.batch([
    claimDelivery(query, deliveryId, startedAt, leaseUntil),
    claimProbe(query, deliveryId, leaseUntil, startedAt),
    selectDispatch(query, deliveryId, startedAt),
  ]);
  if (!claimed || !row) return;
  if (!isTellable(row)) return cancel(deliveryId, leaseUntil, row, context, startedAt);
  const data = JSON.parse(row.data) as Record<string, unknown>;
  const event = { ...row, data: { ...data, ...(await linkBack(row, context)) } };
  const referral = await readFullReferral(row, context, startedAt);
  const result = await postFormatted(
    row,
    event,
    referral,
    context,
    { id: deliveryId, leaseUntil },
    startedAt,
  );
  const done = {
    deliveryId,
    leaseUntil,
    isProbe: probe !== undefined,
    startedAt,
    finishedAt: clock(),
    random: random(),
    result,
  };
  const hasRecovered = await settle(row, done, context);
  if (hasRecovered) await sweepDeliveries(context);
}

/** Finds what is due and unleased: lost messages, crashes, long delays. */
export async function sweepDeliveries({ database, queue, clock = Date.now }: DeliveryContext): Promise<void> {
  const [due] = await database.batch([selectDueDeliveries(database.query, clock(), SWEPT_PER_RUN_MAX)]);
  await wakeDeliveries(
    queue,
    due.map(({ id }) => id),
  );
}
