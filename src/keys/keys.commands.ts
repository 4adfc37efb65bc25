/** Making and revoking the keys of a practice: by itself or by the operator, and the practice hears of both. */
import type * as v from 'valibot';
import { type Actor, forgetKey } from '../http/authenticate.ts';
import { answerOnce } from '../http/once.ts';
import type { OperationRequest, Reply } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import type { EventType } from '../ledger/event-types.ts';
import { recordEvent } from '../ledger/outbox.ts';
import { createToken } from '../platform/access/token.ts';
import type { Query } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { invalidInput, notFound, Problem } from '../platform/problem.ts';
import { selectPractice } from '../practices/practices.repository.ts';
import { countKeys, insertKey, type KeyRow, revokeKey, selectKeyOfPractice } from './keys.repository.ts';
import { type NewKeySchema, presentKey } from './keys.schemas.ts';

const KEYS_PER_PRACTICE_MAX = 100;

export const creatorOf = (actor: Actor) => ({
  created_by: actor.practice_id === null ? ('operator' as const) : ('practice' as const),
  created_by_key_id: actor.key_id,
});

export const announceKey = (
  query: Query,
  type: Extract<EventType, `key.${string}`>,
  by: 'operator' | 'practice',
  practiceId: string,
  data: Record<string, unknown>,
  now: number,
) =>
  recordEvent(
    query,
    {
      type,
      actor: by === 'operator' ? 'operator' : 'system',
      referral: null,
      parties: { practice: { practice_id: practiceId } },
      data,
    },
    now,
  );

/** @throws Problem 422 */
export function requireFuture(expiresAt: number | null, now: number): void {
  if (expiresAt !== null && expiresAt <= now)
    throw invalidInput([{ pointer: '/expires_at', detail: 'must be in the future' }]);
}

export async function createKey(
  request: OperationRequest<unknown, v.InferOutput<typeof NewKeySchema>>,
  practiceId: string,
): Promise<Reply> {
  const { exchange, body, actor } = request;
  const { query } = exchange.database;
  return answerOnce(request, {
    status: 201,
    writeAt: ({ now }) =>
      write({
        subject: practiceId,
        read: {
          practice: one(selectPractice(query, practiceId)),
          counted: one(countKeys(query, practiceId)),
        },
        decide: async ({ practice, counted }) => {
          if (!practice) throw notFound();
          requireFuture(body.expires_at, now);
          if ((counted?.count ?? 0) >= KEYS_PER_PRACTICE_MAX) {
            throw new Problem(
              'limit_reached',
              `A practice has at most ${KEYS_PER_PRACTICE_MAX} keys that are not revoked.`,
            );
          }
          const id = newId('key');
          const { secret, ...hashed } = await createToken();
          const creator = creatorOf(actor);
          const row = { ...body, ...hashed, ...creator, id, practice_id: practiceId, created_at: now };
          const { created_by } = creator;
          const told = { key_id: id, created_by, scopes: body.scopes };
          return decision({
            writes: {
              key: one(insertKey(query, row)),
              told: announceKey(query, 'key.created', created_by, practiceId, told, now),
            },
            resourceId: id,
            practiceId,
            resultOf: ({ key }) => ({ key: key as KeyRow, secret }),
          });
        },
      }),
    show: ({ key, secret }) => ({ body: { ...presentKey(key), secret } }),
    replay: async (id) => {
      const { row } = await exchange.database.read({ row: one(selectKeyOfPractice(query, practiceId, id)) });
      if (!row) throw notFound();
      return { body: { ...presentKey(row), secret: null } };
    },
  });
}

/** Revoking a revoked key changes nothing. */
export async function revokeKeyOf(
  request: OperationRequest<unknown, unknown>,
  practiceId: string,
  keyId: string,
): Promise<Reply> {
  const { exchange, actor } = request;
  const { query } = exchange.database;
  const revoked_by = actor.practice_id === null ? 'operator' : 'practice';
  return answerOnce(request, {
    status: 204,
    writeAt: ({ now }) =>
      write({
        subject: practiceId,
        read: { row: one(selectKeyOfPractice(query, practiceId, keyId)) },
        decide: ({ row }) => {
          if (!row) throw notFound();
          const told = { key_id: keyId, revoked_by };
          return decision({
            writes:
              row.revoked_at === null
                ? [
                    revokeKey(query, keyId, now),
                    announceKey(query, 'key.revoked', revoked_by, practiceId, told, now),
                  ]
                : [],
            resourceId: keyId,
            practiceId,
            resultOf: () => forgetKey(keyId),
          });
        },
      }),
    show: () => ({ body: null }),
  });
}
