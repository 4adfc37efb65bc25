/**
 * Wrong last names on a link, and how long they keep whom waiting. Five from one place and that place waits until an
 * hour has passed since the first of them; twenty within a day and every new place waits until a day has passed. A try
 * that is refused is not counted, so waiting always ends. A browser in which the name was given before is a place of
 * its own, which nobody else can use up.
 */
import type { NameTry } from '../platform/db/schema.ts';
import { HOUR_MS } from '../platform/durations.ts';

export type Place = NameTry['by'];

export const OWN_TRIES_MAX = 5;
export const OWN_WINDOW_MS = HOUR_MS;
export const ALL_TRIES_MAX = 20;
export const ALL_WINDOW_MS = 24 * HOUR_MS;

const isKnown = (place: Place) => place.startsWith('known:');

/** The tries that count against a place now: its own, and those of all strangers where it is one. */
function counting(tries: readonly NameTry[], place: Place, now: number) {
  const own = tries.filter(({ at, by }) => by === place && at > now - OWN_WINDOW_MS);
  const all = isKnown(place) ? [] : tries.filter(({ at, by }) => !isKnown(by) && at > now - ALL_WINDOW_MS);
  return { own, all };
}

const firstOf = (tries: readonly NameTry[]) => Math.min(...tries.map(({ at }) => at));

/** Until when a place may give no name; null where it may. */
export function waitsUntil(tries: readonly NameTry[], place: Place, now: number): number | null {
  const { own, all } = counting(tries, place, now);
  const ends = [
    ...(own.length >= OWN_TRIES_MAX ? [firstOf(own) + OWN_WINDOW_MS] : []),
    ...(all.length >= ALL_TRIES_MAX ? [firstOf(all) + ALL_WINDOW_MS] : []),
  ];
  return ends.length === 0 ? null : Math.max(...ends);
}

export function triesLeft(tries: readonly NameTry[], place: Place, now: number): number {
  const { own, all } = counting(tries, place, now);
  return Math.max(0, Math.min(OWN_TRIES_MAX - own.length, ALL_TRIES_MAX - all.length));
}

/** Until when the last of those who wait does so; null where nobody does. */
export function lockedUntil(tries: readonly NameTry[], now: number): number | null {
  const ends = [...new Set(tries.map(({ by }) => by))].flatMap(
    (place) => waitsUntil(tries, place, now) ?? [],
  );
  return ends.length === 0 ? null : Math.max(...ends);
}
