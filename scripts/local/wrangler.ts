/** Calls wrangler: quietly, without questions, and for local work without anything from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SECRET_NAMES } from '../../src/env.ts';
import { root, UsageError } from './settings.ts';

/** What `node_modules/.bin/wrangler` runs, without the process that it puts in between. */
const wranglerCli = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'wrangler-dist',
  'cli.js',
);

const QUIET = {
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: 'true',
  // wrangler's own traces keep URLs on disk, and a client's link is a secret in one.
  X_LOCAL_OBSERVABILITY: 'false',
  // No look-up of the machine's place at Cloudflare.
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  FORCE_COLOR: '0',
};

/** Would choose another environment, or other secrets, than those of the state folder. */
const MISLEADING = ['CLOUDFLARE_ENV', 'NODE_OPTIONS', ...SECRET_NAMES];

const quietEnvironment = () => ({
  ...process.env,
  ...QUIET,
  ...Object.fromEntries(MISLEADING.map((name) => [name, undefined])),
});

export interface WranglerServerOptions {
  /** Modules that the process loads first. */
  readonly preload: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a wrangler that goes on, in a process group of its own, with a channel that closes when we are gone. */
export function startWrangler(args: readonly string[], options: WranglerServerOptions): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', '--import', options.preload, wranglerCli, ...args], {
    cwd: root,
    env: { ...quietEnvironment(), ...options.environment },
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/**
 * Runs a wrangler command and gives its standard output.
 * @throws UsageError with wrangler's own words where it fails.
 */
export async function runWrangler(args: readonly string[], { interactive = false } = {}): Promise<string> {
  const child = spawn(process.execPath, ['--no-warnings', wranglerCli, ...args], {
    cwd: root,
    env: quietEnvironment(),
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', interactive ? 'inherit' : 'pipe'],
  });
  let output = '';
  let faults = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    faults += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    const words = [faults.trim(), output.trim()].filter(Boolean).join('\n');
    throw new UsageError(`wrangler ${args.slice(0, 3).join(' ')} failed.\n${words}`);
  }
  return output;
}
