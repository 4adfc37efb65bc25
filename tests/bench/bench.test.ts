import { describe, expect, test } from 'vitest';
import { cloneRow, ownPart } from '../../bench/load/clone.ts';
import { BIG, HUB, pairsIn, practicesIn, shapesIn } from '../../bench/load/shape.ts';
import { timingOf } from '../../bench/measure/timing.ts';
import { PRICES, priceOf } from '../../bench/report/price.ts';
import { toMarkdown } from '../../bench/report/tables.ts';
import { idPattern, timeOf } from '../../src/platform/db/ids.ts';

describe('what is loaded', () => {
  const shapes = [...shapesIn(5000, 7)];

  test('is the same for the same seed, and another for another', () => {
    expect([...shapesIn(5000, 7)]).toEqual(shapes);
    expect([...shapesIn(5000, 8)]).not.toEqual(shapes);
  });

  test('is skewed: one practice sends a fifth, one gets a fifth', () => {
    const share = (of: (one: (typeof shapes)[number]) => boolean) => shapes.filter(of).length / shapes.length;
    expect(share(({ sender }) => sender === BIG)).toBeCloseTo(0.2, 1);
    expect(share(({ receiver }) => receiver === HUB)).toBeGreaterThan(0.18);
  });

  test('goes only between partners, and never more than 100 wait between two', () => {
    const practices = practicesIn(5000);
    const pairs = new Set([...pairsIn(practices)].map((pair) => pair.join(' ')));
    const waiting = new Map<string, number>();
    for (const { sender, receiver, kind } of shapes) {
      expect(pairs.has([sender, receiver].sort((a, b) => a - b).join(' '))).toBe(true);
      const way = `${sender} ${receiver}`;
      if (kind === 'sent') waiting.set(way, (waiting.get(way) ?? 0) + 1);
    }
    expect(Math.max(...waiting.values())).toBeLessThan(100);
  });
});

test('a cloned row has other ids and times wherever they stand, and nothing else is other', () => {
  const [old, other] = [ownPart(1_790_000_000_000, 1), ownPart(1_790_000_005_000, 2)];
  expect(other).toMatch(/^[0-7][0-9a-z]{25}$/);
  expect(idPattern('referral').test(`ref_${other}`)).toBe(true);
  expect(timeOf('referral', `ref_${other}`)).toBe(1_790_000_005_000);
  const row = {
    id: `ref_${old}`,
    at: 1_790_000_000_000,
    count: 3,
    data: `{"of":"ref_${old}","at":1790000000000}`,
    none: null,
  };
  expect(cloneRow(row, { ids: new Map([[old, other]]), shiftMs: 5000 })).toEqual({
    id: `ref_${other}`,
    at: 1_790_000_005_000,
    count: 3,
    data: `{"of":"ref_${other}","at":1790000005000}`,
    none: null,
  });
});

test('a timing has the nearest ranks, and the throughput of the whole', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(timingOf(hundred, 2000)).toEqual({ count: 100, p50_ms: 50, p95_ms: 95, p99_ms: 99, per_second: 50 });
});

test('a table is Markdown, with numbers to the right', () => {
  expect(toMarkdown([{ what: 'a|b', rows: 1234 }])).toBe('| what | rows |\n| --- | --: |\n| a\\|b | 1,234 |');
});

test('a price is the sum of its parts', () => {
  const { once, of, month } = priceOf({
    rows_read: 1000,
    rows_written: 90,
    requests: 20,
    messages: 8,
    cpu_ms: 100,
    bytes: 6000,
  });
  expect(of['rows written']).toBe(90 * PRICES.rows_written_million);
  expect(once).toBeCloseTo(Object.values(of).reduce((sum, one) => sum + one, 0));
  expect(month).toBeCloseTo(4.5);
});
