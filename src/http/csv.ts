/** Tables as CSV after RFC 4180. */
import { stringify } from 'csv-stringify/sync';
import type { Reply } from './operation.ts';

type Cell = string | number | boolean | null;

/**
 * A table to open in a spreadsheet: with a byte order mark, by which Excel knows UTF-8, and with a quote before a cell
 * that a spreadsheet would run as a formula.
 */
export function csvReply(fileName: string, columns: readonly string[], rows: Cell[][]): Reply {
  const body = stringify(rows, {
    header: true,
    columns: [...columns],
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
    // A number below 0 begins as a formula does, and is none.
    cast: { boolean: String, number: (value) => ({ value: String(value), escape_formulas: false }) },
  });
  return {
    status: 200,
    body,
    mediaType: 'text/csv; charset=utf-8',
    headers: { 'Content-Disposition': `attachment; filename="${fileName}"` },
  };
}
