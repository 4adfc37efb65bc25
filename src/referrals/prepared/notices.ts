/** Tells senders what became of the invitations for which they prepared referrals, and deletes what was kept for too long. */
import { workOff } from '../../ledger/due.ts';
import { type NewEvent, recordEvent } from '../../ledger/outbox.ts';
import type { Database } from '../../platform/db/database.ts';
import {
  closed,
  noteTold,
  type PreparedRow,
  selectDuePrepared,
  updatePrepared,
} from './prepared.repository.ts';
import { nextLook, standingOf } from './standing.ts';

const DUE_PER_RUN_MAX = 20;

type Told = 'ready' | 'stranded' | 'expired';

const eventOf = (row: PreparedRow, told: Told): NewEvent<`prepared_referral.${Told}`> => ({
  type: `prepared_referral.${told}`,
  actor: 'system',
  referral: null,
  parties: { practice: { practice_id: row.practice_id } },
  data: {
    prepared_referral_id: row.id,
    invitation_id: row.invitation_id,
    ...(told === 'ready'
      ? { practice_id: row.invitation.practice_id, partnership_id: row.invitation.partnership_id }
      : {}),
    state: told,
  },
  onlyIfChanged: true,
});

/** Returns the deliveries to wake. */
export async function noticePrepared(database: Database, now: number): Promise<string[]> {
  const { query } = database;
  const [due] = await database.batch([selectDuePrepared(query, now, DUE_PER_RUN_MAX)]);
  const notice = (row: PreparedRow) => {
    const state = standingOf(row, now);
    if (state === 'expired')
      return database.batch([
        updatePrepared(query, row, closed('expired', now)),
        ...recordEvent(query, eventOf(row, state), now),
      ]);
    const isNews = (state === 'ready' || state === 'stranded') && state !== row.told;
    const noted = noteTold(query, row, isNews ? state : row.told, nextLook(row, now));
    return database.batch(isNews ? [noted, ...recordEvent(query, eventOf(row, state), now)] : [noted]);
  };
  return workOff(due, notice, ({ id }) => ({ prepared_referral_id: id }));
}
