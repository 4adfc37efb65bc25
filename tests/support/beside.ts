/**
 * The API in this process, on the database of a running exchange, as another Worker with other secrets would be: what
 * happens between its reading and its writing is in the test's hand.
 */
import { createApp } from '../../src/app.ts';
import { type Exchange, testSecrets } from './harness.ts';
import { withSessions } from './sessions.ts';
import { failing, type Turn } from './stand-in.ts';

interface BesideOptions {
  readonly secrets?: Partial<typeof testSecrets>;
  /** What becomes of a batch: null where it is done and answered. */
  readonly turn?: (batch: { readonly isRead: boolean }) => Turn | null;
  /** Runs after each batch, before the code gets what it read. */
  readonly afterBatch?: (results: readonly D1Result[]) => Promise<void>;
  /** In place of the exchange's own. */
  readonly DB?: D1Database;
  /** In place of one that forgets. */
  readonly queue?: Env['DELIVERY_QUEUE'];
}

const unlimited = { limit: async () => ({ success: true }) };

export function startBeside(exchange: Exchange, options: BesideOptions) {
  const { secrets, turn = () => null, afterBatch = async () => {}, queue } = options;
  const DB = failing(options.DB ?? exchange.env.DB, turn);
  const env = {
    ENVIRONMENT: 'development',
    PUBLIC_ORIGIN: 'http://127.0.0.1:8787',
    ALLOW_PRIVATE_DESTINATIONS: 'true',
    RETENTION_MONTHS: '24',
    PRACTICE_REQUESTS_PER_MINUTE: '6000',
    DNS_OVER_HTTPS_URL: '',
    ...testSecrets,
    ...secrets,
    PRACTICE_RATE_LIMIT: unlimited,
    ANONYMOUS_RATE_LIMIT: unlimited,
    PING_RATE_LIMIT: unlimited,
    DELIVERY_QUEUE: queue ?? { send: async () => {}, sendBatch: async () => {} },
    DB: withSessions({
      prepare: (text: string) => DB.prepare(text),
      batch: async (statements: D1PreparedStatement[]) => {
        const results = await DB.batch(statements);
        await afterBatch(results);
        return results;
      },
    } as unknown as D1Database),
  } as unknown as Env;
  const app = createApp();
  const deferred: Promise<unknown>[] = [];
  const context = {
    waitUntil: (work: Promise<unknown>) => deferred.push(work),
    passThroughOnException: () => {},
    props: {},
  } as unknown as ExecutionContext;

  /** The answer, once all that goes on behind it has ended. */
  async function fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await app.fetch(new Request(`http://127.0.0.1:8787${path}`, init), env, context);
    await Promise.all(deferred.splice(0));
    return response;
  }

  async function call(key: string, path: string, method: string, body?: unknown, headers = {}) {
    const response = await fetch(path, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    };
  }

  return { env, fetch, call };
}
