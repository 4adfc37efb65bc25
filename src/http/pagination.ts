/** Lists: `{data, next_cursor}`, at most 100 a page. */
import * as v from 'valibot';
import { Problem } from '../platform/problem.ts';
import type { Vault } from '../platform/vault/vault.ts';
import { numberInQuery } from './fields.ts';

export const pageQuery = {
  /** How many a page has, 1 to 100. */
  limit: v.optional(numberInQuery(1, 100), '25'),
  /** `next_cursor` of the page before, or the address in its `Link` header; without it the first page. */
  cursor: v.optional(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{0,500}$/, 'is not a cursor of ours'))),
};

export const page = <T extends v.GenericSchema>(item: T) =>
  v.object({
    /** The items of this page. */
    data: v.array(item),
    /** For the next page; null on the last one. */
    next_cursor: v.nullable(v.string()),
  });

const CursorSchema = v.pipe(v.string(), v.parseJson(), v.array(v.union([v.string(), v.number()])));

type Kinds = readonly ('string' | 'number')[];
type Values<T extends Kinds> = { [I in keyof T]: T[I] extends 'string' ? string : number };

interface PageRequest {
  readonly exchange: { readonly vault: Vault };
  readonly actor: { readonly practice_id: string | null; readonly key_id: string };
  readonly operationId: string;
  readonly query: { readonly limit: number; readonly cursor?: string | undefined };
}

export interface Pager<T extends Kinds> {
  /** The sort values of the last row before this page; null on the first one. */
  readonly after: Values<T> | null;
  /** How many rows to read: one more than are shown says whether there is a next page. */
  readonly rowsMax: number;
  readonly show: <R>(
    rows: readonly R[],
    present: (row: R) => unknown,
    sortValues: (row: R) => Values<T>,
    /** Where the reading of a page ended although there may be more: as far as one page looks. */
    end?: Values<T> | null,
  ) => Promise<{ data: unknown[]; next_cursor: string | null }>;
}

/**
 * How a list is read page by page. A cursor holds sort values, which may tell more than the rows do (how many were left
 * out between two of them, say): so it is sealed, for this list and this reader.
 * @param kinds of the sort values
 * @throws Problem 400 for a cursor that this list did not make for this reader
 */
export async function pagerOf<const T extends Kinds>(
  { exchange: { vault }, actor, operationId, query: { limit, cursor } }: PageRequest,
  kinds: T,
): Promise<Pager<T>> {
  const owner = [operationId, actor.practice_id ?? actor.key_id];
  const open = async (text: string): Promise<Values<T>> => {
    const words = await vault.tokens.open('cursor', text);
    const parsed = v.safeParse(CursorSchema, words ?? '');
    const values = parsed.success ? parsed.output.slice(owner.length) : [];
    const isOurs =
      parsed.success &&
      owner.every((part, index) => part === parsed.output[index]) &&
      values.length === kinds.length &&
      values.every((value, index) => typeof value === kinds[index]);
    if (!isOurs) throw new Problem('invalid_cursor', 'The cursor was not made by this list.');
    return values as never;
  };
  return {
    after: cursor === undefined ? null : await open(cursor),
    rowsMax: limit + 1,
    show: async (rows, present, sortValues, end = null) => {
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const next = rows.length > limit && last !== undefined ? sortValues(last) : end;
      return {
        data: shown.map(present),
        next_cursor: next && (await vault.tokens.seal('cursor', JSON.stringify([...owner, ...next]))),
      };
    },
  };
}
