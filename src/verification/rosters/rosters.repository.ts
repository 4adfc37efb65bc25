import { and, asc, desc, eq, gt, isNull, lt, lte, sql } from 'drizzle-orm';
import type { Query } from '../../platform/db/database.ts';
import {
  boards,
  credentials,
  professionals,
  roster_lines,
  rosters,
  verification_cases,
} from '../../platform/db/schema.ts';
import { shownCredential } from '../credentials.repository.ts';
import type { Listed } from './judge.ts';

export type BoardRow = typeof boards.$inferSelect;
export type RosterRow = typeof rosters.$inferSelect;

export const insertBoard = (query: Query, row: typeof boards.$inferInsert) =>
  query.insert(boards).values(row).returning();

export const selectBoard = (query: Query, boardId: string) =>
  query.select().from(boards).where(eq(boards.id, boardId)).limit(1);

export const selectBoardByName = (query: Query, name: string, jurisdiction: string) =>
  query
    .select()
    .from(boards)
    .where(and(eq(boards.name, name), eq(boards.jurisdiction, jurisdiction)))
    .limit(1);

export const selectBoards = (query: Query, after: string, limit: number) =>
  query.select().from(boards).where(gt(boards.id, after)).orderBy(asc(boards.id)).limit(limit);

export const updateBoard = (query: Query, boardId: string, version: number, change: Partial<BoardRow>) =>
  query
    .update(boards)
    .set({ ...change, version: version + 1 })
    .where(eq(boards.id, boardId))
    .returning();

export const insertRoster = (query: Query, row: typeof rosters.$inferInsert) =>
  query.insert(rosters).values(row).returning();

export const selectRoster = (query: Query, rosterId: string) =>
  query.select().from(rosters).where(eq(rosters.id, rosterId)).limit(1);

export const selectOpenRoster = (query: Query, boardId: string) =>
  query
    .select()
    .from(rosters)
    .where(and(eq(rosters.board_id, boardId), sql`${rosters.completed_at} is null`))
    .limit(1);

/** Newest first. */
export const selectRosters = (query: Query, boardId: string, before: string, limit: number) =>
  query
    .select()
    .from(rosters)
    .where(and(eq(rosters.board_id, boardId), lt(rosters.id, before)))
    .orderBy(desc(rosters.id))
    .limit(limit);

export interface NewLine extends Listed {
  readonly line: number;
  readonly number: string;
  readonly number_key: string;
}

/**
 * The lines of a part. Sent twice they are the same; of two with one number in a roster the later line counts, whichever
 * came first.
 */
export const putLines = (query: Query, { id, board_id }: RosterRow, lines: readonly NewLine[]) =>
  query.run(sql`
    insert into ${roster_lines} (board_id, number_key, roster_id, line, number, name, status, title, expires_on)
    select ${board_id}, value ->> 'number_key', ${id}, value ->> 'line', value ->> 'number', value ->> 'name',
      value ->> 'status', value ->> 'title', value ->> 'expires_on'
    from json_each(${JSON.stringify(lines)}) where true
    on conflict (board_id, number_key) do update set roster_id = excluded.roster_id, line = excluded.line,
      number = excluded.number, name = excluded.name, status = excluded.status, title = excluded.title, expires_on = excluded.expires_on
    where roster_lines.roster_id <> excluded.roster_id or roster_lines.line < excluded.line`);

export const noteLines = (query: Query, rosterId: string, lastLine: number) =>
  query
    .update(rosters)
    .set({ last_line: sql`max(${rosters.last_line}, ${lastLine})` })
    .where(and(eq(rosters.id, rosterId), isNull(rosters.completed_at)))
    .returning();

export const completeRoster = (query: Query, rosterId: string, now: number) =>
  query
    .update(rosters)
    .set({ completed_at: now })
    .where(and(eq(rosters.id, rosterId), isNull(rosters.completed_at)))
    .returning();

/** From now on it is the one that counts for its board. */
export const nameRoster = (query: Query, { id, board_id }: RosterRow, now: number) =>
  query
    .update(boards)
    .set({ roster_id: id, version: sql`${boards.version} + 1`, updated_at: now })
    .where(eq(boards.id, board_id));

/** All credentials of the board are compared with its new roster. */
export const matchBoard = (query: Query, boardId: string, now: number) =>
  query
    .update(credentials)
    .set({ match_due_at: now })
    .where(sql`${credentials.board_id} = ${boardId} and ${credentials.board_id} is not null`);

/** Credentials that wait to be compared, with all that a verdict needs. */
export const selectDueMatches = (query: Query, now: number, limit: number) =>
  query
    .select({
      ...shownCredential,
      practice_id: sql<string>`${professionals.practice_id}`.as('practice_id'),
      professional_name: sql<string>`${professionals.name}`.as('professional_name'),
      board:
        sql<BoardRow>`(select json_object('id', board.id, 'name', board.name, 'jurisdiction', board.jurisdiction,
          'kind', board.kind, 'title', board.title,
          'when_lapsed', board.when_lapsed, 'when_disciplined', board.when_disciplined, 'when_unlisted', board.when_unlisted,
          'roster_id', board.roster_id) from ${boards} as board where board.id = credentials.board_id)`
          .mapWith((text: string) => JSON.parse(text) as BoardRow)
          .as('board'),
      listed: sql<(Listed & { line: number; number: string; roster_id: string }) | null>`(
          select json_object('name', line.name, 'status', line.status, 'title', line.title, 'expires_on', line.expires_on, 'line', line.line,
            'number', line.number, 'roster_id', line.roster_id)
          from ${roster_lines} as line where line.board_id = credentials.board_id and line.number_key = credentials.number_key)`
        .mapWith(
          (text: string) => JSON.parse(text) as Listed & { line: number; number: string; roster_id: string },
        )
        .as('listed'),
      source: sql<string | null>`(
          select roster.source || ', ' || roster.as_of from ${rosters} as roster
          where roster.id = (select roster_id from ${boards} as board where board.id = credentials.board_id))`.as(
        'roster_source',
      ),
      settled: sql<string | null>`(
          select differences from ${verification_cases} as settled where settled.credential_id = credentials.id
            and settled.resolved_at is not null order by settled.id desc limit 1)`.as('settled'),
      is_claimed_twice: sql<number>`exists (
          select 1 from ${credentials} as other where other.board_id = credentials.board_id and other.board_id is not null
            and other.number_key = credentials.number_key and other.professional_id <> credentials.professional_id
            and +other.status = 'verified')`.as('is_claimed_twice'),
    })
    .from(credentials)
    .innerJoin(professionals, eq(professionals.id, credentials.professional_id))
    .where(lte(credentials.match_due_at, now))
    .orderBy(asc(credentials.match_due_at))
    .limit(limit);

export type DueMatch = Awaited<ReturnType<typeof selectDueMatches>>[number];

export const noteMatch = (query: Query, { id, match_due_at }: Pick<DueMatch, 'id' | 'match_due_at'>) =>
  query
    .update(credentials)
    .set({ match_due_at: null })
    .where(and(eq(credentials.id, id), sql`${credentials.match_due_at} is ${match_due_at}`));
