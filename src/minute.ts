/** What the cron trigger does each minute. One part's fault does not keep the others from their work. */
import { expireConsents } from './consent-page/expiry.ts';
import { logFault } from './fault.ts';
import { deleteOldIdempotencyRecords } from './http/idempotency.repository.ts';
import { ledgerKeyOf, sealPending } from './privacy/ledger/seal.ts';
import { eraseOldReferrals } from './privacy/retention.ts';
import { wakeDeliveries } from './queue.ts';
import { meetDeadlines } from './referrals/deadlines.ts';
import { type DeliveryContext, sweepDeliveries } from './webhooks/delivery.ts';
import { resumeReplays } from './webhooks/replay.ts';
import { deleteOldHistory, giveUpStale } from './webhooks/upkeep.ts';

export async function runMinute(context: DeliveryContext): Promise<void> {
  const { database, queue, settings, clock = Date.now } = context;
  const now = clock();
  const parts = [
    async () => wakeDeliveries(queue, await expireConsents(database, now)),
    async () => wakeDeliveries(queue, await meetDeadlines(database, now)),
    async () => wakeDeliveries(queue, await eraseOldReferrals(database, settings.retentionMonths, now)),
    async () => sweepDeliveries(context),
    async () => giveUpStale(context),
    async () => resumeReplays(context),
    async () => deleteOldHistory(context),
    async () => sealPending(database, await ledgerKeyOf(settings)),
    async () => database.batch([deleteOldIdempotencyRecords(database.query, now)]),
  ];
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      logFault({ minute: now }, error);
    }
  }
}
