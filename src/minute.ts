/**
 * What the cron trigger does each minute. One part's fault does not keep the others from their work, and neither does
 * its work: D1 lets an invocation make so many statements, and each part has a share of them of its own. What the
 * others leave over goes to those that need more; what is left then is taken by the next minute.
 */

import { refreshDirectory } from './catalog/refresh.ts';
import { noteMinute } from './health/health.repository.ts';
import { deleteOldIdempotencyRecords } from './http/idempotency.repository.ts';
import { ledgerKeysOf } from './ledger/chain/ledger-keys.ts';
import { recheckChains } from './ledger/chain/recheck.ts';
import { sealPending } from './ledger/chain/seal.ts';
import { remindOfReviews } from './partnerships/review.ts';
import { BudgetError } from './platform/db/database.ts';
import { logFault } from './platform/fault.ts';
import { logLine } from './platform/log.ts';
import { wakeDeliveries } from './platform/queue.ts';
import { remindOfCapacity } from './practices/capacity.ts';
import { eraseOldReferrals } from './privacy/retention.ts';
import { expireConsents } from './referrals/consenting/expiry.ts';
import { meetDeadlines } from './referrals/deadlines.ts';
import { noticePrepared } from './referrals/prepared/notices.ts';
import { countNetwork } from './reports/network/counting.ts';
import { announceReports } from './reports/ready.ts';
import { noteExpiries } from './verification/notices.ts';
import { matchRosters } from './verification/rosters/match.ts';
import { sweepDeliveries } from './webhooks/engine/delivery.ts';
import { resumeReplays } from './webhooks/engine/replay.ts';
import { deleteOldHistory, giveUpStale, releaseForgotten } from './webhooks/engine/upkeep.ts';
import type { DeliveryContext } from './webhooks/posting/context.ts';

/** A Worker's invocation may make 1,000 queries in D1; each statement of a batch is counted as one. */
export const STATEMENTS_PER_RUN_MAX = 1000;

interface Part {
  readonly name: string;
  readonly statementsMax: number;
  readonly run: (context: DeliveryContext) => Promise<unknown>;
}

const partsAt = (now: number): readonly Part[] => [
  { name: 'sweep_deliveries', statementsMax: 2, run: sweepDeliveries },
  { name: 'resume_replays', statementsMax: 2, run: resumeReplays },
  { name: 'release_forgotten', statementsMax: 4, run: releaseForgotten },
  { name: 'delete_old_history', statementsMax: 2, run: deleteOldHistory },
  {
    name: 'delete_old_idempotency_records',
    statementsMax: 2,
    run: ({ database }) => database.batch([deleteOldIdempotencyRecords(database.query, now)]),
  },
  {
    name: 'expire_consents',
    statementsMax: 175,
    run: async ({ database, queue }) => wakeDeliveries(queue, await expireConsents(database, now)),
  },
  {
    name: 'meet_deadlines',
    statementsMax: 175,
    run: async ({ database, queue }) => wakeDeliveries(queue, await meetDeadlines(database, now)),
  },
  {
    name: 'erase_old_referrals',
    statementsMax: 90,
    run: async ({ database, queue, settings }) =>
      wakeDeliveries(queue, await eraseOldReferrals(database, settings.retentionMonths, now)),
  },
  {
    name: 'notice_prepared',
    statementsMax: 30,
    run: async ({ database, queue }) => wakeDeliveries(queue, await noticePrepared(database, now)),
  },
  {
    name: 'remind_of_capacity',
    statementsMax: 30,
    run: async ({ database, queue }) => wakeDeliveries(queue, await remindOfCapacity(database, now)),
  },
  {
    name: 'remind_of_reviews',
    statementsMax: 30,
    run: async ({ database, queue }) => wakeDeliveries(queue, await remindOfReviews(database, now)),
  },
  {
    name: 'announce_reports',
    statementsMax: 60,
    run: async ({ database, queue }) => wakeDeliveries(queue, await announceReports(database, now)),
  },
  { name: 'count_network', statementsMax: 8, run: ({ database }) => countNetwork(database, now) },
  {
    name: 'match_rosters',
    statementsMax: 60,
    run: async ({ database, queue }) => wakeDeliveries(queue, await matchRosters(database, now)),
  },
  {
    name: 'note_expiries',
    statementsMax: 50,
    run: async ({ database, queue }) => wakeDeliveries(queue, await noteExpiries(database, now)),
  },
  { name: 'refresh_directory', statementsMax: 20, run: ({ database }) => refreshDirectory(database) },
  { name: 'give_up_stale', statementsMax: 90, run: giveUpStale },
  {
    name: 'seal_history',
    statementsMax: 112,
    run: async ({ database, settings }) => sealPending(database, ledgerKeysOf(settings)),
  },
  {
    name: 'recheck_history',
    statementsMax: 55,
    run: async ({ database, settings }) => recheckChains(database, ledgerKeysOf(settings), now),
  },
];

interface Ran {
  readonly name: string;
  readonly duration_ms: number;
  readonly statements: number;
  readonly rows_read: number;
  readonly rows_written: number;
  readonly is_spent: boolean;
  readonly failed: boolean;
}

async function run(
  part: Part,
  statementsMax: number,
  context: DeliveryContext,
  clock: () => number,
): Promise<{ readonly left: number; readonly ran: Ran }> {
  const startedAt = clock();
  const database = context.database.bounded(statementsMax);
  const { statements, rowsRead, rowsWritten } = database.meter;
  let failed = false;
  try {
    await part.run({ ...context, database });
  } catch (error) {
    if (!(error instanceof BudgetError)) {
      failed = true;
      logFault({ minute: startedAt, part: part.name }, error);
    }
  }
  const { meter, statementsLeft, isSpent } = database;
  const ran = {
    name: part.name,
    duration_ms: clock() - startedAt,
    statements: meter.statements - statements,
    rows_read: meter.rowsRead - rowsRead,
    rows_written: meter.rowsWritten - rowsWritten,
    is_spent: isSpent,
    failed,
  };
  return { left: statementsLeft, ran };
}

export async function runMinute(context: DeliveryContext): Promise<void> {
  const { clock = Date.now, database } = context;
  const now = clock();
  const all: Ran[] = [];
  const unfinished: Part[] = [];
  let spare = 0;
  for (const part of partsAt(now)) {
    const { left, ran } = await run(part, part.statementsMax, context, clock);
    all.push(ran);
    spare += left;
    if (ran.is_spent) unfinished.push(part);
  }
  const leftOver: string[] = [];
  for (const part of unfinished) {
    const { left, ran } = await run(part, spare, context, clock);
    all.push(ran);
    spare = left;
    if (ran.is_spent) leftOver.push(part.name);
  }
  const duration_ms = clock() - now;
  logLine('minute', { started_at: now, duration_ms, left_over: leftOver, parts: all });
  try {
    await database.batch([
      noteMinute(database.query, { started_at: now, duration_ms, unfinished: leftOver }),
    ]);
  } catch (error) {
    logFault({ minute: now, part: 'note_minute' }, error);
  }
}
