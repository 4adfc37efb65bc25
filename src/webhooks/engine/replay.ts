/** A replay goes on in steps of bounded size, each a message of the queue; the minute finds the ones that got lost. */
import { MINUTE_MS } from '../../platform/durations.ts';
import { deliveryIdsIn, wake } from '../../platform/queue.ts';
import type { DeliveryContext } from '../posting/context.ts';
import {
  advanceReplay,
  selectNextPositions,
  selectReplay,
  selectStuckReplays,
} from './replays.repository.ts';
import { goesOnUntilFrom, messagesOf, SHARE_MIN } from './shares.ts';
import { type ShareRow, selectShareOf } from './waking.repository.ts';

const EVENTS_PER_STEP = 100;
const STUCK_MS = MINUTE_MS;
const RESUMED_PER_RUN_MAX = 20;

export async function continueReplay(
  replayId: string,
  { database, queue, clock = Date.now }: DeliveryContext,
): Promise<void> {
  const { query } = database;
  const [[replay]] = await database.batch([selectReplay(query, replayId)]);
  if (!replay || replay.finished_at !== null) return;
  const [rows] = await database.batch([selectNextPositions(query, replay, EVENTS_PER_STEP)]);
  const isLast = rows.length < EVENTS_PER_STEP;
  const positions = rows.map(({ position }) => position);
  const now = clock();
  const results = await database.batch([
    ...advanceReplay(query, replay, positions, isLast, now),
    selectShareOf(query, replay.endpoint_id, now, SHARE_MIN),
  ]);
  const queued = new Set(deliveryIdsIn(results));
  const messages = messagesOf(results.at(-1) as ShareRow[], goesOnUntilFrom(now));
  // Behind what is due already these come in their turn.
  if (messages.every((message) => 'delivery_id' in message && queued.has(message.delivery_id)))
    await wake(queue, messages);
  if (!isLast) await queue.send({ replay_id: replayId });
}

export async function resumeReplays({ database, queue, clock = Date.now }: DeliveryContext): Promise<void> {
  const [stuck] = await database.batch([
    selectStuckReplays(database.query, clock() - STUCK_MS, RESUMED_PER_RUN_MAX),
  ]);
  for (const { id } of stuck) await queue.send({ replay_id: id });
}
