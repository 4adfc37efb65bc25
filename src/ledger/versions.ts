import { Problem } from '../platform/problem.ts';

export const toETag = (version: number) => `"${version}"`;

/** @throws Problem 412 where the caller's `If-Match` names another version than the one now. */
export function requireVersion(ifMatch: string | null, version: number): void {
  if (ifMatch === null) return;
  const accepted = ifMatch.split(',').map((tag) => tag.trim());
  if (!accepted.includes(toETag(version))) {
    throw new Problem(
      'version_mismatch',
      `The resource is at version ${version} now.`,
      {},
      { ETag: toETag(version) },
    );
  }
}
