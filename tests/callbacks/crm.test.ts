/** What a receiver's CRM calls: its stages, and how it proves who it is. */
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStage, referralsIn } from '../../src/callbacks/stages.ts';
import { callbacks, faultsOf } from '../support/document.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { startReceiver } from '../support/receiver.ts';
import { until } from '../support/until.ts';
import { createPractice, createWorld, expectStatus, sendReferral, type World } from '../support/world.ts';

let exchange: Exchange;
let world: World;
let crm: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
  crm = await startReceiver();
});
afterAll(async () => {
  await crm?.close();
  await exchange?.close();
});

const STAGES = {
  'In review': { outcome: 'accept' },
  won: { outcome: 'engage' },
  '7': { outcome: 'complete' },
  lost: { outcome: 'not_engaged', reason: 'other', note: 'Closed in our CRM.' },
};
type Prove = (path: string, body: string) => Record<string, string>;
const HUBSPOT_SECRET = 'hubspot-client-secret-1';
const HUBSPOT = { kind: 'hubspot', client_secret: HUBSPOT_SECRET };
const PIPEDRIVE = { kind: 'pipedrive', username: 'exchange', password: 'pass-word-1' };

const endpoints: string[] = [];
async function subscribe(callback: unknown, change: Record<string, unknown> = {}) {
  const body = { url: crm.url, event_types: ['referral.sent'], callback, ...change };
  const hook = expectStatus(await exchange.call(world.receiver.key, '/v1/webhook-endpoints', { body }), 201);
  endpoints.push(hook.body.id);
  return hook.body;
}
/** A referral, and the link that the endpoint was given for it. */
async function receive(): Promise<{ id: string; path: string }> {
  const id = await sendReferral(exchange, world);
  const told = await crm.waitForType('referral.sent', id);
  return { id, path: new URL(told.json.data.callback_url).pathname };
}
async function only(callback: unknown) {
  for (const id of endpoints.splice(0))
    await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${id}`, { method: 'DELETE' });
  return subscribe(callback);
}

const origin = 'http://127.0.0.1:8787';
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  exchange.call(null, path, { body: body as never, headers });
function signed(
  path: string,
  body: unknown,
  { secret = HUBSPOT_SECRET, at = Date.now(), method = 'POST' } = {},
) {
  const text = JSON.stringify(body);
  const content = `${method}${origin}${path}${text}${at}`;
  return post(path, body, {
    'X-HubSpot-Signature-v3': createHmac('sha256', secret).update(content).digest('base64'),
    'X-HubSpot-Request-Timestamp': String(at),
  });
}
const basic = (username = PIPEDRIVE.username, password = PIPEDRIVE.password) => ({
  Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});
const stateOf = async (id: string) =>
  (await exchange.call(world.receiver.key, `/v1/referrals/${id}`)).body.state as string;
const eventsOf = async (id: string) =>
  (
    await exchange.sql<{ type: string }>(
      'select type from events where referral_id = ? order by position',
      id,
    )
  ).map(({ type }) => type);
const refusalsOf = async (id: string) =>
  (
    await exchange.sql<{ data: string }>(
      "select data from events where type = 'endpoint.callback_refused' and data ->> 'referral_id' = ?",
      id,
    )
  ).map(({ data }) => JSON.parse(data) as Record<string, string>);

describe('stages', () => {
  test('a stage means what the endpoint says, whatever its case; one that is not named changes nothing; with `engage` goes the acceptance that was lacking', async () => {
    await only({ stages: STAGES });
    const { path } = await receive();
    expect((await post(path, { stage: 'Qualified' })).body).toMatchObject({
      result: 'ignored',
      state: 'sent',
    });
    expect((await post(path, { stage: 'in REVIEW ' })).body).toMatchObject({
      result: 'done',
      state: 'accepted',
    });
    expect((await post(path, { stage: 'In review' })).body).toMatchObject({ result: 'unchanged' });
    expect((await post(path, { stage: 'Won' })).body).toMatchObject({ result: 'done', state: 'engaged' });
    expect((await post(path, { stage: 7 })).body).toMatchObject({ result: 'done', state: 'completed' });

    const straight = await receive();
    expect((await post(straight.path, { stage: 'won' })).body).toMatchObject({
      result: 'done',
      state: 'engaged',
    });
    expect((await eventsOf(straight.id)).slice(-2)).toEqual(['referral.accepted', 'referral.engaged']);
    const told = await exchange.call(world.sender.key, `/v1/referrals/${straight.id}`);
    expect(told.body.state).toBe('engaged');
  });

  test('a stage that the state does not allow is refused, with the note of the mapping where it is allowed', async () => {
    await only({ stages: STAGES });
    const { id, path } = await receive();
    const refused = await post(path, { stage: 'lost' });
    expect(refused.body).toMatchObject({
      status: 409,
      code: 'illegal_transition',
      state: 'sent',
      allowed_outcomes: ['accept', 'decline'],
    });
    expect(await refusalsOf(id)).toEqual([]);
    await post(path, { outcome: 'accept' });
    expect((await post(path, { stage: 'lost' })).body).toMatchObject({
      result: 'done',
      state: 'not_engaged',
    });
    const seen = (await exchange.call(world.sender.key, `/v1/referrals/${id}`)).body;
    expect([seen.not_engaged_reason, seen.messages[0].text]).toEqual(['other', 'Closed in our CRM.']);
  });

  test('without a mapping, or without a stage, the answer says what to do', async () => {
    await only({});
    const { path } = await receive();
    for (const body of [{ stage: 'won' }, { nothing: 1 }]) {
      const answer = await post(path, body);
      expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([
        422,
        'invalid_input',
        '/outcome',
      ]);
    }
  });

  test('settings are checked when saved, kept where left out, and their secrets are never shown', async () => {
    const hook = await only({ stages: STAGES, caller: PIPEDRIVE });
    const path = `/v1/webhook-endpoints/${hook.id}`;
    expect(hook.callback).toEqual({
      stages: STAGES,
      stage_paths: [
        ['data', 'status'],
        ['data', 'stage_id'],
      ],
      referral_path: null,
      record: null,
      caller: { kind: 'pipedrive', username: 'exchange', name: null },
    });
    const change = async (callback: unknown) =>
      exchange.call(world.receiver.key, path, { method: 'PATCH', body: { callback } });
    const kept = expectStatus(await change({ stage_paths: [['event', 'stage']] }), 200).body.callback;
    expect(kept).toEqual({ ...hook.callback, stage_paths: [['event', 'stage']] });
    const dump = JSON.stringify(await exchange.sql('select * from webhook_endpoints where id = ?', hook.id));
    expect(dump).not.toContain(PIPEDRIVE.password);
    expect(expectStatus(await change({ caller: null, stage_paths: null }), 200).body.callback).toEqual({
      stages: STAGES,
      stage_paths: [['stage']],
      referral_path: null,
      record: null,
      caller: null,
    });
    const [row] = await exchange.sql<{ sealed_callback_secret: string | null }>(
      'select sealed_callback_secret from webhook_endpoints where id = ?',
      hook.id,
    );
    expect(row?.sealed_callback_secret).toBeNull();
    for (const [callback, pointer] of [
      [{ stages: { won: { outcome: 'win' } } }, '/callback/stages/won/outcome'],
      [{ stages: { lost: { outcome: 'not_engaged' } } }, '/callback/stages/lost/reason'],
      [{ stages: { lost: { outcome: 'decline', reason: 'other' } } }, '/callback/stages/lost/note'],
      [{ stages: { won: { outcome: 'engage' }, 'Won ': { outcome: 'engage' } } }, '/callback/stages'],
      [{ stage_paths: [] }, '/callback/stage_paths'],
      [{ stage_paths: [[]] }, '/callback/stage_paths/0'],
      [{ caller: { kind: 'zoho' } }, '/callback/caller/kind'],
      [{ caller: { kind: 'hubspot' } }, '/callback/caller/client_secret'],
      [{ caller: { kind: 'header', name: 'Cookie', secret: 'header-secret-1' } }, '/callback/caller/name'],
      [{ caller: { kind: 'header', name: 'X-Key' } }, '/callback/caller/secret'],
      [{ caller: { kind: 'espocrm' } }, '/callback/caller/secret_key'],
      [{ caller: { ...PIPEDRIVE, username: 'a:b' } }, '/callback/caller/username'],
      [{ caller: { ...PIPEDRIVE, username: 'jürgen' } }, '/callback/caller/username'],
      [{ referral_path: [] }, '/callback/referral_path'],
      [{ more: 1 }, '/callback/more'],
    ] as const) {
      const answer = await change(callback);
      expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([422, pointer]);
    }
  });
});

describe('HubSpot', () => {
  test('only a v3 signature over method, address, body and a time of the last 5 minutes is taken, and errors stay errors', async () => {
    await only({ stages: STAGES, caller: HUBSPOT });
    const { id, path } = await receive();
    const body = { properties: { dealstage: { value: 'won' } } };
    for (const wrong of [
      () => post(path, body),
      () => signed(path, body, { secret: 'another-secret-1' }),
      () => signed(path, body, { at: Date.now() - 301_000 }),
      () => signed(path, body, { at: Date.now() + 301_000 }),
      () => signed(path, body, { method: 'GET' }),
      () => post(path, { outcome: 'accept' }),
      () => post(path, body, basic()),
      () => post(path, body, { 'X-HubSpot-Signature-v3': 'x', 'X-HubSpot-Request-Timestamp': 'yesterday' }),
    ]) {
      const answer = await wrong();
      expect([answer.status, answer.body.code]).toEqual([401, 'unverified_caller']);
    }
    expect(await stateOf(id)).toBe('sent');
    const refused = await signed(path, { stage: 'lost' });
    expect([refused.status, refused.body.code]).toEqual([409, 'illegal_transition']);
    expect(await refusalsOf(id)).toMatchObject([
      { stage: 'lost', outcome: 'not_engaged', code: 'illegal_transition' },
    ]);
    expect((await signed(path, body, { at: Date.now() - 290_000 })).body).toMatchObject({
      result: 'done',
      state: 'engaged',
    });
  });

  test('whoever holds the link alone cannot answer in the CRM’s place on its page', async () => {
    await only({ stages: STAGES, caller: HUBSPOT });
    const { id, path } = await receive();
    const page = String((await exchange.call(null, path)).body);
    expect(page).toContain('software answers this referral');
    expect(page).not.toContain('<form');
    const token = /form_token" value="([^"]+)/.exec(page)?.[1] ?? '';
    const form = `form_token=${encodeURIComponent(token)}&version=1&move=accept`;
    await post(path, form, { 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(await stateOf(id)).toBe('sent');
  });
});

describe('those whose tool can send a header, a password or a signature of its own', () => {
  const HEADER = { kind: 'header', name: 'X-Exchange-Key', secret: 'header-secret-1' };
  const BASIC = { kind: 'basic', username: 'exchange', password: 'pass-word-1' };
  const ESPOCRM = { kind: 'espocrm', secret_key: 'espocrm-secret-key-1' };
  const espocrm = (body: string, secret = ESPOCRM.secret_key) => ({
    Signature: Buffer.from(`65a1b2c3:${createHmac('sha256', secret).update(body).digest('hex')}`).toString(
      'base64',
    ),
  });
  const hubspotV2 = (path: string, body: string, secret = HUBSPOT_SECRET) => ({
    'X-HubSpot-Signature-Version': 'v2',
    'X-HubSpot-Signature': createHash('sha256').update(`${secret}POST${origin}${path}${body}`).digest('hex'),
  });

  test.each([
    [
      'a header',
      HEADER,
      () => ({ 'x-exchange-key': HEADER.secret }),
      [() => ({}), () => ({ 'X-Exchange-Key': 'header-secret-2' }), () => ({ 'X-Other': HEADER.secret })],
    ],
    [
      'a name and a password',
      BASIC,
      () => basic(),
      [() => ({}), () => basic('exchange', 'wrong-password'), () => ({ Authorization: 'Bearer x' })],
    ],
    [
      'HubSpot’s signature v2',
      HUBSPOT,
      hubspotV2,
      [
        () => ({}),
        (path: string, body: string) => hubspotV2(path, body, 'another-secret'),
        (path: string, body: string) => hubspotV2(`${path}x`, body),
        (path: string, body: string) => hubspotV2(path, `${body} `),
        (path: string, body: string) => ({ ...hubspotV2(path, body), 'X-HubSpot-Signature-Version': 'v1' }),
        (path: string, body: string) => ({ ...hubspotV2(path, body), 'X-HubSpot-Signature-v3': 'forged' }),
      ],
    ],
    [
      'EspoCRM’s signature',
      ESPOCRM,
      (_: string, body: string) => espocrm(body),
      [
        () => ({}),
        (_: string, body: string) => espocrm(body, 'another-secret'),
        (_: string, body: string) => espocrm(`${body} `),
        () => ({ Signature: '%%%' }),
        () => ({ Signature: '' }),
      ],
    ],
  ] as [string, object, Prove, Prove[]][])(
    '%s: who proves it is taken, nobody else',
    async (_, caller, prove, forge) => {
      const hook = await only({ stages: STAGES, caller });
      const { id, path } = await receive();
      for (const to of [path, `/callback/endpoints/${hook.id}`]) {
        const text = JSON.stringify({ outcome: 'accept', custom: id });
        for (const headersOf of forge) {
          const answer = await post(to, JSON.parse(text), headersOf(to, text));
          expect([answer.status, answer.body.code]).toEqual([401, 'unverified_caller']);
        }
        expect(await stateOf(id)).toBe(to === path ? 'sent' : 'accepted');
        expect((await post(to, JSON.parse(text), prove(to, text))).body).toMatchObject({
          result: to === path ? 'done' : 'unchanged',
          state: 'accepted',
        });
      }
      const secret = Object.values(caller).at(-1) as string;
      expect(JSON.stringify(hook.callback)).not.toContain(secret);
      const rows = await exchange.sql('select * from webhook_endpoints where id = ?', hook.id);
      expect(JSON.stringify(rows)).not.toContain(secret);
    },
  );

  test('HubSpot’s workflows: the stages of deals, leads and contacts are found where it puts them', async () => {
    await only({ stages: { ready: { outcome: 'accept' } }, caller: HEADER });
    const key = { 'X-Exchange-Key': HEADER.secret };
    await only({ stages: { ready: { outcome: 'accept' } }, caller: HUBSPOT });
    for (const body of [
      { properties: { dealstage: { value: 'ready' } } },
      { properties: { hs_lead_status: 'ready' } },
      { properties: { hs_pipeline_stage: { value: 'ready' } } },
      { lifecyclestage: 'ready' },
    ]) {
      const { path } = await receive();
      expect((await post(path, body, key)).status).toBe(401);
      expect((await signed(path, body)).body).toMatchObject({ result: 'done', state: 'accepted' });
    }
  });

  test('EspoCRM: a batch at the endpoint’s own address, each lead by itself; refusals are no errors to it', async () => {
    const hook = await only({
      stages: { Assigned: { outcome: 'accept' }, Dead: STAGES.lost },
      caller: ESPOCRM,
    });
    const [first, second] = [await receive(), await receive()];
    const leads = [
      { id: '65a1', status: 'Assigned', cReferralId: first.id },
      { id: '65a2', status: 'Dead', cReferralId: second.id },
      { id: '65a3', status: 'Assigned' },
    ];
    const to = `/callback/endpoints/${hook.id}`;
    const { status, body } = await post(to, leads, espocrm(JSON.stringify(leads)));
    expect([status, body.results]).toMatchObject([
      200,
      [
        { referral_id: first.id, result: 'done', state: 'accepted' },
        { referral_id: second.id, result: 'refused', code: 'illegal_transition' },
        { referral_id: null, result: 'ignored' },
      ],
    ]);
    expect(await refusalsOf(second.id)).toHaveLength(1);
    const single = [{ status: 'Dead', cReferralId: second.id }];
    expect((await post(to, single, espocrm(JSON.stringify(single)))).status).toBe(200);
  });

  test('a form at the endpoint’s own address names its referral as JSON does', async () => {
    const hook = await only({ stages: STAGES, caller: HEADER });
    const { id } = await receive();
    const headers = { 'X-Exchange-Key': HEADER.secret, 'Content-Type': 'application/x-www-form-urlencoded' };
    const form = new URLSearchParams({ stage: 'won', lead_referral: id }).toString();
    expect((await post(`/callback/endpoints/${hook.id}`, form, headers)).body).toMatchObject({
      referral_id: id,
      result: 'done',
      state: 'engaged',
    });
  });
});

describe('Pipedrive', () => {
  test('at one address for all its deals: found by the id in any field, verified, and answered with 2xx also where refused', async () => {
    const hook = await only({ stages: STAGES, caller: PIPEDRIVE });
    const path = `/callback/endpoints/${hook.id}`;
    const { id } = await receive();
    const deal = (status: string, referral: string | null, previous: object | null = { status: 'open' }) => ({
      meta: { action: 'change', entity: 'deal', version: '2.0' },
      data: {
        id: 12,
        status,
        stage_id: 7,
        custom_fields: { '4d9f2c': { type: 'varchar', value: referral } },
      },
      previous,
    });
    for (const headers of [
      {},
      basic('exchange', 'wrong-password'),
      basic('other'),
      { Authorization: 'Basic %' },
    ]) {
      const answer = await post(path, deal('won', id), headers);
      expect([answer.status, answer.body.code]).toEqual([401, 'unverified_caller']);
    }
    const unknown = await post(
      '/callback/endpoints/wep_01aaaaaaaaaaaaaaaaaaaaaaaa',
      deal('won', id),
      basic(),
    );
    const wrong = await post(path, deal('won', id), basic('other'));
    expect(unknown.body).toEqual(wrong.body);

    const say = async (body: unknown) => expectStatus(await post(path, body, basic()), 200).body;
    expect(await say(deal('won', null))).toMatchObject({ referral_id: null, result: 'ignored' });
    expect(await say(deal('open', id))).toMatchObject({ referral_id: id, result: 'ignored', state: 'sent' });
    expect(await say(deal('lost', id))).toMatchObject({ result: 'refused', code: 'illegal_transition' });
    const told = await until(
      async () => (await exchange.call(world.receiver.key, '/v1/events?limit=100')).body.data,
      (events) => events.some((event: { type: string }) => event.type === 'endpoint.callback_refused'),
    );
    expect(
      told.find(
        (event: { data: { referral_id: string } }) => event.data.referral_id === id && 'code' in event.data,
      ).data,
    ).toMatchObject({
      endpoint_id: hook.id,
      outcome: 'not_engaged',
      stage: 'lost',
    });
    expect(await say(deal('won', id))).toMatchObject({ result: 'done', state: 'engaged' });
    const again = await post(path, deal('won', id), basic());
    expect(again.body).toMatchObject({ result: 'unchanged' });
    expect(again.cost.calls).toBeLessThanOrEqual(3);
    expect(await say(deal('open', id, { stage_id: 3 }))).toMatchObject({
      result: 'done',
      state: 'completed',
    });
  });

  test('a stage is no command: with each edit it is said again, and what the referral has passed or a person took back stays', async () => {
    const hook = await only({ stages: { ...STAGES, open: { outcome: 'accept' } }, caller: PIPEDRIVE });
    const { id } = await receive();
    const say = async (data: object, previous: object | null) =>
      expectStatus(
        await post(`/callback/endpoints/${hook.id}`, { data: { referral: id, ...data }, previous }, basic()),
        200,
      ).body;
    const act = async (name: string) =>
      expectStatus(
        await exchange.call(world.receiver.key, `/v1/referrals/${id}/${name}`, { method: 'POST' }),
        200,
      );
    expect(await say({ status: 'open' }, null)).toMatchObject({ result: 'done', state: 'accepted' });
    await act('waitlist');
    expect(await say({ status: 'open' }, { status: 'lost' })).toMatchObject({
      result: 'unchanged',
      state: 'waitlisted',
    });
    expect(await say({ status: 'won' }, { status: 'open' })).toMatchObject({ state: 'engaged' });
    await act('undo');
    expect(await say({ status: 'won' }, { title: 'before' })).toMatchObject({
      result: 'ignored',
      state: 'waitlisted',
    });
    await say({ status: 'won' }, { status: 'open' });
    await act('complete');
    for (const status of ['won', 'open'])
      expect(await say({ status }, { status: 'lost' })).toMatchObject({
        result: 'unchanged',
        state: 'completed',
      });
    expect(await refusalsOf(id)).toEqual([]);
  });

  test('which referral is meant: the one at `referral_path`, else the only one of the practice that is named now; several are refused', async () => {
    const hook = await only({ stages: STAGES, caller: PIPEDRIVE });
    const path = `/callback/endpoints/${hook.id}`;
    const [{ id }, other] = [await receive(), await receive()];
    const say = async (body: object) => expectStatus(await post(path, body, basic()), 200).body;
    const won = { status: 'won' };
    expect(await say({ data: won, previous: { ...won, referral: id } })).toMatchObject({ result: 'ignored' });
    const both = {
      data: { ...won, referral: id, note: other.id },
      previous: { status: 'open', referral: other.id },
    };
    expect(await say(both)).toMatchObject({ result: 'refused', code: 'invalid_input', referral_id: null });
    // A note on a deal that has nothing to do with a stage.
    const note = { data: { x: id, y: other.id }, previous: null };
    expect(await say(note)).toMatchObject({ result: 'ignored' });
    expect(await say({ ...note, outcome: 'nonsense' })).toMatchObject({ result: 'refused' });
    const alien = 'ref_00000000000000000000000000';
    const reviewed = {
      data: { status: 'In review', referral: id, name: alien },
      previous: { status: 'open' },
    };
    expect(await say(reviewed)).toMatchObject({ referral_id: id, state: 'accepted' });
    const change = { callback: { referral_path: ['data', 'referral'] } };
    expectStatus(
      await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${hook.id}`, {
        method: 'PATCH',
        body: change,
      }),
      200,
    );
    const aliens = Array.from({ length: 6 }, (_, index) => `ref_0000000000000000000000000${index}`);
    const crowded = { aliens, ...both };
    expect(await say(crowded)).toMatchObject({ referral_id: id, result: 'done', state: 'engaged' });
    expect(await stateOf(other.id)).toBe('sent');
  });

  test('an outcome may be said in a message with more in it, and what is wrong with it is told', async () => {
    const hook = await only({ stages: STAGES, caller: PIPEDRIVE });
    const path = `/callback/endpoints/${hook.id}`;
    const { id } = await receive();
    const say = async (body: object) => expectStatus(await post(path, body, basic()), 200).body;
    expect(await say({ outcome: 'wins', referral: id, deal: 5 })).toMatchObject({
      result: 'refused',
      code: 'invalid_input',
    });
    expect(await refusalsOf(id)).toMatchObject([{ code: 'invalid_input' }]);
    expect(await say({ outcome: 'accept', referral: id, deal: 5 })).toMatchObject({ state: 'accepted' });
  });

  test('neither another practice’s referral nor one that was only sent can be reached', async () => {
    const hook = await only({ stages: STAGES, caller: PIPEDRIVE });
    const stranger = await createPractice(exchange, world.operator);
    const body = { url: crm.url, callback: { stages: STAGES, caller: PIPEDRIVE } };
    const theirs = expectStatus(
      await exchange.call(stranger.key, '/v1/webhook-endpoints', { body }),
      201,
    ).body;
    const { id } = await receive();
    const deal = { data: { status: 'won', referral: id } };
    expect((await post(`/callback/endpoints/${theirs.id}`, deal, basic())).body).toMatchObject({
      referral_id: null,
      result: 'ignored',
    });
    expect(await stateOf(id)).toBe('sent');
    const open = await only({ stages: STAGES });
    expect((await post(`/callback/endpoints/${open.id}`, deal, basic())).status).toBe(401);
    expect((await post(`/callback/endpoints/${hook.id}`, deal, basic())).status).toBe(401);
  });
});

test('twenty calls of a CRM at once make one event of each kind', async () => {
  const hook = await only({ stages: STAGES, caller: PIPEDRIVE });
  const { id } = await receive();
  const deal = { data: { status: 'won', referral: id } };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => post(`/callback/endpoints/${hook.id}`, deal, basic())),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(answers.filter(({ body }) => body.result === 'done')).toHaveLength(1);
  expect((await eventsOf(id)).filter((type) => type !== 'referral.sent')).toEqual([
    'referral.accepted',
    'referral.engaged',
  ]);
  expect(await refusalsOf(id)).toEqual([]);
});

test('the link of a deleted endpoint leads nowhere', async () => {
  const hook = await only({});
  const { path } = await receive();
  expectStatus(
    await exchange.call(world.receiver.key, `/v1/webhook-endpoints/${hook.id}`, { method: 'DELETE' }),
    204,
  );
  expect((await post(path, { outcome: 'accept' })).status).toBe(404);
  expect((await exchange.call(null, path)).status).toBe(404);
});

test('every answer is one of the document, and garbage gets a clear 4xx', async () => {
  const hook = await only({ stages: STAGES, caller: PIPEDRIVE });
  const { path } = await receive();
  const byEndpoint = `/callback/endpoints/${hook.id}`;
  const json = { 'Content-Type': 'application/json', ...basic() };
  for (const [index, address] of [path, byEndpoint].entries()) {
    const one = callbacks[index];
    if (!one) throw new Error('not documented');
    for (const [body, headers, status] of [
      [{ stage: 'x' }, basic(), 200],
      [{ outcome: 'accept' }, {}, 401],
      ['{', json, 400],
      ['[]', json, 422],
      ['null', json, 422],
      [`{"a":"${'x'.repeat(66_000)}"}`, json, 413],
      ['{}', { ...basic(), 'Content-Type': 'text/plain' }, 415],
    ] as const) {
      const answer = await post(address, body, headers);
      expect([address, JSON.stringify(body).slice(0, 20), answer.status]).toEqual([
        address,
        JSON.stringify(body).slice(0, 20),
        status,
      ]);
      expect(faultsOf(one, answer)).toEqual([]);
    }
    expect((await exchange.call(null, address, { method: 'PUT' })).status).toBe(405);
  }
});

describe('a CRM’s message', () => {
  test('names the referral in whichever field, at any depth, and nothing else is taken for one', () => {
    const id = 'ref_01k8vb1s2wf7r8tck5e8t3d7m1';
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.array(fc.string(), { maxLength: 5 }), (noise, names) => {
        const nested = names.reduceRight<unknown>((inner, name) => ({ [name]: inner, noise }), ` ${id}`);
        expect(referralsIn(nested, null)).toEqual([id]);
        expect(referralsIn({ ...{ noise }, previous: nested }, null)).toEqual([]);
        expect(referralsIn(noise, null)).toEqual([]);
      }),
    );
    expect(referralsIn({ text: `see ${id}`, url: `https://x.example/${id}` }, null)).toEqual([]);
    expect(referralsIn({ a: { b: id }, c: id.replace('01k8', '01k7') }, ['a', 'b'])).toEqual([id]);
  });

  test('whatever it is, reading its stage never fails and never reaches beyond its own members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string(), { minLength: 1 }), (body, path) => {
        const stage = readStage(body, [path, ['constructor', 'name'], ['__proto__']], () => true);
        expect(stage === null || typeof stage === 'string').toBe(true);
      }),
    );
    expect(readStage({}, [['constructor', 'name']], () => true)).toBeNull();
  });
});
