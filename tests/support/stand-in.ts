/** A D1 that fails by turns before or after the real one has done its work. */
import { onlyReads } from '../../src/platform/db/unavailable.ts';
import { withSessions } from './sessions.ts';

export interface Turn {
  readonly words: string;
  /** It was committed all the same. */
  readonly isDone?: boolean;
}

/** @param next what becomes of a batch: null where it is done and answered */
export function failing(
  d1: Pick<D1Database, 'prepare' | 'batch'>,
  next: (batch: { readonly isRead: boolean }) => Turn | null,
): D1Database {
  const texts = new WeakMap<D1PreparedStatement, string>();
  return withSessions({
    prepare: (text: string) => ({
      bind: (...values: unknown[]) => {
        const bound = d1.prepare(text).bind(...values);
        texts.set(bound, text);
        return bound;
      },
    }),
    batch: async (statements: D1PreparedStatement[]) => {
      const turn = next({ isRead: statements.every((one) => onlyReads(texts.get(one) ?? '')) });
      if (turn && !turn.isDone) throw new Error(turn.words);
      const results = await d1.batch(statements);
      if (turn) throw new Error(turn.words);
      return results;
    },
  } as unknown as D1Database);
}
