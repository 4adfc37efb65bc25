/** The built Worker in real workerd with a real D1, queue and rate limits; and what tests need around it. */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { D1_FOLDER } from '../../scripts/local/local-d1.ts';
import { createToken } from '../../src/platform/access/token.ts';
import { newId } from '../../src/platform/db/ids.ts';
import { BUILT } from './build.ts';

export interface Cost {
  readonly calls: number;
  readonly read: number;
  readonly written: number;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly headers: Headers;
  /**
   * D1 calls, rows read and rows written, from `Server-Timing`, without the look-up of the key: whether it is still known
   * (10 seconds) hangs on how fast the machine is.
   */
  readonly cost: Cost;
  readonly keyCost: Cost;
}

export interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const masterKey = randomBytes(32).toString('base64');

export const testSecrets = {
  MASTER_KEYS: JSON.stringify({ current: 'test', keys: { test: masterKey } }),
  LINK_KEYS: JSON.stringify({ current: 'l1', keys: { l1: randomBytes(32).toString('base64') } }),
  LEDGER_KEYS: JSON.stringify({ current: 'h1', keys: { h1: randomBytes(32).toString('base64') } }),
  BLIND_INDEX_KEY: randomBytes(32).toString('base64'),
};

function toCost(metric: 'd1' | 'key', header: string | null): Cost {
  const figures = new RegExp(`\\b${metric};desc="calls=(\\d+) read=(\\d+) written=(\\d+)"`).exec(
    header ?? '',
  );
  const [, calls = 0, read = 0, written = 0] = figures ?? [];
  return { calls: Number(calls), read: Number(read), written: Number(written) };
}

export interface ConfigChange {
  /** By binding, low enough to be reached by a test. */
  readonly rateLimits?: Readonly<Record<string, number>>;
  /** Webhooks go where they may go in production. */
  readonly publicOnly?: boolean;
  /** Where the built Worker is, in place of that of all tests. */
  readonly worker?: string;
  /** In place of those of all tests. */
  readonly secrets?: Partial<typeof testSecrets>;
}

/** What `tests/support/build.ts` made of wrangler.toml, with these changes. */
function readWorkerOptions({ rateLimits = {}, publicOnly = false, secrets }: ConfigChange) {
  const options = JSON.parse(readFileSync(BUILT.workerOptions, 'utf8'));
  for (const [name, limit] of Object.entries(rateLimits)) options.ratelimits[name].simple.limit = limit;
  const bindings = { ...options.bindings, ...testSecrets, ...secrets };
  if (publicOnly) bindings.ALLOW_PRIVATE_DESTINATIONS = 'false';
  const assets = {
    directory: resolve(BUILT.assets),
    binding: 'ASSETS',
    routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    assetConfig: { html_handling: 'none' as const },
  };
  return { ...options, bindings, assets };
}

/** The Worker's own file is the first module: with it workerd begins. */
const modules = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /\.(js|css)$/.test(name))
    .sort((a, b) => Number(b === 'worker.js') - Number(a === 'worker.js'))
    .map((name) => ({
      type: name === 'worker.js' ? ('ESModule' as const) : ('Text' as const),
      path: resolve(folder, name),
    }));

/** Stands in a body for the id of its own request: by it no two answers are equal. */
export const THIS_REQUEST = 'req_00000000000000000000000000';

/** A connection that was kept may be closed just as it is used again: then nothing of the request was read. */
const isClosedConnection = (error: unknown) =>
  error instanceof TypeError && (error.cause as { code?: string } | undefined)?.code === 'UND_ERR_SOCKET';

const fetchAnew: typeof fetch = (...request) =>
  fetch(...request).catch((error) => {
    if (!isClosedConnection(error)) throw error;
    return fetch(...request);
  });

/** The SQLite file of its one database. */
function fileOf(state: string): string {
  const folder = join(state, D1_FOLDER);
  return join(folder, readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)) as string);
}

export async function startExchange(change: ConfigChange = {}) {
  const { worker: folder = BUILT.worker } = change;
  const state = mkdtempSync(join(tmpdir(), 'referral-exchange-test-'));
  cpSync(BUILT.database, state, { recursive: true });
  const logs: string[] = [];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: state,
      handleStructuredLogs: ({ message }) => logs.push(message),
      workers: [
        {
          ...readWorkerOptions(change),
          name: 'exchange',
          modulesRoot: resolve(folder),
          modules: modules(folder),
        },
      ],
    }),
  );
  const { origin } = await miniflare.ready;
  const databaseFile = fileOf(state);
  const env = await miniflare.getBindings<Env>();
  const worker = await miniflare.getWorker();

  async function call(
    key: string | null,
    path: string,
    { method, body, headers }: Call = {},
  ): Promise<Answer> {
    const response = await fetchAnew(new URL(path, origin), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status >= 500) console.error(logs.join('\n'));
    const type = response.headers.get('Content-Type') ?? '';
    const timing = response.headers.get('Server-Timing');
    const [whole, keyCost] = [toCost('d1', timing), toCost('key', timing)];
    const requestId = response.headers.get('X-Request-Id') ?? THIS_REQUEST;
    return {
      status: response.status,
      body: type.includes('json') && text !== '' ? JSON.parse(text.replace(requestId, THIS_REQUEST)) : text,
      headers: response.headers,
      cost: {
        calls: whole.calls - keyCost.calls,
        read: whole.read - keyCost.read,
        written: whole.written - keyCost.written,
      },
      keyCost,
    };
  }

  async function sql<T = Record<string, unknown>>(text: string, ...values: unknown[]): Promise<T[]> {
    const { results } = await env.DB.prepare(text)
      .bind(...values)
      .all<T>();
    return results;
  }

  async function operatorKey(): Promise<string> {
    const { secret, secret_hash, secret_hint } = await createToken();
    await sql(
      'insert into api_keys (id, practice_id, name, secret_hash, secret_hint, scopes, created_at) values (?, null, ?, ?, ?, ?, ?)',
      newId('key'),
      'test operator',
      secret_hash,
      secret_hint,
      '["operator"]',
      Date.now(),
    );
    return secret;
  }

  const minute = () => worker.scheduled({ cron: '* * * * *', scheduledTime: new Date() });

  async function close(): Promise<void> {
    await miniflare.dispose();
    rmSync(state, { recursive: true, force: true });
  }

  return { state, databaseFile, origin, logs, worker, env, call, sql, operatorKey, minute, close };
}

export type Exchange = Awaited<ReturnType<typeof startExchange>>;
