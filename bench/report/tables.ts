/** The figures as tables: for the console, and in Markdown. No I/O. */
import type { Figures } from './figures.ts';

export type Cell = string | number;
export type Table = readonly Readonly<Record<string, Cell>>[];

const costs = ({
  calls,
  statements,
  read,
  written,
}: {
  calls: number;
  statements: number;
  read: number;
  written: number;
}) => ({
  'D1 calls': calls,
  statements,
  'rows read': read,
  'rows written': written,
});

export const floorTable = ({ floor }: Figures): Table =>
  floor.map(({ name, concurrency, exchange, floor: bare, ratio, cpu_ms, floor_cpu_ms }) => ({
    request: name,
    'at once': concurrency,
    'of the floor': ratio.toFixed(2),
    'a second': exchange.per_second,
    'floor, a second': bare.per_second,
    'p50 ms': exchange.p50_ms,
    'p95 ms': exchange.p95_ms,
    'p99 ms': exchange.p99_ms,
    'floor p50 ms': bare.p50_ms,
    'CPU ms': cpu_ms ?? 'not told',
    'floor CPU ms': floor_cpu_ms ?? 'not told',
  }));

export const deliveryTable = ({ deliveries }: Figures): Table =>
  deliveries.map((one) => ({
    delivery: one.name,
    ...costs(one),
    'p50 ms': one.alone.p50_ms,
    'p95 ms': one.alone.p95_ms,
  }));

export const minuteTable = ({ minute }: Figures): Table =>
  minute.map(({ name, statements, read, written, p50_ms }) => ({
    part: name,
    statements,
    'rows read': read,
    'rows written': written,
    'p50 ms': p50_ms,
  }));

export const operationTable = ({ operations }: Figures): Table =>
  operations.map((one) => ({
    operation: one.name,
    ...costs(one),
    'p50 ms': one.alone.p50_ms,
    'p95 ms': one.alone.p95_ms,
    'p99 ms': one.alone.p99_ms,
    'a second': one.alone.per_second,
    'p95 ms, 16 at once': one.together.p95_ms,
    'a second, 16 at once': one.together.per_second,
  }));

export const bytesTable = ({ bytes }: Figures): Table => [
  ...bytes.map((one) => ({ 'table or index': one.name, bytes: Math.round(one.bytes) })),
  { 'table or index': 'all', bytes: Math.round(bytes.reduce((sum, one) => sum + one.bytes, 0)) },
];

export const tablesOf = (figures: Figures): readonly (readonly [title: string, rows: Table])[] => [
  ['Against the floor', floorTable(figures)],
  ['Deliveries, from the commit on', deliveryTable(figures)],
  ['The minute, part by part', minuteTable(figures)],
  ['Operations', operationTable(figures)],
  ['Bytes of a referral', bytesTable(figures)],
];

interface Read {
  readonly name: string;
  readonly read: number;
}

/** More than a tenth, and by more than a row that stands at the edge of a page. */
const GROWTH_MAX = 1.1;
const ROWS_APART = 3;

/** What reads more rows in the larger exchange; empty where nothing grows. */
export function grownBetween(small: Figures, large: Figures): Table {
  const all = ({ operations, deliveries, minute }: Figures): Read[] => [
    ...operations,
    ...deliveries,
    ...minute,
  ];
  const before = new Map(all(small).map(({ name, read }) => [name, read]));
  return all(large).flatMap(({ name, read }) => {
    const read_before = before.get(name);
    return read_before === undefined || read <= read_before * GROWTH_MAX + ROWS_APART
      ? []
      : [{ what: name, [`rows read at ${small.referrals}`]: read_before, [`at ${large.referrals}`]: read }];
  });
}

const shown = (cell: Cell | undefined) =>
  typeof cell === 'number' ? cell.toLocaleString('en-US') : (cell ?? '').replaceAll('|', '\\|');

export function toMarkdown(rows: Table): string {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((column) => (typeof rows[0]?.[column] === 'number' ? '--:' : '---'));
  return [
    line(columns),
    line(rule),
    ...rows.map((row) => line(columns.map((column) => shown(row[column])))),
  ].join('\n');
}
