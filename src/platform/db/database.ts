/**
 * The one door to D1. Repositories build statements; callers run them together in one `batch`, which D1
 * executes as one transaction and one round trip. Every call and row is counted for `Server-Timing`.
 */
import type { BatchItem } from 'drizzle-orm/batch';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { LoggableError } from '../fault.ts';
import { deliveriesWokenBy, type Found, foundOf, type Plan, stepsOf } from './plan.ts';
import { prepare } from './prepared.ts';
import { onlyReads, passingFaultOf, UnavailableError } from './unavailable.ts';

export type Query = DrizzleD1Database;
export type Statement = BatchItem<'sqlite'>;
export type Statements = readonly Statement[];
/** What each statement of a batch gives. */
export type Rows<T extends Statements> = { [I in keyof T]: T[I]['_']['result'] };

/** What a request cost in D1. */
export class Meter {
  calls = 0;
  statements = 0;
  rowsRead = 0;
  rowsWritten = 0;
  /** Of the whole database, as D1 said last. */
  databaseBytes = 0;
  /** Where the database stood after the last batch that may have written. */
  bookmark: string | null = null;
  /** Batches that write and were left without an answer. */
  unknownOutcomes = 0;
  #keyLookUp: Meter | null = null;

  get mayHaveWritten(): boolean {
    return this.rowsWritten > 0 || this.unknownOutcomes > 0;
  }

  /** Counts what another meter counted while a key was looked up, and names it apart: a later request may not need it. */
  addKeyLookUp(lookUp: Meter): void {
    this.calls += lookUp.calls;
    this.statements += lookUp.statements;
    this.rowsRead += lookUp.rowsRead;
    this.#keyLookUp = lookUp;
  }

  #describe(name: string): string {
    return `${name};desc="calls=${this.calls} read=${this.rowsRead} written=${this.rowsWritten}"`;
  }

  /** `d1` is all of it; `key`, where it stands there, is what the look-up of the key had of that. */
  toServerTiming(): string {
    const whole = this.#describe('d1');
    return this.#keyLookUp ? `${whole}, ${this.#keyLookUp.#describe('key')}` : whole;
  }
}

/** A unique index or guard of the database refused the batch, as in a lost race: nothing of it was written. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}

/** The batch would have gone beyond what its `bounded` database may do: nothing of it was run. */
export class BudgetError extends Error {
  override name = 'BudgetError';
}

/** A batch that can be sent again safely is sent so often in all, with waits of at most so long in between, doubled. */
const TRIES_MAX = 4;
const PAUSE_MS_FIRST = 50;

const pauseAfter = (tries: number) =>
  new Promise((resolve) =>
    setTimeout(resolve, (0.5 + Math.random() / 2) * PAUSE_MS_FIRST * 2 ** (tries - 1)),
  );

/** What D1's error is to callers, and whether the same batch may be sent again: nothing of it was written. */
function judge(error: unknown, isRead: boolean): { fault: Error; isRepeatable: boolean } {
  const message = error instanceof Error ? error.message : 'failed';
  if (/UNIQUE constraint failed|guard: /.test(message))
    return { fault: new ConflictError(message), isRepeatable: false };
  const passing = passingFaultOf(message);
  if (!passing) return { fault: new LoggableError(`D1: ${message}`), isRepeatable: false };
  const isUnwritten = isRead || passing.isRefused;
  return {
    fault: new UnavailableError(`D1: ${message}`, isUnwritten ? 'nothing_written' : 'unknown'),
    isRepeatable: isUnwritten && passing.isBrief,
  };
}

export class Database {
  /** Builds statements. What it builds is run by `batch`, never awaited by itself. */
  readonly query: Query;
  readonly meter: Meter;
  readonly #d1: D1Database;
  #statementsLeft: number;
  #isSpent = false;

  constructor(d1: D1Database, meter = new Meter(), statementsMax = Number.POSITIVE_INFINITY) {
    this.#d1 = d1;
    this.query = drizzle(d1);
    this.meter = meter;
    this.#statementsLeft = statementsMax;
  }

  /** The same database and meter for work that may make only so many statements. */
  bounded(statementsMax: number): Database {
    return new Database(this.#d1, this.meter, statementsMax);
  }

  get statementsLeft(): number {
    return this.#statementsLeft;
  }

  /** True once a batch was refused for want of statements. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** A copy of the database that is at least as new as the bookmark, where one is nearer: for what only reads. */
  since(bookmark: string): Database {
    return new Database(this.#d1.withSession(bookmark) as unknown as D1Database, this.meter);
  }

  /** The same database with a meter of its own: for work that is no part of the request. */
  apart(): Database {
    return new Database(this.#d1);
  }

  #spend(statements: number): void {
    if (statements > this.#statementsLeft) {
      this.#isSpent = true;
      throw new BudgetError();
    }
    this.#statementsLeft -= statements;
    this.meter.calls += 1;
    this.meter.statements += statements;
  }

  async #send(bound: D1PreparedStatement[], isRead: boolean): Promise<D1Result[]> {
    for (let tries = 1; ; tries += 1) {
      this.#spend(bound.length);
      try {
        if (isRead) return await this.#d1.batch(bound);
        // A session of its own for each: every read of a decision goes to the database itself, never to a copy.
        const session = this.#d1.withSession('first-primary');
        const results = await session.batch(bound);
        this.meter.bookmark = session.getBookmark();
        return results;
      } catch (error) {
        const { fault, isRepeatable } = judge(error, isRead);
        if (fault instanceof UnavailableError && fault.outcome === 'unknown') this.meter.unknownOutcomes += 1;
        if (!isRepeatable || tries === TRIES_MAX || bound.length > this.#statementsLeft) throw fault;
      }
      await pauseAfter(tries);
    }
  }

  /**
   * All or nothing. What only reads, and what D1 refused, is sent again a few times where the fault may be brief.
   * @throws BudgetError where a bounded database has too few statements left for it.
   * @throws ConflictError where a constraint refused it.
   * @throws UnavailableError where D1 fails for reasons that pass; it says whether the batch may have been written.
   * Other faults keep D1's words but lose the statement's values, which might be client data.
   */
  async batch<const T extends Statements>(statements: T): Promise<Rows<T>> {
    if (statements.length === 0) return [] as unknown as Rows<T>;
    const prepared = statements.map(prepare);
    const queries = prepared.map((one) => one.getQuery());
    const bound = queries.map(({ sql, params }) => this.#d1.prepare(sql).bind(...params));
    const isRead = queries.every(({ sql }) => onlyReads(sql));
    const results = await this.#send(bound, isRead);
    for (const { meta } of results) {
      this.meter.rowsRead += meta.rows_read;
      this.meter.rowsWritten += meta.rows_written;
      this.meter.databaseBytes = meta.size_after;
    }
    return results.map((result, index) => prepared[index]?.mapResult(result, true)) as unknown as Rows<T>;
  }

  /** What a plan finds: one call for all of it. Throws as `batch` does. */
  async read<const P extends Plan>(plan: P): Promise<Found<P>> {
    return (await this.write(plan)).found;
  }

  /** All of a plan or nothing. Throws as `batch` does. */
  async write<const P extends Plan>(plan: P): Promise<{ found: Found<P>; deliveryIds: string[] }> {
    const steps = stepsOf(plan);
    const results: readonly unknown[] = await this.batch(steps.map(({ statement }) => statement));
    let index = 0;
    const found = foundOf(plan, () => results[index++]);
    return { found, deliveryIds: deliveriesWokenBy(steps, results) };
  }
}
