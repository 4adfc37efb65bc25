/** The network's month, for the operator. */
import * as v from 'valibot';
import { oneOf } from '../../http/fields.ts';
import { operation } from '../../http/operation.ts';
import { one } from '../../platform/db/plan.ts';
import { Problem } from '../../platform/problem.ts';
import { monthInput } from '../reports.schemas.ts';
import { toNetworkCsv } from './network.csv.ts';
import { selectCountedMonth } from './network.repository.ts';
import { NetworkReportSchema, networkExample } from './network.schemas.ts';
import { toNetworkReport } from './report.ts';

export const networkOperations = [
  operation({
    id: 'getNetworkReport',
    method: 'GET',
    path: '/v1/reports/network',
    tag: 'Operator: network',
    summary: 'Read a month of the whole network',
    description:
      'Of a calendar month by UTC that is over: counted once, from a week after its end on, and then as it is. Every count is rounded down to a multiple of five, and null below five; a sum is rounded from what was counted, and so may be more than the sum of its rounded parts. What is not published follows from no other figure and from no other month: months do not overlap, are not added up here, and every count says no more than which five numbers it lies among. With `format=csv` or `Accept: text/csv` it is a table with a row for each figure.',
    scope: 'operator',
    query: v.strictObject({
      /** The month, `YYYY-MM`; without it the last one that was counted. */
      month: v.optional(monthInput),
      /** `csv`: a table, as with `Accept: text/csv`. */
      format: v.optional(
        oneOf([
          /** Named figures. */
          'json',
          /** A row for each figure. */
          'csv',
        ]),
      ),
    }),
    response: {
      status: 200,
      description: 'The month.',
      schema: NetworkReportSchema,
      example: networkExample,
      csvExample: () => toNetworkCsv(networkExample).body as string,
    },
    errors: ['not_found'],
    handle: async ({ exchange: { database }, query, accepts }) => {
      const { row } = await database.read({
        row: one(selectCountedMonth(database.query, query.month ?? null)),
      });
      if (!row)
        throw new Problem(
          'not_found',
          `${query.month ?? 'No month'} is not counted: a month is from a week after its end on, some practices a minute.`,
        );
      const report = toNetworkReport(row);
      const csv = query.format === 'csv' || (query.format === undefined && accepts === 'text/csv');
      return csv ? toNetworkCsv(report) : { status: 200, body: report };
    },
  }),
];
