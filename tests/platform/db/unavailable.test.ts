/** What becomes of D1's faults at the one door to it: which pass, which are tried again, and what they leave open. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { patient } from '../../../scripts/local/patience.ts';
import { BudgetError, ConflictError, Database, Meter } from '../../../src/platform/db/database.ts';
import { onlyReads, passingFaultOf, UnavailableError } from '../../../src/platform/db/unavailable.ts';
import { failing, type Turn } from '../../support/stand-in.ts';

const LOST = 'D1_ERROR: Network connection lost.';
const RESET = 'D1_ERROR: Internal error in D1 DB storage caused object to be reset.';
const TOKEN = 'D1_ERROR: Failed to get session commit token: database is locked: SQLITE_BUSY';
const BUSY = 'D1_ERROR: database is locked: SQLITE_BUSY';
const LARGE = 'D1_ERROR: Exceeded maximum DB size';
const OVERLOADED = 'D1_ERROR: D1 DB is overloaded. Requests queued for too long.';
const CONSTRAINT = 'D1_ERROR: CHECK constraint failed: kind: SQLITE_CONSTRAINT';

function databaseThat(...turns: (string | Turn)[]) {
  const meta = { rows_read: 1, rows_written: 0 };
  const real = {
    prepare: (text: string) => ({ bind: () => ({ text }) }),
    batch: async (all: unknown[]) => all.map(() => ({ results: [], meta })),
  } as unknown as D1Database;
  let tries = 0;
  const d1 = failing(real, () => {
    const turn = turns[tries++];
    return typeof turn === 'string' ? { words: turn } : (turn ?? null);
  });
  return { d1, tries: () => tries };
}
const run = (d1: D1Database, ...texts: string[]) => {
  const database = new Database(d1);
  return database.batch(texts.map((text) => database.query.all(sql.raw(text))));
};
const READ = 'select 1';
const WRITE = "insert into t values ('select')";

describe('what only reads', () => {
  test.each([
    ['select "update" from t', true],
    ['  SELECT 1', true],
    ["with x as (select 'delete') select * from x", true],
    ['with x as (select 1) insert into t select * from x', false],
    ['insert into t select 1 where 0', false],
    ['update t set a = 1', false],
    ['replace into t values (1)', false],
    ['pragma optimize', false],
  ])('%s: %s', (text, isRead) => expect(onlyReads(text)).toBe(isRead));

  test.each([LOST, RESET, TOKEN, BUSY])('is sent again until it is answered: %s', async (words) => {
    const { d1, tries } = databaseThat(words, words, words);
    expect(await run(d1, READ, READ)).toEqual([[], []]);
    expect(tries()).toBe(4);
  });

  test('is given up after four tries, and nothing was written', async () => {
    const { d1, tries } = databaseThat(...Array(9).fill(LOST));
    await expect(run(d1, READ)).rejects.toMatchObject({
      name: 'UnavailableError',
      outcome: 'nothing_written',
      message: `D1: ${LOST}`,
    });
    expect(tries()).toBe(4);
  });

  test.each([OVERLOADED, LARGE])('is not sent again where that makes it worse: %s', async (words) => {
    const { d1, tries } = databaseThat(words);
    await expect(run(d1, READ)).rejects.toBeInstanceOf(UnavailableError);
    expect(tries()).toBe(1);
  });
});

describe('what writes', () => {
  test.each([LOST, RESET, TOKEN])('is sent once, and its outcome is unknown: %s', async (words) => {
    const { d1, tries } = databaseThat(words);
    await expect(run(d1, READ, WRITE)).rejects.toMatchObject({ outcome: 'unknown' });
    expect(tries()).toBe(1);
  });

  test('is sent again where SQLite refused it', async () => {
    const { d1, tries } = databaseThat(BUSY, BUSY);
    await run(d1, WRITE);
    expect(tries()).toBe(3);
  });

  test('has a known outcome where there was no room', async () => {
    const { d1 } = databaseThat(LARGE);
    await expect(run(d1, WRITE)).rejects.toMatchObject({ outcome: 'nothing_written' });
  });
});

test('faults that do not pass are none of these', async () => {
  expect(passingFaultOf(CONSTRAINT)).toBeUndefined();
  await expect(run(databaseThat(CONSTRAINT).d1, READ)).rejects.toMatchObject({ name: 'LoggableError' });
  await expect(run(databaseThat('D1_ERROR: guard: version').d1, WRITE)).rejects.toBeInstanceOf(ConflictError);
});

test('a bounded database pays for each try, and ends with the fault and not beyond its bound', async () => {
  const { d1, tries } = databaseThat(LOST, LOST, LOST);
  const database = new Database(d1, new Meter()).bounded(3);
  const two = () => database.batch([database.query.all(sql.raw(READ)), database.query.all(sql.raw(READ))]);
  await expect(two()).rejects.toBeInstanceOf(UnavailableError);
  expect([tries(), database.statementsLeft, database.meter.calls]).toEqual([1, 1, 1]);
  await expect(two()).rejects.toBeInstanceOf(BudgetError);
});

describe('a script', () => {
  const calm = async () => {};
  function executeThat(fails: number, words: string) {
    let tries = 0;
    const said: string[] = [];
    const execute = async () => {
      tries += 1;
      if (tries <= fails) throw new Error(`wrangler d1 execute failed.\n\n  ${words}\n\n`);
      return [[{ done: 1 }]];
    };
    return { execute, said, say: (line: string) => said.push(line), tries: () => tries };
  }

  test('that may be run twice goes on when the database answers again, and says why it waits', async () => {
    const { execute, said, say } = executeThat(3, TOKEN);
    const rows = await patient(execute, { say, wait: calm, areWritesRepeatable: true })([
      'update t set a = 1',
    ]);
    expect(rows).toEqual([[{ done: 1 }]]);
    expect(said).toHaveLength(3);
    expect(said[0]).toMatch(/^The database did not answer \(D1_ERROR: Failed.*2 of 8\.$/);
  });

  test('gives up after a while with what to do next', async () => {
    const { execute, say, tries } = executeThat(99, 'fetch failed');
    await expect(patient(execute, { say, wait: calm })([READ])).rejects.toThrow(
      /8 times in a row: fetch failed\n.*run this again/,
    );
    expect(tries()).toBe(8);
  });

  test('sends no other write twice, and asks nothing twice that does not pass', async () => {
    for (const [statement, words] of [
      [WRITE, TOKEN],
      [READ, CONSTRAINT],
    ] as const) {
      const { execute, say, tries } = executeThat(1, words);
      await expect(patient(execute, { say, wait: calm })([statement])).rejects.toThrow(words);
      expect(tries()).toBe(1);
    }
  });
});
