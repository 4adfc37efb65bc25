/**
 * Counts months of the whole network that are over, once each, some practices a minute. A month is counted a week after
 * its end, by UTC: then what was to be answered in the usual time is. Once counted it stays as it is, so that no
 * difference between two looks at a month tells what one referral did; months do not overlap.
 */
import type { Database } from '../../platform/db/database.ts';
import { one } from '../../platform/db/plan.ts';
import { DAY_MS } from '../../platform/durations.ts';
import { countPendingCredentials } from '../../verification/credentials.repository.ts';
import { countWaitingCases } from '../../verification/rosters/cases.repository.ts';
import { presentCounts } from '../../verification/rosters/cases.schemas.ts';
import { currentMonth, monthAfter, monthIn } from '../months.ts';
import { addPractice, type Figures, NO_FIGURES } from './figures.ts';
import {
  beginMonth,
  goOn,
  type NetworkMonthRow,
  selectFirstPractice,
  selectNewestMonth,
  selectPracticeFacts,
  toFacts,
} from './network.repository.ts';

const ZONE = 'UTC';
const COUNT_AFTER_MS = 7 * DAY_MS;
/** An exchange that was there before this was counted does not look further back. */
const MONTHS_BACK_MAX = 24;
export const PRACTICES_PER_RUN_MAX = 250;

/** @returns the month to begin with, `YYYY-MM`; null where none is due */
export function nextMonth(
  newest: string | undefined,
  firstPracticeAt: number | undefined,
  now: number,
): string | null {
  if (firstPracticeAt === undefined) return null;
  const oldest = monthAfter(currentMonth(ZONE, now), -MONTHS_BACK_MAX);
  const first = currentMonth(ZONE, firstPracticeAt);
  const month = newest === undefined ? (first > oldest ? first : oldest) : monthAfter(newest, 1);
  return monthIn(ZONE, month).until + COUNT_AFTER_MS <= now ? month : null;
}

async function countPart(database: Database, open: NetworkMonthRow, now: number): Promise<void> {
  const { query } = database;
  const month = monthIn(ZONE, open.month);
  const [rows] = await database.batch([
    selectPracticeFacts(query, month, open.after_id, PRACTICES_PER_RUN_MAX),
  ]);
  const figures = rows.reduce<Figures>((sum, row) => addPractice(sum, toFacts(row)), open.figures);
  const after_id = rows.at(-1)?.id ?? open.after_id;
  if (rows.length === PRACTICES_PER_RUN_MAX) {
    await database.batch([goOn(query, open, { after_id, figures, counted_at: null })]);
    return;
  }
  const [[pending], waiting] = await database.batch([
    countPendingCredentials(query),
    countWaitingCases(query),
  ]);
  const whole = {
    ...figures,
    pending_credentials: pending?.count ?? 0,
    waiting_cases: presentCounts(waiting).total,
  };
  await database.batch([goOn(query, open, { after_id, figures: whole, counted_at: now })]);
}

export async function countNetwork(database: Database, now: number): Promise<void> {
  const { query } = database;
  const { newest, first } = await database.read({
    newest: one(selectNewestMonth(query)),
    first: one(selectFirstPractice(query)),
  });
  if (newest && newest.counted_at === null) return countPart(database, newest, now);
  const month = nextMonth(newest?.month, first?.created_at, now);
  if (month === null) return;
  await database.batch([beginMonth(query, month, NO_FIGURES)]);
}
