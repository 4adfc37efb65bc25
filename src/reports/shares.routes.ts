/** Links to a month's report, for people with only a browser. */
import * as v from 'valibot';
import { answerOnce } from '../http/once.ts';
import { operation, type PracticeRequest } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { decision, write } from '../ledger/commit.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { DAY_MS } from '../platform/durations.ts';
import { invalidInput, notFound } from '../platform/problem.ts';
import { currentMonth } from './months.ts';
import { insertShare, revokeShare, type ShareRow, selectShare, selectShares } from './shares.repository.ts';
import { NewShareSchema, presentShare, ShareSchema, shareExample } from './shares.schemas.ts';
import { shareUrl } from './shares.ts';

const show = async (row: ShareRow, { exchange }: Pick<PracticeRequest, 'exchange'>) =>
  presentShare(row, await shareUrl(row, exchange));

export const shareOperations = [
  operation({
    id: 'createReportShare',
    method: 'POST',
    path: '/v1/reports/shares',
    tag: 'Reports',
    summary: 'Make a link to the report of a month',
    description:
      'For a person with only a browser: a page with the month’s figures, the month before, and the twelve months up to it, in English and Spanish, as they are when it is opened. While the month runs, and during the one after it, also what you may want to do next (see `insights` of the report). The link is good for this practice and this month alone. It ends by itself, with the key that made it, and when you revoke it.',
    scope: 'reports:read',
    whenSuspended: 'opens',
    body: NewShareSchema,
    requestExample: { month: '2026-10', valid_days: 30 },
    response: { status: 201, description: 'The link.', schema: ShareSchema, example: shareExample },
    handle: async (request) => {
      const { exchange, actor, body } = request;
      const { query } = exchange.database;
      const { practice_id, time_zone, key_id } = actor;
      if (body.month > currentMonth(time_zone, exchange.now))
        throw invalidInput([{ pointer: '/month', detail: 'must not lie in the future' }]);
      return answerOnce(request, {
        status: 201,
        writeAt: ({ now }) =>
          write({
            read: {},
            decide: () => {
              const row: ShareRow = {
                id: newId('report_share'),
                practice_id,
                month: body.month,
                time_zone,
                created_by_key_id: key_id,
                created_at: now,
                expires_at: now + body.valid_days * DAY_MS,
                revoked_at: null,
              };
              return decision({
                writes: [insertShare(query, row)],
                resourceId: row.id,
                resultOf: () => row,
              });
            },
          }),
        show: async (row) => ({ body: await show(row, request) }),
        replay: async (id) => {
          const { row } = await exchange.database.read({ row: one(selectShare(query, practice_id, id)) });
          if (!row) throw notFound();
          return { body: await show(row, request) };
        },
      });
    },
  }),
  operation({
    id: 'listReportShares',
    method: 'GET',
    path: '/v1/reports/shares',
    tag: 'Reports',
    summary: 'List the links to your reports',
    description: 'Oldest first, with those that have ended or were revoked.',
    scope: 'reports:read',
    whenSuspended: 'reads',
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of links.',
      schema: page(ShareSchema),
      example: { data: [shareExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor } = request;
      const { database } = exchange;
      const pager = await pagerOf(request, ['string']);
      const [rows] = await database.batch([
        selectShares(database.query, actor.practice_id, pager.after?.[0] ?? '', pager.rowsMax),
      ]);
      const urls = new Map(
        await Promise.all(rows.map(async (row) => [row.id, await shareUrl(row, exchange)] as const)),
      );
      return {
        status: 200,
        body: await pager.show(
          rows,
          (row) => presentShare(row, urls.get(row.id) ?? ''),
          ({ id }) => [id],
        ),
      };
    },
  }),
  operation({
    id: 'revokeReportShare',
    method: 'DELETE',
    path: '/v1/reports/shares/{report_share_id}',
    tag: 'Reports',
    summary: 'Revoke a link to a report',
    description: 'It stops working at once. Revoking it again changes nothing.',
    scope: 'reports:read',
    whenSuspended: 'closes',
    response: { status: 204, description: 'The link is revoked.' },
    handle: (request) => {
      const { exchange, actor, params } = request;
      const { query } = exchange.database;
      const shareId = params.report_share_id;
      return answerOnce(request, {
        status: 204,
        writeAt: ({ now }) =>
          write({
            read: { row: one(selectShare(query, actor.practice_id, shareId)) },
            decide: ({ row }) => {
              if (!row) throw notFound();
              return decision({
                writes: row.revoked_at === null ? [revokeShare(query, shareId, now)] : [],
                resourceId: shareId,
                resultOf: () => null,
              });
            },
          }),
        show: () => ({ body: null }),
      });
    },
  }),
];
