/** Codes are taken from the catalog, which the operator extends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sayPurposes } from '../../src/catalog/labels.ts';
import { askClient, clientOn } from '../support/client.ts';
import { type Exchange, startExchange } from '../support/harness.ts';
import { startReceiver } from '../support/receiver.ts';
import {
  createPractice,
  createWorld,
  expectStatus,
  move,
  referralInput,
  sendReferral,
  type World,
} from '../support/world.ts';

let exchange: Exchange;
let world: World;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

const change = (body: object) => exchange.call(world.receiver.key, '/v1/practice', { method: 'PATCH', body });
const put = async (term: object) =>
  expectStatus(await exchange.call(world.operator, '/v1/operator/catalog', { body: term }), 200).body;
const beekeeping = { kind: 'service', code: 'beekeeping', labels: { en: 'Beekeeping', es: 'Apicultura' } };

test('every code that is not in it is refused in its place, with the nearest ones, and nothing is written', async () => {
  const [practice, professional, referral] = [
    await change({
      services: ['career_counseling', 'career_councelling'],
      assessments: ['mtbi'],
      languages: ['es-MX', 'xx'],
    }),
    await exchange.call(world.operator, `/v1/practices/${world.receiver.id}/professionals`, {
      body: { name: 'N', profession: 'psycologist' },
    }),
    await exchange.call(world.sender.key, '/v1/referrals', {
      body: referralInput(world.receiver, {
        service: 'carer_testing',
        reason: 'testing',
        languages: ['en', 'qq-US'],
      }),
    }),
  ];
  const faultsOf = ({ status, body }: typeof practice) => [
    status,
    body.errors.map(({ pointer, detail }: { pointer: string; detail: string }) => [
      pointer,
      /`(\w+)`/.exec(detail)?.[1],
    ]),
  ];
  expect(faultsOf(practice)).toEqual([
    422,
    [
      ['/services/1', 'career_counseling'],
      ['/assessments/0', 'mbti'],
      ['/languages/1', expect.anything()],
    ],
  ]);
  expect(faultsOf(professional)).toEqual([422, [['/profession', 'psychologist']]]);
  expect(faultsOf(referral)).toEqual([
    422,
    [
      ['/service', 'career_testing'],
      ['/reason', 'testing_needed'],
      ['/languages/1', expect.anything()],
    ],
  ]);
  const tested = referralInput(world.receiver, { service: 'mbti', languages: ['es-MX'] });
  expectStatus(await exchange.call(world.sender.key, '/v1/referrals', { body: tested }), 201);
  const shown = expectStatus(await exchange.call(world.receiver.key, '/v1/practice'), 200).body;
  expect(shown.services).toEqual(['career_counseling', 'interview_coaching']);
});

test('the operator adds a term, which can be used and found at once; a retired one stays where it is', async () => {
  expect((await change({ services: ['beekeeping'] })).status).toBe(422);
  expect(await put(beekeeping)).toMatchObject({ ...beekeeping, requires: null, retired: false });
  expectStatus(await change({ services: ['beekeeping'] }), 200);
  await put({ ...beekeeping, retired: true });
  expectStatus(await change({ services: ['beekeeping', 'mindfulness'] }), 200);
  const other = await exchange.call(world.sender.key, '/v1/practice', {
    method: 'PATCH',
    body: { services: ['beekeeping'] },
  });
  expect(other.status).toBe(422);
  const { body } = await exchange.call(world.sender.key, '/v1/catalog?kind=service&limit=100');
  expect(body.data.find(({ code }: { code: string }) => code === 'beekeeping').retired).toBe(true);
  await put(beekeeping);
});

test('is listed by kind and code, page by page, for practices and for the operator', async () => {
  const codes: string[] = [];
  let cursor = '';
  do {
    const { body } = expectStatus(
      await exchange.call(world.operator, `/v1/operator/catalog?limit=50${cursor && `&cursor=${cursor}`}`),
      200,
    );
    codes.push(...body.data.map(({ kind, code }: { kind: string; code: string }) => `${kind} ${code}`));
    cursor = body.next_cursor;
  } while (cursor);
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes).toEqual(
    expect.arrayContaining(['profession psychologist', 'reason other', 'language es', 'assessment mbti']),
  );
});

test('practices are found by the labels in both languages, and by another label after a minute', async () => {
  await put(beekeeping);
  expectStatus(await change({ services: ['beekeeping'] }), 200);
  const found = async (q: string) => {
    const { body } = expectStatus(
      await exchange.call(world.sender.key, `/v1/directory?q=${encodeURIComponent(q)}`),
      200,
    );
    return body.data.some(({ id }: { id: string }) => id === world.receiver.id);
  };
  for (const q of ['beekeeping', 'apicultura', 'orientador profesional', 'career counselor'])
    expect([q, await found(q)]).toEqual([q, true]);
  await put({ ...beekeeping, labels: { en: 'Care of bees', es: 'Cuidado de abejas' } });
  await exchange.minute();
  expect([await found('cuidado de abejas'), await found('apicultura')]).toEqual([true, false]);
});

test('what a profession requires decides who sends and receives in it, at once', async () => {
  const term = { kind: 'profession', code: 'dog_trainer', labels: { en: 'Dog trainer', es: 'Adiestrador' } };
  await put({ ...term, requires: 'certification' });
  const trainer = await createPractice(
    exchange,
    world.operator,
    {},
    {
      profession: 'dog_trainer',
      credential: { kind: 'certification', title: 'CPDT', issuer: 'Council', number: '1' },
    },
  );
  const entry = async () =>
    expectStatus(await exchange.call(trainer.key, `/v1/directory/${trainer.id}`), 200).body.professionals[0];
  expect(await entry()).toMatchObject({ profession_title: 'Dog trainer', label: 'certified, not licensed' });
  expectStatus(
    await exchange.call(trainer.key, '/v1/partnerships', {
      body: { practice_id: world.receiver.id, message: 'Hello' },
    }),
    201,
  );
  const [{ id }] = (await exchange.call(trainer.key, '/v1/partnerships')).body.data;
  expectStatus(
    await exchange.call(world.receiver.key, `/v1/partnerships/${id}/accept`, { method: 'POST' }),
    200,
  );
  const send = () =>
    exchange.call(trainer.key, '/v1/referrals', {
      body: referralInput(world.receiver, { service: 'mindfulness' }),
    });
  expectStatus(await send(), 201);
  await put({ ...term, requires: 'licence' });
  expect((await send()).body.code).toBe('practice_not_verified');
  expect(await entry()).toMatchObject({ label: 'licensed profession' });
});

test.each([
  [{ ...beekeeping, requires: 'licence' }, '/requires'],
  [{ kind: 'profession', code: 'x', labels: beekeeping.labels }, '/requires'],
  [{ kind: 'language', code: 'es_mx', labels: beekeeping.labels }, '/code'],
  [{ ...beekeeping, labels: { en: 'Only' } }, '/labels/es'],
])('a term that is not whole is refused: %j', async (body, pointer) => {
  const answer = await exchange.call(world.operator, '/v1/operator/catalog', { body });
  expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
});

test('the client, the receiver’s people and a CRM read what the operator calls a service and a reason, never a code', async () => {
  await put(beekeeping);
  await put({
    kind: 'reason',
    code: 'second_opinion',
    labels: { en: 'A second opinion', es: 'Una segunda opinión' },
  });
  const crm = await startReceiver();
  expectStatus(
    await exchange.call(world.receiver.key, '/v1/webhook-endpoints', {
      body: {
        url: crm.url,
        event_types: ['referral.sent'],
        format: 'flat',
        format_settings: { mapping: { summary: 'referral.summary' } },
      },
    }),
    201,
  );
  const about = { service: 'beekeeping', reason: 'second_opinion' };
  const id = await sendReferral(exchange, world, about);
  const { json } = await crm.waitFor(({ json }) => json.referral_id === id);
  expect(json.summary).toContain('Service: Beekeeping\nWhy: A second opinion');
  await crm.close();

  const asked = await askClient(exchange, world, { ...about, consent: { method: 'hosted' } });
  const client = clientOn(exchange, asked.path);
  await client.giveName();
  const clientReads = (await client.read('?lang=es')).body;
  expect(clientReads).toContain('<dd>Apicultura</dd>');
  await client.agree('yes', ['identity', 'contact', 'reason']);
  expectStatus(await move(exchange, world.receiver, asked.id, 'accept'), 200);
  const { page_url } = expectStatus(
    await exchange.call(world.receiver.key, `/v1/referrals/${asked.id}/page-links`, { method: 'POST' }),
    201,
  ).body;
  const peopleRead = (await exchange.call(null, `${new URL(page_url).pathname}?lang=es`)).body;
  expect(peopleRead).toContain('<span lang="es">Apicultura</span>');
  expect(peopleRead).toContain('<span lang="es">Una segunda opinión</span>');
  for (const page of [clientReads, peopleRead]) expect(page).not.toMatch(/beekeeping|second.opinion/i);
});

test('a purpose that is no more than the service is said in the reader’s language; what the sender wrote stays as it is', () => {
  const labels = [{ kind: 'service', label_en: 'Job search', label_es: 'Búsqueda de empleo' }] as const;
  const purposes = ['job search', 'Job search and testing'];
  expect(sayPurposes(purposes, labels, 'job_search', 'es')).toEqual(['Búsqueda de empleo', purposes[1]]);
});
