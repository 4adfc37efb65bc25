/** Over the document: no text, number, list or map that a caller sends is without a bound and a rule. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callbacks, document, documented } from '../support/document.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { consentInput, createWorld, expectStatus, referralInput, type World } from '../support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: a schema of any shape
type Schema = any;

/** What a CRM posts is its own; it is read for one stage and for ids, never kept. */
const FOREIGN = '#/components/schemas/CallbackReport/anyOf/1';
/** A line of a roster is read by `RosterLineSchema`, which has all of these, and is refused alone: its part goes on without it. */
const ROSTER_LINE = /\/RosterPartRequest\/lines\/items$/;
/** What a template posts has whatever shape its CRM wants: values, depth and lengths are bounded by a check of its own. */
const TEMPLATE_BODY = /\/WebhookFormatSettings\/anyOf\/\d+\/(find|create|update|note)\/json$/;

const follow = (schema: Schema): Schema =>
  schema.$ref === undefined
    ? schema
    : {
        ...follow(valueAt(schema.$ref)),
        ...Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$ref')),
      };

const valueAt = (ref: string): Schema =>
  ref
    .slice('#/'.length)
    .split('/')
    .reduce((value, key) => value[key], document);

/** Anchored on both sides, and without a repetition that goes on for ever. */
function isBounded(pattern: string): boolean {
  const bare = pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  let outside = bare;
  while (/\([^()]*\)/.test(outside)) outside = outside.replaceAll(/\([^()]*\)/g, 'x');
  return /^\^[^|]*\$$/.test(outside) && !/[*+]|\{\d+,\}/.test(bare);
}

/** What a schema lacks, each with its place. */
function lacksOf(schema: Schema, place: string): string[] {
  if (place.endsWith(FOREIGN) || ROSTER_LINE.test(place) || TEMPLATE_BODY.test(place)) return [];
  const whole = follow(schema);
  const inner = schema.$ref ?? place;
  const lacks = (isLacking: boolean, what: string) => (isLacking ? [`${inner}: ${what}`] : []);
  if (whole.enum || 'const' in whole || whole.type === 'boolean' || whole.type === 'null') return [];
  const parts = ['anyOf', 'oneOf', 'allOf'].flatMap((key) =>
    (whole[key] ?? []).flatMap((one: Schema, index: number) => lacksOf(one, `${inner}/${key}/${index}`)),
  );
  if (parts.length > 0 || whole.anyOf || whole.oneOf || whole.allOf) return parts;
  switch (typeof whole.type === 'string' ? whole.type : whole.type?.find((one: string) => one !== 'null')) {
    case 'string':
      return [
        ...lacks(whole.maxLength === undefined && !isBounded(whole.pattern ?? ''), 'no greatest length'),
        ...lacks(whole.pattern === undefined && whole.format !== 'email', 'no rule for its characters'),
      ];
    case 'number':
    case 'integer':
      return lacks(whole.minimum === undefined || whole.maximum === undefined, 'no bounds');
    case 'array':
      return [
        ...lacks(whole.maxItems === undefined, 'no greatest number of items'),
        ...lacksOf(whole.items, `${inner}/items`),
      ];
    case 'object': {
      const { additionalProperties: others = {}, propertyNames, properties = {} } = whole;
      const known = Object.entries(properties).flatMap(([key, one]) => lacksOf(one, `${inner}/${key}`));
      if (others === false) return known;
      return [
        ...known,
        ...lacks(whole.maxProperties === undefined, 'no greatest number of members'),
        ...(propertyNames
          ? lacksOf(propertyNames, `${inner}/names`)
          : lacks(true, 'no rule for the names of its members')),
        ...lacksOf(others, `${inner}/members`),
      ];
    }
    default:
      return lacks(true, 'takes anything');
  }
}

const everyOperation = [...documented, ...callbacks];

describe('every text has a length and a rule for its characters, every number bounds, every list and map a size', () => {
  test.each(everyOperation.map((one) => [one.id, one] as const))('in the body of %s', (_id, { spec }) => {
    const bodies = Object.values(spec.requestBody?.content ?? {}) as { schema: Schema }[];
    expect(bodies.flatMap(({ schema }) => lacksOf(schema, ''))).toEqual([]);
  });

  test('in the path, the query and the headers of every operation', () => {
    const lacking = everyOperation.flatMap(({ id, spec }) =>
      (spec.parameters ?? []).map(follow).flatMap((one: Schema) => lacksOf(one.schema, `${id} ${one.name}`)),
    );
    expect(lacking).toEqual([]);
  });
});

test('the rule finds what it looks for', () => {
  for (const [schema, count] of [
    [{ type: 'string' }, 2],
    [{ type: 'string', maxLength: 5 }, 1],
    [{ type: 'string', pattern: '^a*$' }, 1],
    [{ type: 'string', pattern: '^a$|^b*$' }, 1],
    [{ type: 'string', pattern: '^a|b$' }, 1],
    [{ type: 'string', pattern: '^(a|[b*]{1,5})\\*$' }, 0],
    [{ type: 'integer', minimum: 1 }, 1],
    [{ type: 'array', items: { type: 'string' } }, 3],
    [{ type: 'object', additionalProperties: {} }, 3],
    [
      {
        anyOf: [
          { type: 'null' },
          { type: 'object', properties: { a: { type: 'number' } }, additionalProperties: false },
        ],
      },
      1,
    ],
    [{}, 1],
  ] as const)
    expect([schema, lacksOf(schema, 'x').length]).toEqual([schema, count]);
});

describe('at the door', () => {
  let exchange: Exchange;
  let world: World;
  beforeAll(async () => {
    exchange = await startExchange();
    world = await createWorld(exchange);
  });
  afterAll(() => exchange.close());

  test('a language of a consent is a language tag, not 54,000 characters', async () => {
    const language = `en${'-abcdefgh'.repeat(6000)}`;
    const body = referralInput(world.receiver, { consent: consentInput({ language }) });
    const answer = expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body }), 422);
    expect(answer.body.errors).toEqual([
      { pointer: '/consent/language', detail: 'must have at most 35 characters' },
    ]);
  });

  test('a name that reads as another one is refused, and the words say which character is to blame', async () => {
    const rename = (name: string) =>
      exchange.call(world.sender.key, '/v1/practice', { method: 'PATCH', body: { name } });
    for (const [name, code] of [
      ['Elm\u202e Street Counseling', 'U+202E'],
      ['Elm Street\u200b Counseling', 'U+200B'],
      ['Elm\u00ad Street Counseling', 'U+00AD'],
      ['Elm Street Counseling\u3164', 'U+3164'],
      ['Elm Street Counseling\u{e0041}', 'U+E0041'],
    ] as const) {
      const detail = `must not hold invisible or unassigned characters, such as ${code}`;
      expect(expectStatus(await rename(name), 422).body.errors).toEqual([{ pointer: '/name', detail }]);
    }
  });

  test('names of the client in scripts that need joiners come back as they were sent', async () => {
    const names = { given_name: 'علی‌رضا', family_name: 'മോഹന്‍', preferred_name: '葛󠄀 👩‍⚕️' };
    const body = referralInput(world.receiver);
    Object.assign(body.client, { identity: names });
    const sent = expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body }), 201);
    expect(sent.body.client.identity).toEqual(names);
  });

  test('what was stored before there were rules stays readable', async () => {
    const name = 'Prairie\u202e\u200b R\u00e9sum\u00e9s\u{e0041}';
    await exchange.sql('update practices set name = ? where id = ?', name, world.sender.id);
    const practice = expectStatus(await exchange.call(world.sender.key, '/v1/practice'), 200);
    expect(practice.body.name).toBe(name);
  });

  test('a slip in a value, or in the name of a member or a parameter, is answered with what may have been meant', async () => {
    const { sender, receiver } = world;
    const referral = referralInput(receiver, { urgncy: 'soon', consent: consentInput({ heardby: 'Kim' }) });
    for (const [path, body, faults] of [
      ['/v1/referrals', referral, { '/urgncy': 'urgency', '/consent/heardby': null }],
      ['/v1/referrals', { ...referral, consent: { method: 'Written' } }, { '/consent/method': 'written' }],
      [
        '/v1/referrals',
        { ...referral, client_jurisdiction: 'nebraska', service: 'Career counseling' },
        { '/client_jurisdiction': 'US-NE', '/service': 'career_counseling' },
      ],
      ['/v1/referrals?state=acepted', undefined, { 'state/0': 'accepted' }],
      ['/v1/referrals?partner_practise_id=x', undefined, { partner_practise_id: 'partner_practice_id' }],
      ['/v1/webhook-endpoints', { event_types: ['referral.sended'] }, { '/event_types/0': 'referral.sent' }],
      ['/v1/webhook-endpoints', { format: 'CloudEvent' }, { '/format': 'cloudevents' }],
      [
        '/v1/webhook-endpoints',
        { callback: { caller: { kind: 'headers' } } },
        { '/callback/caller/kind': 'header' },
      ],
    ] as const) {
      const answer = expectStatus(await exchange.call(sender.key, path, { body }), 422);
      const said = new Map<string, string>(
        answer.body.errors.map((one: { pointer: string; detail: string }) => [one.pointer, one.detail]),
      );
      for (const [pointer, meant] of Object.entries(faults)) {
        const hint = /; did you mean `([\w.-]+)`/.exec(said.get(pointer) ?? '')?.[1] ?? null;
        expect([path, pointer, said.get(pointer), hint]).toEqual([path, pointer, expect.any(String), meant]);
      }
    }
  });

  test('If-Match and Idempotency-Key are of visible characters and not without end', async () => {
    for (const headers of [{ 'If-Match': `"${'1'.repeat(600)}"` }, { 'If-Match': '"\u00e9"' }]) {
      const answer = await exchange.call(world.sender.key, '/v1/practice', {
        method: 'PATCH',
        body: { city: 'Lincoln' },
        headers,
      });
      expect(expectStatus(answer, 422).body.errors[0].pointer).toBe('If-Match');
    }
  });
});
