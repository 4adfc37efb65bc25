import { expect, test } from 'vitest';
import { commit } from '../../src/ledger/commit.ts';
import type { Exchange } from '../../src/ledger/exchange.ts';
import { ConflictError } from '../../src/platform/db/database.ts';
import { UnavailableError } from '../../src/platform/db/unavailable.ts';
import { Problem } from '../../src/platform/problem.ts';

/** An exchange whose database refuses so many writes before it takes one. */
function exchangeThat(refusals: number) {
  const log: string[] = [];
  const work: (() => Promise<unknown>)[] = [];
  const exchange = {
    now: 1,
    database: {
      read: async () => ({ n: log.length }),
      write: async () => {
        log.push('write');
        if (log.length <= refusals) throw new ConflictError('guard: version');
        return { found: { made: 'row' }, deliveryIds: ['dlv'] };
      },
    },
    defer: (one: () => Promise<unknown>) => work.push(one),
    wakeDeliveries: async (ids: readonly string[]) => log.push(`wake ${ids}`),
  } as unknown as Exchange;
  return { exchange, log, finish: () => Promise.all(work.map((one) => one())) };
}

test('who loses a race decides again on what is true by then, at that moment; then all of it happens once', async () => {
  const { exchange, log, finish } = exchangeThat(2);
  const moments: number[] = [];
  const result = await commit(exchange, (at) => ({
    subject: 'ref',
    read: {},
    decide: () => {
      moments.push(at.now);
      return { writes: {}, resultOf: (written) => [written, moments.length] };
    },
  }));
  await finish();
  expect(result).toEqual([{ made: 'row' }, 3]);
  expect(log).toEqual(['write', 'write', 'write', 'wake dlv']);
  expect(moments[2]).toBeGreaterThan(1_000_000);
});

test('a refusal of the decision is thrown as it is, and nothing is written', async () => {
  const { exchange, log } = exchangeThat(0);
  const refuse = commit(exchange, () => ({
    read: {},
    decide: () => {
      throw new Problem('illegal_transition', 'no');
    },
  }));
  await expect(refuse).rejects.toThrow('illegal_transition');
  expect(log).toEqual([]);
});

test('who never wins hears that it is busy and when to come back, and the turn goes to the next one', async () => {
  const { exchange } = exchangeThat(Number.POSITIVE_INFINITY);
  const lose = () =>
    commit(
      exchange,
      () => ({ subject: 'hot', read: {}, decide: () => ({ writes: {}, resultOf: () => null }) }),
      { pause: async () => undefined },
    );
  const problem = await lose().catch((error: unknown) => error as Problem);
  expect(problem).toMatchObject({ code: 'busy', status: 503, headers: { 'Retry-After': '2' } });
  const { exchange: calm } = exchangeThat(0);
  const next = commit(calm, () => ({
    subject: 'hot',
    read: {},
    decide: () => ({ writes: {}, resultOf: () => 'won' }),
  }));
  expect(await next).toBe('won');
});

test('a write without an answer is decided again only where its read finds it, and never for ever', async () => {
  const lost = new UnavailableError('D1: lost', 'unknown');
  const tries = async (findsItself: boolean, fails: number) => {
    let writes = 0;
    const { exchange } = exchangeThat(0);
    const write = async () => {
      writes += 1;
      if (writes <= fails) throw lost;
      return { found: {}, deliveryIds: [] };
    };
    const database = { read: async () => ({}), write } as unknown as Exchange['database'];
    const made = await commit({ ...exchange, database }, () => ({
      findsItself,
      read: {},
      decide: () => ({ writes: {}, resultOf: () => 'made' }),
    })).catch((error: unknown) => error);
    return [made, writes];
  };
  expect(await tries(true, 2)).toEqual(['made', 3]);
  expect(await tries(true, 9)).toEqual([lost, 3]);
  expect(await tries(false, 1)).toEqual([lost, 1]);
});

test('what fails after the commit is thrown, and the write is not made again', async () => {
  const { exchange, log } = exchangeThat(0);
  const late = commit(exchange, () => ({
    read: {},
    decide: () => ({
      writes: {},
      resultOf: () => {
        throw new ConflictError('guard: of something that is read to answer');
      },
    }),
  }));
  await expect(late).rejects.toThrow(ConflictError);
  expect(log.filter((entry) => entry === 'write')).toHaveLength(1);
});
