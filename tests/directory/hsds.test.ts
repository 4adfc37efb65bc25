/** The directory as Open Referral HSDS 3.1: who is in it, what it says, page by page. */
import { expect, test } from 'vitest';
import { uuidOf } from '../../src/platform/db/ids.ts';
import { faultsByHsds, type HsdsShape } from '../support/hsds.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import { createPractice, createWriter, expectStatus } from '../support/world.ts';

useWorld();

const BASE = '/v1/directory/hsds';
const read = async (path: string, key = world.sender.key) =>
  expectStatus(await exchange.call(key, `${BASE}${path}`), 200);

/** Page after page, as long as it says that there is one more. */
async function harvest(path: string) {
  const found: { id: string; name: string; organization_id?: string }[] = [];
  let next: string | undefined = `${BASE}${path}`;
  while (next !== undefined) {
    const { body, headers } = expectStatus(await exchange.call(world.sender.key, next), 200);
    expect([body.size, body.empty]).toEqual([body.contents.length, body.contents.length === 0]);
    expect(body.first_page).toBe(body.page_number === 1);
    expect(body.last_page).toBe(body.page_number >= body.total_pages);
    found.push(...body.contents);
    next = /<([^>]+)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1]?.replace(/^https?:\/\/[^/]+/, '');
    expect(next === undefined).toBe(body.last_page);
    if (next === undefined) expect(found).toHaveLength(body.total_items);
  }
  return found;
}

test('its base says which HSDS it is, with and without a slash at its end', async () => {
  const { body } = await read('/');
  expect(body).toMatchObject({ version: '3.1', publisher: { email: expect.any(String) } });
  expect(new URL(body.openapi_url).pathname).toBe('/openapi.json');
  expect((await read('')).body).toEqual(body);
});

test('everything that it answers fits the schemas of HSDS, in a list and by itself', async () => {
  const shown: [HsdsShape, string][] = [
    ['service', '/services?per_page=100'],
    ['service', '/services?per_page=100&full=true'],
    ['organization', '/organizations?per_page=100'],
    ['organization', '/organizations?per_page=100&full=true'],
    ['taxonomy', '/taxonomies'],
    ['taxonomy_term', '/taxonomy_terms?per_page=100'],
  ];
  for (const [shape, path] of shown) {
    const { body } = await read(path);
    expect([path, faultsByHsds('page', body)]).toEqual([path, []]);
    expect(body.contents.length, path).toBeGreaterThan(1);
    for (const one of body.contents) expect([path, faultsByHsds(shape, one)]).toEqual([path, []]);
  }
  const { contents: services } = (await read('/services?per_page=100&full=true')).body;
  for (const service of services) {
    expect((await read(`/services/${service.id.toUpperCase()}`)).body).toEqual(service);
    const organization = (await read(`/organizations/${service.organization_id}`)).body;
    expect(faultsByHsds('organization', organization)).toEqual([]);
    expect(organization.services).toContainEqual({ id: service.id, name: service.name, status: 'active' });
  }
  const ids = services.flatMap((one: object) =>
    [...JSON.stringify(one).matchAll(/"id":"([^"]+)","link_id/g)].map(([, id]) => id),
  );
  expect(new Set(ids).size).toBe(services.length * 2);
});

test('it says what the directory shows to everybody, and no address, telephone or number of a licence', async () => {
  const { body } = await read(`/organizations/${uuidOf(world.receiver.id)}`);
  expect(body).toMatchObject({
    name: 'Elm Street Counseling',
    locations: [{ name: 'Omaha, US-NE' }],
    contacts: [
      { id: uuidOf(world.receiver.professionalId), name: 'Jordan Alder', title: 'Career counselor' },
    ],
    services: [{ name: 'Career counseling' }, {}, {}],
  });
  const service = (await read(`/services/${body.services[0].id}`)).body;
  expect(service).toMatchObject({
    name: 'Career counseling',
    accreditations: expect.stringContaining('Jordan Alder, Career counselor: Licence, Board, US-NE, until'),
    service_areas: [{ name: 'US-NE' }],
    languages: [{ code: 'en', name: 'English' }],
  });
  expect(service.attributes[0].taxonomy_term).toMatchObject({
    code: 'career_counseling',
    taxonomy: 'Services',
  });
  const { contents: terms } = (await read('/taxonomy_terms?per_page=100')).body;
  expect(terms).toContainEqual(service.attributes[0].taxonomy_term);
  expect(terms.length).toBeGreaterThan(20);
  expect(JSON.stringify([body, service])).not.toMatch(/private@elm|L-1|prc_|pro_|partnership/);
  // The same for every reader.
  expect((await read(`/services/${service.id}`, world.receiver.key)).body).toEqual(service);
  expect(service.alert).toBeUndefined();
  await exchange.call(world.receiver.key, '/v1/practice', {
    method: 'PATCH',
    body: { capacity: 'waitlist' },
  });
  expect((await read(`/services/${service.id}`)).body.alert).toMatch(
    /^New clients wait .* on \d{4}-\d\d-\d\d/,
  );
});

test('in it is who is listed, active, verified and offers something, from the moment on that it is so', async () => {
  const practice = await createPractice(exchange, world.operator, {
    name: 'Sunflower',
    languages: ['es-MX'],
  });
  const own = async () =>
    (await harvest('/services?per_page=100')).filter(
      ({ organization_id }) => organization_id === uuidOf(practice.id),
    );
  const before = await own();
  expect(before.map(({ name }) => name)).toEqual([
    'Career counseling',
    'Interview coaching',
    expect.stringContaining('Myers'),
  ]);
  const gone = async () => {
    expect(await own()).toEqual([]);
    const missing = await exchange.call(world.sender.key, `${BASE}/services/${before[0]?.id}`);
    expect(missing.status).toBe(404);
    const organization = await exchange.call(
      world.sender.key,
      `${BASE}/organizations/${uuidOf(practice.id)}`,
    );
    expect(organization.body).toEqual(missing.body);
  };
  const change = async (body: object) =>
    expectStatus(await exchange.call(practice.key, '/v1/practice', { method: 'PATCH', body }), 200);
  const act = async (path: string, body: object = {}) =>
    expectStatus(await exchange.call(world.operator, path, { method: 'POST', body }), 200);

  await change({ listed: false });
  await gone();
  await change({ listed: true, services: ['career_counseling'], assessments: [] });
  expect(await own()).toMatchObject([{ id: before[0]?.id }]);
  await change({ services: [] });
  await gone();
  await change({ services: ['outplacement', 'career_counseling'] });
  expect((await own()).map(({ id }) => id)).toContain(before[0]?.id);
  await act(`/v1/practices/${practice.id}/suspend`);
  await gone();
  await act(`/v1/practices/${practice.id}/reinstate`);
  // It ends, and then the minute has seen that.
  await exchange.sql(
    "update credentials set expires_on = '2020-01-31', notice_due_at = 1 where id = ?",
    practice.credentialId,
  );
  const page = (await read('/services?per_page=100')).body;
  expect(page.size).toBe(page.total_items - 2);
  await exchange.minute();
  await gone();
  expect((await read('/services?per_page=100')).body.total_items).toBe(page.size);
});

test('a directory that the operator admits reads it with a key that can do nothing else, until it is shut out', async () => {
  const { body: taker } = expectStatus(
    await exchange.call(world.operator, '/v1/practices', {
      body: {
        name: 'City helpline',
        city: 'Omaha',
        jurisdiction: 'US-NE',
        time_zone: 'America/Chicago',
        scope_of_services: 'A directory of services.',
        listed: false,
      },
    }),
    201,
  );
  const { body: key } = expectStatus(
    await exchange.call(world.operator, `/v1/practices/${taker.id}/keys`, {
      body: { name: 'HSDS', scopes: ['directory:read'] },
    }),
    201,
  );
  expect((await read('/services?full=true', key.secret)).body).toEqual(
    (await read('/services?full=true')).body,
  );
  expect((await exchange.call(key.secret, '/v1/practice')).status).toBe(403);
  expectStatus(
    await exchange.call(world.operator, `/v1/practices/${taker.id}/keys/${key.id}`, { method: 'DELETE' }),
    204,
  );
  expect((await exchange.call(key.secret, `${BASE}/services`)).status).toBe(401);
});

test('pages of any size hold each service once, in one order, and one that does not exist is empty', async () => {
  await createWriter(exchange, world.operator, { name: 'Third' });
  const all = await harvest('/services?per_page=100');
  for (const size of [1, 2, 3]) expect(await harvest(`/services?per_page=${size}`)).toEqual(all);
  const organizations = await harvest('/organizations?per_page=1');
  expect(organizations).toEqual(await harvest('/organizations'));
  expect(organizations.map(({ id }) => id)).toEqual([...new Set(all.map((one) => one.organization_id))]);
  expect((await read('/services?page=999&per_page=3')).body).toMatchObject({
    total_items: all.length,
    contents: [],
    empty: true,
    last_page: true,
  });
});

test('what is no UUID of a service or practice is not there', async () => {
  for (const path of [
    '/services/x',
    `/services/${uuidOf(world.receiver.id)}`,
    `/organizations/${world.receiver.id}`,
  ])
    expect([path, (await exchange.call(world.sender.key, `${BASE}${path}`)).status]).toEqual([path, 404]);
  expect((await exchange.call(world.sender.key, `${BASE}/services?page=0`)).status).toBe(422);
});
