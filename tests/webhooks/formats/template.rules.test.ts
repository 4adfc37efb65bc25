/** What a template may say, what it makes of an event, and what it takes an answer for. */
import { describe, expect, test } from 'vitest';
import { exampleInput, SETTINGS_EXAMPLES } from '../../../src/webhooks/formats/examples.ts';
import { type Progress, START } from '../../../src/webhooks/formats/format.ts';
import { checkSettings, formatOf, maskSettings } from '../../../src/webhooks/formats/formats.ts';
import { settingsOf, urlOf } from '../../support/formats.ts';

const format = formatOf('template');
const EXAMPLE = SETTINGS_EXAMPLES.template as { find: object; create: object; update: object };
const thin = exampleInput('referral.sent', urlOf('template'), 'thin');
const full = exampleInput('referral.accepted', urlOf('template'), 'full');
const KNOWN: Progress = { ...START, record: { id: '4711', client_told: false } };
/** There is none: `find` was asked. */
const LOOKED: Progress = { ...START, seen: { found: 'no' } };

const faultsOf = (change: object): string | undefined =>
  checkSettings('template', { ...EXAMPLE, ...change }, '')
    .faults?.map(({ detail }) => detail)
    .join('\n');
/** Without the look before, for which `create` has to write the referral's id. */
const create = (change: Record<string, unknown>): Record<string, unknown> => ({
  find: undefined,
  create: { ...EXAMPLE.create, ...change },
});
const made = (change: Record<string, unknown>, input = full, progress: Progress = LOOKED) =>
  format.request(input, settingsOf('template', change), progress);
const jsonOf = (change: Record<string, unknown>, input = full, progress: Progress = LOOKED) =>
  JSON.parse(made(change, input, progress).body);

describe('what is refused when it is saved', () => {
  test.each<[string, object, string]>([
    ['an unknown source', create({ json: { a: '{{client.shoe_size}}' } }), 'is no source'],
    ['braces that name nothing', create({ json: { a: '{{ }}' } }), 'braces that name no source'],
    ['a source as a name', create({ json: { '{{client.name}}': 'x' } }), 'names of its members'],
    ['no body', create({ json: undefined }), 'either `json` or `form`'],
    ['two bodies', create({ form: { a: 'b' } }), 'either `json` or `form`'],
    ['a client in the path', create({ path: '/leads/{{client.name}}' }), 'is no source that may stand here'],
    [
      'a client in a header',
      create({ headers: { 'X-Name': '{{client.name}}' } }),
      'is no source that may stand here',
    ],
    ['a header of HTTP', create({ headers: { Host: 'x' } }), 'reserved'],
    ['another host', create({ path: '//attacker.example/' }), 'must be a path'],
    ['a way up', create({ path: '/api/../admin' }), 'must not hold'],
    ['a look for nothing', { find: { path: '/api/leads', record_id_path: ['id'] } }, 'what it looks for'],
    [
      'a look for a client',
      { find: { path: '/api/leads?name={{client.name}}&r={{referral.id}}', record_id_path: ['id'] } },
      'is no source that may stand here',
    ],
    [
      'a look with a body that is none',
      { find: { path: '/api/leads/{{referral.id}}', json: { a: 'b' }, record_id_path: ['id'] } },
      'neither with GET',
    ],
    [
      'a look for what was never written',
      { create: { ...EXAMPLE.create, json: { lead: { name: '{{lead.name}}' } } } },
      'writes `{{referral.id}}` nowhere',
    ],
    ['a record before there is one', create({ path: '/leads/{{record_id}}' }), 'before there is one'],
    ['a secret that is not there', create({ headers: { 'X-Key': '{{secret.other}}' } }), '`secrets` lacks'],
    [
      'a token that is not got',
      create({ headers: { 'X-Key': '{{token}}' } }),
      'without the settings of `token`',
    ],
    ['a length out of bounds', create({ json: { a: '{{client.notes:5}}' } }), 'must be 20 to 32000'],
    ['a status that is none', create({ success: { statuses: [99] } }), '200 to 599'],
    ['too much', create({ json: { a: Array.from({ length: 200 }, () => 'x') } }), 'at most 100 values'],
    ['too deep', create({ json: JSON.parse(`${'{"a":'.repeat(12)}1${'}'.repeat(12)}`) }), 'deep'],
    [
      'going on without `update`',
      { ...create({ existing: { status: 409, path: ['id'] } }), update: undefined },
      '`create.existing` without `update`',
    ],
  ])('%s', (_name, change, words) => {
    expect(faultsOf(change)).toContain(words);
  });
});

describe('what is made of an event', () => {
  test('a value can change nothing but itself, however it is written', () => {
    const sly = '"},{{client.email}},$&,{"admin":true,"a":"';
    const input = { ...thin, referral: { ...(thin.referral as object), client_city: sly } } as typeof thin;
    expect(jsonOf(create({ json: { city: '{{referral.client_city}}', b: 1, c: null } }), input)).toEqual({
      city: sly,
      b: 1,
      c: null,
    });
    const form = made(
      create({ json: undefined, form: { city: '{{referral.client_city}}', kind: 'x' } }),
      input,
    );
    expect(Object.fromEntries(new URLSearchParams(form.body))).toEqual({ city: sly, kind: 'x' });
    expect(form.headers['Content-Type']).toContain('x-www-form-urlencoded');
  });

  test('a field whose sources have no value is left out, with what stands around it', () => {
    const json = {
      a: '{{client.phone}}',
      b: ['{{client.phone}}', 'x'],
      c: { d: 'Call {{client.phone}}' },
      e: '{{referral.urgency}} {{client.phone}}',
      f: [
        { kind: 'Mobile', number: '{{client.phone}}' },
        { kind: 'Home', address: '{{client.email}}' },
      ],
      g: [{ kind: 'Mobile', number: '{{client.phone}}' }],
      h: [{ kind: 'constant' }],
      i: [],
    };
    expect(jsonOf(create({ json }))).toEqual({
      b: ['x'],
      e: 'routine',
      f: [{ kind: 'Home', address: 'robin@client.example' }],
      h: [{ kind: 'constant' }],
      i: [],
    });
  });

  test('a neutral name is made up when the record is made, and never over one that stands', () => {
    const json = { first: '{{lead.given_name}}', last: '{{lead.family_name}}', s: '{{referral.state}}' };
    const change = { ...create({ json }), update: { ...EXAMPLE.update, json } };
    expect(jsonOf(change, thin)).toMatchObject({ first: 'Referral', last: thin.referral?.id });
    expect(jsonOf(change, thin, KNOWN)).toEqual({ s: 'sent' });
    expect(jsonOf(change, full, KNOWN)).toMatchObject({ first: 'Robin', last: 'Example' });
    const told = { ...KNOWN, record: { id: '4711', client_told: true } };
    expect(jsonOf(change, full, told)).toEqual({ s: 'accepted' });
  });

  test('a record’s id and secrets cannot leave their place in the path', () => {
    const progress = { ...LOOKED, record: { id: 'a/../b?c', client_told: true } };
    expect(made({}, full, progress).url).toBe('https://hooks.example/api/leads/a%2F..%2Fb%3Fc');
  });

  test('a length is kept, and what is shorter than the client’s place in a summary carries none of it', () => {
    const short = create({ json: { a: '{{referral.summary:300}}' } });
    expect(jsonOf(short).a.length).toBeLessThanOrEqual(300);
    const { update: _update, ...rest } = settingsOf('template', short);
    expect(format.carries(rest)).toEqual([]);
    expect(format.carries(settingsOf('template', create({ json: { a: '{{client.reason}}' } })))).toContain(
      'reason',
    );
  });

  test('a token is got first, without the headers of the endpoint, and each secret is masked where it is shown', () => {
    const token = {
      url: 'https://login.example/token',
      grant_type: 'client_credentials',
      client_id: 'me',
      client_secret: 'hidden',
    };
    const headers = { Authorization: 'Bearer {{token}}' };
    const change = { ...create({ headers }), token };
    const asked = made(change);
    expect(asked).toMatchObject({ url: token.url, asksForAccess: true });
    expect(Object.fromEntries(new URLSearchParams(asked.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'me',
      client_secret: 'hidden',
    });
    const basic = made({ ...change, token: { ...token, client_in: 'header' } });
    expect(basic.body).toBe('grant_type=client_credentials');
    expect(basic.headers.Authorization).toBe(`Basic ${btoa('me:hidden')}`);
    expect(made(change, full, { ...LOOKED, session: 'abc' }).headers.Authorization).toBe('Bearer abc');
    expect(JSON.stringify(maskSettings('template', settingsOf('template', change)))).not.toMatch(
      /hidden|invented/,
    );
  });
});

describe('the look before a record is made', () => {
  const ID = full.referral?.id as string;
  const FOUND = { outcome: 'continue', record: { id: '7', client_told: false } };
  const look = (status: number, body: unknown, find: object = {}, input = full) => {
    const settings = settingsOf('template', { find: { ...EXAMPLE.find, ...find } });
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return format.read({ status, excerpt: text.slice(0, 2048), text }, START, settings, input);
  };

  test('is made for a referral whose record is not known, and for no test', () => {
    expect(made({}, full, START)).toMatchObject({
      method: 'GET',
      url: `https://hooks.example/api/leads?reference=${ID}`,
      headers: { Authorization: 'Bearer invented-for-this-example' },
      body: '',
    });
    expect(made({}, full, KNOWN).method).toBe('PATCH');
    const ping = { ...thin, referral: null, envelope: { ...thin.envelope, data: {} } } as typeof thin;
    expect(made({}, ping, START).method).toBe('POST');
    const find = { method: 'POST', path: '/search', json: { q: '{{referral.id}}' }, record_id_path: ['id'] };
    expect(made({ find }, full, START)).toMatchObject({ method: 'POST', body: JSON.stringify({ q: ID }) });
  });

  test.each<[string, number, unknown, object, object]>([
    ['found', 200, { leads: [{ id: 7, reference: ID }] }, {}, FOUND],
    ['found behind others', 200, { leads: [{ id: 1 }, { id: 7, note: `about ${ID}.` }] }, {}, FOUND],
    ['found as the answer itself', 200, { id: 7, reference: ID }, { records_path: undefined }, FOUND],
    ['none', 200, { leads: [] }, {}, { outcome: 'continue', seen: { found: 'no' } }],
    ['none, as nothing', 204, '', {}, { outcome: 'continue', seen: { found: 'no' } }],
    ['none, as missing', 404, 'no such lead', {}, { outcome: 'continue', seen: { found: 'no' } }],
    [
      'whatever there is, as the filter is not known there',
      200,
      { leads: [{ id: 1, name: 'Somebody else' }] },
      {},
      { outcome: 'continue', seen: { found: 'no' } },
    ],
    ['cut off', 200, `{"leads": [{"id": 7, "reference": "${ID}"`, {}, { outcome: 'failed' }],
    ['no id', 200, { leads: [{ reference: ID }] }, {}, { outcome: 'rejected' }],
    ['not understood', 400, { message: 'ZEBRA' }, {}, { outcome: 'rejected' }],
    ['not allowed', 403, '', {}, { outcome: 'rejected' }],
    ['busy', 503, '', {}, { outcome: 'failed' }],
    ['a redirect', 302, '', {}, { outcome: 'failed' }],
  ])('%s', (_name, status, body, find, reading) => {
    const read = look(status, body, find);
    expect(read).toMatchObject(reading);
    expect(JSON.stringify(read)).not.toContain('ZEBRA');
    if (!('record' in reading)) expect(read).not.toHaveProperty('record');
  });

  test('an ending finds what is there and not known, and otherwise asks for no more', () => {
    const ending = exampleInput('referral.withdrawn', urlOf('template'), 'thin');
    const settings = settingsOf('template');
    expect(format.conclude?.(ending, settings, START)).toBeNull();
    expect(look(200, { leads: [{ id: 7, reference: ID }] }, {}, ending)).toMatchObject(FOUND);
    expect(look(200, { leads: [] }, {}, ending)).toMatchObject({ outcome: 'delivered' });
    expect(format.conclude?.(ending, settings, LOOKED)).toMatchObject({ outcome: 'delivered' });
  });
});

describe('what an answer means', () => {
  const read = (
    change: Record<string, unknown>,
    status: number,
    body: unknown,
    progress: Progress = LOOKED,
    input = full,
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return format.read(
      { status, excerpt: text.slice(0, 2048), text },
      progress,
      settingsOf('template', change),
      input,
    );
  };

  test.each<[string, Record<string, unknown>, number, unknown, Progress, object]>([
    [
      'made',
      {},
      201,
      { lead: { id: 7 } },
      LOOKED,
      { outcome: 'delivered', confirmed: true, record: { id: '7', client_told: true } },
    ],
    [
      'made, with the id behind much else',
      {},
      201,
      { pad: 'x'.repeat(9000), lead: { id: 'a' } },
      LOOKED,
      { record: { id: 'a' } },
    ],
    [
      'made without an id',
      {},
      200,
      '<html>',
      LOOKED,
      { outcome: 'delivered', confirmed: false, record: { id: null } },
    ],
    ['an id that is the client', {}, 201, { lead: { id: 'robin.example' } }, LOOKED, { confirmed: false }],
    [
      'an id that is an address',
      {},
      201,
      { lead: { id: 'robin@client.example' } },
      LOOKED,
      { confirmed: false },
    ],
    ['an id that is a way up', {}, 201, { lead: { id: '..' } }, LOOKED, { confirmed: false }],
    ['changed', {}, 200, '', KNOWN, { outcome: 'delivered', confirmed: true, record: { id: '4711' } }],
    ['gone', {}, 404, '', KNOWN, { outcome: 'record_refused', isFinal: true }],
    ['gone for ever', {}, 410, '', KNOWN, { outcome: 'record_refused', isFinal: true }],
    ['no such address', {}, 404, '', LOOKED, { outcome: 'rejected' }],
    [
      'refused',
      {},
      422,
      { message: 'phone is invalid' },
      LOOKED,
      { outcome: 'record_refused', said: 'phone is invalid' },
    ],
    [
      'refused with our secret in it',
      {},
      422,
      { message: 'bad key invented-for-this-example' },
      LOOKED,
      { outcome: 'record_refused', said: null },
    ],
    [
      'a status that is success here',
      create({ success: { statuses: [302] } }),
      302,
      '',
      LOOKED,
      { outcome: 'delivered' },
    ],
    [
      'a success that is none here',
      create({ success: { statuses: [201] } }),
      200,
      '{}',
      LOOKED,
      { outcome: 'record_refused' },
    ],
    [
      '200 with a refusal',
      create({ success: { path: ['ok'] } }),
      200,
      { ok: false, error: 'no' },
      LOOKED,
      { outcome: 'record_refused', said: 'no' },
    ],
    [
      '200 with the right word',
      create({ success: { path: ['status'], equals: 'ok' } }),
      200,
      { status: 'ok', lead: { id: 1 } },
      LOOKED,
      { outcome: 'delivered' },
    ],
    [
      'the client is known',
      create({ existing: { status: 409, path: ['id'] } }),
      409,
      { id: 9 },
      LOOKED,
      { outcome: 'continue', record: { id: '9', client_told: true } },
    ],
    ['busy', {}, 503, '', LOOKED, { outcome: 'failed' }],
  ])('%s', (_name, change, status, body, progress, reading) => {
    expect(read(change, status, body, progress)).toMatchObject(reading);
  });

  test('a token that is not given is nobody’s record, and one that renews itself is not used up in silence', () => {
    const token = {
      url: 'https://login.example/token',
      grant_type: 'refresh_token',
      client_id: 'me',
      refresh_token: 'first-one',
    };
    const change = { ...create({ headers: { Authorization: 'Bearer {{token}}' } }), token };
    expect(read(change, 200, { access_token: 'abc', expires_in: 3600 })).toEqual({
      outcome: 'continue',
      session: { value: 'abc', expires_in_seconds: 3540 },
    });
    expect(read(change, 200, { access_token: 'abc', refresh_token: 'first-one' })).toMatchObject({
      outcome: 'continue',
    });
    expect(read(change, 200, { access_token: 'abc', refresh_token: 'second' })).toMatchObject({
      outcome: 'rejected',
      isSecret: true,
    });
    expect(read(change, 400, { error: 'invalid_grant' })).toMatchObject({
      outcome: 'rejected',
      detail: expect.stringContaining('invalid_grant'),
    });
    expect(read(change, 503, '')).toMatchObject({ outcome: 'failed' });
    expect(read(change, 401, '', { ...LOOKED, session: 'abc' })).toMatchObject({
      outcome: 'failed',
      endSession: true,
    });
  });
});
