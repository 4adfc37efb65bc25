/** Writes that a request asks for: made once for each Idempotency-Key, in the same transaction as its record. */

import { commit, type Write } from '../ledger/commit.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { insertOperatorAct } from '../ledger/operator-acts.repository.ts';
import { newId } from '../platform/db/ids.ts';
import { type Found, one, type Plan } from '../platform/db/plan.ts';
import { Problem } from '../platform/problem.ts';
import {
  deleteIdempotencyRecordIfOld,
  IDEMPOTENCY_MS,
  type IdempotencyRecord,
  insertIdempotencyRecord,
  selectIdempotencyRecord,
} from './idempotency.repository.ts';
import type { OperationRequest, Reply } from './operation.ts';

type Shown = Omit<Reply, 'status'>;

/** A write, and how what came of it is answered. */
export interface AnsweredWrite<R extends Plan, W extends Plan, T> {
  readonly status: Reply['status'];
  readonly writeAt: (exchange: Exchange) => Write<R, W, T>;
  readonly show: (result: T) => Promise<Shown> | Shown;
  /** Shows the resource of an earlier, equal request as it is now. Only a POST takes an Idempotency-Key. */
  readonly replay?: (resourceId: string) => Promise<Shown>;
}

interface Repeatable {
  readonly key: string;
  readonly requestHash: string;
  readonly ownerId: string;
}

/** @throws Problem 422 where the key was used for another request */
function isReplay(record: IdempotencyRecord | undefined, { requestHash }: Repeatable, now: number): boolean {
  if (!record || record.created_at < now - IDEMPOTENCY_MS) return false;
  if (record.request_hash === requestHash) return true;
  throw new Problem(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request in the last 24 hours. Use a new key for a new request.',
  );
}

/**
 * The same write with the log of what an operator does to a practice in its transaction: no operation for operators
 * has to remember it.
 */
function withAct<R extends Plan, W extends Plan, T>(
  writeAt: (exchange: Exchange) => Write<R, W, T>,
  { operationId, actor }: OperationRequest<unknown, unknown>,
) {
  if (actor.practice_id !== null) return writeAt as (exchange: Exchange) => Write<R, Plan, T>;
  return (exchange: Exchange): Write<R, Plan, T> => {
    const { decide, ...write } = writeAt(exchange);
    return {
      ...write,
      decide: async (found) => {
        const { writes, resultOf, ...decision } = await decide(found);
        const { practiceId, resourceId } = decision;
        if (practiceId === undefined || resourceId === undefined)
          throw new Error(`${operationId} does not say whose thing an operator changes by it.`);
        const act =
          practiceId === null
            ? undefined
            : insertOperatorAct(exchange.database.query, {
                id: newId('operator_act'),
                practice_id: practiceId,
                key_id: actor.key_id,
                operation: operationId,
                resource_id: resourceId,
                acted_at: exchange.now,
              });
        return {
          ...decision,
          writes: { wanted: writes, act } as Plan,
          resultOf: (written: unknown) => resultOf((written as { wanted: Found<W> }).wanted),
        };
      },
    };
  };
}

/** The same write with the look at the key's record before it and the record itself in its transaction. */
function withRecord<R extends Plan, W extends Plan, T>(
  { status, writeAt, show, replay }: AnsweredWrite<R, W, T>,
  repeatable: Repeatable,
  exchange: Exchange,
) {
  const { query } = exchange.database;
  const { key, requestHash, ownerId } = repeatable;
  const { subject, read, decide } = writeAt(exchange);
  return {
    subject,
    findsItself: true,
    read: { wanted: read, record: one(selectIdempotencyRecord(query, ownerId, key, exchange.now)) },
    decide: async (found: { wanted: Found<R>; record: IdempotencyRecord | undefined }) => {
      const { record } = found;
      if (record && isReplay(record, repeatable, exchange.now)) {
        if (!replay) throw new Error('An operation with an Idempotency-Key needs a replay.');
        const { headers, ...shown } = await replay(record.resource_id);
        return {
          writes: undefined as Plan,
          resultOf: (): Reply => ({
            ...shown,
            status: record.status as Reply['status'],
            headers: { ...headers, 'Idempotent-Replayed': 'true' },
          }),
        };
      }
      const decision = await decide(found.wanted);
      const remembered = insertIdempotencyRecord(query, {
        owner_id: ownerId,
        idempotency_key: key,
        request_hash: requestHash,
        status,
        resource_id: decision.resourceId ?? '',
        created_at: exchange.now,
      });
      const forgotten = record && deleteIdempotencyRecordIfOld(query, ownerId, key, exchange.now);
      return {
        writes: { wanted: decision.writes, record: [forgotten, remembered] } as Plan,
        resultOf: async (written: unknown): Promise<Reply> => {
          const { wanted } = written as { wanted: Found<W> };
          return { status, ...(await show(await decision.resultOf(wanted))) };
        },
      };
    },
  };
}

export async function answerOnce<const R extends Plan, const W extends Plan, T>(
  request: OperationRequest<unknown, unknown>,
  write: AnsweredWrite<R, W, T>,
): Promise<Reply> {
  const { exchange, actor, idempotency } = request;
  const writeAt = withAct(write.writeAt, request);
  const { status, show } = write;
  if (idempotency === null) return { status, ...(await show(await commit(exchange, writeAt))) };
  const repeatable = { ...idempotency, ownerId: actor.practice_id ?? actor.key_id };
  return commit(exchange, (at) => withRecord({ ...write, writeAt }, repeatable, at));
}
