/** A line of a board's list, as it is sent in parts: the command line checks it by the same rules before it sends any. */
import * as v from 'valibot';
import { date, line, oneOf } from '../../http/fields.ts';
import { ROSTER_STATUSES } from '../../platform/db/schema.ts';
import { numberKeyOf } from './judge.ts';

/** Of so many lines a part consists at most, so that it fits into a body. */
export const LINES_PER_PART_MAX = 300;
export const LINE_NUMBER_MAX = 10_000_000;

export const RosterLineSchema = v.strictObject({
  /** The number of the line in the file, from 1. */
  line: v.pipe(
    v.number('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(1, 'must be at least 1'),
    v.maxValue(LINE_NUMBER_MAX, `must be at most ${LINE_NUMBER_MAX}`),
  ),
  /** The number of the licence. */
  number: v.pipe(
    line(64),
    v.check((number) => numberKeyOf(number) !== '', 'must have a letter or a digit'),
  ),
  /** Whose it is, in whatever order. */
  name: line(160),
  /** Whether it holds; without it `active`. */
  status: v.optional(oneOf(ROSTER_STATUSES), 'active'),
  /** What the licence is called; null: as the board’s `title` says. */
  title: v.optional(v.nullable(line(120)), null),
  /** Its last day, `YYYY-MM-DD`; null: the list does not say. */
  expires_on: v.optional(v.nullable(date), null),
});
