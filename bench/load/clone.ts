/** Rows of another referral, practice or partnership like the ones of a template: other ids, other times. */
import { TypeID } from 'typeid-js';
import type { Row } from './template.ts';

const OWN_PART = /[0-7][0-9a-hjkmnp-tv-z]{25}/g;
const TIME = /\b1[6-9]\d{11}\b/g;
const EARLIEST_MS = 1_600_000_000_000;
const LATEST_MS = 3_000_000_000_000;

/** What follows the kind in an id, made at a time, out of a random number below 2^48. */
export function ownPart(at: number, random: number): string {
  const hex = at.toString(16).padStart(12, '0');
  const rest = random.toString(16).padStart(12, '0');
  return TypeID.fromUUID('x', `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${rest}`).getSuffix();
}

export interface Change {
  /** By what follows the kind in an id: the same of the other one. What is not named stays. */
  readonly ids: ReadonlyMap<string, string>;
  readonly shiftMs: number;
}

const isTime = (value: number) => value > EARLIEST_MS && value < LATEST_MS;

/** Ids and times are changed wherever they stand, also within JSON. */
export function cloneRow(row: Row, { ids, shiftMs }: Change): Row {
  const ofText = (text: string) =>
    text.replace(OWN_PART, (id) => ids.get(id) ?? id).replace(TIME, (time) => String(Number(time) + shiftMs));
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value === 'string') return [name, ofText(value)];
      return [name, typeof value === 'number' && isTime(value) ? value + shiftMs : value];
    }),
  );
}
