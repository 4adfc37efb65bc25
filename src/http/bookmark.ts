/**
 * Where a caller stands in the history of the database: each write says it, and a read that hands it back may be answered
 * by a copy of the database near the caller, which is then at least as new. D1's own bookmark counts what all practices
 * commit, so it leaves sealed, and for its practice alone.
 */
import type { Vault } from '../platform/vault/vault.ts';
import type { Actor } from './authenticate.ts';

export const BOOKMARK = 'Bookmark';
export const BOOKMARK_PATTERN = /^[\w-]{1,500}$/;

const ownerOf = ({ practice_id, key_id }: Actor) => practice_id ?? key_id;

/** @param bookmark D1's own; null where nothing was written */
export const bookmarkHeader = async (
  bookmark: string | null,
  actor: Actor,
  vault: Vault,
): Promise<{ readonly [BOOKMARK]?: string }> =>
  bookmark === null
    ? {}
    : { [BOOKMARK]: await vault.tokens.seal('bookmark', `${ownerOf(actor)} ${bookmark}`) };

/** D1's own; null where none was handed back that was made for this practice: then only the database itself is new enough. */
export async function readBookmark(
  header: string | undefined,
  actor: Actor,
  vault: Vault,
): Promise<string | null> {
  if (header === undefined || !BOOKMARK_PATTERN.test(header)) return null;
  const [owner, bookmark] = (await vault.tokens.open('bookmark', header))?.split(' ') ?? [];
  return owner === ownerOf(actor) && bookmark ? bookmark : null;
}
