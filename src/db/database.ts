/**
 * The one door to D1. Repositories build statements; callers run them together in one `batch`, which D1
 * executes as one transaction and one round trip. Every call and row is counted for `Server-Timing`.
 */
import type { BatchItem, BatchResponse } from 'drizzle-orm/batch';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';

export type Query = DrizzleD1Database;
export type Statement = BatchItem<'sqlite'>;
export type Statements = readonly [Statement, ...Statement[]];

/** What a request cost in D1. */
export class Meter {
  calls = 0;
  rowsRead = 0;
  rowsWritten = 0;

  toServerTiming(): string {
    return `d1;desc="calls=${this.calls} read=${this.rowsRead} written=${this.rowsWritten}"`;
  }
}

/** A constraint, unique index or guard of the database refused the batch: nothing of it was written. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}

export class Database {
  /** Builds statements. What it builds is run by `batch`, never awaited by itself. */
  readonly query: Query;
  readonly meter = new Meter();
  readonly #drizzle: DrizzleD1Database;

  constructor(d1: D1Database) {
    const metered = {
      prepare: (text: string) => d1.prepare(text),
      batch: async (statements: D1PreparedStatement[]) => {
        const results = await d1.batch(statements);
        this.meter.calls += 1;
        for (const { meta } of results) {
          this.meter.rowsRead += meta.rows_read;
          this.meter.rowsWritten += meta.rows_written;
        }
        return results;
      },
    };
    this.#drizzle = drizzle(metered as unknown as D1Database);
    this.query = this.#drizzle;
  }

  /**
   * All or nothing.
   * @throws ConflictError where a constraint refused it. Other faults keep D1's words but lose the statement's
   * values, which might be client data.
   */
  async batch<const T extends Statements>(statements: T): Promise<BatchResponse<T>> {
    try {
      return (await this.#drizzle.batch(
        statements as unknown as [Statement, ...Statement[]],
      )) as BatchResponse<T>;
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const message = cause instanceof Error ? cause.message : 'D1 failed';
      this.meter.calls += 1;
      if (/constraint failed|guard: /.test(message)) throw new ConflictError(message);
      throw new Error(`D1: ${message}`);
    }
  }
}
