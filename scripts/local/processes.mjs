// @ts-check
/** Tells processes apart although ids are given anew, and ends groups of them. Plain JavaScript for Node 20 and later. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Identity one process, and nobody who got its id since
 * @property {number} pid
 * @property {string | null} startedAt whatever tells one start from another; null where the system does not say
 */
/** @typedef {Identity & { parent: number, group: number, command: string }} RunningProcess */

const END_POLL_MS = 20;
const isLinux = process.platform === 'linux';
const isWindows = process.platform === 'win32';
const modules = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'node_modules');

/** Ticks count from the machine's start, so that alone they could come again. */
const bootId = isLinux ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : '';

/**
 * Linux has it in files; `ps` is missing on small machines.
 * @param {number} pid
 * @returns {RunningProcess | null}
 */
function readProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the program's name, which may hold anything: state, parent, group, …, and as the 20th the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const startedAt = `${bootId} ${fields[19]}`;
    return { pid, parent: Number(fields[1]), group: Number(fields[2]), startedAt, command };
  } catch {
    // It ended meanwhile.
    return null;
  }
}

/**
 * @param {string[]} selection
 * @returns {RunningProcess[]}
 */
function askPs(selection) {
  const args = ['-ww', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command=', ...selection];
  let text = '';
  try {
    text = execFileSync('ps', args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 2 ** 26,
    });
  } catch {
    // It finds none.
  }
  return text.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s(.*)$/.exec(line);
    if (!found) return [];
    const [, pid, parent, group, state, startedAt = null, command = ''] = found;
    if (state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), startedAt, command }];
  });
}

/** @returns {RunningProcess[]} without a start or a group, which there is not */
function askWindows() {
  const query =
    'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.CommandLine)" }';
  const text = execFileSync('powershell', ['-NoProfile', '-Command', query], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return text.split('\n').flatMap((line) => {
    const found = /^(\d+) (\d+) (.*)$/.exec(line.trim());
    if (!found) return [];
    const [pid, parent] = [Number(found[1]), Number(found[2])];
    return [{ pid, parent, group: parent, startedAt: null, command: found[3] ?? '' }];
  });
}

/** @returns {RunningProcess[]} */
export function listProcesses() {
  if (isWindows) return askWindows();
  if (!isLinux) return askPs(['-A']);
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProc(Number(name)) ?? []) : []));
}

/**
 * @param {number} pid
 * @returns {RunningProcess | null} null where there is none, or only a dead one that nobody has buried
 */
export function readProcess(pid) {
  if (isLinux) return readProc(pid);
  if (!isWindows) return askPs(['-p', String(pid)])[0] ?? null;
  try {
    process.kill(pid, 0);
    return { pid, parent: 0, group: 0, startedAt: null, command: '' };
  } catch {
    return null;
  }
}

/** @param {number} pid @returns {Identity} */
export const identify = (pid) => ({ pid, startedAt: readProcess(pid)?.startedAt ?? null });

/** @param {Identity} process @returns {boolean} */
export function isRunning({ pid, startedAt }) {
  const found = readProcess(pid);
  return found !== null && found.startedAt === startedAt;
}

/** @param {number} pid @returns {string | null} the program's file; null where the system does not say */
export function programOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return null;
  }
}

/**
 * What runs in the leader's process group, also when the leader itself is dead: a wrangler that was killed leaves a
 * workerd that goes on answering.
 * @param {Identity} leader
 */
function listGroup(leader) {
  const all = listProcesses();
  const first = all.find(({ pid }) => pid === leader.pid);
  if (first && first.startedAt !== leader.startedAt) return [];
  return all.filter(
    ({ pid, group, command }) =>
      (group === leader.pid || pid === leader.pid) && (first !== undefined || command.includes(modules)),
  );
}

/**
 * Kills the leader and its group and waits until they are gone.
 * @param {Identity} leader
 * @returns {Promise<boolean>} whether there were any
 */
export async function endGroup(leader) {
  for (let rounds = 0; ; rounds += 1) {
    const found = listGroup(leader);
    if (found.length === 0) return rounds > 0;
    for (const { pid } of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
    await sleep(END_POLL_MS);
  }
}
