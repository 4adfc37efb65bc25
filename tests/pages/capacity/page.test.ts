/** The page of a reminder, on which a practice says whether it takes new clients: by its link alone, once. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canBrowse, expectAccessible, startBrowser } from '../../support/browser.ts';
import { clientOn } from '../../support/client.ts';
import { startReceiver } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { createPractice, expectStatus, type Practice } from '../../support/world.ts';

let browser: Browser;
useWorld();
beforeAll(async () => {
  if (canBrowse) browser = await startBrowser();
});
afterAll(() => browser?.close());

const MONTH_MS = 30 * 86_400_000;
const pathOf = (url: string) => new URL(url).pathname;

/** A month later the practice is asked. */
async function remind(id: string): Promise<void> {
  await exchange.sql(
    'update practices set capacity_updated_at = capacity_updated_at - ?1, capacity_due_at = capacity_due_at - ?1 where id = ?2',
    MONTH_MS,
    id,
  );
  await exchange.minute();
}

async function askedOf(key: string): Promise<{ capacity_url?: string }> {
  const { body } = expectStatus(
    await exchange.call(key, '/v1/events?type=practice.capacity_due&limit=100'),
    200,
  );
  return body.data.at(-1).data;
}

async function asked(profile: Record<string, unknown> = {}): Promise<{ practice: Practice; path: string }> {
  const practice = await createPractice(exchange, world.operator, profile);
  await remind(practice.id);
  return { practice, path: pathOf((await askedOf(practice.key)).capacity_url ?? '') };
}

const profileOf = async ({ key }: Practice) =>
  expectStatus(await exchange.call(key, '/v1/practice'), 200).body;

describe('the link', () => {
  test('asks by a GET, which changes nothing, and says it by a form of ours, once', async () => {
    const { practice, path } = await asked({ name: 'Elm <b> & Co.' });
    const before = await profileOf(practice);
    expect(before.capacity_stale).toBe(true);
    const guest = clientOn(exchange, path);
    const { status, body, cost, headers } = await guest.read();
    expect([status, cost.calls, headers.get('Cache-Control')]).toEqual([200, 1, 'no-store']);
    expect(body).toContain('Does Elm &lt;b&gt; &amp; Co. take new clients?');
    expect(body).toContain('Career counseling, Interview coaching, Myers-Briggs Type Indicator');
    expect((await guest.say('', { capacity: 'waitlist', form_token: 'x' })).status).toBe(303);
    const unsaid = await guest.say('', { capacity: 'perhaps' });
    expect([unsaid.status, unsaid.body.includes('Choose one')]).toEqual([422, true]);
    expect(await profileOf(practice)).toEqual(before);

    const token = /name="form_token" value="([^"]+)"/.exec(String(body))?.[1] ?? '';
    const forms = ['waitlist', 'not_accepting'].map((capacity) => ({ capacity, form_token: token }));
    const answers = await Promise.all(forms.map((form) => guest.say('', form)));
    expect(answers.map((answer) => answer.status)).toEqual([303, 303]);
    const said = await profileOf(practice);
    expect(said).toMatchObject({ capacity_stale: false, version: before.version + 1 });
    expect(['waitlist', 'not_accepting']).toContain(said.capacity);
    expect((await guest.read('?lang=es')).body).toContain('Gracias, está guardado');
    await guest.say('', { capacity: 'accepting', form_token: token });
    expect(await profileOf(practice)).toEqual(said);
  });

  test('says that it is still so where nothing else is chosen, and is used by any other way of saying it', async () => {
    const { practice, path } = await asked({ capacity: 'waitlist' });
    const guest = clientOn(exchange, path);
    expect((await guest.read()).body).toMatch(/value="waitlist" checked/);
    expectStatus(await exchange.call(practice.key, '/v1/practice/confirm-capacity', { method: 'POST' }), 200);
    expect((await guest.read()).body).not.toContain('<form');
    // The next reminder has a link of its own, and the one before stays used.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await remind(practice.id);
    const next = pathOf((await askedOf(practice.key)).capacity_url ?? '');
    expect(next).not.toBe(path);
    expectStatus(await clientOn(exchange, next).say('', { capacity: 'waitlist' }), 303);
    expect(await profileOf(practice)).toMatchObject({ capacity: 'waitlist', capacity_stale: false });
  });

  test('leads nowhere after its time, while the practice is suspended, without its maker, and made up', async () => {
    const { practice, path } = await asked();
    const look = async (to = path) => (await exchange.call(null, to)).status;
    const form = /name="form_token" value="([^"]+)"/.exec(
      String((await exchange.call(null, path)).body),
    )?.[1];
    const post = async () =>
      (await clientOn(exchange, path).say('', { capacity: 'accepting', form_token: form ?? '' })).status;
    const act = async (name: string) =>
      expectStatus(
        await exchange.call(world.operator, `/v1/practices/${practice.id}/${name}`, { method: 'POST' }),
        200,
      );
    await act('suspend');
    expect([await look(), await post()]).toEqual([404, 404]);
    await act('reinstate');
    expect(await look()).toBe(200);
    expect(await look(`${path.slice(0, -2)}aa`)).toBe(404);
    const keys = expectStatus(await exchange.call(practice.key, '/v1/keys'), 200).body.data;
    await exchange.sql('update api_keys set revoked_at = 1 where id = ?', keys[0].id);
    expect([await look(), await post()]).toEqual([404, 404]);
    await exchange.sql('update api_keys set revoked_at = null where id = ?', keys[0].id);
    await exchange.sql('drop trigger events_never_change');
    await exchange.sql(
      "update events set occurred_at = occurred_at - ?1 where type = 'practice.capacity_due'",
      MONTH_MS,
    );
    const old = pathOf((await askedOf(practice.key)).capacity_url ?? '');
    expect([old === path, await look(old)]).toEqual([false, 404]);
  });

  test('comes by webhook where people act by links, ends with the endpoint, and is not in the feed of a key that may not write', async () => {
    const crm = await startReceiver();
    const practice = await createPractice(exchange, world.operator);
    const endpoint = expectStatus(
      await exchange.call(practice.key, '/v1/webhook-endpoints', {
        body: { url: crm.url, event_types: ['practice.capacity_due'], page_links: true },
      }),
      201,
    ).body;
    await remind(practice.id);
    const { json } = await crm.waitForType('practice.capacity_due');
    const path = pathOf(json.data.capacity_url);
    expect((await exchange.call(null, path)).status).toBe(200);
    const reader = expectStatus(
      await exchange.call(practice.key, '/v1/keys', { body: { name: 'reader', scopes: ['events:read'] } }),
      201,
    ).body;
    expect(await askedOf(reader.secret)).not.toHaveProperty('capacity_url');
    expectStatus(
      await exchange.call(practice.key, `/v1/webhook-endpoints/${endpoint.id}`, { method: 'DELETE' }),
      204,
    );
    expect((await exchange.call(null, path)).status).toBe(404);
    await crm.close();
  });
});

test.runIf(canBrowse)('a person says it in a browser without scripts, in English and Spanish', async () => {
  const { practice, path } = await asked({ name: 'Cedar Lane Counseling & Testing of Greater Omaha' });
  const scripted = await browser.newContext();
  const page = await scripted.newPage();
  await page.goto(`${exchange.origin}${path}?lang=en`);
  await expectAccessible(page, 'capacity-1-asked');
  await page.goto(`${exchange.origin}${path}?lang=es`);
  await expectAccessible(page, 'capacity-2-asked-spanish');
  await page.evaluate(
    "document.querySelectorAll('input[type=radio]').forEach((one) => { one.checked = false; })",
  );
  await page.click('main button');
  expect(await page.textContent('.problem')).toContain('Elija una opción');
  await expectAccessible(page, 'capacity-3-fault');

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const plainPage = await plain.newPage();
  await plainPage.goto(`${exchange.origin}${path}?lang=en`);
  expect(await plainPage.isChecked('input[value=accepting]')).toBe(true);
  await plainPage.check('input[value=waitlist]');
  await plainPage.click('main button');
  expect(await plainPage.textContent('h1')).toBe('Thank you, it is saved');
  expect(await profileOf(practice)).toMatchObject({ capacity: 'waitlist', capacity_stale: false });
  await page.goto(`${exchange.origin}${path}?lang=en`);
  await expectAccessible(page, 'capacity-4-said');
  await page.goto(`${exchange.origin}${path}aa?lang=en`);
  await expectAccessible(page, 'capacity-5-nowhere');
  await Promise.all([scripted.close(), plain.close()]);
});
