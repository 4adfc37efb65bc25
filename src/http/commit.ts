/**
 * How every write is made: read, decide, write. The reads are one D1 call and the writes another, which is one
 * transaction with the record of the Idempotency-Key. Where a race is lost the database refuses the batch by a
 * constraint, and the decision is made again on what is true by then; so nobody wins twice and nothing is half
 * written.
 */
import { ConflictError, type Rows, type Statement, type Statements } from '../db/database.ts';
import { UnavailableError } from '../db/unavailable.ts';
import { busy } from '../ledger/commit.ts';
import { deliveryIdsIn } from '../queue.ts';
import {
  deleteIdempotencyRecordIfOld,
  IDEMPOTENCY_MS,
  insertIdempotencyRecord,
  selectIdempotencyRecord,
} from './idempotency.repository.ts';
import type { OperationRequest, Reply } from './operation.ts';
import { Problem } from './problem.ts';

/** Each loser of a race decides again; more than this in a row means a hot spot, and the caller may try later. */
const DECISIONS_MAX = 16;
/** What is decided later than this would be decided by a clock that is too old: a consent may have ended meanwhile. */
const DECIDING_MS_MAX = 8000;
/**
 * The wait before a further decision is at most so long, and twice as long each time: of many that lost at the same
 * moment only one would win the next round too. Spread out, forty at once have all had their turn within seconds.
 */
const WAIT_MS_FIRST = 50;
const WAIT_MS_MAX = 1000;
/** So many writes of one request may be left without an answer by D1. */
const UNKNOWN_OUTCOMES_MAX = 3;

export interface Decision {
  readonly statements: Statements;
  readonly resourceId: string;
  readonly status: Reply['status'];
  /** Runs after the commit; gets the rows that the statements returned, in their order. */
  readonly respond: (results: readonly unknown[]) => Promise<Omit<Reply, 'status'>> | Omit<Reply, 'status'>;
}

export interface Write<T extends Statements> {
  readonly read: T;
  readonly decide: (rows: Rows<T>) => Promise<Decision> | Decision;
  /** Shows the resource of an earlier, equal request, as it is now. Only a POST takes an Idempotency-Key. */
  readonly replay?: (resourceId: string) => Promise<Omit<Reply, 'status'>>;
}

const waitBefore = (decisions: number) =>
  new Promise((resolve) =>
    setTimeout(resolve, Math.random() * Math.min(WAIT_MS_FIRST * 2 ** (decisions - 1), WAIT_MS_MAX)),
  );

const ownerOf = (request: OperationRequest) => request.actor.practice_id ?? request.actor.key_id;

export async function commit<const T extends Statements>(
  request: OperationRequest<unknown, unknown>,
  write: Write<T>,
): Promise<Reply> {
  const { database, now, wakeDeliveries, defer } = request.exchange;
  const { query } = database;
  const { idempotency } = request;
  const startedAt = Date.now();
  let unknownOutcomes = 0;
  for (let decisions = 0; decisions < DECISIONS_MAX; decisions += 1) {
    if (decisions > 0) await waitBefore(decisions);
    if (Date.now() - startedAt > DECIDING_MS_MAX) break;
    const lookUp = idempotency ? [selectIdempotencyRecord(query, ownerOf(request), idempotency.key)] : [];
    const reads = [...write.read, ...lookUp];
    const rows: readonly unknown[] = await database.batch(reads);
    const record = idempotency
      ? (rows.at(-1) as Awaited<ReturnType<typeof selectIdempotencyRecord>>)[0]
      : undefined;
    if (idempotency && record && record.created_at >= now - IDEMPOTENCY_MS) {
      if (record.request_hash !== idempotency.requestHash) {
        throw new Problem(
          'idempotency_key_reused',
          'This Idempotency-Key was used for another request in the last 24 hours. Use a new key for a new request.',
        );
      }
      if (!write.replay) throw new Error('An operation with an Idempotency-Key needs a replay.');
      const { body, headers } = await write.replay(record.resource_id);
      return {
        status: record.status as Reply['status'],
        body,
        headers: { ...headers, 'Idempotent-Replayed': 'true' },
      };
    }
    const decision = await write.decide(rows as Rows<T>);
    const remember: Statement[] = idempotency
      ? [
          ...(record ? [deleteIdempotencyRecordIfOld(query, ownerOf(request), idempotency.key, now)] : []),
          insertIdempotencyRecord(query, {
            owner_id: ownerOf(request),
            idempotency_key: idempotency.key,
            request_hash: idempotency.requestHash,
            status: decision.status,
            resource_id: decision.resourceId,
            created_at: now,
          }),
        ]
      : [];
    let results: readonly unknown[];
    try {
      results = await database.batch([...decision.statements, ...remember]);
    } catch (error) {
      if (error instanceof ConflictError) continue;
      // The record of the Idempotency-Key tells the next decision whether this one was committed.
      const isTold = idempotency && error instanceof UnavailableError && error.outcome === 'unknown';
      if (isTold && ++unknownOutcomes < UNKNOWN_OUTCOMES_MAX) continue;
      throw error;
    }
    const deliveryIds = deliveryIdsIn(results);
    if (deliveryIds.length > 0) defer(() => wakeDeliveries(deliveryIds));
    return { status: decision.status, ...(await decision.respond(results)) };
  }
  throw busy();
}
