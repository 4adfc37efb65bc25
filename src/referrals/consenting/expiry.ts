/**
 * Consents that run out, each minute: told to both sides, and a referral that waits for an answer ends with them. Nothing
 * of the client leaves from that moment on, whether or not this has run (`disclosure.repository.ts`).
 */

import { noteExpiry, selectExpiredConsents } from '../../consents/consents.repository.ts';
import { workOff } from '../../ledger/due.ts';
import type { Database, Statement } from '../../platform/db/database.ts';
import { changeReferral, noteReferral } from '../change.ts';
import { selectReferral } from '../referrals.repository.ts';
import { reveal } from '../truth.ts';

const EXPIRED_PER_RUN_MAX = 200;

/** Returns the deliveries to wake. */
export async function expireConsents(database: Database, now: number): Promise<string[]> {
  const { query } = database;
  const [expired] = await database.batch([selectExpiredConsents(query, now, EXPIRED_PER_RUN_MAX)]);
  const end = async ({ referral_id, expires_at }: (typeof expired)[number]) => {
    const [[referral]] = await database.batch([selectReferral(query, referral_id)]);
    if (!referral) return [];
    const announcement = {
      type: 'consent.expired',
      actor: 'system',
      data: {},
    } as const;
    const noted = noteReferral(query, referral, announcement, now, { consent_ended_at: expires_at });
    const { state } = reveal(referral);
    // One of a choice that waits for its turn has its consent already.
    const waits = state === 'sent' || state === 'needs_info' || state === 'awaiting_consent';
    const ended: Statement[] = waits
      ? changeReferral(query, noted.referral, { move: 'expire', by: 'system', feedback: false }, now)
          .statements
      : [];
    return database.batch([noteExpiry(query, referral_id, now), ...noted.statements, ...ended]);
  };
  return workOff(expired, end, ({ referral_id }) => ({ referral_id, consent: true }));
}
