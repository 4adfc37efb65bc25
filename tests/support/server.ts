/** The server as `npm start` runs it: a process of its own, with state on disk and a real network behind it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { findWranglerGroup } from '../../scripts/local/claim.ts';
import { findFreePort } from '../../scripts/local/ports.ts';
import { BUILT } from './build.ts';
import type { Answer, Call, Exchange } from './harness.ts';
import { PATIENCE_MS } from './until.ts';

export interface Server extends Pick<Exchange, 'call' | 'operatorKey'> {
  readonly port: number;
  readonly output: () => string;
  /** Fires the cron trigger now. */
  readonly minute: () => Promise<unknown>;
  /** As a power cut: nothing gets to say goodbye. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => (hasEnded(child) ? resolve() : child.once('exit', () => resolve())));

/**
 * A new folder begins with a migrated database: wrangler needs a second for each migration.
 * @param at the port of an earlier one, so that it is the same server to others
 */
export async function startServer(stateDirectory: string, at?: number): Promise<Server> {
  const database = join(stateDirectory, 'v3');
  if (existsSync(BUILT.database) && !existsSync(database))
    cpSync(BUILT.database, database, { recursive: true });
  const port = at ?? (await findFreePort());
  const origin = `http://127.0.0.1:${port}`;
  const env = { ...process.env, PORT: String(port), STATE_DIR: stateDirectory, WRANGLER_LOG: 'warn' };
  const child = spawn(process.execPath, ['scripts/start.ts'], {
    env,
    // It ends with us, also where we are killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => (output += data.toString()));

  const waitsUntil = Date.now() + PATIENCE_MS;
  while (!output.includes(origin)) {
    if (Date.now() > waitsUntil || hasEnded(child)) throw new Error(`the server did not start:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async function call(
    key: string | null,
    path: string,
    { method, body, headers }: Call = {},
  ): Promise<Answer> {
    const response = await fetch(origin + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('Content-Type')?.includes('json');
    return {
      status: response.status,
      body: isJson ? JSON.parse(text) : text,
      headers: response.headers,
      cost: { calls: 0, read: 0, written: 0 },
      keyCost: { calls: 0, read: 0, written: 0 },
    };
  }

  return {
    port,
    call,
    operatorKey: async () =>
      execFileSync(process.execPath, ['scripts/operator-key.ts'], { env, encoding: 'utf8' }).trim(),
    output: () => output,
    minute: () => fetch(`${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`),
    async kill() {
      for (const pid of [child.pid, findWranglerGroup(stateDirectory)]) {
        try {
          if (pid) process.kill(-pid, 'SIGKILL');
        } catch {
          // It ended with the one before.
        }
      }
      await ended(child);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}
