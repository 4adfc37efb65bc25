/** What `npm start` says of a database that it cannot use. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { prepareState } from '../../scripts/local/state.ts';

test('a local database of another version is not touched, and it is told what to do', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'referral-exchange-state-'));
  const databaseDir = join(stateDir, 'v3', 'd1', 'miniflare-D1DatabaseObject');
  mkdirSync(databaseDir, { recursive: true });
  const database = new DatabaseSync(join(databaseDir, 'some.sqlite'));
  database.exec(
    "create table d1_migrations (name text); insert into d1_migrations values ('0000_other.sql')",
  );
  const prepared = prepareState(stateDir);
  await expect(prepared).rejects.toThrow(/another version \(0000_other\.sql\).* Delete that folder/);
  expect(database.prepare("select name from sqlite_master where type = 'table'").all()).toEqual([
    { name: 'd1_migrations' },
  ]);
  database.close();
  rmSync(stateDir, { recursive: true, force: true });
});
