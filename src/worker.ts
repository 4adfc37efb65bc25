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
import { type Claimed, claimAll, deliverClaimed } from './webhooks/engine/delivery.ts';
import { continueReplay } from './webhooks/engine/replay.ts';

const app = createApp();

const contextOf = (env: Env) => {
  const settings = readSettings(env);
  const vault = new Vault(settings, readAgainFrom(env.DB));
  return { database: new Database(env.DB), vault, settings, queue: env.DELIVERY_QUEUE };
};

/** A message, with what the claim of its delivery gave. */
interface Work {
  readonly message: DeliveryMessage;
  readonly claimed?: Claimed | undefined;
}

/** One call of the database for all deliveries that a batch of messages names. */
async function claimBatch(messages: readonly DeliveryMessage[], env: Env): Promise<Work[]> {
  const ids = messages.flatMap((message) => ('delivery_id' in message ? [message.delivery_id] : []));
  const all = ids.length === 0 ? [] : await claimAll(ids, contextOf(env));
  return messages.map((message) => ({
    message,
    claimed: 'delivery_id' in message ? all.shift() : undefined,
  }));
}

/**
 * Works on one delivery in an invocation of its own, and lets the caller go on at once: a receiver that hangs holds
 * up neither the queue's batch nor another receiver, and each POST has the platform's connections to itself.
 */
export class DeliveryWorker extends WorkerEntrypoint<Env> {
  start({ message, claimed }: Work): void {
    const context = contextOf(this.env);
    const work = async () => {
      if ('replay_id' in message) await continueReplay(message.replay_id, context);
      else if (claimed) await deliverClaimed(claimed, context, message.goes_on_until);
    };
    this.ctx.waitUntil(work().catch((error: unknown) => logFault({ ...message }, error)));
  }
}

export default {
  fetch: app.fetch,

  async queue(batch, env, ctx) {
    // Nothing is thrown and nothing is retried here: what a message did not achieve, the minute's sweep finds in D1.
    batch.ackAll();
    try {
      const works = await claimBatch(
        batch.messages.map(({ body }) => body),
        env,
      );
      await Promise.allSettled(works.map((work) => ctx.exports.DeliveryWorker.start(work)));
    } catch (error) {
      logFault({ messages: batch.messages.length }, error);
    }
  },

  async scheduled(_controller, env) {
    await runMinute(contextOf(env));
  },
} satisfies ExportedHandler<Env, DeliveryMessage>;
