/**
 * `npm run bench -- --referrals N [--seed S]`: the built Worker on a fresh local D1 that holds an exchange of that size, and
 * what everything costs there: every operation of the document, every kind of delivery and each part of the minute, beside
 * a floor in the same runtime. Figures, never pass or fail: machines are noisy. With `--only floor,minute` some parts alone (of kept figures those are replaced). With `--keep` the figures become those of
 * `docs/performance.md`, which `npm run bench:document` writes.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { startReceiver } from '../tests/support/receiver.ts';
import { createWorld } from '../tests/support/world.ts';
import { bytesOf } from './load/bytes.ts';
import { load } from './load/load.ts';
import { addPending } from './load/pending.ts';
import { makeTemplates } from './load/template.ts';
import { measureDeliveries } from './measure/deliveries.ts';
import { measureFloor } from './measure/floor.ts';
import { measureLife } from './measure/life.ts';
import { measureMinute } from './measure/minute.ts';
import { measureOperations } from './measure/operations.ts';
import { FIGURES_FILE, type Figures } from './report/figures.ts';
import { tablesOf } from './report/tables.ts';
import { startBench } from './start.ts';
import { describeMachine } from './support.ts';

const PARTS = ['minute', 'floor', 'deliveries', 'operations'] as const;

const { values: options } = parseArgs({
  options: {
    referrals: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    only: { type: 'string', default: PARTS.join(',') },
  },
});
const wanted = (part: string) => options.only.split(',').includes(part);
const referrals = Number(options.referrals);
if (!Number.isSafeInteger(referrals) || referrals < 1000)
  throw new Error('--referrals is a whole number of at least 1000');

const startedAt = Date.now();
const before = describeMachine();
const exchange = await startBench();
const sqlite = new DatabaseSync(exchange.databaseFile, { timeout: 60_000 });
const world = await createWorld(exchange);
const crm = await startReceiver();
const templates = await makeTemplates(exchange, world, crm, sqlite);
const empty = bytesOf(sqlite);
const { practices, deadEndpointId } = await load(sqlite, world, templates, {
  referrals,
  seed: Number(options.seed),
  now: Date.now(),
});
const bytes = bytesOf(sqlite)
  .filter(({ name }) => !name.startsWith('idempotency_records'))
  .map(({ name, bytes: all }) => ({
    name,
    bytes: (all - (empty.find((one) => one.name === name)?.bytes ?? 0)) / referrals,
  }));
await addPending(exchange, deadEndpointId, Math.floor(referrals / 10));
const loadedAt = Date.now();

const figures: Figures = {
  referrals,
  practices,
  seed: Number(options.seed),
  measured_on: new Date().toISOString().slice(0, 10),
  machine: before,
  load_seconds: Math.round((loadedAt - startedAt) / 1000),
  bytes: bytes.filter((one) => one.bytes >= 0.5).sort((a, b) => b.bytes - a.bytes),
  life: await measureLife(exchange),
  minute: wanted('minute') ? await measureMinute(exchange) : [],
  floor: wanted('floor') ? await measureFloor(exchange) : [],
  deliveries: wanted('deliveries') ? await measureDeliveries(exchange) : [],
  operations: wanted('operations') ? await measureOperations(exchange) : [],
  load_average_after: Number(describeMachine().split('load average ')[1]),
  seconds: 0,
};
const whole = { ...figures, seconds: Math.round((Date.now() - startedAt) / 1000) };
for (const [title, rows] of tablesOf(whole)) {
  console.log(`\n${title}`);
  console.table(rows);
}
console.log(`${whole.seconds} s, of which ${whole.load_seconds} s of building and loading; ${before}`);
if (options.keep) {
  const known = existsSync(FIGURES_FILE)
    ? (JSON.parse(readFileSync(FIGURES_FILE, 'utf8')) as Record<string, Figures>)
    : {};
  const parts = PARTS.filter(wanted).map((part) => [part, whole[part]]);
  const former = known[referrals];
  const kept = former && parts.length < PARTS.length ? { ...former, ...Object.fromEntries(parts) } : whole;
  writeFileSync(FIGURES_FILE, `${JSON.stringify({ ...known, [referrals]: kept })}\n`);
} else writeFileSync('dist/performance.json', JSON.stringify(whole, null, 1));
sqlite.close();
await crm.close();
await exchange.close();
process.exit();
