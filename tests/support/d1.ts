/**
 * Databases of the kind that the Worker has: D1 in workerd, migrated, each of them new. Tests that hold the clock run
 * outside of workerd: their batches go to a Worker that runs them, and come back as D1 answered.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { D1_FOLDER, d1FileOf } from '../../scripts/local/local-d1.ts';
import { BUILT } from './build.ts';
import { readMigrations } from './migrations.ts';
import { withSessions } from './sessions.ts';

/** A start of workerd serves so many. */
const DATABASES_COUNT = 40;

const SCRIPT = `export default {
  async fetch(request, env) {
    const { name, statements } = await request.json();
    const d1 = env[name];
    try {
      return Response.json(await d1.batch(statements.map(({ text, values }) => d1.prepare(text).bind(...values))));
    } catch (error) {
      return new Response(error.message, { status: 500 });
    }
  },
};`;

/** The migrated database of all tests, as one file. */
function makeTemplate(folder: string): string {
  const built = join(BUILT.database, D1_FOLDER);
  const template = join(folder, 'template.sqlite');
  for (const name of readdirSync(built).filter((name) => name.startsWith(readMain(built))))
    copyFileSync(join(built, name), template + name.slice(readMain(built).length));
  const database = new DatabaseSync(template);
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
  return template;
}
const readMain = (folder: string) =>
  readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)) as string;

async function startRuntime() {
  const folder = mkdtempSync(join(tmpdir(), 'referral-exchange-d1-'));
  mkdirSync(join(folder, D1_FOLDER), { recursive: true });
  const template = makeTemplate(folder);
  const names = Array.from({ length: DATABASES_COUNT }, (_, index) => `DB${index}`);
  for (const name of names) copyFileSync(template, join(folder, D1_FOLDER, d1FileOf(name)));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: folder,
      workers: [
        {
          name: 'databases',
          modules: true,
          script: SCRIPT,
          d1Databases: Object.fromEntries(names.map((name) => [name, name])),
        },
      ],
    }),
  );
  const { origin } = await miniflare.ready;
  const opened: DatabaseSync[] = [];
  return {
    free: names,
    open(name: string) {
      const sqlite = new DatabaseSync(join(folder, D1_FOLDER, d1FileOf(name)), { timeout: 10_000 });
      opened.push(sqlite);
      return sqlite;
    },
    async batch(name: string, statements: readonly Bound[]): Promise<D1Result[]> {
      const response = await fetch(origin, { method: 'POST', body: JSON.stringify({ name, statements }) });
      if (!response.ok) throw new Error(await response.text());
      return response.json() as Promise<D1Result[]>;
    },
    async stop() {
      for (const sqlite of opened) sqlite.close();
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let running: Promise<Awaited<ReturnType<typeof startRuntime>>> | null = null;

/** After each file of tests. */
export async function stopDatabases(): Promise<void> {
  const runtime = await running;
  running = null;
  await runtime?.stop();
}

interface Bound {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface TestDatabase {
  readonly d1: D1Database;
  /** To look into its file, and to put there what no route would. */
  readonly sqlite: DatabaseSync;
}

/** @param crash called before and after each batch; what it throws comes out of the call */
export async function newDatabase(crash: (when: 'before' | 'after') => void): Promise<TestDatabase> {
  if ((await running)?.free.length === 0) await stopDatabases();
  running ??= startRuntime();
  const runtime = await running;
  const name = runtime.free.pop() as string;
  const d1 = withSessions({
    prepare: (text: string) => ({ bind: (...values: unknown[]) => ({ text, values }) }),
    batch: async (statements: readonly Bound[]) => {
      crash('before');
      const results = await runtime.batch(name, statements);
      crash('after');
      return results;
    },
  } as unknown as D1Database);
  return { d1, sqlite: runtime.open(name) };
}

/**
 * What the code uses of D1, made of SQLite in this process: hundreds of times faster, for properties that are tried
 * hundreds of times. The same ones are tried on D1, too.
 */
export function asD1(sqlite: DatabaseSync, crash: (when: 'before' | 'after') => void): D1Database {
  // Every minute asks the same: to compile it anew would be most of a test's time.
  const prepared = new Map<string, StatementSync>();
  const run = ({ text, values }: Bound) => {
    const statement = prepared.get(text) ?? sqlite.prepare(text);
    prepared.set(text, statement);
    // Drizzle maps rows by the order of their columns.
    const rows = statement.all(
      ...values.map((value) => (typeof value === 'boolean' ? Number(value) : value) as SQLInputValue),
    );
    return { results: rows, success: true, meta: { rows_read: 0, rows_written: 0 } };
  };
  return withSessions({
    prepare: (text: string) => ({ bind: (...values: unknown[]) => ({ text, values }) }),
    batch: async (statements: readonly Bound[]) => {
      crash('before');
      let results: unknown[];
      sqlite.exec('begin immediate');
      try {
        results = statements.map(run);
        sqlite.exec('commit');
      } catch (error) {
        sqlite.exec('rollback');
        throw error;
      }
      crash('after');
      return results;
    },
  } as unknown as D1Database);
}

const migrations = readMigrations().flatMap(({ statements }) => statements);

export function newMemoryDatabase(crash: (when: 'before' | 'after') => void): TestDatabase {
  const sqlite = new DatabaseSync(':memory:');
  for (const text of migrations) sqlite.exec(text);
  return { d1: asD1(sqlite, crash), sqlite };
}
