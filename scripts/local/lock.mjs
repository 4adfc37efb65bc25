// @ts-check
/**
 * A lock between processes that needs nobody to clean up, whoever is killed when. The lock is a folder of numbered
 * files. The highest number decides: it names its holder, and the lock is free where that process is gone or has
 * written that it is done. To take it is to make the next number, which the file system lets one process do. A holder
 * may name the group of processes that works for it; the next one ends what is left of that.
 */
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endGroup, identify, isRunning } from './processes.mjs';

/** @typedef {import('./processes.mjs').Identity} Identity */
/**
 * @typedef {object} Holder
 * @property {Identity} owner
 * @property {Identity | null} group the leader of the processes that work for the owner
 * @property {Record<string, unknown>} details for whoever finds the lock taken
 */
/**
 * @typedef {object} Lock
 * @property {boolean} foundLeftovers whether a killed holder had left processes, which are ended
 * @property {(pid: number) => void} setGroup
 * @property {(details: Record<string, unknown>) => void} setDetails
 * @property {() => void} release
 */

const RETRY_MS = 50;

/** @param {string} folder @returns {number[]} */
const numbersIn = (folder) =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** @param {string} folder */
const latestIn = (folder) => Math.max(0, ...numbersIn(folder));

/** @param {string} folder @param {number} number @returns {Holder | null} null where it is free */
function readHolder(folder, number) {
  try {
    return JSON.parse(readFileSync(join(folder, String(number)), 'utf8'));
  } catch {
    // None yet, or already a later one.
    return null;
  }
}

/**
 * Who holds the lock, or held it when it was killed.
 * @param {string} folder
 * @returns {Holder | null}
 */
export function findHolder(folder) {
  try {
    return readHolder(folder, latestIn(folder));
  } catch {
    return null;
  }
}

/**
 * @param {string} folder
 * @param {(holder: Holder, waitedMs: number) => void} onWait called again and again while a living process holds it;
 * what it throws ends the waiting
 * @returns {Promise<Lock>}
 */
export async function takeLock(folder, onWait = () => {}) {
  mkdirSync(folder, { recursive: true });
  const owner = identify(process.pid);
  const draft = join(folder, `draft-${process.pid}`);
  const beganAt = performance.now();
  for (;;) {
    const earlier = latestIn(folder);
    const holder = readHolder(folder, earlier);
    if (holder && isRunning(holder.owner)) {
      onWait(holder, performance.now() - beganAt);
      await sleep(RETRY_MS);
      continue;
    }
    const number = earlier + 1;
    const file = join(folder, String(number));
    /** @type {Holder} What a killed holder left is on record until it is ended. */
    const own = { owner, group: holder?.group ?? null, details: {} };
    let isReleased = false;
    /** @param {Holder | null} content */
    const write = (content) => {
      if (isReleased) return;
      isReleased = content === null;
      writeFileSync(draft, JSON.stringify(content));
      renameSync(draft, file);
    };
    writeFileSync(draft, JSON.stringify(own));
    try {
      linkSync(draft, file);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      continue;
    } finally {
      rmSync(draft, { force: true });
    }
    // While we were slow others may have taken the lock, and removed this number as an old one.
    if (latestIn(folder) !== number) {
      rmSync(file, { force: true });
      continue;
    }
    const foundLeftovers = own.group !== null && (await endGroup(own.group));
    own.group = null;
    write(own);
    for (const old of numbersIn(folder)) if (old < number) rmSync(join(folder, String(old)), { force: true });
    return {
      foundLeftovers,
      setGroup: (pid) => {
        own.group = identify(pid);
        write(own);
      },
      setDetails: (details) => {
        own.details = details;
        write(own);
      },
      release: () => write(null),
    };
  }
}

/**
 * @template T
 * @param {string} folder
 * @param {(lock: Lock) => T | Promise<T>} work
 * @param {() => void} [onWait] called once where another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, onWait) {
  let hasWaited = false;
  const lock = await takeLock(folder, () => {
    if (!hasWaited) onWait?.();
    hasWaited = true;
  });
  try {
    return await work(lock);
  } finally {
    lock.release();
  }
}
