/** What callers see of a database that fails for a while, or takes no more writes. */
import { describe, expect, test } from 'vitest';
import { startBeside } from '../support/beside.ts';
import { exampleCalls } from '../support/calls.ts';
import { documented } from '../support/document.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import type { Turn } from '../support/stand-in.ts';
import { expectStatus, move, referralInput, sendReferral } from '../support/world.ts';

const LOST = 'D1_ERROR: Network connection lost.';
const LARGE = 'D1_ERROR: Exceeded maximum DB size';

useWorld();

/** Its next batches that write end like these, and all others are done; the caller's key is known already. */
async function writesEnd(...turns: Turn[]) {
  let isOn = false;
  const worker = startBeside(exchange, {
    turn: ({ isRead }) => (isOn && !isRead ? (turns.shift() ?? null) : null),
  });
  await worker.call(world.sender.key, '/v1/practice', 'GET');
  isOn = true;
  return worker;
}
const lost = { words: LOST };
const lostAnswer = { words: LOST, isDone: true };
const countOf = async (reference: string) =>
  (await exchange.sql('select 1 from api_keys where name = ?', reference)).length;

describe('a write whose outcome D1 leaves unknown', () => {
  test.each([
    ['committed', [lostAnswer], true],
    ['not-committed', [lost, lost], false],
  ] as const)(
    'is made exactly once by itself where it has an Idempotency-Key: %s',
    async (outcome, turns, isReplayed) => {
      const worker = await writesEnd(...turns);
      const headers = { 'Idempotency-Key': outcome };
      const made = await worker.call(world.sender.key, '/v1/keys', 'POST', { name: outcome }, headers);
      expect([made.status, made.body]).toEqual([201, made.body]);
      expect(made.headers.get('Idempotent-Replayed')).toBe(isReplayed ? 'true' : null);
      expect(await countOf(outcome)).toBe(1);
    },
  );

  test('is made once where the answer that was lost was that of a referral', async () => {
    const count = async () => (await exchange.sql('select 1 from referrals')).length;
    const before = await count();
    const worker = await writesEnd(lostAnswer);
    const body = referralInput(world.receiver);
    const sent = await worker.call(world.sender.key, '/v1/referrals', 'POST', body, {
      'Idempotency-Key': 'lost-referral',
    });
    expect([sent.status, sent.body]).toEqual([201, sent.body]);
    expect(await count()).toBe(before + 1);
  });

  test('is 503 with the words that it is not known where it has none, and is not made again', async () => {
    for (const turn of [lost, lostAnswer]) {
      const worker = await writesEnd(turn);
      const name = `without ${'isDone' in turn}`;
      const answer = await worker.call(world.sender.key, '/v1/keys', 'POST', { name });
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(answer.body.detail).toMatch(/not known whether the change was made/);
      expect(answer.headers.get('Retry-After')).toBe('5');
      expect(await countOf(name)).toBe('isDone' in turn ? 1 : 0);
    }
  });

  test('stays 503 where it never ends, and the same key decides afterwards', async () => {
    const worker = await writesEnd(...Array(9).fill(lost));
    const send = () =>
      worker.call(world.sender.key, '/v1/keys', 'POST', { name: 'ends' }, { 'Idempotency-Key': 'ends' });
    const answer = await send();
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toMatch(/Repeat the request with the same Idempotency-Key/);
    expectStatus(
      await exchange.call(world.sender.key, '/v1/keys', {
        body: { name: 'ends' },
        headers: { 'Idempotency-Key': 'ends' },
      }),
      201,
    );
    expect(await countOf('ends')).toBe(1);
  });
});

test('a read is answered where D1 fails three times, and is 503 where it goes on failing', async () => {
  let fails = 0;
  const worker = startBeside(exchange, { turn: () => (fails-- > 0 ? lost : null) });
  await worker.call(world.sender.key, '/v1/practice', 'GET');
  fails = 3;
  expect((await worker.call(world.sender.key, '/v1/keys', 'GET')).status).toBe(200);
  fails = 99;
  const answer = await worker.call(world.sender.key, '/v1/keys', 'GET');
  expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(answer.headers.get('Retry-After')).toBe('5');
});

/** A receiver’s look at what the client allowed. */
const LOGGED = ['getReferral', 'getPlan'];

describe('a database that takes no more writes', () => {
  const full = () => startBeside(exchange, { turn: ({ isRead }) => (isRead ? null : { words: LARGE }) });

  test('answers every read that logs nothing, with a key that nobody has used yet, too', async () => {
    const calls = exampleCalls(exchange, world);
    await exchange.sql('update api_keys set last_used_at = null');
    for (const { id } of documented.filter((one) => one.method === 'GET' && !LOGGED.includes(one.id))) {
      const { key, path } = await (calls[id] as () => ReturnType<(typeof calls)[string]>)();
      const answer = await full().call(key, path, 'GET');
      expect([id, answer.status, answer.body]).toEqual([id, 200, answer.body]);
    }
  });

  test('shows the sender the whole referral and the receiver a preview, and nothing without its line in the log', async () => {
    const id = await sendReferral(exchange, world);
    const read = (key: string) => full().call(key, `/v1/referrals/${id}`, 'GET');
    expect((await read(world.sender.key)).body.client.identity.given_name).toBe('Quillon');
    const preview = await read(world.receiver.key);
    expect([preview.status, JSON.stringify(preview.body).includes('Quillon')]).toEqual([200, false]);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const refused = await read(world.receiver.key);
    expect([refused.status, JSON.stringify(refused.body).includes('Quillon')]).toEqual([503, false]);
    expect((await read(world.sender.key)).status).toBe(200);
    const readPlan = (key: string) => full().call(key, `/v1/referrals/${id}/plan`, 'GET');
    expect((await readPlan(world.sender.key)).status).toBe(200);
  });

  test('refuses a write with the words that nothing was changed', async () => {
    const answer = await full().call(world.sender.key, '/v1/keys', 'POST', { name: 'full' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.body.detail).toMatch(/nothing was changed/);
    expect(await countOf('full')).toBe(0);
  });
});
