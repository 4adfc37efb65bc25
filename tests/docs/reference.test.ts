/** The reference for people, in a browser. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBrowse, expectAccessible, startBrowser } from '../support/browser.ts';
import { documented } from '../support/document.ts';
import { type Exchange, startExchange } from '../support/harness.ts';

describe.skipIf(!canBrowse)('the reference', () => {
  let exchange: Exchange;
  let browser: Browser;
  beforeAll(async () => {
    [exchange, browser] = await Promise.all([startExchange(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await exchange.close();
  });

  test('can be used by everybody, on a phone and a desktop, and asks for nothing from elsewhere', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${exchange.origin}/docs`);
    const html = await page.content();
    for (const { path } of documented) expect(html, path).toContain(path);
    await expectAccessible(page, 'reference', { hasCode: true });
    await page.goto(`${exchange.origin}/docs/problems/idempotency_key_reused`);
    await expectAccessible(page, 'problem', { hasCode: true });
    expect(asked.every((url) => url.startsWith(exchange.origin))).toBe(true);
  });
});
