/** What the minute does for the engine beside waking what is due: giving up what waited too long, and forgetting. */
import { workOff } from '../../ledger/due.ts';
import { DAY_MS } from '../../platform/durations.ts';
import { deliveryIdsIn, wakeDeliveries } from '../../platform/queue.ts';
import type { DeliveryContext } from '../posting/context.ts';
import { DELIVERY_AGE_MS_MAX } from '../posting/schedule.ts';
import { announceExhaustion } from './announce.ts';
import { selectDispatch } from './deliveries.repository.ts';
import { deleteOldAttempts, releaseStandingStill, selectStandingStill } from './queueing.repository.ts';
import { exhaustStale } from './settlement.repository.ts';
import { rangesFrom, type StaleDelivery, selectStaleHeld, selectStalePending } from './waking.repository.ts';

const HELD_MS_MAX = 30 * DAY_MS;
const ATTEMPTS_KEPT_MS = 30 * DAY_MS;

/** A minute's share; what is left over is taken by the next minute. */
const STALE_PER_RUN_MAX = 50;
const FORGOTTEN_PER_RUN_MAX = 1000;
const ENDPOINTS_PER_RUN_MAX = 200;

/** Deliveries that an open breaker kept from being tried for 7 days, or that were held for 30. */
export async function giveUpStale({
  database,
  queue,
  clock = Date.now,
  random = Math.random,
}: DeliveryContext): Promise<void> {
  const now = clock();
  const { query } = database;
  const bounds = { pendingSince: now - DELIVERY_AGE_MS_MAX, heldSince: now - HELD_MS_MAX };
  const [later, earlier] = rangesFrom(random(), now, ENDPOINTS_PER_RUN_MAX);
  const [held, ...pending] = await database.batch([
    selectStaleHeld(query, bounds, STALE_PER_RUN_MAX),
    selectStalePending(query, later, now, bounds, STALE_PER_RUN_MAX),
    selectStalePending(query, earlier, now, bounds, STALE_PER_RUN_MAX),
  ]);
  // The two kinds take turns.
  const stale = Array.from({ length: STALE_PER_RUN_MAX }, (_, turn) =>
    [pending.flat(), held].flatMap((kind) => kind.slice(turn, turn + 1)),
  );
  const giveUp = async (one: StaleDelivery) => {
    const [[row]] = await database.batch([selectDispatch(query, one.id, now)]);
    if (!row) return [];
    const announcement = announceExhaustion(query, one.id, row, now, { onlyIfChanged: true });
    return database.batch(exhaustStale(query, one, row.endpoint_id, bounds, announcement, now));
  };
  await wakeDeliveries(
    queue,
    await workOff(stale.flat(), giveUp, ({ id }) => ({ delivery_id: id, stale: true })),
  );
}

/**
 * Lets go on what is held although nothing keeps it. Each write that ends the way of a delivery does that by itself: here
 * it is made good wherever one did not, for whatever reason. Runs begin at different endpoints, so that they come to all.
 */
export async function releaseForgotten({
  database,
  queue,
  clock = Date.now,
  random = Math.random,
}: DeliveryContext): Promise<void> {
  const now = clock();
  const { query } = database;
  const ranges = rangesFrom(random(), now, ENDPOINTS_PER_RUN_MAX);
  const found = await database.batch(ranges.map((range) => selectStandingStill(query, range)));
  const endpointIds = found.flat().map(({ id }) => id);
  if (endpointIds.length === 0) return;
  const results = await database.batch(releaseStandingStill(query, endpointIds, now));
  await wakeDeliveries(queue, deliveryIdsIn(results));
}

export async function deleteOldHistory({ database, clock = Date.now }: DeliveryContext): Promise<void> {
  await database.batch([
    deleteOldAttempts(database.query, clock() - ATTEMPTS_KEPT_MS, FORGOTTEN_PER_RUN_MAX),
  ]);
}
