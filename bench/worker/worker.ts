/**
 * The Worker that is measured: the exchange itself, a look at what it asks D1 where that is wanted, limits on requests
 * that are counted in memory where that is wanted, and beside it the floor: a bare Hono handler that sends D1 the same
 * batches over the same rows, and the queue the same messages.
 */
import { Hono } from 'hono';
import type { DeliveryMessage } from '../../src/platform/queue.ts';
import exchange, { DeliveryWorker as ExchangeDeliveryWorker } from '../../src/worker.ts';

interface Asked {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly read: number;
  readonly written: number;
}
/** D1 calls in their order, each with its statements. */
type Calls = Asked[][];

let seen: Calls | null = null;

function watched(d1: D1Database, calls: Calls): D1Database {
  const texts = new WeakMap<object, { sql: string; values: unknown[] }>();
  const looked = {
    prepare: (sql: string) => ({
      bind: (...values: unknown[]) => {
        const bound = d1.prepare(sql).bind(...values);
        texts.set(bound, { sql, values });
        return bound;
      },
    }),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await d1.batch(statements);
      calls.push(
        results.map(({ meta }, index) => ({
          sql: '',
          values: [],
          ...texts.get(statements[index] as object),
          read: meta.rows_read,
          written: meta.rows_written,
        })),
      );
      return results;
    },
  };
  return {
    ...looked,
    withSession: () => ({ ...looked, getBookmark: () => null }),
  } as unknown as D1Database;
}

/**
 * The platform counts in the memory of the machine that the Worker runs on ("cached on the same machine",
 * https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/#performance); the local runtime asks a
 * Durable Object that commits each count to the disk, so that none is lost when it is evicted
 * (https://github.com/cloudflare/workers-sdk/pull/14968).
 */
class CountInMemory implements RateLimit {
  readonly #counts = new Map<string, number>();

  /** Of no limit: what is measured is the exchange, not its refusals. */
  async limit({ key }: RateLimitOptions): Promise<RateLimitOutcome> {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    return { success: true };
  }
}

let isCountedInMemory = false;
/** One for each, as the exchange keeps what it made of its settings by their object. */
const countedInMemory = new WeakMap<Env, Env>();

function counting(env: Env): Env {
  if (!isCountedInMemory) return env;
  const known = countedInMemory.get(env) ?? { ...env, PRACTICE_RATE_LIMIT: new CountInMemory() };
  countedInMemory.set(env, known);
  return known;
}

const looking = (env: Env): Env => (seen === null ? env : { ...env, DB: watched(env.DB, seen) });

export class DeliveryWorker extends ExchangeDeliveryWorker {
  constructor(context: ExecutionContext, env: Env) {
    super(context, looking(env));
  }
}

/** What a request of the exchange asked, to be asked again with ids that are new each time. */
interface FloorPlan {
  readonly calls: { readonly sql: string; readonly values: string }[][];
  /** Parts of the values for which each request has others of the same length. */
  readonly ids: readonly string[];
  readonly answer: unknown;
  readonly status: 200 | 201;
}
const plans = new Map<string, FloorPlan>();

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
/** The beginning, which is a time, stays; the rest is new. */
function another(id: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(id.length));
  const kept = Math.min(10, id.length - 12);
  return Array.from(id, (letter, at) =>
    at < kept || letter === '-' ? letter : LETTERS[(bytes[at] ?? 0) % (id.includes('-') ? 16 : 32)],
  ).join('');
}

const app = new Hono<{ Bindings: Env }>();
app.onError((error, c) => c.text(error.message, 500));

app.post('/bench/look', (c) => {
  seen = [];
  return c.json({});
});
app.get('/bench/seen', (c) => {
  const calls = seen ?? [];
  seen = null;
  return c.json(calls);
});
app.put('/bench/counts/:where', (c) => {
  isCountedInMemory = c.req.param('where') === 'memory';
  return c.json({});
});
app.put('/bench/floor/:name', async (c) => {
  plans.set(c.req.param('name'), await c.req.json<FloorPlan>());
  return c.json({});
});
app.post('/bench/floor/:name', async (c) => {
  const plan = plans.get(c.req.param('name')) as FloorPlan;
  const fresh = plan.ids.map((id) => [id, another(id)] as const);
  const renewed = (values: string) => fresh.reduce((text, [id, other]) => text.replaceAll(id, other), values);
  const woken: string[] = [];
  for (const call of plan.calls) {
    const statements = call.map(({ sql, values }) =>
      c.env.DB.prepare(sql).bind(...(JSON.parse(renewed(values)) as unknown[])),
    );
    for (const { results } of await c.env.DB.batch<{ delivery_id?: string }>(statements))
      for (const { delivery_id } of results) if (delivery_id) woken.push(delivery_id);
  }
  if (woken.length > 0)
    c.executionCtx.waitUntil(
      c.env.DELIVERY_QUEUE.sendBatch(
        woken.map((delivery_id) => ({ body: { delivery_id } satisfies DeliveryMessage })),
      ),
    );
  return c.json(plan.answer as object, plan.status);
});

export default {
  fetch: (request, env, context) =>
    new URL(request.url).pathname.startsWith('/bench/')
      ? app.fetch(request, env, context)
      : exchange.fetch(request, looking(counting(env)), context),
  queue: (batch, env, context) => exchange.queue(batch, looking(env), context),
  scheduled: (controller, env) => exchange.scheduled(controller, looking(env)),
} satisfies ExportedHandler<Env, DeliveryMessage>;
