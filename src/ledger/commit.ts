/**
 * The one door for writes: read, decide, write. The reads are one D1 call and the writes another, which is one
 * transaction. Where a race is lost the database refuses the batch by a constraint, and the decision is made again on
 * what is true by then; so nobody wins twice and nothing is half written. Whoever asks (a route, a page, a callback,
 * the cron, the command line) asks alike.
 */
import { ConflictError } from '../platform/db/database.ts';
import type { Found, Plan } from '../platform/db/plan.ts';
import { UnavailableError } from '../platform/db/unavailable.ts';
import { Problem } from '../platform/problem.ts';
import type { Exchange } from './exchange.ts';
import { takeTurn } from './turns.ts';

/** Each loser of a race decides again; after so many in a row the caller may try later. */
const DECISIONS_MAX = 40;
/** How long a caller is kept waiting by others that change the same thing. */
const WAIT_MS_MAX = 20_000;
const RETRY_AFTER_SECONDS = 2;
/** The wait before a further decision is at most so long, and twice as long each time: others decide elsewhere, too. */
const PAUSE_MS_FIRST = 25;
const PAUSE_MS_MAX = 800;
/** So many writes of one request may be left without an answer by D1. */
const UNKNOWN_OUTCOMES_MAX = 3;

export interface Decision<W extends Plan, T> {
  readonly writes: W;
  /** After the commit: gets what the writes returned, by their names. */
  readonly resultOf: (written: Found<W>) => Promise<T> | T;
  /** What is made or changed, for whoever has to find it again. */
  readonly resourceId?: string;
  /** Whose thing that is; null: no practice's. An operator's write has to say it. */
  readonly practiceId?: string | null;
}

export interface Write<R extends Plan, W extends Plan, T> {
  /** What is changed: those who change the same take turns. */
  readonly subject?: string | undefined;
  readonly read: R;
  /** The read finds what an earlier try has committed, and the decision does not make it again. */
  readonly findsItself?: boolean;
  readonly decide: (found: Found<R>) => Promise<Decision<W, T>> | Decision<W, T>;
}

/** A write whose parts are typed by each other: what is read, what is decided on it, and what the writes return. */
export const write = <const R extends Plan, const W extends Plan, T>(parts: Write<R, W, T>) => parts;
export const decision = <const W extends Plan, T>(parts: Decision<W, T>) => parts;

const pauseBefore = (decisions: number) =>
  new Promise<void>((resolve) =>
    setTimeout(resolve, Math.random() * Math.min(PAUSE_MS_FIRST * 2 ** (decisions - 1), PAUSE_MS_MAX)),
  );

/** Others were faster all the time: a caller that repeats the same request loses nothing by it. */
export const busy = () =>
  new Problem(
    'busy',
    'Others change the same thing at the same time. Nothing was changed: repeat the request.',
    {},
    { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  );

/**
 * @param writeAt what is to be written, at the moment that the exchange says: a later decision has a later one, so
 * that nothing is decided by a clock that stood still while others were waited for
 * @throws Problem whatever `decide` refuses by; 503 where others were faster all the time
 * @throws UnavailableError where D1 did not do it, or left it unknown and the write cannot find itself
 */
export async function commit<const R extends Plan, const W extends Plan, T>(
  exchange: Exchange,
  writeAt: (exchange: Exchange) => Write<R, W, T>,
  { pause = pauseBefore } = {},
): Promise<T> {
  const { database, defer, wakeDeliveries } = exchange;
  const startedAt = Date.now();
  let wanted = writeAt(exchange);
  const unknownOutcomes: UnavailableError[] = [];
  for (let decisions = 1; decisions <= DECISIONS_MAX; decisions += 1) {
    const left = startedAt + WAIT_MS_MAX - Date.now();
    const giveBack = wanted.subject === undefined ? () => undefined : await takeTurn(wanted.subject, left);
    if (giveBack === null || left <= 0) throw unknownOutcomes[0] ?? busy();
    let made: { decided: Decision<W, T>; found: Found<W>; deliveryIds: string[] } | null = null;
    try {
      if (decisions > 1 || Date.now() > startedAt)
        wanted = writeAt({ ...exchange, now: Math.max(exchange.now, Date.now()) });
      const decided = await wanted.decide(await database.read(wanted.read));
      made = { decided, ...(await database.write(decided.writes)) };
    } catch (error) {
      if (error instanceof UnavailableError && error.outcome === 'unknown' && wanted.findsItself)
        unknownOutcomes.push(error);
      else if (!(error instanceof ConflictError)) throw error;
      if (unknownOutcomes.length >= UNKNOWN_OUTCOMES_MAX) throw error;
    } finally {
      giveBack();
    }
    if (made === null) {
      await pause(decisions);
      continue;
    }
    // It is committed: whatever fails from here on, the write is not made again.
    const { found, deliveryIds } = made;
    const { resultOf } = made.decided;
    if (deliveryIds.length > 0) defer(() => wakeDeliveries(deliveryIds));
    return resultOf(found);
  }
  throw unknownOutcomes[0] ?? busy();
}
