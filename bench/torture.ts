/**
 * `npm run torture -- --minutes N --seed S`: random traffic of many practices against the server of `npm start`, which
 * is killed without warning again and again, with receivers that fail in every way; then a checker that shares no rule
 * with `src/` says what does not hold. Ends with 1 where anything does not.
 *
 * The seed decides what is done and when it is killed; what meets what is up to the machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { startProgress } from '../scripts/local/progress.ts';
import type { Exchange } from '../tests/support/harness.ts';
import { type Server, startServer } from '../tests/support/server.ts';
import { describeMachine } from './support.ts';
import { check } from './torture/checker.ts';
import { findInClear, gatherFrom, readDisclosures } from './torture/gather.ts';
import type { Receipt } from './torture/observed.ts';
import { startReceivers } from './torture/receivers.ts';
import { startTraffic } from './torture/traffic.ts';

const PEOPLE_COUNT = 6;
const PAUSE_MS_MAX = 400;
/** Between two kills, with the start of the server in it. */
const ALIVE_MS = { min: 4000, max: 14_000 };
const MINUTE_EVERY_MS = 5000;
const SETTLE_MS_MAX = 180_000;
const SHOWN_VIOLATIONS_MAX = 30;

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    keep: { type: 'boolean', default: false },
  },
});
const minutes = Number(options.minutes);
const seed = Number(options.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('Usage: npm run torture -- [--minutes N] [--seed S] [--keep], with a whole number as seed.');
  process.exit(2);
}
const generator = xoroshiro128plus(seed);
const random = () => uniformFloat64(generator);

const stateDirectory = mkdtempSync(join(tmpdir(), 'referral-exchange-torture-'));
process.on('exit', () => {
  if (!options.keep) rmSync(stateDirectory, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const env = { ...process.env, STATE_DIR: stateDirectory, WRANGLER_LOG: 'error' };
const script = (name: string) =>
  spawnSync(process.execPath, [`scripts/${name}.ts`], { env, encoding: 'utf8' });

let server: Server = await startServer(stateDirectory);
const { port } = server;
/** Whoever calls meets the server that is there by then. */
const exchange = {
  call: (...args: Parameters<Server['call']>) => server.call(...args),
  operatorKey: () => server.operatorKey(),
} as unknown as Exchange;

const receipts: Receipt[] = [];
const receivers = await startReceivers(random, receipts);
const traffic = await startTraffic(exchange, receivers, random);

const endsAt = Date.now() + minutes * 60_000;
const isOver = () => Date.now() >= endsAt;
let killsCount = 0;
let rotationsCount = 0;

const progress = startProgress('seconds', Math.round(minutes * 60));
const clock = setInterval(() => progress.advance(1), 1000);

const people = Array.from({ length: PEOPLE_COUNT }, async () => {
  while (!isOver()) {
    await traffic.step();
    await sleep(random() * PAUSE_MS_MAX);
  }
});
const minuteHand = (async () => {
  while (!isOver()) {
    await sleep(MINUTE_EVERY_MS);
    await server.minute().catch(() => {});
  }
})();
while (!isOver()) {
  await sleep(ALIVE_MS.min + random() * (ALIVE_MS.max - ALIVE_MS.min));
  await server.kill();
  killsCount += 1;
  server = await startServer(stateDirectory, port);
  if (killsCount % 10 === 0 && script('rotate-master-key').status === 0) rotationsCount += 1;
}
await Promise.all([...people, minuteHand]);
clearInterval(clock);
progress.stop();

// Now everybody is well again, and what was held may go.
for (const { hook } of traffic.lasting) hook.illness = 0;
for (const hook of receivers.hooks) hook.illness = 0;
for (const { practice, hook } of traffic.lasting)
  await exchange.call(practice.key, `/v1/webhook-endpoints/${hook.id}/enable`, { method: 'POST' });
const gather = gatherFrom(exchange);
const readPractices = () =>
  Promise.all(traffic.practices.map((practice) => gather.readPractice(practice, traffic)));
const settlesUntil = Date.now() + SETTLE_MS_MAX;
let practices = await readPractices();
const isWaiting = () =>
  practices.some(({ endpoints }) =>
    endpoints.some(({ enabled, deliveries }) =>
      deliveries.some(
        ({ state, nextAttemptAt }) =>
          (state === 'held' && enabled) ||
          (state === 'pending' && (nextAttemptAt ?? 0) < Date.now() + 20_000),
      ),
    ),
  );
while (isWaiting() && Date.now() < settlesUntil) {
  await server.minute();
  await sleep(2000);
  practices = await readPractices();
}
const known = [];
for (const { id, sender } of traffic.referrals) known.push(await gather.readHistory(sender, id));
const prepared = [];
for (const { id } of traffic.prepared) prepared.push(await gather.readPrepared(traffic.hub, id));
await server.stop();
const log = readDisclosures(stateDirectory);
const histories = known.map((one) => ({ ...one, disclosures: log.get(one.referralId) ?? [] }));
const names = traffic.acts.flatMap(({ clientName }) => (clientName === null ? [] : [clientName]));
const observed = {
  acts: traffic.acts,
  practices,
  histories,
  choices: traffic.choices,
  prepared,
  clients: traffic.referrals.map(({ id, clientName }) => ({ referralId: id, clientName })),
  receipts,
  verifyLedgerExitCode: script('verify-ledger').status ?? -1,
  namesInClear: findInClear(stateDirectory, names),
  endedAt: Date.now(),
};
await receivers.close();
const violations = check(observed);

const count = (isIt: (status: number | null) => boolean) =>
  traffic.acts.filter(({ status }) => isIt(status)).length;
const states = Map.groupBy(
  practices.flatMap(({ endpoints }) => endpoints.flatMap(({ deliveries }) => deliveries)),
  ({ state }) => state,
);
console.table({
  seed,
  minutes,
  kills: killsCount,
  'rotations of the master key': rotationsCount,
  requests: traffic.acts.length,
  'acknowledged (2xx)': count((status) => status !== null && status < 300),
  'refused (4xx)': count((status) => status !== null && status >= 400 && status < 500),
  'busy (503)': count((status) => status === 503),
  'cut off': count((status) => status === null),
  referrals: traffic.referrals.length,
  choices: traffic.choices.length,
  'prepared referrals': prepared.length,
  'webhooks received': receipts.length,
  ...Object.fromEntries([...states].map(([state, all]) => [`deliveries ${state}`, all.length])),
  violations: violations.length,
});
console.log(describeMachine());
for (const { kind, what } of violations.slice(0, SHOWN_VIOLATIONS_MAX)) console.log(`${kind}: ${what}`);
if (options.keep) {
  writeFileSync(join(stateDirectory, 'observed.json'), JSON.stringify(observed));
  console.log(`Kept: ${stateDirectory}`);
}
process.exit(violations.length === 0 ? 0 : 1);
