/**
 * A power cut: the server as `npm start` runs it is killed once, with a delivery at each point of its way, and started
 * again on what lies on disk. No hook in the code: the points are held by what the receivers do, and seen in D1's file.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Exchange } from '../../support/harness.ts';
import {
  answering,
  type Behaviour,
  type Received,
  startReceiver,
  verifySignature,
} from '../../support/receiver.ts';
import { type Server, startServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { createWorld, expectStatus, move, sendReferral, type World } from '../../support/world.ts';

const COMMITTED_COUNT = 3;
/** How TLS says that a client says hello: nothing of the POST has been sent by then. */
const TLS_HANDSHAKE = 0x16;

const stateDirectory = mkdtempSync(join(tmpdir(), 'referral-exchange-crash-'));
const closers: (() => unknown)[] = [];
let server: Server;
let world: World;
const exchange = () => server as unknown as Exchange;

function openDatabase(): DatabaseSync {
  const folder = join(stateDirectory, 'v3', 'd1', 'miniflare-D1DatabaseObject');
  const [name] = readdirSync(folder).filter((file) => /^[0-9a-f]{64}\.sqlite$/.test(file)) as [string];
  return new DatabaseSync(join(folder, name), { timeout: 5000 });
}

interface Left {
  readonly endpoint_id: string;
  readonly event_id: string;
  readonly state: string;
  readonly attempts_count: number;
  readonly lease_until: number | null;
}
/** What the kill left on disk, by endpoint. */
let left: ReadonlyMap<string, Left>;

const read = async (path: string) =>
  expectStatus(await server.call(world.receiver.key, `/v1${path}`), 200).body;
const subscribe = async (url: string, type: string) =>
  expectStatus(
    await server.call(world.receiver.key, '/v1/webhook-endpoints', { body: { url, event_types: [type] } }),
    201,
  ).body as { id: string; secret: string };

async function receive(type: string, behaves?: Behaviour) {
  const receiver = await startReceiver(behaves);
  closers.push(receiver.close);
  const hook = await subscribe(receiver.url, type);
  return { ...receiver, hook, left: () => left.get(hook.id) as Left };
}
type Receiver = Awaited<ReturnType<typeof receive>>;

/** It takes connections and never says anything. */
async function startMute() {
  const bytes: number[] = [];
  const mute = createServer((socket) =>
    socket.on('data', (data) => bytes.push(...data)).on('error', () => {}),
  );
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  closers.push(() => mute.close());
  return { url: `https://127.0.0.1:${(mute.address() as AddressInfo).port}/`, bytes };
}

const deliveryOf = async (endpointId: string) =>
  (await read(`/webhook-endpoints/${endpointId}/deliveries`)).data[0];
const readDelivery = async (endpointId: string) => read(`/deliveries/${(await deliveryOf(endpointId)).id}`);

/** The minute's work is done again and again, as it would be in a longer time. */
const untilDelivered = (endpointId: string) =>
  until(
    async () => {
      await server.minute();
      return readDelivery(endpointId);
    },
    ({ state }) => state === 'delivered',
  );

const idsOf = ({ received }: Pick<Receiver, 'received'>) =>
  received.map(({ headers }) => headers['webhook-id']);
const expectSigned = (secret: string, received: readonly Received[]) => {
  for (const one of received) expect(() => verifySignature(secret, one)).not.toThrow();
};

let recorded: Receiver;
let posted: Receiver;
let enqueued: Receiver;
let mute: Awaited<ReturnType<typeof startMute>>;
let claimed: { id: string; secret: string };
let moved: Awaited<ReturnType<typeof startReceiver>>;
const committed: Receiver[] = [];

/** Kills as soon as the commit can be seen from outside; until then D1 refuses every claim, however fast the server is. */
async function killAtCommit(act: () => Promise<unknown>): Promise<void> {
  const database = openDatabase();
  database.exec(
    "create trigger no_claims before update of lease_until on deliveries begin select raise(abort, 'the test allows no claim'); end",
  );
  const count = database.prepare('select count(*) as count from deliveries');
  const before = count.get()?.count;
  const answered = act().catch(() => undefined);
  while (count.get()?.count === before) await new Promise((resolve) => setImmediate(resolve));
  await server.kill();
  await answered;
  database.exec('drop trigger no_claims');
  database.close();
}

beforeAll(async () => {
  server = await startServer(stateDirectory);
  world = await createWorld(exchange());
  for (let index = 0; index < COMMITTED_COUNT; index += 1)
    committed.push(await receive('referral.withdrawn'));
  recorded = await receive('referral.sent');
  // It got all of the POST and has begun to answer 200.
  posted = await receive('referral.sent', (response) => response.writeHead(200).write('o'));
  // The queue holds the message of the retry for 4 seconds and more.
  enqueued = await receive('referral.sent', answering(500));
  mute = await startMute();
  claimed = await subscribe(mute.url, 'referral.sent');

  const referralId = await sendReferral(exchange(), world);
  await until(
    () => deliveryOf(recorded.hook.id),
    ({ state }) => state === 'delivered',
  );
  await until(
    () => deliveryOf(enqueued.hook.id),
    ({ attempts_count }) => attempts_count > 0,
  );
  await posted.waitForType('referral.sent');
  await until(
    async () => mute.bytes.length,
    (length) => length > 0,
  );
  // Once the lease has run out the event is posted to where somebody listens; the attempt under way does not end.
  moved = await startReceiver();
  closers.push(moved.close);
  const change = { method: 'PATCH', body: { url: moved.url } };
  expectStatus(await server.call(world.receiver.key, `/v1/webhook-endpoints/${claimed.id}`, change), 200);
  await killAtCommit(() => move(exchange(), world.sender, referralId, 'withdraw'));

  const database = openDatabase();
  const rows = database
    .prepare('select d.*, e.id as event_id from deliveries as d join events as e on e.position = d.position')
    .all() as unknown as Left[];
  left = new Map(rows.map((row) => [row.endpoint_id, row]));
  // As if the minute had passed after which a lease ends: the only thing that the test does to the state.
  database.exec('update deliveries set lease_until = 1 where lease_until is not null');
  database.close();
  for (const { answer } of [posted, enqueued]) answer(answering(200));
  server = await startServer(stateDirectory, server.port);
});
afterAll(async () => {
  await server?.stop();
  for (const close of closers) await close();
  rmSync(stateDirectory, { recursive: true, force: true });
});

test('killed after the commit, the server delivers every event that nobody had claimed, each by one POST', async () => {
  for (const one of committed) {
    expect(one.left()).toMatchObject({ lease_until: null, state: 'pending', attempts_count: 0 });
    const { event_id } = await untilDelivered(one.hook.id);
    expect(event_id).toBe(one.left().event_id);
    expect(idsOf(one)).toEqual([event_id]);
    expectSigned(one.hook.secret, one.received);
  }
});

test('killed after the enqueue, whose message dies with it, the server tries again, with the same id', async () => {
  const { state, attempts_count, lease_until, event_id } = enqueued.left();
  expect({ state, lease_until }).toEqual({ state: 'pending', lease_until: null });
  expect(attempts_count).toBeGreaterThan(0);
  const { attempts } = await untilDelivered(enqueued.hook.id);
  expect(attempts.at(-1).status).toBe(200);
  expect(attempts).toHaveLength(enqueued.received.length);
  expect(new Set(idsOf(enqueued))).toEqual(new Set([event_id]));
});

test('killed after the claim and before the POST, the server posts when the lease has run out', async () => {
  const { state, attempts_count, lease_until, event_id } = left.get(claimed.id) as Left;
  expect({ state, attempts_count }).toEqual({ state: 'pending', attempts_count: 0 });
  expect(lease_until).not.toBeNull();
  expect(mute.bytes[0]).toBe(TLS_HANDSHAKE);
  const { attempts } = await untilDelivered(claimed.id);
  expect(attempts).toHaveLength(1);
  expect(idsOf(moved)).toEqual([event_id]);
  expectSigned(claimed.secret, moved.received);
});

test('killed after the POST and before the record, the server posts again: the same id and body, signed anew', async () => {
  const { state, attempts_count, lease_until, event_id } = posted.left();
  expect({ state, attempts_count }).toEqual({ state: 'pending', attempts_count: 0 });
  expect(lease_until).not.toBeNull();
  const { attempts } = await untilDelivered(posted.hook.id);
  expect(attempts).toHaveLength(1);
  expect(idsOf(posted)).toEqual([event_id, event_id]);
  expect(posted.received[1]?.body).toBe(posted.received[0]?.body);
  expectSigned(posted.hook.secret, posted.received);
});

test('killed after the record, the server does not post again', async () => {
  const { state, attempts_count, lease_until } = recorded.left();
  expect({ state, attempts_count, lease_until }).toEqual({
    state: 'delivered',
    attempts_count: 1,
    lease_until: null,
  });
  // All that was found by now was posted before this.
  for (const { hook } of [posted, enqueued, ...committed]) await untilDelivered(hook.id);
  await server.minute();
  expect((await readDelivery(recorded.hook.id)).attempts).toHaveLength(1);
  expect(recorded.received).toHaveLength(1);
});
