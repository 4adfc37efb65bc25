import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { expect, test } from 'vitest';
import { deliveriesWokenBy, foundOf, many, one, stepsOf, waking } from '../../../src/platform/db/plan.ts';

const query = drizzle({} as D1Database);
const statement = (name: string) => query.all<{ name: string }>(sql.raw(`select '${name}' as name`));

test('what a plan asks comes back under the same names, however it nests, in the order of the names', () => {
  const plan = {
    first: one(statement('a')),
    inner: { all: many(statement('b')), missing: undefined, none: one(statement('c')) },
    unnamed: [statement('d'), [statement('e')]],
    last: one(statement('f')),
  };
  const results = [[{ name: 'a' }, { name: 'other' }], [{ name: 'b' }], [], [], [], [{ name: 'f' }]];
  expect(stepsOf(plan)).toHaveLength(results.length);
  let index = 0;
  expect(foundOf(plan, () => results[index++])).toEqual({
    first: { name: 'a' },
    inner: { all: [{ name: 'b' }], missing: undefined, none: undefined },
    unnamed: undefined,
    last: { name: 'f' },
  });
});

test('the deliveries to wake are what waking steps returned, less those that wait, and nothing of other rows', () => {
  const plan = [one(statement('delivery_id')), waking(statement('x')), { inner: waking(statement('y')) }];
  const results = [
    [{ delivery_id: 'not meant' }],
    [{ delivery_id: 'd1' }, { delivery_id: null }],
    [{ delivery_id: 'd2' }],
  ];
  expect(deliveriesWokenBy(stepsOf(plan), results)).toEqual(['d1', 'd2']);
});

test('an empty plan asks nothing', () => {
  expect(stepsOf(undefined)).toEqual([]);
  expect(stepsOf([undefined, {}])).toEqual([]);
});
