/** What a practice says of its capacity grows old: each month it is asked whether it is still so. */
import { workOff } from '../ledger/due.ts';
import { recordEvent } from '../ledger/outbox.ts';
import type { Database } from '../platform/db/database.ts';
import { DAY_MS } from '../platform/durations.ts';
import { noteCapacityReminder, selectDueCapacities } from './practices.repository.ts';

const MONTH_MS = 30 * DAY_MS;
/** A minute's share; what is left over is taken by the next minute. */
const DUE_PER_RUN_MAX = 40;

/** Said longer ago than this it is marked: it may no longer be true. */
export const isCapacityStale = (updatedAt: number, now: number) => now - updatedAt > MONTH_MS;

export const saidAt = (now: number) => ({ capacity_updated_at: now, capacity_due_at: now + MONTH_MS });

/** Returns the deliveries to wake. */
export async function remindOfCapacity(database: Database, now: number): Promise<string[]> {
  const { query } = database;
  const [due] = await database.batch([selectDueCapacities(query, now, DUE_PER_RUN_MAX)]);
  const remind = ({ id, capacity, capacity_due_at }: (typeof due)[number]) => {
    const event = {
      type: 'practice.capacity_due',
      actor: 'system',
      referral: null,
      parties: { practice: { practice_id: id } },
      data: { practice_id: id, capacity },
      onlyIfChanged: true,
    } as const;
    return database.batch([
      noteCapacityReminder(query, id, capacity_due_at, now + MONTH_MS),
      ...recordEvent(query, event, now),
    ]);
  };
  return workOff(due, remind, ({ id }) => ({ practice_id: id, capacity: true }));
}
