import { and, eq, gt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { alias, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Database } from '../../../src/platform/db/database.ts';
import { many, one } from '../../../src/platform/db/plan.ts';
import { prepare, prepared, preparedById, preparedInsert } from '../../../src/platform/db/prepared.ts';
import { type Exchange, startExchange } from '../../support/harness.ts';

const things = sqliteTable('things', {
  id: text().primaryKey(),
  tags: text({ mode: 'json' }).$type<string[]>(),
  isShown: integer('is_shown', { mode: 'boolean' }).notNull(),
  size: integer().notNull(),
  double: integer().generatedAlwaysAs(sql`size * 2`),
});

let exchange: Exchange;
let database: Database;
beforeAll(async () => {
  exchange = await startExchange();
  database = new Database(exchange.env.DB);
  await exchange.sql(
    'create table things (id text primary key not null, tags text, is_shown integer not null, size integer not null, double integer generated always as (size * 2)) strict',
  );
});
afterAll(() => exchange.close());

const insertThing = preparedInsert(things);
const selectThing = preparedById((query, id) =>
  query.select().from(things).where(eq(things.id, id)).limit(1),
);
const selectLarger = prepared<{ size: number; other: string }>()((query, { size, other }) =>
  query
    .select()
    .from(things)
    .where(and(gt(things.size, size), sql`${things.id} <> ${other}`, gt(things.double, size)))
    .orderBy(things.id),
);

const asked = (statement: Parameters<typeof prepare>[0]) => prepare(statement).getQuery();

test('what is written by a prepared statement reads as what was given: lists, booleans and nulls', async () => {
  const { query } = database;
  const rows = [
    { id: 'a', tags: ['x', 'y'], isShown: true, size: 1 },
    { id: 'b', tags: null, isShown: false, size: 2 },
  ];
  await database.write(rows.map((row) => insertThing(query, row)));
  const found = await database.read({
    a: one(selectThing(query, 'a')),
    b: one(selectThing(query, 'b')),
    none: one(selectThing(query, 'c')),
    larger: many(selectLarger(query, { size: 0, other: 'a' })),
  });
  expect(found).toEqual({
    a: { ...rows[0], double: 2 },
    b: { ...rows[1], double: 4 },
    none: undefined,
    larger: [{ ...rows[1], double: 4 }],
  });
  expect(await exchange.sql('select tags from things where tags is null')).toHaveLength(1);
});

test('each use has its own values, also of statements that wait in one batch, and is what Drizzle makes by itself', () => {
  const { query } = database;
  const [first, second] = [
    selectLarger(query, { size: 5, other: 'x' }),
    selectLarger(query, { size: 7, other: 'y' }),
  ];
  expect(asked(first).params).toEqual([5, 'x', 5]);
  expect(asked(second).params).toEqual([7, 'y', 7]);
  const row = { id: 'c', tags: ['z'], isShown: true, size: 3 };
  const { sql: text, params } = asked(query.insert(things).values(row));
  expect(asked(insertThing(query, row))).toEqual({ sql: text, params });
});

test('rows come as Drizzle maps them: columns, expressions with a decoder and without, under any name, and those of a join', async () => {
  const { query } = database;
  const other = alias(things, 'other');
  const select = (from: typeof query) =>
    from
      .select({
        other: things.id,
        tags: things.tags,
        isShown: things.isShown,
        text: sql<string>`${things.size} + 1`.mapWith(String).as('size_text'),
        bare: sql<number | null>`nullif(${things.size}, 2)`,
      })
      .from(things)
      .orderBy(things.id);
  const join = (from: typeof query) =>
    from
      .select({ one: { first: things.id }, other: { second: sql`${other.id}`.as('second') } })
      .from(things)
      .leftJoin(other, sql`${other.id} > ${things.id}`)
      .orderBy(things.id);
  const [mapped, own, joined, ownJoined] = await database.batch([
    prepared()(select)(query, {}),
    select(query),
    prepared()(join)(query, {}),
    join(query),
  ]);
  expect(mapped).toEqual(own);
  expect(mapped[0]).toEqual({ other: 'a', tags: ['x', 'y'], isShown: true, text: '2', bare: 1 });
  expect(joined).toEqual(ownJoined);
});

test('an id that a subquery gives is no value, and one statement may follow the other', () => {
  const { query } = database;
  const subquery = sql`(select max(id) from things)`;
  expect(asked(selectThing(query, 'a')).params).toEqual(['a', 1]);
  expect(asked(selectThing(query, subquery))).toMatchObject({
    sql: expect.stringContaining('max(id)'),
    params: [1],
  });
  expect(asked(selectThing(query, 'b')).params).toEqual(['b', 1]);
});

test('a statement lasts longer than the database it was first made for', async () => {
  const other = new Database(exchange.env.DB);
  const never = drizzle({
    prepare: () => {
      throw new Error('asked');
    },
  } as unknown as D1Database);
  selectThing(other.query, 'a');
  expect(asked(selectThing(never, 'a')).params).toEqual(['a', 1]);
});
