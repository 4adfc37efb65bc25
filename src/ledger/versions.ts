import { Problem } from '../platform/problem.ts';

/** @param own what its reader keeps of the resource for itself: no part of the version, which others see too */
export const toETag = (version: number, own: string | null = null) =>
  own === null ? `"${version}"` : `"${version}-${own}"`;

const ETAG = /^"(\d+)(?:-([0-9a-f]+))?"$/;

/**
 * @param own where what the caller keeps for itself counts too; a tag without that names the version alone
 * @throws Problem 412 where the caller's `If-Match` names another version than the one now.
 */
export function requireVersion(ifMatch: string | null, version: number, own?: string | null): void {
  if (ifMatch === null) return;
  const isAccepted = ifMatch.split(',').some((tag) => {
    const [, number, ownInTag] = ETAG.exec(tag.trim()) ?? [];
    if (number !== String(version)) return false;
    return own === undefined || ownInTag === undefined || ownInTag === own;
  });
  if (isAccepted) return;
  throw new Problem(
    'version_mismatch',
    `The resource is at version ${version} now.`,
    {},
    { ETag: toETag(version, own) },
  );
}
