/** A lock between processes: a file that names its owner. What a killed owner leaves is taken over. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const RETRY_MS = 100;
const HEARTBEAT_MS = 1000;
/** A living owner touches the file each second: one this old is dead, even where its process id was given anew. */
const STALE_MS = 15_000;

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOwner(file) {
  try {
    return { text: readFileSync(file, 'utf8'), ageMs: Date.now() - statSync(file).mtimeMs };
  } catch {
    return null;
  }
}

function isStale({ text, ageMs }) {
  if (ageMs > STALE_MS) return true;
  const pid = Number(text);
  // Just created, and its owner not yet written.
  return pid > 0 && !isAlive(pid);
}

/** Of several that find the same stale file only one gets it renamed. */
function removeStale(file, text) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readOwner(aside)?.text === text) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

/**
 * @template T
 * @param {string} file
 * @param {() => T | Promise<T>} work
 * @param {() => void} [onWait] called once where another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true });
  let hasWaited = false;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = readOwner(file);
    if (owner && isStale(owner)) removeStale(file, owner.text);
    else if (owner) {
      if (!hasWaited) onWait?.();
      hasWaited = true;
      await sleep(RETRY_MS);
    }
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Taken away by hand: the work goes on.
    }
  }, HEARTBEAT_MS);
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener('exit', release);
    release();
  }
}
