/** The network's month: counted once, in parts, and published so that no small count can be computed. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Database } from '../../src/platform/db/database.ts';
import { countNetwork, nextMonth, PRACTICES_PER_RUN_MAX } from '../../src/reports/network/counting.ts';
import {
  addPractice,
  type Figures,
  medianOf,
  NO_FIGURES,
  SENT_STATES,
} from '../../src/reports/network/figures.ts';
import { toNetworkReport } from '../../src/reports/network/report.ts';
import { BASE, publish, publishWhole } from '../../src/reports/network/rounding.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { createWorld, expectStatus, sendReferral } from '../support/world.ts';

useWorld();

describe('what is published', () => {
  const cell = fc.oneof(fc.nat(4), fc.nat(14), fc.constantFrom(4, 9, 14));
  const named = (counts: readonly number[]) =>
    Object.fromEntries(counts.map((count, index) => [`cell ${index}`, count]));
  const published = (counts: readonly number[]) => JSON.stringify(publishWhole(named(counts)));

  test('a count of 0 to 4 may be any of them, whoever knows all other cells, their sum and this program', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (counts) => {
        const seen = published(counts);
        const possible = counts.map(() => new Set<number>());
        // Every table that could be behind it: each cell is one of five that follow each other.
        for (let code = 0; code < BASE ** counts.length; code += 1) {
          const table = counts.map(
            (count, index) => count - (count % BASE) + (Math.floor(code / BASE ** index) % BASE),
          );
          if (published(table) !== seen) continue;
          for (const [index, count] of table.entries()) possible[index]?.add(count);
        }
        expect(possible.map((values) => values.size)).toEqual(counts.map(() => BASE));
      }),
      { numRuns: 150, examples: [[[4, 4, 4, 4, 4]], [[4, 1]], [[4, 9]], [[0, 0]], [[14, 14, 14, 14, 14]]] },
    );
  });

  test('a published count is never more than the true one, and a sum at most two steps less', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 2, maxLength: 12 }), (counts) => {
        const sum = counts.reduce((all, count) => all + count, 0);
        const { total } = publishWhole(named(counts));
        expect(sum - (total ?? 0)).toBeGreaterThanOrEqual(0);
        expect(sum - (total ?? 0)).toBeLessThan(2 * BASE);
        for (const count of counts) expect(count - (publish(count) ?? 0)).toBeLessThan(BASE);
      }),
    );
  });

  test('a report of a month changes by nothing that one more or less of anything could tell, nor does the next month’s', () => {
    const counts = fc.record({
      active: fc.nat(40),
      sending: fc.integer({ min: 5, max: 40 }),
      receiving: fc.integer({ min: 5, max: 40 }),
      isolated: fc.nat(40),
      partnerships: fc.nat(40),
      pending_credentials: fc.nat(40),
      waiting_cases: fc.nat(40),
    });
    const reportOf = (figures: object, month = '2026-01') =>
      toNetworkReport({
        month,
        after_id: '',
        counted_at: 1,
        figures: { ...NO_FIGURES, ...figures } as Figures,
      });
    fc.assert(
      fc.property(counts, (figures) => {
        // Whatever stands in a report is made of the rounded counts: with them alone it says the same.
        const rounded = Object.fromEntries(
          Object.entries(figures).map(([name, count]) => [name, count - (count % BASE)]),
        );
        for (const month of ['2026-01', '2026-02'])
          expect(reportOf(figures, month)).toEqual(reportOf(rounded, month));
      }),
    );
  });

  test('nothing is said of referrals that fewer than five practices sent or received, nor a time of fewer than five', () => {
    const states = { sent: 50, accepted: 50 };
    const times = { practices: 5, steps: { '96': 3, '104': 30 } };
    const figures = { ...NO_FIGURES, sending: 5, receiving: 5, states, accept: times, engage: times };
    const referralsOf = (change: Partial<Figures>) =>
      toNetworkReport({ month: '2026-01', after_id: '', counted_at: 1, figures: { ...figures, ...change } })
        .referrals;
    expect(referralsOf({})).toMatchObject({
      total: 100,
      by_state: { sent: 50, accepted: 50, engaged: null },
      median_seconds_to_accept: medianOf(times),
    });
    for (const change of [{ sending: 4 }, { receiving: 4 }])
      expect(referralsOf(change)).toEqual({
        total: null,
        by_state: Object.fromEntries(SENT_STATES.map((state) => [state, null])),
        median_seconds_to_accept: null,
        median_seconds_to_engage: null,
      });
    expect(referralsOf({ accept: { ...times, practices: 4 } }).median_seconds_to_accept).toBeNull();
  });
});

test('a median of steps is at most a tenth above the true one, whatever practices the times are of', () => {
  const step = (seconds: number) => String(Math.floor(8 * Math.log2(seconds)));
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 5, maxLength: 40 }),
      (times) => {
        const figures = times.reduce(
          (sum, seconds) =>
            addPractice(sum, {
              is_active: true,
              sends: false,
              has_partner: true,
              invited_partners: 0,
              states: {},
              accept: { [step(seconds)]: 1 },
              engage: {},
              endpoints: {},
            }),
          NO_FIGURES,
        );
        const middle = times.sort((a, b) => a - b)[Math.ceil(times.length / 2) - 1] as number;
        const median = medianOf(figures.accept) as number;
        expect(median).toBeGreaterThanOrEqual(Math.floor(middle));
        expect(median).toBeLessThanOrEqual(Math.ceil(middle * 1.1) + 1);
      },
    ),
  );
});

test('months follow each other from the first practice’s on, each a week after its end; never more than 24 back', () => {
  const at = (text: string) => Date.parse(text);
  const first = at('2026-05-20T00:00:00Z');
  expect(nextMonth(undefined, undefined, at('2026-07-01T00:00:00Z'))).toBeNull();
  expect(nextMonth(undefined, first, at('2026-06-07T23:59:59Z'))).toBeNull();
  expect(nextMonth(undefined, first, at('2026-06-08T00:00:00Z'))).toBe('2026-05');
  expect(nextMonth('2026-05', first, at('2026-06-30T00:00:00Z'))).toBeNull();
  expect(nextMonth('2026-05', first, at('2026-09-01T00:00:00Z'))).toBe('2026-06');
  expect(nextMonth(undefined, 1, at('2026-09-01T00:00:00Z'))).toBe('2024-09');
});

describe('a month', () => {
  const month = '2026-03';
  const now = Date.parse('2026-04-10T12:00:00Z');
  const read = async (more = '') => exchange.call(world.operator, `/v1/reports/network${more}`);

  /** Practices that each sent and received in the month, one after the other in a ring. */
  async function fill(count: number, referralId: string): Promise<void> {
    await exchange.sql('drop trigger if exists referrals_waiting_limit');
    await exchange.sql(`with recursive n(v) as (select 1 union all select v + 1 from n where v < ${count})
      insert into practices (id, name, city, jurisdiction, time_zone, scope_of_services, services, assessments, languages, capacity, capacity_updated_at, created_at, updated_at)
      select 'prc_' || printf('%026d', v), 'P', 'C', 'US-ZZ', 'UTC', 'S', '[]', '[]', '[]', 'accepting', 1, 1, 1 from n`);
    const columns = await exchange.sql<{ name: string }>("select name from pragma_table_info('referrals')");
    const changed: Record<string, string> = {
      id: "'ref_' || printf('%026d', n.v)",
      client_index: "'ring' || n.v",
      sender_practice_id: "'prc_' || printf('%026d', n.v)",
      receiver_practice_id: `'prc_' || printf('%026d', n.v % ${count} + 1)`,
      sent_at: `${Date.parse('2026-03-15T00:00:00Z')} + n.v`,
      accepted_at: `iif(n.v % 2 = 0, ${Date.parse('2026-03-15T00:00:00Z')} + n.v + 3600000, null)`,
      answered_at: 'null',
      state: "iif(n.v % 2 = 0, 'accepted', 'sent')",
    };
    const list = columns.map(({ name }) => changed[name] ?? `r.${name}`).join(', ');
    await exchange.sql(
      `with recursive n(v) as (select 1 union all select v + 1 from n where v < ${count})
       insert into referrals (${columns.map(({ name }) => name).join(', ')}) select ${list} from referrals as r, n where r.id = ?`,
      referralId,
    );
  }

  test('is counted in parts, once, also by two minutes at a time, and stays as it is; JSON and CSV say the same', async () => {
    expect((await read(`?month=${month}`)).status).toBe(404);
    const database = new Database(exchange.env.DB as never);
    const count = PRACTICES_PER_RUN_MAX + 50;
    await fill(count, await sendReferral(exchange, await createWorld(exchange)));
    await exchange.sql("insert into network_months (month, counted_at, figures) values ('2026-02', 1, '{}')");
    const before = database.meter.rowsWritten;
    // It begins, and then takes so many practices at a time; two at once do the work of one.
    await countNetwork(database, now);
    await Promise.all([countNetwork(database, now), countNetwork(database, now)]);
    expect((await read(`?month=${month}`)).status).toBe(404);
    const read0 = database.meter.rowsRead;
    await countNetwork(database, now);
    expect(database.meter.rowsRead - read0).toBeLessThan(PRACTICES_PER_RUN_MAX * 12);
    expect(database.meter.rowsWritten - before).toBeLessThanOrEqual(4);
    await countNetwork(database, now);
    const { body, cost } = expectStatus(await read(`?month=${month}`), 200);
    expect(cost.read).toBeLessThanOrEqual(2);
    expect(body).toMatchObject({
      month,
      counted_at: new Date(now).toISOString(),
      practices: { sending: count, receiving: count },
      referrals: {
        total: count,
        by_state: { sent: count / 2, accepted: count / 2, engaged: null },
        median_seconds_to_engage: null,
      },
      endpoints: [],
    });
    const median = body.referrals.median_seconds_to_accept;
    expect([median >= 3600, median <= 3600 * 1.1]).toEqual([true, true]);
    // What changes afterwards is in no report of it, and the database keeps it so.
    for (const change of ['update network_months set counted_at = 2', 'delete from network_months'])
      await expect(exchange.sql(change)).rejects.toThrow('guard: counted');
    await exchange.sql(
      "update referrals set state = 'declined', decline_reason = 'other' where client_index = 'ring1'",
    );
    await countNetwork(database, now);
    expect((await read()).body).toEqual(body);
    const csv = await exchange.call(world.operator, `/v1/reports/network?month=${month}`, {
      headers: { Accept: 'text/csv' },
    });
    const rows: Record<string, string>[] = parse(csv.body, { columns: true, bom: true });
    const figure = (section: string, name: string) =>
      rows.find((row) => row.section === section && row.figure === name)?.value;
    expect(figure('referrals', 'total')).toBe(String(count));
    expect(figure('referrals_by_state', 'engaged')).toBe('');
    expect(figure('practices', 'receiving')).toBe(String(count));
  });
});
