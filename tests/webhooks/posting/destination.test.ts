/** Where a webhook may go: judged by the URL when it is saved and at every dispatch, and by where its host leads. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SETTINGS_EXAMPLES } from '../../../src/webhooks/formats/examples.ts';
import { refuseDestination } from '../../../src/webhooks/posting/destination.ts';
import { isPublicAddress, judgeHost } from '../../../src/webhooks/posting/resolve.ts';
import { settings, startEngine } from '../../support/engine.ts';
import { type Exchange, startExchange } from '../../support/harness.ts';
import { createPractice, type Practice } from '../../support/world.ts';

const rules = { allowPrivate: false, ownHost: 'exchange.example' };

const ALLOWED = [
  'https://crm.example/hook',
  'https://crm.example:443/hook',
  'https://crm.example/hook?token=1',
  'https://CRM.Example/Hook',
  'https://a.b.c.example/',
  'https://10.example/',
  'https://xn--bcher-kva.example/',
];

const REFUSED = [
  // Names that lead nowhere in public.
  'https://localhost.localdomain/',
  'https://crm.localdomain/',
  'https://crm.intranet/',
  'https://crm.private/',
  'https://kubernetes.default.svc/',
  'https://crm.invalid/',
  'https://crm.test/',
  'https://crm..example/',
  'https://.example.com/',
  'https://-crm.example/',
  'https://crm-.example/',
  'https://crm.example.123/',
  `https://${'a'.repeat(64)}.example/`,
  `https://${'a.'.repeat(126)}example/`,
  // Not https on 443, or with credentials.
  'http://crm.example/',
  'https://crm.example:8443/',
  'https://crm.example:80/',
  'https://crm.example:22/',
  'https://user:pass@crm.example/',
  'https://user@crm.example/',
  'https://:pass@crm.example/',
  'https://crm.example@127.0.0.1/',
  'https://crm.example/#fragment',
  'ftp://crm.example/',
  'file:///etc/passwd',
  'gopher://crm.example/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'ws://crm.example/',
  '//crm.example/',
  'crm.example',
  'not a url',
  '',
  // IPv4, as every reader of URLs spells it.
  'https://127.0.0.1/',
  'https://127.1/',
  'https://127.0.1/',
  'https://0x7f.1/',
  'https://0x7f000001/',
  'https://0x7f.0x0.0x0.0x1/',
  'https://2130706433/',
  'https://017700000001/',
  'https://0177.0.0.1/',
  'https://127.0.0.1./',
  'https://１２７.0.0.1/',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://%31%32%37.0.0.1/',
  'https://0/',
  'https://0.0.0.0/',
  'https://0x0/',
  'https://10.0.0.1/',
  'https://10.1/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://0xa9fea9fe/',
  'https://2852039166/',
  'https://100.64.0.1/',
  'https://192.0.2.1/',
  'https://198.18.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://8.8.8.8/',
  'https://1.1/',
  // IPv6.
  'https://[::]/',
  'https://[::1]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:7f00:1::]/',
  'https://[fe80::1]/',
  'https://[fc00::1]/',
  'https://[fd12:3456::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://[2001:db8::1]/',
  'https://[2606:4700:4700::1111]/',
  // Names that are no public ones, and our own.
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://localhost%2e/',
  'https://ｌｏｃａｌｈｏｓｔ/',
  'https://app.localhost/',
  'https://crm.example./',
  'https://crm.example%2E/',
  'https://crm.example。/',
  'https://intranet/',
  'https://metadata/',
  'https://printer.local/',
  'https://db.internal/',
  'https://metadata.google.internal/',
  'https://router.lan/',
  'https://nas.home.arpa/',
  'https://1.0.0.127.in-addr.arpa/',
  'https://exchange.example/v1/events',
  'https://EXCHANGE.example/',
  'https://api.exchange.example/',
];

describe('by its URL', () => {
  test.each(ALLOWED)('%s is allowed', (url) => {
    expect(refuseDestination(url, rules)).toBeNull();
  });

  test.each(REFUSED)('%s is refused', (url) => {
    expect(refuseDestination(url, rules)).toBeTypeOf('string');
  });

  test('development allows this machine, but still no credentials and no other scheme', () => {
    const open = { allowPrivate: true, ownHost: '127.0.0.1' };
    expect(refuseDestination('http://127.0.0.1:3000/hook', open)).toBeNull();
    expect(refuseDestination('http://a:b@127.0.0.1:3000/hook', open)).toBeTypeOf('string');
    expect(refuseDestination('ftp://127.0.0.1/', open)).toBeTypeOf('string');
  });
});

describe('when it is saved', () => {
  let exchange: Exchange;
  let practice: Practice;
  beforeAll(async () => {
    exchange = await startExchange({ publicOnly: true });
    practice = await createPractice(exchange, await exchange.operatorKey());
  });
  afterAll(() => exchange.close());

  test('each of them is 422, in a new endpoint and in a change of one, and nothing is stored', async () => {
    const path = '/v1/webhook-endpoints';
    const created = await exchange.call(practice.key, path, { body: { url: ALLOWED[0] } });
    expect(created.status).toBe(201);
    for (const url of REFUSED.filter((one) => !one.toLowerCase().includes('exchange.example'))) {
      const made = await exchange.call(practice.key, path, { body: { url } });
      expect([url, made.status, made.body.errors?.[0]?.pointer]).toEqual([url, 422, '/url']);
      const changed = await exchange.call(practice.key, `${path}/${created.body.id}`, {
        method: 'PATCH',
        body: { url },
      });
      expect([url, changed.status]).toEqual([url, 422]);
    }
    const own = await exchange.call(practice.key, path, { body: { url: 'https://127.0.0.1:8787/' } });
    expect(own.status).toBe(422);
    // Nor is an address that a setting of the format names.
    const { create, ...rest } = SETTINGS_EXAMPLES.template as Record<string, object>;
    const settingsTo = (url: string) => ({
      ...rest,
      create: { ...create, headers: { Authorization: 'Bearer {{token}}' } },
      token: { url, grant_type: 'client_credentials', client_id: 'me', client_secret: 'hidden' },
    });
    const body = { url: ALLOWED[0], format: 'template' };
    const well = await exchange.call(practice.key, path, {
      body: { ...body, format_settings: settingsTo('https://login.example/token') },
    });
    expect(well.status).toBe(201);
    const astray = ['https://127.0.0.1/', 'https://login.internal/', 'http://login.example/'];
    for (const url of [...astray, 'https://login.example:8443/']) {
      const made = await exchange.call(practice.key, path, {
        body: { ...body, format_settings: settingsTo(url) },
      });
      expect([url, made.status, made.body.errors?.[0]?.pointer]).toEqual([
        url,
        422,
        '/format_settings/token/url',
      ]);
      const { token } = settingsTo(url);
      const changed = await exchange.call(practice.key, `${path}/${well.body.id}`, {
        method: 'PATCH',
        body: { format_settings: { token } },
      });
      expect([url, changed.status]).toEqual([url, 422]);
    }
    await exchange.call(practice.key, `${path}/${well.body.id}`, { method: 'DELETE' });
    const list = await exchange.call(practice.key, path);
    expect(list.body.data.map(({ url }: { url: string }) => url)).toEqual([ALLOWED[0]]);
  });
});

test('at dispatch each of them is refused again without a request, whatever the database says', async () => {
  const engine = await startEngine(() => new Response('ok'));
  for (const url of REFUSED) {
    const practice_id = `prc_${REFUSED.indexOf(url)}`;
    await engine.addEndpoint(practice_id, url);
    await engine.record({ parties: { inviter: { practice_id }, invitee: null } });
  }
  await engine.drain();
  expect(engine.posts).toEqual([]);
  expect(engine.rows('select distinct error from attempts')).toEqual([{ error: 'destination_refused' }]);
  expect(engine.rows('select * from attempts')).toHaveLength(REFUSED.length);
});

describe('by the address that its host leads to', () => {
  test.each(['8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4001::1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.19.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::808:808',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:2::1',
    '2001:10::1',
    '2001:20::1',
    '2001:db8::1',
    '2002:808:808::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'crm.example',
    '',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  const asking = { dnsOverHttpsUrl: 'https://dns.example/dns-query', allowPrivateDestinations: false };
  /** A resolver that has these addresses. */
  const resolver = (a: string[], aaaa: string[] = [], status = 0) =>
    (async (url: string) => {
      const type = new URL(url).searchParams.get('type') === 'A' ? 1 : 28;
      const data = type === 1 ? a : aaaa;
      // A name that is another's alias comes with a record of type 5.
      return Response.json({
        Status: status,
        Answer: [{ type: 5, data: 'alias.example.' }, ...data.map((one) => ({ type, data: one }))],
      });
    }) as typeof fetch;

  test.each([
    ['public addresses', resolver(['93.184.216.34'], ['2606:4700::1']), null],
    ['only IPv6', resolver([], ['2606:4700::1']), null],
    ['a private address', resolver(['10.0.0.1']), 'destination_refused'],
    ['one private among public ones', resolver(['93.184.216.34', '127.0.0.1']), 'destination_refused'],
    ['a private IPv6 beside a public IPv4', resolver(['93.184.216.34'], ['fd00::1']), 'destination_refused'],
    ['no address', resolver([]), 'dns'],
    ['no such name', resolver([], [], 3), 'dns'],
    ['a failing server', resolver([], [], 2), 'dns'],
    ['a resolver that is away', (() => Promise.reject(new Error('refused'))) as typeof fetch, 'dns'],
    ['a resolver that answers nonsense', (async () => new Response('<html>')) as typeof fetch, 'dns'],
    ['a resolver that answers something else', (async () => Response.json({ a: 1 })) as typeof fetch, 'dns'],
  ])('%s', async (_name, fetcher, verdict) => {
    expect(await judgeHost('crm.example', asking, fetcher)).toBe(verdict);
  });

  test('nobody is asked where no resolver is configured, or in development', async () => {
    const fetcher = (() => Promise.reject(new Error('asked'))) as typeof fetch;
    expect(await judgeHost('crm.example', { ...asking, dnsOverHttpsUrl: null }, fetcher)).toBeNull();
    expect(await judgeHost('crm.example', { ...asking, allowPrivateDestinations: true }, fetcher)).toBeNull();
  });

  test('it is asked anew with every attempt: a name that turns private gets nothing more, a silent resolver is a failed connection', async () => {
    const addresses = [['93.184.216.34'], [], ['127.0.0.1'], ['93.184.216.34']];
    let posted = 0;
    const fetcher = (async (url: string, init?: RequestInit) => {
      if (init?.method === 'POST') {
        posted += 1;
        return new Response('', { status: posted === 1 ? 500 : 200 });
      }
      const answer = await resolver(addresses[0] ?? [])(url, init);
      if (url.includes('AAAA')) addresses.shift();
      return answer;
    }) as typeof fetch;
    const engine = await startEngine(() => new Response(''), {
      fetcher,
      settings: { ...settings, ...asking },
    });
    await engine.addEndpoint();
    await engine.record();
    await engine.runUntil(engine.state.now + 3_600_000);
    expect(engine.rows('select status, error from attempts order by number')).toEqual([
      { status: 500, error: null },
      { status: null, error: 'dns' },
      { status: null, error: 'destination_refused' },
      { status: 200, error: null },
    ]);
    expect(posted).toBe(2);
  });
});

test.each(['https://.example.com/', 'http://-a.example/', `http://${'a'.repeat(64)}.example/`])(
  'also in development %s names no host',
  (url) => expect(refuseDestination(url, { ...rules, allowPrivate: true })).toMatch(/must name a host/),
);
