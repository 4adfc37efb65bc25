/** The documentation for people, in a browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBrowse, expectAccessible, startBrowser } from '../support/browser.ts';
import { documented } from '../support/document.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { createWorld, type World } from '../support/world.ts';

describe.skipIf(!canBrowse)('the documentation', () => {
  let exchange: Exchange;
  let browser: Browser;
  let world: World;
  beforeAll(async () => {
    [exchange, browser] = await Promise.all([startExchange(), startBrowser()]);
    world = await createWorld(exchange);
  });
  afterAll(async () => {
    await browser.close();
    await exchange.close();
  });

  const openPage = async (path: string): Promise<Page> => {
    const page = await browser.newPage();
    page.on('pageerror', (error) => expect.unreachable(`${path}: ${error.message}`));
    await page.goto(exchange.origin + path);
    return page;
  };

  test.each([
    ['/docs', 'docs'],
    ['/docs/operations/partnerships', 'docs-operations'],
    ['/docs/guides/quickstart', 'docs-quickstart'],
    ['/docs/events', 'docs-events'],
    ['/docs/problems/idempotency_key_reused', 'docs-problem'],
  ])('%s can be used by everybody, on a phone and a desktop, by day and by night', async (path, name) => {
    const page = await openPage(path);
    await expectAccessible(page, name, { hasCode: true });
    await page.close();
  });

  test('asks for nothing from elsewhere, and names every operation', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${exchange.origin}/docs`);
    const html = await page.content();
    for (const { path } of documented) expect(html, path).toContain(path);
    expect(asked.every((url) => url.startsWith(exchange.origin))).toBe(true);
    await page.close();
  });

  test('finds an operation, a field, an event and a problem by their names', async () => {
    const page = await openPage('/docs');
    for (const [words, href] of [
      ['accept referral', '/docs/operations/referrals#acceptReferral'],
      ['respond_within_hours', '/docs/schemas#ReferralRequest'],
      ['referral.engaged', '/docs/events#referral.engaged'],
      ['version_mismatch', '/docs/problems/version_mismatch'],
    ] as const) {
      await page.fill('#query', words);
      await page.locator(`#found a[href="${href}"]`).waitFor();
    }
    await page.close();
  });

  test('leads from a word to the guide and what can be done, before the schemas; from a whole name to what has it', async () => {
    const page = await openPage('/docs');
    for (const [words, first] of [
      ['webhook', ['Guide', /^(GET|POST) /]],
      ['ping', [/^POST /]],
      ['rate limit', [/^Problem|^Guide/]],
      ['Referral', ['Schema']],
    ] as const) {
      await page.fill('#query', words);
      for (const [index, kind] of first.entries())
        await page.locator(`#found li:nth-child(${index + 1}) small`, { hasText: kind }).waitFor();
    }
    await page.close();
  });

  test('copies an example, which names this very exchange', async () => {
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(`${exchange.origin}/docs/guides/quickstart`);
    const block = page.locator('.code', { hasText: 'export EXCHANGE=' });
    await block.locator('button').click();
    await block.locator('button', { hasText: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain(`EXCHANGE:-${exchange.origin}`);
    await context.close();
  });

  test('tries an operation against this very server, with a key', async () => {
    const page = await openPage('/docs/operations/practice');
    const article = page.locator('#getOwnPractice');
    await article.locator('.try > summary').click();
    await article.locator('input[name="key"]').fill(world.sender.key);
    await article.locator('button[type="submit"]').click();
    await article.locator('.answer', { hasText: world.sender.id }).waitFor();
    await page.close();
  });
});
