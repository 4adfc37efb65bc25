/** The page of an invitation to join: in a real browser without scripts, in both languages, as a colleague would use it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBrowse, expectAccessible, startBrowser } from '../../support/browser.ts';
import { clientOn } from '../../support/client.ts';
import { decide, inviteColleague, joinBy, registerBy, verify } from '../../support/joining.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { createWriter, expectStatus, nextYear } from '../../support/world.ts';

let browser: Browser;
useWorld();
beforeAll(async () => {
  if (canBrowse) browser = await startBrowser();
});
afterAll(() => browser?.close());

const pathOf = (url: string) => new URL(url).pathname;
const admitted = async () => {
  const joined = await joinBy(exchange, await createWriter(exchange, world.operator));
  await verify(exchange, world.operator, joined.credentialId);
  expectStatus(await decide(exchange, world.operator, joined.id, 'admit'), 200);
  return joined;
};
const secretIn = (body: unknown) => /rx_[0-9a-f]{72}/.exec(String(body))?.[0];

describe('the page', () => {
  test('changes nothing by a GET, makes one registration of a form that comes twice, and leads on to a link of its own', async () => {
    const { url, id } = await inviteColleague(exchange, await createWriter(exchange, world.operator));
    const guest = clientOn(exchange, pathOf(url));
    const before = await exchange.sql('select version from join_invitations where id = ?', id);
    const first = await guest.read();
    expect([first.status, first.cost.calls]).toEqual([200, 1]);
    for (const name of ['/register', '/language', '/key']) expect((await guest.read(name)).status).toBe(303);
    expect(await exchange.sql('select version from join_invitations where id = ?', id)).toEqual(before);
    const claim = /name="claim" value="([^"]+)"/.exec(String(first.body))?.[1] ?? '';
    const form = {
      claim,
      person_name: 'Robin Cedar',
      profession: 'career_counselor',
      credential_title: 'LPC',
      issuer: 'Board',
      number: 'P-1',
      expires_on: nextYear,
      practice_name: 'Cedar Lane',
      city: 'Lincoln',
      state: 'NE',
      time_zone: 'America/Chicago',
      scope: 'Counseling.',
      email: 'office@cedar.example',
      service: ['career_counseling', 'career_testing'],
      agree: 'yes',
    };
    expect((await guest.say('/register', { ...form, form_token: 'x' })).status).toBe(303);
    const unticked = await guest.say('/register', { ...form, agree: '' });
    expect([unticked.status, unticked.body.includes('Check the box to say that you agree')]).toEqual([
      422,
      true,
    ]);
    const token = /name="form_token" value="([^"]+)"/.exec(String(first.body))?.[1] ?? '';
    const [once, twice] = await Promise.all([
      guest.say('/register', { ...form, form_token: token }),
      guest.say('/register', { ...form, form_token: token }),
    ]);
    expect([once.status, twice.status]).toEqual([303, 303]);
    const own = once.headers.get('Location') ?? '';
    expect([twice.headers.get('Location'), own.startsWith(pathOf(url))]).toEqual([own, false]);
    const [row] = await exchange.sql<Record<string, string>>(
      `select practices.status, practices.name, practices.jurisdiction, services, kind, credentials.jurisdiction as place from join_invitations
       join practices on practices.id = practice_id join professionals using (practice_id)
       join credentials on professional_id = professionals.id where join_invitations.id = ?`,
      id,
    );
    expect(row).toEqual({
      status: 'suspended',
      name: 'Cedar Lane',
      jurisdiction: 'US-NE',
      services: '["career_counseling","career_testing"]',
      kind: 'licence',
      place: 'US-NE',
    });
    expect((await guest.read()).body).toContain('Somebody has registered by this link');
    expect((await exchange.call(null, new URL(own, exchange.origin).pathname)).body).toContain(
      'You are registered',
    );
  });

  test('hands the key over by a form alone; a reload of it makes no other key, and the button makes one while none was used', async () => {
    const { ownUrl, token, practiceId } = await admitted();
    const guest = clientOn(exchange, pathOf(ownUrl));
    const page = await guest.read();
    expect(secretIn(page.body)).toBeUndefined();
    const keys = () => exchange.sql('select id from api_keys where practice_id = ?', practiceId);
    expect(await keys()).toEqual([]);
    const form_token = /name="form_token" value="([^"]+)"/.exec(String(page.body))?.[1] ?? '';
    const secret = secretIn((await guest.say('/key', { form_token })).body) ?? '';
    const reloaded = await guest.say('/key', { form_token });
    expect([reloaded.status, (await keys()).length]).toEqual([303, 1]);
    expect((await guest.read()).body).toContain('has not been used yet');
    const other = secretIn((await guest.say('/key')).body) ?? '';
    expect((await exchange.call(secret, '/v1/practice')).status).toBe(401);
    expect((await exchange.call(other, '/v1/practice')).status).toBe(200);
    await exchange.sql('update api_keys set last_used_at = 1 where practice_id = ?', practiceId);
    const after = (await guest.read()).body;
    expect([after.includes('Your first key is in use'), after.includes('<form')]).toEqual([true, false]);
    // The inviter's link has no key.
    const inviters = clientOn(exchange, `/join/${token}`);
    expect((await inviters.say('/key')).status).toBe(303);
    expect(await keys()).toHaveLength(2);
  });

  test('shows what others wrote as words, never as a page', async () => {
    const inviter = await createWriter(exchange, world.operator);
    const body = { invitee_name: '<img src=x>', message: '</p><script>alert(1)</script>' };
    const { join_url } = expectStatus(
      await exchange.call(inviter.key, '/v1/join-invitations', { body }),
      201,
    ).body;
    const page = await exchange.call(null, pathOf(join_url));
    expect(page.body).toContain('&lt;script&gt;');
    expect(page.body).not.toMatch(/<script|<img/);
    expect(page.headers.get('Content-Security-Policy')).toMatch(/default-src 'none'/);
    const refused = await joinBy(exchange, inviter);
    expectStatus(await decide(exchange, world.operator, refused.id, 'refuse', { reason: '<b>No</b>' }), 200);
    expect((await exchange.call(null, pathOf(refused.ownUrl))).body).toContain('&lt;b&gt;No');
    expect((await registerBy(exchange, 'x')).status).toBe(404);
  });
});

describe.runIf(canBrowse)('in a browser without scripts', () => {
  async function fillIn(page: Page) {
    await page.fill('#person_name', 'Robin Cedar');
    await page.selectOption('#profession', 'career_counselor');
    await page.fill('#credential_title', 'Licensed Professional Counselor');
    await page.fill('#issuer', 'Board of Counseling');
    await page.fill('#number', 'LPC-7');
    await page.fill('#expires_on', nextYear);
    await page.fill('#practice_name', 'Cedar Lane Counseling');
    await page.fill('#city', 'Lincoln');
    await page.selectOption('#state', 'NE');
    await page.selectOption('#time_zone', 'America/Chicago');
    await page.fill('#scope', 'Career counseling for adults.');
    await page.click('#services summary');
    await page.check('#service-career_counseling');
  }

  test('a colleague registers, waits, is admitted and takes her key, in English and Spanish', async () => {
    const inviter = await createWriter(exchange, world.operator);
    const { id, url } = await inviteColleague(exchange, inviter);
    const scripted = await browser.newContext();
    const page = await scripted.newPage();
    await page.goto(`${exchange.origin}${pathOf(url)}?lang=en`);
    await expectAccessible(page, 'join-1-invited');
    await page.goto(`${exchange.origin}${pathOf(url)}?lang=es`);
    await expectAccessible(page, 'join-2-invited-spanish');
    await page.click('form#register > button');
    expect(await page.textContent('.problem')).toContain('Elija su profesión');
    await expectAccessible(page, 'join-3-faults');

    const plain = await browser.newContext({ javaScriptEnabled: false });
    const plainPage = await plain.newPage();
    await plainPage.goto(`${exchange.origin}${pathOf(url)}?lang=es`);
    await fillIn(plainPage);
    await plainPage.click('header button[lang=en]');
    expect(await plainPage.inputValue('#issuer')).toBe('Board of Counseling');
    expect(await plainPage.isChecked('#service-career_counseling')).toBe(true);
    await plainPage.fill('#email', 'not an address');
    await plainPage.check('#agree');
    await plainPage.click('form#register > button');
    expect(await plainPage.textContent('.problem')).toContain('Write a valid email address');
    expect(await plainPage.inputValue('#profession')).toBe('career_counselor');
    await plainPage.fill('#email', 'office@cedar.example');
    await plainPage.check('#agree');
    await plainPage.click('form#register > button');
    expect(await plainPage.textContent('h1')).toBe('You are registered');
    const own = plainPage.url();
    expect(own).not.toContain(pathOf(url));
    await page.goto(own);
    await expectAccessible(page, 'join-4-waiting');
    const [held] = await exchange.sql<{ id: string }>(
      `select credentials.id from credentials join professionals on professionals.id = professional_id
       join join_invitations using (practice_id) where join_invitations.id = ?`,
      id,
    );
    await verify(exchange, world.operator, held?.id ?? '');
    expectStatus(await decide(exchange, world.operator, id, 'admit'), 200);
    await page.reload();
    await expectAccessible(page, 'join-5-admitted');
    await page.click('main button');
    await expectAccessible(page, 'join-6-key', { hasCode: true });
    await plainPage.reload();
    await plainPage.click('main button');
    const secret = secretIn(await plainPage.content()) ?? '';
    expectStatus(await exchange.call(secret, '/v1/practice'), 200);
    await page.goto(`${exchange.origin}${pathOf(url)}?lang=es`);
    await expectAccessible(page, 'join-7-taken');
    await Promise.all([scripted.close(), plain.close()]);
  });
});
