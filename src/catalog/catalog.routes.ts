/** The codes that practices use, with what people read for them. */
import * as v from 'valibot';
import { oneOf } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { type OperationRequest, operation, type Reply } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { decision, write } from '../ledger/commit.ts';
import { many, one } from '../platform/db/plan.ts';
import { CATALOG_KINDS } from '../platform/db/schema.ts';
import { notFound } from '../platform/problem.ts';
import { putTerm, selectTerm, selectTerms, type TermRow } from './catalog.repository.ts';
import { CatalogTermInputSchema, CatalogTermSchema, presentTerm, termExample } from './catalog.schemas.ts';

const query = v.strictObject({
  ...pageQuery,
  /** Only terms of this kind. */
  kind: v.optional(oneOf(CATALOG_KINDS)),
});
const list = {
  status: 200 as const,
  description: 'A page of terms, by kind and code.',
  schema: page(CatalogTermSchema),
  example: { data: [termExample], next_cursor: null },
};

async function listTerms(request: OperationRequest<v.InferOutput<typeof query>>): Promise<Reply> {
  const { database } = request.exchange;
  const pager = await pagerOf(request, ['string', 'string']);
  const { rows } = await database.read({
    rows: many(selectTerms(database.query, request.query.kind, pager.after ?? ['', ''], pager.rowsMax)),
  });
  return { status: 200, body: await pager.show(rows, presentTerm, ({ kind, code }) => [kind, code]) };
}

export const catalogOperations = [
  operation({
    id: 'listCatalog',
    method: 'GET',
    path: '/v1/catalog',
    tag: 'Directory',
    summary: 'List the catalog',
    description:
      'Services, professions, assessments, reasons for a referral and languages: the codes that may be used, with labels in English and Spanish, by which the directory finds them too. Another code is refused with 422, which names the nearest ones. `retired` ones are no longer taken where they are new.',
    scope: 'directory:read',
    readsCopies: true,
    whenSuspended: 'reads',
    query,
    response: list,
    errors: ['invalid_cursor'],
    handle: listTerms,
  }),
  operation({
    id: 'listCatalogOfOperator',
    method: 'GET',
    path: '/v1/operator/catalog',
    tag: 'Operator: catalog',
    summary: 'List the catalog',
    scope: 'operator',
    query,
    response: list,
    errors: ['invalid_cursor'],
    handle: listTerms,
  }),
  operation({
    id: 'putCatalogTerm',
    method: 'POST',
    path: '/v1/operator/catalog',
    tag: 'Operator: catalog',
    summary: 'Add a term to the catalog, or change it',
    description:
      'A term of this kind and code takes these labels, what it requires and whether it is `retired`. What a profession requires counts at once, for those who have it too. After another label practices are found by it within minutes.',
    scope: 'operator',
    body: CatalogTermInputSchema,
    requestExample: {
      kind: termExample.kind,
      code: termExample.code,
      labels: termExample.labels,
      requires: termExample.requires,
      also_requires: termExample.also_requires,
    },
    response: { status: 200, description: 'The term.', schema: CatalogTermSchema, example: termExample },
    handle: (request) => {
      const { exchange, body } = request;
      const { kind, code, labels, requires = null, also_requires = null, retired } = body;
      return answerOnce(request, {
        status: 200,
        writeAt: ({ database, now }) =>
          write({
            subject: `${kind} ${code}`,
            read: undefined,
            decide: () =>
              decision({
                writes: {
                  term: one(
                    putTerm(database.query, {
                      kind,
                      code,
                      label_en: labels.en,
                      label_es: labels.es,
                      requires,
                      also_requires,
                      retired,
                      updated_at: now,
                    }),
                  ),
                },
                resourceId: `${kind} ${code}`,
                practiceId: null,
                resultOf: ({ term }) => term as TermRow,
              }),
          }),
        show: (row) => ({ body: presentTerm(row) }),
        replay: async () => {
          const { row } = await exchange.database.read({
            row: one(selectTerm(exchange.database.query, kind, code)),
          });
          if (!row) throw notFound();
          return { body: presentTerm(row) };
        },
      });
    },
  }),
];
