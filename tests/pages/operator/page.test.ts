/** The operator's pages: who gets in, what can be done, and how they look in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../src/platform/db/ids.ts';
import { NO_FIGURES } from '../../../src/reports/network/figures.ts';
import { canBrowse, expectAccessible, startBrowser } from '../../support/browser.ts';
import { type Exchange, startExchange } from '../../support/harness.ts';
import { createWorld, expectStatus, type World } from '../../support/world.ts';

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

const PAGES = ['/operator/queue', '/operator/health', '/operator/network'];
const form = (fields: Record<string, string>) => ({
  method: 'POST' as const,
  body: new URLSearchParams(fields).toString(),
});
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const signIn = (key: string, headers: Record<string, string> = {}) =>
  exchange.call(null, '/operator/sign-in', { ...form({ key }), headers: { ...FORM, ...headers } });
const cookieOf = (headers: Headers) => (headers.get('Set-Cookie') ?? '').split(';')[0] ?? '';

/** A credential of which a roster says another name. */
async function newCase(): Promise<{ id: string; credentialId: string }> {
  const credential = expectStatus(
    await exchange.call(world.operator, `/v1/professionals/${world.receiver.professionalId}/credentials`, {
      body: {
        kind: 'licence',
        title: 'Licence',
        issuer: 'Board',
        number: `N-${Math.floor(Math.random() * 1e6)}`,
        jurisdiction: 'US-NE',
        expires_on: '2035-12-31',
      },
    }),
    201,
  ).body;
  const id = newId('verification_case');
  await exchange.sql(
    'insert into verification_cases (id, credential_id, kind, roster_id, differences, created_at) values (?, ?, ?, ?, ?, ?)',
    id,
    credential.id,
    'disagrees',
    newId('roster'),
    JSON.stringify([{ member: 'name', claimed: 'Jordan Alder', listed: 'Alder, J.' }]),
    Date.now(),
  );
  return { id, credentialId: credential.id };
}

describe('who gets in', () => {
  test('whoever has an operator’s key, and nobody else; the key is neither kept nor shown', async () => {
    for (const path of PAGES) {
      const { status, headers, cost } = await exchange.call(null, path);
      expect([status, headers.get('Location'), cost.calls]).toEqual([303, '/operator?lang=en', 0]);
    }
    const revoked = await exchange.operatorKey();
    await exchange.sql('update api_keys set revoked_at = 1 where secret_hint = ?', revoked.slice(-4));
    for (const key of ['', 'rx_nonsense', world.sender.key, revoked]) {
      const { status, headers, body } = await signIn(key);
      expect([key, status, headers.get('Set-Cookie')]).toEqual([key, 422, null]);
      if (key !== '') expect(body).not.toContain(key);
    }
    // A form on a page of another origin, which a browser says of itself.
    const foreign = await signIn(world.operator, { 'Sec-Fetch-Site': 'cross-site' });
    expect([foreign.status, foreign.headers.get('Set-Cookie')]).toEqual([422, null]);
    const { status, headers } = await signIn(world.operator);
    expect([status, headers.get('Location')]).toEqual([303, '/operator/queue?lang=en']);
    const cookie = headers.get('Set-Cookie') ?? '';
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/operator', 'Max-Age=1800'])
      expect(cookie).toContain(part);
    expect(cookie).not.toContain(world.operator);
  });

  test('a session is one key’s: it ends with it, with its time, and when it is changed', async () => {
    const key = expectStatus(
      await exchange.call(world.operator, '/v1/operator/keys', { body: { name: 'page' } }),
      201,
    ).body;
    const Cookie = cookieOf((await signIn(key.secret)).headers);
    const look = (cookie: string) => exchange.call(null, '/operator/health', { headers: { Cookie: cookie } });
    const opened = await look(Cookie);
    expect([opened.status, opened.cost.calls]).toEqual([200, 1]);
    expect((await look(`${Cookie}x`)).status).toBe(303);
    expect((await look(`${Cookie.slice(0, -4)}AAAA`)).status).toBe(303);
    expectStatus(
      await exchange.call(world.operator, `/v1/operator/keys/${key.id}`, { method: 'DELETE' }),
      204,
    );
    expect((await look(Cookie)).status).toBe(303);
  });

  test('a form that is none of this session’s decides nothing', async () => {
    const { id, credentialId } = await newCase();
    const Cookie = cookieOf((await signIn(world.operator)).headers);
    const other = cookieOf((await signIn(world.operator)).headers);
    const page = await exchange.call(null, '/operator/queue', { headers: { Cookie: other } });
    const [, token = ''] = /name="form_token" value="([^"]+)"/.exec(page.body) ?? [];
    for (const [cookie, form_token] of [
      [Cookie, ''],
      [Cookie, token],
      ['', token],
    ] as const) {
      const fields = { form_token, entry_id: id, resolution: 'verified', reason: 'Looked.' };
      const { status } = await exchange.call(null, '/operator/queue', {
        ...form(fields),
        headers: { ...FORM, Cookie: cookie },
      });
      expect(status).toBe(303);
    }
    const [row] = await exchange.sql('select resolved_at from verification_cases where id = ?', id);
    expect(row).toEqual({ resolved_at: null });
    await exchange.sql('update verification_cases set resolved_at = 1 where id = ?', id);
    await exchange.sql("update credentials set status = 'rejected' where id = ?", credentialId);
  });
});

describe.runIf(canBrowse)('in a browser, without scripts', () => {
  test('the queue is worked off with reason and source, and health and the network’s months are seen', async () => {
    const cases = [await newCase(), await newCase()];
    await exchange.sql(
      'insert into network_months (month, counted_at, figures) values (?, ?, ?)',
      '2026-01',
      Date.parse('2026-02-08T00:00:00Z'),
      JSON.stringify({
        ...NO_FIGURES,
        active: 31,
        sending: 12,
        receiving: 14,
        isolated: 3,
        partnerships: 44,
        states: { accepted: 23, engaged: 17, sent: 2 },
        accept: { practices: 9, steps: { '96': 20, '104': 20 } },
        endpoints: { standard: { working: 11, failing: 1 } },
      }),
    );
    const axed = await browser.newContext();
    const page = await axed.newPage();
    const go = (path: string, lang = 'en') => page.goto(`${exchange.origin}${path}?lang=${lang}`);
    await go('/operator');
    await expectAccessible(page, 'operator-1-sign-in');
    await page.fill('#key', 'rx_wrong');
    await page.click('main button[type=submit]');
    expect(await page.textContent('.problem')).toContain('no operator’s key');
    await expectAccessible(page, 'operator-2-wrong-key');
    await page.fill('#key', world.operator);
    await page.click('main button[type=submit]');
    expect(page.url()).not.toContain('rx_');
    expect(await page.textContent('h1')).toBe('2 credentials wait for you');
    const [first] = cases;
    await page.click(`section:has([value="${first?.id}"]) summary`);
    expect(await page.textContent('table')).toContain('Alder, J.');
    await expectAccessible(page, 'operator-3-queue', { hasCode: true });
    const submit = () => page.click(`section:has([value="${first?.id}"]) button`);
    await submit();
    expect(await page.textContent('.problem')).toMatch(/Choose what you decide.*Say why/s);
    await expectAccessible(page, 'operator-4-refused', { hasCode: true });
    await page.check(`#${first?.id}-verified`);
    await page.fill(`#${first?.id}-reason`, 'The board confirmed by telephone.');
    await submit();
    expect(await page.textContent('h1')).toBe('1 credential waits for you');
    const { body } = await exchange.call(world.operator, `/v1/credentials/${first?.credentialId}/decisions`);
    expect(body.data[0]).toMatchObject({
      decision: 'verified',
      source: 'The board confirmed by telephone.',
      evidence: { case_id: first?.id },
    });
    const acts = await exchange.sql('select 1 from operator_acts where resource_id = ?', first?.id ?? '');
    expect(acts).toHaveLength(1);
    const counts = await exchange.call(world.operator, '/v1/verification-cases/counts');
    expect(counts.body).toMatchObject({ total: 1, by_kind: { disagrees: 1, lapsed: 0 } });

    // Those that no roster speaks of, and nobody has looked at.
    const own = expectStatus(
      await exchange.call(
        world.sender.key,
        `/v1/practice/professionals/${world.sender.professionalId}/credentials`,
        {
          body: {
            kind: 'certification',
            title: 'CPRW',
            issuer: 'Association',
            number: 'C-9',
            expires_on: '2035-12-31',
          },
        },
      ),
      201,
    ).body;
    await go('/operator/queue');
    await page.click('text=Nobody has looked at it');
    expect(await page.textContent('main section')).toMatch(/Casey|Jordan/);
    expect(await page.locator('main section').count()).toBe(1);
    await page.click('main summary');
    await page.fill('textarea', 'No such number at the association.');
    await page.check(`#${own.id}-rejected`);
    await page.click('main section button');
    expect(await page.textContent('main')).toContain('Nothing here.');
    const rejected = await exchange.call(world.operator, `/v1/credentials/${own.id}`);
    expect(rejected.body).toMatchObject({
      status: 'rejected',
      rejection_reason: 'No such number at the association.',
    });

    await page.click('nav >> text=Health');
    expect(await page.textContent('main')).toContain('Credentials that wait for you');
    await expectAccessible(page, 'operator-5-health', { hasCode: true });
    await page.click('nav >> text=Network');
    expect(await page.textContent('h1')).toBe('The network in January 2026');
    expect(await page.textContent('main')).toMatch(/Active practices\s*30/);
    expect(await page.textContent('main')).toMatch(/Failing\s*under 5/);
    await expectAccessible(page, 'operator-6-network');
    await page.click('text=The month before');
    expect(await page.textContent('main')).toContain('not counted');
    await go('/operator/queue', 'es');
    await expectAccessible(page, 'operator-7-spanish', { hasCode: true });
    await page.click('footer button');
    await go('/operator/health');
    expect(new URL(page.url()).pathname).toBe('/operator');
    await axed.close();
  });
});
