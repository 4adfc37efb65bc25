/** Months in a practice's own time zone. */
import * as Instant from 'temporal-polyfill/fns/Instant';
import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as PlainYearMonth from 'temporal-polyfill/fns/PlainYearMonth';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';

export interface Month {
  /** `YYYY-MM`. */
  readonly month: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly until: number;
}

const parse = (month: string): PlainYearMonth.Record => {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return PlainYearMonth.create(year, number);
};

const startOf = (month: PlainYearMonth.Record, timeZone: string) =>
  PlainDate.toZonedDateTime(PlainYearMonth.toPlainDate(month, { day: 1 }), timeZone).epochMilliseconds;

/** @param month `YYYY-MM` of a month that exists, here and below */
export function monthIn(timeZone: string, month: string): Month {
  const begun = parse(month);
  return {
    month,
    from: startOf(begun, timeZone),
    until: startOf(PlainYearMonth.addMonths(begun, 1), timeZone),
  };
}

/** @param count of months after it; before it, where it is negative */
export const monthAfter = (month: string, count: number): string =>
  PlainYearMonth.toString(PlainYearMonth.addMonths(parse(month), count));

/** How many months there are from the one to the other, both counted; less than 1 where `to` is the earlier one. */
export const countMonths = (from: string, to: string): number =>
  PlainYearMonth.diffMonths(parse(from), parse(to)) + 1;

/** So many months from the given one on, the oldest first. */
export const monthsFrom = (timeZone: string, month: string, count: number): Month[] =>
  Array.from({ length: count }, (_, index) => monthIn(timeZone, monthAfter(month, index)));

/** The month that `now` lies in, as `YYYY-MM`. */
export function currentMonth(timeZone: string, now: number): string {
  const zoned = Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(now), timeZone);
  return PlainYearMonth.toString(PlainDate.toPlainYearMonth(ZonedDateTime.toPlainDate(zoned)));
}

/** The months before the one that `now` lies in, the oldest first. */
export const completedMonths = (timeZone: string, now: number, count: number): Month[] =>
  monthsFrom(timeZone, monthAfter(currentMonth(timeZone, now), -count), count);
