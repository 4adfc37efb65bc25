/**
 * How long a client's data stay after a referral has ended, or its consent where nobody says that it has: each minute
 * what is older is erased (docs/decisions/013).
 */
import * as Instant from 'temporal-polyfill/fns/Instant';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import { workOff } from '../ledger/due.ts';
import type { Database } from '../platform/db/database.ts';
import { selectReferral } from '../referrals/referrals.repository.ts';
import { selectErasable } from './erasure.repository.ts';
import { eraseReferral } from './erasure.ts';

/** A minute's share; what is left over is taken by the next minute. */
const ERASED_PER_RUN_MAX = 50;

/** What waits since this moment or earlier is erased: so many calendar months before `now`, in UTC. */
export function retentionCutoff(now: number, months: number): number {
  const zoned = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(now), 'UTC');
  return ZonedDateTime.subtractMonths(zoned, months).epochMilliseconds;
}

/** Returns the deliveries to wake. */
export async function eraseOldReferrals(database: Database, months: number, now: number): Promise<string[]> {
  const { query } = database;
  const cutoff = retentionCutoff(now, months);
  const [due] = await database.batch([selectErasable(query, cutoff, ERASED_PER_RUN_MAX)]);
  const erase = async ({ id }: { id: string }) => {
    const [[referral]] = await database.batch([selectReferral(query, id)]);
    return referral ? database.batch(eraseReferral(query, referral, 'system', now).statements) : [];
  };
  return workOff(due, erase, ({ id }) => ({ referral_id: id, retention: true }));
}
