import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { bookmarkHeader, readBookmark } from '../../src/http/bookmark.ts';
import { Database } from '../../src/platform/db/database.ts';
import { Vault } from '../../src/platform/vault/vault.ts';
import { testSecrets } from '../support/harness.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus } from '../support/world.ts';

const vault = new Vault({
  masterKeys: JSON.parse(testSecrets.MASTER_KEYS),
  linkKeys: JSON.parse(testSecrets.LINK_KEYS),
  blindIndexKey: testSecrets.BLIND_INDEX_KEY,
});
const actor = (practice_id: string) => ({ practice_id, key_id: 'key_1' }) as never;

/** A database with a copy that knows nothing newer than it was told of, but what a bookmark asks for. */
function withLateCopy() {
  const values: string[] = [];
  let copied = 0;
  const asked: string[] = [];
  const session = (at: string | undefined) => {
    const isOwn = at === undefined || at === 'first-primary';
    const seen = () => (isOwn ? values.length : Math.max(copied, Number(at)));
    return {
      prepare: (text: string) => ({ bind: (...bound: string[]) => ({ text, bound }) }),
      batch: async (statements: { text: string; bound: string[] }[]) =>
        statements.map(({ text, bound }) => {
          asked.push(isOwn ? 'database' : 'copy');
          if (text.startsWith('insert')) values.push(bound[0] as string);
          return {
            results: [{ value: values.slice(0, seen()).at(-1) ?? null }],
            meta: { rows_read: 1, rows_written: 0 },
          };
        }),
      getBookmark: () => String(values.length),
    };
  };
  const d1 = { ...session(undefined), withSession: session } as unknown as D1Database;
  return { d1, asked, copy: () => (copied = values.length) };
}

describe('a database with a copy that is behind', () => {
  const write = (database: Database, value: string) =>
    database.batch([database.query.all(sql`insert into t values (${value})`)]);
  const read = async (database: Database) => {
    const [[row]] = await database.batch([database.query.all<{ value: string }>(sql`select value from t`)]);
    return row?.value;
  };

  test('a read with the bookmark of one’s own write is answered by a copy, and never without that write', async () => {
    const { d1, asked } = withLateCopy();
    for (const value of ['one', 'two', 'three']) {
      const database = new Database(d1);
      await write(database, value);
      const header = await bookmarkHeader(database.meter.bookmark, actor('prc_1'), vault);
      const bookmark = await readBookmark(header.Bookmark, actor('prc_1'), vault);
      expect(await read(new Database(d1).since(bookmark as string))).toBe(value);
      expect(asked.at(-1)).toBe('copy');
    }
  });

  test('a read without one, and every read on which a write is decided, asks the database itself', async () => {
    const { d1, asked } = withLateCopy();
    const database = new Database(d1);
    await write(database, 'one');
    expect(await read(database)).toBe('one');
    expect(asked).toEqual(['database', 'database']);
  });
});

test('a bookmark opens for the practice that it was made for alone, and tells nothing', async () => {
  const { Bookmark = '' } = await bookmarkHeader('00000001-00000002', actor('prc_1'), vault);
  expect(Bookmark).not.toContain('0000');
  expect(await readBookmark(Bookmark, actor('prc_1'), vault)).toBe('00000001-00000002');
  for (const header of [undefined, '', 'first-unconstrained', '00000001-00000002', `${Bookmark}A`])
    expect(await readBookmark(header, actor('prc_1'), vault)).toBe(null);
  expect(await readBookmark(Bookmark, actor('prc_2'), vault)).toBe(null);
});

describe('through the API', () => {
  useWorld();

  test('what a practice wrote is in the directory that it reads with the bookmark of that write', async () => {
    const { key, id } = world.receiver;
    for (let round = 0; round < 5; round += 1) {
      const name = `Scope ${round}`;
      const written = await exchange.call(key, '/v1/practice', {
        method: 'PATCH',
        body: { scope_of_services: name },
      });
      const Bookmark = expectStatus(written, 200).headers.get('Bookmark') ?? '';
      const entry = await exchange.call(key, `/v1/directory/${id}`, { headers: { Bookmark } });
      expect(expectStatus(entry, 200).body.scope_of_services).toBe(name);
    }
  });

  test('a bookmark that is none changes nothing, and a read leaves none', async () => {
    for (const Bookmark of [
      'garbage',
      'ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff',
      '%00',
    ]) {
      const answer = await exchange.call(world.sender.key, '/v1/directory?limit=2', {
        headers: { Bookmark },
      });
      expect(expectStatus(answer, 200).headers.get('Bookmark')).toBe(null);
    }
  });
});
