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
import { childrenMs } from './cpu.ts';
import { CONCURRENCY, type Timing, time, timingOf } from './timing.ts';

const TURNS = 4;
const REQUESTS = { alone: 60, together: 160 };
/** Of one practice's only 100 may wait at another. */
const WAITING_MAX = 80;
/** Nothing has arrived for so long. */
const SETTLED_MS = 400;
const RECEIVERS = Math.ceil((2 * TURNS * (REQUESTS.alone + REQUESTS.together)) / WAITING_MAX);

export interface Compared {
  readonly name: string;
  readonly concurrency: number;
  readonly exchange: Timing;
  readonly floor: Timing;
  /** Of the floor's throughput. */
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

async function setFloor(
  exchange: Exchange,
  name: string,
  calls: readonly (readonly Asked[])[],
  answer: unknown,
  status: number,
) {
  const plan = {
    calls: calls.map((call) => call.map(({ sql, values }) => ({ sql, values: JSON.stringify(values) }))),
    ids: newIdsIn(calls),
    answer,
    status,
  };
  await fetch(`${exchange.origin}/bench/floor/${name}`, { method: 'PUT', body: JSON.stringify(plan) });
  return async () => {
    const response = await fetch(`${exchange.origin}/bench/floor/${name}`, { method: 'POST' });
    const text = await response.text();
    if (response.status !== status) throw new Error(`the floor of ${name}: ${response.status} ${text}`);
  };
}

/** Median of the turns: one that somebody else disturbed does not count. */
const middle = (timings: readonly Timing[]): Timing =>
  timings.toSorted((a, b) => a.per_second - b.per_second)[Math.floor(timings.length / 2)] ?? timingOf([], 1);

/** @param settled resolves when nothing is under way any more that a request has set off */
async function compare(
  name: string,
  own: () => Promise<unknown>,
  floor: () => Promise<unknown>,
  concurrency: number,
  settled: () => Promise<void>,
): Promise<Compared> {
  const count = concurrency === 1 ? REQUESTS.alone : REQUESTS.together;
  const timings: { own: Timing[]; floor: Timing[] } = { own: [], floor: [] };
  const worked = { own: 0, floor: 0 };
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [side, request] of [
      ['own', own],
      ['floor', floor],
    ] as const) {
      const before = childrenMs() ?? Number.NaN;
      timings[side].push(await time(Array(count).fill(request), concurrency));
      await settled();
      worked[side] += (childrenMs() ?? Number.NaN) - before;
    }
  }
  const cpuOf = (ms: number) => (Number.isNaN(ms) ? null : Math.round((10 * ms) / (TURNS * count)) / 10);
  const [mine, bare] = [middle(timings.own), middle(timings.floor)];
  return {
    name,
    concurrency,
    exchange: mine,
    floor: bare,
    ratio: Math.round((100 * mine.per_second) / bare.per_second) / 100,
    cpu_ms: cpuOf(worked.own),
    floor_cpu_ms: cpuOf(worked.floor),
  };
}

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
  const send = async (to = nextReceiver()) =>
    expectStatus(
      await exchange.call(sender.key, '/v1/referrals', {
        body: referralInput(to, { allow_duplicate: true }),
        headers: { 'Idempotency-Key': crypto.randomUUID() },
      }),
      201,
    );
  const { id } = (await send(receiver)).body;
  const floors: (() => Promise<void>)[] = [];
  for (const [index, one] of receivers.entries()) {
    const seen = await lookAt(exchange, () => send(one));
    const own = seen.calls.filter((call) => !call.some(isOfDelivery)).slice(0, 2);
    floors.push(await setFloor(exchange, `send-${index}`, own, seen.result.body, 201));
  }
  let floorsSent = 0;
  const floor = async () => {
    floorsSent += 1;
    await floors[floorsSent % floors.length]?.();
  };
  const preview = async () => expectStatus(await exchange.call(receiver.key, `/v1/referrals/${id}`), 200);
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
  const readFloor = await setFloor(exchange, 'preview', ownReads, read.result.body, 200);
  const compared: Compared[] = [];
  for (const concurrency of [1, CONCURRENCY]) {
    compared.push(await compare('send a referral', () => send(), floor, concurrency, settled));
    compared.push(await compare('read a referral', preview, readFloor, concurrency, settled));
  }
  await crm.close();
  return compared;
}
