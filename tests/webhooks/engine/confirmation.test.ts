/** Events go only where somebody answers for them: an address answers a signed ping first. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmationOf } from '../../../src/webhooks/endpoints/endpoint-columns.ts';
import { confirmAddress } from '../../../src/webhooks/endpoints/endpoints.repository.ts';
import { always, answer, DAY_MS, deliveries } from '../../support/engine.steps.ts';
import { START, startEngine } from '../../support/engine.ts';
import { ownerOf } from '../../support/owner.ts';
import { answering, startReceiver, verifySignature } from '../../support/receiver.ts';
import { exchange, useWorld, world } from '../../support/shared.ts';
import { inOneWindow, until } from '../../support/until.ts';
import { consentInput, expectStatus, sendReferral } from '../../support/world.ts';

let owner: ReturnType<typeof ownerOf>;
useWorld({ rateLimits: { PING_RATE_LIMIT: 8 } });
beforeAll(async () => {
  owner = ownerOf(exchange, world);
});
afterAll(async () => {
  await owner.close();
});

/** An endpoint for an address, whoever stands behind it. */
const endpointAt = async (url: string, change: Record<string, unknown> = {}) =>
  expectStatus(
    await owner.call('/webhook-endpoints', { url, event_types: ['referral.sent'], ...change }, 'POST'),
    201,
  ).body;

test('the first event comes after a signed ping, later ones without, and the endpoint says since when', async () => {
  const { crm, hook, path, remove } = await owner.subscribe({ event_types: ['referral.sent'] });
  expect(hook.confirmed_at).toBeNull();
  await crm.waitForType('referral.sent', await sendReferral(exchange, world));
  const [confirmation] = crm.confirmations;
  if (!confirmation) throw new Error('there was no ping');
  expect(verifySignature(hook.secret, confirmation)).toMatchObject({
    type: 'endpoint.ping',
    data: { endpoint_id: hook.id, purpose: 'confirmation' },
  });
  expect(confirmation.at).toBeLessThanOrEqual(crm.received[0]?.at ?? 0);
  expect((await owner.read(path)).confirmed_at).toMatch(/Z$/);
  await crm.waitForType('referral.sent', await sendReferral(exchange, world));
  expect(crm.confirmations).toHaveLength(1);
  await remove();
});

test('a test that succeeds confirms too; another host has to answer for itself, another path has not', async () => {
  const { crm, path, remove } = await owner.subscribe({ event_types: ['referral.sent'] });
  const other = await startReceiver();
  await owner.post(`${path}/ping`);
  const { confirmed_at } = await owner.read(path);
  expect(confirmed_at).toMatch(/Z$/);
  const change = (url: string) => owner.call(path, { url }, 'PATCH');
  expect(expectStatus(await change(`${crm.url}/more`), 200).body.confirmed_at).toBe(confirmed_at);
  expect(expectStatus(await change(other.url), 200).body.confirmed_at).toBeNull();
  await other.waitForType('referral.sent', await sendReferral(exchange, world));
  expect(other.confirmations).toHaveLength(1);
  await remove();
  await other.close();
});

test('a host that does not answer for it is shown nothing, and nothing is disclosed for it', async () => {
  const stranger = await startReceiver(answering(404), 0, { takesConfirmation: false });
  const { id } = await endpointAt(stranger.url, { payload: 'full' });
  const path = `/webhook-endpoints/${id}`;
  const referralId = await sendReferral(exchange, world, {
    disclose: 'on_send',
    consent: consentInput({ disclose_on_send: true }),
  });
  const [delivery] = await until(
    async () => (await owner.read(`${path}/deliveries`)).data,
    (found) => found[0]?.attempts_count > 0,
  );
  const { attempts } = await owner.read(`/deliveries/${delivery.id}`);
  expect(attempts[0]).toMatchObject({ status: 404, error: 'unconfirmed' });
  expect(attempts[0].advice).toContain('nothing of the event was posted');
  expect(attempts[0].advice).toContain('correct the path');
  expect(stranger.received.length).toBeGreaterThan(0);
  for (const { body, json } of stranger.received) {
    expect(json.type).toBe('endpoint.ping');
    expect(body).not.toContain(referralId);
  }
  const disclosed = await exchange.sql('select id from disclosures where referral_id = ?', referralId);
  expect(disclosed).toEqual([]);
  const endpoint = await owner.read(path);
  expect(endpoint.confirmed_at).toBeNull();
  expect(endpoint.last_failure).toMatchObject({ error: 'unconfirmed', advice: attempts[0].advice });
  // A test that fails says what to do, too.
  const { status, error, advice } = (await owner.call(`${path}/ping`, undefined, 'POST')).body;
  expect([status, error, advice]).toEqual([
    404,
    null,
    'Nothing takes a POST there: correct the path of `url`.',
  ]);

  expectStatus(await owner.call(path, undefined, 'DELETE'), 204);
  await stranger.close();
});

test('it counts as a failed attempt: tried again by the same schedule, at most 11 times, then given up', async () => {
  const engine = await startEngine(always(404));
  await engine.addEndpoint('prc_owner', 'https://somebody.example/', { isConfirmed: false });
  await engine.record();
  await engine.runUntil(START + 8 * DAY_MS);
  expect(deliveries(engine)).toMatchObject([{ state: 'exhausted', attempts_count: 11 }]);
  expect(engine.posts).toHaveLength(11);
  expect(engine.posts.every(({ body }) => JSON.parse(body).type === 'endpoint.ping')).toBe(true);
});

test('an address that answers later gets the event then, and a confirmation counts for the address that answered', async () => {
  let isUp = false;
  const engine = await startEngine(() => answer(isUp ? 200 : 503));
  const { id } = await engine.addEndpoint('prc_owner', 'https://ours.example/', { isConfirmed: false });
  await engine.record();
  await engine.drain();
  isUp = true;
  await engine.runUntil(START + DAY_MS);
  expect(engine.posts.map(({ body }) => JSON.parse(body).type)).toEqual([
    'endpoint.ping',
    'endpoint.ping',
    'partnership.paused',
  ]);
  // Changed while the old address was asked.
  engine.rows(
    "update webhook_endpoints set confirmed_at = null, url = 'https://other.example/' where id = ?",
    id,
  );
  await engine.database.batch([confirmAddress(engine.database.query, id, 'https://ours.example/', START)]);
  expect(engine.rows('select confirmed_at from webhook_endpoints')).toEqual([{ confirmed_at: null }]);
});

test('a probe that had nothing to post is given back: no event waits for a lease that nobody holds', async () => {
  const engine = await startEngine(() => answer(200));
  const { id } = await engine.addEndpoint();
  const halfOpen = "update webhook_endpoints set format = 'template', breaker_until = ? where id = ?";
  engine.rows(halfOpen, engine.state.now, id);
  await engine.record();
  await engine.drain();
  expect(engine.rows('select state from deliveries')).toEqual([{ state: 'cancelled' }]);
  expect(engine.rows('select breaker_until from webhook_endpoints')).toEqual([
    { breaker_until: engine.state.now },
  ]);
});

test('a format of a CRM, whose hosts are known, and Zapier’s own host need no confirmation', async () => {
  const crm = await endpointAt('http://127.0.0.1:9/crm', {
    format: 'hubspot_contact',
    format_settings: { access_token: 'pat-na1-secret' },
  });
  expect(crm.confirmed_at).toMatch(/Z$/);
  const zap = async (targetUrl: string) => {
    const made = await owner.call('/zapier/hooks', { event: 'referral.sent', targetUrl }, 'POST');
    return (await owner.read(`/webhook-endpoints/${expectStatus(made, 201).body.id}`)).confirmed_at;
  };
  expect(await zap('https://hooks.zapier.com/hooks/standard/1/2/')).toMatch(/Z$/);
  expect(await zap('http://127.0.0.1:9/zap')).toBeNull();
  const byHand = await endpointAt('https://hooks.zapier.com/hooks/catch/1/2/', { format: 'flat' });
  expect(byHand.confirmed_at).toMatch(/Z$/);
});

test('tests have a limit of their own: 429 says when to come back, and nothing more is posted', async () => {
  const { crm, answers } = await inOneWindow(async () => {
    const { crm, path } = await owner.subscribe({ event_types: ['referral.sent'] });
    const pings = Array.from({ length: 20 }, () => owner.call(`${path}/ping`, undefined, 'POST'));
    return { crm, answers: await Promise.all(pings) };
  });
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThanOrEqual(12);
  expect([refused[0]?.body.code, refused[0]?.headers.get('Retry-After')]).toEqual(['rate_limited', '60']);
  expect(crm.received.length).toBe(20 - refused.length);
  await owner.read('/practice');
});

test('a change of anything but the host leaves alone what is confirmed meanwhile', () => {
  const row = { url: 'https://crm.example/a', format: 'standard' };
  expect(confirmationOf(row, { ...row, url: 'https://crm.example/b' }, 1)).toEqual({});
  expect(confirmationOf(row, { ...row, url: 'https://other.example/a' }, 1)).toEqual({ confirmed_at: null });
  expect(confirmationOf(row, { ...row, format: 'flat' }, 1)).toEqual({ confirmed_at: null });
});
