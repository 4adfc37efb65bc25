/** What each table and index takes on disk, in whole pages. */
import type { DatabaseSync } from 'node:sqlite';

export const bytesOf = (sqlite: DatabaseSync) =>
  sqlite.prepare('select name, sum(pgsize) as bytes from dbstat group by name').all() as unknown as {
    readonly name: string;
    readonly bytes: number;
  }[];
