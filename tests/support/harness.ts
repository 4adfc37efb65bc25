/** The built Worker in real workerd with a real D1, queue and rate limits; and what tests need around it. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createTestHarness } from 'wrangler';
import { createToken } from '../../src/access/token.ts';
import { newId } from '../../src/db/ids.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly headers: Headers;
  /** D1 calls, rows read and rows written, from `Server-Timing`. */
  readonly cost: { calls: number; read: number; written: number };
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

function toCost(header: string | null): Answer['cost'] {
  const [, calls, read, written] = /calls=(\d+) read=(\d+) written=(\d+)/.exec(header ?? '') ?? [];
  return { calls: Number(calls), read: Number(read), written: Number(written) };
}

export interface ConfigChange {
  /** Low enough to be reached by a test. */
  readonly rateLimit?: number;
  /** Webhooks go where they may go in production. */
  readonly publicOnly?: boolean;
  /** In place of those of all tests. */
  readonly secrets?: Partial<typeof testSecrets>;
}

/** The project's own configuration with these changes. */
function changedConfig({ rateLimit, publicOnly = false }: Omit<ConfigChange, 'secrets'>): string {
  const path = `dist/wrangler.limit-${rateLimit}-${publicOnly}.toml`;
  let text = readFileSync('wrangler.toml', 'utf8')
    .replace('main = "src/', 'main = "../src/')
    .replaceAll('migrations_dir = "', 'migrations_dir = "../');
  if (rateLimit !== undefined)
    text = text.replace(/simple = \{ limit = \d+/g, `simple = { limit = ${rateLimit}`);
  if (publicOnly)
    text = text.replace('ALLOW_PRIVATE_DESTINATIONS = "true"', 'ALLOW_PRIVATE_DESTINATIONS = "false"');
  writeFileSync(path, text);
  return path;
}

export async function startExchange({ secrets, ...change }: ConfigChange = {}) {
  const configPath = Object.keys(change).length === 0 ? './wrangler.toml' : changedConfig(change);
  const harness = createTestHarness({
    workers: [
      { configPath, prebuiltWorkerDir: resolve('dist/worker'), secrets: { ...testSecrets, ...secrets } },
    ],
  });
  await harness.listen();
  const worker = harness.getWorker<Env>();
  await worker.applyD1Migrations('DB');
  const env = await worker.getEnv();

  async function call(
    key: string | null,
    path: string,
    { method, body, headers }: Call = {},
  ): Promise<Answer> {
    const response = await harness.fetch(path, {
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
    if (response.status >= 500)
      console.error(
        harness
          .getLogs()
          .map(({ message }) => message)
          .join('\n'),
      );
    const type = response.headers.get('Content-Type') ?? '';
    return {
      status: response.status,
      body: type.includes('json') && text !== '' ? JSON.parse(text) : text,
      headers: response.headers as unknown as Headers,
      cost: toCost(response.headers.get('Server-Timing')),
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

  return { harness, worker, env, call, sql, operatorKey, minute, close: () => harness.close() };
}

export type Exchange = Awaited<ReturnType<typeof startExchange>>;
