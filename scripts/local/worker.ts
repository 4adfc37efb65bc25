/** One run of wrangler with the Worker in it: from its start until nothing of it is left. */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Lock } from './lock.mjs';
import { endGroup, type Identity, identify } from './processes.mjs';
import { type LocalSettings, originOf } from './settings.ts';
import { secretsFile } from './state.ts';
import { startWrangler, workerdEnded } from './wrangler.ts';

const START_MS_MAX = 120_000;
const START_POLL_MS = 25;
const ORDERLY_STOP_MS_MAX = 2000;
const PROBE_EVERY_MS = 5000;
/** A slow machine answers late; a breakpoint in the debugger holds everything up. */
const PROBE_MS_MAX = 60_000;
/** So that neither one broken connection nor a machine that slept counts. */
const PROBES_FAILED_MAX = 2;

export interface Run {
  /** Resolves when the Worker answers. @throws Error that says why it does not, once the run has ended. */
  readonly answers: Promise<void>;
  /** Resolves with what happened once nothing of it is left. */
  readonly ended: Promise<Ending>;
  readonly stop: () => Promise<void>;
}

export interface Ending {
  /** A sentence without its full stop. */
  readonly reason: string;
  /** wrangler has said what is wrong and gone: again it would say the same. */
  readonly isOwnFault: boolean;
}

/** A message of wrangler begins with one of these and may go on over several lines. */
const MESSAGE_BEGIN = /^(▲|✘|\[wrangler:|⎔|🌀)/u;
/** True, and cared for in server.ts. */
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

function spawnWrangler({ port, stateDir }: LocalSettings, lock: Lock): ChildProcess {
  const args = ['dev', '--local', '--ip', '127.0.0.1', '--port', String(port), '--persist-to', stateDir];
  const settings = ['--env-file', secretsFile(stateDir), '--var', `PUBLIC_ORIGIN:${originOf(port)}`];
  // Port 0: any free one, so that two servers do not fight for the debugger's usual port.
  const quiet = ['--inspector-port', '0', '--log-level', 'warn', '--show-interactive-dev-session=false'];
  return startWrangler([...args, ...settings, ...quiet], {
    // Servers that run side by side must not find each other.
    environment: { WRANGLER_REGISTRY_PATH: join(stateDir, 'registry') },
    onStart: lock.setGroup,
  });
}

/** The address that costs the Worker least: it redirects to the reference. */
const probe = (origin: string, ended: AbortSignal) =>
  fetch(origin, {
    redirect: 'manual',
    signal: AbortSignal.any([ended, AbortSignal.timeout(PROBE_MS_MAX)]),
  });

async function waitUntilItAnswers(origin: string, ended: AbortSignal): Promise<void> {
  const waitsUntil = Date.now() + START_MS_MAX;
  while (Date.now() < waitsUntil) {
    const response = await probe(origin, ended).catch(() => null);
    if (ended.aborted) throw new Error('It ended before the Worker answered');
    if (response && response.status < 500) return;
    if (response)
      throw new Error(`The Worker answers ${response.status}: ${(await response.text()).split('\n')[0]}`);
    await sleep(START_POLL_MS);
  }
  throw new Error(`The Worker did not answer within ${START_MS_MAX / 1000} s`);
}

/** Resolves when the Worker no longer answers, whatever it answers; never after the end. */
async function waitUntilItIsSilent(origin: string, ended: AbortSignal): Promise<void> {
  for (let failures = 0; failures < PROBES_FAILED_MAX; ) {
    await sleep(PROBE_EVERY_MS, undefined, { signal: ended });
    failures = await probe(origin, ended).then(
      () => 0,
      () => failures + 1,
    );
  }
}

export function runWorker(settings: LocalSettings, lock: Lock): Run {
  const origin = originOf(settings.port);
  const wrangler = spawnWrangler(settings, lock);
  const group: Identity | null = wrangler.pid ? identify(wrangler.pid) : null;
  const finished = new AbortController();
  let isStopping = false;
  relay(wrangler.stdout, () => isStopping);
  relay(wrangler.stderr, () => isStopping);

  const exited = new Promise<Ending>((resolve) => {
    wrangler.once('error', ({ message }) => resolve({ reason: message, isOwnFault: true }));
    wrangler.once('exit', (code, signal) =>
      resolve(
        signal === null
          ? { reason: `wrangler ended with code ${code}`, isOwnFault: true }
          : { reason: `wrangler was ended by ${signal}`, isOwnFault: false },
      ),
    );
  });
  const broken = workerdEnded(wrangler).then(
    (): Ending => ({ reason: 'A workerd ended', isOwnFault: false }),
  );
  const answers = waitUntilItAnswers(origin, finished.signal);
  const silent = answers.then(
    async (): Promise<Ending> => {
      await waitUntilItIsSilent(origin, finished.signal);
      return { reason: 'The Worker no longer answers', isOwnFault: false };
    },
    ({ message }: Error): Ending => ({ reason: message, isOwnFault: true }),
  );
  const ended = Promise.race([exited, broken, silent]).then(async (ending) => {
    finished.abort();
    if (group) await endGroup(group);
    return ending;
  });
  return {
    answers,
    ended,
    async stop() {
      isStopping = true;
      wrangler.kill('SIGTERM');
      await Promise.race([exited, sleep(ORDERLY_STOP_MS_MAX)]);
      if (group) await endGroup(group);
      await ended;
    },
  };
}
