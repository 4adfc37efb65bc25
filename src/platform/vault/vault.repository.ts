import { sql } from 'drizzle-orm';
import { Database, type Query } from '../db/database.ts';
import { MASTER_SEALED_TABLES, type MasterPlace, type ReadAgain } from './vault.ts';

/** The ciphertext that stands at a place now. */
function selectSealed(query: Query, { column, movedTo, row }: MasterPlace) {
  const [table, name] = column.split('.') as [keyof typeof MASTER_SEALED_TABLES, string];
  const sealed = sql.identifier(movedTo ?? name);
  return query.all<{ sealed: string | null }>(sql`
    select ${sealed} as sealed from ${sql.identifier(table)}
    where ${sql.identifier(MASTER_SEALED_TABLES[table])} = ${row}`);
}

export const readAgainFrom =
  (d1: D1Database): ReadAgain =>
  async (place) => {
    const database = new Database(d1);
    const [[found]] = await database.batch([selectSealed(database.query, place)]);
    return found?.sealed ?? null;
  };
