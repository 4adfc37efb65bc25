/** What an operator does to a practice is known to the practice, and operators can be shut out. */
import { describe, expect, test } from 'vitest';
import { operations } from '../../src/operations.ts';
import { exampleCalls } from '../support/calls.ts';
import { startExchange } from '../support/harness.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus } from '../support/world.ts';

useWorld();

const acts = async (key = world.sender.key) =>
  expectStatus(await exchange.call(key, '/v1/practice/operator-acts?limit=100'), 200).body.data;
const newestEvent = async (key: string, type: string) => {
  const { body } = await exchange.call(key, '/v1/events?limit=100');
  return body.data.filter((event: { type: string }) => event.type === type).at(-1);
};

/** Operators' keys, the catalog, boards and rosters are no practice's. */
const OWN = [
  'createOperatorKey',
  'revokeOperatorKey',
  'putCatalogTerm',
  'createBoard',
  'updateBoard',
  'createRoster',
  'addRosterLines',
  'completeRoster',
];

test.each(
  operations
    .filter(({ scope, method, id }) => scope === 'operator' && method !== 'GET' && !OWN.includes(id))
    .map(({ id, method }) => [id, method] as const),
)('%s stands in the log of the practice that it touches, in the same transaction', async (id, method) => {
  const made = await exampleCalls(exchange, world)[id]?.();
  if (!made) throw new Error(`tests/support/calls.ts has no call for ${id}`);
  const count = async () =>
    (await exchange.sql<{ n: number }>('select count(*) as n from operator_acts where operation = ?', id))[0]
      ?.n;
  const before = (await count()) ?? 0;
  const { status } = await exchange.call(made.key, made.path, {
    method,
    ...(made.body === undefined ? {} : { body: made.body }),
  });
  expect([id, Math.floor(status / 100), await count()]).toEqual([id, 2, before + 1]);
});

describe('the log', () => {
  test('is read by the practice that it is about and by no other, and names who did what when', async () => {
    const { body: key } = expectStatus(
      await exchange.call(world.operator, `/v1/practices/${world.sender.id}/keys`, {
        body: { name: 'theirs' },
      }),
      201,
    );
    const [newest] = await acts();
    expect(newest).toEqual({
      id: expect.stringMatching(/^opa_/),
      operation: 'createKeyOfPractice',
      resource_id: key.id,
      operator_key_id: key.created_by_key_id,
      acted_at: expect.stringMatching(/Z$/),
    });
    expect(JSON.stringify(await acts(world.receiver.key))).not.toContain(key.id);
    expect((await exchange.call(world.operator, '/v1/practice/operator-acts')).status).toBe(403);
  });

  test('holds nothing of a call that was refused, and cannot be changed or deleted in the database', async () => {
    const before = await acts();
    const refused = await exchange.call(world.operator, `/v1/practices/${world.sender.id}/reinstate`, {
      method: 'POST',
    });
    expect(refused.status).toBe(409);
    expect(await acts()).toEqual(before);
    await expect(exchange.sql("update operator_acts set operation = 'x'")).rejects.toThrow(/never change/);
    await expect(exchange.sql('delete from operator_acts')).rejects.toThrow(/never go/);
  });
});

test('a key that the operator makes or revokes for a practice is an event of the practice, and says so for ever', async () => {
  const path = `/v1/practices/${world.receiver.id}/keys`;
  const { body: key } = expectStatus(
    await exchange.call(world.operator, path, { body: { name: 'quiet', scopes: ['referrals:read'] } }),
    201,
  );
  expect(key.created_by).toBe('operator');
  expect((await newestEvent(world.receiver.key, 'key.created')).data).toMatchObject({
    key_id: key.id,
    created_by: 'operator',
    scopes: ['referrals:read'],
  });
  expect((await exchange.call(world.operator, `${path}/${key.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await newestEvent(world.receiver.key, 'key.revoked')).data).toMatchObject({
    key_id: key.id,
    revoked_by: 'operator',
  });
  expect((await exchange.call(key.secret, '/v1/referrals')).body.code).toBe('revoked_key');
  const foreign = `/v1/practices/${world.sender.id}/keys/${key.id}`;
  expect((await exchange.call(world.operator, foreign, { method: 'DELETE' })).status).toBe(404);
});

describe('operator keys', () => {
  test('are listed without secrets and revoked at once; a practice sees none of them', async () => {
    const { body: made } = expectStatus(
      await exchange.call(world.operator, '/v1/operator/keys', { body: { name: 'Night shift' } }),
      201,
    );
    expectStatus(await exchange.call(made.secret, '/v1/practices'), 200);
    const listed = expectStatus(await exchange.call(world.operator, '/v1/operator/keys?limit=100'), 200).body;
    expect(listed.data.find(({ id }: { id: string }) => id === made.id)).toMatchObject({
      name: 'Night shift',
      created_by: 'operator',
    });
    expect(JSON.stringify(listed)).not.toContain(made.secret);
    expect((await exchange.call(world.sender.key, '/v1/operator/keys')).body.code).toBe('wrong_key_kind');
    const path = `/v1/operator/keys/${made.id}`;
    expect((await exchange.call(world.operator, path, { method: 'DELETE' })).status).toBe(204);
    expect((await exchange.call(made.secret, '/v1/practices')).body.code).toBe('revoked_key');
  });

  test('the last one that works stays, also when two are revoked at once', async () => {
    const lone = await startExchange();
    const keys = [await lone.operatorKey(), await lone.operatorKey()];
    const { body } = expectStatus(await lone.call(keys[0] ?? '', '/v1/operator/keys'), 200);
    const ids = body.data.map(({ id }: { id: string }) => id) as string[];
    const answers = await Promise.all(
      ids.map((id, index) => lone.call(keys[index] ?? '', `/v1/operator/keys/${id}`, { method: 'DELETE' })),
    );
    expect(answers.filter(({ status }) => status === 204).length).toBeLessThanOrEqual(1);
    const [left] = await lone.sql<{ n: number }>(
      'select count(*) as n from api_keys where practice_id is null and revoked_at is null',
    );
    expect(left?.n).toBeGreaterThanOrEqual(1);
    await lone.close();
  });
});
