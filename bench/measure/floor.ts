/**
 * The floor: a bare Hono handler in the same runtime that sends D1 the batches that the exchange sends for a request, over
 * the same rows, with the same messages for the queue and the same deliveries behind it. Both take turns, so that the
 * machine's moods meet both.
 */
import { setTimeout } from 'node:timers/promises';
import type { Exchange } from '../../tests/support/harness.ts';
import { startReceiver } from '../../tests/support/receiver.ts';
import {
  befriend,
  createPractice,
  createWorld,
  expectStatus,
  type Practice,
  referralInput,
} from '../../tests/support/world.ts';
import { type Asked, lookAt } from '../start.ts';
import { percentile } from '../support.ts';
import { childrenMs } from './cpu.ts';
import { CONCURRENCY, rounded, type Timing, time } from './timing.ts';

const TURNS = 5;
const REQUESTS = { alone: 60, together: 160 };
/** Of one practice's only 100 may wait at another. */
const WAITING_MAX = 80;
/** Nothing has arrived for so long. */
const SETTLED_MS = 250;
const SENDING_SIDES = 3;
const RECEIVERS = Math.ceil((SENDING_SIDES * TURNS * (REQUESTS.alone + REQUESTS.together)) / WAITING_MAX);

export interface Compared {
  readonly name: string;
  readonly concurrency: number;
  readonly exchange: Timing;
  readonly floor: Timing;
  /** Of the floor's throughput: of each turn that of the floor's turn beside it, and of those the one in the middle. */
  readonly ratio: number;
  /** Of the whole runtime for one request with what follows from it, the database included; null where it is not told. */
  readonly cpu_ms: number | null;
  readonly floor_cpu_ms: number | null;
}

const OWN_PART = /(?:ref|evt|req)_([0-7][0-9a-hjkmnp-tv-z]{25})|([0-9a-f]{8}-[0-9a-f-]{27})/g;

/** The ids that the request made: those are in no read. */
function newIdsIn([reads = [], writes = []]: readonly (readonly Asked[])[]): string[] {
  const textOf = (asked: readonly Asked[]) => JSON.stringify(asked.map(({ values }) => values));
  const known = textOf(reads);
  const found = [...textOf(writes).matchAll(OWN_PART)].map(([, part, uuid]) => (part ?? uuid) as string);
  return [...new Set(found)].filter((id) => id.includes('-') || !known.includes(id));
}

/** A delivery, of this request or an earlier one, claims and settles meanwhile: what it asks is no part of the request. */
const isOfDelivery = ({ sql }: Asked) => /lease_until|health_version/.test(sql);

/** As little work for whoever asks as can be: it shares two cores with the runtime. */
async function textOf(status: number, url: string, request: RequestInit): Promise<string> {
  const response = await fetch(url, request);
  const text = await response.text();
  if (response.status !== status) throw new Error(`${url}: ${response.status} ${text}`);
  return text;
}

async function setFloor(
  { origin }: Exchange,
  name: string,
  calls: readonly (readonly Asked[])[],
  answer: string,
  status: number,
) {
  const plan = {
    calls: calls.map((call) => call.map(({ sql, values }) => ({ sql, values: JSON.stringify(values) }))),
    ids: newIdsIn(calls),
    answer: JSON.parse(answer),
    status,
  };
  const url = `${origin}/bench/floor/${name}`;
  await fetch(url, { method: 'PUT', body: JSON.stringify(plan) });
  return () => textOf(status, url, { method: 'POST' });
}

const rateOf = ({ per_second }: Timing) => per_second;

/** Median of the turns: one that somebody else disturbed does not count. */
const middle = (timings: readonly Timing[]): Timing => {
  const rate = percentile(timings.map(rateOf), 50);
  return timings.find((timing) => rateOf(timing) === rate) as Timing;
};

interface Side {
  readonly name: string;
  readonly request: () => Promise<unknown>;
  /** Before each of its turns. */
  readonly prepare?: () => Promise<unknown>;
}

/**
 * @param settled resolves when nothing is under way any more that a request has set off
 * @returns each of `own`, beside the same turns of the floor
 */
async function compare(
  own: readonly Side[],
  floor: () => Promise<unknown>,
  concurrency: number,
  settled: () => Promise<void> = async () => undefined,
): Promise<Compared[]> {
  const count = concurrency === 1 ? REQUESTS.alone : REQUESTS.together;
  const all = [...own, { name: 'floor', request: floor } as Side].map((side) => ({
    ...side,
    timings: [] as Timing[],
    worked: 0,
  }));
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const side of all) {
      await side.prepare?.();
      const before = childrenMs() ?? Number.NaN;
      side.timings.push(await time(Array(count).fill(side.request), concurrency));
      await settled();
      side.worked += (childrenMs() ?? Number.NaN) - before;
    }
  }
  const cpuOf = (ms: number) => (Number.isNaN(ms) ? null : Math.round((10 * ms) / (TURNS * count)) / 10);
  const bare = all.pop() as (typeof all)[number];
  const ofTheFloor = (timing: Timing, turn: number) => rateOf(timing) / rateOf(bare.timings[turn] as Timing);
  return all.map(({ name, timings, worked }) => ({
    name,
    concurrency,
    exchange: middle(timings),
    floor: middle(bare.timings),
    ratio: rounded(percentile(timings.map(ofTheFloor), 50)),
    cpu_ms: cpuOf(worked),
    floor_cpu_ms: cpuOf(bare.worked),
  }));
}

/** Where requests are counted against their limit (`bench/worker`): in memory, as on the platform, or on the local disk. */
const countIn =
  ({ origin }: Exchange, where: 'memory' | 'disk') =>
  () =>
    fetch(`${origin}/bench/counts/${where}`, { method: 'PUT' });

export async function measureFloor(exchange: Exchange): Promise<Compared[]> {
  const { operator, sender, receiver } = await createWorld(exchange);
  const crm = await startReceiver();
  const receivers: Practice[] = [];
  for (let count = 0; count < RECEIVERS; count += 1) {
    const one = await createPractice(exchange, operator, { name: `Receiver ${count}` });
    await befriend(exchange, one, sender);
    receivers.push(one);
  }
  for (const { key } of [receiver, ...receivers])
    expectStatus(await exchange.call(key, '/v1/webhook-endpoints', { body: { url: crm.url } }), 201);
  let sent = 0;
  const nextReceiver = () => {
    sent += 1;
    return receivers[sent % receivers.length] as Practice;
  };
  const send = (to = nextReceiver()) =>
    textOf(201, `${exchange.origin}/v1/referrals`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${sender.key}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': crypto.randomUUID(),
      },
      body: JSON.stringify(referralInput(to, { allow_duplicate: true })),
    });
  const { id } = JSON.parse(await send(receiver));
  const floors: (() => Promise<string>)[] = [];
  for (const [index, one] of receivers.entries()) {
    const seen = await lookAt(exchange, () => send(one));
    const own = seen.calls.filter((call) => !call.some(isOfDelivery)).slice(0, 2);
    floors.push(await setFloor(exchange, `send-${index}`, own, seen.result, 201));
  }
  let floorsSent = 0;
  const floor = async () => {
    floorsSent += 1;
    await floors[floorsSent % floors.length]?.();
  };
  const preview = () =>
    textOf(200, `${exchange.origin}/v1/referrals/${id}`, {
      headers: { Authorization: `Bearer ${receiver.key}` },
    });
  const settled = async () => {
    for (let seen = -1; seen < crm.received.length; ) {
      seen = crm.received.length;
      await setTimeout(SETTLED_MS);
    }
  };
  await preview();
  await settled();
  const read = await lookAt(exchange, preview);
  const ownReads = read.calls.filter((call) => !call.some(isOfDelivery)).slice(0, 1);
  const readFloor = await setFloor(exchange, 'preview', ownReads, read.result, 200);
  const [inMemory, onDisk] = [countIn(exchange, 'memory'), countIn(exchange, 'disk')];
  const bothWays = (name: string, request: () => Promise<unknown>): Side[] => [
    { name, request, prepare: inMemory },
    { name: `${name}, limits counted on the disk`, request, prepare: onDisk },
  ];
  const compared: Compared[] = [];
  for (const concurrency of [1, CONCURRENCY]) {
    const sending = bothWays('send a referral', () => send());
    compared.push(...(await compare(sending, floor, concurrency, settled)));
    const reading = bothWays('read a referral', preview);
    compared.push(...(await compare(reading, readFloor, concurrency)));
  }
  await onDisk();
  await crm.close();
  return compared;
}
