/**
 * What real receivers do on a real network, to the server as `npm start` runs it. All faults happen to the same event
 * at the same time, each at an endpoint of its own, so that those that are slow cost one timeout together.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fault, faultsOf, USUAL_WAIT_MS } from '../../support/faults.ts';
import type { Exchange } from '../../support/harness.ts';
import { answering, type Received, startReceiver, verifySignature } from '../../support/receiver.ts';
import { type Server, startServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { createWorld, expectStatus, sendReferral, type World } from '../../support/world.ts';

const ATTEMPT_MS_MAX = 15_000;
/** An attempt that took longer would be made a second time by somebody else. */
const LEASE_MS = 60_000;
const EXCERPT_BYTES_MAX = 2048;

interface Attempt {
  readonly started_at: string;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly response_excerpt: string | null;
}
interface Delivery {
  readonly event_id: string;
  readonly state: string;
  readonly next_attempt_at: string | null;
  readonly attempts: readonly Attempt[];
}
interface Setting {
  readonly receiver: Awaited<ReturnType<typeof startReceiver>>;
  readonly hook: { readonly id: string; readonly secret: string };
  /** Resolves when the connection of the first answer is closed. */
  readonly closed: Promise<void>;
}

const stateDirectory = mkdtempSync(join(tmpdir(), 'referral-exchange-faults-'));
const elsewhere = await startReceiver();
const faults = faultsOf(elsewhere.url);
const settings = new Map<string, Setting>();
let server: Server;
let world: World;
let refused: { readonly id: string; readonly port: number };

const subscribe = async (url: string): Promise<Setting['hook']> =>
  expectStatus(
    await server.call(world.receiver.key, '/v1/webhook-endpoints', {
      body: { url, event_types: ['referral.sent'] },
    }),
    201,
  ).body;

/** A receiver has its fault once; then it is well. */
async function prepare({ fault, behaves }: Fault): Promise<void> {
  const closed = Promise.withResolvers<void>();
  const receiver = await startReceiver((response, count) => {
    if (count > 1) return answering(200)(response, count);
    response.on('close', () => closed.resolve());
    behaves(response, count);
  });
  settings.set(fault, { receiver, hook: await subscribe(receiver.url), closed: closed.promise });
}

/** Nobody listens there, yet. */
async function prepareRefusal(): Promise<typeof refused> {
  const absent = await startReceiver();
  await absent.close();
  return { id: (await subscribe(absent.url)).id, port: absent.port };
}

beforeAll(async () => {
  server = await startServer(stateDirectory);
  world = await createWorld(server as unknown as Exchange);
  for (const fault of faults) await prepare(fault);
  refused = await prepareRefusal();
  await sendReferral(server as unknown as Exchange, world);
});
afterAll(async () => {
  await server?.stop();
  for (const { receiver } of settings.values()) await receiver.close();
  await elsewhere.close();
  rmSync(stateDirectory, { recursive: true, force: true });
});

const read = async (path: string) =>
  expectStatus(await server.call(world.receiver.key, `/v1${path}`), 200).body;
async function readDelivery(endpointId: string): Promise<Delivery> {
  const { data } = await read(`/webhook-endpoints/${endpointId}/deliveries`);
  return read(`/deliveries/${data[0].id}`);
}

const hasAttempt = ({ attempts }: Delivery) => attempts.length > 0;
const hasArrived = ({ state }: Delivery) => state === 'delivered';

/** The exact end of an attempt is not told: not before its answer was read, and not after somebody saw it. */
function expectWait(delivery: Delivery, [min, max]: readonly [number, number], seenAt: number): void {
  const [first, second] = delivery.attempts as [Attempt, Attempt | undefined];
  const readAt = Date.parse(first.started_at) + first.duration_ms;
  const dueAt = Date.parse(second?.started_at ?? (delivery.next_attempt_at as string));
  expect(dueAt).toBeGreaterThanOrEqual(readAt + min);
  if (!second) expect(dueAt).toBeLessThanOrEqual(seenAt + max);
}

async function expectEnding({ fault, is, ends, waitMs }: Fault): Promise<void> {
  const { receiver, hook, closed } = settings.get(fault) as Setting;
  const delivery = await until(() => readDelivery(hook.id), hasAttempt);
  const seenAt = Date.now();
  const [first] = delivery.attempts as [Attempt];
  const expected = typeof is === 'number' ? { status: is, error: null } : { status: null, error: is };
  expect(first).toMatchObject(expected);
  expect(Buffer.byteLength(first.response_excerpt ?? '')).toBeLessThanOrEqual(EXCERPT_BYTES_MAX);
  if (is === 'timeout') {
    // Clock and timer each round to the millisecond in their own way.
    expect(first.duration_ms).toBeGreaterThan(ATTEMPT_MS_MAX - 100);
    expect(first.duration_ms).toBeLessThan(LEASE_MS);
  }
  // However the receiver meant to go on, it is left alone.
  await closed;

  const [posted] = receiver.received as [Received];
  expect(posted.headers['webhook-id']).toBe(delivery.event_id);
  expect(() => verifySignature(hook.secret, posted)).not.toThrow();

  const endpoint = await read(`/webhook-endpoints/${hook.id}`);
  if (ends === 'disabled') {
    expect(endpoint).toMatchObject({ enabled: false, disabled_reason: 'gone' });
    expect(delivery).toMatchObject({ state: 'held', next_attempt_at: null });
  } else expect(endpoint).toMatchObject({ enabled: true, disabled_reason: null });
  if (ends === 'delivered') expect(delivery).toMatchObject({ state: 'delivered', next_attempt_at: null });
  if (waitMs) expectWait(delivery, waitMs, seenAt);
}

const NAME = '$fault: recorded as $is, and $ends as the rule says';
const isSlow = ({ is }: Fault) => is === 'timeout';

test.each(faults.filter((fault) => !isSlow(fault)))(NAME, expectEnding);

test('a refused connection: recorded as connection, and the event arrives when somebody listens again', async () => {
  const failed = await until(() => readDelivery(refused.id), hasAttempt);
  const seenAt = Date.now();
  expect(failed.attempts[0]).toMatchObject({ status: null, error: 'connection', response_excerpt: null });
  expectWait(failed, USUAL_WAIT_MS, seenAt);
  const present = await startReceiver(answering(200), refused.port);
  // Where the second attempt came before we listened, the third comes after a minute.
  await until(() => readDelivery(refused.id), hasArrived);
  expect(present.received.map(({ headers }) => headers['webhook-id'])).toEqual([failed.event_id]);
  await present.close();
});

test.each(faults.filter(isSlow))(NAME, expectEnding);

test('what failed for a moment arrives with the second attempt, by the same id, and nothing else is posted twice', async () => {
  for (const { fault, waitMs } of faults) {
    const { receiver, hook } = settings.get(fault) as Setting;
    const isTriedAgain = waitMs === USUAL_WAIT_MS;
    const delivery = isTriedAgain
      ? await until(() => readDelivery(hook.id), hasArrived)
      : await readDelivery(hook.id);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    const expected = Array.from({ length: isTriedAgain ? 2 : 1 }, () => delivery.event_id);
    expect([fault, ids]).toEqual([fault, expected]);
  }
});

test('a redirect is not followed', () => {
  expect(elsewhere.received).toEqual([]);
});
