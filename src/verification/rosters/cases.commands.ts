/** A decision on a case: the same by the API and on the operator's page. */
import type * as v from 'valibot';
import { answerOnce } from '../../http/once.ts';
import type { OperationRequest, Reply } from '../../http/operation.ts';
import { decision, write } from '../../ledger/commit.ts';
import { one } from '../../platform/db/plan.ts';
import { notFound, Problem } from '../../platform/problem.ts';
import { type CredentialDecision, decisionPlan } from '../decide.ts';
import { hasLapsed } from '../expiry.ts';
import { closeCase, selectCase, selectCredentialOfCase } from './cases.repository.ts';
import { presentCase, type ResolutionSchema } from './cases.schemas.ts';

/** @throws Problem 404 where there is no such case, 409 where it is decided or the decision is not possible */
export function resolveCase(
  request: OperationRequest,
  id: string,
  { resolution, reason }: v.InferOutput<typeof ResolutionSchema>,
): Promise<Reply> {
  const { actor, exchange } = request;
  const { query } = exchange.database;
  const read = async () => {
    const { row } = await exchange.database.read({ row: one(selectCase(query, id)) });
    if (!row) throw notFound();
    return { body: presentCase(row) };
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
    show: (row) => ({ body: presentCase(row) }),
    replay: read,
  });
}
