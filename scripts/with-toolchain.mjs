/**
 * Runs a script or a tool of this project on the project's own Node, whatever Node the machine has:
 *
 *   node scripts/with-toolchain.mjs scripts/start.ts [arguments]
 *   node scripts/with-toolchain.mjs vitest run [arguments]
 *
 * What package-lock.json asks for and node_modules lacks is installed first. Plain JavaScript for Node 20 and
 * later; says what it does on stderr only, so that a script's output stays its own.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lifelineEnvironment } from './local/lifeline.mjs';
import { watchLineage } from './local/lineage.mjs';
import { withLock } from './local/lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isWindows = process.platform === 'win32';
const modules = join(root, 'node_modules');
const binaries = join(modules, '.bin');
const projectNode = join(modules, 'node', 'bin', isWindows ? 'node.exe' : 'node');
const lifeline = new URL('local/lifeline.mjs', import.meta.url).href;
/** How long a script that was told to end may take. */
const ENDING_MS_MAX = 5000;
/** Of a program that ends because its terminal, or here its npm, is gone. */
const EXIT_CODE_GONE = 128 + constants.signals.SIGHUP;

const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
/** The machine's own search path: npm puts node_modules/.bin, and with it the project's Node, in front. */
const machinePath = (process.env[pathName] ?? '')
  .split(delimiter)
  .filter((folder) => folder !== binaries)
  .join(delimiter);

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

/** npm leaves out the optional packages that are made for other machines. */
const mayBeMissing = ({ optional, os, cpu, libc }) =>
  optional && !(os?.includes(process.platform) && cpu?.includes(process.arch) && !libc);

/** npm itself writes down in node_modules what it has installed, once it is done. */
function isInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const found = readPackages(join(modules, '.package-lock.json'));
  if (!wanted || !found || !existsSync(projectNode)) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const installed = found[path];
    if (!installed) return mayBeMissing(entry);
    return installed.version === entry.version && installed.integrity === entry.integrity;
  });
}

/** Called when npm is gone. While nothing runs that could need time to end, there is nothing to wait for. */
let endChild = () => process.exit(EXIT_CODE_GONE);

async function waitForEnd(child) {
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  return code ?? 128 + constants.signals[signal];
}

/** In a group of its own, which ends when we do. */
function spawnNpm() {
  const args = ['ci', '--include=dev', '--loglevel=error', '--no-progress'];
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  // `npm ci` removes node_modules: it must not run on the Node that lies in there.
  const isOutside = node !== undefined && !node.startsWith(modules + sep) && existsSync(node);
  const env = { ...process.env, [pathName]: machinePath };
  const options = { cwd: root, env, detached: !isWindows };
  return npm?.endsWith('.js') && isOutside
    ? spawn(node, ['--import', lifeline, npm, ...args], {
        ...options,
        env: { ...env, ...lifelineEnvironment(3) },
        stdio: ['ignore', 2, 2, 'pipe'],
      })
    : spawn('npm', args, { ...options, stdio: ['ignore', 2, 2], shell: isWindows });
}

async function install(lock) {
  console.error('Installing what package-lock.json asks for …');
  const startedAt = Date.now();
  const npm = spawnNpm();
  if (npm.pid) lock.setGroup(npm.pid);
  if ((await waitForEnd(npm)) !== 0) throw new Error('npm ci failed; what it said stands above.');
  if (!existsSync(projectNode)) {
    throw new Error(
      'npm ci left out the install script of the package `node`: allow install scripts and repeat.',
    );
  }
  console.error(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

async function requireInstalled() {
  if (isInstalled()) return;
  await withLock(
    join(root, '.wrangler', 'install.lock'),
    // Another process may have done it meanwhile.
    (lock) => (isInstalled() ? undefined : install(lock)),
    () => console.error('Another process installs; waiting for it …'),
  );
}

/** A script of ours, or the program that a package of this name brings. */
function resolveTarget(target) {
  if (/\.(ts|mjs|js)$/.test(target)) return join(root, target);
  const folder = join(modules, target);
  if (!existsSync(folder)) throw new Error(`There is no package "${target}" in node_modules.`);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[target]);
}

async function runTarget(target, args) {
  const isScript = target.endsWith('.ts');
  const child = spawn(projectNode, [resolveTarget(target), ...args], {
    cwd: root,
    // The channel to a script of ours closes when we are gone, and the script ends with us.
    stdio: ['inherit', 'inherit', 'inherit', ...(isScript ? ['ipc'] : [])],
    env: { ...process.env, [pathName]: `${binaries}${delimiter}${machinePath}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  endChild = () => {
    child.kill('SIGTERM');
    setTimeout(() => process.exit(EXIT_CODE_GONE), ENDING_MS_MAX);
  };
  return waitForEnd(child);
}

const [target, ...args] = process.argv.slice(2);
try {
  watchLineage('with-toolchain.mjs', () => endChild());
  if (!target) throw new Error('Usage: node scripts/with-toolchain.mjs <script or tool> [arguments]');
  await requireInstalled();
  process.exit(await runTarget(target, args));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
