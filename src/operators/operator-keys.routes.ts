/** The keys of the operators themselves. */
import * as v from 'valibot';
import { forgetKey } from '../http/authenticate.ts';
import { line, time } from '../http/fields.ts';
import { answerOnce } from '../http/once.ts';
import { operation } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { creatorOf, requireFuture } from '../keys/keys.commands.ts';
import {
  countOperatorKeys,
  insertKey,
  type KeyRow,
  revokeKey,
  selectOperatorKey,
  selectOperatorKeys,
} from '../keys/keys.repository.ts';
import { KeySchema, keyExample, presentKey } from '../keys/keys.schemas.ts';
import { decision, write } from '../ledger/commit.ts';
import { createToken } from '../platform/access/token.ts';
import { newId } from '../platform/db/ids.ts';
import { many, one } from '../platform/db/plan.ts';
import { notFound, Problem } from '../platform/problem.ts';

const OPERATOR_KEYS_MAX = 100;

/** A new key of an operator. @schema OperatorKeyRequest */
export const NewOperatorKeySchema = v.strictObject({
  /** What it is for, or whose it is. */
  name: line(100),
  /** When it stops working, in the future; null: never. */
  expires_at: v.optional(v.nullable(time), null),
});

const { practice_id: _practice, scopes: _scopes, ...entries } = KeySchema.entries;
/** A key of an operator, without its secret. @schema OperatorKey */
export const OperatorKeySchema = v.object(entries);
/** A new key of an operator with its secret. @schema CreatedOperatorKey */
export const CreatedOperatorKeySchema = v.object({
  ...entries,
  /** The key itself: shown once, null in a replay. */
  secret: v.nullable(v.string()),
});

function presentOperatorKey(row: KeyRow): v.InferOutput<typeof OperatorKeySchema> {
  const { practice_id: _none, scopes: _operator, ...shown } = presentKey(row);
  return shown;
}

const { practice_id: _id, scopes: _all, ...example } = { ...keyExample, created_by: 'operator' as const };

const tag = 'Operator: keys';
const scope = 'operator' as const;

export const operatorKeyOperations = [
  operation({
    id: 'listOperatorKeys',
    method: 'GET',
    path: '/v1/operator/keys',
    tag,
    summary: 'List the operator keys',
    scope,
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of keys, oldest first, without their secrets.',
      schema: page(OperatorKeySchema),
      example: { data: [example], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database } = request.exchange;
      const pager = await pagerOf(request, ['string']);
      const { rows } = await database.read({
        rows: many(selectOperatorKeys(database.query, pager.after?.[0] ?? '', pager.rowsMax)),
      });
      return { status: 200, body: await pager.show(rows, presentOperatorKey, (row) => [row.id]) };
    },
  }),
  operation({
    id: 'createOperatorKey',
    method: 'POST',
    path: '/v1/operator/keys',
    tag,
    summary: 'Create an operator key',
    description: 'One for each person or program, so that it can be revoked by itself.',
    scope,
    body: NewOperatorKeySchema,
    requestExample: { name: example.name, expires_at: example.expires_at },
    response: {
      status: 201,
      description: 'The key. `secret` is shown this once; a replay of the request has null there.',
      schema: CreatedOperatorKeySchema,
      example: { ...example, secret: `rx_${'0123456789abcdef'.repeat(4)}01234567` },
    },
    errors: ['limit_reached'],
    handle: (request) => {
      const { exchange, body, actor } = request;
      const { query } = exchange.database;
      return answerOnce(request, {
        status: 201,
        writeAt: ({ now }) =>
          write({
            subject: scope,
            read: { counted: one(countOperatorKeys(query, now)) },
            decide: async ({ counted }) => {
              requireFuture(body.expires_at, now);
              if ((counted?.count ?? 0) >= OPERATOR_KEYS_MAX)
                throw new Problem('limit_reached', `There are at most ${OPERATOR_KEYS_MAX} operator keys.`);
              const id = newId('key');
              const { secret, ...hashed } = await createToken();
              const row = { ...body, ...hashed, ...creatorOf(actor), id, practice_id: null, scopes: [scope] };
              return decision({
                writes: { key: one(insertKey(query, { ...row, created_at: now })) },
                resourceId: id,
                practiceId: null,
                resultOf: ({ key }) => ({ key: key as KeyRow, secret }),
              });
            },
          }),
        show: ({ key, secret }) => ({ body: { ...presentOperatorKey(key), secret } }),
        replay: async (id) => {
          const { row } = await exchange.database.read({ row: one(selectOperatorKey(query, id)) });
          if (!row) throw notFound();
          return { body: { ...presentOperatorKey(row), secret: null } };
        },
      });
    },
  }),
  operation({
    id: 'revokeOperatorKey',
    method: 'DELETE',
    path: '/v1/operator/keys/{key_id}',
    tag,
    summary: 'Revoke an operator key',
    description:
      'It stops working within 10 seconds. Revoking it again changes nothing. The last one that works stays: make another one first.',
    scope,
    response: { status: 204, description: 'The key is revoked.' },
    errors: ['invalid_state'],
    handle: (request) => {
      const { exchange, params } = request;
      const { query } = exchange.database;
      return answerOnce(request, {
        status: 204,
        writeAt: ({ now }) =>
          write({
            subject: scope,
            read: {
              row: one(selectOperatorKey(query, params.key_id)),
              counted: one(countOperatorKeys(query, now)),
            },
            decide: ({ row, counted }) => {
              if (!row) throw notFound();
              const works = row.revoked_at === null && (row.expires_at === null || row.expires_at > now);
              if (works && (counted?.count ?? 0) <= 1)
                throw new Problem(
                  'invalid_state',
                  'This is the last operator key that works. Make another one first: here, or with `npm run -s operator-key`.',
                  { state: 'last', allowed_moves: [] },
                );
              return decision({
                writes: [revokeKey(query, row.id, now)],
                resourceId: row.id,
                practiceId: null,
                resultOf: () => forgetKey(row.id),
              });
            },
          }),
        show: () => ({ body: null }),
      });
    },
  }),
];
