/** Tables as CSV after RFC 4180. */
import type { Reply } from './operation.ts';

type Cell = string | number | boolean | null;

const BYTE_ORDER_MARK = '\ufeff';
/** What a spreadsheet runs as a formula, also in full width. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A number below 0 begins as a formula does, and is none. */
const safeText = (cell: Cell) =>
  typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : String(cell ?? '');

function quoted(cell: Cell): string {
  const text = safeText(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * A table to open in a spreadsheet: with a byte order mark, by which Excel knows UTF-8, and with a quote before a cell
 * that a spreadsheet would run as a formula.
 */
export const toCsv = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  BYTE_ORDER_MARK + [columns, ...rows].map((row) => `${row.map(quoted).join(',')}\r\n`).join('');

export const csvReply = (fileName: string, columns: readonly string[], rows: Cell[][]): Reply => ({
  status: 200,
  body: toCsv(columns, rows),
  mediaType: 'text/csv; charset=utf-8',
  headers: { 'Content-Disposition': `attachment; filename="${fileName}"` },
});
