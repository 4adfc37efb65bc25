/** Whatever happens, and whenever somebody looks: the report says what a plain, slow, separate computation says. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepMonths } from '../../src/reports/keeping.ts';
import { countMonths, currentMonth, monthAfter } from '../../src/reports/months.ts';
import { buildReport, readReport } from '../../src/reports/report.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { slowRelation } from './slow.ts';
import { anyPlan, DAY, HistoryWorld } from './world.ts';

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(() => exchange.close());

/** Summer time ends and begins within the months of the histories, in the south and half an hour of it, too; and one has none. */
const ZONES = [
  'America/Chicago',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'America/St_Johns',
  'Pacific/Kiritimati',
  'Africa/Casablanca',
  'UTC',
] as const;
const START = Date.UTC(2025, 9, 1);

const anyWorld = fc.record({
  zones: fc.tuple(fc.constantFrom(...ZONES), fc.constantFrom(...ZONES), fc.constantFrom(...ZONES)),
  plans: fc.array(anyPlan, { minLength: 18, maxLength: 22 }),
  /** A month or more is just over. */
  firstLookDays: fc.constantFrom(33, 63, 94),
  moves: fc.constantFrom(...ZONES),
});

async function check(world: HistoryWorld, now: number, isLast: boolean): Promise<void> {
  const { database, histories } = world;
  for (const { id: practiceId, timeZone } of world.practices) {
    const to = currentMonth(timeZone, now);
    const from = '2025-09';
    const read = async (months: { from: string; to: string }, partnerId?: string) => {
      const found = await readReport(
        database,
        { practiceId, partnerId, ...months, compare: true },
        timeZone,
        now,
      );
      if (!found) throw new Error('no practice');
      return { found, report: buildReport(found, now) };
    };
    const slow = (months: { from: string; to: string }, partner?: string) =>
      slowRelation(histories, practiceId, timeZone, months.from, months.to, now, partner);
    const compare = async (months: { from: string; to: string }) => {
      const { report, found } = await read(months);
      expect(report.totals).toEqual(slow(months));
      for (const { practice_id, name, ...relation } of report.partners)
        expect(relation).toEqual({ ...slow(months, practice_id), thanks_received: 0 });
      const given = report.partners.reduce((sum, { referrals }) => sum + referrals.given, 0);
      expect(given).toBe(report.totals.referrals.given);
      for (const { month, referrals, engagements } of report.trend ?? [])
        expect(slow({ from: month, to: month })).toMatchObject({ referrals, engagements });
      if (report.previous) {
        const { month, ...relation } = report.previous;
        expect(relation).toEqual(slow({ from: month, to: month }));
      }
      return found.unkept;
    };
    const whole = { from, to };
    const months = Array.from({ length: countMonths(from, to) }, (_, index) => monthAfter(from, index));
    // Some months are kept from an earlier look, some were changed since, some were never kept.
    const unkept = await compare(whole);
    const [month = to] = months.filter((_, index) => index === histories.length % months.length);
    await compare({ from: month, to: month });
    await keepMonths(database, practiceId, unkept, now);
    expect(await compare(whole)).toEqual([]);
    for (const one of isLast ? months : [month]) await compare({ from: one, to: one });
    const [partner] = world.practices.filter(({ id }) => id !== practiceId);
    const { report } = await read(whole, partner?.id);
    expect(report.totals).toEqual(slow(whole, partner?.id));
  }
}

test('for every practice, partner and month, in every zone, before and after months are kept and changed', async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, async ({ zones, plans, firstLookDays, moves }) => {
      const world = new HistoryWorld(exchange);
      await world.found(zones);
      world.schedule(plans, START);
      for (const [index, days] of [0, 7, 90].entries()) {
        const now = START + (firstLookDays + days) * DAY + 7;
        await world.goTo(now);
        if (index === 1) {
          const [mover] = world.practices;
          if (mover) {
            await exchange.sql('update practices set time_zone = ? where id = ?', moves, mover.id);
            mover.timeZone = moves;
          }
        }
        await check(world, now, index === 2);
      }
      // What the sender may hear of stands with the referral as the consent says it.
      const wrong =
        await exchange.sql(`select r.id from referrals as r join consents as c on c.referral_id = r.id
        where r.sender_feedback_until is not iif(instr(c.directions, '"feedback"') = 0, null, iif(c.revoked_at is null, c.expires_at, 0))`);
      expect(wrong).toEqual([]);
    }),
    { numRuns: 2, endOnFailure: true },
  );
});

test('what a sender may not know is in no report, whatever is subtracted from what, nor in what reports cost', async () => {
  await fc.assert(
    fc.asyncProperty(anyWorld, async ({ plans, firstLookDays }) => {
      const worlds = [
        new HistoryWorld(exchange, 'eventful'),
        new HistoryWorld(exchange, 'eventless'),
        // Stands behind both in every index: what is read ends at somebody else's row in each of them.
        new HistoryWorld(exchange, 'eventless'),
      ] as const;
      for (const world of worlds) {
        await world.found(['America/Chicago', 'UTC', 'UTC']);
        world.schedule(
          plans.map((plan) => ({
            ...plan,
            sender: 0,
            follows: null,
            feedback: plan.feedback && plan.reason === 0,
          })),
          START,
        );
      }
      for (const days of [0, 10, 70]) {
        const now = START + (firstLookDays + days) * DAY;
        for (const world of worlds) await world.goTo(now);
        const seen = [];
        for (const world of worlds) {
          const { database, practices } = world;
          const [sender] = practices;
          if (!sender) throw new Error('no practice');
          const to = currentMonth(sender.timeZone, now);
          const ask = async (partnerId?: string) => {
            const before = database.meter.rowsRead;
            const wanted = { practiceId: sender.id, from: '2025-09', to, partnerId, insights: true };
            const found = await readReport(database, wanted, sender.timeZone, now);
            if (!found) throw new Error('no practice');
            const cost = database.meter.rowsRead - before;
            return { report: buildReport(found, now), unkept: found.unkept, cost };
          };
          const whole = await ask();
          const parts = [];
          for (const { id } of practices) parts.push(await ask(id));
          await keepMonths(database, sender.id, whole.unkept, now);
          const text = JSON.stringify([whole, parts, await ask()]).replaceAll(/"(ref|prt)_\w+"/g, '"an id"');
          seen.push(practices.reduce((all, { id }, index) => all.replaceAll(id, `practice ${index}`), text));
        }
        expect(seen[0]).toBe(seen[1]);
      }
    }),
    { numRuns: 1, endOnFailure: true },
  );
});
