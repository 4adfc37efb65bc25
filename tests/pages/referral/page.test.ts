/** The page of a referral, for a receiver whose people have no CRM. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBrowse, expectAccessible, PHONE, startBrowser } from '../../support/browser.ts';
import { type Exchange, startExchange } from '../../support/harness.ts';
import { startReceiver } from '../../support/receiver.ts';
import {
  CLIENT,
  CLIENT_WORDS,
  consentInput,
  createPractice,
  createWorld,
  expectStatus,
  move,
  nextYear,
  sendReferral,
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

const askForLink = (id: string, key = world.receiver.key, headers: Record<string, string> = {}) =>
  exchange.call(key, `/v1/referrals/${id}/page-links`, { method: 'POST', headers });
const linkTo = async (id: string, key?: string) =>
  new URL(expectStatus(await askForLink(id, key), 201).body.page_url).pathname;
const stateOf = async (id: string) =>
  (await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).body.state as string;
const disclosuresOf = (id: string) =>
  exchange.sql<{ way: string; categories: string; key_id: string }>(
    'select way, categories, key_id from disclosures where referral_id = ? order by id',
    id,
  );
const expectNoClient = (text: string) => {
  for (const word of CLIENT_WORDS) expect(text).not.toContain(word);
};

/** A visitor without a browser: keeps cookies, sends forms. */
function visitor(path: string) {
  let cookie = '';
  const send = async (to: string, form?: Record<string, string>) => {
    const answer = await exchange.call(null, to, {
      ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
      headers: {
        ...(cookie === '' ? {} : { Cookie: cookie }),
        ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
    });
    cookie = answer.headers.get('Set-Cookie')?.split(';')[0] ?? cookie;
    return { ...answer, body: String(answer.body) };
  };
  const read = () => send(path);
  const hidden = async () => {
    const { body } = await read();
    const value = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? '';
    return { form_token: value('form_token'), version: value('version') };
  };
  return {
    read,
    say: async (form: Record<string, string>, to = '') => send(path + to, { ...(await hidden()), ...form }),
    show: async () => send(`${path}/show`, await hidden()),
    hidden,
    send,
  };
}

describe('the link', () => {
  test('is for the receiver only, for as many days as asked, and the same again with the same Idempotency-Key', async () => {
    const id = await sendReferral(exchange, world);
    for (const key of [world.sender.key, (await createPractice(exchange, world.operator)).key])
      expect((await askForLink(id, key)).body.code).toBe('not_found');
    const headers = { 'Idempotency-Key': `page-${id}` };
    const first = expectStatus(await askForLink(id, world.receiver.key, headers), 201);
    const again = expectStatus(await askForLink(id, world.receiver.key, headers), 201);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    expect(Date.parse(first.body.expires_at) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    expect(first.body.page_url).not.toContain(id.slice(4));
    const stored = JSON.stringify(await exchange.sql('select * from idempotency_records'));
    expect(stored).not.toContain(first.body.page_url.split('/').at(-1));
  });

  test('dies with the key or the endpoint that made it, and when it expires; then nothing is disclosed', async () => {
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const before = (await disclosuresOf(id)).length;
    const scopes = ['referrals:read', 'referrals:write'];
    const made = await exchange.call(world.receiver.key, '/v1/keys', {
      body: { name: 'front desk', scopes },
    });
    const key = expectStatus(made, 201).body;
    const path = await linkTo(id, key.secret);
    const person = visitor(path);
    expect((await person.show()).status).toBe(303);
    expect((await person.read()).body).toContain(CLIENT.identity.family_name);
    expectStatus(await exchange.call(world.receiver.key, `/v1/keys/${key.id}`, { method: 'DELETE' }), 204);
    const dead = await person.read();
    expect([dead.status, dead.body.includes(CLIENT.identity.family_name)]).toEqual([404, false]);
    expect(await disclosuresOf(id)).toHaveLength(before + 1);

    const narrow = await exchange.call(world.receiver.key, '/v1/keys', {
      body: { name: 'writer', scopes: ['referrals:write'] },
    });
    const refused = await askForLink(id, expectStatus(narrow, 201).body.secret);
    expect(refused.body.code).toBe('insufficient_scope');

    const other = await linkTo(id);
    for (const wrong of [`${other.slice(0, -4)}AAAA`, other.slice(0, -6), '/referral/x', '/referral/%00'])
      expect((await exchange.call(null, wrong)).status).toBe(404);
  });

  test('comes with the webhooks of an endpoint that wants it, and shows nothing that the endpoint is spared', async () => {
    const crm = await startReceiver();
    const body = { url: crm.url, page_links: true, withheld_categories: ['notes', 'background'] };
    const hook = expectStatus(
      await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body }),
      201,
    );
    expect(hook.body.page_links).toBe(true);
    const id = await sendReferral(exchange, world);
    const told = await crm.waitForType('referral.sent', id);
    expectNoClient(told.body);
    const person = visitor(new URL(told.json.data.page_url).pathname);
    expect((await person.say({ move: 'accept' })).status).toBe(303);
    const page = (await person.read()).body;
    expect(page).toContain(CLIENT.identity.family_name);
    expect(page).not.toContain(CLIENT.notes);
    expect(page).not.toContain(CLIENT.background);
    const [disclosure] = await disclosuresOf(id);
    expect(disclosure).toMatchObject({ way: 'page', key_id: hook.body.id });
    expect(JSON.parse(disclosure?.categories ?? '')).not.toContain('notes');
    const path = `/v1/webhook-endpoints/${hook.body.id}`;
    expectStatus(
      await exchange.call(world.receiver.key, path, { method: 'PATCH', body: { page_links: false } }),
      200,
    );
    expect((await person.read()).status).toBe(404);
    expectStatus(await exchange.call(world.receiver.key, path, { method: 'DELETE' }), 204);
    await crm.close();
  });
});

describe('the page', () => {
  test('opened by a scanner shows nothing of the client, logs nothing, changes nothing, and needs one D1 call', async () => {
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const path = await linkTo(id);
    const before = await disclosuresOf(id);
    for (const asked of [path, `${path}?lang=es`, `${path}?move=decline`, path]) {
      const answer = expectStatus(await exchange.call(null, asked), 200);
      expectNoClient(String(answer.body));
      expect(answer.cost.calls).toBe(1);
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
      expect(answer.headers.get('Referrer-Policy')).toBe('no-referrer');
      expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    }
    for (const to of ['', '/show']) {
      const forged = await visitor(path).send(path + to, { move: 'engage', form_token: 'forged' });
      expect([forged.status, forged.headers.get('Set-Cookie')]).toEqual([303, null]);
    }
    expect(await disclosuresOf(id)).toEqual(before);
    expect(await stateOf(id)).toBe('accepted');
  });

  test('shows the client only after acceptance, each look is logged with what was shown, and a revoked consent ends it', async () => {
    const id = await sendReferral(exchange, world);
    const path = await linkTo(id);
    const person = visitor(path);
    await person.show();
    const early = (await person.read()).body;
    expectNoClient(early);
    expect(early).toContain('You see who the client is when you accept.');
    expect(await disclosuresOf(id)).toEqual([]);
    await person.say({ move: 'accept' });
    for (const looks of [1, 2]) {
      const shown = (await person.read()).body;
      for (const text of [CLIENT.identity.family_name, '@client.example', CLIENT.reason])
        expect(shown).toContain(text);
      const logged = await disclosuresOf(id);
      expect(logged.map(({ way }) => way)).toEqual(Array.from({ length: looks }, () => 'page'));
    }
    const link = await visitor(path).read();
    expectNoClient(link.body);
    await exchange.sql('update consents set revoked_at = ? where referral_id = ?', Date.now(), id);
    const after = (await person.read()).body;
    expectNoClient(after);
    expect(after).toContain('permission has ended');
    expect(await disclosuresOf(id)).toHaveLength(2);
  });

  test('a session of one link opens no other one', async () => {
    const [one, other] = [await sendReferral(exchange, world), await sendReferral(exchange, world)];
    for (const id of [one, other]) expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const person = visitor(await linkTo(one));
    await person.show();
    const elsewhere = await person.send(await linkTo(other));
    expect(elsewhere.status).toBe(200);
    expectNoClient(elsewhere.body);
  });

  test('takes every answer of a receiver, says what is missing, and refuses what the state does not allow', async () => {
    const id = await sendReferral(exchange, world);
    const person = visitor(await linkTo(id));
    for (const [form, words] of [
      [{ move: 'decline' }, 'Choose a reason'],
      [{ move: 'decline', reason: 'other' }, 'Write a note'],
      [{ move: 'decline', reason: 'nonsense' }, 'Choose a reason'],
      [{ move: 'decline', reason: 'other', note: 'x'.repeat(2001) }, 'at most 2,000'],
      [{ move: 'request_info' }, 'Write your question'],
    ] as const) {
      const answer = await person.say(form);
      expect([words, answer.status]).toEqual([words, 422]);
      expect(answer.body).toContain(words);
    }
    const illegal = await person.say({ move: 'engage' });
    expect([illegal.status, illegal.body.includes('has changed')]).toEqual([409, true]);
    expect(await stateOf(id)).toBe('sent');

    await person.say({ move: 'request_info', question: 'Which test?' });
    expect(await stateOf(id)).toBe('needs_info');
    await person.say({ move: 'undo' });
    await person.say({ move: 'accept' });
    await person.say({ move: 'record_contact', kind: 'scheduled' });
    await person.say({ move: 'waitlist' });
    expect(await stateOf(id)).toBe('waitlisted');
    await person.say({ move: 'engage' });
    await person.say({ move: 'complete' });
    expect(await stateOf(id)).toBe('completed');
    const seen = expectStatus(await exchange.call(world.sender.key, `/v1/referrals/${id}`), 200).body;
    expect(seen.contacts.map(({ kind }: { kind: string }) => kind)).toEqual(['scheduled']);
    expect(seen.messages.map(({ text }: { text: string }) => text)).toEqual(['Which test?']);
  });
});

describe('what is shown', () => {
  const questioned = async (consent: Record<string, unknown>) => {
    const id = await sendReferral(exchange, world, { consent: consentInput(consent) });
    expectStatus(
      await move(exchange, world.receiver, id, 'request-info', { question: 'Which ZEBRATEST?' }),
      200,
    );
    expectStatus(await move(exchange, world.sender, id, 'provide-info', { answer: 'The ZEBRAANSWER.' }), 200);
    return { id, path: await linkTo(id) };
  };

  test('the receiver’s own words and contacts, which may name the client, wait for the button too', async () => {
    const id = await sendReferral(exchange, world);
    const path = await linkTo(id);
    const person = visitor(path);
    await person.say({ move: 'accept' });
    await person.say({ move: 'record_contact', kind: 'scheduled' });
    await person.say({ move: 'mark_not_engaged', reason: 'other', note: 'ZEBRAOWN Quillon moved away.' });
    const scanned = (await visitor(path).read()).body;
    expectNoClient(scanned);
    for (const word of ['ZEBRAOWN', 'Made an appointment']) expect(scanned).not.toContain(word);
    expect(scanned).toContain('Show the details');
    const shown = (await person.read()).body;
    for (const word of ['ZEBRAOWN', 'Made an appointment']) expect(shown).toContain(word);
    await person.send(`${path}/hide`, await person.hidden());
    expect((await person.read()).body).not.toContain('ZEBRAOWN');
  });

  test('an answer that the client allows is read before the acceptance, with the notice of substance-use records', async () => {
    const { id, path } = await questioned({
      directions: ['forward', 'feedback', 'messages'],
      part2: true,
    });
    const person = visitor(path);
    expect((await person.read()).body).not.toContain('ZEBRAANSWER');
    await person.show();
    const shown = (await person.read()).body;
    expect(shown).toContain('ZEBRAANSWER');
    expect(shown).toContain('42 CFR');
    expectNoClient(shown);
    expect((await disclosuresOf(id)).map(({ categories }) => JSON.parse(categories))).toEqual([['messages']]);
  });

  test('an answer that the client does not allow stays shut, and nothing is logged', async () => {
    const { id, path } = await questioned({ directions: ['forward', 'feedback'] });
    const person = visitor(path);
    await person.show();
    const shown = (await person.read()).body;
    expect(shown).not.toContain('ZEBRAANSWER');
    expect(shown).toContain('Which ZEBRATEST?');
    expect(await disclosuresOf(id)).toEqual([]);
  });

  test('after the engagement has ended the client can still be read, as by the API', async () => {
    const id = await sendReferral(exchange, world);
    const path = await linkTo(id);
    const person = visitor(path);
    for (const one of ['accept', 'engage', 'complete']) await person.say({ move: one });
    const other = visitor(path);
    expect((await other.read()).body).toContain('Show the details');
    await other.show();
    expect((await other.read()).body).toContain(CLIENT.identity.family_name);
  });

  test('where the endpoint is spared everything the page says so, and logs nothing', async () => {
    const crm = await startReceiver();
    const withheld_categories = [
      'identity',
      'contact',
      'reason',
      'background',
      'notes',
      'documents',
      'messages',
    ];
    const body = { url: crm.url, page_links: true, withheld_categories };
    const hook = expectStatus(
      await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body }),
      201,
    );
    const id = await sendReferral(exchange, world);
    const told = await crm.waitForType('referral.sent', id);
    const person = visitor(new URL(told.json.data.page_url).pathname);
    await person.say({ move: 'accept' });
    const page = (await person.read()).body;
    expectNoClient(page);
    expect(page).toContain('is not shown behind this link');
    expect(await disclosuresOf(id)).toEqual([]);
    const path = `/v1/webhook-endpoints/${hook.body.id}`;
    expectStatus(await exchange.call(world.receiver.key, path, { method: 'DELETE' }), 204);
    await crm.close();
  });

  test('a program that looks ahead with the visitor’s cookie sees nothing and logs nothing', async () => {
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const path = await linkTo(id);
    const person = visitor(path);
    const cookie = (await person.show()).headers.get('Set-Cookie')?.split(';')[0] ?? '';
    const before = (await disclosuresOf(id)).length;
    for (const [method, headers] of [
      ['HEAD', {}],
      ['GET', { 'Sec-Purpose': 'prefetch' }],
    ] as const) {
      const ahead = await exchange.call(null, path, { method, headers: { Cookie: cookie, ...headers } });
      expectNoClient(String(ahead.body));
    }
    expect(await disclosuresOf(id)).toHaveLength(before);
  });
});

describe('the front desk', () => {
  test('reads who refers, how to reach them, the number to quote, and afterwards why it declined', async () => {
    const id = await sendReferral(exchange, world);
    const person = visitor(await linkTo(id));
    const { body } = await person.read();
    for (const said of ['Jordan Alder', 'Omaha, Nebraska', 'mailto:private@elm.example', 'Number to quote'])
      expect(body).toContain(said);
    expect(body).toContain(`<dd>${id.slice(-8, -4).toUpperCase()} ${id.slice(-4).toUpperCase()}</dd>`);
    expect(body).not.toMatch(/Date of birth|US-NE|career_counseling/);
    await person.say({ move: 'decline', reason: 'at_capacity' });
    const declined = (await person.read()).body;
    expect(declined).toContain('Your reason: No free place');
    expect(declined).toContain('Take my refusal back');
  });

  test('chooses who takes the client, where more than one may; somebody of another practice is refused', async () => {
    const { receiver, operator, sender } = world;
    const hire = async (name: string, jurisdiction: string) => {
      const path = `/v1/practices/${receiver.id}/professionals`;
      const body = { name, profession: 'career_counselor' };
      const { id } = expectStatus(await exchange.call(operator, path, { body }), 201).body;
      const licence = { kind: 'licence', title: 'LPC', issuer: 'Board', number: name, jurisdiction };
      const held = await exchange.call(operator, `/v1/professionals/${id}/credentials`, {
        body: { ...licence, expires_on: nextYear },
      });
      const verify = `/v1/credentials/${expectStatus(held, 201).body.id}/verify`;
      expectStatus(await exchange.call(operator, verify, { body: { source: 'Look-up' } }), 200);
      return id as string;
    };
    const casey = await hire('Casey Birch', 'US-NE');
    await hire('Robin Far', 'US-TX');
    const id = await sendReferral(exchange, world);
    const person = visitor(await linkTo(id));
    const { body } = await person.read();
    for (const said of ['Who takes the client on?', 'Casey Birch', 'Jordan Alder'])
      expect(body).toContain(said);
    expect(body).not.toContain('Robin Far');
    const wrong = await person.say({ move: 'accept', professional_id: sender.professionalId });
    expect([wrong.status, await stateOf(id)]).toEqual([409, 'sent']);
    expect((await person.say({ move: 'accept', professional_id: 'nobody' })).status).toBe(422);
    await person.say({ move: 'accept', professional_id: casey });
    expect((await person.read()).body).toContain('Taken on by Casey Birch');
    const seen = (await exchange.call(receiver.key, `/v1/referrals/${id}`)).body;
    expect(seen.receiver.professional_id).toBe(casey);
  });
});

describe('a form', () => {
  test('decides on what its page showed: what somebody else did meanwhile is not undone, and a second press changes nothing', async () => {
    const id = await sendReferral(exchange, world);
    const person = visitor(await linkTo(id));
    await person.say({ move: 'accept' });
    const seen = await person.hidden();
    expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
    const late = await person.say({ move: 'undo', ...seen });
    expect([late.status, late.body.includes('has changed since')]).toEqual([409, true]);
    const twice = await person.say({ move: 'engage', ...seen });
    expect(twice.status).toBe(303);
    expect(await stateOf(id)).toBe('engaged');
    const other = await sendReferral(exchange, world);
    const asking = visitor(await linkTo(other));
    const before = await asking.hidden();
    expectStatus(await move(exchange, world.receiver, other, 'request-info', { question: 'Theirs?' }), 200);
    const kept = await asking.say({ move: 'request_info', question: 'Mine?', ...before });
    expect([kept.status, kept.body.includes('has changed since')]).toEqual([409, true]);
    const stale = await person.say({ move: 'complete', ...seen });
    expect(stale.status).toBe(409);
    expect(await stateOf(id)).toBe('engaged');
  });

  test('of a link that somebody wrote differently leads nowhere', async () => {
    const path = await linkTo(await sendReferral(exchange, world));
    const form = await visitor(path).hidden();
    for (const end of ['%0A', '%20', '%3D', '%2B'])
      for (const to of [path + end, `${path}${end}/show`])
        expect([to.slice(-9), (await visitor(path).send(to, { ...form, move: 'accept' })).status]).toEqual([
          to.slice(-9),
          404,
        ]);
    const long = await visitor(path).say({ move: 'request_info', question: '界'.repeat(1990) });
    expect(long.status).toBe(303);
    const longer = await visitor(path).say({ move: 'request_info', question: '界'.repeat(5000) });
    expect([longer.status, longer.body.includes('<h1>')]).toEqual([413, true]);
    const reloaded = await visitor(path).send(`${path}/show`);
    expect([reloaded.status, reloaded.headers.get('Location')?.startsWith(path)]).toEqual([303, true]);
  });
});

test.skipIf(!canBrowse)(
  'a person without a CRM reads, accepts and reports, by keyboard, on a phone, in either language',
  async () => {
    const context = await browser.newContext({ locale: 'en-US', viewport: PHONE });
    const page: Page = await context.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const id = await sendReferral(exchange, world);
    await page.goto(origin + (await linkTo(id)));
    await expectAccessible(page, 'referral-sent');
    await page.locator('summary', { hasText: 'Decline' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Decline' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await expectAccessible(page, 'referral-refused');
    await page.getByRole('link', { name: 'Choose a reason' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe('decline-reason');
    await page.goto(page.url());
    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    await page.getByText(CLIENT.identity.family_name, { exact: false }).first().waitFor();
    const draft = {
      text: 'Send a first draft of the résumé for the new field',
      owner: 'sender',
      due_on: '2031-03-01',
    };
    for (const item of [draft, { text: 'Go through the test results', owner: 'receiver' }])
      expectStatus(await move(exchange, world.sender, id, 'plan/items', item), 201);
    await page.reload();
    await page.getByText(draft.text).waitFor();
    await expectAccessible(page, 'referral-accepted');
    await page.getByRole('link', { name: 'Español' }).click();
    expect(await page.innerText('h1')).toContain('Referido');
    await expectAccessible(page, 'referral-spanish');
    await page.getByRole('button', { name: 'El cliente empezó' }).click();
    expect(await stateOf(id)).toBe('engaged');
    expect(await page.getByRole('link', { name: '@client.example' }).getAttribute('href')).toMatch(
      /^mailto:/,
    );
    expect(requests.every((url) => url.startsWith(origin))).toBe(true);
    await context.close();
  },
);
