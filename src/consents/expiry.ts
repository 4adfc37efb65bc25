/** Consents that run out, each minute: told to both sides, and a referral that waits for an answer ends with them. */
import { ConflictError, type Database, type Statement } from '../db/database.ts';
import { deliveryIdsIn } from '../queue.ts';
import { changeReferral, noteReferral } from '../referrals/change.ts';
import { selectReferral } from '../referrals/referrals.repository.ts';
import { noteExpiry, selectExpiredConsents } from './consents.repository.ts';

const EXPIRED_PER_RUN_MAX = 200;

/** Returns the deliveries to wake. A referral that somebody changes meanwhile is left to the next run. */
export async function expireConsents(database: Database, now: number): Promise<string[]> {
  const { query } = database;
  const [expired] = await database.batch([selectExpiredConsents(query, now, EXPIRED_PER_RUN_MAX)]);
  const deliveryIds: string[] = [];
  for (const { referral_id } of expired) {
    const [[row]] = await database.batch([selectReferral(query, referral_id)]);
    if (!row) continue;
    const announcement = {
      type: 'consent.expired',
      actor: 'system',
      toSender: true,
      toReceiver: true,
      needsFeedback: false,
      data: {},
    } as const;
    const noted = noteReferral(query, row, announcement, now);
    const waits = row.state === 'sent' || row.state === 'needs_info';
    const ended: Statement[] = waits
      ? changeReferral(query, noted.row, { move: 'expire', by: 'system', feedback: false }, now).statements
      : [];
    try {
      const statements = [noteExpiry(query, referral_id, now), ...noted.statements, ...ended];
      deliveryIds.push(...deliveryIdsIn(await database.batch(statements)));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
  return deliveryIds;
}
