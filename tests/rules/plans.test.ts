/** No statement reads a whole table that grows: what SQLite plans for each that the code makes, asked of SQLite itself. */
import { expect, test } from 'vitest';
import { readSettings } from '../../src/env.ts';
import { runMinute } from '../../src/minute.ts';
import { Database } from '../../src/platform/db/database.ts';
import { Vault } from '../../src/platform/vault/vault.ts';
import type { DeliveryContext } from '../../src/webhooks/posting/context.ts';
import { startBeside } from '../support/beside.ts';
import { exampleCalls } from '../support/calls.ts';
import { documented } from '../support/document.ts';
import { startExchange } from '../support/harness.ts';
import { addEndpoints, startLives } from '../support/life.ts';
import { createWorld } from '../support/world.ts';

/** What is planned as a look through a whole table or index that grows, and why it may. */
const MAY_SCAN: readonly [pattern: RegExp, reason: string][] = [
  [/from d1_migrations/, 'as many rows as there are migrations'],
  [/from "catalog_terms"/, 'as many rows as the catalogue has terms'],
  [/^\s*(select|update) [^(]*"?(ledger_progress|minute_runs)"?/, 'one row'],
  [
    /^\s*insert /,
    'children of a new parent: asked only where a foreign key was broken in the same transaction',
  ],
  [/and 0\b/, 'a condition that is false: nothing is read'],
  [/select count\(\*\).*limit \?\) "counted"/, 'counted up to a limit'],
  [/"webhook_replays"."finished_at" is null/, 'those that are running'],
];

/** Of a plan: what is scanned, by the name that the statement knows it by. */
const SCANNED = /^SCAN (\S+)(?! VIRTUAL)(.*)$/;

test('every statement of every operation, of a life with its deliveries and of the minute searches what grows', async () => {
  const exchange = await startExchange();
  const world = await createWorld(exchange);
  await addEndpoints(exchange, world);
  const tables = (
    await exchange.sql<{ name: string }>("select name from sqlite_master where type = 'table'")
  ).map(({ name }) => name);
  const asked = new Map<string, unknown[]>();
  const DB = {
    prepare: (text: string) => ({
      bind: (...values: unknown[]) => {
        asked.set(text, values);
        return exchange.env.DB.prepare(text).bind(...values);
      },
    }),
    batch: (statements: D1PreparedStatement[]) => exchange.env.DB.batch(statements),
  } as unknown as D1Database;

  const { env, call } = startBeside(exchange, { DB });
  const calls = exampleCalls(exchange, world);
  for (const { id, method } of documented) {
    const { key, path, body } = await (calls[id] as () => ReturnType<(typeof calls)[string]>)();
    const { status } = await call(
      key,
      path,
      method,
      body,
      method === 'POST' ? { 'Idempotency-Key': id } : {},
    );
    expect([id, status < 300]).toEqual([id, true]);
  }
  for (const filter of ['state=declined', 'updated_since=2020-01-01T00:00:00Z'])
    await call(world.sender.key, `/v1/referrals?${filter}`, 'GET');
  await startLives(exchange, world, DB)();
  const settings = readSettings(env);
  await runMinute({
    database: new Database(DB),
    vault: new Vault(settings),
    settings,
    queue: { send: async () => {}, sendBatch: async () => {} } as unknown as DeliveryContext['queue'],
  });

  const scans: string[] = [];
  for (const [text, values] of asked) {
    if (MAY_SCAN.some(([pattern]) => pattern.test(text))) continue;
    const plan = await exchange.env.DB.prepare(`explain query plan ${text}`)
      .bind(...values)
      .all<{ detail: string }>();
    for (const { detail } of plan.results) {
      const [, name = '', rest = ''] = SCANNED.exec(detail) ?? [];
      if (name === '' || rest.startsWith(' VIRTUAL')) continue;
      const alias = new RegExp(
        `"?(\\w+)"?\\s+(?:as\\s+)?"?${name.replace(/\W/g, '')}"?(?=[\\s,)]|$)`,
        'i',
      ).exec(text)?.[1];
      if ([name, alias ?? ''].some((one) => tables.includes(one)))
        scans.push(`${detail}: ${text.replace(/\s+/g, ' ').trim().slice(0, 300)}`);
    }
  }
  expect(asked.size).toBeGreaterThan(150);
  expect(scans).toEqual([]);
  await exchange.close();
});
