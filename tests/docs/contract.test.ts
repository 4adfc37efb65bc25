import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { operations } from '../../src/operations.ts';
import { exampleCalls, freeEndpoints } from '../support/calls.ts';
import {
  type DocumentedOperation,
  document,
  documented,
  exampleOf,
  faultsBy,
  faultsOf,
} from '../support/document.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { createPractice, expectStatus, type Practice } from '../support/world.ts';

let stranger: Practice;
let calls: ReturnType<typeof exampleCalls>;
useWorld();
beforeAll(async () => {
  stranger = await createPractice(exchange, world.operator);
  calls = exampleCalls(exchange, world);
});
beforeEach(async () => {
  await freeEndpoints(exchange);
});

const exampleCallOf = (one: DocumentedOperation) => {
  const make = calls[one.id];
  if (!make) throw new Error(`no example call for ${one.id}`);
  return make();
};

const perform = async (
  one: DocumentedOperation,
  key: string | null,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) => exchange.call(key, path, { method: one.method, ...(body === undefined ? {} : { body }), headers });

test('the document has every operation of the code and no other, each with a summary and an example', () => {
  expect(documented.map(({ id }) => id).sort()).toEqual(operations.map(({ id }) => id).sort());
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  for (const { id, spec } of documented) {
    expect(spec.summary, id).toBeTruthy();
    const [success] = Object.keys(spec.responses);
    if (success !== '204')
      expect(exampleOf(spec.responses[success as string].content['application/json']), id).toBeDefined();
    if (spec.requestBody) expect(exampleOf(spec.requestBody.content['application/json']), id).toBeDefined();
  }
});

test('every example of the document fits its schema', () => {
  for (const { id, spec } of documented) {
    const contents = [spec.requestBody, spec.responses[Object.keys(spec.responses)[0] as string]].flatMap(
      (one) => one?.content?.['application/json'] ?? [],
    );
    for (const content of contents) expect(faultsBy(content.schema, exampleOf(content)), id).toEqual([]);
  }
});

test('no member of any schema is a fee', () => {
  expect(JSON.stringify(document).replaceAll('fee_or_insurance', '')).not.toMatch(
    /"[a-z_]*(fee|price|commission|amount|payment)[a-z_]*":/,
  );
});

describe.each(documented.map((one) => [one.id, one] as const))('%s', (_id, one) => {
  test('answers as the document says, with a request id and its D1 cost', async () => {
    const { key, path, body } = await exampleCallOf(one);
    const answer = await perform(one, key, path, body);
    expect(answer.status).toBeLessThan(300);
    expect(faultsOf(one, answer)).toEqual([]);
    expect(answer.headers.get('X-Request-Id')).toMatch(/^req_/);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
  });

  test('refuses a missing, malformed, unknown, revoked and expired key, and one of the wrong kind or scope', async () => {
    const { key, path, body } = await exampleCallOf(one);
    const flipped = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
    for (const [sent, code] of [
      [null, 'missing_key'],
      ['', 'missing_key'],
      ['rx_short', 'invalid_key'],
      [flipped, 'invalid_key'],
      [stale.unknown, 'invalid_key'],
      [stale.revoked, 'revoked_key'],
      [stale.expired, 'expired_key'],
    ] as const) {
      const answer = await perform(one, sent, path, body);
      expect([answer.status, answer.body.code]).toEqual([401, code]);
      expect(answer.headers.get('WWW-Authenticate')).toContain('Bearer');
      expect(faultsOf(one, answer)).toEqual([]);
    }
    const isOperators = key === world.operator;
    const wrongKind = await perform(one, isOperators ? world.sender.key : world.operator, path, body);
    expect([wrongKind.status, wrongKind.body.code]).toEqual([403, 'wrong_key_kind']);
    if (!isOperators) {
      const narrow = await perform(
        one,
        one.spec.description.includes('`directory:read`') ? stale.practiceOnly : stale.directoryOnly,
        path,
        body,
      );
      expect([narrow.status, narrow.body.code]).toEqual([403, 'insufficient_scope']);
    }
  });

  test('answers hostile input with a clear 4xx as a problem, and changes nothing', async () => {
    const { key, path, body } = await exampleCallOf(one);
    const before = await fingerprint();
    for (const [name, hostilePath, hostileBody, headers] of hostileCalls(one, path, body)) {
      const answer = await perform(one, key, hostilePath, hostileBody, headers);
      expect(answer.status, `${name}: ${JSON.stringify(answer.body)}`).toBeGreaterThanOrEqual(400);
      expect(answer.status, name).toBeLessThan(500);
      expect(answer.headers.get('Content-Type'), name).toBe('application/problem+json');
      expect(faultsOf(one, answer), name).toEqual([]);
      expect(answer.body.type).toContain(`/docs/problems/${answer.body.code}`);
    }
    expect(await fingerprint()).toEqual(before);
  });
});

test('every event that these calls made holds what the document says of its type, and nothing else', async () => {
  const rows = await exchange.sql<{ type: string; data: string }>('select distinct type, data from events');
  expect(new Set(rows.map(({ type }) => type)).size).toBeGreaterThan(20);
  for (const { type, data } of rows) {
    const { $ref } = document.webhooks[type].post.requestBody.content['application/json'].schema;
    const name = document.components.schemas[$ref.split('/').at(-1)].properties.data.$ref.split('/').at(-1);
    const known = Object.keys(document.components.schemas[name].properties);
    expect(known, type).toEqual(expect.arrayContaining(Object.keys(JSON.parse(data))));
  }
});

/** What belongs to a practice and is named by an id; the directory is there for everybody. */
const owned = documented.filter(
  ({ path, spec }) =>
    path.includes('{') && !spec.tags[0].startsWith('Operator') && !path.startsWith('/v1/directory/'),
);

describe.each(owned.map((one) => [one.id, one] as const))('%s', (_id, one) => {
  test('tells another practice nothing: the answer is the one for what does not exist', async () => {
    const { key, path, body } = await exampleCallOf(one);
    const missing = path.replace(/_[0-9a-z]{26}/, '_01aaaaaaaaaaaaaaaaaaaaaaaa');
    const theirs = await perform(one, stranger.key, path, body);
    const nothing = await perform(one, stranger.key, missing, body);
    expect(theirs.status).toBe(404);
    expect(theirs.body).toEqual(nothing.body);
    const plain = (headers: Headers) =>
      [...headers].filter(([name]) => !['x-request-id', 'server-timing', 'date'].includes(name));
    expect(plain(theirs.headers)).toEqual(plain(nothing.headers));
    const owner = await perform(one, key, path, body);
    expect(owner.status).toBeLessThan(300);
  });
});

const stale = { unknown: '', revoked: '', expired: '', directoryOnly: '', practiceOnly: '' };
beforeAll(async () => {
  const { call, sql } = exchange;
  const issue = async (body: object) =>
    expectStatus(
      await call(world.operator, `/v1/practices/${world.sender.id}/keys`, { body: { name: 'x', ...body } }),
      201,
    ).body;
  const [revoked, expired, unknown] = [await issue({}), await issue({}), await issue({})];
  await sql('update api_keys set revoked_at = 1 where id = ?', revoked.id);
  await sql('update api_keys set expires_at = 1 where id = ?', expired.id);
  await sql('delete from api_keys where id = ?', unknown.id);
  const [directoryOnly, practiceOnly] = [
    await issue({ scopes: ['directory:read'] }),
    await issue({ scopes: ['practice:read'] }),
  ];
  const keys = { unknown, revoked, expired, directoryOnly, practiceOnly };
  for (const [name, { secret }] of Object.entries(keys)) stale[name as keyof typeof stale] = secret;
});

/** Counts of all that a call could change. */
async function fingerprint(): Promise<unknown> {
  const tables = [
    'practices',
    'professionals',
    'credentials',
    'api_keys',
    'partnerships',
    'partnership_thanks',
    'join_invitations',
    'joint_events',
    'referrals',
    'consents',
    'client_records',
    'referral_messages',
    'contacts',
    'plan_items',
    'intake_forms',
    'events',
    'webhook_endpoints',
    'idempotency_records',
  ];
  return exchange.sql(
    `select ${tables.map((table) => `(select count(*) from ${table}) as ${table}`).join(', ')}`,
  );
}

type HostileCall = readonly [name: string, path: string, body: unknown, headers?: Record<string, string>];

const HOSTILE_VALUES: readonly [string, unknown][] = [
  ['null', null],
  ['a number', 1e308],
  ['a negative number', -1],
  ['a fraction', 0.1],
  ['true', true],
  ['an empty string', ''],
  ['a huge string', 'x'.repeat(30_000)],
  ['control characters', 'a\u0000b\u0007'],
  ['characters that nobody sees', 'a\u200b\u202eb\u2066\u00ad'],
  ['a lone surrogate', 'a\ud800b'],
  ['an array', [[[]]]],
  ['an object', { a: { b: {} } }],
  ['an impossible date', '2026-02-30'],
  ['an impossible time', '2026-13-45T99:99:99Z'],
  ['SQL', "'; drop table referrals; --"],
];

/** Members that take any words; `service` takes no capitals, so that no date or time fits it either. */
const WORDS = [
  'name',
  'city',
  'scope_of_services',
  'title',
  'issuer',
  'number',
  'source',
  'reason',
  'message',
  'question',
  'answer',
  'note',
  'description',
  'client_city',
  'signed_by',
  'reference',
  'fingerprint',
  'notes',
  'attested_by',
  'invitee_name',
  'text',
];

const NULLABLE = [
  'website',
  'contact_email',
  'contact_phone',
  'expires_at',
  'meeting',
  'newsletter',
  'notes',
];

/** Values that some members rightly take. */
const isFine = (member: string, name: string) =>
  (['SQL', 'an impossible date', 'an impossible time'].includes(name) && WORDS.includes(member)) ||
  // Each of its lines is refused by itself.
  (name === 'an array' && member === 'lines') ||
  (name === 'null' && NULLABLE.includes(member)) ||
  (name === 'true' &&
    ['verbal_consent_allowed', 'allow_duplicate', 'outside_offer', 'retired', 'done'].includes(member));

function hostileCalls(one: DocumentedOperation, path: string, body: unknown): HostileCall[] {
  const found: HostileCall[] = [
    ['an unknown parameter', `${path}${path.includes('?') ? '&' : '?'}nonsense=1`, body],
    ['a parameter twice', `${path}${path.includes('?') ? '&' : '?'}limit=1&limit=2`, body],
  ];
  for (const { name, in: place } of one.spec.parameters ?? []) {
    if (place === 'query') {
      // What is looked for by words takes any: only what cannot be read is refused.
      const isWords = name === 'q' || name === 'city' || name === 'external_id';
      for (const value of [
        '',
        '%00',
        '-1',
        '101',
        'x'.repeat(3000),
        '%ED%A0%80',
        '2026-13',
        '2026-00',
        '0000-01',
        '9999-12',
        '1e3',
        '[]',
      ]
        .filter((value) => !isWords || value === '' || /%00|x{201}/.test(value))
        // There may be so many pages.
        .filter((value) => name !== 'page' || value !== '101')) {
        found.push([`${name}=${value.slice(0, 20)}`, `${path.split('?')[0]}?${name}=${value}`, body]);
      }
    }
    if (place === 'path') {
      for (const value of [
        'x',
        '%00',
        '..%2f..',
        'ref_',
        `ref_${'z'.repeat(26)}`,
        'x'.repeat(2000),
        '%F0%9F%92%A9',
        "'%20or%201=1",
      ]) {
        found.push([
          `${name}=${value.slice(0, 20)}`,
          path.replace(/(\/)(?:[a-z]{3}_[0-9a-z]{26}|[0-9a-f]{8}-[0-9a-f-]{27})/, `$1${value}`),
          body,
        ]);
      }
    }
  }
  if (one.method === 'POST') {
    found.push(
      ['a space in the Idempotency-Key', path, body, { 'Idempotency-Key': 'a b' }],
      ['a long Idempotency-Key', path, body, { 'Idempotency-Key': 'k'.repeat(256) }],
    );
  }
  if (one.spec.requestBody) {
    found.push(
      ['broken JSON', path, '{"a":'],
      ['JSON with a comma too many', path, '{"a":1,}'],
      ['a string', path, '"text"'],
      ['an array', path, '[]'],
      ['null', path, 'null'],
      ['a number', path, '1'],
      ['deep nesting', path, `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
      ['deep nesting in a member', path, `{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`],
      ['65 KB', path, JSON.stringify({ a: 'x'.repeat(66_000) })],
      ['another media type', path, JSON.stringify(body), { 'Content-Type': 'text/plain' }],
      ['a form', path, 'a=1', { 'Content-Type': 'application/x-www-form-urlencoded' }],
      ['an extra member', path, { ...(body as object), surprise: 1 }],
      ['__proto__', path, `{"__proto__":{"admin":true},"surprise":1}`],
    );
    for (const member of Object.keys(body as object)) {
      for (const [name, value] of HOSTILE_VALUES) {
        if (!isFine(member, name))
          found.push([`${member} is ${name}`, path, { ...(body as object), [member]: value }]);
      }
    }
    const client = (body as { client?: object }).client;
    for (const category of Object.keys(client ?? {})) {
      for (const [name, value] of HOSTILE_VALUES) {
        if (!/SQL|impossible/.test(name))
          found.push([
            `client.${category} is ${name}`,
            path,
            { ...(body as object), client: { ...client, [category]: value } },
          ]);
      }
    }
  }
  return found;
}
