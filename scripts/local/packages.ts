/** Packages that only some tasks need: in folders with a lock of their own, installed when they are asked for. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
export const run = (program: string, args: readonly string[], cwd = '.') =>
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

const markOf = (folder: string) => join(folder, 'node_modules', '.installed');
const hashOf = (folder: string) =>
  createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');

const isInstalled = (folder: string): boolean => read(markOf(folder)) === hashOf(folder);

/** False where nobody answered. @throws Error where the lock cannot be installed */
export async function install(folder: string): Promise<boolean> {
  if (isInstalled(folder)) return true;
  console.error(`Installing what ${folder}/package-lock.json asks for …`);
  const words = await run('npm', CI, folder);
  if (words === null) writeFileSync(markOf(folder), hashOf(folder));
  else if (!UNREACHABLE.test(words))
    throw new Error(`npm ci failed in ${folder}; what it said stands above.`);
  return words === null;
}
