/** Wiring only: what the platform calls, and who answers. */
import { WorkerEntrypoint } from 'cloudflare:workers';
import { createApp } from './app.ts';
import { readSettings } from './env.ts';
import { runMinute } from './minute.ts';
import { Database } from './platform/db/database.ts';
import { logFault } from './platform/fault.ts';
import type { DeliveryMessage } from './platform/queue.ts';
import { readAgainFrom } from './platform/vault/vault.repository.ts';
import { Vault } from './platform/vault/vault.ts';
import { deliver } from './webhooks/engine/delivery.ts';
import { continueReplay } from './webhooks/engine/replay.ts';

const app = createApp();

const contextOf = (env: Env) => {
  const settings = readSettings(env);
  const vault = new Vault(settings, readAgainFrom(env.DB));
  return { database: new Database(env.DB), vault, settings, queue: env.DELIVERY_QUEUE };
};

/**
 * Works on one delivery in an invocation of its own, and lets the caller go on at once: a receiver that hangs holds
 * up neither the queue's batch nor another receiver, and each POST has the platform's connections to itself.
 */
export class DeliveryWorker extends WorkerEntrypoint<Env> {
  start(message: DeliveryMessage): void {
    const context = contextOf(this.env);
    const work =
      'replay_id' in message
        ? continueReplay(message.replay_id, context)
        : deliver(message.delivery_id, context, message.goes_on_until);
    this.ctx.waitUntil(work.catch((error: unknown) => logFault({ ...message }, error)));
  }
}

export default {
  fetch: app.fetch,

  async queue(batch, _env, ctx) {
    // Nothing is thrown and nothing is retried here: what a message did not achieve, the minute's sweep finds in D1.
    batch.ackAll();
    await Promise.allSettled(batch.messages.map(({ body }) => ctx.exports.DeliveryWorker.start(body)));
  },

  async scheduled(_controller, env) {
    await runMinute(contextOf(env));
  },
} satisfies ExportedHandler<Env, DeliveryMessage>;
