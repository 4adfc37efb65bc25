/** Months in a practice's own time zone. */
import * as Instant from 'temporal-polyfill/fns/Instant';
import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as PlainYearMonth from 'temporal-polyfill/fns/PlainYearMonth';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';

const HOUR_MS = 3_600_000;

export interface Month {
  /** `YYYY-MM`. */
  readonly month: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly until: number;
}

const startOf = (month: PlainYearMonth.Record, timeZone: string) =>
  PlainDate.toZonedDateTime(PlainYearMonth.toPlainDate(month, { day: 1 }), timeZone).epochMilliseconds;

/** @param month `YYYY-MM` of a month that exists */
export function monthIn(timeZone: string, month: string): Month {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const begun = PlainYearMonth.create(year, number);
  return {
    month,
    from: startOf(begun, timeZone),
    until: startOf(PlainYearMonth.addMonths(begun, 1), timeZone),
  };
}

/** The months before the one that `now` lies in, the oldest first. */
export function completedMonths(timeZone: string, now: number, count: number): Month[] {
  const zoned = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(now), timeZone);
  const current = PlainDate.toPlainYearMonth(ZonedDateTime.toPlainDate(zoned));
  return Array.from({ length: count }, (_, index) =>
    monthIn(timeZone, PlainYearMonth.toString(PlainYearMonth.subtractMonths(current, count - index))),
  );
}

/** Holds the month in every time zone there is (UTC−12 to UTC+14): what to read before the zone is known. */
export function monthAnywhere(month: string): Month {
  const { from, until } = monthIn('UTC', month);
  return { month, from: from - 14 * HOUR_MS, until: until + 12 * HOUR_MS };
}
