/** API keys: issued by the operator or by a practice for itself. */
import * as v from 'valibot';
import { toTime } from '../http/fields.ts';
import { type OperationRequest, operation, type Reply } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { many } from '../platform/db/plan.ts';
import { invalidInput, Problem } from '../platform/problem.ts';
import { createKey, revokeKeyOf } from './keys.commands.ts';
import { selectKeysOfPractice } from './keys.repository.ts';
import { CreatedKeySchema, KeySchema, keyExample, NewKeySchema, presentKey } from './keys.schemas.ts';

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

const listed = {
  status: 200 as const,
  description: 'A page of keys, oldest first, without their secrets.',
  schema: page(KeySchema),
  example: { data: [keyExample], next_cursor: null },
};
const revoked = { status: 204 as const, description: 'The key is revoked.' };

async function listKeysOf(
  request: OperationRequest<{ limit: number; cursor?: string | undefined }, unknown>,
  practiceId: string,
): Promise<Reply> {
  const { database } = request.exchange;
  const pager = await pagerOf(request, ['string']);
  const { rows } = await database.read({
    rows: many(selectKeysOfPractice(database.query, practiceId, pager.after?.[0] ?? '', pager.rowsMax)),
  });
  return { status: 200, body: await pager.show(rows, presentKey, (row) => [row.id]) };
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
    handle: (request) => createKey(request, request.params.practice_id),
  }),
  operation({
    id: 'listKeysOfPractice',
    method: 'GET',
    path: '/v1/practices/{practice_id}/keys',
    tag: 'Operator: practices',
    summary: 'List the API keys of a practice',
    scope: 'operator',
    query: v.strictObject(pageQuery),
    response: listed,
    errors: ['invalid_cursor'],
    handle: (request) => listKeysOf(request, request.params.practice_id),
  }),
  operation({
    id: 'revokeKeyOfPractice',
    method: 'DELETE',
    path: '/v1/practices/{practice_id}/keys/{key_id}',
    tag: 'Operator: practices',
    summary: 'Revoke an API key of a practice',
    description: 'It stops working within 10 seconds, and the practice is told by an event.',
    scope: 'operator',
    response: revoked,
    handle: (request) => revokeKeyOf(request, request.params.practice_id, request.params.key_id),
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
    whenSuspended: 'opens',
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
      return createKey(request, practiceId);
    },
  }),
  operation({
    id: 'listKeys',
    method: 'GET',
    path: '/v1/keys',
    tag: 'API keys',
    summary: 'List your API keys',
    scope: 'practice:read',
    whenSuspended: 'reads',
    query: v.strictObject(pageQuery),
    response: listed,
    errors: ['invalid_cursor'],
    handle: (request) => listKeysOf(request, request.actor.practice_id),
  }),
  operation({
    id: 'revokeKey',
    method: 'DELETE',
    path: '/v1/keys/{key_id}',
    tag: 'API keys',
    summary: 'Revoke an API key',
    description: 'It stops working within 10 seconds. Revoking it again changes nothing.',
    scope: 'keys:write',
    whenSuspended: 'closes',
    response: revoked,
    handle: (request) => revokeKeyOf(request, request.actor.practice_id, request.params.key_id),
  }),
];
