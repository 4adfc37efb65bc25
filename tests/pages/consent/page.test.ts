import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBrowse, expectAccessible, PHONE, startBrowser } from '../../support/browser.ts';
import { askClient, clientOn } from '../../support/client.ts';
import { type Exchange, startExchange } from '../../support/harness.ts';
import { startReceiver } from '../../support/receiver.ts';
import {
  befriend,
  CLIENT,
  CLIENT_WORDS,
  createPractice,
  createWorld,
  expectStatus,
  move,
  nextYear,
  referralInput,
  type World,
} from '../../support/world.ts';

let exchange: Exchange;
let world: World;
let browser: Browser;
let origin: string;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  origin = exchange.origin;
  if (canBrowse) browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await exchange?.close();
});

/** A referral whose client is asked on our page: its id, and the path of the link. */
async function ask(change: Record<string, unknown> = {}): Promise<{ id: string; path: string }> {
  const body = referralInput(world.receiver, {
    consent: { method: 'hosted', purposes: ['Career counseling and testing'] },
    ...change,
  });
  const sent = expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body }), 201).body;
  expect(sent.state).toBe('awaiting_consent');
  return { id: sent.id, path: new URL(sent.consent_url).pathname };
}

async function visit(
  path: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; requests: string[] }> {
  const context = await browser.newContext({ viewport: PHONE, locale: 'en-US', ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(origin + path);
  return { page, context, requests };
}

async function giveName(page: Page, name = 'Testperson') {
  await page.getByLabel('Your last name').fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function decide(page: Page, { categories = [] as string[], feedback = 'Yes, they may tell' } = {}) {
  for (const category of categories) await page.getByLabel(category).check();
  await page.getByLabel(feedback).check();
  await page.getByLabel('Type your full name').fill('Quillon Testperson');
  await page.getByLabel('I have read this and I agree').check();
  await page.getByRole('button', { name: 'I agree' }).click();
}

/** What cannot be taken back asks once. */
async function confirm(page: Page, summary: string, sure: string) {
  await page.locator('summary', { hasText: summary }).click();
  await page.getByRole('button', { name: sure }).click();
}

const readAs = async (side: 'sender' | 'receiver', id: string) =>
  expectStatus(await exchange.call(world[side].key, `/v1/referrals/${id}`), 200).body;
const typesOf = async (key: string, id: string) =>
  (await exchange.call(key, '/v1/events?limit=100')).body.data
    .filter((event: { data: { referral_id: string } }) => event.data.referral_id === id)
    .map(({ type }: { type: string }) => type);

describe.skipIf(!canBrowse)('a client', () => {
  test('reads what the receiver asked and what would be answered, and says whether it may be shared', async () => {
    const receiver = await createPractice(exchange, world.operator);
    await befriend(exchange, world.sender, receiver);
    const properties = {
      pays: { type: 'string', title: 'Who pays for the counseling?' },
      tested: { type: 'boolean', title: 'Has the client taken a test before?' },
    };
    const questions = { type: 'object', properties, required: ['pays'] };
    const form = { body: { service: 'career_counseling', questions } };
    expectStatus(await exchange.call(receiver.key, '/v1/practice/intake-forms', form), 200);
    const client = { ...CLIENT, intake: { pays: 'My employer', tested: true } };
    const { id, path } = await ask({ receiver_practice_id: receiver.id, client });
    const { page, context } = await visit(path);
    await giveName(page);
    await expectAccessible(page, '2-decision-intake');
    const shown = await page.locator('.option', { hasText: 'Your answers to their questions' }).innerText();
    expect(shown).toContain('Who pays for the counseling? My employer');
    expect(shown).toContain('Has the client taken a test before? yes');
    await decide(page, { categories: ['Your answers to their questions'] });
    const accepted = expectStatus(await move(exchange, receiver, id, 'accept'), 200).body;
    expect(accepted.disclosed_categories).toEqual(['identity', 'contact', 'intake']);
    await context.close();
  });

  test('reads, leaves a category out, agrees, keeps a receipt, sees who looked and takes it back', async () => {
    const crm = await startReceiver();
    expectStatus(
      await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body: { url: crm.url } }),
      201,
    );
    const { id, path } = await ask();
    const { page, context, requests } = await visit(path);
    await expectAccessible(page, '1-name');
    for (const word of CLIENT_WORDS) expect(await page.content()).not.toContain(word);

    await giveName(page);
    await expectAccessible(page, '2-decision');
    const text = await page.innerText('main');
    for (const said of [
      'Prairie Résumés',
      'Elm Street Counseling',
      'Career counseling and testing',
      'Jordan Alder',
      'do not depend on it',
      'at any time',
      'passed on',
    ])
      expect(text).toContain(said);
    expect(await page.locator('input[type=checkbox]:checked, input[type=radio]:checked').count()).toBe(0);

    await page.getByRole('button', { name: 'I agree' }).click();
    await expectAccessible(page, '3-problems');
    expect(await page.getByRole('alert').innerText()).toContain('There is a problem');
    expect((await readAs('sender', id)).state).toBe('awaiting_consent');

    await decide(page, { categories: ['Why you look for help'] });
    await expectAccessible(page, '4-receipt');
    expect(await page.innerText('h1')).toBe('You have agreed');
    expect(await readAs('sender', id)).toMatchObject({
      state: 'sent',
      consent: {
        method: 'hosted',
        categories: ['identity', 'contact', 'reason'],
        directions: ['forward', 'feedback'],
        status: 'active',
      },
    });
    expect(await typesOf(world.sender.key, id)).toEqual([
      'consent.requested',
      'consent.granted',
      'referral.sent',
    ]);
    await crm.waitForType('referral.sent', id);

    const accepted = expectStatus(await move(exchange, world.receiver, id, 'accept'), 200).body;
    expect(Object.keys(accepted.client).sort()).toEqual(['contact', 'identity', 'reason']);
    await page.reload();
    expect(await page.innerText('main')).toMatch(
      /C[SD]T\s+Elm Street Counseling, in its software: Your name/,
    );
    await page.emulateMedia({ media: 'print' });
    const sheets = (await page.pdf({ format: 'Letter' })).toString('latin1').match(/\/Type\s*\/Page\b/g);
    expect(sheets).toHaveLength(1);
    await page.emulateMedia({ media: 'screen' });

    const receipt = await page
      .evaluate(`fetch('${path}/receipt.json').then((response) => response.json())`)
      .catch(() => null);
    expect(receipt).toBeNull();
    const download = await context.request.get(`${origin}${path}/receipt.json`);
    const [{ text_hash }] = (await exchange.sql<{ text_hash: string }>(
      'select text_hash from consents where referral_id = ?',
      id,
    )) as [{ text_hash: string }];
    expect(await download.json()).toMatchObject({
      consentReceiptID: accepted.consent.id,
      textSha256: text_hash,
      sensitive: true,
      directions: ['forward', 'feedback'],
      exchange: { name: 'Example Exchange' },
      text: expect.arrayContaining([expect.stringContaining('refer clients to each other. Nothing is paid')]),
    });

    await confirm(page, 'Take my permission back', 'Yes, take it back');
    expect(await page.innerText('h1')).toBe('You have taken your permission back');
    await expectAccessible(page, '5-revoked');
    expect(await readAs('receiver', id)).toMatchObject({
      state: 'revoked',
      client: null,
      client_withheld: 'no_active_consent',
    });
    const told = await crm.waitForType('consent.revoked', id);
    for (const word of CLIENT_WORDS) expect(told.body).not.toContain(word);
    expect((await typesOf(world.receiver.key, id)).at(-1)).toBe('consent.revoked');

    expect(requests.filter((url) => !url.startsWith(origin))).toEqual([]);
    await context.close();
    await crm.close();
  });

  test('does not agree: nothing is shared, and the sender is told that and nothing else', async () => {
    const { id, path } = await ask();
    const { page, context } = await visit(path);
    await giveName(page);
    await confirm(page, 'I do not agree', 'Yes, I do not agree');
    expect(await page.innerText('h1')).toBe('You did not agree');
    await expectAccessible(page, '6-denied');
    expect(await readAs('sender', id)).toMatchObject({
      state: 'consent_denied',
      consent: null,
      allowed_moves: [],
    });
    expect((await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).status).toBe(404);
    expect(await typesOf(world.sender.key, id)).toEqual(['consent.requested', 'consent.denied']);
    await context.close();
  });

  test('keeps the way back closed: the question has no answer beforehand, and no is kept', async () => {
    const { id, path } = await ask();
    const { page, context } = await visit(path);
    await giveName(page);
    await decide(page, { feedback: 'No, keep it between us' });
    expect((await readAs('sender', id)).consent).toMatchObject({
      directions: ['forward'],
      categories: ['identity', 'contact'],
    });
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
    expect(await readAs('sender', id)).toMatchObject({ state: 'accepted', outcome_withheld: true });
    await page.reload();
    expect(await page.innerText('main')).toContain('This list ends on');
    await expectAccessible(page, '9-receipt-ends');
    await confirm(page, 'Take my permission back', 'Yes, take it back');
    expect(await readAs('sender', id)).toMatchObject({ state: 'revoked', engaged_at: null });
    await context.close();
  });

  test('signs in words that others can see, and is told which are not; nothing is cut off', async () => {
    const { id, path } = await ask();
    const { page, context } = await visit(path);
    await giveName(page);
    for (const [label, text, fault] of [
      ['Type your full name', 'Quillon\u202eTestperson', 'Type your full name to sign'],
      ['If you sign for somebody else', 'x'.repeat(201), 'Say in plain words, of at most 200 characters'],
      ['If you sign for somebody else', 'Mother\u200b', 'Say in plain words, of at most 200 characters'],
    ] as const) {
      await page.getByLabel('Yes, they may tell').check();
      await page.getByLabel('Type your full name').fill('Quillon Testperson');
      await page.getByLabel('If you sign for somebody else').fill('');
      await page.evaluate(
        "for (const one of document.querySelectorAll('input')) one.removeAttribute('maxlength')",
      );
      await page.getByLabel(label).fill(text);
      await page.getByLabel('I have read this and I agree').check();
      await page.getByRole('button', { name: 'I agree' }).click();
      await page.getByRole('link', { name: fault }).waitFor();
    }
    expect(await readAs('sender', id)).toMatchObject({ state: 'awaiting_consent' });
    await context.close();
  });

  test('uses the keyboard alone', async () => {
    const { id, path } = await ask();
    const { page, context } = await visit(path);
    const tabTo = async (id: string) => {
      for (let presses = 0; presses < 30; presses += 1) {
        if ((await page.evaluate('document.activeElement.id')) === id) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`${id} is not reached by Tab`);
    };
    await tabTo('last_name');
    await page.keyboard.type('testperson');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=What may be shared?');
    await tabTo('category-reason');
    await page.keyboard.press('Space');
    await tabTo('feedback-yes');
    await page.keyboard.press('Space');
    await tabTo('signature');
    await page.keyboard.type('Quillon Testperson');
    // Enter signs, or says what is missing; it does not switch the language, whose button stands before.
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Check the box').waitFor();
    await tabTo('agree');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=You have agreed');
    expect((await readAs('sender', id)).consent.categories).toEqual(['identity', 'contact', 'reason']);
    await context.close();
  });

  test('reads Spanish by the browser’s language, and switches', async () => {
    const { path } = await ask();
    const { page, context } = await visit(path, { locale: 'es-MX' });
    expect(await page.innerText('h1')).toBe('¿Desea compartir sus datos?');
    expect(await page.getAttribute('html', 'lang')).toBe('es');
    await page.getByLabel('Su apellido').fill('Testperson');
    await page.getByRole('button', { name: 'Continuar' }).click();
    await expectAccessible(page, '7-spanish');
    const english = page.getByRole('button', { name: 'English' });
    await page.getByLabel('Por qué busca ayuda').check();
    await page.getByLabel('No, que quede entre nosotros').check();
    await page.getByLabel('Escriba su nombre completo').fill('Quillon Test');
    await page.getByLabel('Leí esto').check();
    await english.click();
    expect(await page.innerText('h1')).toBe('Share your details?');
    const kept = [page.getByLabel('Why you look for help'), page.getByLabel('No, keep it between us')];
    expect(await Promise.all(kept.map((one) => one.isChecked()))).toEqual([true, true]);
    expect(await page.getByLabel('Type your full name').inputValue()).toBe('Quillon Test');
    expect(await page.getByLabel('I have read this').isChecked()).toBe(false);
    expect(await page.getByRole('alert').count()).toBe(0);
    await context.close();
  });
});

describe('what a client is told', () => {
  const agreed = async (change: Record<string, unknown> = {}) => {
    const { id, path } = await askClient(exchange, world, change);
    const client = clientOn(exchange, path);
    await client.giveName();
    expectStatus(await client.agree('yes'), 303);
    return { id, client, read: async (to = '') => String((await client.read(to)).body) };
  };

  test('says who may be called, where help is at once, and who runs the page, on every page', async () => {
    const { path } = await askClient(exchange, world);
    const client = clientOn(exchange, path);
    const pages = [await client.read(), await clientOn(exchange, `${path}x`).read()];
    await client.giveName();
    pages.push(await client.read(), await client.deny(), await client.read());
    for (const { status, body } of pages.filter((one) => one.status !== 303)) {
      for (const said of ['href="tel:988"', 'href="sms:988"', 'Example Exchange', '1 Example Street'])
        expect([status, body.includes(said) ? said : `no ${said}`]).toEqual([status, said]);
      expect(body.includes('mailto:private@elm.example')).toBe(status === 200);
    }
  });

  test('says what happens now, until when, and whom to call if nobody does; then that it was accepted', async () => {
    const { id, read } = await agreed();
    expect(await read()).toMatch(
      /They have until [^<]+ C[SD]T to answer.*heard from nobody by then, ask Prairie Résumés/s,
    );
    expect(await read('?lang=es')).toMatch(/Tiene hasta el [^<]+ C[SD]T para responder/);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    expect(await read()).toContain('They will get in touch with you.');
    const other = await agreed();
    expectStatus(await move(exchange, world.receiver, other.id, 'decline', { reason: 'at_capacity' }), 200);
    expect(await other.read()).toMatch(/<h1>This has ended<.*cannot take you on at the moment/s);
    const back = await agreed();
    expectStatus(await move(exchange, world.sender, back.id, 'withdraw'), 200);
    expect(await back.read()).toMatch(/<h1>This has ended<.*has taken this back/s);
  });

  test('says at once that the sender took it back, without asking who is there', async () => {
    const { id, path } = await askClient(exchange, world);
    expectStatus(await move(exchange, world.sender, id, 'withdraw'), 200);
    const { status, body } = await clientOn(exchange, path).read();
    expect(status).toBe(200);
    expect(body).toContain('Prairie Résumés has taken this back.');
    expect(body).not.toContain('Your last name');
    for (const word of CLIENT_WORDS) expect(body).not.toContain(word);
  });

  test('is told after taking it back when that was, and whom to ask for deletion', async () => {
    const { client, read } = await agreed();
    await client.revoke();
    expect(await read()).toMatch(
      /You took your permission back on [^<]+ C[SD]T\..*want your details deleted/s,
    );
    expect(await read('?lang=es')).toContain('Si quiere que se borren sus datos');
  });

  test('is told that both refer to each other, that nothing is paid, who else there is and why none is named, and of part 2', async () => {
    const consent = { method: 'hosted', part2: true, single_option_reason: 'only_one_nearby' };
    const { id, path } = await askClient(exchange, world, { consent });
    const client = clientOn(exchange, path);
    await client.giveName();
    const [english, spanish] = [await client.read(), await client.read('?lang=es')];
    const said = [
      'Prairie Résumés and Elm Street Counseling refer clients to each other. Nothing is paid for it.',
      'You may choose somebody else',
      'because they know no other near you',
      'may be redisclosed in accordance with the permissions contained in the HIPAA regulations, except for uses and disclosures for civil, criminal, administrative, and legislative proceedings against you',
      'Example Exchange runs the exchange',
    ];
    for (const words of said) expect(english.body).toContain(words);
    for (const words of ['no conoce otro lugar cerca de usted', 'HIPAA', 'No se paga nada por eso'])
      expect(spanish.body).toContain(words);
    expect((await readAs('sender', id)).consent_request.single_option_reason).toBe('only_one_nearby');
    await client.agree('no');
    const kept = (await client.read()).body;
    for (const words of said) expect(kept).toContain(words);
  });

  test('reads first who may help them and by which credential, who checked it, and how', async () => {
    const receiver = await createPractice(
      exchange,
      world.operator,
      {},
      {
        profession: 'career_coach',
        credential: { kind: 'membership', title: 'Member', issuer: 'Society', number: 'M-1' },
      },
    );
    await befriend(exchange, world.sender, receiver);
    const people = `/v1/practices/${receiver.id}/professionals`;
    const body = { name: 'Sage Linden', profession: 'career_counselor' };
    const { id } = expectStatus(await exchange.call(world.operator, people, { body }), 201).body;
    const certification = {
      kind: 'certification',
      title: 'Board certified',
      issuer: 'Society',
      number: 'C-7',
    };
    const licence = { kind: 'licence', title: 'Licence', issuer: 'Board', number: 'L-7' };
    for (const [held, level] of [
      [certification, 'source_verified'],
      [{ ...licence, jurisdiction: 'US-KS' }, 'source_verified'],
      [{ ...licence, jurisdiction: 'US-NE' }, 'registry_matched'],
    ] as const) {
      const path = `/v1/professionals/${id}/credentials`;
      const made = await exchange.call(world.operator, path, { body: { ...held, expires_on: nextYear } });
      const verify = `/v1/credentials/${expectStatus(made, 201).body.id}/verify`;
      expectStatus(await exchange.call(world.operator, verify, { body: { level } }), 200);
    }
    const { path } = await ask({ receiver_practice_id: receiver.id });
    const client = clientOn(exchange, path);
    await client.giveName();
    const [english, spanish] = [await client.read(), await client.read('?lang=es')];
    expect(english.body).toMatch(
      /Sage Linden, Career counselor: licensed in Nebraska \(Board\).*Jordan Alder, Career coach: member of Society/,
    );
    expect(english.body).toContain(
      'Example Exchange checked this with those who issued it, or in their list.',
    );
    expect(spanish.body).toContain('Example Exchange lo comprobó con quien lo otorgó o en su registro.');
    expect(english.body).not.toContain('Kansas');
  });

  test('reads services, places, credentials and dates as people write them, in either language', async () => {
    const { path } = await askClient(exchange, world, { consent: { method: 'hosted' } });
    const client = clientOn(exchange, path);
    await client.giveName();
    const [english, spanish] = [await client.read(), await client.read('?lang=es')];
    expect(english.body).toContain('Career counselor: licensed in Nebraska (Board), valid through June 30');
    expect(english.body).toContain('<dd>Career counseling</dd>');
    expect(spanish.body).toContain('con licencia en Nebraska (Board), vigente hasta el 30 de junio');
    expect(spanish.body).toContain('<dd>Orientación profesional</dd>');
    for (const { body } of [english, spanish]) expect(body).not.toMatch(/US-NE|career_|\d{4}-\d\d-\d\d/);
  });
});

test.skipIf(!canBrowse)(
  'the page of who does what names the operator, in either language, and shows no text as code',
  async () => {
    const { page, context } = await visit('/roles');
    await expectAccessible(page, 'roles');
    const text = await page.innerText('main');
    for (const said of [
      'Example Exchange',
      '1 Example Street',
      'operator@exchange.example',
      'Cloudflare',
      '24 months',
    ])
      expect(text).toContain(said);
    expect(text).not.toMatch(/[{}<>]/);
    await page.getByRole('link', { name: 'Español' }).click();
    expect(await page.innerText('h1')).toBe('Quién hace qué con sus datos');
    await context.close();
  },
);

describe.skipIf(!canBrowse)('the link', () => {
  test('locks after five wrong names, for a while or until the sender makes a new one', async () => {
    const { id, path } = await ask();
    const { page, context } = await visit(path);
    for (const left of ['4 tries', '3 tries', '2 tries', '1 try']) {
      await giveName(page, 'Wrong');
      expect(await page.getByRole('alert').innerText()).toContain(left);
    }
    await giveName(page, 'Wrong');
    expect(await page.innerText('h1')).toBe('Please try again later');
    expect(await page.innerText('main')).toMatch(/in \d\d minutes/);
    await expectAccessible(page, '8-locked');
    expect((await readAs('sender', id)).consent_request.locked).toBe(true);

    const anew = expectStatus(
      await exchange.call(world.sender.key, `/v1/referrals/${id}/consent-request`, { method: 'POST' }),
      201,
    ).body;
    await page.goto(origin + path);
    expect(await page.innerText('h1')).toBe('This link does not work');
    await page.goto(origin + new URL(anew.consent_url).pathname);
    await giveName(page, '  TESTPERSON ');
    expect(await page.innerText('h1')).toBe('Share your details?');
    await context.close();
  });

  test('answers the same page and status, whatever is wrong with it', async () => {
    const { id, path } = await ask();
    const expired = await ask();
    await exchange.sql('update consent_requests set expires_at = 1 where referral_id = ?', expired.id);
    expectStatus(
      await exchange.call(world.sender.key, `/v1/referrals/${id}/consent-request`, { method: 'POST' }),
      201,
    );
    const pages = await Promise.all(
      [
        path,
        expired.path,
        `${path}x`,
        path.slice(0, -3),
        '/consent/x',
        `/consent/${'A'.repeat(43)}`,
        '/consent/%00',
      ].map(async (wrong) => {
        const { status, body, cost } = await exchange.call(null, wrong);
        // What cannot be a link of ours is not looked up.
        const calls = wrong.includes('%') ? 1 : cost.calls;
        return [status, body.replaceAll(/href="[^"]*"/g, ''), calls];
      }),
    );
    for (const page of pages) expect(page).toEqual(pages[0]);
    expect(pages[0]?.[0]).toBe(404);
  });

  test('changes nothing by a GET, a form of somebody else, or without the name', async () => {
    const { id, path } = await ask();
    for (const step of ['', '/name', '/language', '/grant', '/deny', '/revoke', '/receipt.json'])
      await exchange.call(null, path + step);
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    for (const step of ['name', 'language', 'grant', 'deny', 'revoke']) {
      for (const body of [
        'last_name=Testperson&form_token=forged',
        'feedback=yes&signature=X&agree=yes',
        '',
      ]) {
        const answer = await exchange.call(null, `${path}/${step}`, { method: 'POST', body, headers });
        expect([step, answer.status]).toEqual([step, 303]);
      }
    }
    expect(await readAs('sender', id)).toMatchObject({ state: 'awaiting_consent', version: 1 });
    const [row] = await exchange.sql<{ names_tried: number }>(
      'select names_tried from consent_requests where referral_id = ?',
      id,
    );
    expect(row?.names_tried).toBe(0);
  });

  test('a session of one link opens no other one', async () => {
    const [mine, theirs] = [await ask(), await ask()];
    const { page, context } = await visit(mine.path);
    await giveName(page);
    const [cookie] = await context.cookies(origin + mine.path);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: mine.path });
    const answer = await exchange.call(null, theirs.path, {
      headers: { Cookie: `consent_session=${cookie?.value}` },
    });
    expect(answer.body).toContain('Your last name');
    expect(answer.body).not.toContain(CLIENT.contact.phone);
    await context.close();
  });

  test('is told once, and stands in the database only as a hash', async () => {
    const headers = { 'Idempotency-Key': 'hosted-once' };
    const body = referralInput(world.receiver, { consent: { method: 'hosted' } });
    const first = expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', { body, headers }),
      201,
    ).body;
    const again = expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', { body, headers }),
      201,
    ).body;
    expect([
      typeof first.consent_url,
      again.consent_url,
      (await readAs('sender', first.id)).consent_url,
    ]).toEqual(['string', null, null]);
    const token = first.consent_url.split('/').at(-1);
    for (const table of ['consent_requests', 'events', 'idempotency_records'])
      expect(JSON.stringify(await exchange.sql(`select * from ${table}`))).not.toContain(token);
  });

  test('has headers that keep it from caches, search engines, frames, scripts and referrers', async () => {
    const { headers } = await exchange.call(null, (await ask()).path);
    expect(headers.get('Content-Security-Policy')).toMatch(
      /^default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect([
      headers.get('Cache-Control'),
      headers.get('Referrer-Policy'),
      headers.get('X-Robots-Tag'),
    ]).toEqual(['no-store', 'no-referrer', 'noindex, nofollow']);
  });

  test('does not send what may no longer be sent: the client is told that nothing was shared', async () => {
    const { id, path } = await ask();
    const { page, context } = await visit(path);
    await giveName(page);
    expectStatus(
      await exchange.call(world.sender.key, `/v1/partnerships/${world.partnershipId}/pause`, {
        method: 'POST',
      }),
      200,
    );
    await decide(page);
    expect(await page.innerText('main')).toContain('Nothing was shared');
    expect((await readAs('sender', id)).state).toBe('awaiting_consent');
    expectStatus(
      await exchange.call(world.sender.key, `/v1/partnerships/${world.partnershipId}/resume`, {
        method: 'POST',
      }),
      200,
    );
    await context.close();
  });
});

test('a consent that runs out is told to both, and ends a referral that nobody has answered', async () => {
  const consented = async () =>
    expectStatus(
      await exchange.call(world.sender.key, '/v1/referrals', { body: referralInput(world.receiver) }),
      201,
    ).body.id;
  const [waiting, taken] = [await consented(), await consented()];
  expectStatus(await move(exchange, world.receiver, taken, 'accept'), 200);
  await exchange.sql(
    'update consents set expires_at = granted_at + 1 where referral_id in (?, ?)',
    waiting,
    taken,
  );
  await exchange.minute();
  await exchange.minute();
  expect(await readAs('sender', waiting)).toMatchObject({ state: 'expired', consent: { status: 'expired' } });
  expect(await readAs('receiver', taken)).toMatchObject({ state: 'accepted', client: null });
  expect(await typesOf(world.receiver.key, waiting)).toEqual([
    'referral.sent',
    'consent.expired',
    'referral.expired',
  ]);
  expect(await typesOf(world.sender.key, taken)).toEqual([
    'referral.sent',
    'referral.accepted',
    'consent.expired',
  ]);
});
