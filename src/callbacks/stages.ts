/** What a CRM's own message says of a referral: which one it is about, and the stage that its record is in. No I/O. */
import { idPattern } from '../db/ids.ts';

const REFERRAL_ID = idPattern('referral');
const VALUES_EXAMINED_MAX = 5000;
const DEPTH_MAX = 20;

/** The texts and numbers of the first place that has one and that `isKnown`; else of the first that has one. */
export function readStage(
  body: unknown,
  paths: readonly (readonly string[])[],
  isKnown: (stage: string) => boolean,
): string | null {
  const found = paths.flatMap((path) => {
    const value = path.reduce<unknown>(
      (part, name) =>
        typeof part === 'object' && part !== null && Object.hasOwn(part, name)
          ? (part as Record<string, unknown>)[name]
          : undefined,
      body,
    );
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [String(value)] : [];
  });
  return found.find(isKnown) ?? found[0] ?? null;
}

/** The referrals that are named anywhere in it: whichever field of the CRM holds the id, and whatever it is called. */
export function referralsIn(body: unknown): string[] {
  const ids = new Set<string>();
  let examined = 0;
  const examine = (value: unknown, depth: number): void => {
    examined += 1;
    if (examined > VALUES_EXAMINED_MAX || depth > DEPTH_MAX) return;
    if (typeof value === 'string') {
      if (REFERRAL_ID.test(value.trim())) ids.add(value.trim());
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) examine(inner, depth + 1);
    }
  };
  examine(body, 0);
  return [...ids];
}
