/**
 * How long a webhook takes: `npm run bench:delivery`. Figures, never pass or fail: machines are noisy. The server is
 * the one of `npm start`, on a state folder of its own; the receivers are HTTP servers on this machine.
 *
 * Measured is from the event's `timestamp` to the moment when its receiver has read the whole POST. The timestamp is
 * taken when the request comes in, before the commit: what is shown is longer than commit to receipt, never shorter.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgress } from '../scripts/local/progress.ts';
import type { Answer, Exchange } from '../tests/support/harness.ts';
import { type Behaviour, startReceiver } from '../tests/support/receiver.ts';
import { type Server, startServer } from '../tests/support/server.ts';
import { until } from '../tests/support/until.ts';
import { createWorld, expectStatus, referralInput, type World } from '../tests/support/world.ts';
import { describeMachine, percentile, percentiles, readProcessors, shown, shownLoad } from './support.ts';

const WARM_UP_EVENTS = 30;
const ONE_ENDPOINT = { events: 300, everyMs: 100 };
/** Longer than the timeout of a hanging receiver, so that what follows from it is in. */
const MANY_ENDPOINTS = { events: 80, everyMs: 250 };
const HEALTHY_COUNT = 9;
/** Alternately without and with the hanging one, so that the machine's moods meet both. */
const TURNS = 2;
const ARRIVAL_MS_MAX = 30_000;
/** The bench itself leaves more than this idle; with less, other programs are what is measured. */
const IDLE_PERCENT_MIN = 80;

type Receiver = Awaited<ReturnType<typeof startReceiver>>;
interface Endpoint {
  readonly receiver: Receiver;
  readonly remove: () => Promise<void>;
}
interface Bench {
  readonly server: Server;
  readonly world: World;
}

async function addEndpoint({ server, world }: Bench, behaves?: Behaviour): Promise<Endpoint> {
  const receiver = await startReceiver(behaves);
  const path = '/v1/webhook-endpoints';
  const body = { url: receiver.url, event_types: ['referral.sent'] };
  const { id } = expectStatus(await server.call(world.receiver.key, path, { body }), 201).body;
  const remove = async () => {
    expectStatus(await server.call(world.receiver.key, `${path}/${id}`, { method: 'DELETE' }), 204);
    await receiver.close();
  };
  return { receiver, remove };
}

/** What several measurements of the same thing gave. */
interface Series {
  readonly milliseconds: number[];
  readonly processors: { idle: number; all: number };
}
const newSeries = (): Series => ({ milliseconds: [], processors: { idle: 0, all: 0 } });

/**
 * Sends referrals at a steady pace, whatever becomes of the ones before, waits until all webhooks are there, and adds
 * how long each first attempt took.
 */
async function measure(
  series: Series,
  { server, world }: Bench,
  endpoints: readonly Endpoint[],
  { events, everyMs }: { readonly events: number; readonly everyMs: number },
  advance: (count: number) => void,
): Promise<void> {
  const processors = readProcessors();
  const before = endpoints.map(({ receiver }) => receiver.received.length);
  const startedAt = performance.now();
  const answers: Promise<Answer>[] = [];
  for (let event = 0; event < events; event += 1) {
    await sleep(Math.max(0, startedAt + event * everyMs - performance.now()));
    const body = referralInput(world.receiver);
    answers.push(server.call(world.sender.key, '/v1/referrals', { body }));
    advance(1);
  }
  for (const answer of await Promise.all(answers)) expectStatus(answer, 201);
  const arrived = await until(
    async () => endpoints.map(({ receiver }, index) => receiver.received.slice(before[index])),
    (all) => all.every((received) => new Set(received.map(({ json }) => json.id)).size === events),
    ARRIVAL_MS_MAX,
  );
  const now = readProcessors();
  series.processors.idle += now.idle - processors.idle;
  series.processors.all += now.all - processors.all;
  for (const received of arrived) {
    const firsts = new Map<string, number>();
    for (const { json, at } of received)
      if (!firsts.has(json.id)) firsts.set(json.id, at - Date.parse(json.timestamp));
    series.milliseconds.push(...firsts.values());
  }
}

async function run(bench: Bench): Promise<void> {
  const many = 2 * TURNS * MANY_ENDPOINTS.events;
  const progress = startProgress('referrals', WARM_UP_EVENTS + ONE_ENDPOINT.events + many);
  const { advance } = progress;
  const one = newSeries();
  const alone = newSeries();
  const beside = newSeries();

  const healthy = [await addEndpoint(bench)];
  await measure(newSeries(), bench, healthy, { ...ONE_ENDPOINT, events: WARM_UP_EVENTS }, advance);
  await measure(one, bench, healthy, ONE_ENDPOINT, advance);

  while (healthy.length < HEALTHY_COUNT) healthy.push(await addEndpoint(bench));
  for (let turn = 0; turn < TURNS; turn += 1) {
    await measure(alone, bench, healthy, MANY_ENDPOINTS, advance);
    const hanging = await addEndpoint(bench, () => undefined);
    await measure(beside, bench, healthy, MANY_ENDPOINTS, advance);
    await hanging.remove();
    // The attempts that hung end now that their connections are closed.
    await sleep(2000);
  }
  for (const { remove } of healthy) await remove();
  progress.stop();
  const idlePercent = ({ processors }: Series) => (100 * processors.idle) / processors.all;
  const row = (series: Series) => ({
    deliveries: series.milliseconds.length,
    ...percentiles(series.milliseconds),
    'idle %': shown(idlePercent(series)),
  });
  console.table({
    'one endpoint': row(one),
    [`${HEALTHY_COUNT} endpoints`]: row(alone),
    [`the same ${HEALTHY_COUNT} beside one that hangs`]: row(beside),
  });
  const ratio = percentile(beside.milliseconds, 95) / percentile(alone.milliseconds, 95);
  console.log(`p95 beside a hanging endpoint, compared with the run without it: ${ratio.toFixed(2)} times`);
  if ([one, alone, beside].some((series) => idlePercent(series) < IDLE_PERCENT_MIN))
    console.log(
      'Other programs kept the processors busy: these figures are theirs too. Repeat it on an idle machine.',
    );
}

const startLoad = shownLoad();
const stateDirectory = mkdtempSync(join(tmpdir(), 'referral-exchange-bench-'));
// However this ends. The server ends by itself when we are gone.
process.on('exit', () => rmSync(stateDirectory, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const server = await startServer(stateDirectory);
try {
  await run({ server, world: await createWorld(server as unknown as Exchange) });
  console.log(`${describeMachine()} (${startLoad} before)`);
} finally {
  await server.stop();
}
