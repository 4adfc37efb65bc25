/** Reads and changes of one practice, used by the operator's operations and by the practice's own. */

import type { WantedCode } from '../catalog/catalog.repository.ts';
import { requireKnown, unknownPlan, wantedCodes } from '../catalog/known.ts';
import { forgetKeysOf } from '../http/authenticate.ts';
import { answerOnce } from '../http/once.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { pagerOf } from '../http/pagination.ts';
import { decision, write } from '../ledger/commit.ts';
import { recordEvent } from '../ledger/outbox.ts';
import { requireVersion, toETag } from '../ledger/versions.ts';
import { many, one, type Plan } from '../platform/db/plan.ts';
import { notFound, Problem } from '../platform/problem.ts';
import { selectHeldCredentials, selectProfessionalById } from '../verification/credentials.repository.ts';
import type { HeldCredential } from '../verification/eligibility.ts';
import { isQualification } from '../verification/professions.ts';
import { saidAt } from './capacity.ts';
import {
  type PracticeRow,
  type ProfessionalRow,
  selectCredentialsOfPage,
  selectPractice,
  selectProfessionals,
  updatePractice,
} from './practices.repository.ts';
import { presentPractice, presentProfessional } from './practices.schemas.ts';
import { addProfessional, professionalPlan } from './professionals.ts';

const reply = (row: PracticeRow, now: number) => ({
  body: presentPractice(row, now),
  headers: { ETag: toETag(row.version) },
});

export async function readPractice(
  { exchange }: OperationRequest<unknown, unknown>,
  practiceId: string,
): Promise<Reply> {
  const { database, now } = exchange;
  const [[row]] = await database.batch([selectPractice(database.query, practiceId)]);
  if (!row) throw notFound();
  return { status: 200, ...reply(row, now) };
}

interface PracticeChange {
  readonly columns: Partial<PracticeRow>;
  /** What is told of it. */
  readonly told?: Plan;
}

/**
 * One change of a practice's row.
 * @param plan throws where the row does not allow it; gets the credentials only where they count
 */
const writePractice = (
  request: OperationRequest<unknown, unknown>,
  practiceId: string,
  plan: (row: PracticeRow, now: number, held: readonly HeldCredential[]) => PracticeChange,
  { doCredentialsCount = false, wanted = [] as readonly WantedCode[] } = {},
): Promise<Reply> => {
  const { query } = request.exchange.database;
  return answerOnce(request, {
    status: 200,
    writeAt: ({ database, now }) =>
      write({
        subject: practiceId,
        read: {
          row: one(selectPractice(query, practiceId)),
          held: doCredentialsCount ? many(selectHeldCredentials(query, practiceId)) : undefined,
          unknown: unknownPlan(database, wanted),
        },
        decide: async ({ row, held, unknown }) => {
          if (!row) throw notFound();
          requireVersion(request.ifMatch, row.version);
          await requireKnown(database, unknown, [...row.services, ...row.assessments, ...row.languages]);
          const { columns, told } = plan(row, now, held ?? []);
          const change = { ...columns, updated_at: now };
          return decision({
            writes: { changed: one(updatePractice(query, practiceId, row.version, change)), told },
            resourceId: practiceId,
            practiceId,
            resultOf: ({ changed }) => reply(changed as PracticeRow, now),
          });
        },
      }),
    show: (shown) => shown,
    replay: (id) => readPractice(request, id),
  });
};

/** What of a profile is taken from the catalog. */
export const codesOfProfile = ({
  services,
  assessments,
  languages,
}: Partial<Pick<Wish, 'services' | 'assessments' | 'languages'>>) =>
  wantedCodes({
    services: ['service', services],
    assessments: ['assessment', assessments],
    languages: ['language', languages],
  });

/** Holds only what is to differ. */
type Wish = { [K in keyof PracticeRow]?: PracticeRow[K] | undefined };

const toColumns = (change: Wish, now: number): Partial<PracticeRow> => ({
  ...(change as Partial<PracticeRow>),
  ...(change.capacity === undefined ? {} : saidAt(now)),
});

/** It is called so from now on, whatever it had asked for. */
const named = (name: string) => ({ name, requested_name: null, name_rejection_reason: null });

/** By the operator: a name that it gives is decided. */
export const changePractice = (
  request: OperationRequest<unknown, unknown>,
  practiceId: string,
  change: Wish,
): Promise<Reply> =>
  writePractice(
    request,
    practiceId,
    (_row, now) => ({
      columns: { ...toColumns(change, now), ...(change.name === undefined ? {} : named(change.name)) },
    }),
    { wanted: codesOfProfile(change) },
  );

/**
 * By the practice itself. Others trust a verified practice by its name, so that another one waits for the operator; the
 * name that it has takes such a wish back.
 */
export const changeProfile = (
  request: OperationRequest<unknown, unknown>,
  practiceId: string,
  { name, ...change }: Wish,
): Promise<Reply> =>
  writePractice(
    request,
    practiceId,
    (row, now, held) => {
      const columns = toColumns(change, now);
      if (name === undefined) return { columns };
      const isTrusted = held.some(({ kind, status }) => status === 'verified' && isQualification(kind));
      return {
        columns:
          isTrusted && name !== row.name
            ? { ...columns, requested_name: name, name_rejection_reason: null }
            : { ...columns, ...named(name) },
      };
    },
    { doCredentialsCount: name !== undefined, wanted: codesOfProfile(change) },
  );

/** It is still as it was said. */
export const confirmCapacity = (
  request: OperationRequest<unknown, unknown>,
  practiceId: string,
): Promise<Reply> => writePractice(request, practiceId, (_row, now) => ({ columns: saidAt(now) }));

/** @param reason why not; null where the practice is called so from now on */
export const decideName = (
  request: OperationRequest<unknown, unknown>,
  practiceId: string,
  { name, reason }: { readonly name: string | null; readonly reason: string | null },
): Promise<Reply> =>
  writePractice(request, practiceId, (row, now) => {
    const { requested_name } = row;
    if (requested_name === null || (name !== null && name !== requested_name)) {
      const asked = requested_name === null ? 'no other name' : `the name “${requested_name}”`;
      throw new Problem('invalid_state', `The practice asks for ${asked}.`, {
        state: requested_name === null ? 'named' : 'name_requested',
        allowed_moves: [],
      });
    }
    const event = {
      type: reason === null ? 'practice.renamed' : 'practice.name_rejected',
      actor: 'operator',
      referral: null,
      parties: { practice: { practice_id: practiceId } },
      data: { practice_id: practiceId },
    } as const;
    return {
      columns:
        reason === null ? named(requested_name) : { requested_name: null, name_rejection_reason: reason },
      told: recordEvent(request.exchange.database.query, event, now),
    };
  });

/** Suspends or reinstates: the practice is told by an event. */
export async function setPracticeStatus(
  request: OperationRequest<unknown, unknown>,
  practiceId: string,
  status: PracticeRow['status'],
): Promise<Reply> {
  const answer = await writePractice(request, practiceId, (row, now) => {
    if (row.status === status) {
      throw new Problem('invalid_state', `The practice is ${status} already.`, {
        state: row.status,
        allowed_moves: [status === 'active' ? 'suspend' : 'reinstate'],
      });
    }
    const event = {
      type: status === 'active' ? 'practice.reinstated' : 'practice.suspended',
      actor: 'operator',
      referral: null,
      parties: { practice: { practice_id: practiceId } },
      data: { practice_id: practiceId, state: status },
    } as const;
    return { columns: { status }, told: recordEvent(request.exchange.database.query, event, now) };
  });
  forgetKeysOf(practiceId);
  return answer;
}

export async function listProfessionals(
  request: OperationRequest<{ limit: number; cursor?: string | undefined }, unknown>,
  practiceId: string,
): Promise<Reply> {
  const { database, now } = request.exchange;
  const pager = await pagerOf(request, ['string']);
  const after = pager.after?.[0] ?? '';
  const [rows, credentials, [practice]] = await database.batch([
    selectProfessionals(database.query, practiceId, after, pager.rowsMax),
    selectCredentialsOfPage(database.query, practiceId, after, pager.rowsMax),
    selectPractice(database.query, practiceId),
  ]);
  if (!practice) throw notFound();
  return {
    status: 200,
    body: await pager.show(
      rows,
      (row) => presentProfessional(row, credentials, now),
      (row) => [row.id],
    ),
  };
}

/** Adds a professional, whoever says so: the operator, or the practice itself. */
export const createProfessional = (
  request: OperationRequest<unknown, { readonly name: string; readonly profession: string }>,
  practiceId: string,
): Promise<Reply> => {
  const { body, exchange } = request;
  return answerOnce(request, {
    status: 201,
    writeAt: ({ database, now }) =>
      write({
        subject: practiceId,
        read: {
          found: professionalPlan(database, practiceId),
          unknown: unknownPlan(database, wantedCodes({ profession: ['profession', body.profession] })),
        },
        decide: async ({ found, unknown }) => {
          await requireKnown(database, unknown);
          const { id, insert } = addProfessional(database, practiceId, body, found, now);
          return decision({
            writes: { professional: insert },
            resourceId: id,
            practiceId,
            resultOf: ({ professional }) => professional as ProfessionalRow,
          });
        },
      }),
    show: (row) => ({ body: presentProfessional(row, [], exchange.now) }),
    replay: async (id) => {
      const { row } = await exchange.database.read({
        row: one(selectProfessionalById(exchange.database.query, id)),
      });
      if (!row) throw notFound();
      return { body: presentProfessional(row, [], exchange.now) };
    },
  });
};
