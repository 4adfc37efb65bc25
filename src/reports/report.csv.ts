/** A report as one table: the totals, then a row for each partner, then one for each month of a trend. */
import { csvReply } from '../http/csv.ts';
import type { Reply } from '../http/operation.ts';
import { DECLINE_REASONS, NOT_ENGAGED_REASONS, REASONS } from '../referrals/codes.ts';
import type { Report } from './report.ts';

type Cell = string | number | null;

/** The names that each histogram can have, so that every table has the same columns. */
const HISTOGRAMS: Readonly<Record<string, readonly string[]>> = {
  reasons: REASONS,
  decline_reasons: DECLINE_REASONS,
  not_engaged_reasons: NOT_ENGAGED_REASONS,
};

/** What the operator added to the catalog is counted as `other`. */
const columnsOf = (counts: Record<string, number>, names: readonly string[]): [string, number][] => {
  const added = Object.entries(counts).reduce(
    (sum, [name, count]) => sum + (names.includes(name) ? 0 : count),
    0,
  );
  return names.map((name) => [name, (counts[name] ?? 0) + (name === 'other' ? added : 0)]);
};

/** Each number of a figure under its path: `given_acceptance_rate`. */
function flatten(value: unknown, path: readonly string[]): [string, Cell][] {
  if (value === null || typeof value !== 'object') return [[path.join('_'), value as Cell]];
  const names = HISTOGRAMS[path.at(-1) ?? ''];
  const members = names ? columnsOf(value as Record<string, number>, names) : Object.entries(value);
  return members.flatMap(([name, inner]) => flatten(inner, [...path, name]));
}

const figuresOf = (relation: object) =>
  new Map(
    Object.entries(relation)
      .filter(([, value]) => value !== null && typeof value === 'object')
      .flatMap(([name, value]) => flatten(value, [name])),
  );

const HEAD = ['row', 'from_month', 'to_month', 'practice_id', 'name'] as const;

export function toCsv(report: Report): Reply {
  const { practice, from_month, to_month, totals, partners, trend } = report;
  const columns = [...figuresOf(totals).keys()];
  const row = (head: readonly Cell[], relation: object, thanks: number | null = null) => {
    const figures = figuresOf(relation);
    return [...head, ...columns.map((column) => figures.get(column) ?? null), thanks];
  };
  const rows = [
    row(['total', from_month, to_month, practice.id, practice.name], totals),
    ...partners.map((one) =>
      row(['partner', from_month, to_month, one.practice_id, one.name], one, one.thanks_received),
    ),
    ...(trend ?? []).map((one) => row(['month', one.month, one.month, practice.id, practice.name], one)),
  ];
  const months = from_month === to_month ? from_month : `${from_month}-to-${to_month}`;
  return csvReply(`reciprocity-${months}.csv`, [...HEAD, ...columns, 'thanks_received'], rows);
}
