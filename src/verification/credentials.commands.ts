/** Reads and additions of a credential, used by the operator's operations and by the practice's own. */
import { answerOnce } from '../http/once.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import { toETag } from '../ledger/versions.ts';
import { notFound } from '../platform/problem.ts';
import { type CredentialRow, selectCredential } from './credentials.repository.ts';
import { presentCredential } from './credentials.schemas.ts';
import type { NewCredential } from './submission.schemas.ts';
import { submissionPlan, submit } from './submit.ts';

export const showCredential = (row: CredentialRow, now: number) => ({
  body: presentCredential(row, now),
  headers: { ETag: toETag(row.version) },
});

export async function readCredential(
  { exchange: { database, now } }: OperationRequest<unknown, unknown>,
  id: string,
): Promise<Reply> {
  const [[row]] = await database.batch([selectCredential(database.query, id)]);
  if (!row) throw notFound();
  return { status: 200, ...showCredential(row, now) };
}

/** @param ownerId the practice whose professional it must be; null for the operator */
export const createCredential = (
  request: OperationRequest<unknown, NewCredential, { readonly professional_id: string }>,
  ownerId: string | null,
): Promise<Reply> => {
  const { body, params } = request;
  const { professional_id } = params;
  return answerOnce(request, {
    status: 201,
    writeAt: ({ database, now }) =>
      write({
        subject: professional_id,
        read: submissionPlan(database, professional_id, body),
        decide: (found) => {
          const { id, practiceId, insert } = submit(database, professional_id, body, found, ownerId, now);
          return decision({
            writes: { credential: insert },
            resourceId: id,
            practiceId,
            resultOf: ({ credential }) => showCredential(credential as CredentialRow, now),
          });
        },
      }),
    show: (shown) => shown,
    replay: (id) => readCredential(request, id),
  });
};
