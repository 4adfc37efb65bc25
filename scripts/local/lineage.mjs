// @ts-check
/** Notices that npm, which started us, is gone: a killed npm tells nobody. Plain JavaScript for Node 20 and later. */
import { identify, isRunning, programOf, readProcess } from './processes.mjs';

const POLL_MS = 100;

/**
 * npm, after the shell that it may have put between itself and us and that outlives it.
 * @param {string} script a word by which the shell's command is known
 */
function readLineage(script) {
  const parent = readProcess(process.ppid);
  const isShell = parent?.command.includes(script) ?? false;
  return parent && isShell ? [parent.pid, parent.parent] : [process.ppid];
}

/**
 * Whoever takes care of orphans has become our parent before our first line. Only npm is known well enough to tell.
 * @param {number} pid
 */
function isSomebodyElse(pid) {
  const { npm_config_user_agent: agent, npm_node_execpath: node } = process.env;
  if (!agent?.startsWith('npm/') || process.platform === 'win32') return false;
  const program = programOf(pid);
  return program === null ? pid === 1 : program !== node;
}

/**
 * Without npm whoever started us may leave us running on purpose.
 * @param {string} script
 * @param {() => void} onGone called once
 */
export function watchLineage(script, onGone) {
  if (!process.env.npm_lifecycle_event) return;
  const lineage = readLineage(script);
  const members = lineage.map(identify);
  const isGone = () => process.ppid !== lineage[0] || !members.every(isRunning);
  if (isSomebodyElse(/** @type {number} */ (lineage.at(-1))) || isGone()) {
    onGone();
    return;
  }
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    onGone();
  }, POLL_MS);
  timer.unref();
}
