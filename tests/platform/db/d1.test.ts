/** What the code believes of D1, shown on the D1 of workerd itself: a new runtime in which one of them fails is found here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../../support/harness.ts';

let exchange: Exchange;
let db: D1Database;
beforeAll(async () => {
  exchange = await startExchange();
  db = exchange.env.DB;
  await db.batch(
    [
      'create table parents (id text primary key not null, version integer not null) strict, without rowid',
      `create table children (id integer primary key not null, parent_id text not null references parents (id),
        kind text not null check (kind in ('a', 'b')), note text unique) strict`,
      `create trigger parents_version before update of version on parents when new.version <> old.version + 1
        begin select raise(abort, 'guard: version'); end`,
    ].map((text) => db.prepare(text)),
  );
});
afterAll(() => exchange.close());

const run = (...statements: (readonly [text: string, ...values: unknown[]])[]) =>
  db.batch<Record<string, unknown>>(statements.map(([text, ...values]) => db.prepare(text).bind(...values)));
const parentsCount = async () => (await run(['select count(*) as n from parents']))[0]?.results[0]?.n;

test('a batch is one transaction: a statement that fails takes those before it back', async () => {
  const before = await parentsCount();
  await expect(
    run(
      ['insert into parents values (?, 1)', 'p-half'],
      ['insert into children values (1, ?, ?, null)', 'p-half', 'c'],
    ),
  ).rejects.toThrow(/CHECK constraint failed/);
  expect(await parentsCount()).toBe(before);
});

test('a trigger that aborts takes the whole batch back, and its words come through', async () => {
  await run(['insert into parents values (?, 1)', 'p-guard']);
  await expect(
    run(
      ['insert into parents values (?, 1)', 'p-other'],
      ['update parents set version = 5 where id = ?', 'p-guard'],
    ),
  ).rejects.toThrow(/guard: version/);
  const [rows] = await run(['select id from parents where id in (?, ?)', 'p-guard', 'p-other']);
  expect(rows?.results).toEqual([{ id: 'p-guard' }]);
});

test('foreign keys are enforced, and a unique index names itself in its error', async () => {
  await expect(run(['insert into children values (2, ?, ?, null)', 'nobody', 'a'])).rejects.toThrow(
    /FOREIGN KEY constraint failed/,
  );
  await run(['insert into parents values (?, 1)', 'p-unique']);
  await run(['insert into children values (3, ?, ?, ?)', 'p-unique', 'a', 'same']);
  await expect(run(['insert into children values (4, ?, ?, ?)', 'p-unique', 'a', 'same'])).rejects.toThrow(
    /UNIQUE constraint failed: children\.note/,
  );
});

test('inside a batch `changes()` is what the statement before it changed', async () => {
  await run(['insert into parents values (?, 1)', 'p-changes']);
  await run(
    ['update parents set version = 2 where id = ?', 'nobody'],
    ["insert into parents select 'p-not', 1 where changes() > 0"],
    ['update parents set version = 2 where id = ?', 'p-changes'],
    ["insert into parents select 'p-yes', 1 where changes() > 0"],
  );
  const [rows] = await run(["select id from parents where id in ('p-not', 'p-yes')"]);
  expect(rows?.results).toEqual([{ id: 'p-yes' }]);
});

test('a strict column refuses another type', async () => {
  await expect(run(['insert into parents values (?, ?)', 'p-strict', 'one'])).rejects.toThrow(
    /cannot store TEXT value in INTEGER column/,
  );
});

test('a hundred values can be bound and not more: lists travel as JSON', async () => {
  const values = Array.from({ length: 101 }, (_, index) => index);
  const marks = (count: number) =>
    values
      .slice(0, count)
      .map(() => '?')
      .join(', ');
  const [hundred] = await run([`select 99 in (${marks(100)}) as found`, ...values.slice(0, 100)]);
  expect(hundred?.results).toEqual([{ found: 1 }]);
  await expect(run([`select 99 in (${marks(101)}) as found`, ...values])).rejects.toThrow(
    /too many SQL variables/,
  );
  const [listed] = await run(['select count(*) as n from json_each(?)', JSON.stringify(values)]);
  expect(listed?.results[0]?.n).toBe(101);
});

test('rows read and written are counted, also of what an index had to be written for', async () => {
  await run(['insert into parents values (?, 1)', 'p-meta']);
  const [written, read] = await run(
    ['insert into children values (9, ?, ?, ?)', 'p-meta', 'b', 'counted'],
    ['select * from children where id = 9'],
  );
  expect(written?.meta.rows_written).toBe(2);
  expect(read?.meta.rows_read).toBe(1);
});

test('an upsert, and an insert from a select, return their rows', async () => {
  const upsert =
    'insert into parents values (?, 1) on conflict (id) do update set version = version + 1 returning version';
  const [first, second] = await run([upsert, 'p-upsert'], [upsert, 'p-upsert']);
  expect([first?.results, second?.results]).toEqual([[{ version: 1 }], [{ version: 2 }]]);
  const [none] = await run(["insert into parents select 'p-none', 1 where 0 returning id"]);
  expect(none?.results).toEqual([]);
});
