/**
 * How counts of the network are published: rounded down to a multiple of five, and below five not at all. Rounding
 * instead of suppressing some more cells, because what is suppressed for the sake of another says something itself (see
 * the Handbook on Statistical Disclosure Control, chapter 5, "Frequency tables": https://sdctools.github.io/HandbookSDC).
 *
 * Each published count says that the true one is one of five that follow each other, and a missing one that it is 0 to 4.
 * Counts of their own tell no more together than apart. Those that make up a whole do: see `publishWhole`.
 */

export const BASE = 5;

/** Null: fewer than five. */
export type Published = number | null;

const roundDown = (count: number) => count - (count % BASE);
const show = (rounded: number): Published => (rounded < BASE ? null : rounded);

export const publish = (count: number): Published => show(roundDown(count));

/**
 * Counts and their sum. What was lost by rounding the parts lies between 0 and four times their number; the rounded sum
 * says where, to five. Where that would rule anything out for a part (nearly all of them end in 4 or 9), the sum is
 * published a step lower: it says as before that there are at least so many, and no part can be told from the others.
 */
export function publishWhole<K extends string>(parts: Readonly<Record<K, number>>) {
  const counts = Object.values<number>(parts);
  const sum = roundDown(counts.reduce((all, count) => all + count, 0));
  const lost = sum - counts.reduce((all, count) => all + roundDown(count), 0);
  const tellsTooMuch = lost > (BASE - 1) * (counts.length - 1);
  return {
    total: show(tellsTooMuch ? sum - BASE : sum),
    parts: Object.fromEntries(
      Object.entries<number>(parts).map(([name, count]) => [name, publish(count)]),
    ) as Record<K, Published>,
  };
}
