/** What HTTP itself offers to callers of every operation: links between pages, and answers that say "as you know it". */
import type { Operation } from './operation.ts';

/** In which a list takes where to go on. */
export const cursorParameterOf = ({ query }: Pick<Operation, 'query'>): 'cursor' | 'after' =>
  query && 'entries' in query && 'after' in (query.entries as object) ? 'after' : 'cursor';

/** By what a list goes on: the cursor in its answer, or, as HSDS has it, the number of the next page. */
function nextIn(
  body: unknown,
  parameter: 'cursor' | 'after',
): readonly [parameter: string, value: string] | null {
  const { next_cursor, page_number, last_page } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof next_cursor === 'string') return [parameter, next_cursor];
  return last_page === false ? ['page', String(Number(page_number) + 1)] : null;
}

/**
 * `Link: rel="next"` (RFC 8288) of a list, with the query of this request.
 * @param parameter in which the list takes its cursor
 */
export function linkToNextPage(
  url: string,
  origin: string,
  parameter: 'cursor' | 'after',
  body: unknown,
): { readonly Link?: string } {
  const next = nextIn(body, parameter);
  if (!next) return {};
  const { pathname, searchParams } = new URL(url);
  searchParams.set(...next);
  return { Link: `<${origin}${pathname}?${searchParams}>; rel="next"` };
}

/** `Location` (RFC 9110, 10.2.2) of what was made. */
export function locationOf(
  { response }: Pick<Operation, 'response'>,
  body: unknown,
): { readonly Location?: string } {
  const { id } = (body ?? {}) as { readonly id?: string };
  return response.location && id ? { Location: response.location.replace('{id}', id) } : {};
}

/** Whether the caller's `If-None-Match` (RFC 9110, 13.1.2) names the version that would be answered. */
export function isKnownVersion(ifNoneMatch: string | undefined, etag: string | undefined): boolean {
  if (ifNoneMatch === undefined || etag === undefined) return false;
  const known = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(etag);
}
