/** The directory for other directories: read-only Open Referral HSDS 3.1, under `/v1/directory/hsds`. */
import * as v from 'valibot';
import { type OperationRequest, operation, type Reply } from '../../http/operation.ts';
import { idOfUuid } from '../../platform/db/ids.ts';
import { many, one } from '../../platform/db/plan.ts';
import { notFound } from '../../platform/problem.ts';
import { lastDayAnywhere } from '../../verification/expiry.ts';
import {
  baseExample,
  organizationExample,
  organizationItemExample,
  serviceExample,
  serviceItemExample,
  taxonomyExample,
  taxonomyTermExample,
} from './hsds.examples.ts';
import {
  type Counted,
  countPublished,
  type PublishedRow,
  selectPublished,
  selectPublishedBetween,
  selectServiceTerms,
} from './hsds.repository.ts';
import {
  fullQuery,
  HsdsBaseSchema,
  HsdsOrganizationSchema,
  HsdsServiceSchema,
  HsdsTaxonomySchema,
  HsdsTaxonomyTermSchema,
  hsdsPage,
  hsdsPageQuery,
} from './hsds.schemas.ts';
import {
  capacityTerms,
  offersOf,
  serviceIdOf,
  taxonomies,
  termOf,
  toOrganization,
  toPage,
  toService,
} from './hsds.view.ts';
import { practicesOf } from './identifiers.ts';

const shared = {
  method: 'GET',
  tag: 'Directory',
  scope: 'directory:read',
  readsCopies: true,
  whenSuspended: 'reads',
} as const;
const pageQuery = v.strictObject(hsdsPageQuery);
const listQuery = v.strictObject({ ...hsdsPageQuery, ...fullQuery });

type PageQuery = v.InferOutput<typeof pageQuery>;

const showPage = <T>(query: PageQuery, total: number, contents: readonly (T | null)[]): Reply => ({
  status: 200,
  body: toPage(
    total,
    query,
    contents.filter((one) => one !== null),
  ),
});

async function readPage(
  { exchange: { database, now }, query }: Pick<OperationRequest<PageQuery>, 'exchange' | 'query'>,
  counted: Counted,
) {
  const place = { offset: (query.page - 1) * query.per_page, limit: query.per_page };
  const { total, rows } = await database.read({
    total: one(countPublished(database.query)),
    rows: many(selectPublished(database.query, counted, place, lastDayAnywhere(now))),
  });
  return { total: total?.[counted] ?? 0, rows, ...place };
}

/** The practice that the UUID belongs to, by what it shows. */
async function findPublished<T>(
  { exchange: { database, now } }: Pick<OperationRequest, 'exchange'>,
  { lowest, highest }: { readonly lowest: string; readonly highest: string },
  show: (row: PublishedRow) => T | null,
): Promise<Reply> {
  const { rows } = await database.read({
    rows: many(selectPublishedBetween(database.query, lowest, highest, lastDayAnywhere(now))),
  });
  for (const row of rows) {
    const body = show(row);
    if (body !== null) return { status: 200, body };
  }
  throw notFound();
}

const pageOf = (example: unknown) => toPage(1, { page: 1, per_page: 25 }, [example]);

export const hsdsOperations = [
  operation({
    ...shared,
    id: 'getHsds',
    path: '/v1/directory/hsds',
    isBase: true,
    summary: 'Take the directory over as HSDS',
    description:
      'The directory as read-only Open Referral HSDS 3.1, for other directories: base address of that API. In it are practices that are listed, offer something and have somebody whose credential is verified, with what the directory shows of them to everybody: no mail address, no telephone. A directory that takes it over has a key with the scope `directory:read` alone.',
    response: {
      status: 200,
      description: 'What this API is.',
      schema: HsdsBaseSchema,
      example: baseExample,
    },
    handle: async ({ exchange: { settings } }) => ({
      status: 200,
      body: {
        ...baseExample,
        openapi_url: `${settings.publicOrigin}/openapi.json`,
        publisher: { name: settings.operator.name, email: settings.operator.email },
      },
    }),
  }),
  operation({
    ...shared,
    id: 'listHsdsServices',
    path: '/v1/directory/hsds/services',
    summary: 'List services as HSDS',
    description:
      'Each service and assessment of each practice, in the order of the directory. While practices join or leave, what follows moves to other pages. A practice whose credential has just ended may be counted for a minute more.',
    query: listQuery,
    response: {
      status: 200,
      description: 'A page of services.',
      schema: hsdsPage(HsdsServiceSchema),
      example: () => pageOf(serviceItemExample()),
    },
    handle: async (request) => {
      const { total, rows, offset, limit } = await readPage(request, 'services');
      const contents = rows.flatMap((row) => {
        const first = Math.max(0, offset - row.before);
        return offersOf(row)
          .slice(first, offset + limit - row.before)
          .map((offer) => toService(row, offer, request.query.full, request.exchange.now));
      });
      return showPage(request.query, total, contents);
    },
  }),
  operation({
    ...shared,
    id: 'getHsdsService',
    path: '/v1/directory/hsds/services/{service_uuid}',
    summary: 'Read a service as HSDS',
    response: {
      status: 200,
      description: 'The service.',
      schema: HsdsServiceSchema,
      example: serviceExample,
    },
    handle: (request) => {
      const id = request.params.service_uuid.toLowerCase();
      return findPublished(request, practicesOf(id), (row) => {
        const offer = offersOf(row).find((one) => serviceIdOf(row, one) === id);
        return offer === undefined ? null : toService(row, offer, true, request.exchange.now);
      });
    },
  }),
  operation({
    ...shared,
    id: 'listHsdsOrganizations',
    path: '/v1/directory/hsds/organizations',
    summary: 'List practices as organizations of HSDS',
    description: 'In the order of the directory.',
    query: listQuery,
    response: {
      status: 200,
      description: 'A page of organizations.',
      schema: hsdsPage(HsdsOrganizationSchema),
      example: () => pageOf(organizationItemExample()),
    },
    handle: async (request) => {
      const { total, rows } = await readPage(request, 'organizations');
      const contents = rows.map((row) => toOrganization(row, request.query.full, request.exchange.now));
      return showPage(request.query, total, contents);
    },
  }),
  operation({
    ...shared,
    id: 'getHsdsOrganization',
    path: '/v1/directory/hsds/organizations/{organization_uuid}',
    summary: 'Read a practice as an organization of HSDS',
    response: {
      status: 200,
      description: 'The organization.',
      schema: HsdsOrganizationSchema,
      example: organizationExample,
    },
    handle: (request) => {
      const id = idOfUuid('practice', request.params.organization_uuid);
      return findPublished(request, { lowest: id, highest: id }, (row) =>
        toOrganization(row, true, request.exchange.now),
      );
    },
  }),
  operation({
    ...shared,
    id: 'listHsdsTaxonomies',
    path: '/v1/directory/hsds/taxonomies',
    summary: 'List the taxonomies of HSDS',
    description: 'Services, assessments and capacity.',
    query: pageQuery,
    response: {
      status: 200,
      description: 'A page of taxonomies.',
      schema: hsdsPage(HsdsTaxonomySchema),
      example: pageOf(taxonomyExample),
    },
    handle: async (request) => {
      const { page, per_page } = request.query;
      const contents = taxonomies.slice((page - 1) * per_page, page * per_page);
      return showPage(request.query, taxonomies.length, contents);
    },
  }),
  operation({
    ...shared,
    id: 'listHsdsTaxonomyTerms',
    path: '/v1/directory/hsds/taxonomy_terms',
    summary: 'List the terms of HSDS',
    description:
      'By which services are found: those of the catalog of the exchange, also what was taken out of it, and the states of capacity.',
    query: pageQuery,
    response: {
      status: 200,
      description: 'A page of terms.',
      schema: hsdsPage(HsdsTaxonomyTermSchema),
      example: () => pageOf(taxonomyTermExample()),
    },
    handle: async (request) => {
      const { database } = request.exchange;
      const { page, per_page } = request.query;
      const { rows } = await database.read({ rows: many(selectServiceTerms(database.query)) });
      const terms = [
        ...rows.map(({ kind, code, label_en }) =>
          termOf(kind === 'service' ? 'service' : 'assessment', code, label_en),
        ),
        ...capacityTerms,
      ];
      const contents = terms.slice((page - 1) * per_page, page * per_page);
      return showPage(request.query, terms.length, contents);
    },
  }),
];
