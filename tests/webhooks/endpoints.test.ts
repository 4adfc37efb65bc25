/** Endpoints as their owners use them, with real receivers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import { answering, type Behaviour, startReceiver, verifySignature } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import {
  CLIENT_WORDS,
  consentInput,
  createPractice,
  createWorld,
  expectStatus,
  move,
  type Practice,
  sendReferral,
  type World,
} from '../support/world.ts';

let exchange: Exchange;
let world: World;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(async () => {
  for (const close of closers) await close();
  await exchange.close();
});

const call = (path: string, body?: unknown, method?: string, key = world.receiver.key) =>
  exchange.call(key, `/v1${path}`, {
    ...(body === undefined ? {} : { body }),
    ...(method ? { method } : {}),
  });
const post = async (path: string, body?: unknown, key?: string) =>
  expectStatus(await call(path, body, 'POST', key), 200).body;
const read = async (path: string, key?: string) =>
  expectStatus(await call(path, undefined, 'GET', key), 200).body;

/** A CRM and an endpoint for it. */
async function subscribe(
  change: Record<string, unknown> = {},
  behaviour?: Behaviour,
  practice: Practice = world.receiver,
) {
  const crm = await startReceiver(behaviour);
  const hook = expectStatus(
    await call('/webhook-endpoints', { url: crm.url, ...change }, 'POST', practice.key),
    201,
  ).body;
  closers.push(crm.close);
  const path = `/webhook-endpoints/${hook.id}`;
  return {
    crm,
    hook,
    path,
    deliveries: async () => (await read(`${path}/deliveries`, practice.key)).data,
    remove: async () => expectStatus(await call(path, undefined, 'DELETE', practice.key), 204),
  };
}

const feedOf = async (key: string, type: string) => {
  const found: { type: string; data: Record<string, unknown> }[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: { data: typeof found; next_cursor: string | null } = await read(
      `/events?limit=100${after ? `&after=${after}` : ''}`,
      key,
    );
    found.push(...page.data.filter((event) => event.type === type));
    after = page.next_cursor;
  }
  return found;
};

describe('secrets', () => {
  test('while a secret is rotated both sign, each verifies alone, and after 24 hours only the new one does', async () => {
    const { crm, hook, path, remove } = await subscribe({ event_types: ['referral.sent'] });
    const rotated = await post(`${path}/rotate-secret`);
    expect(rotated.secret).not.toBe(hook.secret);
    expect(rotated.version).toBe(hook.version + 1);
    const during = await crm.waitForType('referral.sent', await sendReferral(exchange, world));
    expect(String(during.headers['webhook-signature']).split(' ')).toHaveLength(2);
    expect(() => verifySignature(hook.secret, during)).not.toThrow();
    expect(() => verifySignature(rotated.secret, during)).not.toThrow();
    await exchange.sql('update webhook_endpoints set previous_secret_until = 1 where id = ?', hook.id);
    const later = await crm.waitForType('referral.sent', await sendReferral(exchange, world));
    expect(() => verifySignature(hook.secret, later)).toThrow();
    expect(() => verifySignature(rotated.secret, later)).not.toThrow();
    expect(JSON.stringify(await read(path))).not.toContain('whsec_');
    await remove();
  });

  test('a repeated rotation with the same Idempotency-Key rotates once and shows the same secret', async () => {
    const { path, remove } = await subscribe({ event_types: ['referral.sent'] });
    const rotate = () =>
      exchange.call(world.receiver.key, `/v1${path}/rotate-secret`, {
        method: 'POST',
        headers: { 'Idempotency-Key': `rotate-${path}` },
      });
    const first = expectStatus(await rotate(), 200).body;
    expect(expectStatus(await rotate(), 200).body).toEqual(first);
    await remove();
  });
});

describe('custom headers', () => {
  test('go with every webhook and with the test; their values are sealed and never shown', async () => {
    const headers = { Authorization: 'Token zebra-token', 'X-Make-Apikey': 'zebra-key' };
    const { crm, hook, path, remove } = await subscribe({ event_types: ['referral.sent'], headers });
    expect(hook.header_names).toEqual(['Authorization', 'X-Make-Apikey']);
    const got = await crm.waitForType('referral.sent', await sendReferral(exchange, world));
    expect(got.headers).toMatchObject({
      authorization: 'Token zebra-token',
      'x-make-apikey': 'zebra-key',
      'content-type': 'application/json',
      'user-agent': 'ReferralExchange-Webhooks/1.0',
    });
    await post(`${path}/ping`);
    expect((await crm.waitForType('endpoint.ping')).headers.authorization).toBe('Token zebra-token');
    const [row] = await exchange.sql('select * from webhook_endpoints where id = ?', hook.id);
    expect(JSON.stringify([row, hook, await read(path)])).not.toMatch(/zebra/);
    const emptied = expectStatus(await call(path, { headers: {} }, 'PATCH'), 200).body;
    expect(emptied.header_names).toEqual([]);
    crm.received.length = 0;
    await post(`${path}/ping`);
    expect((await crm.waitForType('endpoint.ping')).headers.authorization).toBeUndefined();
    await remove();
  });

  test.each([
    ['Host', 'x'],
    ['content-type', 'x'],
    ['Content-Length', '0'],
    ['connection', 'x'],
    ['Transfer-Encoding', 'chunked'],
    ['TE', 'x'],
    ['upgrade', 'x'],
    ['Cookie', 'x'],
    ['webhook-id', 'x'],
    ['Webhook-Signature', 'x'],
    ['USER-AGENT', 'x'],
    ['CF-Connecting-IP', 'x'],
    ['cf-worker', 'x'],
    ['X-Forwarded-For', 'x'],
    ['X-Real-IP', 'x'],
    ['Forwarded', 'x'],
    ['Proxy-Authorization', 'x'],
    ['Sec-Fetch-Mode', 'x'],
    ['Expect', '100-continue'],
    ['', 'x'],
    ['X Y', 'x'],
    ['X:Y', 'x'],
    ['X\r\nY', 'x'],
    ['Grüße', 'x'],
    ['X-Ok', ''],
    ['X-Ok', 'a\r\nInjected: 1'],
    ['X-Ok', 'a\u0000b'],
    ['X-Ok', ' padded '],
    ['X-Ok', 'grüße'],
    ['X-Ok', 'long '.repeat(201)],
    ['X-Ok', 1],
    ['X-Ok', null],
  ])('%j: %j is refused', async (name, value) => {
    const answer = await call('/webhook-endpoints', {
      url: 'http://127.0.0.1:9/',
      headers: { [name]: value },
    });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_input']);
  });

  test('more than 10, and the same name twice, are refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`X-${index}`, 'x']));
    for (const headers of [many, { 'X-Same': '1', 'x-same': '2' }, ['x'], 'X: y', null]) {
      expect((await call('/webhook-endpoints', { url: 'http://127.0.0.1:9/', headers })).status).toBe(422);
    }
  });
});

test('a ping is signed, posted at once and tells how it was answered, also to a disabled endpoint', async () => {
  const { crm, hook, path, remove } = await subscribe(
    { event_types: ['referral.sent'] },
    answering(418, {}, 'teapot'),
  );
  const failed = await post(`${path}/ping`);
  expect(failed).toMatchObject({
    succeeded: false,
    status: 418,
    error: null,
    response_excerpt: 'teapot',
  });
  const got = await crm.waitForType('endpoint.ping');
  expect(got.headers['webhook-id']).toBe(failed.id);
  expect(() => verifySignature(hook.secret, got)).not.toThrow();
  await post(`${path}/disable`);
  crm.answer(answering(200));
  expect(await post(`${path}/ping`)).toMatchObject({ succeeded: true, status: 200 });
  const shown = await read(path);
  expect(shown).toMatchObject({ enabled: false, failures_count: 0, last_ping: { succeeded: true } });
  expect(await feedOf(world.receiver.key, 'endpoint.ping')).toEqual([]);
  await remove();
});

test('while an endpoint is disabled events are held; a failed test leaves it disabled, a good one replays them in order', async () => {
  const { crm, hook, path, deliveries, remove } = await subscribe({ event_types: ['referral.sent'] });
  const disabled = await post(`${path}/disable`);
  expect(disabled).toMatchObject({ enabled: false, disabled_reason: 'owner', version: 2 });
  expect(await post(`${path}/disable`)).toEqual(disabled);
  const ids: string[] = [];
  for (let index = 0; index < 4; index += 1) ids.push(await sendReferral(exchange, world));
  await exchange.minute();
  expect((await deliveries()).map(({ state }: { state: string }) => state)).toEqual(Array(4).fill('held'));
  expect(crm.received).toEqual([]);

  crm.answer(answering(500, {}, 'still broken'));
  const refused = await call(`${path}/enable`, undefined, 'POST');
  expect([refused.status, refused.body.code]).toEqual([409, 'ping_failed']);
  expect(refused.body.ping).toMatchObject({ status: 500, response_excerpt: 'still broken' });
  expect((await read(path)).enabled).toBe(false);

  crm.answer(answering(200));
  crm.received.length = 0;
  const enabled = await post(`${path}/enable`);
  expect(enabled).toMatchObject({ enabled: true, disabled_reason: null, replaying: true });
  ids.push(await sendReferral(exchange, world));
  await until(deliveries, (all) => all.every(({ state }: { state: string }) => state === 'delivered'));
  expect(crm.received.map(({ json }) => json.data.referral_id ?? json.type)).toEqual([
    'endpoint.ping',
    ...ids,
  ]);
  await until(
    () => read(path),
    ({ replaying }) => !replaying,
  );
  expect(
    (await feedOf(world.receiver.key, 'endpoint.disabled')).filter(
      ({ data }) => data.endpoint_id === hook.id,
    ),
  ).toMatchObject([{ data: { reason: 'owner' } }]);
  await remove();
});

test('an answer of 410 disables; the event comes back when the endpoint is enabled, and the owner’s other endpoint is told', async () => {
  const other = await subscribe({ event_types: ['endpoint.disabled', 'endpoint.recovered'] });
  const { crm, hook, path, remove } = await subscribe({ event_types: ['referral.sent'] }, answering(410));
  const id = await sendReferral(exchange, world);
  await other.crm.waitFor(
    ({ json }) => json.type === 'endpoint.disabled' && json.data.endpoint_id === hook.id,
  );
  expect(await read(path)).toMatchObject({ enabled: false, disabled_reason: 'gone' });
  expect((await read(`/referrals/${id}`, world.sender.key)).reached_at).toBeNull();
  crm.answer(answering(200));
  await post(`${path}/enable`);
  await until(
    () => read(`/referrals/${id}`, world.sender.key),
    ({ reached_at }) => reached_at !== null,
  );
  await other.crm.waitForType('endpoint.recovered');
  expect(crm.received.map(({ json }) => json.type)).toEqual([
    'referral.sent',
    'endpoint.ping',
    'referral.sent',
  ]);
  expect(crm.received[2]?.headers['webhook-id']).toBe(crm.received[0]?.headers['webhook-id']);
  await remove();
  await other.remove();
});

test('a twenty-first endpoint is refused, also of forty made at once, and by the database itself', async () => {
  const fresh = await createPractice(exchange, world.operator);
  const create = () => call('/webhook-endpoints', { url: 'http://127.0.0.1:9/' }, 'POST', fresh.key);
  const answers = await Promise.all(Array.from({ length: 40 }, create));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
  expect(answers.filter(({ body }) => body.code === 'limit_reached')).toHaveLength(20);
  await expect(
    exchange.sql(
      `insert into webhook_endpoints (id, practice_id, url, description, event_types, enabled, sealed_secret, created_at, updated_at)
       values ('wep_x', ?, '', '', '[]', 1, '', 1, 1)`,
      fresh.id,
    ),
  ).rejects.toThrow(/guard/);
});

describe('sending again', () => {
  test('a delivery that was given up is an event for both sides; retried, it arrives with the same id and the sender sees it', async () => {
    const { crm, path, deliveries, remove } = await subscribe(
      { event_types: ['referral.sent'] },
      answering(500),
    );
    const id = await sendReferral(exchange, world);
    await until(deliveries, ([one]) => one?.attempts_count === 1);
    const [{ id: deliveryId, event_id }] = await deliveries();
    await exchange.sql(
      'update deliveries set attempts_count = 10, next_attempt_at = 0 where id = ?',
      deliveryId,
    );
    await exchange.minute();
    await until(deliveries, ([one]) => one.state === 'exhausted');
    const tells = async (key: string) =>
      (await feedOf(key, 'delivery.exhausted')).filter(({ data }) => data.event_id === event_id);
    expect(await tells(world.receiver.key)).toMatchObject([
      { data: { delivery_id: deliveryId, event_type: 'referral.sent', referral_id: id } },
    ]);
    const [toSender, ...more] = await tells(world.sender.key);
    expect(more).toEqual([]);
    expect(toSender?.data).toMatchObject({
      event_type: 'referral.sent',
      referral_id: id,
      practice_id: world.receiver.id,
    });
    expect(toSender?.data).not.toHaveProperty('delivery_id');

    crm.answer(answering(200));
    const queued = await post(`/deliveries/${deliveryId}/retry`);
    expect(queued).toMatchObject({ state: 'pending', attempts_count: 11 });
    await until(deliveries, ([one]) => one.state === 'delivered');
    expect(new Set(crm.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([event_id]));
    const seen = await read(`/referrals/${id}`, world.sender.key);
    expect(seen.reached_at).not.toBeNull();
    expect(seen.version).toBe(1);
    // What was delivered can be sent once more; what belongs to a disabled endpoint cannot.
    await post(`/deliveries/${deliveryId}/retry`);
    await until(deliveries, ([one]) => one.state === 'delivered' && one.attempts_count === 13);
    expect((await read(`/referrals/${id}`, world.sender.key)).reached_at).toBe(seen.reached_at);
    await post(`${path}/disable`);
    const refused = await call(`/deliveries/${deliveryId}/retry`, undefined, 'POST');
    expect([refused.status, refused.body.code]).toEqual([409, 'invalid_state']);
    await remove();
  });

  test('the exhaustion of news that needs the client’s permission names neither the news nor the referral, and stays with its owner', async () => {
    const { deliveries, remove } = await subscribe(
      { event_types: ['referral.engaged'] },
      answering(500),
      world.sender,
    );
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    expectStatus(await move(exchange, world.receiver, id, 'engage'), 200);
    await until(deliveries, ([one]) => one?.attempts_count === 1);
    const [{ id: deliveryId, event_id }] = await deliveries();
    await exchange.sql(
      'update deliveries set attempts_count = 10, next_attempt_at = 0 where id = ?',
      deliveryId,
    );
    await exchange.minute();
    await until(deliveries, ([one]) => one.state === 'exhausted');
    const tells = async (key: string) =>
      (await feedOf(key, 'delivery.exhausted')).filter(({ data }) => data.event_id === event_id);
    const [owner] = await tells(world.sender.key);
    expect(JSON.stringify(owner)).not.toMatch(/engaged|ref_/);
    expect(await tells(world.receiver.key)).toEqual([]);
    await remove();
  });

  test('a replay queues what was given up and what the endpoint never asked for before, and nothing twice', async () => {
    const since = new Date().toISOString();
    const { crm, path, deliveries, remove } = await subscribe({ event_types: ['referral.sent'] });
    const delivered = await sendReferral(exchange, world);
    await crm.waitForType('referral.sent', delivered);
    const lost = await sendReferral(exchange, world);
    await until(
      deliveries,
      (all) => all.length === 2 && all.every(({ state }: { state: string }) => state === 'delivered'),
    );
    const [newest] = await deliveries();
    await exchange.sql(
      "update deliveries set state = 'exhausted', delivered_at = null where id = ?",
      newest.id,
    );
    expectStatus(await move(exchange, world.sender, lost, 'withdraw'), 200);
    expectStatus(await call(path, { event_types: ['referral.sent', 'referral.withdrawn'] }, 'PATCH'), 200);
    crm.received.length = 0;

    const started = expectStatus(await call(`${path}/replay`, { since }), 201).body;
    const finished = await until(
      () => read(`/webhook-replays/${started.id}`),
      (one) => one.state === 'finished' && one.deliveries.delivered === 2,
    );
    expect(finished).toMatchObject({ queued_count: 2, deliveries: { pending: 0, exhausted: 0 } });
    expect(finished.examined_count).toBeGreaterThanOrEqual(3);
    expect(crm.received.map(({ json }) => [json.type, json.data.referral_id]).sort()).toEqual([
      ['referral.sent', lost],
      ['referral.withdrawn', lost],
    ]);
    const again = expectStatus(await call(`${path}/replay`, { since }), 201).body;
    const empty = await until(
      () => read(`/webhook-replays/${again.id}`),
      (one) => one.state === 'finished',
    );
    expect(empty.queued_count).toBe(0);
    expect(
      (await call(`${path}/replay`, { since: new Date(Date.now() + 60_000).toISOString() })).status,
    ).toBe(422);
    await remove();
  });

  test('a replay of hundreds of events goes on in steps, also where a step’s message was lost', async () => {
    const fresh = await createPractice(exchange, world.operator);
    const since = new Date(Date.now() - 60_000).toISOString();
    await exchange.sql(
      `with recursive n(value) as (select 1 union all select value + 1 from n where value < 250)
       insert into events (id, type, actor, data, occurred_at)
       select 'evt_' || substr(?, 5, 12) || printf('%014d', value), 'practice.reinstated', 'operator', '{}', ? from n`,
      (await exchange.sql<{ id: string }>('select max(id) as id from events'))[0]?.id,
      Date.now(),
    );
    await exchange.sql(
      "insert into event_recipients select ?, position, null, 0 from events where actor = 'operator' and data = '{}'",
      fresh.id,
    );
    const { path, remove } = await subscribe({ event_types: ['practice.reinstated'] }, undefined, fresh);
    const started = expectStatus(await call(`${path}/replay`, { since }, 'POST', fresh.key), 201).body;
    // As if the first message had been lost: the minute finds it.
    await exchange.sql(
      'update webhook_replays set updated_at = 1 where id = ? and finished_at is null',
      started.id,
    );
    await exchange.minute();
    const finished = await until(
      () => read(`/webhook-replays/${started.id}`, fresh.key),
      (one) => one.deliveries.delivered >= 250,
      60_000,
    );
    expect(finished).toMatchObject({ state: 'finished', queued_count: 250, deliveries: { delivered: 250 } });
    expect((await read(`/webhook-replays/${started.id}`, fresh.key)).examined_count).toBe(
      finished.examined_count,
    );
    await remove();
  });
});

describe('the full payload', () => {
  const disclosuresOf = (id: string) =>
    exchange.sql<{ categories: string; way: string; key_id: string }>(
      "select * from disclosures where referral_id = ? and way = 'webhook' order by id",
      id,
    );

  test('brings the preview before acceptance, the consented client after it, less what the endpoint is spared, and logs each', async () => {
    const { crm, hook, remove } = await subscribe({
      payload: 'full',
      withheld_categories: ['reason', 'messages'],
    });
    const id = await sendReferral(exchange, world, {
      consent: consentInput({ categories: ['identity', 'contact', 'reason'] }),
    });
    const sent = await crm.waitForType('referral.sent', id);
    expect(() => verifySignature(hook.secret, sent)).not.toThrow();
    expect(sent.json.data.referral).toMatchObject({
      id,
      state: 'sent',
      client: null,
      service: 'career_counseling',
    });
    for (const word of CLIENT_WORDS) expect(sent.body).not.toContain(word);
    expect(await disclosuresOf(id)).toEqual([]);

    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const accepted = await crm.waitForType('referral.accepted', id);
    expect(Object.keys(accepted.json.data.referral.client)).toEqual(['identity', 'contact']);
    expect(accepted.json.data.referral.disclosed_categories).toEqual(['identity', 'contact']);
    expect(accepted.body).not.toMatch(/ZEBRA/);
    expect(await disclosuresOf(id)).toMatchObject([
      { categories: '["identity","contact"]', way: 'webhook', key_id: hook.id },
    ]);
    await remove();
  });

  test('a delayed webhook holds no client once the consent has ended or the referral was withdrawn', async () => {
    const { crm, deliveries, remove } = await subscribe(
      { payload: 'full', event_types: ['referral.accepted'] },
      answering(500),
    );
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const first = await crm.waitForType('referral.accepted', id);
    expect(first.body).toContain('Quillon');
    await until(deliveries, ([one]) => one?.attempts_count === 1);
    await exchange.sql('update consents set revoked_at = ? where referral_id = ?', Date.now(), id);
    await exchange.sql("update deliveries set next_attempt_at = 0 where state = 'pending'");
    await exchange.minute();
    const second = await crm.waitFor(({ body }) => body !== first.body);
    for (const word of CLIENT_WORDS) expect(second.body).not.toContain(word);
    expect(second.json.data.referral).toMatchObject({ client: null, client_withheld: 'no_active_consent' });
    expect(await disclosuresOf(id)).toHaveLength(1);
    await remove();
  });

  test('an endpoint that is spared everything is told so; the sender’s own endpoint gets its side without the client', async () => {
    const withheld_categories = ['identity', 'contact', 'reason', 'background', 'notes', 'documents'];
    const { crm, remove } = await subscribe({ payload: 'full', withheld_categories });
    const own = await subscribe({ payload: 'full' }, undefined, world.sender);
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const got = await crm.waitForType('referral.accepted', id);
    expect(got.json.data.referral).toMatchObject({ client: null, client_withheld: 'withheld_categories' });
    expect(await disclosuresOf(id)).toEqual([]);
    const theirs = await own.crm.waitForType('referral.accepted', id);
    expect(theirs.json.data.referral).toMatchObject({ direction: 'sent', state: 'accepted' });
    for (const word of CLIENT_WORDS) expect(theirs.body).not.toContain(word);
    await remove();
    await own.remove();
  });

  test('a thin endpoint is never sent client data, and no disclosure is logged for it', async () => {
    const { crm, remove } = await subscribe();
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const got = await crm.waitForType('referral.accepted', id);
    expect(got.json.data).not.toHaveProperty('referral');
    for (const word of CLIENT_WORDS) expect(got.body).not.toContain(word);
    expect(await disclosuresOf(id)).toEqual([]);
    await remove();
  });
});
