/** Tells practices of credentials that end soon or have ended. */
import { workOff } from '../ledger/due.ts';
import { type NewEvent, recordEvent } from '../ledger/outbox.ts';
import type { Database } from '../platform/db/database.ts';
import { noteNotice, selectDueNotices } from './credentials.repository.ts';
import { nearnessOf, nextNotice } from './expiry.ts';

const DUE_PER_RUN_MAX = 40;

/** Returns the deliveries to wake. */
export async function noteExpiries(database: Database, now: number): Promise<string[]> {
  const { query } = database;
  const [due] = await database.batch([selectDueNotices(query, now, DUE_PER_RUN_MAX)]);
  const notice = (row: (typeof due)[number]) => {
    const days = nearnessOf(row, now);
    const noted = noteNotice(query, row.id, row.notice_due_at, nextNotice(row, now));
    if (days === null) return database.batch([noted]);
    const event: NewEvent<'credential.expired' | 'credential.expiring'> = {
      type: days === 0 ? 'credential.expired' : 'credential.expiring',
      actor: 'system',
      referral: null,
      parties: { practice: { practice_id: row.practice_id } },
      data: { credential_id: row.id, expires_on: row.expires_on, ...(days === 0 ? {} : { days_left: days }) },
      onlyIfChanged: true,
    };
    return database.batch([noted, ...recordEvent(query, event, now)]);
  };
  return workOff(due, notice, ({ id }) => ({ credential_id: id, notice: true }));
}
