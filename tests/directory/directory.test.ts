/** The directory: who is found by what, what a hit tells, in which order, and what a page costs among 50,000. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../support/harness.ts';
import {
  befriend,
  createPractice,
  createWorld,
  createWriter,
  expectStatus,
  nextYear,
  type Practice,
  type World,
} from '../support/world.ts';

let exchange: Exchange;
let world: World;
beforeAll(async () => {
  exchange = await startExchange();
  world = await createWorld(exchange);
});
afterAll(() => exchange.close());

const search = async (parameters: Record<string, string>, key = world.sender.key) =>
  expectStatus(
    await exchange.call(key, `/v1/directory?${new URLSearchParams({ limit: '100', ...parameters })}`),
    200,
  ).body.data;
const find = async (parameters: Record<string, string>, key?: string) =>
  (await search(parameters, key)).map(({ id }: { id: string }) => id) as string[];
const change = async (practice: Practice, body: object) =>
  expectStatus(await exchange.call(practice.key, '/v1/practice', { method: 'PATCH', body }), 200).body;

describe('a practice', () => {
  test('is found by the words of all that it says, without regard to case, accents, endings and marks', async () => {
    await change(world.receiver, {
      city: 'Council Bluffs',
      scope_of_services: 'We guide adults through “mid-life” changes.',
      specialties: ['Veterans and their spouses'],
    });
    for (const q of [
      'élm STREET',
      'alder',
      'career counseling',
      'mbti',
      'guiding adult',
      'mid-life',
      'veteran spouse',
      'bluffs',
      'licence board',
      '"elm" (street)*',
    ])
      expect([q, (await find({ q })).includes(world.receiver.id)]).toEqual([q, true]);
    for (const q of ['elm nothing', 'life-mid', 'f_all0', 'private', '* -'])
      expect([q, await find({ q })]).toEqual([q, []]);
  });

  test('is found by each filter, by all of them together, and not by what it only nearly is', async () => {
    const other = await createPractice(
      exchange,
      world.operator,
      {
        name: 'Other',
        city: 'New York',
        jurisdiction: 'US-NY',
        services: ['grief_counseling'],
        assessments: ['sandplay'],
        languages: ['es-MX'],
        capacity: 'waitlist',
      },
      {
        profession: 'psychologist',
        credential: { kind: 'licence', title: 'L', issuer: 'Board', number: '1', jurisdiction: 'US' },
      },
    );
    const fits: Record<string, string> = {
      q: 'other',
      offer: 'sandplay',
      service: 'grief_counseling',
      assessment: 'sandplay',
      profession: 'psychologist',
      licensed_in: 'US-NE',
      jurisdiction: 'US-NY',
      city: 'new york',
      language: 'es',
      capacity: 'waitlist',
      no_overlap: 'true',
    };
    for (const [name, value] of Object.entries(fits))
      expect([name, (await find({ [name]: value })).includes(other.id)]).toEqual([name, true]);
    expect(await find(fits)).toEqual([other.id]);
    expect(await find({ jurisdiction: 'US', language: 'es-MX' })).toEqual([other.id]);
    for (const [name, value] of Object.entries({
      q: 'another',
      offer: 'resume_writing',
      service: 'resume_writing',
      assessment: 'disc',
      profession: 'social_worker',
      licensed_in: 'CA-ON',
      jurisdiction: 'US-NE',
      city: 'york new',
      language: 'en',
      capacity: 'accepting',
    }))
      expect([name, await find({ ...fits, [name]: value })]).toEqual([name, []]);
  });

  test('is not looked for by a code that the catalog never had: the nearest are named; by one that was taken out it is', async () => {
    const look = (query: string) => exchange.call(world.sender.key, `/v1/directory?${query}`);
    const { status, body } = await look(
      'service=career_counselling&profession=counselor&language=es-MX,qq&offer=mbti&assessment=resume_writing',
    );
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      'assessment',
      'language/1',
      'profession',
      'service',
    ]);
    expect(body.errors.find(({ pointer }: { pointer: string }) => pointer === 'service').detail).toContain(
      'did you mean `career_counseling`',
    );
    await exchange.sql(
      "update catalog_terms set retired = 1 where kind = 'service' and code = 'career_counseling'",
    );
    expectStatus(await look('service=career_counseling'), 200);
    await exchange.sql(
      "update catalog_terms set retired = 0 where kind = 'service' and code = 'career_counseling'",
    );
  });

  test('is found as it is now: by what it says, whom it has and what is verified', async () => {
    const practice = await createWriter(exchange, world.operator, { name: 'Sunflower' });
    expect(await find({ q: 'sunflower' })).toEqual([practice.id]);
    expect(await find({ q: 'sunflower', licensed_in: 'US-KS' })).toEqual([]);
    const person = expectStatus(
      await exchange.call(world.operator, `/v1/practices/${practice.id}/professionals`, {
        body: { name: 'Wren Quillfeather', profession: 'social_worker' },
      }),
      201,
    ).body;
    expect(await find({ q: 'quillfeather', profession: 'social_worker' })).toEqual([practice.id]);
    const body = {
      kind: 'licence',
      title: 'LCSW',
      issuer: 'Board',
      number: '7',
      jurisdiction: 'US-KS',
      expires_on: nextYear,
    };
    const held = expectStatus(
      await exchange.call(world.operator, `/v1/professionals/${person.id}/credentials`, { body }),
      201,
    ).body;
    const licensed = { licensed_in: 'US-KS', profession: 'social_worker' };
    expect(await find(licensed)).toEqual([]);
    expectStatus(await exchange.call(world.operator, `/v1/credentials/${held.id}/verify`, { body: {} }), 200);
    expect(await find(licensed)).toEqual([practice.id]);
    expect(await find({ licensed_in: 'US-KS', profession: 'resume_writer' })).toEqual([]);
    expect(await find({ q: 'LCSW' })).toEqual([practice.id]);
    await exchange.sql(
      "update credentials set expires_on = '2020-01-01', version = version + 1 where id = ?",
      held.id,
    );
    expect(await find(licensed)).toEqual([]);
    await exchange.sql(
      'update credentials set expires_on = ?, version = version + 1 where id = ?',
      nextYear,
      held.id,
    );
    expectStatus(
      await exchange.call(world.operator, `/v1/credentials/${held.id}/reject`, { body: { reason: 'Gone.' } }),
      200,
    );
    expect(await find({ q: 'LCSW' })).toEqual([]);
    await change(practice, { services: ['outplacement'], capacity: 'not_accepting' });
    expect(await find({ service: 'outplacement', capacity: 'not_accepting' })).toEqual([practice.id]);
    expect(await find({ q: 'sunflower', service: 'resume_writing' })).toEqual([]);
  });

  test('stands there as it chooses: unlisted only for itself and those with whom it has to do', async () => {
    const practice = await createPractice(exchange, world.operator, { name: 'Hidden Brook' });
    const [friend, guest] = [
      await createWriter(exchange, world.operator),
      await createWriter(exchange, world.operator),
    ];
    await befriend(exchange, practice, friend);
    expect((await change(practice, { listed: false })).listed).toBe(false);
    const entry = async (key: string) => (await exchange.call(key, `/v1/directory/${practice.id}`)).status;
    expect(await find({ q: 'hidden brook' }, friend.key)).toEqual([]);
    expect([await entry(practice.key), await entry(friend.key), await entry(guest.key)]).toEqual([
      200, 200, 404,
    ]);
    const missing = await exchange.call(guest.key, '/v1/directory/prc_01aaaaaaaaaaaaaaaaaaaaaaaa');
    expect((await exchange.call(guest.key, `/v1/directory/${practice.id}`)).body).toEqual(missing.body);
    await change(practice, { listed: true });
    expect(await find({ q: 'hidden brook' })).toEqual([practice.id]);
    expectStatus(
      await exchange.call(world.operator, `/v1/practices/${practice.id}/suspend`, { method: 'POST' }),
      200,
    );
    expect(await find({ q: 'hidden brook' })).toEqual([]);
  });
});

test('a hit says who is verified for what, by which board and until when, and how one stands to it', async () => {
  const [hit] = await search({ q: 'elm street', city: 'council bluffs' });
  expect(hit).toMatchObject({
    id: world.receiver.id,
    partnership: { id: world.partnershipId, state: 'active' },
    verified: [
      {
        professional_id: world.receiver.professionalId,
        professional_name: 'Jordan Alder',
        profession: 'career_counselor',
        profession_title: 'Career counselor',
        label: 'licensed profession',
        kind: 'licence',
        title: 'Licence',
        issuer: 'Board',
        jurisdiction: 'US-NE',
        expires_on: nextYear,
      },
    ],
  });
  const stranger = await createWriter(exchange, world.operator);
  const [same] = await search({ q: 'elm street', city: 'council bluffs' }, stranger.key);
  expect(same).toEqual({ ...hit, partnership: null });
  expect(JSON.stringify(hit)).not.toMatch(/private@elm|L-1|time_zone|verbal/);
});

test('an entry is a file of business cards, on which partners find how to reach the practice', async () => {
  const stranger = await createWriter(exchange, world.operator);
  const path = `/v1/directory/${world.receiver.id}`;
  const byAccept = await exchange.call(world.sender.key, path, { headers: { Accept: 'text/vcard' } });
  expect(expectStatus(byAccept, 200).headers.get('Content-Type')).toBe('text/vcard; charset=utf-8');
  expect(byAccept.headers.get('Content-Disposition')).toContain(`${world.receiver.id}.vcf`);
  expect(byAccept.headers.get('Vary')).toBe('Accept');
  expect(byAccept.body).toContain('EMAIL;TYPE=work:private@elm.example');
  expect((await exchange.call(world.sender.key, `${path}?format=vcard`)).body).toBe(byAccept.body);
  const shown = await exchange.call(stranger.key, `${path}?format=vcard`);
  expect(shown.body).toContain('FN:Jordan Alder');
  expect(shown.body).not.toMatch(/EMAIL|TEL/);
});

test('who is known to my partners is found through partners that are listed, and is never myself', async () => {
  const [me, partner, known, hub] = [
    await createWriter(exchange, world.operator),
    await createPractice(exchange, world.operator),
    await createWriter(exchange, world.operator),
    await createPractice(exchange, world.operator),
  ];
  const knownTo = (practice: Practice) => find({ known_to_partners: 'true' }, practice.key);
  expect(await knownTo(me)).toEqual([]);
  await befriend(exchange, me, partner);
  expect(await knownTo(me)).toEqual([]);
  const partnershipId = await befriend(exchange, known, partner);
  expect(await knownTo(me)).toEqual([known.id]);
  expect(await knownTo(known)).toEqual([me.id]);
  await befriend(exchange, known, hub);
  expect(await knownTo(me)).toEqual([known.id]);
  await change(partner, { listed: false });
  expect(await knownTo(me)).toEqual([]);
  await change(partner, { listed: true });
  expectStatus(
    await exchange.call(known.key, `/v1/partnerships/${partnershipId}/pause`, { method: 'POST' }),
    200,
  );
  expect(await knownTo(me)).toEqual([]);
});

test('the order is the same for everybody and every search, page by page, and nothing that is done changes it', async () => {
  const order = await find({});
  const writers = await find({ service: 'resume_writing' });
  expect(writers.length).toBeGreaterThan(4);
  expect(order.filter((id) => writers.includes(id))).toEqual(writers);
  expect(await find({}, world.receiver.key)).toEqual(order);
  const paged: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const path: string = `/v1/directory?limit=2&service=resume_writing${cursor && `&cursor=${cursor}`}`;
    const { body } = expectStatus(await exchange.call(world.sender.key, path), 200);
    paged.push(...body.data.map(({ id }: { id: string }) => id));
    cursor = body.next_cursor;
  }
  expect(paged).toEqual(writers);
  await change(world.receiver, { listed: false });
  await change(world.receiver, { listed: true, name: 'Elm Street Counseling', capacity: 'waitlist' });
  expect(await find({})).toEqual(order);
});

describe('capacity', () => {
  test('is asked for after 30 days, once a month, of those who are listed; one call confirms it', async () => {
    const { id, key } = world.receiver;
    const asked = async () =>
      (await exchange.call(key, '/v1/events?limit=100')).body.data.filter(
        ({ type }: { type: string }) => type === 'practice.capacity_due',
      );
    const month = 30 * 86_400_000;
    const age = () =>
      exchange.sql(
        'update practices set capacity_updated_at = capacity_updated_at - ?, capacity_due_at = capacity_due_at - ? where id = ?',
        month,
        month,
        id,
      );
    await exchange.minute();
    expect(await asked()).toEqual([]);
    await age();
    await exchange.minute();
    await exchange.minute();
    expect(await asked()).toMatchObject([
      { data: { practice_id: id, capacity: 'waitlist', actor: 'system' } },
    ]);
    const before = expectStatus(await exchange.call(key, '/v1/practice'), 200).body;
    await age();
    await exchange.minute();
    expect(await asked()).toHaveLength(2);
    expect(expectStatus(await exchange.call(key, '/v1/practice'), 200).body.capacity_stale).toBe(true);
    const confirmed = expectStatus(
      await exchange.call(key, '/v1/practice/confirm-capacity', { method: 'POST' }),
      200,
    ).body;
    expect(confirmed).toMatchObject({
      capacity: 'waitlist',
      capacity_stale: false,
      version: before.version + 1,
    });
    await exchange.minute();
    expect(await asked()).toHaveLength(2);
    await change(world.receiver, { listed: false });
    await age();
    await exchange.minute();
    expect(await asked()).toHaveLength(2);
    await change(world.receiver, { listed: true, capacity: 'accepting' });
  });
});

/** So many, each with a professional whose licence is verified; what is common, seldom, and seldom together. */
const PRACTICES = 50_000;

async function fill(): Promise<void> {
  const now = Date.now();
  for (const code of ['common_guidance', 'other_guidance', 'seldom_guidance'])
    await exchange.sql(
      "insert into catalog_terms (kind, code, label_en, label_es, updated_at) values ('service', ?1, ?1, ?1, 1)",
      code,
    );
  const count = `with recursive n(v) as (select 1 union all select v + 1 from n where v < ${PRACTICES})`;
  // The index is filled at once in the order of its rows, as `directory_entries_on_insert` fills it one by one.
  const [trigger] = await exchange.sql<{ sql: string }>(
    "select sql from sqlite_master where name = 'directory_entries_on_insert'",
  );
  const others = await exchange.sql<{ name: string; sql: string }>(
    "select name, sql from sqlite_master where name like 'directory_follows_new%'",
  );
  for (const { name } of [...others, { name: 'directory_entries_on_insert' }])
    await exchange.sql(`drop trigger ${name}`);
  await exchange.sql(
    `${count} insert into practices (id, name, city, jurisdiction, time_zone, scope_of_services, services, assessments, languages, capacity, capacity_updated_at, created_at, updated_at)
     select 'prc_' || '0000000000e008' || printf('%012d', v), 'Practice ' || v || iif(v % 20000 = 0, ' Xylograph', ''), iif(v % 50 = 0, 'Little Rock', 'Springfield'), iif(v % 2, 'US-IL', 'US-AR'), 'UTC',
       'Guidance for everybody', json_array(iif(v % 3, 'common_guidance', 'other_guidance'), iif(v % 5000 = 0, 'seldom_guidance', 'resume_writing')),
       json_array(iif(v % 7 = 0, 'enneagram', 'disc')), json_array(iif(v % 11 = 0, 'vi', 'en')), iif(v % 4 = 0, 'waitlist', 'accepting'), ${now}, 1, 1 from n`,
  );
  await exchange.sql(
    `${count} insert into professionals (id, practice_id, name, profession, created_at)
     select 'pro_' || '0000000000e008' || printf('%012d', v), 'prc_' || '0000000000e008' || printf('%012d', v), 'Person ' || v, iif(v % 3, 'psychologist', 'social_worker'), 1 from n`,
  );
  await exchange.sql(
    `${count} insert into credentials (id, professional_id, kind, title, issuer, number, jurisdiction, expires_on, status, level, notice_due_at, created_at, updated_at)
     select 'crd_' || '0000000000e008' || printf('%012d', v), 'pro_' || '0000000000e008' || printf('%012d', v), 'licence', 'Licence', 'Board', v, iif(v % 2, 'US-IL', 'US-AR'), ?, 'verified', 'source_verified', ${now + 86_400_000}, 1, 1 from n`,
    nextYear,
  );
  await exchange.sql(
    `insert into directory_search (rowid, name, people, offers, description, city, facets)
     select number, name, people, offers, description, city, facets from directory_documents
     where number in (select number from directory_entries where practice_id like 'prc_000%') order by number`,
  );
  for (const { sql } of [...others, trigger as { sql: string }]) await exchange.sql(sql);
  await exchange.sql("update directory_entries set published_services = 3 where practice_id like 'prc_000%'");
}

describe(`among ${PRACTICES} practices`, () => {
  beforeAll(async () => {
    await fill();
  }, 120_000);

  const LIMIT = 10;
  /** A practice, its place, its professional, profession and credential, and the look for a partnership. */
  const ROWS_PER_HIT_MAX = 10;
  const ROWS_BESIDE_MAX = 40;

  test.each([
    {},
    { q: 'guidance' },
    { q: 'xylograph' },
    { q: 'practice xylograph' },
    { q: 'person 49999' },
    { offer: 'common_guidance' },
    { service: 'seldom_guidance' },
    { assessment: 'enneagram' },
    { profession: 'social_worker' },
    { licensed_in: 'US-AR' },
    { jurisdiction: 'US-AR' },
    { city: 'little rock' },
    { language: 'vi' },
    { capacity: 'waitlist' },
    { no_overlap: 'true' },
    { known_to_partners: 'true' },
    { profession: 'social_worker', licensed_in: 'US-AR' },
    { service: 'common_guidance', capacity: 'waitlist' },
    { service: 'common_guidance', jurisdiction: 'US-AR' },
    { city: 'little rock', language: 'vi' },
    { service: 'common_guidance', no_overlap: 'true' },
    { q: 'guidance', service: 'seldom_guidance' },
    { q: 'xylograph', language: 'vi', capacity: 'waitlist' },
    // Both are common, and nobody has both.
    { service: 'common_guidance', q: 'other', assessment: 'enneagram' },
    { jurisdiction: 'US-IL', licensed_in: 'US-AR' },
  ] as Record<string, string>[])(
    'a page of %j costs what it shows, the second as the first',
    async (parameters) => {
      let cursor = '';
      for (let pages = 0; pages < 2 && cursor !== null; pages += 1) {
        const path = `/v1/directory?${new URLSearchParams({ limit: String(LIMIT), ...parameters, ...(cursor && { cursor }) })}`;
        const { body, cost } = expectStatus(await exchange.call(world.sender.key, path), 200);
        const rowsMax = ROWS_BESIDE_MAX + ROWS_PER_HIT_MAX * body.data.length;
        expect([cost.read <= rowsMax, cost.read, body.data.length]).toEqual([
          true,
          cost.read,
          body.data.length,
        ]);
        cursor = body.next_cursor;
      }
    },
  );

  test('a change of one practice writes its place in the index and no other', async () => {
    const answer = await exchange.call(world.sender.key, '/v1/practice', {
      method: 'PATCH',
      body: { city: 'Lincoln' },
    });
    expect(expectStatus(answer, 200).cost.written).toBeLessThanOrEqual(12);
    expect(answer.cost.read).toBeLessThanOrEqual(50);
  });

  /**
   * Two levels of 64 blocks and the entries of one, each read and summed up; and all that is shown of a practice. Of the
   * entries there are about 12 in a block, and by chance up to three times as many: their numbers are random.
   */
  const HSDS_ROWS_BESIDE_MAX = 680;
  const HSDS_ROWS_PER_PRACTICE_MAX = 22;

  test.each([
    ['services', 3],
    ['organizations', 1],
  ] as const)(
    'a page of %s of HSDS costs what it shows, the last as the first, and each is on one page',
    async (list, perPractice) => {
      const read = async (page: number, perPage: number) =>
        expectStatus(
          await exchange.call(
            world.sender.key,
            `/v1/directory/hsds/${list}?full=true&page=${page}&per_page=${perPage}`,
          ),
          200,
        );
      const { total_items, total_pages } = (await read(1, 30)).body;
      expect(total_items).toBeGreaterThanOrEqual(PRACTICES * perPractice);
      const seen = new Set<string>();
      for (const page of [1, 2, 3, Math.ceil(total_pages / 2), total_pages - 1, total_pages]) {
        const { body, cost } = await read(page, 30);
        expect(body.contents.length).toBe(page === total_pages ? total_items - 30 * (page - 1) : 30);
        for (const { id } of body.contents) seen.add(id);
        expect(cost.read, String(page)).toBeLessThanOrEqual(
          HSDS_ROWS_BESIDE_MAX + (30 / perPractice + 1) * HSDS_ROWS_PER_PRACTICE_MAX,
        );
      }
      expect(seen.size).toBe(5 * 30 + (total_items - 30 * (total_pages - 1)));
    },
  );
});
