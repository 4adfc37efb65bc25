/** API keys: issued by the operator or by a practice for itself. */
import * as v from 'valibot';
import { createToken } from '../access/token.ts';
import { newId } from '../db/ids.ts';
import { forgetKey } from '../http/authenticate.ts';
import { commit } from '../http/commit.ts';
import { toTime } from '../http/fields.ts';
import { type OperationRequest, operation, type Reply } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { invalidInput, notFound, Problem } from '../http/problem.ts';
import { selectPractice } from '../practices/practices.repository.ts';
import {
  countKeys,
  insertKey,
  type KeyRow,
  revokeKey,
  selectKeyOfPractice,
  selectKeysOfPractice,
} from './keys.repository.ts';
import { CreatedKeySchema, KeySchema, keyExample, NewKeySchema, presentKey } from './keys.schemas.ts';

const KEYS_PER_PRACTICE_MAX = 100;

const created = {
  status: 201 as const,
  description: 'The key. `secret` is shown this once; a replay of the request has null there.',
  schema: CreatedKeySchema,
  example: { ...keyExample, secret: `rx_${'0123456789abcdef'.repeat(4)}01234567` },
};
const requestExample = {
  name: keyExample.name,
  scopes: keyExample.scopes,
  expires_at: keyExample.expires_at,
};

async function createKey(
  request: OperationRequest<unknown, v.InferOutput<typeof NewKeySchema>>,
  practiceId: string,
): Promise<Reply> {
  const { database, now } = request.exchange;
  const { body } = request;
  return commit(request, {
    read: [selectPractice(database.query, practiceId), countKeys(database.query, practiceId)],
    decide: async ([[practice], [counted]]) => {
      if (!practice) throw notFound();
      if (body.expires_at !== null && body.expires_at <= now) {
        throw invalidInput([{ pointer: '/expires_at', detail: 'must be in the future' }]);
      }
      if ((counted?.count ?? 0) >= KEYS_PER_PRACTICE_MAX) {
        throw new Problem(
          'limit_reached',
          `A practice has at most ${KEYS_PER_PRACTICE_MAX} keys that are not revoked.`,
        );
      }
      const id = newId('key');
      const { secret, ...hashed } = await createToken();
      return {
        statements: [
          insertKey(database.query, { ...body, ...hashed, id, practice_id: practiceId, created_at: now }),
        ],
        resourceId: id,
        status: 201,
        respond: ([rows]) => ({ body: { ...presentKey((rows as [KeyRow])[0]), secret } }),
      };
    },
    replay: async (id) => {
      const [[row]] = await database.batch([selectKeyOfPractice(database.query, practiceId, id)]);
      if (!row) throw notFound();
      return { body: { ...presentKey(row), secret: null } };
    },
  });
}

export const keyOperations = [
  operation({
    id: 'createKeyOfPractice',
    method: 'POST',
    path: '/v1/practices/{practice_id}/keys',
    tag: 'Operator: practices',
    summary: 'Issue an API key to a practice',
    scope: 'operator',
    body: NewKeySchema,
    requestExample,
    response: created,
    errors: ['limit_reached'],
    handle: (request) => createKey(request, request.params.practice_id ?? ''),
  }),
  operation({
    id: 'createKey',
    method: 'POST',
    path: '/v1/keys',
    tag: 'API keys',
    summary: 'Create an API key',
    description:
      'Without `scopes` it may do all that a practice can. A key cannot give scopes that it does not hold itself, nor outlive itself.',
    scope: 'keys:write',
    body: NewKeySchema,
    requestExample,
    response: created,
    errors: ['limit_reached'],
    handle: async (request) => {
      const missing = request.body.scopes.filter((scope) => !request.actor.scopes.includes(scope));
      if (missing.length > 0) {
        throw new Problem(
          'insufficient_scope',
          `The key lacks the scopes it would give: ${missing.join(', ')}.`,
        );
      }
      const { expires_at: lastUntil, practice_id: practiceId } = request.actor;
      if (lastUntil !== null && (request.body.expires_at ?? Number.POSITIVE_INFINITY) > lastUntil) {
        throw invalidInput([
          {
            pointer: '/expires_at',
            detail: `must not be later than ${toTime(lastUntil)}, when this key expires`,
          },
        ]);
      }
      return createKey(request, practiceId ?? '');
    },
  }),
  operation({
    id: 'listKeys',
    method: 'GET',
    path: '/v1/keys',
    tag: 'API keys',
    summary: 'List your API keys',
    scope: 'practice:read',
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of keys, oldest first, without their secrets.',
      schema: page(KeySchema),
      example: { data: [keyExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor } = request;
      const { database } = exchange;
      const pager = await pagerOf(request, ['string']);
      const [rows] = await database.batch([
        selectKeysOfPractice(database.query, actor.practice_id ?? '', pager.after?.[0] ?? '', pager.rowsMax),
      ]);
      return { status: 200, body: await pager.show(rows, presentKey, (row) => [row.id]) };
    },
  }),
  operation({
    id: 'revokeKey',
    method: 'DELETE',
    path: '/v1/keys/{key_id}',
    tag: 'API keys',
    summary: 'Revoke an API key',
    description: 'It stops to work within 10 seconds. Revoking it again changes nothing.',
    scope: 'keys:write',
    response: { status: 204, description: 'The key is revoked.' },
    handle: async (request) => {
      const { database, now } = request.exchange;
      const keyId = request.params.key_id ?? '';
      return commit(request, {
        read: [selectKeyOfPractice(database.query, request.actor.practice_id ?? '', keyId)],
        decide: ([[row]]) => {
          if (!row) throw notFound();
          return {
            statements: [revokeKey(database.query, keyId, now)],
            resourceId: keyId,
            status: 204,
            respond: () => {
              forgetKey(keyId);
              return { body: null };
            },
          };
        },
      });
    },
  }),
];
