/** What waits for the operator: credentials of which a roster says something else than was claimed. */
import * as v from 'valibot';
import { oneOf, timeOut, toTime } from '../../http/fields.ts';
import { operation } from '../../http/operation.ts';
import { page, pageQuery, pagerOf } from '../../http/pagination.ts';
import { many, one } from '../../platform/db/plan.ts';
import { CASE_KINDS } from '../../platform/db/schema.ts';
import { notFound } from '../../platform/problem.ts';
import { selectCredential, selectDecisions } from '../credentials.repository.ts';
import { resolveCase } from './cases.commands.ts';
import { countWaitingCases, selectWaitingCases } from './cases.repository.ts';
import {
  CaseCountsSchema,
  CaseSchema,
  caseCountsExample,
  caseExample,
  presentCase,
  presentCounts,
  ResolutionSchema,
} from './cases.schemas.ts';

const tag = 'Operator: rosters';
const scope = 'operator' as const;

/** A decision on a credential, as it was made. @schema CredentialDecision */
export const DecisionSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** What was decided; `queued`: it was left to the operator. */
  decision: v.picklist([
    /** It counts since then. */
    'verified',
    /** It does not count. */
    'rejected',
    /** It does not count until somebody decides anew. */
    'suspended',
    /** The operator was asked. */
    'queued',
  ]),
  /** The operator’s key or the roster by which it was made. */
  decided_by: v.string(),
  /** Where was looked. */
  source: v.nullable(v.string()),
  /** What was found there, such as the line of the roster. */
  evidence: v.looseObject({}),
  /** When. */
  decided_at: timeOut,
});

export const caseOperations = [
  operation({
    id: 'listVerificationCases',
    method: 'GET',
    path: '/v1/verification-cases',
    tag,
    summary: 'List the credentials that wait for you',
    description: 'Those that wait, the oldest first, each with what was claimed beside what is listed.',
    scope,
    query: v.strictObject({
      ...pageQuery,
      /** Only those that wait for this reason. */
      kind: v.optional(oneOf(CASE_KINDS)),
    }),
    response: {
      status: 200,
      description: 'A page of cases.',
      schema: page(CaseSchema),
      example: { data: [caseExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database } = request.exchange;
      const pager = await pagerOf(request, ['string']);
      const { rows } = await database.read({
        rows: many(
          selectWaitingCases(database.query, request.query.kind, pager.after?.[0] ?? '', pager.rowsMax),
        ),
      });
      return { status: 200, body: await pager.show(rows, presentCase, (row) => [row.id]) };
    },
  }),
  operation({
    id: 'countVerificationCases',
    method: 'GET',
    path: '/v1/verification-cases/counts',
    tag,
    summary: 'Count the credentials that wait for you',
    description: 'By the reason for which they wait; at most 10,000 are counted.',
    scope,
    response: {
      status: 200,
      description: 'How many wait.',
      schema: CaseCountsSchema,
      example: caseCountsExample,
    },
    handle: async ({ exchange: { database } }) => {
      const { rows } = await database.read({ rows: many(countWaitingCases(database.query)) });
      return { status: 200, body: presentCounts(rows) };
    },
  }),
  operation({
    id: 'resolveVerificationCase',
    method: 'POST',
    path: '/v1/verification-cases/{verification_case_id}/resolve',
    tag,
    summary: 'Decide on a credential that waits',
    description: 'The practice is told of what changes by an event; your reason stands with the decision.',
    scope,
    body: ResolutionSchema,
    requestExample: { resolution: 'verified', reason: 'The board confirmed by telephone that J. is Jordan.' },
    response: {
      status: 200,
      description: 'The case.',
      schema: CaseSchema,
      example: { ...caseExample, resolved_at: '2026-10-02T09:00:00.000Z', resolution: 'verified' },
    },
    errors: ['invalid_state'],
    handle: (request) => resolveCase(request, request.params.verification_case_id, request.body),
  }),
  operation({
    id: 'listCredentialDecisions',
    method: 'GET',
    path: '/v1/credentials/{credential_id}/decisions',
    tag: 'Operator: credentials',
    summary: 'List the decisions on a credential',
    description:
      'Who decided what, when, by which source and on which evidence; the newest first. None is ever changed.',
    scope,
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of decisions.',
      schema: page(DecisionSchema),
      example: {
        data: [
          {
            id: 'cdn_01k8vazz5qfm4sgv0c9p6h2x7t',
            decision: 'verified',
            decided_by: caseExample.roster_id,
            source: 'The board’s file of 1 October 2026, 2026-10-01',
            evidence: { roster_id: caseExample.roster_id, listed: { name: 'Alder, Jordan Q.', line: 17 } },
            decided_at: '2026-10-01T09:00:00.000Z',
          },
        ],
        next_cursor: null,
      },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database } = request.exchange;
      const id = request.params.credential_id;
      const pager = await pagerOf(request, ['string']);
      const { row, rows } = await database.read({
        row: one(selectCredential(database.query, id)),
        rows: many(selectDecisions(database.query, id, pager.after?.[0] ?? '~', pager.rowsMax)),
      });
      if (!row) throw notFound();
      return {
        status: 200,
        body: await pager.show(
          rows,
          ({ credential_id: _credential, decided_at, ...shown }) => ({
            ...shown,
            decided_at: toTime(decided_at),
          }),
          (one) => [one.id],
        ),
      };
    },
  }),
];
