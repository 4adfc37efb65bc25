/** The page of a month's report, by a link that a practice shared: in a real browser, as its owner would look at it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBrowse, expectAccessible, expectDrawn, startBrowser } from '../../support/browser.ts';
import { type Exchange, startExchange } from '../../support/harness.ts';
import { createWorld, expectStatus, move, sendReferral, thisMonth, type World } from '../../support/world.ts';

let exchange: Exchange;
let world: World;
let browser: Browser;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  if (canBrowse) browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await exchange?.close();
});

const share = async (month: string, key = world.sender.key, change: Record<string, unknown> = {}) =>
  expectStatus(await exchange.call(key, '/v1/reports/shares', { body: { month, ...change } }), 201).body;
const pathOf = ({ report_url }: { report_url: string }) => new URL(report_url).pathname;
const look = (path: string, lang = 'en') => exchange.call(null, `${path}?lang=${lang}`);

/** @param count referrals like this one, with other ends, towards partners of their own, over the months before */
async function multiply(referralId: string, count: number): Promise<void> {
  await exchange.sql('drop trigger if exists referrals_waiting_limit');
  await exchange.sql(`with recursive n(v) as (select 1 union all select v + 1 from n where v < ${count})
    insert or ignore into practices (id, name, city, jurisdiction, time_zone, scope_of_services, services, assessments, languages, capacity, capacity_updated_at, created_at, updated_at)
    select 'prc_' || printf('%026d', v), case v % 5 when 0 then 'مركز الأمل للإرشاد المهني' when 1 then 'Wilhelmina Featherstonehaugh-Montgomery Career Counseling & Psychological Testing Associates of Greater Omaha, P.C.'
      else 'Practice ' || v end, 'C', 'US-ZZ', 'UTC', 'S', '[]', '[]', '[]', 'accepting', 1, 1, 1 from n`);
  const columns = await exchange.sql<{ name: string }>("select name from pragma_table_info('referrals')");
  const changed: Record<string, string> = {
    id: "'ref_' || printf('%025d', n.v) || '0'",
    client_index: "'many' || n.v",
    receiver_practice_id: "iif(n.v % 3 = 0, r.sender_practice_id, 'prc_' || printf('%026d', n.v))",
    sender_practice_id: "iif(n.v % 3 = 0, 'prc_' || printf('%026d', n.v), r.sender_practice_id)",
    sent_at: 'r.sent_at - (n.v % 6) * 30 * 86400000',
  };
  const list = columns.map(({ name }) => changed[name] ?? `r.${name}`).join(', ');
  await exchange.sql(
    `with recursive n(v) as (select 1 union all select v + 1 from n where v < ${count})
     insert into referrals (${columns.map(({ name }) => name).join(', ')}) select ${list} from referrals as r, n where r.id = ?`,
    referralId,
  );
}

describe('the link', () => {
  test('opens one month of one practice, as it is now, until it ends, is revoked, or its key is', async () => {
    const shared = await share('2026-01');
    const { body, headers, cost } = await look(pathOf(shared));
    expect(body).toContain('Prairie Résumés: referrals in January 2026');
    expect(cost.calls).toBe(1);
    expect(headers.get('Content-Security-Policy')).toMatch(/default-src 'none'/);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect((await look(pathOf(shared), 'es')).body).toContain('referidos de enero de 2026');
    const listed = await exchange.call(world.sender.key, '/v1/reports/shares');
    expect(listed.body.data).toEqual([shared]);
    const foreign = await exchange.call(world.receiver.key, `/v1/reports/shares/${shared.id}`, {
      method: 'DELETE',
    });
    expect(foreign.status).toBe(404);
    expect((await look(pathOf(shared))).status).toBe(200);
    const revoke = () =>
      exchange.call(world.sender.key, `/v1/reports/shares/${shared.id}`, { method: 'DELETE' });
    expectStatus(await revoke(), 204);
    expectStatus(await revoke(), 204);
    const gone = await look(pathOf(shared));
    expect([gone.status, gone.body.includes('Prairie')]).toEqual([404, false]);

    const ended = await share('2026-01', world.sender.key, { valid_days: 1 });
    await exchange.sql('update report_shares set expires_at = 1 where id = ?', ended.id);
    expect((await look(pathOf(ended))).status).toBe(404);

    const key = expectStatus(
      await exchange.call(world.sender.key, '/v1/keys', {
        body: { name: 'short', scopes: ['reports:read'] },
      }),
      201,
    ).body;
    const byKey = await share('2026-01', key.secret);
    expect((await look(pathOf(byKey))).status).toBe(200);
    await exchange.call(world.sender.key, `/v1/keys/${key.id}`, { method: 'DELETE' });
    expect((await look(pathOf(byKey))).status).toBe(404);
    expect((await look(`${pathOf(ended)}x`)).status).toBe(404);
  });

  test('is made again with the same Idempotency-Key, and never for a month to come', async () => {
    const ask = () =>
      exchange.call(world.sender.key, '/v1/reports/shares', {
        body: { month: '2026-02' },
        headers: { 'Idempotency-Key': 'one' },
      });
    const [first, again] = [await ask(), await ask()];
    expect(again.body).toEqual(first.body);
    const future = await exchange.call(world.sender.key, '/v1/reports/shares', {
      body: { month: '2099-01' },
    });
    expect([future.status, future.body.errors[0].pointer]).toEqual([422, '/month']);
  });
});

describe.runIf(canBrowse)('in a browser', () => {
  const open = async (page: Page, path: string, lang = 'en') => {
    await page.goto(`${exchange.origin}${path}?lang=${lang}`);
  };
  const month = thisMonth();

  test('an empty month, one referral, and 200 partners look right, in both languages, light and dark, and printed', async () => {
    const context = await browser.newContext({ javaScriptEnabled: true });
    const page = await context.newPage();
    await open(page, pathOf(await share('2021-01')));
    expect(await page.textContent('main')).toContain('Nothing was given or received this month');
    // What is to be done now is no part of a month long past.
    expect(await page.locator('section.next').count()).toBe(0);
    await expectAccessible(page, 'report-1-empty');
    const id = await sendReferral(exchange, world);
    const waiting = pathOf(await share(month, world.receiver.key));
    await open(page, waiting);
    expect(await page.textContent('section.next')).toMatch(
      /1 referral waits on you.*Prairie Résumés answer by.*Thank 1 partner.*sent you 1/s,
    );
    const longAgo = Date.now() - 120 * 86_400_000;
    await exchange.sql('update partnerships set updated_at = ?1, last_referral_at = ?1', longAgo);
    await exchange.sql(
      "update credentials set expires_on = ? where status = 'verified'",
      new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10),
    );
    await open(page, waiting);
    expect(await page.textContent('section.next')).toMatch(/1 credential ends.*Get in touch with 1 partner/s);
    await expectAccessible(page, 'report-5-insights');
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
    const path = pathOf(await share(month));
    await open(page, path);
    expect(await page.textContent('main')).toContain('You gave 1 referral and received 0');
    expect(await page.textContent('main')).toContain('Of 1 given, 1 was accepted and 1 became an engagement');
    await expectAccessible(page, 'report-2-one');
    await multiply(id, 200);
    await exchange.sql('delete from report_months');
    await open(page, path);
    const rows = await page.locator('section.long tbody tr').count();
    expect(rows).toBeGreaterThan(30);
    await expectAccessible(page, 'report-3-many');
    await expectDrawn(page, 'report-3-many');
    await open(page, path, 'es');
    await expectAccessible(page, 'report-4-spanish');
    await context.close();
  });
});
