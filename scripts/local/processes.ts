/** Finds and ends what an earlier server left behind. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './lock.mjs';
import { root } from './settings.ts';

const POLL_MS = 50;

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** Linux has it in files; `ps` is missing on small machines. */
function readProc(pid: string): RunningProcess[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, state, parent, group] = stat.slice(stat.lastIndexOf(')')).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return state === 'Z' ? [] : [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }];
  } catch {
    // It ended meanwhile.
    return [];
  }
}

function listProcesses(): RunningProcess[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(readProc);
  }
  const [program, args]: [string, string[]] =
    process.platform === 'win32'
      ? [
          'powershell',
          [
            '-NoProfile',
            '-Command',
            'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) 0 $($_.CommandLine)" }',
          ],
        ]
      : ['ps', ['-A', '-ww', '-o', 'pid=,ppid=,pgid=,command=']];
  return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, group, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return pid ? [{ pid: Number(pid), parent: Number(parent), group: Number(group), command }] : [];
    });
}

/** Whether the process id still belongs to a script of this project, and not to somebody who got it since. */
export function isOurScript(pid: number): boolean {
  return (
    isAlive(pid) &&
    listProcesses().some((one) => one.pid === pid && one.command.includes(join(root, 'scripts')))
  );
}

/** The wrangler with this id, and what it started; also when it is dead itself. */
function findServer(wranglerPid: number): RunningProcess[] {
  return listProcesses().filter(
    ({ pid, parent, group, command }) =>
      [pid, parent, group].includes(wranglerPid) && command.includes(join(root, 'node_modules')),
  );
}

/** Ends them all and waits until they are gone. @returns whether there were any */
export async function endServer(wranglerPid: number): Promise<boolean> {
  for (let rounds = 0; ; rounds += 1) {
    const found = findServer(wranglerPid);
    if (found.length === 0) return rounds > 0;
    for (const { pid } of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
    await sleep(POLL_MS);
  }
}
