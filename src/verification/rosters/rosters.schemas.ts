import * as v from 'valibot';
import { date, jurisdiction, line, oneOf, timeOut, timeOutOrNull, toTime } from '../../http/fields.ts';
import { QUALIFICATION_KINDS, ROSTER_ACTIONS } from '../../platform/db/schema.ts';
import { LINES_PER_PART_MAX } from './lines.ts';
import type { BoardRow, RosterRow } from './rosters.repository.ts';

const settings = {
  /**
   * What the credentials of its rosters are called, where the lines do not say it themselves; null: they do. What is called
   * something else, or of which nobody says what it is called, waits for you.
   */
  title: v.nullable(line(120)),
  /** What is done with a verified credential that a newer roster lists as lapsed. */
  when_lapsed: oneOf(ROSTER_ACTIONS),
  /** What is done with one whose holder was disciplined. */
  when_disciplined: oneOf(ROSTER_ACTIONS),
  /** What is done with one that is no longer listed. */
  when_unlisted: oneOf(ROSTER_ACTIONS),
};

/** A new board. @schema BoardRequest */
export const NewBoardSchema = v.strictObject({
  /** Its name, as credentials give it as their `issuer`. */
  name: line(160),
  /** Where its licences hold (ISO 3166-2), such as `US-NE`. */
  jurisdiction,
  /** What kind of credential its rosters prove. */
  kind: v.optional(oneOf(QUALIFICATION_KINDS), 'licence'),
  title: v.optional(settings.title, null),
  when_lapsed: v.optional(settings.when_lapsed, 'suspend'),
  when_disciplined: v.optional(settings.when_disciplined, 'suspend'),
  when_unlisted: v.optional(settings.when_unlisted, 'queue'),
});

/** What is to change; what is left out stays. @schema BoardChange */
export const BoardChangeSchema = v.partial(v.strictObject(settings));

/** A board whose rosters verify credentials. @schema Board */
export const BoardSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** Its name. */
  name: v.string(),
  /** Where its licences hold (ISO 3166-2). */
  jurisdiction: v.string(),
  /** What kind of credential its rosters prove. */
  kind: v.picklist(QUALIFICATION_KINDS),
  ...settings,
  /** What they are called, where the lines do not say it themselves. */
  title: v.nullable(v.string()),
  /** The roster that counts: the last that was completed; null: none yet. */
  roster_id: v.nullable(v.string()),
  /** When it was made. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
});

/** A new roster. @schema RosterRequest */
export const NewRosterSchema = v.strictObject({
  /** The day on which the board's list was so, `YYYY-MM-DD`. */
  as_of: date,
  /** Where it is from, such as the address of the board's file: it stands with every decision that is made by it. */
  source: line(300),
  /** By which you know the same file again, such as its SHA-256: an interrupted import goes on with the same roster. */
  fingerprint: line(128),
});

/** A roster of a board. @schema Roster */
export const RosterSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** The board. */
  board_id: v.string(),
  /** The day on which the list was so. */
  as_of: v.string(),
  /** Where it is from. */
  source: v.string(),
  /** By which the file is known again. */
  fingerprint: v.string(),
  /** The highest number of a line that was taken: what comes next is the one after it. */
  last_line: v.number(),
  /** When it was begun. */
  created_at: timeOut,
  /** Since when it counts; null while parts of it are missing. */
  completed_at: timeOutOrNull,
});

/** Some lines of a roster. @schema RosterPartRequest */
export const RosterPartSchema = v.strictObject({
  /**
   * The lines, at most 300; those that are wrong are left out and named in the answer. Each has `line` (its number in the
   * file, from 1), `number` (of the licence, at most 64 characters), `name` (at most 160), and may have `status` (`active`,
   * `lapsed` or `disciplined`), `title` (at most 120) and `expires_on` (`YYYY-MM-DD`).
   */
  lines: v.pipe(
    v.array(v.unknown(), 'must be an array'),
    v.minLength(1, 'must have at least 1 items'),
    v.maxLength(LINES_PER_PART_MAX, `must have at most ${LINES_PER_PART_MAX} items`),
  ),
});

/** What became of some lines. @schema RosterPart */
export const RosterPartAnswerSchema = v.object({
  /** The roster. */
  roster_id: v.string(),
  /** How many were taken. */
  accepted: v.number(),
  /** Those that were not. */
  rejected: v.array(
    v.object({
      /** Its number; null where it has none. */
      line: v.nullable(v.number()),
      /** Why. */
      reason: v.string(),
    }),
  ),
  /** The highest number of a line that was taken so far. */
  last_line: v.number(),
});

export const presentBoard = (row: BoardRow): v.InferOutput<typeof BoardSchema> => ({
  id: row.id,
  version: row.version,
  name: row.name,
  jurisdiction: row.jurisdiction,
  kind: row.kind,
  title: row.title,
  when_lapsed: row.when_lapsed,
  when_disciplined: row.when_disciplined,
  when_unlisted: row.when_unlisted,
  roster_id: row.roster_id,
  created_at: toTime(row.created_at),
  updated_at: toTime(row.updated_at),
});

export const presentRoster = (row: RosterRow): v.InferOutput<typeof RosterSchema> => ({
  id: row.id,
  board_id: row.board_id,
  as_of: row.as_of,
  source: row.source,
  fingerprint: row.fingerprint,
  last_line: row.last_line,
  created_at: toTime(row.created_at),
  completed_at: toTime(row.completed_at),
});

export const boardExample = {
  id: 'brd_01k8vazz5qfm4sgv0c9p6h2x7t',
  version: 1,
  name: 'Board of Mental Health Practice',
  jurisdiction: 'US-NE',
  kind: 'licence',
  title: 'Licensed Independent Mental Health Practitioner',
  when_lapsed: 'suspend',
  when_disciplined: 'suspend',
  when_unlisted: 'queue',
  roster_id: null,
  created_at: '2026-10-01T09:00:00.000Z',
  updated_at: '2026-10-01T09:00:00.000Z',
};

export const rosterExample = {
  id: 'ros_01k8vazz5qfm4sgv0c9p6h2x7t',
  board_id: boardExample.id,
  as_of: '2026-10-01',
  source: 'The board’s file of 1 October 2026',
  fingerprint: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  last_line: 0,
  created_at: '2026-10-01T09:00:00.000Z',
  completed_at: null,
};
