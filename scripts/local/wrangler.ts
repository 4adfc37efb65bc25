/** Calls wrangler: quietly, without questions, and for local work without anything from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SECRET_NAMES } from '../../src/env.ts';
import { lifelineEnvironment } from './lifeline.mjs';
import { root, UsageError } from './settings.ts';

/** What `node_modules/.bin/wrangler` runs, without the process that it puts in between. */
const wranglerCli = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'wrangler-dist',
  'cli.js',
);

const lifeline = new URL('lifeline.mjs', import.meta.url).href;
/** The place of the pipe among what a process is started with. */
const LIFELINE_FD = 3;

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

/** Would choose another environment or other secrets than those of the state folder, or leave out what is read here. */
const MISLEADING = ['CLOUDFLARE_ENV', 'NODE_OPTIONS', 'WRANGLER_LOG', ...SECRET_NAMES];

const quietEnvironment = () => ({
  ...process.env,
  ...QUIET,
  ...Object.fromEntries(MISLEADING.map((name) => [name, undefined])),
});

export interface WranglerOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** May ask the person at the terminal. */
  readonly interactive?: boolean;
  /** Is told the process when it has started: it leads a group of processes. */
  readonly onStart?: (pid: number) => void;
}

/**
 * Starts wrangler as the leader of a process group that ends when we are gone, by whatever signal. One that may ask
 * questions needs our terminal, and stays in our own group.
 */
export function startWrangler(args: readonly string[], options: WranglerOptions = {}): ChildProcess {
  const { environment, interactive = false, onStart } = options;
  const preload = interactive ? [] : ['--import', lifeline];
  const child = spawn(process.execPath, ['--no-warnings', ...preload, wranglerCli, ...args], {
    cwd: root,
    env: {
      ...quietEnvironment(),
      ...environment,
      ...(interactive ? {} : lifelineEnvironment(LIFELINE_FD)),
    },
    detached: !interactive && process.platform !== 'win32',
    windowsHide: true,
    stdio: interactive ? ['inherit', 'pipe', 'inherit'] : ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  if (child.pid) onStart?.(child.pid);
  return child;
}

/** Resolves when a workerd of this wrangler has died by itself. */
export const workerdEnded = ({ stdio }: ChildProcess) =>
  new Promise<void>((resolve) => stdio[LIFELINE_FD]?.once('data', () => resolve()));

/**
 * Runs a wrangler command and gives its standard output.
 * @throws UsageError with wrangler's own words where it fails.
 */
export async function runWrangler(args: readonly string[], options: WranglerOptions = {}): Promise<string> {
  const child = startWrangler(args, options);
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
