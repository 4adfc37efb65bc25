/** Days of the calendar, `YYYY-MM-DD`, and when they begin where a practice is. */
import * as Instant from 'temporal-polyfill/fns/Instant';
import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import * as ZonedDateTime from 'temporal-polyfill/fns/ZonedDateTime';
import { MINUTE_MS } from './durations.ts';

const readDayIn = (timeZone: string, now: number): string =>
  PlainDate.toString(
    ZonedDateTime.toPlainDate(Instant.toZonedDateTimeISO(Instant.fromEpochMilliseconds(now), timeZone)),
  );

/** Wherever it is, a day begins with one of these, by every clock that is in use. */
const QUARTER_HOUR_MS = 15 * MINUTE_MS;
const TIME_ZONES_MAX = 1000;
/** What was asked last of each time zone: the same is asked for each credential that is looked at. */
const lastRead = new Map<string, { readonly quarter: number; readonly day: string }>();

/** The day that it is there. */
export function dayIn(timeZone: string, now: number): string {
  const quarter = Math.floor(now / QUARTER_HOUR_MS);
  const last = lastRead.get(timeZone);
  if (last?.quarter === quarter) return last.day;
  const day = readDayIn(timeZone, now);
  if (lastRead.size >= TIME_ZONES_MAX) lastRead.clear();
  lastRead.set(timeZone, { quarter, day });
  return day;
}

function parse(day: string): PlainDate.Record {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return PlainDate.create(year, month, date);
}

/** Milliseconds since the epoch at which the day begins there, whatever its clocks do on it. */
export const startOfDay = (timeZone: string, day: string): number =>
  PlainDate.toZonedDateTime(parse(day), timeZone).epochMilliseconds;

/** @param days before it, where they are negative */
export const daysAfter = (day: string, days: number): string =>
  PlainDate.toString(PlainDate.addDays(parse(day), days));

/** The same day of a later year; the last of February where there is none. */
export const yearsAfter = (day: string, years: number): string =>
  PlainDate.toString(PlainDate.addYears(parse(day), years));
