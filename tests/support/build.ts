/** Makes once what all tests start from: the Worker as `wrangler deploy` would build it, and a migrated database. */
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { canBrowse, MISSING } from './browser.ts';

export const BUILT = {
  worker: 'dist/worker',
  /** The bindings of wrangler.toml in the words of miniflare. */
  workerOptions: 'dist/worker-options.json',
  database: 'dist/database',
} as const;

const wrangler = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['node_modules/wrangler/bin/wrangler.js', ...args, '--env='], {
    env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' },
  });

async function writeWorkerOptions(): Promise<void> {
  // It would say that the secrets are missing, which each test brings.
  process.env.WRANGLER_LOG = 'error';
  const { unstable_getMiniflareWorkerOptions } = await import('wrangler');
  const { workerOptions } = unstable_getMiniflareWorkerOptions('wrangler.toml');
  writeFileSync(BUILT.workerOptions, JSON.stringify(workerOptions));
}

export default async function build(): Promise<void> {
  if (!canBrowse) process.stderr.write(`\n${MISSING}\n\n`);
  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist');
  await Promise.all([
    wrangler('deploy', '--dry-run', '--outdir', BUILT.worker),
    wrangler('d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', BUILT.database),
    writeWorkerOptions(),
  ]);
}
