/** The Worker on this machine: wrangler, a local D1 and queue, and the cron trigger that wrangler does not fire. */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { claimState, noteClaim, releaseClaim } from './claim.ts';
import { endServer } from './processes.ts';
import { type LocalSettings, originOf, UsageError } from './settings.ts';
import { prepareState, secretsFile } from './state.ts';
import { startWrangler } from './wrangler.ts';

const MINUTE_MS = 60_000;
const START_MS_MAX = 60_000;
const ORDERLY_STOP_MS_MAX = 2000;
const POLL_MS = 25;

export interface LocalServer {
  readonly origin: string;
  /** Resolves when wrangler has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Free at this moment. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function requireFreePort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UsageError(
          error.code === 'EADDRINUSE'
            ? `Port ${port} is taken by another program. Stop that one, or choose another port: PORT=${port + 1} npm start`
            : `Port ${port} cannot be used (${error.code}). Choose another one: PORT=8787 npm start`,
        ),
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

/** A message of wrangler begins with one of these and may go on over several lines. */
const MESSAGE_BEGIN = /^(▲|✘|\[wrangler:|⎔|🌀)/u;
/** True, and cared for below. */
const CRON_WARNING = 'Scheduled Workers are not automatically triggered';

/** Warnings and errors of wrangler and the Worker; requests are not logged. */
function relay(stream: Readable | null, isStopping: () => boolean): void {
  if (!stream) return;
  let isShown = true;
  createInterface({ input: stream }).on('line', (text) => {
    const line = stripVTControlCharacters(text);
    if (MESSAGE_BEGIN.test(line)) isShown = !line.includes(CRON_WARNING);
    if (isShown && !isStopping() && line.trim() !== '') console.error(line);
  });
}

async function waitUntilItAnswers(origin: string, hasEnded: () => boolean): Promise<void> {
  const waitsUntil = Date.now() + START_MS_MAX;
  while (Date.now() < waitsUntil) {
    if (hasEnded()) throw new UsageError('wrangler ended before the Worker answered; see above.');
    try {
      const response = await fetch(origin, { redirect: 'manual', signal: AbortSignal.timeout(START_MS_MAX) });
      if (response.status < 500) return;
      throw new UsageError(
        `The Worker answers ${response.status}: ${(await response.text()).split('\n')[0]}`,
      );
    } catch (error) {
      if (error instanceof UsageError) throw error;
      await sleep(POLL_MS);
    }
  }
  throw new UsageError(`The Worker did not answer within ${START_MS_MAX / 1000} s.`);
}

/** wrangler does not fire cron triggers by itself, and lost queue messages wait for them. */
function fireCronEveryMinute(origin: string): () => void {
  const stopped = new AbortController();
  const fire = async () => {
    try {
      const response = await fetch(`${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`, {
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(MINUTE_MS)]),
      });
      if (!response.ok) console.error(`The cron trigger failed: ${response.status} ${await response.text()}`);
    } catch (error) {
      if (!stopped.signal.aborted) console.error(`The cron trigger failed: ${(error as Error).message}`);
    }
  };
  void fire();
  const timer = setInterval(fire, MINUTE_MS);
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}

function spawnWorker({ port, stateDir }: LocalSettings): ChildProcess {
  const args = ['dev', '--local', '--ip', '127.0.0.1', '--port', String(port), '--persist-to', stateDir];
  const settings = ['--env-file', secretsFile(stateDir), '--var', `PUBLIC_ORIGIN:${originOf(port)}`];
  // Port 0: any free one, so that two servers do not fight for the debugger's usual port.
  const quiet = ['--inspector-port', '0', '--log-level', 'warn', '--show-interactive-dev-session=false'];
  return startWrangler([...args, ...settings, ...quiet], {
    preload: new URL('stop-with-parent.mjs', import.meta.url).href,
    // Servers that run side by side must not find each other.
    environment: { WRANGLER_REGISTRY_PATH: join(stateDir, 'registry') },
  });
}

/** @throws UsageError where the port is taken, the folder is in use, or the Worker does not start. */
export async function startServer(settings: LocalSettings): Promise<LocalServer> {
  const { port, stateDir } = settings;
  mkdirSync(stateDir, { recursive: true });
  await claimState(stateDir, port);
  let wrangler: ChildProcess;
  try {
    await requireFreePort(port);
    await prepareState(stateDir);
    wrangler = spawnWorker(settings);
  } catch (error) {
    releaseClaim(stateDir);
    throw error;
  }
  const wranglerPid = wrangler.pid ?? 0;
  noteClaim(stateDir, port, wranglerPid);

  let isStopping = false;
  let hasEnded = false;
  relay(wrangler.stdout, () => isStopping);
  relay(wrangler.stderr, () => isStopping);
  const ended = new Promise<void>((resolve) => {
    wrangler.once('error', () => resolve());
    wrangler.once('exit', () => resolve());
  }).then(async () => {
    hasEnded = true;
    // A wrangler that was killed leaves its workerd behind, which goes on answering.
    await endServer(wranglerPid);
    releaseClaim(stateDir);
  });
  let stopCron = () => {};
  const stop = async () => {
    isStopping = true;
    stopCron();
    wrangler.kill('SIGTERM');
    await Promise.race([ended, sleep(ORDERLY_STOP_MS_MAX)]);
    if (!hasEnded) await endServer(wranglerPid);
    await ended;
  };

  const origin = originOf(port);
  try {
    await waitUntilItAnswers(origin, () => hasEnded);
  } catch (error) {
    await stop();
    throw error;
  }
  stopCron = fireCronEveryMinute(origin);
  return { origin, ended, stop };
}
