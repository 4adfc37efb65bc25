/** Rosters: a board's list comes in parts, and counts when it is complete. */
import * as v from 'valibot';
import { toFaults } from '../../http/input.ts';
import { answerOnce } from '../../http/once.ts';
import { type OperationRequest, operation, type Reply } from '../../http/operation.ts';
import { page, pageQuery, pagerOf } from '../../http/pagination.ts';
import { decision, write } from '../../ledger/commit.ts';
import { newId } from '../../platform/db/ids.ts';
import { many, one } from '../../platform/db/plan.ts';
import { notFound, Problem } from '../../platform/problem.ts';
import { numberKeyOf } from './judge.ts';
import { LINES_PER_PART_MAX, RosterLineSchema } from './lines.ts';
import {
  completeRoster,
  insertRoster,
  matchBoard,
  type NewLine,
  nameRoster,
  noteLines,
  putLines,
  type RosterRow,
  selectBoard,
  selectOpenRoster,
  selectRoster,
  selectRosters,
} from './rosters.repository.ts';
import {
  NewRosterSchema,
  presentRoster,
  RosterPartAnswerSchema,
  RosterPartSchema,
  RosterSchema,
  rosterExample,
} from './rosters.schemas.ts';

const tag = 'Operator: rosters';
const scope = 'operator' as const;
const response = {
  status: 200 as const,
  description: 'The roster.',
  schema: RosterSchema,
  example: rosterExample,
};

const show = (row: RosterRow) => ({ body: presentRoster(row) });

async function readRoster({ exchange }: OperationRequest<unknown, unknown>, id: string): Promise<Reply> {
  const { row } = await exchange.database.read({ row: one(selectRoster(exchange.database.query, id)) });
  if (!row) throw notFound();
  return { status: 200, ...show(row) };
}

const isClosed = (row: RosterRow) =>
  new Problem('invalid_state', 'The roster is complete: begin another one.', {
    state: row.completed_at === null ? 'open' : 'complete',
    allowed_moves: [],
  });

/** The lines that can be taken, and why the others cannot. */
function sift(sent: readonly unknown[]) {
  const lines: NewLine[] = [];
  const rejected: { line: number | null; reason: string }[] = [];
  for (const one of sent) {
    const parsed = v.safeParse(RosterLineSchema, one);
    if (parsed.success) lines.push({ ...parsed.output, number_key: numberKeyOf(parsed.output.number) });
    else {
      const number = (one as { line?: unknown } | null)?.line;
      const [fault] = toFaults(parsed.issues, '/', RosterLineSchema);
      rejected.push({
        line: typeof number === 'number' ? number : null,
        reason: `${fault?.pointer ?? ''} ${fault?.detail ?? ''}`.trim(),
      });
    }
  }
  return { lines, rejected };
}

export const rosterOperations = [
  operation({
    id: 'createRoster',
    method: 'POST',
    path: '/v1/boards/{board_id}/rosters',
    tag,
    summary: 'Begin a roster',
    description:
      'One of a board is open at a time. The same `fingerprint` goes on with the open one, after its `last_line`; another one is refused until that is complete.',
    scope,
    body: NewRosterSchema,
    requestExample: {
      as_of: rosterExample.as_of,
      source: rosterExample.source,
      fingerprint: rosterExample.fingerprint,
    },
    response: { ...response, status: 201, description: 'The roster.' },
    errors: ['invalid_state'],
    handle: (request) => {
      const { actor, body, params } = request;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ database: { query }, now }) =>
          write({
            subject: params.board_id,
            read: {
              board: one(selectBoard(query, params.board_id)),
              open: one(selectOpenRoster(query, params.board_id)),
            },
            decide: ({ board, open }) => {
              if (!board) throw notFound();
              if (open && open.fingerprint !== body.fingerprint)
                throw new Problem(
                  'invalid_state',
                  `The roster ${open.id} of another file is open: complete it first.`,
                  {
                    state: 'open',
                    allowed_moves: ['complete'],
                  },
                );
              const id = open?.id ?? newId('roster');
              const row = {
                ...body,
                id,
                board_id: board.id,
                created_by_key_id: actor.key_id,
                created_at: now,
              };
              return decision({
                writes: { roster: open ? undefined : one(insertRoster(query, row)) },
                resourceId: id,
                practiceId: null,
                resultOf: ({ roster }) => (open ?? roster) as RosterRow,
              });
            },
          }),
        show,
        replay: (id) => readRoster(request, id),
      });
    },
  }),
  operation({
    id: 'listRosters',
    method: 'GET',
    path: '/v1/boards/{board_id}/rosters',
    tag,
    summary: 'List a board’s rosters',
    scope,
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of rosters, newest first.',
      schema: page(RosterSchema),
      example: { data: [rosterExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database } = request.exchange;
      const pager = await pagerOf(request, ['string']);
      const { board, rows } = await database.read({
        board: one(selectBoard(database.query, request.params.board_id)),
        rows: many(
          selectRosters(database.query, request.params.board_id, pager.after?.[0] ?? '~', pager.rowsMax),
        ),
      });
      if (!board) throw notFound();
      return { status: 200, body: await pager.show(rows, presentRoster, (row) => [row.id]) };
    },
  }),
  operation({
    id: 'getRoster',
    method: 'GET',
    path: '/v1/rosters/{roster_id}',
    tag,
    summary: 'Read a roster',
    scope,
    response,
    handle: (request) => readRoster(request, request.params.roster_id),
  }),
  operation({
    id: 'addRosterLines',
    method: 'POST',
    path: '/v1/rosters/{roster_id}/lines',
    tag,
    summary: 'Add lines to a roster',
    description: `At most ${LINES_PER_PART_MAX} at once. Sent again they are the same, so that a part whose answer was lost is simply repeated. Of two lines with one number the later one counts. \`npm run roster\` sends a whole file so.`,
    scope,
    body: RosterPartSchema,
    requestExample: {
      lines: [
        {
          line: 1,
          number: 'LIMHP-1234',
          name: 'Alder, Jordan Q.',
          status: 'active',
          expires_on: '2027-09-01',
        },
      ],
    },
    response: {
      status: 200,
      description: 'What became of them.',
      schema: RosterPartAnswerSchema,
      example: { roster_id: rosterExample.id, accepted: 1, rejected: [], last_line: 1 },
    },
    errors: ['invalid_state'],
    handle: (request) => {
      const { params } = request;
      const { lines, rejected } = sift(request.body.lines);
      return answerOnce(request, {
        status: 200,
        writeAt: ({ database: { query } }) =>
          write({
            subject: params.roster_id,
            read: { row: one(selectRoster(query, params.roster_id)) },
            decide: ({ row }) => {
              if (!row) throw notFound();
              if (row.completed_at !== null) throw isClosed(row);
              const last = Math.max(
                0,
                ...lines.map(({ line }) => line),
                ...rejected.map(({ line }) => line ?? 0),
              );
              return decision({
                writes: { lines: putLines(query, row, lines), roster: one(noteLines(query, row.id, last)) },
                resourceId: row.id,
                practiceId: null,
                resultOf: ({ roster }) => ({
                  roster_id: row.id,
                  accepted: lines.length,
                  rejected,
                  last_line: roster?.last_line ?? last,
                }),
              });
            },
          }),
        show: (body) => ({ body }),
        replay: async (id) => {
          const { row } = await request.exchange.database.read({
            row: one(selectRoster(request.exchange.database.query, id)),
          });
          if (!row) throw notFound();
          return { body: { roster_id: id, accepted: lines.length, rejected, last_line: row.last_line } };
        },
      });
    },
  }),
  operation({
    id: 'completeRoster',
    method: 'POST',
    path: '/v1/rosters/{roster_id}/complete',
    tag,
    summary: 'Complete a roster',
    description:
      'From now on it is the one that counts. Within minutes all credentials of the board are compared with it: those that agree are verified, what disagrees waits for you (`GET /v1/verification-cases`), and what it lists as lapsed or disciplined, or no longer lists, is suspended or waits, as the board’s settings say.',
    scope,
    response: { ...response, description: 'The complete roster.' },
    errors: ['invalid_state'],
    handle: (request) => {
      const { params } = request;
      return answerOnce(request, {
        status: 200,
        writeAt: ({ database: { query }, now }) =>
          write({
            subject: params.roster_id,
            read: { row: one(selectRoster(query, params.roster_id)) },
            decide: async ({ row }) => {
              if (!row) throw notFound();
              if (row.completed_at !== null) throw isClosed(row);
              return decision({
                writes: {
                  roster: one(completeRoster(query, row.id, now)),
                  board: nameRoster(query, row, now),
                  due: matchBoard(query, row.board_id, now),
                },
                resourceId: row.id,
                practiceId: null,
                resultOf: ({ roster }) => (roster ?? row) as RosterRow,
              });
            },
          }),
        show,
        replay: (id) => readRoster(request, id),
      });
    },
  }),
];
