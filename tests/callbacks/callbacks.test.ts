import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCallbackUrl, linkExpiresAt } from '../../src/platform/vault/links.ts';
import { Vault } from '../../src/platform/vault/vault.ts';
import { canBrowse, expectAccessible, startBrowser } from '../support/browser.ts';
import { type Exchange, startExchange, testSecrets } from '../support/harness.ts';
import { answering, startReceiver } from '../support/receiver.ts';
import { CLIENT_WORDS, createWorld, expectStatus, sendReferral, type World } from '../support/world.ts';

const vault = new Vault({
  masterKeys: JSON.parse(testSecrets.MASTER_KEYS),
  linkKeys: JSON.parse(testSecrets.LINK_KEYS),
  blindIndexKey: testSecrets.BLIND_INDEX_KEY,
});
const DAY_MS = 86_400_000;

let exchange: Exchange;
let world: World;
let browser: Browser;
/** The endpoint of the receiver by which the links come. */
let makerId: string;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  const body = { url: 'http://127.0.0.1:9/', event_types: ['endpoint.failing'] };
  const made = await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body });
  makerId = expectStatus(made, 201).body.id;
  if (canBrowse) browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await exchange?.close();
});

const linkTo = (referralId: string, practiceId = world.receiver.id, at = Date.now()) =>
  createCallbackUrl({ referralId, practiceId, makerId }, linkExpiresAt(at), vault, '');
const say = (path: string, body: unknown) => exchange.call(null, path, { body });
const stateOf = async (id: string) =>
  (await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).body.state as string;
const eventsOf = async (id: string, type: string) =>
  (await exchange.sql('select id from events where referral_id = ? and type = ?', id, type)).length;

test('each attempt of a delivery to the receiver carries the same link, and the sender gets none', async () => {
  const crm = await startReceiver(answering(500));
  const sendersCrm = await startReceiver();
  const endpoint = { body: { url: crm.url } };
  const { id: endpointId } = expectStatus(
    await exchange.call(world.receiver.key, '/v1/webhook-endpoints', endpoint),
    201,
  ).body;
  expectStatus(
    await exchange.call(world.sender.key, '/v1/webhook-endpoints', { body: { url: sendersCrm.url } }),
    201,
  );
  const id = await sendReferral(exchange, world);
  const first = await crm.waitForType('referral.sent', id);
  crm.answer(answering(200));
  const again = await crm.waitFor((one) => one !== first && one.json.id === first.json.id);
  expect(again.body).toBe(first.body);
  const { pathname } = new URL(first.json.data.callback_url);
  expect(pathname).not.toContain(id.slice(4));
  expect(expectStatus(await say(pathname, { outcome: 'accept' }), 200).body).toEqual({
    referral_id: id,
    result: 'done',
    state: 'accepted',
    allowed_outcomes: ['engage', 'not_engaged'],
  });
  const told = await sendersCrm.waitForType('referral.accepted', id);
  expect(told.json.data.callback_url).toBeUndefined();
  expect(await exchange.sql('select id from disclosures where referral_id = ?', id)).toEqual([]);
  await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${endpointId}`, { method: 'DELETE' });
  await crm.close();
  await sendersCrm.close();
});

test('forged, truncated and expired links, and those of a practice that is not the receiver, lead nowhere', async () => {
  const id = await sendReferral(exchange, world);
  const good = await linkTo(id);
  const wrong = [
    `${good.slice(0, -4)}AAAA`,
    good.slice(0, -6),
    `${good.slice(0, 20)}${good[20] === 'A' ? 'B' : 'A'}${good.slice(21)}`,
    '/callback/x',
    `/callback/${'A'.repeat(120)}`,
    '/callback/%00',
    await linkTo(id, world.receiver.id, Date.now() - 31 * DAY_MS),
    await linkTo(id, world.sender.id),
    await linkTo('ref_01k8vb1s2wf7r8tck5e8t3d7m1'),
  ];
  for (const path of wrong) {
    const answer = await say(path, { outcome: 'accept' });
    expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found']);
    expect((await exchange.call(null, path)).status).toBe(404);
  }
  expect(await stateOf(id)).toBe('sent');
  expectStatus(
    await say(await linkTo(id, world.receiver.id, Date.now() - 29 * DAY_MS), { outcome: 'accept' }),
    200,
  );
});

test('twenty at once make one event, and each is answered as done', async () => {
  const id = await sendReferral(exchange, world);
  const path = await linkTo(id);
  const answers = await Promise.all(Array.from({ length: 20 }, () => say(path, { outcome: 'accept' })));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(answers.map(({ body }) => body.result).sort()).toEqual([
    'done',
    ...Array.from({ length: 19 }, () => 'unchanged'),
  ]);
  expect(await eventsOf(id, 'referral.accepted')).toBe(1);
});

test('what the state does not allow is refused by name of the state; input is checked', async () => {
  const id = await sendReferral(exchange, world);
  const path = await linkTo(id);
  expect((await say(path, { outcome: 'engage' })).body).toMatchObject({
    status: 409,
    code: 'illegal_transition',
    state: 'sent',
  });
  for (const body of [
    {},
    { outcome: 'withdraw' },
    { outcome: 'decline' },
    { outcome: 'decline', reason: 'other' },
    { outcome: 'accept', reason: 'other' },
  ])
    expect((await say(path, body)).body.code).toBe('invalid_input');
  expect((await exchange.call(null, path, { body: '{', method: 'POST' })).body.code).toBe('malformed_json');
  expectStatus(await say(path, { outcome: 'decline', reason: 'other', note: 'Moved.' }), 200);
  expectStatus(await say(path, { outcome: 'decline', reason: 'other', note: 'Moved.' }), 200);
  expect(await eventsOf(id, 'referral.declined')).toBe(1);
  expect((await say(path, { outcome: 'accept' })).body).toMatchObject({ status: 409, state: 'declined' });
  const seen = (await exchange.call(world.sender.key, `/v1/referrals/${id}`)).body;
  expect([seen.decline_reason, seen.messages[0].text]).toEqual(['other', 'Moved.']);
});

test('the gates of the API hold: an ended consent and a suspended practice', async () => {
  const [id, other] = [await sendReferral(exchange, world), await sendReferral(exchange, world)];
  await exchange.sql('update consents set expires_at = granted_at + 1 where referral_id = ?', id);
  expect((await say(await linkTo(id), { outcome: 'accept' })).body.code).toBe('consent_not_active');
  const path = `/v1/practices/${world.receiver.id}`;
  expectStatus(await exchange.call(world.operator, `${path}/suspend`, { method: 'POST' }), 200);
  expect((await say(await linkTo(other), { outcome: 'accept' })).body.code).toBe('practice_suspended');
  expectStatus(await exchange.call(world.operator, `${path}/reinstate`, { method: 'POST' }), 200);
});

test('a GET and a forged form of the page change nothing', async () => {
  const id = await sendReferral(exchange, world);
  const path = await linkTo(id);
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  for (const asked of [path, `${path}?outcome=accept`, `${path}?lang=es`])
    expectStatus(await exchange.call(null, asked), 200);
  const forged = 'move=accept&outcome=accept&form_token=forged';
  expectStatus(await exchange.call(null, path, { body: forged, headers }), 303);
  expect(await stateOf(id)).toBe('sent');
});

test('a form that a CRM posts is taken as JSON is, and answered in JSON whatever it says that it accepts', async () => {
  const id = await sendReferral(exchange, world);
  const path = await linkTo(id);
  const form = (body: string, headers: Record<string, string> = {}) =>
    exchange.call(null, path, {
      body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    });
  expect((await form('outcome=decline')).body).toMatchObject({ status: 422, code: 'invalid_input' });
  // What Java, and with it many a CRM, says by itself.
  const java = { Accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' };
  expect((await form('outcome=accept', java)).body).toMatchObject({ result: 'done', state: 'accepted' });
  const boundary = '----x';
  const part = `--${boundary}\r\nContent-Disposition: form-data; name="outcome"\r\n\r\nengage\r\n--${boundary}--\r\n`;
  expect(
    (await form(part, { 'Content-Type': `multipart/form-data; boundary=${boundary}` })).body,
  ).toMatchObject({ result: 'done', state: 'engaged' });
  expect((await form('x', { 'Content-Type': 'multipart/form-data' })).body.code).toBe(
    'unsupported_media_type',
  );
  expect(await form(`outcome=complete&filler=${'x'.repeat(70_000)}`)).toMatchObject({ status: 413 });
  expect(
    (
      await exchange.call(null, await linkTo(id, world.sender.id), {
        body: 'outcome=complete',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      })
    ).body.code,
  ).toBe('not_found');
});

test('an array of messages is answered for each of them; one that is refused takes no other with it', async () => {
  const id = await sendReferral(exchange, world);
  const path = await linkTo(id);
  const answer = await say(path, [{ outcome: 'complete' }, { outcome: 'accept' }, { outcome: 'sing' }]);
  expect([
    answer.status,
    answer.body.results.map(({ result, code }: Record<string, string>) => [result, code]),
  ]).toEqual([
    200,
    [
      ['refused', 'illegal_transition'],
      ['done', undefined],
      ['refused', 'invalid_input'],
    ],
  ]);
  expect(await stateOf(id)).toBe('accepted');
  for (const body of [[], [1], [[]], [null], Array(51).fill({ outcome: 'accept' })])
    expect((await say(path, body)).body.code).toBe('invalid_input');
});

test.skipIf(!canBrowse)(
  'a person declines with a reason, or accepts and reports the outcome, on the page',
  async () => {
    const { origin } = exchange;
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    const expectWithoutClient = async (name: string) => {
      await expectAccessible(page, `callback-${name}`);
      for (const word of CLIENT_WORDS) expect(await page.content()).not.toContain(word);
    };

    const declined = await sendReferral(exchange, world);
    await page.goto(origin + (await linkTo(declined)));
    await expectWithoutClient('sent');
    await page.locator('summary', { hasText: 'Decline' }).click();
    await page.getByRole('button', { name: 'Decline' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('Choose a reason');
    await expectWithoutClient('refused');
    await page.getByLabel('No free place').check();
    await page.getByRole('button', { name: 'Decline' }).click();
    expect(await page.innerText('.panel')).toContain('Declined');
    expect(await stateOf(declined)).toBe('declined');

    const taken = await sendReferral(exchange, world);
    await page.goto(`${origin}${await linkTo(taken)}?lang=es`);
    await expectWithoutClient('spanish');
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('button', { name: 'Accept', exact: true }).click();
    await expectWithoutClient('accepted');
    await page.getByRole('button', { name: 'The client engaged' }).click();
    await page.getByRole('button', { name: 'The engagement has ended' }).click();
    expect(await page.innerText('.panel')).toContain('Completed');
    expect(await stateOf(taken)).toBe('completed');
    await context.close();
  },
);

test('too many calls and pages from one address are refused', async () => {
  const limited = await startExchange({ rateLimits: { PRACTICE_RATE_LIMIT: 25, ANONYMOUS_RATE_LIMIT: 25 } });
  const forged = `${'A'.repeat(120)}`;
  for (const [method, path] of [
    ['GET', `/callback/${forged}`],
    ['POST', `/callback/${forged}`],
    ['POST', '/callback/endpoints/wep_01aaaaaaaaaaaaaaaaaaaaaaaa'],
    ['GET', `/referral/${forged}`],
  ] as const) {
    const body = method === 'POST' ? { body: { outcome: 'accept' } } : {};
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => limited.call(null, path, { method, ...body })),
    );
    const refused = answers.find(({ status }) => status === 429);
    expect([path, refused?.headers.get('Retry-After')]).toEqual([path, '60']);
    // Whether there is such an endpoint is not known before it was looked for.
    expect(refused?.cost.calls).toBeLessThanOrEqual(path.includes('endpoints') ? 1 : 0);
  }
  await limited.close();
});
