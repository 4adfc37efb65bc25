// @ts-check
/**
 * Loaded first into a wrangler or an npm that works for one of our scripts, as the leader of a process group, with a
 * pipe to the script. When the script is gone, by whatever signal, the pipe ends, and the group with it. (Not node's
 * own channel between processes: wrangler uses and closes that.)
 */
import childProcess, { execFileSync } from 'node:child_process';
import { Socket } from 'node:net';

/** Names the pipe, and is not handed on: what the leader starts has none. */
const VARIABLE = 'LIFELINE_FD';

/** For the options of `spawn`, with a pipe at that place of `stdio`. @param {number} fd */
export const lifelineEnvironment = (fd) => ({ [VARIABLE]: String(fd) });

function endGroup() {
  if (process.platform === 'win32') execFileSync('taskkill', ['/PID', String(process.pid), '/T', '/F']);
  else process.kill(-process.pid, 'SIGKILL');
}

/**
 * wrangler starts a workerd that died anew, but not what leads to it, and never answers again: the script is told by
 * a word on the pipe. A workerd that wrangler itself replaces has `killed` set.
 * @param {Socket} pipe
 */
function tellOfDeadWorkerd(pipe) {
  const { spawn } = childProcess;
  /** @type {(...args: unknown[]) => import('node:child_process').ChildProcess} */
  const spawnAndWatch = (...args) => {
    const child = spawn(.../** @type {Parameters<typeof spawn>} */ (args));
    if (String(args[0]).includes('workerd'))
      child.once('exit', () => {
        if (!child.killed) pipe.write('A workerd ended\n');
      });
    return child;
  };
  childProcess.spawn = /** @type {typeof spawn} */ (spawnAndWatch);
}

const fd = Number(process.env[VARIABLE]);
if (fd) {
  delete process.env[VARIABLE];
  const pipe = new Socket({ fd });
  pipe.on('error', () => {}).once('close', endGroup);
  pipe.resume().unref();
  tellOfDeadWorkerd(pipe);
}
