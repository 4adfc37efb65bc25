/** Makes once what all tests start from: the Worker as `wrangler deploy` would build it, and a migrated database. */
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { canBrowse, MISSING } from './browser.ts';
import { readMigrations } from './migrations.ts';

export const BUILT = {
  worker: 'dist/worker',
  /** The bindings of wrangler.toml in the words of miniflare. */
  workerOptions: 'dist/worker-options.json',
  database: 'dist/database',
  /** Put there by wrangler's build command. */
  assets: 'dist/assets',
} as const;

export const wrangler = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['node_modules/wrangler/bin/wrangler.js', ...args, '--env='], {
    env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' },
  });

async function readWorkerOptions() {
  // It would say that the secrets are missing, which each test brings.
  process.env.WRANGLER_LOG = 'error';
  const { unstable_getMiniflareWorkerOptions } = await import('wrangler');
  return unstable_getMiniflareWorkerOptions('wrangler.toml').workerOptions;
}

/** With less work than `wrangler d1 migrations apply`, by which `npm start` does it, and noted as it notes it. */
async function migrate(d1Databases: Record<string, { id: string }>): Promise<void> {
  const { convertV4MiniflareOptions, Miniflare } = await import('miniflare');
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: BUILT.database,
      workers: [{ name: 'migration', modules: true, script: 'export default {};', d1Databases }],
    }),
  );
  const database = await miniflare.getD1Database('DB');
  await database.exec(
    'create table d1_migrations (id integer primary key autoincrement, name text unique, applied_at timestamp default current_timestamp not null)',
  );
  for (const { name, statements } of readMigrations()) {
    const noted = database.prepare('insert into d1_migrations (name) values (?)').bind(name);
    await database.batch([...statements.map((text) => database.prepare(text)), noted]);
  }
  await miniflare.dispose();
}

export default async function build(): Promise<void> {
  if (!canBrowse) process.stderr.write(`\n${MISSING}\n\n`);
  for (const path of Object.values(BUILT)) rmSync(path, { recursive: true, force: true });
  mkdirSync('dist', { recursive: true });
  const built = wrangler('deploy', '--dry-run', '--outdir', BUILT.worker);
  const workerOptions = await readWorkerOptions();
  writeFileSync(BUILT.workerOptions, JSON.stringify(workerOptions));
  await Promise.all([built, migrate(workerOptions.d1Databases as Record<string, { id: string }>)]);
}
