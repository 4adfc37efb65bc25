/** Goes on where a database is busy or out of reach for a while. */
import { onlyReads, passingFaultOf } from '../../src/platform/db/unavailable.ts';
import type { Execute } from './database.ts';
import { UsageError } from './settings.ts';

const TRIES_MAX = 8;
const WAIT_MS_FIRST = 500;
const WAIT_MS_MAX = 15_000;

/** Wrangler's own, on its way to a deployed database. */
const UNREACHABLE = /fetch failed|ECONNRESET|ETIMEDOUT|EAI_AGAIN|socket hang up|\b50[234]\b/;

export interface Patience {
  /** Told before each wait. */
  readonly say: (words: string) => void;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** What writes may be run twice, too: the second time it finds done what the first time has done. */
  readonly areWritesRepeatable?: boolean;
}

/** The line of a fault that names it. */
function causeOf(message: string): string | null {
  const lines = message.split('\n').map((line) => line.trim());
  return lines.find((line) => passingFaultOf(line) ?? UNREACHABLE.test(line)) ?? null;
}

/**
 * Runs statements again while the database is busy or out of reach.
 * @throws UsageError that says what to do where it stays so.
 */
export function patient(execute: Execute, { say, wait, areWritesRepeatable = false }: Patience): Execute {
  const pause = wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  return async (statements) => {
    const isRepeatable = areWritesRepeatable || statements.every(onlyReads);
    for (let tries = 1; ; tries += 1) {
      let cause: string;
      try {
        return await execute(statements);
      } catch (error) {
        const found = error instanceof Error ? causeOf(error.message) : null;
        if (found === null || !isRepeatable) throw error;
        if (tries === TRIES_MAX)
          throw new UsageError(
            `The database did not answer ${TRIES_MAX} times in a row: ${found}\nWhat is done stays done: run this again, it goes on where it was.`,
          );
        cause = found;
      }
      const milliseconds = (0.5 + Math.random() / 2) * Math.min(WAIT_MS_FIRST * 2 ** tries, WAIT_MS_MAX);
      const seconds = Math.max(1, Math.round(milliseconds / 1000));
      say(
        `The database did not answer (${cause}). Trying again in ${seconds} s, ${tries + 1} of ${TRIES_MAX}.`,
      );
      await pause(milliseconds);
    }
  };
}
