import { expect, test } from 'vitest';
import { LIMIT_MET_MS, noteLimitMet, selectLimitsMet } from '../../src/http/limits.repository.ts';
import { startEngine } from '../support/engine.ts';

const NOON = Date.UTC(2026, 9, 5, 12);
const DAY_MS = 86_400_000;

test('that a limit was met is written once in ten minutes, whoever writes it; after a day without it begins anew', async () => {
  const { database } = await startEngine(() => new Response());
  const { query } = database;
  const at = async (now: number) => {
    await database.batch([noteLimitMet(query, 'prc_flood', 'practice', now)]);
    const [rows] = await database.batch([selectLimitsMet(query, now)]);
    return rows.map((row) => [row.first_met_at, row.last_met_at, row.stretches_count]);
  };
  expect(await at(NOON)).toEqual([[NOON, NOON, 1]]);
  expect(await at(NOON + LIMIT_MET_MS - 1)).toEqual([[NOON, NOON, 1]]);
  expect(await at(NOON + LIMIT_MET_MS)).toEqual([[NOON, NOON + LIMIT_MET_MS, 2]]);
  const later = NOON + LIMIT_MET_MS + DAY_MS;
  expect((await database.batch([selectLimitsMet(query, later)]))[0]).toEqual([]);
  expect(await at(later)).toEqual([[later, later, 1]]);
});
