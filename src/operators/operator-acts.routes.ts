/** What the operator did to a practice, for the practice to read. */
import * as v from 'valibot';
import { timeOut, toTime } from '../http/fields.ts';
import { operation } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { type OperatorActRow, selectOperatorActs } from '../ledger/operator-acts.repository.ts';
import { many } from '../platform/db/plan.ts';

/** What the operator did to a practice. @schema OperatorAct */
export const OperatorActSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** The operation of this document that was called. */
  operation: v.string(),
  /** What it made or changed. */
  resource_id: v.string(),
  /** By which key. */
  operator_key_id: v.string(),
  /** When. */
  acted_at: timeOut,
});

const presentAct = (row: OperatorActRow): v.InferOutput<typeof OperatorActSchema> => ({
  id: row.id,
  operation: row.operation,
  resource_id: row.resource_id,
  operator_key_id: row.key_id,
  acted_at: toTime(row.acted_at),
});

const example = {
  id: 'opa_01k8vb0d7dfq2tnc8f3x9m5w6s',
  operation: 'createKeyOfPractice',
  resource_id: 'key_01k8vb0d7dfq2tnc8f3x9m5w6s',
  operator_key_id: 'key_01k8vayw4ne1q9d5s2k7m3x8tb',
  acted_at: '2026-10-01T09:00:00.000Z',
};

export const operatorActOperations = [
  operation({
    id: 'listOperatorActs',
    method: 'GET',
    path: '/v1/practice/operator-acts',
    tag: 'Practice',
    summary: 'List what the operator did to your practice',
    description:
      'Newest first: every call of an operator that made or changed something of yours, written in the same transaction. Nothing changes or deletes it. What an operator can read of a practice (its profile, professionals and credentials, never a client) is not listed.',
    scope: 'practice:read',
    whenSuspended: 'reads',
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of acts.',
      schema: page(OperatorActSchema),
      example: { data: [example], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor } = request;
      const pager = await pagerOf(request, ['string']);
      const { acts } = await exchange.database.read({
        acts: many(
          selectOperatorActs(exchange.database.query, actor.practice_id, pager.rowsMax, pager.after?.[0]),
        ),
      });
      return { status: 200, body: await pager.show(acts, presentAct, ({ id }) => [id]) };
    },
  }),
];
