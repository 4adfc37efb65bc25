/** Wiring only: what the platform calls, and who answers. */
import openapi from '../openapi.yaml';
import { createApp } from './app.ts';
import { Database } from './db/database.ts';
import reference from './docs/reference.html';
import { readSettings } from './env.ts';
import { runMinute } from './minute.ts';
import type { DeliveryMessage } from './queue.ts';
import { Vault } from './vault/vault.ts';
import { deliver } from './webhooks/delivery.ts';

const app = createApp({ openapi, reference });

const contextOf = (env: Env) => {
  const settings = readSettings(env);
  return { database: new Database(env.DB), vault: new Vault(settings), settings, queue: env.DELIVERY_QUEUE };
};

export default {
  fetch: app.fetch,

  async queue(batch, env) {
    // Nothing is thrown and nothing is retried here: what a message did not achieve, the minute's sweep finds in D1.
    batch.ackAll();
    const context = contextOf(env);
    await Promise.allSettled(batch.messages.map(({ body }) => deliver(body.delivery_id, context)));
  },

  async scheduled(_controller, env) {
    await runMinute(contextOf(env));
  },
} satisfies ExportedHandler<Env, DeliveryMessage>;
