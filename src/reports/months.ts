/** Months in a practice's own time zone. */
import { Temporal } from 'temporal-polyfill';

const HOUR_MS = 3_600_000;

export interface Month {
  /** `YYYY-MM`. */
  readonly month: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly until: number;
}

const startOf = (month: Temporal.PlainYearMonth, timeZone: string) =>
  month.toPlainDate({ day: 1 }).toZonedDateTime(timeZone).epochMilliseconds;

/** @param month `YYYY-MM` of a month that exists */
export function monthIn(timeZone: string, month: string): Month {
  const begun = Temporal.PlainYearMonth.from(month);
  return { month, from: startOf(begun, timeZone), until: startOf(begun.add({ months: 1 }), timeZone) };
}

/** The months before the one that `now` lies in, the oldest first. */
export function completedMonths(timeZone: string, now: number, count: number): Month[] {
  const current = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toPlainYearMonth();
  return Array.from({ length: count }, (_, index) =>
    monthIn(timeZone, current.subtract({ months: count - index }).toString()),
  );
}

/** Holds the month in every time zone there is (UTC−12 to UTC+14): what to read before the zone is known. */
export function monthAnywhere(month: string): Month {
  const { from, until } = monthIn('UTC', month);
  return { month, from: from - 14 * HOUR_MS, until: until + 12 * HOUR_MS };
}
