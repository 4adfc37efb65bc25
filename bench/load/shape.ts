/**
 * Who sends what to whom and when, in an exchange of a given size: the same for the same seed, one referral at a time, so
 * that a million need no memory. Skewed as real ones are: one practice sends a fifth of all, one hub gets a fifth, the
 * others know a few neighbours. No I/O.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export const KINDS = ['sent', 'accepted', 'engaged', 'completed', 'declined', 'not_engaged'] as const;
export type Kind = (typeof KINDS)[number];

/** Of a hundred. */
const SHARES: Readonly<Record<Kind, number>> = {
  sent: 4,
  accepted: 6,
  engaged: 10,
  completed: 55,
  declined: 15,
  not_engaged: 10,
};
const REFERRALS_PER_PRACTICE = 100;
const PRACTICES_MIN = 20;
const NEIGHBOURS = 4;
const DAY_MS = 86_400_000;
/** What is open is young, so that no deadline and no consent has passed. */
const AGE_DAYS_MAX: Readonly<Record<Kind, number>> = {
  sent: 3,
  accepted: 20,
  engaged: 200,
  completed: 300,
  declined: 300,
  not_engaged: 300,
};

/** Sends a fifth of all. */
export const BIG = 0;
/** Receives a fifth of all. */
export const HUB = 1;
/** Its endpoint does not answer, and has a tenth as many deliveries waiting as there are referrals. */
export const DEAD = 2;

export interface Shape {
  readonly sender: number;
  readonly receiver: number;
  readonly kind: Kind;
  readonly ageMs: number;
}

export const practicesIn = (referrals: number) =>
  Math.max(PRACTICES_MIN, Math.ceil(referrals / REFERRALS_PER_PRACTICE));

/** The pairs that have a partnership, each once, the lower number first. */
export function* pairsIn(practices: number): Generator<readonly [number, number]> {
  for (let one = 0; one < practices; one += 1)
    for (let other = one + 1; other < practices; other += 1)
      if (one <= HUB || other - one <= NEIGHBOURS) yield [one, other];
      else break;
}

/** @param drawn below a hundred */
function kindAt(drawn: number): Kind {
  let end = 0;
  for (const kind of KINDS) {
    end += SHARES[kind];
    if (drawn < end) return kind;
  }
  return 'completed';
}

export function* shapesIn(referrals: number, seed: number): Generator<Shape> {
  const random = xoroshiro128plus(seed);
  const below = (count: number) => uniformInt(random, 0, count - 1);
  const practices = practicesIn(referrals);
  for (let serial = 0; serial < referrals; serial += 1) {
    const fifth = below(5);
    const known = 2 + below(practices - 2);
    const neighbour = known + NEIGHBOURS < practices ? known + 1 + below(NEIGHBOURS) : HUB;
    const sender = fifth === 0 ? BIG : known;
    const receiver = fifth === 0 ? known : fifth === 1 ? HUB : neighbour;
    const kind = kindAt(below(100));
    yield { sender, receiver, kind, ageMs: below(AGE_DAYS_MAX[kind] * DAY_MS) };
  }
}
