/** What a checker can find, and how it groups what it looks at. */
import type { Act } from './observed.ts';

export const KINDS = [
  'fault',
  'lost',
  'doubled',
  'repeated_otherwise',
  'out_of_order',
  'illegal_path',
  'no_change',
  'no_event',
  'undelivered',
  'unscheduled',
  'unsigned',
  'undisclosed',
  'outside_consent',
  'broken_chain',
  'wrong_report',
  'two_asked',
  'in_clear',
] as const;
export interface Violation {
  readonly kind: (typeof KINDS)[number];
  readonly what: string;
}

export const isDone = ({ status }: Act) => status !== null && status >= 200 && status < 300;
export const mayBeDone = (act: Act) => isDone(act) || act.status === null || act.status >= 500;

export const groupedBy = <T>(all: readonly T[], keyOf: (one: T) => string | null) => {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
};
