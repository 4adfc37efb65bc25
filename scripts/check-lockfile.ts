/** Refuses a package-lock.json by which `npm ci` could install something else than what was looked at. */
import { readFileSync } from 'node:fs';

interface Entry {
  readonly integrity?: string;
  readonly resolved?: string;
}

/** The project itself. Nothing else is without a hash: no workspace, no link, no bundled package. */
const ROOT = '';
/** One hash or several, as npm writes them; a registry's old SHA-1 alone would not do. */
const STRONG_HASH = /(^|\s)sha512-[A-Za-z0-9+/]{86}==(\s|$)/;

function faultOf([path, entry]: [string, Entry]): string[] {
  if (path === ROOT) return [];
  if (!entry.integrity || !STRONG_HASH.test(entry.integrity)) return [`${path} has no SHA-512 hash`];
  return entry.resolved === undefined ? [] : [`${path} names where it was fetched`];
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Entry>;
};
const faults = Object.entries(packages).flatMap(faultOf);
if (faults.length > 0) {
  console.error(`package-lock.json:\n  ${faults.join('\n  ')}
npm forgets hashes where it installs over a node_modules that lacks them. Take the committed lock, and install anew:
  git checkout HEAD -- package-lock.json && rm -r node_modules && npm install`);
  process.exit(1);
}
