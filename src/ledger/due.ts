/** What the cron trigger works off: rows that are due, oldest first, each in transactions of its own. */

import { BudgetError, ConflictError } from '../platform/db/database.ts';
import { logFault } from '../platform/fault.ts';
import { deliveryIdsIn } from '../platform/queue.ts';

/**
 * What is over when the database's budget is spent, and what somebody changed meanwhile, is the next run's. One that
 * cannot be handled does not stand in the way of the others, unless a whole page of them cannot be handled.
 * @param work returns what its batch gave
 * @returns the deliveries to wake
 */
export async function workOff<T>(
  due: readonly T[],
  work: (one: T) => Promise<readonly unknown[]>,
  nameOf: (one: T) => Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const deliveryIds: string[] = [];
  for (const one of due) {
    try {
      deliveryIds.push(...deliveryIdsIn(await work(one)));
    } catch (error) {
      if (error instanceof BudgetError) break;
      if (!(error instanceof ConflictError)) logFault(nameOf(one), error);
    }
  }
  return deliveryIds;
}
