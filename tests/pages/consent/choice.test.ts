/** The page on which a client chooses among several practices, in a real browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBrowse, expectAccessible, PHONE, startBrowser } from '../../support/browser.ts';
import { createCandidates, nameInOrder, offerChoice } from '../../support/choice.ts';
import { clientOn } from '../../support/client.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { CLIENT_WORDS, expectStatus, move, type Practice } from '../../support/world.ts';

useWorld();
let practices: Practice[];
let browser: Browser;
beforeAll(async () => {
  practices = await createCandidates(exchange, world);
  if (canBrowse) browser = await startBrowser();
});
afterAll(() => browser?.close());

describe.skipIf(!canBrowse)('a client', () => {
  test('reads whom the sender names, puts two in an order, sees how it stands and stops it', async () => {
    const { path, referralIds } = await offerChoice(exchange, world.sender, practices.slice(0, 3));
    // Without scripts: nothing of it needs one.
    const context = await browser.newContext({ viewport: PHONE, locale: 'en-US' });
    const page = await context.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(exchange.origin + path);
    await expectAccessible(page, 'choice-1-name');
    for (const word of CLIENT_WORDS) expect(await page.content()).not.toContain(word);
    await page.getByLabel('Your last name').fill('Testperson');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expectAccessible(page, 'choice-2-offer');
    const text = await page.innerText('main');
    for (const said of [
      'Alder Counseling, Omaha',
      'Jordan Alder',
      'takes new clients',
      'If you tick it below',
    ])
      expect(text).toContain(said);
    await page.getByRole('button', { name: 'I agree' }).click();
    await expectAccessible(page, 'choice-3-problems');
    await page.getByRole('link', { name: 'Choose at least one' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe('rank-1');
    await page.getByLabel('Ask Cedar House?').selectOption('Yes, first');
    await page.getByLabel('Ask Alder Counseling?').selectOption('Yes, second');
    await page.getByLabel('Why you look for help').check();
    await page.getByLabel('No, keep it between us').check();
    await page.getByLabel('Type your full name').fill('Quillon Testperson');
    // The other language keeps what was chosen.
    await page.getByRole('button', { name: 'Español' }).click();
    await expectAccessible(page, 'choice-4-spanish');
    expect(await page.getByLabel('¿Preguntar a Cedar House?').inputValue()).toBe('1');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByLabel('I have read this and I agree').check();
    await page.getByRole('button', { name: 'I agree' }).click();
    expect(await page.innerText('h1')).toBe('You have chosen');
    expect(await page.innerText('main')).toContain('is asked whether they can help you');
    expect(await page.innerText('main')).toContain('nobody answers in time, Alder Counseling is asked');
    await expectAccessible(page, 'choice-5-asking');

    expectStatus(
      await move(exchange, practices[2] as Practice, referralIds[2] as string, 'decline', {
        reason: 'at_capacity',
      }),
      200,
    );
    expectStatus(await move(exchange, practices[0] as Practice, referralIds[0] as string, 'accept'), 200);
    await page.reload();
    expect(await page.innerText('ol')).toMatch(
      /Cedar House: cannot take you on\s+Alder Counseling: said that they can help you/,
    );
    await expectAccessible(page, 'choice-6-taken');
    await page.locator('summary', { hasText: 'Stop it' }).click();
    await page.getByRole('button', { name: 'Yes, stop it' }).click();
    expect(await page.innerText('h1')).toBe('You have taken your permission back');
    await expectAccessible(page, 'choice-7-stopped');
    expect(requests.filter((url) => !url.startsWith(exchange.origin))).toEqual([]);
    await context.close();
  });

  test('chooses none', async () => {
    const { path } = await offerChoice(exchange, world.sender, practices);
    const context = await browser.newContext({ viewport: PHONE, locale: 'en-US', javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(exchange.origin + path);
    await page.getByLabel('Your last name').fill('Testperson');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('summary', { hasText: 'I choose none' }).click();
    await page.getByRole('button', { name: 'Yes, none of them' }).click();
    expect(await page.innerText('h1')).toBe('You chose none');
    await context.close();
  });
});

test('the sender, who can open it, sees no more of the receiver there than it may', async () => {
  const shapes: unknown[] = [];
  for (const hidden of [true, false]) {
    const offered = await offerChoice(exchange, world.sender, practices.slice(0, 2));
    expectStatus(await nameInOrder(offered, [1, 2], { feedback: 'no' }), 303);
    const [practice, id] = [practices[0] as Practice, offered.referralIds[0] as string];
    expectStatus(await move(exchange, practice, id, 'accept'), 200);
    if (hidden) {
      expectStatus(await exchange.call(practice.key, `/v1/referrals/${id}`), 200);
      expectStatus(await move(exchange, practice, id, 'engage'), 200);
      expectStatus(await move(exchange, practice, id, 'complete'), 200);
    }
    const sender = clientOn(exchange, offered.path);
    await sender.giveName();
    const page = await sender.read();
    const choice = await exchange.call(world.sender.key, `/v1/choices/${offered.id}`);
    const comparable = (body: unknown) =>
      (typeof body === 'string' ? body : JSON.stringify(body))
        .replaceAll(/[a-z]{3}_[0-9a-z]{26}/g, 'id')
        .replaceAll(/choice\/[\w-]+/g, 'choice/token')
        .replaceAll(/value="[^"]*"|[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:.]+Z/g, '')
        .replaceAll(/[A-Z][a-z]{2} \d+, \d{4}, \d+:\d\d\s[AP]M/g, 'time');
    shapes.push([comparable(page.body), page.cost, comparable(choice.body), choice.cost]);
  }
  expect(shapes[0]).toEqual(shapes[1]);
});
