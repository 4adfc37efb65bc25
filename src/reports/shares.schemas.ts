import * as v from 'valibot';
import { timeOut, timeOutOrNull, toTime, wholeNumber } from '../http/fields.ts';
import { monthInput } from './reports.schemas.ts';
import type { ShareRow } from './shares.repository.ts';

const VALID_DAYS_MAX = 90;
const VALID_DAYS_DEFAULT = 30;

/** Which month is to be shared, and for how long. @schema ReportShareRequest */
export const NewShareSchema = v.strictObject({
  /** The month, `YYYY-MM`; not in the future. */
  month: monthInput,
  /** For how many days the link works, 1 to 90; 30 where nothing is said. */
  valid_days: v.optional(wholeNumber(1, VALID_DAYS_MAX), VALID_DAYS_DEFAULT),
});

/** A link to the report of a month. @schema ReportShare */
export const ShareSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** The month, `YYYY-MM`. */
  month: v.string(),
  /** The link: a secret. Whoever has it may look at that month’s report, and at nothing else. */
  report_url: v.string(),
  /** When it was made. */
  created_at: timeOut,
  /** Until when it works. */
  expires_at: timeOut,
  /** Since when it was taken back; null while it was not. */
  revoked_at: timeOutOrNull,
});

export const presentShare = (row: ShareRow, report_url: string): v.InferOutput<typeof ShareSchema> => ({
  id: row.id,
  month: row.month,
  report_url,
  created_at: toTime(row.created_at),
  expires_at: toTime(row.expires_at),
  revoked_at: toTime(row.revoked_at),
});

export const shareExample = {
  id: 'shr_01k8vb6c3fexmv4t9s2q7d1zna',
  month: '2026-10',
  report_url: 'https://exchange.example/report/2bDEtM4Yq0VniavN7wEjRWc3q2-7wEjRWeJq83vASNFZ4mrze8BI',
  created_at: '2026-11-02T09:00:00.000Z',
  expires_at: '2026-12-02T09:00:00.000Z',
  revoked_at: null,
};
