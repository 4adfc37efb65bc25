/** Refuses a lock by which `npm ci` could install something else than what was looked at. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  readonly integrity?: string;
  readonly resolved?: string;
  /** It comes within another package, whose hash covers it. */
  readonly inBundle?: boolean;
}

const FOLDERS = ['.', 'clients/typescript', 'tests/oracles'];

/** The project itself. Nothing else is without a hash: no workspace, no link. */
const ROOT = '';
/** One hash or several, as npm writes them; a registry's old SHA-1 alone would not do. */
const STRONG_HASH = /(^|\s)sha512-[A-Za-z0-9+/]{86}==(\s|$)/;

function faultOf([path, entry]: [string, Entry]): string[] {
  if (path === ROOT || entry.inBundle) return [];
  if (!entry.integrity || !STRONG_HASH.test(entry.integrity)) return [`${path} has no SHA-512 hash`];
  return entry.resolved === undefined ? [] : [`${path} names where it was fetched`];
}

for (const folder of FOLDERS) {
  const lock = join(folder, 'package-lock.json');
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: Record<string, Entry> };
  const faults = Object.entries(packages).flatMap(faultOf);
  if (faults.length === 0) continue;
  console.error(`${lock}:\n  ${faults.join('\n  ')}
npm forgets hashes where it installs over a node_modules that lacks them. Take the committed lock, and install anew:
  git checkout HEAD -- ${lock} && (cd ${folder} && rm -r node_modules && npm install)`);
  process.exitCode = 1;
}
