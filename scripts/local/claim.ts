/** One server a state folder: a file says which, so that the next one finds what a killed one left behind. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from './lock.mjs';
import { endServer, isOurScript } from './processes.ts';
import { originOf, shownPath, UsageError } from './settings.ts';

/** How long a server that was told to stop may take. */
const STOPPING_MS_MAX = 3000;

interface Claim {
  /** The script that holds the folder. */
  readonly pid: number;
  readonly port: number;
  /** Also the id of its process group; null until it is started. */
  readonly wrangler_pid: number | null;
}

const fileOf = (stateDir: string) => join(stateDir, 'server.json');

function readClaim(stateDir: string): Claim | null {
  try {
    return JSON.parse(readFileSync(fileOf(stateDir), 'utf8')) as Claim;
  } catch {
    return null;
  }
}

export function noteClaim(stateDir: string, port: number, wranglerPid: number | null): void {
  const claim: Claim = { pid: process.pid, port, wrangler_pid: wranglerPid };
  writeFileSync(fileOf(stateDir), JSON.stringify(claim));
}

export function releaseClaim(stateDir: string): void {
  rmSync(fileOf(stateDir), { force: true });
}

/** @throws UsageError where a living server has the folder. */
export async function claimState(stateDir: string, port: number): Promise<void> {
  await withLock(`${fileOf(stateDir)}.lock`, async () => {
    const earlier = readClaim(stateDir);
    const waitsUntil = Date.now() + STOPPING_MS_MAX;
    while (earlier && isOurScript(earlier.pid)) {
      if (Date.now() > waitsUntil) {
        const where = `${originOf(earlier.port)} (process ${earlier.pid})`;
        throw new UsageError(
          `A server with the state folder ${shownPath(stateDir)} runs already: ${where}. Stop it, or choose another STATE_DIR.`,
        );
      }
      await sleep(100);
    }
    if (earlier?.wrangler_pid && (await endServer(earlier.wrangler_pid)))
      console.error('Ended what an earlier, killed server had left behind.');
    noteClaim(stateDir, port, null);
  });
}
