/** A report: what is read for it, and what it says. A route, the page, an event and the command line ask the same. */
import type { SQL } from 'drizzle-orm';
import { toTime } from '../http/fields.ts';
import { selectThanks } from '../partnerships/thanks.repository.ts';
import type { Database } from '../platform/db/database.ts';
import { many, one } from '../platform/db/plan.ts';
import { presentPlan, toPresent } from './insights.repository.ts';
import { byName, type Present, toInsights } from './insights.ts';
import { byPartner, mayBeKept } from './keeping.ts';
import { type Kept, tallyBoth } from './kept.ts';
import { completedMonths, countMonths, type Month, monthAfter, monthIn, monthsFrom } from './months.ts';
import {
  parseCohorts,
  parseKept,
  type Reader,
  selectCohorts,
  selectKeptMonths,
  selectKeptPartners,
  selectReportingPractice,
} from './reports.repository.ts';
import { addTallies, type BothWays, relate, type Tally } from './tally.ts';

/** Which months are wanted, as `YYYY-MM`, both counted. */
export interface Wanted extends Reader {
  readonly from: string;
  readonly to: string;
  /** With the month before, where it is one month. */
  readonly compare?: boolean;
  /** With so many completed months before now. */
  readonly historyMonths?: number;
  /** In place of those: with so many months, `to` being the last. */
  readonly trailingMonths?: number;
  /** With what is to be done now, by the rules of `insights.ts`. */
  readonly insights?: boolean;
  /** What else must be true of the practice that is read. */
  readonly onlyIf?: SQL;
}

/** What one partner, or all together, have of a month. */
interface Part {
  readonly partnerId: string;
  readonly partnerName: string;
  readonly kept: BothWays<Kept>;
}
interface CountedMonth extends Month {
  readonly parts: readonly Part[];
}

interface Thanks {
  readonly partner_id: string;
  readonly partner_name: string;
  readonly count: number;
}

/** All that a report is made of. */
export interface Found {
  readonly practiceId: string;
  readonly practiceName: string;
  readonly timeZone: string;
  readonly months: readonly CountedMonth[];
  readonly previous: CountedMonth | null;
  readonly history: readonly CountedMonth[] | null;
  /** How often each partner thanked the practice in those months. */
  readonly thanks: readonly Thanks[];
  readonly present: Present | null;
  /** Over, and not kept yet. */
  readonly unkept: readonly Month[];
}

function planMonths(
  { from, to, compare, historyMonths, trailingMonths }: Wanted,
  timeZone: string,
  now: number,
) {
  const months = monthsFrom(timeZone, from, countMonths(from, to));
  const previous = compare && from === to ? monthIn(timeZone, monthAfter(from, -1)) : null;
  const trailing = trailingMonths ?? 0;
  const history = trailing
    ? monthsFrom(timeZone, monthAfter(to, 1 - trailing), trailing)
    : historyMonths === undefined
      ? null
      : completedMonths(timeZone, now, historyMonths);
  const all = new Map(
    [...months, ...(previous ? [previous] : []), ...(history ?? [])].map((one) => [one.from, one]),
  );
  return { months, previous, history, all: [...all.values()] };
}

const partOfAll = (figures: string): Part => ({
  partnerId: '',
  partnerName: '',
  kept: parseKept(figures),
});

const uncounted = (facts: Kept['open']): Kept => ({ settled: {}, open: facts });

function onlyWith(present: Present, partnerId: string | undefined): Present {
  const isWith = ({ practice_id }: { practice_id: string }) =>
    partnerId === undefined || practice_id === partnerId;
  const { standings, unanswered } = present;
  return { ...present, standings: standings.filter(isWith), unanswered: unanswered.filter(isWith) };
}

/**
 * One call of D1, and another one only where the practice has moved to another zone in the last seconds.
 * @param timeZone in which the practice was seen last
 * @returns null where there is no such practice
 */
export async function readReport(
  database: Database,
  wanted: Wanted,
  timeZone: string,
  now: number,
): Promise<Found | null> {
  const { query } = database;
  const { practiceId, partnerId } = wanted;
  const { months, previous, history, all } = planMonths(wanted, timeZone, now);
  // Of months that only totals are wanted of, those are kept beside the partners'.
  const apart = partnerId === undefined ? months : all;
  const together = all.filter((one) => !apart.some(({ from }) => from === one.from));
  const [from, until] = [months[0]?.from ?? 0, months.at(-1)?.until ?? 0];
  const { practice, given, received, partners, totals, thanks, present } = await database.read({
    practice: one(selectReportingPractice(query, practiceId, wanted.onlyIf)),
    given: many(selectCohorts(query, 'given', wanted, all)),
    received: many(selectCohorts(query, 'received', wanted, all)),
    partners: many(selectKeptPartners(query, wanted, apart)),
    totals: many(selectKeptMonths(query, practiceId, together)),
    thanks: many(selectThanks(query, practiceId, from, until)),
    present: wanted.insights ? presentPlan(query, practiceId, now) : undefined,
  });
  if (!practice) return null;
  if (practice.time_zone !== timeZone) return readReport(database, wanted, practice.time_zone, now);
  const parts = new Map<number, Part[]>(all.map(({ from }) => [from, []]));
  for (const { from_at, partner_id, partner_name, figures } of partners)
    parts.get(from_at)?.push({ partnerId: partner_id, partnerName: partner_name, kept: parseKept(figures) });
  for (const { from_at, figures } of totals) parts.get(from_at)?.push(partOfAll(figures));
  const receivedBy = new Map(parseCohorts(received).map((row) => [row.from_at, row]));
  const unkept: Month[] = [];
  for (const row of parseCohorts(given)) {
    const other = receivedBy.get(row.from_at);
    const names = { ...row.names, ...other?.names };
    const month = all.find(({ from }) => from === row.from_at);
    if (month && mayBeKept(month, now)) unkept.push(month);
    for (const [id, facts] of byPartner({ given: row.facts, received: other?.facts ?? [] })) {
      const kept = { given: uncounted(facts.given), received: uncounted(facts.received) };
      parts.get(row.from_at)?.push({ partnerId: id, partnerName: names[id] ?? '', kept });
    }
  }
  const counted = (month: Month): CountedMonth => ({ ...month, parts: parts.get(month.from) ?? [] });
  return {
    practiceId,
    practiceName: practice.name,
    timeZone,
    months: months.map(counted),
    previous: previous && counted(previous),
    history: history?.map(counted) ?? null,
    thanks: thanks.filter(({ partner_id }) => partnerId === undefined || partner_id === partnerId),
    present: present === undefined ? null : onlyWith(toPresent(present), partnerId),
    unkept,
  };
}

const sumOf = (tallies: readonly BothWays<Tally>[]): BothWays<Tally> => ({
  given: addTallies(tallies.map(({ given }) => given)),
  received: addTallies(tallies.map(({ received }) => received)),
});

const relationOf = (parts: readonly Part[], now: number) =>
  relate(sumOf(parts.map(({ kept }) => tallyBoth(kept, now))));

function toTrend(months: readonly CountedMonth[], now: number) {
  return months.map(({ month, parts }) => {
    const { referrals, engagements } = relationOf(parts, now);
    return { month, referrals, engagements };
  });
}

function toPartners({ months, thanks }: Pick<Found, 'months' | 'thanks'>, now: number) {
  const byId = new Map<string, Part[]>();
  for (const part of months.flatMap(({ parts }) => parts)) {
    const known = byId.get(part.partnerId);
    if (known) known.push(part);
    else byId.set(part.partnerId, [part]);
  }
  const thankedBy = new Map(thanks.map((one) => [one.partner_id, one]));
  // Who did nothing else in these months than to thank stands in its own line, too.
  for (const { partner_id } of thanks) if (!byId.has(partner_id)) byId.set(partner_id, []);
  return [...byId]
    .map(([practice_id, parts]) => ({
      practice_id,
      name: parts.at(-1)?.partnerName ?? thankedBy.get(practice_id)?.partner_name ?? '',
      thanks_received: thankedBy.get(practice_id)?.count ?? 0,
      ...relationOf(parts, now),
    }))
    .sort(byName);
}

/** The whole report, with all partners. */
export function buildReport(found: Found, now: number) {
  const { practiceId, practiceName, timeZone, months, previous, history, present } = found;
  const [first, last] = [months[0], months.at(-1)];
  const partners = toPartners(found, now);
  const totals = relationOf(
    months.flatMap(({ parts }) => parts),
    now,
  );
  if (!first || !last) throw new Error('A report has at least one month.');
  return {
    practice: { id: practiceId, name: practiceName },
    month: months.length === 1 ? first.month : null,
    from_month: first.month,
    to_month: last.month,
    time_zone: timeZone,
    from: toTime(first.from),
    until: toTime(last.until),
    complete: last.until <= now,
    generated_at: toTime(now),
    totals,
    partners,
    previous: previous && { month: previous.month, ...relationOf(previous.parts, now) },
    trend: months.length === 1 ? null : toTrend(months, now),
    history: history && toTrend(history, now),
    insights: present && toInsights(present, partners, totals.received.time_to_accept, timeZone, now),
  };
}
export type Report = ReturnType<typeof buildReport>;
