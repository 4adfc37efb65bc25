/**
 * Each minute: in which practice's own zone a month has begun, there the one before is announced, once. When the minute
 * comes late, or not for days, the announcement does; when it comes twice, one of them changes nothing.
 */
import { workOff } from '../ledger/due.ts';
import { recordEvent } from '../ledger/outbox.ts';
import type { Database } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import { READY_SHARE_MS } from '../platform/vault/links.ts';
import { completedMonths, currentMonth, monthIn } from './months.ts';
import { buildReport, readReport } from './report.ts';
import { type DuePractice, moveDue, selectDuePractices } from './reports.repository.ts';
import { insertShare } from './shares.repository.ts';

const PRACTICES_PER_RUN_MAX = 200;

async function announce(database: Database, practice: DuePractice, now: number) {
  const { query } = database;
  const { id: practiceId, time_zone, report_due_at, status, told_month } = practice;
  const nextDueAt = monthIn(time_zone, currentMonth(time_zone, now)).until;
  const move = moveDue(query, practice, nextDueAt);
  const [month] = completedMonths(time_zone, now, 1);
  // Nothing is owed for the months from before it was first looked at; a suspended practice gets no new way in.
  const isOwed =
    report_due_at > 0 && status === 'active' && month !== undefined && month.month > (told_month ?? '');
  const wanted = { practiceId, from: month?.month ?? '', to: month?.month ?? '' };
  const found = isOwed ? await readReport(database, wanted, time_zone, now) : null;
  if (!found || !month) return database.batch([move]);
  const { referrals, engagements } = buildReport(found, now).totals;
  const share = {
    id: newId('report_share'),
    practice_id: practiceId,
    month: month.month,
    time_zone,
    created_at: now,
    expires_at: now + READY_SHARE_MS,
  };
  const announced = recordEvent(
    query,
    {
      type: 'report.ready',
      actor: 'system',
      referral: null,
      parties: { practice: { practice_id: practiceId } },
      data: {
        practice_id: practiceId,
        month: month.month,
        time_zone,
        referrals,
        engagements,
        report_share_id: share.id,
      },
      // Of two minutes at the same time the second one finds nothing due.
      onlyIfChanged: true,
    },
    now,
  );
  return database.batch([move, ...announced, insertShare(query, share)]);
}

/** Returns the deliveries to wake. */
export async function announceReports(database: Database, now: number): Promise<string[]> {
  const due = await database.batch([selectDuePractices(database.query, now, PRACTICES_PER_RUN_MAX)]);
  return workOff(
    due[0],
    (practice) => announce(database, practice, now),
    ({ id }) => ({ practice_id: id, report: true }),
  );
}
