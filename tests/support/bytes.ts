/** How many bytes what is stored takes, by table and index. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Exchange } from './harness.ts';

/** The database of the running exchange as it is now, as one of this process. */
export function copyOf(exchange: Exchange): DatabaseSync {
  const copy = join(exchange.state, 'copy.sqlite');
  const original = new DatabaseSync(exchange.databaseFile, { readOnly: true });
  original.exec(`vacuum into '${copy}'`);
  original.close();
  const sqlite = new DatabaseSync(copy);
  sqlite.exec('pragma journal_mode = off; pragma synchronous = off');
  return sqlite;
}

/** What stands in the pages of each, without what they have free; so it does not depend on which row came before which. */
export const bytesUsed = (sqlite: DatabaseSync): Map<string, number> =>
  new Map(
    (
      sqlite.prepare('select name, sum(pgsize - unused) as bytes from dbstat group by name').all() as {
        name: string;
        bytes: number;
      }[]
    ).map(({ name, bytes }) => [name, bytes]),
  );
