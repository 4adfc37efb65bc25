/** Links to a month's report: made for people without a key, good for one practice and one month. */
import type { Exchange } from '../ledger/exchange.ts';
import type { Database } from '../platform/db/database.ts';
import { createReportUrl, openReportLink } from '../platform/vault/links.ts';
import type { Vault } from '../platform/vault/vault.ts';
import { currentMonth, monthAfter } from './months.ts';
import { type Found, readReport } from './report.ts';
import { isShareGood, type ShareRow } from './shares.repository.ts';

const TREND_MONTHS = 12;

export const shareUrl = (row: ShareRow, { vault, settings }: Pick<Exchange, 'vault' | 'settings'>) =>
  createReportUrl(
    { shareId: row.id, practiceId: row.practice_id, month: row.month, timeZone: row.time_zone },
    row.expires_at,
    vault,
    settings.publicOrigin,
  );

/** Null for every link that leads nowhere (any more). One call of D1. */
export async function readSharedReport(
  token: string,
  database: Database,
  vault: Vault,
  now: number,
): Promise<Found | null> {
  const link = await openReportLink(token, vault, now);
  if (!link) return null;
  const { practiceId, shareId, month, timeZone } = link;
  const wanted = {
    practiceId,
    from: month,
    to: month,
    compare: true,
    trailingMonths: TREND_MONTHS,
    // What is to be done now is no part of a month long past: such a link shows its month alone.
    insights: month >= monthAfter(currentMonth(timeZone, now), -1),
    onlyIf: isShareGood(practiceId, shareId, now),
  };
  return readReport(database, wanted, timeZone, now);
}
