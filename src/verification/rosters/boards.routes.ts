/** Boards, whose rosters verify credentials. */
import * as v from 'valibot';
import { answerOnce } from '../../http/once.ts';
import { type OperationRequest, operation, type Reply } from '../../http/operation.ts';
import { page, pageQuery, pagerOf } from '../../http/pagination.ts';
import { decision, write } from '../../ledger/commit.ts';
import { requireVersion, toETag } from '../../ledger/versions.ts';
import { newId } from '../../platform/db/ids.ts';
import { many, one } from '../../platform/db/plan.ts';
import { notFound, Problem } from '../../platform/problem.ts';
import {
  type BoardRow,
  insertBoard,
  selectBoard,
  selectBoardByName,
  selectBoards,
  updateBoard,
} from './rosters.repository.ts';
import {
  BoardChangeSchema,
  BoardSchema,
  boardExample,
  NewBoardSchema,
  presentBoard,
} from './rosters.schemas.ts';

const tag = 'Operator: rosters';
const scope = 'operator' as const;
const response = {
  status: 200 as const,
  description: 'The board.',
  schema: BoardSchema,
  example: boardExample,
};

const show = (row: BoardRow) => ({ body: presentBoard(row), headers: { ETag: toETag(row.version) } });

async function readBoard({ exchange }: OperationRequest<unknown, unknown>, id: string): Promise<Reply> {
  const { row } = await exchange.database.read({ row: one(selectBoard(exchange.database.query, id)) });
  if (!row) throw notFound();
  return { status: 200, ...show(row) };
}

export const boardOperations = [
  operation({
    id: 'createBoard',
    method: 'POST',
    path: '/v1/boards',
    tag,
    summary: 'Add a board',
    description:
      'Make it before its credentials are handed in: those whose `issuer` and `jurisdiction` are its own, or that name it, are compared with its rosters.',
    scope,
    body: NewBoardSchema,
    requestExample: {
      name: boardExample.name,
      jurisdiction: boardExample.jurisdiction,
      title: boardExample.title,
      when_unlisted: 'queue',
    },
    response: { ...response, status: 201, location: '/v1/boards/{id}', description: 'The new board.' },
    errors: ['conflict'],
    handle: (request) => {
      const { body } = request;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ database: { query }, now }) =>
          write({
            subject: `${body.name} ${body.jurisdiction}`,
            read: { known: one(selectBoardByName(query, body.name, body.jurisdiction)) },
            decide: ({ known }) => {
              if (known) throw new Problem('conflict', `There is such a board: ${known.id}.`);
              const id = newId('board');
              return decision({
                writes: { board: one(insertBoard(query, { ...body, id, created_at: now, updated_at: now })) },
                resourceId: id,
                practiceId: null,
                resultOf: ({ board }) => board as BoardRow,
              });
            },
          }),
        show,
        replay: (id) => readBoard(request, id),
      });
    },
  }),
  operation({
    id: 'listBoards',
    method: 'GET',
    path: '/v1/boards',
    tag,
    summary: 'List the boards',
    scope,
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of boards, oldest first.',
      schema: page(BoardSchema),
      example: { data: [boardExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database } = request.exchange;
      const pager = await pagerOf(request, ['string']);
      const { rows } = await database.read({
        rows: many(selectBoards(database.query, pager.after?.[0] ?? '', pager.rowsMax)),
      });
      return { status: 200, body: await pager.show(rows, presentBoard, (row) => [row.id]) };
    },
  }),
  operation({
    id: 'getBoard',
    method: 'GET',
    path: '/v1/boards/{board_id}',
    tag,
    summary: 'Read a board',
    scope,
    response,
    handle: (request) => readBoard(request, request.params.board_id),
  }),
  operation({
    id: 'updateBoard',
    method: 'PATCH',
    path: '/v1/boards/{board_id}',
    tag,
    summary: 'Change what a board’s rosters do',
    description: 'Counts for what is compared from now on.',
    scope,
    conditional: true,
    body: BoardChangeSchema,
    requestExample: { when_unlisted: 'suspend' },
    response,
    handle: (request) => {
      const { body, ifMatch, params } = request;
      return answerOnce(request, {
        status: 200,
        writeAt: ({ database: { query }, now }) =>
          write({
            subject: params.board_id,
            read: { row: one(selectBoard(query, params.board_id)) },
            decide: ({ row }) => {
              if (!row) throw notFound();
              requireVersion(ifMatch, row.version);
              const change = { ...(body as Partial<BoardRow>), updated_at: now };
              return decision({
                writes: { board: one(updateBoard(query, row.id, row.version, change)) },
                resourceId: row.id,
                practiceId: null,
                resultOf: ({ board }) => board as BoardRow,
              });
            },
          }),
        show,
      });
    },
  }),
];
