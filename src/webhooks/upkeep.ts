/** What the minute does for the engine beside waking what is due: giving up what waited too long, and forgetting. */
import { workOff } from '../db/due.ts';
import { wakeDeliveries } from '../queue.ts';
import { announceExhaustion } from './announce.ts';
import type { DeliveryContext } from './context.ts';
import { selectDispatch } from './deliveries.repository.ts';
import {
  deleteOldAttempts,
  exhaustStale,
  releaseNextHeld,
  type StaleDelivery,
  selectStaleDeliveries,
} from './queueing.repository.ts';
import { DELIVERY_AGE_MS_MAX } from './schedule.ts';

const DAY_MS = 86_400_000;
const HELD_MS_MAX = 30 * DAY_MS;
const ATTEMPTS_KEPT_MS = 30 * DAY_MS;

/** A minute's share; what is left over is taken by the next minute. */
const STALE_PER_RUN_MAX = 50;
const FORGOTTEN_PER_RUN_MAX = 1000;

/** Deliveries that an open breaker kept from being tried for 7 days, or that were held for 30. */
export async function giveUpStale({ database, queue, clock = Date.now }: DeliveryContext): Promise<void> {
  const now = clock();
  const { query } = database;
  const bounds = { pendingSince: now - DELIVERY_AGE_MS_MAX, heldSince: now - HELD_MS_MAX };
  const [stale] = await database.batch([selectStaleDeliveries(query, now, bounds, STALE_PER_RUN_MAX)]);
  const giveUp = async (one: StaleDelivery) => {
    const [[row]] = await database.batch([selectDispatch(query, one.id, now)]);
    if (!row) return [];
    return database.batch([
      exhaustStale(query, one, now, bounds),
      ...announceExhaustion(query, one.id, row, now, true),
      ...releaseNextHeld(query, row.endpoint_id, one.id, now),
    ]);
  };
  await wakeDeliveries(queue, await workOff(stale, giveUp, ({ id }) => ({ delivery_id: id, stale: true })));
}

export async function deleteOldHistory({ database, clock = Date.now }: DeliveryContext): Promise<void> {
  await database.batch([
    deleteOldAttempts(database.query, clock() - ATTEMPTS_KEPT_MS, FORGOTTEN_PER_RUN_MAX),
  ]);
}
