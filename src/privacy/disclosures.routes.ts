/** The log of what left to the receiver. Nothing of the API changes it. */
import * as v from 'valibot';
import { CATEGORIES } from '../consents/consents.schemas.ts';
import { csvReply } from '../http/csv.ts';
import { oneOf, timeOut, toTime } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { selectReferral } from '../referrals/referrals.repository.ts';
import { type DisclosureRow, selectShownDisclosures } from './disclosures.repository.ts';
import { requireParty } from './parties.ts';
import { disclosureExample } from './privacy.examples.ts';

const CSV_ROWS_MAX = 10_000;
const COLUMNS = ['id', 'disclosed_at', 'practice_id', 'way', 'categories', 'consent_id', 'key_id'] as const;

/** What may leave to a receiver. @schema LoggedCategory */
const DISCLOSED_CATEGORIES = [
  ...CATEGORIES,
  /** What the sender answered and wrote to the receiver. */
  'messages',
  /** The sender’s part of the action plan. */
  'plan',
] as const;

/** One occasion on which client data left to the receiver. @schema Disclosure */
export const DisclosureSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** When. */
  disclosed_at: timeOut,
  /** To whom. */
  practice_id: v.string(),
  /** How: `api`, `webhook` or `page`. */
  way: v.string(),
  /** What. */
  categories: v.array(v.picklist(DISCLOSED_CATEGORIES)),
  /** The consent that allowed it. */
  consent_id: v.string(),
  /** The API key that asked. */
  key_id: v.string(),
});

export const presentDisclosure = (row: DisclosureRow): v.InferOutput<typeof DisclosureSchema> => ({
  id: row.id,
  disclosed_at: toTime(row.disclosed_at),
  practice_id: row.practice_id,
  way: row.way,
  categories: row.categories as v.InferOutput<typeof DisclosureSchema>['categories'],
  consent_id: row.consent_id,
  key_id: row.key_id,
});

function toCells(row: DisclosureRow): string[] {
  const shown = presentDisclosure(row);
  return COLUMNS.map((column) => (column === 'categories' ? shown.categories.join(' ') : shown[column]));
}

export const disclosureOperations = [
  operation({
    id: 'listDisclosures',
    method: 'GET',
    path: '/v1/referrals/{referral_id}/disclosures',
    tag: 'Privacy',
    summary: 'List what was disclosed of a referral',
    description: `For both sides, newest first: when which categories of the client’s data left to the receiver, by which way and under which consent. With \`format=csv\` or \`Accept: text/csv\` the newest ${CSV_ROWS_MAX} as one table. Where the consent lets no news reach the sender, its log ends with the acceptance.`,
    scope: 'referrals:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      ...pageQuery,
      /** `csv`: one table, as with `Accept: text/csv`. */
      format: v.optional(
        oneOf([
          /** A page of the list. */
          'json',
          /** A table. */
          'csv',
        ]),
      ),
    }),
    response: {
      status: 200,
      description: 'A page of disclosures.',
      schema: page(DisclosureSchema),
      example: { data: [disclosureExample], next_cursor: null },
      csvExample: () =>
        `${COLUMNS.join(',')}\r\n${Object.values({ ...disclosureExample, categories: 'identity contact reason' }).join(',')}\r\n`,
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor, params, query, accepts } = request;
      const { database, now } = exchange;
      const referralId = params.referral_id;
      const csv = query.format === 'csv' || (query.format === undefined && accepts === 'text/csv');
      const pager = await pagerOf(request, ['number', 'number']);
      const limit = csv ? CSV_ROWS_MAX : pager.rowsMax;
      const [[row], rows] = await database.batch([
        selectReferral(database.query, referralId),
        selectShownDisclosures(
          database.query,
          referralId,
          { practiceId: actor.practice_id },
          now,
          limit,
          csv ? undefined : (pager.after ?? undefined),
        ),
      ]);
      requireParty(row, actor.practice_id);
      return csv
        ? csvReply(`disclosures-${referralId}.csv`, COLUMNS, rows.map(toCells))
        : {
            status: 200,
            body: await pager.show(rows, presentDisclosure, ({ disclosed_at, number }) => [
              disclosed_at,
              number,
            ]),
          };
    },
  }),
];
