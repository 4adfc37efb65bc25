/** `npm start` with all that it starts, so that any process of it can be killed. Linux only. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOwner } from '../../scripts/local/claim.ts';
import { listProcesses } from '../../scripts/local/processes.mjs';
import { until } from './until.ts';

/** From the outside in. The proxy is wrangler's own workerd, which listens on the port. */
export const VICTIMS = ['npm', 'shell', 'toolchain', 'script', 'wrangler', 'proxy', 'workerd'] as const;
export type Victim = (typeof VICTIMS)[number];

type Running = ReturnType<typeof listProcesses>[number];

function nameOf({ command }: Running, port: number): Victim | null {
  if (command.includes('/workerd '))
    return command.includes(`--socket-addr=entry=127.0.0.1:${port} `) ? 'proxy' : 'workerd';
  if (command.includes('wrangler-dist/cli.js') && command.includes(' dev ')) return 'wrangler';
  if (/^\S*sh -c /.test(command)) return 'shell';
  if (command.includes('with-toolchain.mjs')) return 'toolchain';
  if (command.includes('scripts/start.ts')) return 'script';
  return command.startsWith('npm start') ? 'npm' : null;
}

export interface Place {
  readonly port: number;
  readonly stateDir: string;
}

export function startByNpm({ port, stateDir }: Place) {
  const child = spawn('npm', ['start'], {
    env: { ...process.env, PORT: String(port), STATE_DIR: stateDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;

  function tree(): Running[] {
    const all = listProcesses();
    const found = all.filter(({ pid }) => pid === child.pid);
    for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid));
    return found;
  }
  const find = (victim: Victim) => tree().find((one) => nameOf(one, port) === victim) ?? null;
  const answers = async () =>
    (await fetch(`http://127.0.0.1:${port}/`, { redirect: 'manual' }).catch(() => null))?.status === 302;

  return {
    output: () => output,
    hasEnded,
    find,
    /** Waits until it is there. @returns false where the start has ended before */
    async kill(victim: Victim | 'all'): Promise<boolean> {
      const victims =
        victim === 'all'
          ? tree()
          : [
              await until(
                async () => find(victim),
                (one) => one !== null || hasEnded(),
              ),
            ];
      for (const one of victims) {
        try {
          if (one) process.kill(one.pid, 'SIGKILL');
        } catch {
          // It ended meanwhile.
        }
      }
      return victims.some((one) => one !== null);
    },
    /** Waits until the Worker that this start has started answers. @throws Error with its output where it never does */
    async untilItAnswers(): Promise<void> {
      const isOurs = () => findOwner(stateDir) === find('script')?.pid;
      const state = await until(
        async () => (hasEnded() ? 'ended' : isOurs() && (await answers()) ? 'answers' : 'silent'),
        (now) => now !== 'silent',
      ).catch(() => 'silent');
      if (state !== 'answers') throw new Error(`${state}:\n${output}`);
    },
    async stop(): Promise<void> {
      // To the script: npm does not hand signals on to a shell that waits.
      const script = find('script');
      if (script) process.kill(script.pid, 'SIGTERM');
      while (!hasEnded()) await sleep(20);
    },
  };
}

/** What runs for this folder, whoever started it. */
export const leftIn = (stateDir: string) =>
  listProcesses().filter(({ command }) => command.includes(`--persist-to ${stateDir}`));
