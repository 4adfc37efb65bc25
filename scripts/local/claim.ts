/** One server a state folder. */
import { join } from 'node:path';
import { findHolder, type Lock, takeLock } from './lock.mjs';
import { type LocalSettings, originOf, shownPath, UsageError } from './settings.ts';

/** A server whose npm was killed notices that soon. */
const NOTICING_MS_MAX = 5000;
/** How long one that is stopping may take. */
const STOPPING_MS_MAX = 30_000;

/** For whoever finds the folder taken. */
export interface ClaimDetails extends Record<string, unknown> {
  readonly port: number;
  readonly isStopping: boolean;
}

const folderOf = (stateDir: string) => join(stateDir, 'server.lock');

/** The process group of the wrangler that works in this folder, or did when its server was killed. */
export const findWranglerGroup = (stateDir: string) => findHolder(folderOf(stateDir))?.group?.pid ?? null;

/** The process that holds this folder, or did when it was killed. */
export const findOwner = (stateDir: string) => findHolder(folderOf(stateDir))?.owner.pid ?? null;

/** @throws UsageError where a living server has the folder. */
export async function claimState({ stateDir, port }: LocalSettings): Promise<Lock> {
  const lock = await takeLock(folderOf(stateDir), ({ owner, details }, waitedMs) => {
    const { port: at, isStopping } = details as ClaimDetails;
    if (waitedMs < (isStopping ? STOPPING_MS_MAX : NOTICING_MS_MAX)) return;
    const where = `${at ? `${originOf(at)} ` : ''}(process ${owner.pid})`;
    throw new UsageError(
      `A server with the state folder ${shownPath(stateDir)} runs already: ${where}. Stop it, or choose another STATE_DIR.`,
    );
  });
  lock.setDetails({ port, isStopping: false } satisfies ClaimDetails);
  if (lock.foundLeftovers) console.error('Ended what an earlier, killed server had left behind.');
  return lock;
}
