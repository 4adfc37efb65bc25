/** What waits for the operator: credentials of which a roster says something else than was claimed. */
import * as v from 'valibot';
import { oneOf, prose, timeOut, timeOutOrNull, toTime } from '../../http/fields.ts';
import { answerOnce } from '../../http/once.ts';
import { operation } from '../../http/operation.ts';
import { page, pageQuery, pagerOf } from '../../http/pagination.ts';
import { decision, write } from '../../ledger/commit.ts';
import { many, one } from '../../platform/db/plan.ts';
import { CASE_KINDS, CREDENTIAL_STATUSES } from '../../platform/db/schema.ts';
import { notFound, Problem } from '../../platform/problem.ts';
import { selectCredential, selectDecisions } from '../credentials.repository.ts';
import { type CredentialDecision, decisionPlan } from '../decide.ts';
import { hasLapsed } from '../expiry.ts';
import {
  closeCase,
  type ShownCase,
  selectCase,
  selectCredentialOfCase,
  selectWaitingCases,
} from './cases.repository.ts';

const tag = 'Operator: rosters';
const scope = 'operator' as const;

/** What somebody decided of a case. */
const RESOLUTIONS = [
  /** It counts. */
  'verified',
  /** It does not, and did not. */
  'rejected',
  /** It does not for now. */
  'suspended',
  /** Nothing changes. */
  'dismissed',
] as const;

/** A case that waits for the operator. @schema VerificationCase */
export const CaseSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Why it waits. */
  kind: v.picklist(CASE_KINDS),
  /** The credential. */
  credential_id: v.string(),
  /** How that stands. */
  credential_status: v.picklist([
    ...CREDENTIAL_STATUSES,
    /** It was verified, and is suspended. */
    'suspended',
  ]),
  /** The number that was claimed. */
  number: v.string(),
  /** Whose it is. */
  professional_id: v.string(),
  /** The professional’s name. */
  professional_name: v.string(),
  /** The practice. */
  practice_id: v.string(),
  /** The board. */
  board_id: v.nullable(v.string()),
  /** The roster that says something else. */
  roster_id: v.string(),
  /** What was claimed and what is listed; empty where nothing is listed. */
  differences: v.array(
    v.object({
      /** In what they differ. */
      member: v.string(),
      /** What was claimed. */
      claimed: v.nullable(v.string()),
      /** What is listed. */
      listed: v.nullable(v.string()),
    }),
  ),
  /** Since when it waits. */
  created_at: timeOut,
  /** When it was decided; null while it waits. */
  resolved_at: timeOutOrNull,
  /** What was decided; null while it waits. */
  resolution: v.nullable(v.picklist(RESOLUTIONS)),
});

/** A decision on a case. @schema CaseResolution */
export const ResolutionSchema = v.strictObject({
  /** What is decided. */
  resolution: oneOf(RESOLUTIONS),
  /** Why; the practice reads it where the credential is rejected or suspended. At most 500 characters. */
  reason: prose(500),
});

/** A decision on a credential, as it was made. @schema CredentialDecision */
export const DecisionSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** What was decided. */
  decision: v.picklist([
    /** It counts. */
    'verified',
    /** It does not. */
    'rejected',
    /** It counts no longer. */
    'suspended',
    /** It was left to the operator. */
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

const present = (row: ShownCase): v.InferOutput<typeof CaseSchema> => {
  const { suspended_at, credential_status, created_at, resolved_at, differences, ...shown } = row;
  return {
    ...shown,
    credential_status: suspended_at === null ? credential_status : 'suspended',
    differences: [...differences],
    created_at: toTime(created_at),
    resolved_at: toTime(resolved_at),
  };
};

const caseExample = {
  id: 'vcs_01k8vazz5qfm4sgv0c9p6h2x7t',
  kind: 'disagrees',
  credential_id: 'crd_01k8vazz5qfm4sgv0c9p6h2x7t',
  credential_status: 'pending',
  number: 'LIMHP-1234',
  professional_id: 'pro_01k8vazw3efr0b6q7n1d8y5k2j',
  professional_name: 'Jordan Alder',
  practice_id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
  board_id: 'brd_01k8vazz5qfm4sgv0c9p6h2x7t',
  roster_id: 'ros_01k8vazz5qfm4sgv0c9p6h2x7t',
  differences: [{ member: 'name', claimed: 'Jordan Alder', listed: 'Alder, J.' }],
  created_at: '2026-10-01T09:00:00.000Z',
  resolved_at: null,
  resolution: null,
};

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
      return { status: 200, body: await pager.show(rows, present, (row) => [row.id]) };
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
    handle: async (request) => {
      const { actor, body, exchange, params } = request;
      const id = params.verification_case_id;
      const { resolution, reason } = body;
      const { query } = exchange.database;
      const read = async () => {
        const { row } = await exchange.database.read({ row: one(selectCase(query, id)) });
        if (!row) throw notFound();
        return { body: present(row) };
      };
      return answerOnce(request, {
        status: 200,
        writeAt: ({ now }) =>
          write({
            subject: id,
            read: { found: one(selectCase(query, id)), row: one(selectCredentialOfCase(query, id)) },
            decide: ({ found, row }) => {
              if (!found || !row) throw notFound();
              if (found.resolved_at !== null)
                throw new Problem('invalid_state', 'The case is decided.', {
                  state: found.resolution,
                  allowed_moves: [],
                });
              if (resolution === 'verified' && hasLapsed(row, now))
                throw new Problem('invalid_state', `The credential expired on ${row.expires_on}.`, {
                  state: 'lapsed',
                  allowed_moves: ['rejected', 'dismissed'],
                });
              if (resolution === 'suspended' && row.status !== 'verified')
                throw new Problem('invalid_state', 'Only a credential that is verified can be suspended.', {
                  state: row.status,
                  allowed_moves: ['verified', 'rejected', 'dismissed'],
                });
              const by = {
                actor: 'operator',
                id: actor.key_id,
                source: reason,
                evidence: { case_id: id, roster_id: found.roster_id, differences: found.differences },
              } as const;
              const decided: Record<Exclude<typeof resolution, 'dismissed'>, CredentialDecision> = {
                verified: { decision: 'verified', level: 'source_verified', expiresOn: row.expires_on },
                rejected: { decision: 'rejected', reason },
                suspended: { decision: 'suspended', reason },
              };
              return decision({
                writes:
                  resolution === 'dismissed'
                    ? closeCase(query, row.id, 'dismissed', actor.key_id, now)
                    : decisionPlan(query, row, found.practice_id, decided[resolution], by, now),
                resourceId: id,
                practiceId: found.practice_id,
                resultOf: () => ({ ...found, resolved_at: now, resolution }),
              });
            },
          }),
        show: (row) => ({ body: present(row) }),
        replay: read,
      });
    },
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
