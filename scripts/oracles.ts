/**
 * `npm run test:oracles`: the exchange against programs that others wrote. They are many packages, so they have folders
 * and locks of their own, and are installed when this is asked for. Exit code 75: they could not be fetched.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runScript } from './local/settings.ts';

const FOLDER = 'tests/oracles';
const tool = (path: string) => join('node_modules', path);
/** "Try again later", as sendmail and its like say it. */
const EXIT_CODE_UNREACHABLE = 75;
/** In what npm says where nobody answers; all else is a fault of ours. */
const UNREACHABLE =
  /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT)\b/;
const CI = [
  'ci',
  '--ignore-scripts',
  '--omit=optional',
  '--fetch-retries=1',
  '--loglevel=error',
  '--no-progress',
];

/** @returns what it wrote to stderr where it failed; null where it did not */
const run = (program: string, args: readonly string[], cwd = '.') =>
  new Promise<string | null>((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'inherit', 'pipe'],
      shell: program === 'npm' && process.platform === 'win32',
    });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text);
      words += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 ? null : words));
  });

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** False where nobody answered. @throws Error where the lock cannot be installed */
async function install(folder: string): Promise<boolean> {
  const hash = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const mark = join(folder, 'node_modules', '.installed');
  if (read(mark) === hash) return true;
  console.error(`Installing what ${folder}/package-lock.json asks for …`);
  const words = await run('npm', CI, folder);
  if (words === null) writeFileSync(mark, hash);
  else if (!UNREACHABLE.test(words))
    throw new Error(`npm ci failed in ${folder}; what it said stands above.`);
  return words === null;
}

await runScript(async () => {
  if (!(await install(FOLDER))) {
    console.error(
      'NOT RUN: the registry of npm does not answer, so the programs of others cannot be tried here.',
    );
    process.exitCode = EXIT_CODE_UNREACHABLE;
    return;
  }
  const tests = ['run', '--config', `${FOLDER}/vitest.config.ts`, ...process.argv.slice(2)];
  for (const [path, ...args] of [
    ['typescript/bin/tsc', '--noEmit', '-p', FOLDER],
    ['vitest/vitest.mjs', ...tests],
  ] as const)
    if ((await run(process.execPath, [tool(path), ...args])) !== null) process.exitCode = 1;
});
