/** Faults of D1 that pass, by its own words: what they leave open, and what may be sent again. */
import { LoggableError } from '../fault.ts';

interface PassingFault {
  readonly words: RegExp;
  /** SQLite or D1 refused it before anything was written; else it may have been committed all the same. */
  readonly isRefused: boolean;
  /** It may be over in a moment. A database that is overloaded or full only gets more of it by those that ask again. */
  readonly isBrief: boolean;
}

/**
 * Cloudflare's list with what it recommends (https://developers.cloudflare.com/d1/observability/debug-d1/#error-list),
 * the platform's own "internal error", and below them what SQLite and the local D1 say: a second process writes to the
 * same file, or there is no room on the disk.
 */
const PASSING_FAULTS: readonly PassingFault[] = [
  { words: /D1 DB is overloaded/, isRefused: true, isBrief: false },
  { words: /exceeded (timeout|its memory limit|its CPU time limit)/, isRefused: false, isBrief: false },
  { words: /reset because its code was updated/, isRefused: false, isBrief: true },
  { words: /D1 DB storage caused object to be reset/, isRefused: false, isBrief: true },
  { words: /Network connection lost/, isRefused: false, isBrief: true },
  { words: /Cannot resolve D1 DB due to transient issue/, isRefused: false, isBrief: true },
  { words: /client disconnected/, isRefused: false, isBrief: true },
  { words: /internal error/, isRefused: false, isBrief: true },
  { words: /Exceeded maximum (DB size|account storage limit)/, isRefused: true, isBrief: false },
  { words: /SQLITE_FULL|database or disk is full/, isRefused: true, isBrief: false },
  { words: /Failed to get session commit token/, isRefused: false, isBrief: true },
  { words: /SQLITE_BUSY|database (table )?is locked/, isRefused: true, isBrief: true },
];

export const passingFaultOf = (message: string): PassingFault | undefined =>
  PASSING_FAULTS.find(({ words }) => words.test(message));

/** The database did not do it now. Nothing of the batch was written, unless its `outcome` is unknown. */
export class UnavailableError extends LoggableError {
  override name = 'UnavailableError';
  readonly outcome: 'nothing_written' | 'unknown';

  constructor(message: string, outcome: UnavailableError['outcome']) {
    super(message);
    this.outcome = outcome;
  }
}

/** What stands in quotes is a name or a value, never a keyword. */
const withoutQuoted = (text: string) => text.replaceAll(/'[^']*'|"[^"]*"|`[^`]*`/g, "''");

/** A statement that begins with `select` cannot write; one that begins with `with` can end in any of the others. */
export const onlyReads = (text: string): boolean =>
  /^\s*select\b/i.test(text) ||
  (/^\s*with\b/i.test(text) && !/\b(insert|update|delete|replace)\b/i.test(withoutQuoted(text)));
