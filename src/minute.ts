/**
 * What the cron trigger does each minute. One part's fault does not keep the others from their work, and neither does
 * its work: D1 lets an invocation make so many statements, and each part has a share of them of its own. What the
 * others leave over goes to those that need more; what is left then is taken by the next minute.
 */

import { deleteOldIdempotencyRecords } from './http/idempotency.repository.ts';
import { ledgerKeysOf } from './ledger/chain/ledger-keys.ts';
import { recheckChains } from './ledger/chain/recheck.ts';
import { sealPending } from './ledger/chain/seal.ts';
import { BudgetError } from './platform/db/database.ts';
import { lowestId } from './platform/db/ids.ts';
import { logFault } from './platform/fault.ts';
import { wakeDeliveries } from './platform/queue.ts';
import { eraseOldReferrals } from './privacy/retention.ts';
import { expireConsents } from './referrals/consenting/expiry.ts';
import { meetDeadlines } from './referrals/deadlines.ts';
import { sweepDeliveries } from './webhooks/engine/delivery.ts';
import { resumeReplays } from './webhooks/engine/replay.ts';
import { deleteOldHistory, giveUpStale, releaseForgotten } from './webhooks/engine/upkeep.ts';
import type { DeliveryContext } from './webhooks/posting/context.ts';

/** A Worker's invocation may make 1,000 queries in D1; each statement of a batch is counted as one. */
export const STATEMENTS_PER_RUN_MAX = 1000;

interface Part {
  readonly statementsMax: number;
  readonly run: (context: DeliveryContext) => Promise<unknown>;
}

const YEAR_MS = 365 * 86_400_000;

const partsAt = (now: number): readonly Part[] => [
  { statementsMax: 2, run: sweepDeliveries },
  { statementsMax: 2, run: resumeReplays },
  { statementsMax: 4, run: releaseForgotten },
  { statementsMax: 2, run: deleteOldHistory },
  {
    statementsMax: 2,
    run: ({ database }) => database.batch([deleteOldIdempotencyRecords(database.query, now)]),
  },
  {
    statementsMax: 250,
    run: async ({ database, queue }) => wakeDeliveries(queue, await expireConsents(database, now)),
  },
  {
    statementsMax: 250,
    run: async ({ database, queue }) => wakeDeliveries(queue, await meetDeadlines(database, now)),
  },
  {
    statementsMax: 160,
    run: async ({ database, queue, settings }) =>
      wakeDeliveries(queue, await eraseOldReferrals(database, settings.retentionMonths, now)),
  },
  { statementsMax: 160, run: giveUpStale },
  {
    statementsMax: 112,
    run: async ({ database, settings, random = Math.random }) =>
      sealPending(database, ledgerKeysOf(settings), lowestId('referral', now - random() * YEAR_MS)),
  },
  {
    statementsMax: 56,
    run: async ({ database, settings }) => recheckChains(database, ledgerKeysOf(settings), now),
  },
];

/** Returns how many statements are left, and whether they were too few. */
async function run(
  part: Part,
  statementsMax: number,
  context: DeliveryContext,
  now: number,
): Promise<{ left: number; isSpent: boolean }> {
  const database = context.database.bounded(statementsMax);
  try {
    await part.run({ ...context, database });
  } catch (error) {
    if (!(error instanceof BudgetError)) logFault({ minute: now }, error);
  }
  return { left: database.statementsLeft, isSpent: database.isSpent };
}

export async function runMinute(context: DeliveryContext): Promise<void> {
  const { clock = Date.now } = context;
  const now = clock();
  const unfinished: Part[] = [];
  let spare = 0;
  for (const part of partsAt(now)) {
    const { left, isSpent } = await run(part, part.statementsMax, context, now);
    spare += left;
    if (isSpent) unfinished.push(part);
  }
  for (const part of unfinished) spare = (await run(part, spare, context, now)).left;
}
