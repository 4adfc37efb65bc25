/** What a receiver asks: who sees it, what is refused without an answer, and whom the answers reach. */
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  answersWithQuestions,
  faultsOfAnswers,
  IntakeQuestionsSchema,
} from '../../src/practices/intake/questions.ts';
import { clientOn } from '../support/client.ts';
import { faultsBy } from '../support/document.ts';
import { startReceiver } from '../support/receiver.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  consentInput,
  createPractice,
  createWriter,
  expectStatus,
  move,
  type Practice,
  referralInput,
} from '../support/world.ts';

useWorld();

const QUESTIONS = {
  type: 'object',
  properties: {
    pays: { type: 'string', title: 'Who pays?', enum: ['the client', 'an employer'] },
    hopes: { type: 'string', title: 'What is hoped for?', maxLength: 30 },
    tested: { type: 'boolean', title: 'Tested before?' },
    visits: { type: 'integer', title: 'How many visits?', minimum: 1, maximum: 12 },
  },
  required: ['pays', 'tested'],
};
const ANSWERS = { visits: 3, tested: false, pays: 'an employer', hopes: 'ZEBRAINTAKE rest' };
const SHOWN = [
  { name: 'pays', question: 'Who pays?', answer: 'an employer' },
  { name: 'hopes', question: 'What is hoped for?', answer: 'ZEBRAINTAKE rest' },
  { name: 'tested', question: 'Tested before?', answer: false },
  { name: 'visits', question: 'How many visits?', answer: 3 },
];

const ask = (
  practice: Practice,
  questions: object | undefined,
  service = 'career_counseling',
  headers = {},
) => exchange.call(practice.key, '/v1/practice/intake-forms', { body: { service, questions }, headers });
const withAnswers = (intake: object | undefined, categories = ['identity', 'contact', 'intake']) => {
  const input = referralInput(world.receiver, { consent: consentInput({ categories }) });
  return { ...input, client: { ...input.client, ...(intake ? { intake } : {}) } };
};
const send = async (...input: Parameters<typeof withAnswers>) =>
  expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body: withAnswers(...input) }), 201)
    .body;
const readBy = async (practice: Practice, id: string) =>
  expectStatus(await exchange.call(practice.key, `/v1/referrals/${id}`), 200).body;

test('answers are sealed, reach the receiver with the acceptance and the client’s consent to them alone, and are logged', async () => {
  const { sender, receiver } = world;
  expectStatus(await ask(receiver, QUESTIONS), 200);
  const crm = await startReceiver();
  const hook = { url: crm.url, payload: 'full', event_types: ['referral.accepted'] };
  expectStatus(await exchange.call(receiver.key, '/v1/webhook-endpoints', { body: hook }), 201);
  const allowed = await send(ANSWERS);
  const withheld = await send(ANSWERS, ['identity', 'contact']);
  expect(allowed.client.intake).toEqual(SHOWN);
  const [row] = await exchange.sql('select * from client_records where referral_id = ?', allowed.id);
  expect(JSON.stringify(row)).not.toMatch(/ZEBRAINTAKE|Who pays/);
  expect(JSON.stringify(await readBy(receiver, allowed.id))).not.toContain('ZEBRAINTAKE');
  for (const { id } of [allowed, withheld]) expectStatus(await move(exchange, receiver, id, 'accept'), 200);
  const told = await readBy(receiver, allowed.id);
  expect([told.client.intake, told.disclosed_categories]).toEqual([SHOWN, ['identity', 'contact', 'intake']]);
  const posted = await crm.waitForType('referral.accepted', allowed.id);
  expect(posted.json.data.referral.client.intake).toEqual(SHOWN);
  const not = await readBy(receiver, withheld.id);
  expect([not.client.intake, not.disclosed_categories]).toEqual([undefined, ['identity', 'contact']]);
  expect((await crm.waitForType('referral.accepted', withheld.id)).body).not.toContain('ZEBRAINTAKE');
  await crm.close();
  const link = await move(exchange, receiver, allowed.id, 'page-links', {});
  const page = clientOn(exchange, new URL(expectStatus(link, 201).body.page_url).pathname);
  await page.say('/show');
  expect((await page.read()).body).toContain('Tested before? <strong>no</strong>');
  expectStatus(await ask(receiver, undefined), 200);
  expect((await readBy(receiver, allowed.id)).client.intake).toEqual(SHOWN);
  const exported = await exchange.call(sender.key, `/v1/referrals/${allowed.id}/export`);
  expect(exported.body.referral.client.intake).toEqual(SHOWN);
  expectStatus(await move(exchange, sender, allowed.id, 'erase'), 200);
  expect(await exchange.sql('select * from client_records where referral_id = ?', allowed.id)).toEqual([]);
});

test('what is missing, not asked or not an answer is refused with a pointer for each, beforehand and on sending', async () => {
  const { sender, receiver } = world;
  expectStatus(await ask(receiver, QUESTIONS), 200);
  const wrong = { pays: 'nobody', visits: 13, hopes: 'x'.repeat(31), other: 'x' };
  for (const [intake, pointers] of [
    [undefined, ['pays', 'tested']],
    [{}, ['pays', 'tested']],
    [wrong, ['pays', 'visits', 'hopes', 'other', 'tested']],
    [{ tested: 'yes', pays: 'the client' }, ['tested']],
    [ANSWERS, []],
  ] as const) {
    const body = withAnswers(intake);
    const said = expectStatus(await exchange.call(sender.key, '/v1/referrals/check', { body }), 200).body;
    expect(said.receiver.questions).toEqual({ ...QUESTIONS, additionalProperties: false });
    const sent = await exchange.call(sender.key, '/v1/referrals', { body });
    const expected = pointers.map((name) => `/client/intake/${name}`);
    const pointersIn = (errors: { pointer: string }[] = []) => errors.map(({ pointer }) => pointer).sort();
    expect(pointersIn(said.reasons[0]?.errors)).toEqual(expected.toSorted());
    expect([sent.status, pointersIn(sent.body.errors)]).toEqual([
      expected.length === 0 ? 201 : 422,
      expected.toSorted(),
    ]);
  }
  const { client: _client, ...draft } = withAnswers(undefined);
  expect((await exchange.call(sender.key, '/v1/referrals/check', { body: draft })).body).toMatchObject({
    sendable: true,
    client_checked: false,
  });
  expectStatus(await ask(receiver, undefined), 200);
  const body = withAnswers({ pays: 'the client' });
  expect((await exchange.call(sender.key, '/v1/referrals', { body })).body.errors).toMatchObject([
    { pointer: '/client/intake/pays' },
  ]);
});

test('only the practice itself and its active partners see what it asks', async () => {
  const { operator, sender, receiver } = world;
  expectStatus(await ask(receiver, QUESTIONS), 200);
  const stranger = await createWriter(exchange, operator);
  const formsFor = async ({ key }: Practice) =>
    expectStatus(await exchange.call(key, `/v1/directory/${receiver.id}`), 200).body.intake_forms;
  expect(await formsFor(stranger)).toBeNull();
  for (const one of [sender, receiver])
    expect(await formsFor(one)).toMatchObject([{ service: 'career_counseling', questions: QUESTIONS }]);
  expectStatus(await ask(receiver, undefined), 200);
  expect(await formsFor(sender)).toEqual([]);
});

test('of changes at the same time none is lost, a stale one is refused, and 20 services are the most', async () => {
  const practice = await createPractice(exchange, world.operator);
  const at = (version: number) => ask(practice, QUESTIONS, 'mbti', { 'If-Match': `"${version}"` });
  const first = await Promise.all(Array.from({ length: 8 }, () => ask(practice, QUESTIONS, 'mbti')));
  expect(first.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect([(await at(7)).status, (await at(8)).status]).toEqual([412, 200]);
  await exchange.sql(
    `with recursive n(value) as (select 1 union all select value + 1 from n where value < 18)
     insert into intake_forms select ?, 'service_' || value, 1, null, 1 from n`,
    practice.id,
  );
  const both = await Promise.all([
    ask(practice, QUESTIONS, 'career_counseling'),
    ask(practice, QUESTIONS, 'interview_coaching'),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect((await ask(practice, undefined, 'mbti')).status).toBe(200);
});

describe('the questions', () => {
  test.each([
    [{}, '/questions/type'],
    [{ ...QUESTIONS, properties: {} }, '/questions/properties'],
    [{ ...QUESTIONS, required: ['nobody'] }, '/questions'],
    [
      { ...QUESTIONS, properties: { pays: { type: 'object', title: 'x' } } },
      '/questions/properties/pays/type',
    ],
    [
      { ...QUESTIONS, properties: { pays: { type: 'integer', title: 'x', minimum: 2, maximum: 1 } } },
      '/questions/properties/pays',
    ],
    [{ ...QUESTIONS, additionalProperties: true }, '/questions/additionalProperties'],
  ])('%j is refused at %s', async (questions, pointer) => {
    const refused = await ask(world.receiver, questions);
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  test('answers fit them exactly where a validator of JSON Schema says so', () => {
    const title = fc.constant('A question?');
    const question = fc.oneof(
      fc.record(
        { type: fc.constant('string'), title, maxLength: fc.integer({ min: 1, max: 4 }) },
        { requiredKeys: ['type', 'title'] },
      ),
      fc.record({ type: fc.constant('string'), title, enum: fc.constant(['a', 'bb']) }),
      fc.record({ type: fc.constant('boolean'), title }),
      fc.record(
        {
          type: fc.constant('integer'),
          title,
          minimum: fc.integer({ min: -2, max: 0 }),
          maximum: fc.integer({ min: 0, max: 2 }),
        },
        { requiredKeys: ['type', 'title'] },
      ),
    );
    const name = fc.constantFrom('a', 'b', 'c');
    const answer = fc.oneof(
      fc.boolean(),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom('a', 'bb', '😀😀😀😀', 'abcde'),
    );
    fc.assert(
      fc.property(
        fc.dictionary(name, question, { minKeys: 1 }),
        fc.array(name),
        fc.dictionary(name, answer),
        (properties, wanted, answers) => {
          const required = [...new Set(wanted)].filter((one) => Object.hasOwn(properties, one));
          const questions = v.parse(IntakeQuestionsSchema, { type: 'object', properties, required });
          const fits = faultsOfAnswers(questions, answers, '').length === 0;
          expect(fits).toBe(faultsBy(questions, answers).length === 0);
          if (fits)
            expect(answersWithQuestions(questions, answers)).toHaveLength(Object.keys(answers).length);
        },
      ),
    );
  });
});
