/**
 * The local D1 as the SQLite file that it is: opened beside a running server, whose writes are waited for, and without
 * a start of wrangler for each question.
 */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onlyReads } from '../../src/platform/db/unavailable.ts';
import type { Execute, Row } from './database.ts';
import { root } from './settings.ts';

/** Where miniflare keeps its databases in a folder of its own. */
export const D1_FOLDER = join('d1', 'miniflare-D1DatabaseObject');
const BUSY_MS_MAX = 10_000;

/** The name of a database's file, by the rule of workerd for an object's id from its name. */
export function d1FileOf(databaseId: string): string {
  const key = createHash('sha256').update('miniflare-D1DatabaseObject').digest();
  const half = (data: string | Buffer) => createHmac('sha256', key).update(data).digest().subarray(0, 16);
  const name = half(databaseId);
  return `${Buffer.concat([name, half(name)]).toString('hex')}.sqlite`;
}

/** That of the top level of wrangler.toml, which is for work on this machine. */
function readDatabaseId(): string {
  const [, id = ''] =
    /^database_id = "([^"]+)"/m.exec(readFileSync(join(root, 'wrangler.toml'), 'utf8')) ?? [];
  return id;
}

/** Each call is one transaction, as a batch is. */
export function openLocalDatabase(stateDir: string): Execute {
  const file = join(stateDir, 'v3', D1_FOLDER, d1FileOf(readDatabaseId()));
  const database = new DatabaseSync(file, { timeout: BUSY_MS_MAX });
  return async (statements) => {
    database.exec(statements.every(onlyReads) ? 'begin' : 'begin immediate');
    try {
      const rows = statements.map((statement) => database.prepare(statement).all() as Row[]);
      database.exec('commit');
      return rows;
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  };
}
