import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { operations } from '../../src/operations.ts';
import { createToken } from '../../src/platform/access/token.ts';
import { PROBLEMS } from '../../src/platform/problem.ts';
import { type Answer, startExchange, THIS_REQUEST } from '../support/harness.ts';
import { pageCalls } from '../support/pages.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { inOneWindow, until } from '../support/until.ts';
import { createPractice, createWorld, expectStatus, move, sendReferral } from '../support/world.ts';

useWorld();

/** Every page of a list, in order. */
async function readAll(path: string, key = world.sender.key): Promise<{ id: string }[]> {
  const rows: { id: string }[] = [];
  let cursor = '';
  do {
    const answer: Answer = expectStatus(
      await exchange.call(
        key,
        `${path}${cursor && `&${path.startsWith('/v1/events') ? 'after' : 'cursor'}=${cursor}`}`,
      ),
      200,
    );
    rows.push(...answer.body.data);
    cursor = answer.body.next_cursor ?? '';
  } while (cursor);
  return rows;
}

test('an unknown address is 404 in other words than a hidden thing, a wrong method 405 with Allow, all as problems', async () => {
  const missing = await exchange.call(null, '/v1/nothing');
  expect([missing.status, missing.body.code, missing.headers.get('Content-Type')]).toEqual([
    404,
    'unknown_path',
    'application/problem+json',
  ]);
  const wrong = await exchange.call(null, '/v1/referrals/x', { method: 'DELETE' });
  expect([wrong.status, wrong.body.code, wrong.headers.get('Allow')]).toEqual([
    405,
    'method_not_allowed',
    'GET, HEAD, PATCH, OPTIONS',
  ]);
  const put = await exchange.call(null, '/v1/referrals', { method: 'PUT' });
  expect(put.headers.get('Allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  for (const { body, headers } of [missing, wrong, put]) {
    expect(headers.get('X-Request-Id')).toMatch(/^req_/);
    expect(body.request_id).toBe(THIS_REQUEST);
  }
});

test('a browser’s page of another origin is told what there is, and is let at nothing', async () => {
  const headers = { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST' };
  const asked = await exchange.call(null, '/v1/referrals', { method: 'OPTIONS', headers });
  expect([asked.status, asked.headers.get('Allow')?.includes('POST')]).toEqual([204, true]);
  const read = await exchange.call(world.sender.key, '/v1/referrals', { headers });
  for (const answer of [asked, read])
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('every problem code has a page that its type names', async () => {
  for (const code of Object.keys(PROBLEMS)) {
    const answer = await exchange.call(null, `/docs/problems/${code}`);
    expect([code, answer.status]).toEqual([code, 200]);
    expect(answer.body).toContain(`<code>${code}</code>`);
  }
  expect((await exchange.call(null, '/docs/problems/toString')).status).toBe(404);
});

test('the document and its reference are served, with no script and nothing from elsewhere', async () => {
  const yaml = await exchange.call(null, '/openapi.yaml');
  expect([yaml.status, yaml.headers.get('Content-Type'), yaml.body.startsWith('openapi: 3.1')]).toEqual([
    200,
    'application/yaml; charset=utf-8',
    true,
  ]);
  const docs = await exchange.call(null, '/docs');
  expect(docs.status).toBe(200);
  expect(docs.body).not.toMatch(/<script(?! src="\/docs\/)|src="(?!\/docs\/)|@import|href="https?:/);
  expect(docs.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
});

describe('lists', () => {
  test('pages neither repeat nor skip, whatever the page size, and end with null', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) ids.push(await sendReferral(exchange, world));
    for (const limit of [1, 2, 3, 7, 100]) {
      const rows = await readAll(`/v1/referrals?direction=sent&limit=${limit}`);
      expect(rows.map(({ id }) => id)).toEqual([...ids].reverse());
    }
    expect(await readAll('/v1/referrals?limit=2', world.receiver.key)).toHaveLength(7);
  });

  test('filters by direction, state, partner and time of change', async () => {
    const before = new Date(Date.now() - 1).toISOString();
    const id = await sendReferral(exchange, world);
    expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
    const find = async (filter: string, key = world.sender.key) =>
      (await readAll(`/v1/referrals?limit=100&${filter}`, key)).map((row) => row.id);
    expect(await find('state=accepted')).toEqual([id]);
    expect(await find('direction=received')).toEqual([]);
    expect(await find(`partner_practice_id=${world.receiver.id}`)).toContain(id);
    expect(await find(`partner_practice_id=${world.sender.id}`)).toEqual([]);
    expect(await find(`updated_since=${before}`)).toEqual([id]);
    expect(await find(`updated_since=${before}&direction=received`, world.receiver.key)).toEqual([id]);
    expect(await find('updated_since=2099-01-01T00:00:00Z')).toEqual([]);
  });

  test('in the order of change a poller that pages misses nothing', async () => {
    const all = await readAll('/v1/referrals?limit=2&updated_since=2020-01-01T00:00:00Z');
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all).toHaveLength(8);
  });

  test('cursors of another list, changed ones and garbage are 400', async () => {
    const { body } = await exchange.call(world.sender.key, '/v1/referrals?limit=1');
    for (const [path, cursor] of [
      ['/v1/partnerships', body.next_cursor],
      ['/v1/referrals', `${body.next_cursor}x`],
      ['/v1/referrals', 'AAAA'],
      ['/v1/referrals', btoa('["1","x"]')],
      ['/v1/directory', btoa('{}')],
    ]) {
      const answer = await exchange.call(world.sender.key, `${path}?cursor=${encodeURIComponent(cursor)}`);
      expect([path, answer.status, answer.body.code]).toEqual([path, 400, 'invalid_cursor']);
    }
  });

  test('the event feed gives every event once, in order, from any event on', async () => {
    const all = await readAll('/v1/events?limit=100', world.receiver.key);
    expect(await readAll('/v1/events?limit=1', world.receiver.key)).toEqual(all);
    const half = all[Math.floor(all.length / 2)] as { id: string };
    expect(await readAll(`/v1/events?limit=100&after=${half.id}`, world.receiver.key)).toEqual(
      all.slice(all.indexOf(half) + 1),
    );
    const foreign = (await readAll('/v1/events?limit=100')).find(
      ({ id }) => !all.some((event) => event.id === id),
    );
    for (const after of ['evt_01aaaaaaaaaaaaaaaaaaaaaaaa', 'x', foreign?.id]) {
      expect((await exchange.call(world.receiver.key, `/v1/events?after=${after}`)).body.code).toBe(
        'invalid_cursor',
      );
    }
  });
});

describe('keys', () => {
  test('a revoked key stops at once where it was revoked, and the last use is seen', async () => {
    const made = expectStatus(
      await exchange.call(world.sender.key, '/v1/keys', { body: { name: 'short' } }),
      201,
    );
    expectStatus(await exchange.call(made.body.secret, '/v1/practice'), 200);
    const listed = await until(
      async () =>
        (await readAll('/v1/keys?limit=100')).find(({ id }) => id === made.body.id) as unknown as Record<
          string,
          unknown
        >,
      ({ last_used_at }) => last_used_at !== null,
    );
    expect(listed).not.toHaveProperty('secret');
    expect(
      (await exchange.call(world.sender.key, `/v1/keys/${made.body.id}`, { method: 'DELETE' })).status,
    ).toBe(204);
    expect((await exchange.call(made.body.secret, '/v1/practice')).body.code).toBe('revoked_key');
    expect(
      (await exchange.call(world.sender.key, `/v1/keys/${made.body.id}`, { method: 'DELETE' })).status,
    ).toBe(204);
  });

  test('a key gives neither scopes that it lacks nor a life longer than its own', async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const narrow = expectStatus(
      await exchange.call(world.sender.key, '/v1/keys', {
        body: { name: 'n', scopes: ['keys:write', 'events:read'], expires_at },
      }),
      201,
    );
    const make = (body: object) =>
      exchange.call(narrow.body.secret, '/v1/keys', { body: { name: 'm', ...body } });
    expect((await make({ scopes: ['referrals:read'], expires_at })).body.code).toBe('insufficient_scope');
    expect((await make({ expires_at })).body.code).toBe('insufficient_scope');
    expect((await make({ scopes: ['events:read'] })).body.errors[0].pointer).toBe('/expires_at');
    expect((await make({ scopes: ['events:read'], expires_at })).status).toBe(201);
    expect((await make({ scopes: ['events:read'], expires_at: '2020-01-01T00:00:00Z' })).status).toBe(422);
  });

  test('another practice cannot revoke it', async () => {
    const { body } = await exchange.call(world.sender.key, '/v1/keys?limit=1');
    expect(
      (await exchange.call(world.receiver.key, `/v1/keys/${body.data[0].id}`, { method: 'DELETE' })).status,
    ).toBe(404);
    expectStatus(await exchange.call(world.sender.key, '/v1/practice'), 200);
  });
});

describe('limits', () => {
  test('a practice has one limit, whatever keys it uses, and hears when to come back', async () => {
    const limited = await startExchange({
      rateLimits: { PRACTICE_RATE_LIMIT: 25, ANONYMOUS_RATE_LIMIT: 25 },
    });
    const { operator, sender, receiver } = await createWorld(limited);
    const { id } = expectStatus(await limited.call(sender.key, '/v1/practice'), 200).body;
    const keys: string[] = [sender.key];
    for (let count = 0; count < 3; count += 1)
      keys.push(
        expectStatus(await limited.call(sender.key, '/v1/keys', { body: { name: 'k' } }), 201).body.secret,
      );
    const answers = await inOneWindow(() =>
      Promise.all(
        Array.from({ length: 60 }, (_, index) => limited.call(keys[index % 4] ?? '', '/v1/practice')),
      ),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(30);
    expect([refused[0]?.body.code, refused[0]?.headers.get('Retry-After')]).toEqual(['rate_limited', '60']);
    for (const answer of answers) if (answer.status === 200) expect(answer.body.id).toBe(id);
    expectStatus(await limited.call(receiver.key, '/v1/practice'), 200);
    // The operator sees who met it; a flood of refusals is written down once in ten minutes, not once each.
    const met = () => limited.sql<{ stretches_count: number }>('select * from limits_met');
    await until(met, (rows) => rows.length > 0);
    for (let count = 0; count < 20; count += 1) await limited.call(sender.key, '/v1/practice');
    expect(await met()).toMatchObject([{ holder_id: id, rate_limit: 'practice', stretches_count: 1 }]);
    const health = expectStatus(await limited.call(operator, '/v1/operator/health'), 200).body;
    expect(health.limits_met).toMatchObject([{ practice_id: id, key_id: null, rate_limit: 'practice' }]);
    await limited.close();
  });

  test('made-up keys are refused without asking the database, and cost a good key behind the same address nothing', async () => {
    const headers = { 'CF-Connecting-IP': '192.0.2.7' };
    const flood = async () => {
      const limited = await startExchange({
        rateLimits: { PRACTICE_RATE_LIMIT: 25, ANONYMOUS_RATE_LIMIT: 25 },
      });
      const known = await limited.operatorKey();
      const neverSeen = await limited.operatorKey();
      expectStatus(await limited.call(known, '/v1/practices'), 200);
      const tryMadeUp = async () => limited.call((await createToken()).secret, '/v1/practices', { headers });
      const answers = await Promise.all(Array.from({ length: 100 }, tryMadeUp));
      const more = await Promise.all(Array.from({ length: 100 }, tryMadeUp));
      return { limited, known, neverSeen, answers, more };
    };
    const { limited, known, neverSeen, answers, more } = await inOneWindow(flood);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(25);
    const refused = more.filter(({ status }) => status === 429);
    expect([refused.length, refused[0]?.body.code]).toEqual([100, 'rate_limited']);
    expect(refused.some(({ cost }) => cost.calls === 0)).toBe(true);
    expectStatus(await limited.call(known, '/v1/practices', { headers }), 200);
    const probes = await Promise.all(
      Array.from({ length: 60 }, () => limited.call(null, '/readyz', { headers })),
    );
    expect(probes.map(({ status, cost }) => [status, cost.calls])).toContainEqual([429, 0]);
    // One that no isolate has seen yet may be tried once a second.
    await until(
      () => limited.call(neverSeen, '/v1/practices', { headers }),
      ({ status }) => status === 200,
    );
    await limited.close();
  });
});

test('HEAD of a referral answers as GET does, and is no disclosure', async () => {
  const id = await sendReferral(exchange, world);
  expectStatus(await move(exchange, world.receiver, id, 'accept'), 200);
  const logged = () => exchange.sql('select id from disclosures where referral_id = ?', id);
  const before = await logged();
  const head = await exchange.call(world.receiver.key, `/v1/referrals/${id}`, { method: 'HEAD' });
  expect([head.status, head.body, await logged()]).toEqual([200, '', before]);
  const get = expectStatus(await exchange.call(world.receiver.key, `/v1/referrals/${id}`), 200);
  expect(get.headers.get('ETag')).toBe(head.headers.get('ETag'));
  expect(await logged()).toHaveLength(before.length + 1);
});

test('every answer forbids sniffing and asks for https, also errors, pages and redirects', async () => {
  for (const [path, method] of [
    ['/', 'GET'],
    ['/docs/problems/busy', 'GET'],
    ['/v1/practice', 'GET'],
    ['/v1/nothing', 'GET'],
    ['/v1/referrals', 'PUT'],
    ['/roles', 'GET'],
    ...pageCalls('nothing').map(([method, path]) => [path, method] as const),
  ] as const) {
    const { headers } = await exchange.call(null, path, { method });
    expect([path, headers.get('X-Content-Type-Options')]).toEqual([path, 'nosniff']);
    expect([path, headers.get('Strict-Transport-Security')]).toMatchObject([
      path,
      expect.stringMatching(/^max-age=\d{8}/),
    ]);
  }
});

describe('what stands in a path', () => {
  const HOSTILE = ['a%0d%0aSet-Cookie:x=y', '%00', 'a;b', '%E0%A4%A', 'a%20b', 'ä', 'x'.repeat(600)];

  test('no text in the place of a link’s token gets more than the page that says it leads nowhere', async () => {
    expect(pageCalls('x').length).toBeGreaterThan(15);
    for (const token of HOSTILE)
      for (const [method, path] of pageCalls(token)) {
        const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
        const answer = await exchange.call(null, path, {
          method,
          headers,
          ...(method === 'POST' ? { body: 'move=accept' } : {}),
        });
        expect([path, answer.status, answer.headers.get('Set-Cookie'), answer.cost.calls]).toEqual([
          path,
          404,
          null,
          0,
        ]);
      }
  });

  test('what cannot be an id of that kind is answered as a missing thing, before anything is read', async () => {
    for (const one of operations.filter(({ path }) => path.includes('{')))
      for (const id of HOSTILE) {
        const path = one.path.replaceAll(/\{\w+\}/g, id);
        const key = one.scope === 'operator' ? world.operator : world.sender.key;
        const answer = await exchange.call(key, path, { method: one.method });
        expect([one.id, answer.status, answer.body.code]).toEqual([one.id, 404, 'not_found']);
        expect(answer.cost.calls).toBeLessThanOrEqual(1);
      }
  });
});

test('a parameter that is called as a member of every object is unknown, not given twice', async () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const { status, body } = await exchange.call(world.sender.key, `/v1/referrals?${name}=1`);
    expect([name, status, body.code]).toEqual([name, 422, 'invalid_input']);
    expect(JSON.stringify(body.errors)).not.toContain('twice');
  }
});

test('what is read again as its version is known is 304 without a body, and anything else is answered whole', async () => {
  const id = await sendReferral(exchange, world);
  const path = `/v1/referrals/${id}`;
  const { headers } = expectStatus(await exchange.call(world.sender.key, path), 200);
  const etag = headers.get('ETag') as string;
  const known = await exchange.call(world.sender.key, path, {
    headers: { 'If-None-Match': `"0", W/${etag}` },
  });
  expect([known.status, known.body, known.headers.get('ETag')]).toEqual([304, '', etag]);
  expectStatus(await move(exchange, world.receiver, id, 'decline', { reason: 'at_capacity' }), 200);
  const changed = await exchange.call(world.sender.key, path, { headers: { 'If-None-Match': etag } });
  expect([changed.status, changed.body.state]).toEqual([200, 'declined']);
});

test('what was made says where it is read, and a page where the next one is', async () => {
  const invited = await createPractice(exchange, world.operator);
  const made = await exchange.call(world.sender.key, '/v1/partnerships', {
    body: { practice_id: invited.id, message: 'Hello' },
  });
  expect(expectStatus(made, 201).headers.get('Location')).toBe(`/v1/partnerships/${made.body.id}`);
  for (const path of ['/v1/events?limit=1', '/v1/partnerships?limit=1']) {
    const first = expectStatus(await exchange.call(world.sender.key, path), 200);
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.get('Link') ?? '') ?? [];
    const second = expectStatus(
      await exchange.call(world.sender.key, next.replace(/^https?:\/\/[^/]+/, '')),
      200,
    );
    expect(second.body.data[0].id).not.toBe(first.body.data[0].id);
  }
  const whole = await exchange.call(world.sender.key, '/v1/partnerships?limit=100');
  expect(whole.headers.get('Link')).toBeNull();
});

test('a body that is missing is told what it lacks', async () => {
  const id = await sendReferral(exchange, world);
  const { status, body } = await move(exchange, world.receiver, id, 'decline');
  expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'invalid_input', '/reason']);
});

test('machines find the document, whom to tell of a fault, and that nothing else is for search engines', async () => {
  await exchange.minute();
  const read = async (path: string) => expectStatus(await exchange.call(null, path), 200);
  const { body: document } = await read('/openapi.json');
  const { body: yaml } = await read('/openapi.yaml');
  expect(document.openapi).toBe('3.1.0');
  expect(parse(yaml)).toEqual(document);
  const { body: catalog, headers } = await read('/.well-known/api-catalog');
  expect(headers.get('Content-Type')).toContain('application/linkset+json');
  const { linkset } = typeof catalog === 'string' ? JSON.parse(catalog) : catalog;
  // A client that is made of it calls this exchange, and what its examples name is there.
  expect(`${document.servers[0].url}/v1`).toBe(linkset[0].anchor);
  expect(document.info.contact.name).toBe('Example Exchange');
  expect(yaml).not.toContain('https://exchange.example');
  for (const name of ['service-desc', 'service-doc', 'status'])
    for (const { href } of linkset[0][name]) await read(new URL(href).pathname);
  expect((await read('/.well-known/security.txt')).body).toMatch(
    /^Contact: mailto:\S+@\S+\nExpires: 2\d{3}-/,
  );
  expect((await read('/robots.txt')).body).toContain('Disallow: /');
});

test('the limit that is told is the one that holds, in development and in production', async () => {
  const { unstable_readConfig: readConfig } = await import('wrangler');
  for (const env of [undefined, 'production']) {
    const { vars, ratelimits } = readConfig({ config: 'wrangler.toml', env }, { hideWarnings: true });
    const limiter = ratelimits.find(({ name }: { name: string }) => name === 'PRACTICE_RATE_LIMIT');
    expect(String(limiter?.simple.limit)).toBe(vars.PRACTICE_REQUESTS_PER_MINUTE);
  }
  const { headers } = await exchange.call(world.sender.key, '/v1/practice');
  expect(headers.get('RateLimit-Policy')).toBe('"practice";q=6000;w=60');
});
