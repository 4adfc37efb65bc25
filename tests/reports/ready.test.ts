/** Of each month that is over its practice hears once, when it is over where the practice is. */
import { expect, test } from 'vitest';
import { Database } from '../../src/platform/db/database.ts';
import { currentMonth, monthAfter, monthIn } from '../../src/reports/months.ts';
import { announceReports } from '../../src/reports/ready.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { expectStatus, sendReferral } from '../support/world.ts';

useWorld();

const DAY = 86_400_000;
const minuteAt = (now: number) => announceReports(new Database(exchange.env.DB as never), now);
const told = async (key = world.sender.key) => {
  const { body } = expectStatus(await exchange.call(key, '/v1/events?limit=100'), 200);
  return body.data.filter(({ type }: { type: string }) => type === 'report.ready');
};
const moveTo = async (time_zone: string) =>
  expectStatus(
    await exchange.call(world.sender.key, '/v1/practice', { method: 'PATCH', body: { time_zone } }),
    200,
  );

test('once a month, in the practice’s own zone, whether the minute is late, twice or away for days', async () => {
  await sendReferral(exchange, world);
  await moveTo('Asia/Kolkata');
  const start = Date.now();
  const month = currentMonth('Asia/Kolkata', start);
  const { until } = monthIn('Asia/Kolkata', month);
  await minuteAt(start);
  await minuteAt(until - 1);
  expect(await told()).toEqual([]);
  await Promise.allSettled([minuteAt(until), minuteAt(until), minuteAt(until + 60_000)]);
  await minuteAt(until + DAY);
  const [event, ...others] = await told();
  expect(others).toEqual([]);
  expect(event.data).toMatchObject({
    month,
    time_zone: 'Asia/Kolkata',
    referrals: { given: 1, received: 0, balance: 1 },
    engagements: { given: 0 },
    actor: 'system',
  });
  const { pathname } = new URL(event.data.report_url);
  expect(expectStatus(await exchange.call(null, pathname), 200).body).toContain('You gave 1 referral');
  const again = await exchange.call(world.sender.key, `/v1/events/${event.id}`);
  expect(again.body.data.report_url).toBe(event.data.report_url);
  expectStatus(
    await exchange.call(world.sender.key, `/v1/reports/shares/${event.data.report_share_id}`, {
      method: 'DELETE',
    }),
    204,
  );
  expect((await exchange.call(null, pathname)).status).toBe(404);

  // Where it is elsewhere it is not over yet: after a move the next end counts, and none is told twice.
  await moveTo('Pacific/Pago_Pago');
  await minuteAt(until + 60_000);
  expect(await told()).toHaveLength(1);
  // Away for two days, and then for more than a month: the last month that is over is told, once.
  const next = monthIn('Pacific/Pago_Pago', month).until;
  await minuteAt(next + 2 * DAY);
  const later = monthIn('Pacific/Pago_Pago', monthAfter(month, 3)).until;
  await minuteAt(later + 2 * DAY);
  await minuteAt(later + 3 * DAY);
  expect((await told()).map(({ data }: { data: { month: string } }) => data.month)).toEqual([
    month,
    monthAfter(month, 3),
  ]);
});
