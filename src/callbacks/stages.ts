/** What a CRM's own message says of a referral: which one it is about, and the stage that its record is in. No I/O. */
import { idPattern } from '../platform/db/ids.ts';

const REFERRAL_ID = idPattern('referral');
const VALUES_EXAMINED_MAX = 5000;
const DEPTH_MAX = 20;
/** What was before: Pipedrive's old values, HubSpot's history of a property. */
const FORMER = ['previous', 'versions'];

type Path = readonly string[];

const membersOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const valueAt = (body: unknown, path: Path) =>
  path.reduce<unknown>((part, name) => {
    const members = membersOf(part);
    return Object.hasOwn(members, name) ? members[name] : undefined;
  }, body);

/** Pipedrive posts the whole deal with every edit, and in `previous` what was another value before. */
export function hasChanged(body: unknown, [first, ...rest]: Path): boolean {
  const { previous } = membersOf(body);
  const [name] = rest;
  if (first !== 'data' || name === undefined || typeof previous !== 'object' || previous === null)
    return true;
  return Object.hasOwn(previous, name);
}

/** The text or number of the first path that has a known one; else of the first that has any. */
export function readStage(
  body: unknown,
  paths: readonly Path[],
  isKnown: (stage: string) => boolean,
): string | null {
  const found = paths.flatMap((path) => {
    const value = valueAt(body, path);
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [String(value)] : [];
  });
  return found.find(isKnown) ?? found[0] ?? null;
}

/** The referrals that are named anywhere in it, whatever the CRM calls the field; at `path`, where that is known. */
export function referralsIn(body: unknown, path: Path | null): string[] {
  const ids = new Set<string>();
  let examined = 0;
  const examine = (value: unknown, depth: number): void => {
    examined += 1;
    if (examined > VALUES_EXAMINED_MAX || depth > DEPTH_MAX) return;
    if (typeof value === 'string') {
      if (REFERRAL_ID.test(value.trim())) ids.add(value.trim());
    } else {
      for (const [name, inner] of Object.entries(membersOf(value)))
        if (!FORMER.includes(name)) examine(inner, depth + 1);
    }
  };
  examine(path === null ? body : valueAt(body, path), 0);
  return [...ids];
}
