/** The Worker on this machine, kept running: wrangler, a local D1 and queue, and the cron trigger that wrangler does not fire. */
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClaimDetails, claimState } from './claim.ts';
import { requireFreePort } from './ports.ts';
import { type LocalSettings, originOf, UsageError } from './settings.ts';
import { prepareState } from './state.ts';
import { type Run, runWorker } from './worker.ts';

const MINUTE_MS = 60_000;
/** Before the first, second, … new start in a row; after the last of them it is given up. */
const RESTART_DELAYS_MS = [0, 1000, 2000, 4000, 8000, 16_000];
/** A Worker that answered for so long has no failures in a row. */
const STEADY_MS = 60_000;

export interface LocalServer {
  readonly origin: string;
  /** Rejects with a UsageError when it is given up; resolves after `stop`. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** wrangler does not fire cron triggers by itself, and lost queue messages wait for them. */
function fireCronEveryMinute(origin: string, isUp: () => boolean, stopped: AbortSignal): void {
  const fire = async () => {
    if (!isUp()) return;
    try {
      const response = await fetch(`${origin}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*`, {
        signal: AbortSignal.any([stopped, AbortSignal.timeout(MINUTE_MS)]),
      });
      if (!response.ok) console.error(`The cron trigger failed: ${response.status} ${await response.text()}`);
    } catch (error) {
      if (isUp() && !stopped.aborted) console.error(`The cron trigger failed: ${(error as Error).message}`);
    }
  };
  void fire();
  const timer = setInterval(fire, MINUTE_MS);
  stopped.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** @throws UsageError where the port is taken, the folder is in use, or the Worker does not start. */
export async function startServer(settings: LocalSettings): Promise<LocalServer> {
  const { port, stateDir } = settings;
  const origin = originOf(port);
  mkdirSync(stateDir, { recursive: true });
  const lock = await claimState(settings);
  const stopping = new AbortController();
  const firstAnswer = Promise.withResolvers<void>();
  let run: Run | null = null;
  let isUp = false;

  /** Starts the Worker, and anew each time that it ended, until it is stopped. @throws UsageError when it gives up. */
  async function keepRunning(): Promise<void> {
    await requireFreePort(port);
    await prepareState(stateDir);
    let hasAnswered = false;
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      run = runWorker(settings, lock);
      const answeredAt = await run.answers.then(
        () => performance.now(),
        () => null,
      );
      isUp = answeredAt !== null;
      if (isUp && hasAnswered) console.error(`It answers again at ${origin}.`);
      if (isUp) firstAnswer.resolve();
      hasAnswered ||= isUp;
      const { reason, isOwnFault } = await run.ended;
      isUp = false;
      if (stopping.signal.aborted) return;
      if (!hasAnswered && isOwnFault) throw new UsageError(`${reason}; see above.`);
      if (answeredAt !== null && performance.now() - answeredAt > STEADY_MS) failures = 0;
      const delayMs = RESTART_DELAYS_MS[failures];
      if (delayMs === undefined)
        throw new UsageError(`${reason}, and did so ${failures + 1} times in a row: giving up.`);
      console.error(`${reason}: starting it anew${delayMs === 0 ? '' : ` in ${delayMs / 1000} s`} …`);
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const ended = keepRunning().finally(() => {
    stopping.abort();
    lock.release();
  });
  await Promise.race([firstAnswer.promise, ended]);
  fireCronEveryMinute(origin, () => isUp, stopping.signal);
  return {
    origin,
    ended,
    async stop() {
      lock.setDetails({ port, isStopping: true } satisfies ClaimDetails);
      stopping.abort();
      await run?.stop();
      await ended;
    },
  };
}
