/**
 * Statements whose text is made once in an isolate; each use only brings values. For what runs with every referral and
 * every delivery: to make the text of one anew takes Drizzle as long as several of the calls around it.
 */
import { Column, getTableColumns, is, Param, Placeholder, SQL, sql } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Query, Statement } from './database.ts';

/** What Drizzle makes of a statement; its own `batch` cannot bind the values of raw SQL, so it is done here. */
export interface Prepared {
  getQuery(): { sql: string; params: unknown[] };
  mapResult(result: D1Result, isFromBatch: true): unknown;
}

export const prepare = (statement: Statement): Prepared =>
  (statement as unknown as { _prepare(): Prepared })._prepare();

interface Decoder {
  mapFromDriverValue(value: unknown): unknown;
}
/** A column of the result, as Drizzle keeps it. */
interface Field {
  readonly path: readonly string[];
  readonly field: Column | SQL | SQL.Aliased;
}

const decoderOf = (field: Field['field']): Decoder =>
  is(field, Column)
    ? field
    : ((is(field, SQL) ? field : field.sql) as unknown as { readonly decoder: Decoder }).decoder;

/** As Drizzle's own `mapResultRow`, which finds out for every value of every row what kind of column it stands in. */
function mapperOf(made: Prepared): (result: D1Result) => unknown {
  const { fields } = made as { readonly fields?: readonly Field[] };
  // In parts only a join, which Drizzle puts together.
  if (!fields?.every(({ path }) => path.length === 1)) return (result) => made.mapResult(result, true);
  const columns = fields.map(({ path: [name], field }) => [name as string, decoderOf(field)] as const);
  return ({ results }) =>
    (results as object[]).map((row) => {
      const values = Object.values(row);
      const mapped: Record<string, unknown> = {};
      columns.forEach(([name, decoder], index) => {
        const value = values[index];
        mapped[name] = value === null ? null : decoder.mapFromDriverValue(value);
      });
      return mapped;
    });
}

type Values = Readonly<Record<string, unknown>>;
/** Stands in the statement for the value of that name. */
type Placeholders<V extends Values> = { readonly [Name in keyof V & string]: Placeholder<Name> };

/** As Drizzle's own `fillPlaceholders`, which would write a null into a column of JSON as the text `null`. */
function fillerOf(param: unknown): (values: Values) => unknown {
  if (is(param, Placeholder)) return (values) => values[param.name];
  if (!is(param, Param) || !is(param.value, Placeholder)) return () => param;
  const { encoder } = param;
  const { name } = param.value;
  return (values) => {
    const value = values[name];
    return value === null ? null : encoder.mapToDriverValue(value);
  };
}

/** @param make the statement; its form may hang on none of the values */
export const prepared =
  <V extends Values>() =>
  <S extends Statement>(make: (query: Query, values: Placeholders<V>) => S) => {
    const placeholders = new Proxy({} as Placeholders<V>, {
      get: (_, name) => sql.placeholder(String(name)),
    });
    let known:
      | { text: string; fillers: ReturnType<typeof fillerOf>[]; mapResult: Prepared['mapResult'] }
      | undefined;
    return (query: Query, values: V): S => {
      if (!known) {
        const made = prepare(make(query, placeholders));
        const { sql: text, params } = made.getQuery();
        known = { text, fillers: params.map(fillerOf), mapResult: mapperOf(made) };
      }
      const { text, fillers, mapResult } = known;
      const filled: Prepared = {
        getQuery: () => ({ sql: text, params: fillers.map((fill) => fill(values)) }),
        mapResult,
      };
      return { _prepare: () => filled } as unknown as S;
    };
  };

/** About one thing, named by its id or by a subquery that gives that; only the first is prepared. */
export const preparedById = <S extends Statement>(
  make: (query: Query, id: string | SQL | Placeholder) => S,
) => {
  const byId = prepared<{ id: string }>()((query, { id }) => make(query, id));
  return (query: Query, id: string | SQL): S =>
    typeof id === 'string' ? byId(query, { id }) : make(query, id);
};

/** Every column that can be written. */
type WholeRow<T extends SQLiteTable> = {
  readonly [Name in keyof T['$inferInsert']]-?: Exclude<T['$inferInsert'][Name], undefined>;
};

export const preparedInsert = <T extends SQLiteTable>(table: T) => {
  const names = Object.entries(getTableColumns(table)).flatMap(([name, { generated }]) =>
    generated === undefined ? [name] : [],
  );
  return prepared<WholeRow<T> & Values>()((query, values: Placeholders<Values>) =>
    query
      .insert(table)
      .values(Object.fromEntries(names.map((name) => [name, values[name]])) as T['$inferInsert']),
  );
};
