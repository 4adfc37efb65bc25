/** When a credential ends, and when that is told: at the end of its last day where the practice is. */
import { dayIn, daysAfter, startOfDay } from '../platform/days.ts';

/** Behind UTC by 12 hours: what has run out there has run out everywhere. */
export const lastDayAnywhere = (now: number) => dayIn('Etc/GMT+12', now);

export interface Ending {
  readonly expires_on: string;
  readonly time_zone: string;
}

export const hasLapsed = ({ expires_on, time_zone }: Ending, now: number) =>
  expires_on < dayIn(time_zone, now);

/** The last day of what never ends: it sorts after every other one. */
const NO_END = '9999-12-31';

/** As it is told; null: it never ends. */
export const shownEnd = ({ expires_on }: Pick<Ending, 'expires_on'>) =>
  expires_on === NO_END ? null : expires_on;

export interface Term extends Ending {
  /** The first day of an insurance; null: it counts from the decision on. */
  readonly starts_on: string | null;
}

export const hasBegun = ({ starts_on, time_zone }: Term, now: number) =>
  starts_on === null || starts_on <= dayIn(time_zone, now);

const NOTICE_DAYS = [60, 30, 7, 0] as const;

/** The beginning of the day that is so many days before the one after the last. */
const momentBefore = ({ expires_on, time_zone }: Ending, days: number): number =>
  startOfDay(time_zone, daysAfter(expires_on, 1 - days));

/** When it is next told that a credential ends or has ended; null where its end lies behind. */
export function nextNotice(ending: Ending, now: number): number | null {
  const moments = NOTICE_DAYS.map((days) => momentBefore(ending, days));
  return moments.find((moment) => moment > now) ?? null;
}

/** How near the end is: 0 behind it, 60, 30 or 7 days before it; null where it is far. */
export function nearnessOf(ending: Ending, now: number): (typeof NOTICE_DAYS)[number] | null {
  const passed = NOTICE_DAYS.filter((days) => momentBefore(ending, days) <= now);
  return passed.at(-1) ?? null;
}
