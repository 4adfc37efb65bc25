/** The reciprocity report. */
import * as v from 'valibot';
import { flagInQuery, id, oneOf } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { pageQuery, pagerOf } from '../http/pagination.ts';
import { invalidInput, notFound } from '../platform/problem.ts';
import { keepMonths } from './keeping.ts';
import { countMonths, currentMonth } from './months.ts';
import { toCsv } from './report.csv.ts';
import { buildReport, type Report, readReport } from './report.ts';
import { monthInput, ReciprocityReportSchema, reportExample } from './reports.schemas.ts';

const HISTORY_MONTHS = 6;
const MONTHS_MAX = 24;

interface AskedMonths {
  readonly month?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** @throws Problem 422 where the months are not one, or not one range, that has begun */
function requireMonths({ month, from, to }: AskedMonths, now: string): { from: string; to: string } {
  const refuse = (pointer: keyof AskedMonths, detail: string) => invalidInput([{ pointer, detail }]);
  if (month !== undefined) {
    if (from !== undefined || to !== undefined)
      throw refuse('month', 'stands alone, or give `from` and `to`');
    if (month > now) throw refuse('month', 'must not lie in the future');
    return { from: month, to: month };
  }
  if (from === undefined && to === undefined) throw refuse('month', 'is required, or `from` and `to`');
  if (from === undefined) throw refuse('from', 'is required beside `to`');
  if (to === undefined) throw refuse('to', 'is required beside `from`');
  if (to > now) throw refuse('to', 'must not lie in the future');
  const count = countMonths(from, to);
  if (count < 1) throw refuse('to', 'must not be before `from`');
  if (count > MONTHS_MAX) throw refuse('to', `must make at most ${MONTHS_MAX} months with \`from\``);
  return { from, to };
}

export const reportOperations = [
  operation({
    id: 'getReciprocityReport',
    method: 'GET',
    path: '/v1/reports/reciprocity',
    tag: 'Reports',
    summary: 'Read the reciprocity report of a month',
    description: `Counts the referrals that were first sent in \`month\`, or in the months \`from\` to \`to\` (at most ${MONTHS_MAX}, with their \`trend\`), in your own time zone. Every rate has its numerator and denominator; an empty denominator gives null. \`partner_id\` narrows it to one partner, \`compare=true\` adds the month before, \`history=true\` the last ${HISTORY_MONTHS} completed months, \`insights=true\` what you may want to do next, as it stands now. With \`format=csv\` or \`Accept: text/csv\` it is one table: a row of totals, then one for each partner, on one page, then one for each month of the trend; columns are named after the paths of the figures. A report thanks: it is no debt, and ranks nobody.`,
    scope: 'reports:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      ...pageQuery,
      /** The month, `YYYY-MM`; not in the future. In its place `from` and `to` ask for several. */
      month: v.optional(monthInput),
      /** The first of several months, `YYYY-MM`. */
      from: v.optional(monthInput),
      /** The last of several months, `YYYY-MM`; not in the future. */
      to: v.optional(monthInput),
      /** Only what went to and came from this partner. */
      partner_id: v.optional(id('practice')),
      /** `true`: also the month before, where one month is asked for. */
      compare: v.optional(flagInQuery, 'false'),
      /** `true`: also the last six completed months. */
      history: v.optional(flagInQuery, 'false'),
      /** `true`: also whom to thank and to get in touch with, what waits on you, what ends soon. Not in a table. */
      insights: v.optional(flagInQuery, 'false'),
      /** `csv`: one table, as with `Accept: text/csv`. */
      format: v.optional(
        oneOf([
          /** The report with a page of its partners. */
          'json',
          /** A table of all partners. */
          'csv',
        ]),
      ),
    }),
    response: {
      status: 200,
      description: 'The report.',
      schema: ReciprocityReportSchema,
      example: reportExample,
      csvExample: () => toCsv(reportExample as unknown as Report).body as string,
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor, query, accepts } = request;
      const { database, now, defer } = exchange;
      const { practice_id: practiceId, time_zone } = actor;
      const csv = query.format === 'csv' || (query.format === undefined && accepts === 'text/csv');
      if (csv && query.insights)
        throw invalidInput([{ pointer: 'insights', detail: 'have no place in a table' }]);
      const pager = await pagerOf(request, ['string', 'string']);
      const wanted = {
        practiceId,
        partnerId: query.partner_id,
        ...requireMonths(query, currentMonth(time_zone, now)),
        compare: query.compare,
        ...(query.history ? { historyMonths: HISTORY_MONTHS } : {}),
        insights: query.insights,
      };
      const found = await readReport(database, wanted, time_zone, now);
      if (!found) throw notFound();
      if (found.unkept.length > 0) defer(() => keepMonths(database.apart(), practiceId, found.unkept, now));
      const report = buildReport(found, now);
      if (csv) return toCsv(report);
      const [afterName, afterId] = pager.after ?? [];
      const partners = report.partners.filter(
        ({ name, practice_id }) =>
          afterName === undefined ||
          afterId === undefined ||
          name > afterName ||
          (name === afterName && practice_id > afterId),
      );
      const page = await pager.show(
        partners,
        (partner) => partner,
        ({ name, practice_id }) => [name, practice_id],
      );
      return { status: 200, body: { ...report, partners: page.data, next_cursor: page.next_cursor } };
    },
  }),
];
