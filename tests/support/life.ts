/**
 * One referral's life with an endpoint on each side that gets every event, and what each of its steps costs in D1: the
 * request, its deliveries, and the minute's sealing after it. In this process, on the database of a running exchange.
 */

import { readSettings } from '../../src/env.ts';
import { ledgerKeysOf } from '../../src/ledger/chain/ledger-keys.ts';
import { sealPending } from '../../src/ledger/chain/seal.ts';
import { Database } from '../../src/platform/db/database.ts';
import type { DeliveryMessage } from '../../src/platform/queue.ts';
import { Vault } from '../../src/platform/vault/vault.ts';
import { claimAll, deliverClaimed } from '../../src/webhooks/engine/delivery.ts';
import type { DeliveryContext } from '../../src/webhooks/posting/context.ts';
import { startBeside } from './beside.ts';
import type { Exchange } from './harness.ts';
import { withSessions } from './sessions.ts';
import { expectStatus, referralInput, type World } from './world.ts';

export interface StatementCost {
  readonly sql: string;
  readonly read: number;
  readonly written: number;
}

export interface StepCost {
  calls: number;
  read: number;
  written: number;
  readonly statements: StatementCost[];
}

const HOOK = { body: { url: 'http://127.0.0.1:9/' } };

/** Two endpoints that are confirmed; their posts never leave this process. */
export async function addEndpoints(exchange: Exchange, { sender, receiver }: World): Promise<void> {
  for (const { key } of [sender, receiver])
    expectStatus(await exchange.call(key, '/v1/webhook-endpoints', HOOK), 201);
  await exchange.sql('update webhook_endpoints set confirmed_at = 1, healthy_at = ?', Date.now());
}

/** @returns what lives cost from now on, step by step */
/** @param d1 the database, where somebody listens */
export function startLives(exchange: Exchange, world: World, d1: D1Database = exchange.env.DB) {
  let step: StepCost = { calls: 0, read: 0, written: 0, statements: [] };
  const texts = new WeakMap<object, string>();
  const DB = withSessions({
    prepare: (text: string) => ({
      bind: (...values: unknown[]) => {
        const bound = d1.prepare(text).bind(...values);
        texts.set(bound, text);
        return bound;
      },
    }),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await d1.batch(statements);
      step.calls += 1;
      for (const [index, { meta }] of results.entries()) {
        step.read += meta.rows_read;
        step.written += meta.rows_written;
        const sql = texts.get(statements[index] as object) ?? '';
        step.statements.push({ sql, read: meta.rows_read, written: meta.rows_written });
      }
      return results;
    },
  } as unknown as D1Database);
  const woken: DeliveryMessage[] = [];
  const queue = {
    send: async (message: DeliveryMessage) => {
      woken.push(message);
    },
    sendBatch: async (messages: { body: DeliveryMessage }[]) => {
      woken.push(...messages.map(({ body }) => body));
    },
  } as unknown as DeliveryContext['queue'];
  const { env, call } = startBeside(exchange, { DB, queue });
  const settings = readSettings(env);
  const database = new Database(DB);
  const context: DeliveryContext = {
    database,
    vault: new Vault(settings),
    settings,
    queue,
    fetcher: async () => new Response('ok'),
  };

  async function measure<T>(costs: Map<string, StepCost>, name: string, work: () => Promise<T>): Promise<T> {
    step = { calls: 0, read: 0, written: 0, statements: [] };
    costs.set(name, step);
    return work();
  }

  return async function live(): Promise<Map<string, StepCost>> {
    const costs = new Map<string, StepCost>();
    async function request(name: string, key: string, method: string, path: string, body?: unknown) {
      const headers = method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {};
      const answer = await measure(costs, name, () => call(key, path, method, body, headers));
      if (answer.status >= 300) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
      if (woken.length > 0)
        await measure(costs, `${name}: delivered`, async () => {
          const ids = woken
            .splice(0)
            .flatMap((message) => ('delivery_id' in message ? [message.delivery_id] : []));
          // As one batch of the queue: the webhooks of both sides leave together.
          for (const claimed of await claimAll(ids, context)) await deliverClaimed(claimed, context);
        });
      await measure(costs, `${name}: sealed`, () => sealPending(database, ledgerKeysOf(settings)));
      return answer.body;
    }
    const { sender, receiver } = world;
    // With keys that are known.
    for (const { key } of [sender, receiver]) await call(key, '/v1/practice', 'GET');
    const { id } = await request('send', sender.key, 'POST', '/v1/referrals', referralInput(receiver));
    const path = `/v1/referrals/${id}`;
    await request('preview', receiver.key, 'GET', path);
    await request('accept', receiver.key, 'POST', `${path}/accept`);
    await request('read', receiver.key, 'GET', path);
    await request('engage', receiver.key, 'POST', `${path}/engage`);
    await request('complete', receiver.key, 'POST', `${path}/complete`);
    return costs;
  };
}

export function sumOf(costs: Iterable<StepCost>): StepCost {
  const sum: StepCost = { calls: 0, read: 0, written: 0, statements: [] };
  for (const { calls, read, written, statements } of costs) {
    sum.calls += calls;
    sum.read += read;
    sum.written += written;
    sum.statements.push(...statements);
  }
  return sum;
}
