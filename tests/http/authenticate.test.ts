/** What is believed of a key for ten seconds, by a clock that the test sets. */
import { expect, test } from 'vitest';
import { authenticate, KEY_CACHE_MS } from '../../src/http/authenticate.ts';
import { Database } from '../../src/platform/db/database.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus } from '../support/world.ts';

useWorld();

const limits = { before: () => undefined, failed: async () => undefined };
const codeOf = (error: { code?: string }) => error.code;

async function keyAt(startedAt: number) {
  const made = await exchange.call(world.sender.key, '/v1/keys', { body: { name: 'cached' } });
  const { id, secret } = expectStatus(made, 201).body;
  const ask = (afterMs: number) => {
    const database = new Database(exchange.env.DB);
    const reader = { database, now: startedAt + afterMs, defer: () => undefined };
    const answer = authenticate(`Bearer ${secret}`, reader, limits);
    return answer.then(
      () => ({ answer: 'known', calls: database.meter.calls }),
      (error) => ({ answer: codeOf(error), calls: database.meter.calls }),
    );
  };
  return { id, ask };
}

test('a key revoked elsewhere is believed for less than ten seconds, without asking, and no longer', async () => {
  expect(KEY_CACHE_MS).toBeLessThanOrEqual(10_000);
  const { id, ask } = await keyAt(Date.now());
  expect(await ask(0)).toEqual({ answer: 'known', calls: 1 });
  await exchange.sql('update api_keys set revoked_at = 1 where id = ?', id);
  expect(await ask(KEY_CACHE_MS - 1)).toEqual({ answer: 'known', calls: 0 });
  expect(await ask(KEY_CACHE_MS)).toEqual({ answer: 'revoked_key', calls: 1 });
});

test('a key that ends while it is believed ends all the same', async () => {
  const startedAt = Date.now();
  const { id, ask } = await keyAt(startedAt);
  await exchange.sql('update api_keys set expires_at = ? where id = ?', startedAt + 5000, id);
  expect(await ask(0)).toEqual({ answer: 'known', calls: 1 });
  expect(await ask(4999)).toEqual({ answer: 'known', calls: 0 });
  expect(await ask(5000)).toEqual({ answer: 'expired_key', calls: 0 });
});
