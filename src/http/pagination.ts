/** Lists: `{data, next_cursor}`, at most 100 a page. */
import * as v from 'valibot';
import { Problem } from './problem.ts';

export const pageQuery = {
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^([1-9][0-9]?|100)$/, 'must be a whole number from 1 to 100'),
      v.transform(Number),
    ),
    '25',
  ),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(500, 'is not a cursor of ours'))),
};

export const page = <T extends v.GenericSchema>(item: T) =>
  v.object({ data: v.array(item), next_cursor: v.nullable(v.string()) });

const CursorSchema = v.pipe(v.string(), v.parseJson(), v.array(v.union([v.string(), v.number()])));

/** Opaque to callers: the sort values of the last row. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return btoa(JSON.stringify(values)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws Problem 400 for anything that `encodeCursor` did not make with values of these types. */
export function decodeCursor<const T extends readonly ('string' | 'number')[]>(
  cursor: string | undefined,
  types: T,
): { [I in keyof T]: T[I] extends 'string' ? string : number } | null {
  if (cursor === undefined) return null;
  try {
    const values = v.parse(CursorSchema, atob(cursor.replaceAll('-', '+').replaceAll('_', '/')));
    if (values.length === types.length && values.every((value, index) => typeof value === types[index])) {
      return values as never;
    }
  } catch {
    // Answered below, with the same words as a well-formed cursor of another list.
  }
  throw new Problem('invalid_cursor', 'The cursor was not made by this list.');
}

/** `rows` holds one row more than `limit` where there is a next page. */
export function toPage<R>(
  rows: readonly R[],
  limit: number,
  present: (row: R) => unknown,
  sortValues: (row: R) => readonly (string | number)[],
): { data: unknown[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(present),
    next_cursor: rows.length > limit && last ? encodeCursor(sortValues(last)) : null,
  };
}
