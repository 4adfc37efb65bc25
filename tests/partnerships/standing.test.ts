/** What partners do with a partnership that stands, and what each learns of the other by it. */
import { parse } from 'csv-parse/sync';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { dayIn, daysAfter, yearsAfter } from '../../src/platform/days.ts';
import { exchange, useWorld, world } from '../support/shared.ts';
import {
  befriend,
  createPractice,
  createWriter,
  expectStatus,
  nextYear,
  type Practice,
  sendReferral,
  TIME_ZONE,
} from '../support/world.ts';

useWorld();

const DAY_MS = 86_400_000;

const pathOf = (id = world.partnershipId) => `/v1/partnerships/${id}`;
const read = async (who: Practice, id?: string) =>
  expectStatus(await exchange.call(who.key, pathOf(id)), 200).body;
const patch = (who: Practice, body: object, id?: string, headers = {}) =>
  exchange.call(who.key, pathOf(id), { method: 'PATCH', body, headers });
const post = (who: Practice, act: string, body?: object, id?: string) =>
  exchange.call(who.key, `${pathOf(id)}/${act}`, { method: 'POST', ...(body ? { body } : {}) });
const eventsOf = async (who: Practice, type: string) =>
  (
    await exchange.sql<{ data: string }>(
      `select data from event_recipients join events using (position) where practice_id = ? and type = ?`,
      who.id,
      type,
    )
  ).map(({ data }) => JSON.parse(data));
const attest = { attested_by: 'Casey Prairie', text_version: '2026-12' };

/** Two partners that nobody else has to do with. */
async function pair() {
  const writer = await createWriter(exchange, world.operator);
  const counselor = await createPractice(exchange, world.operator);
  return { writer, counselor, id: await befriend(exchange, writer, counselor) };
}

describe('notes', () => {
  test('are read by their own side alone, sealed where they are kept, and leave no trace at the other one', async () => {
    const { writer, counselor, id } = await pair();
    const before = await exchange.call(counselor.key, pathOf(id));
    const words = 'ZEBRANOTE: likes tea;\n=1+1, "quoted"';
    const noted = expectStatus(await patch(writer, { notes: words }, id), 200);
    expect([noted.body.notes, noted.body.version]).toEqual([words, before.body.version]);
    const after = await exchange.call(counselor.key, pathOf(id));
    expect([after.body, after.headers.get('ETag')]).toEqual([before.body, before.headers.get('ETag')]);
    expect(await eventsOf(counselor, 'partnership.updated')).toEqual([]);
    const [row] = await exchange.sql('select * from partnerships where id = ?', id);
    expect(JSON.stringify(row)).not.toContain('ZEBRANOTE');
    expect(row?.sealed_inviter_notes).toMatch(/^v1\.test\./);
    expectStatus(await patch(counselor, { notes: 'Mine.' }, id), 200);
    expect([(await read(writer, id)).notes, (await read(counselor, id)).notes]).toEqual([words, 'Mine.']);
    const table = await exchange.call(writer.key, '/v1/partnerships?format=csv');
    const [line] = parse(table.body, { columns: true, bom: true }) as Record<string, string>[];
    expect(line).toMatchObject({ partnership_id: id, partner_id: counselor.id, notes: words });
    expect(expectStatus(await patch(writer, { notes: null }, id), 200).body.notes).toBeNull();
    expectStatus(await post(writer, 'end', undefined, id), 200);
    expect(expectStatus(await patch(counselor, { notes: 'Ended.' }, id), 200).body.notes).toBe('Ended.');
  });

  test('a table of them runs nothing in a spreadsheet', async () => {
    const { writer, id } = await pair();
    expectStatus(await patch(writer, { notes: '=HYPERLINK("https://x.example")' }, id), 200);
    const { body, headers } = await exchange.call(writer.key, '/v1/partnerships', {
      headers: { Accept: 'text/csv' },
    });
    expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8');
    expect(body).toContain(`"'=HYPERLINK(""https://x.example"")"`);
  });
});

describe('the review', () => {
  test('is a year after the acceptance where nobody says otherwise, and each side is told once when the day begins in its own zone', async () => {
    const { writer, counselor, id } = await pair();
    const { review_on } = await read(writer, id);
    const [days] = await exchange.sql<{ days: number }>(
      "select julianday(?) - julianday(date('now', '-6 hours')) as days",
      review_on,
    );
    expect(days?.days).toBeGreaterThanOrEqual(364);
    expect(days?.days).toBeLessThanOrEqual(367);
    // In Kiritimati it is tomorrow while it is today elsewhere.
    const zone = (who: Practice, time_zone: string) =>
      exchange.call(who.key, '/v1/practice', { method: 'PATCH', body: { time_zone } });
    const ahead = new Intl.DateTimeFormat('sv', { timeZone: 'Pacific/Kiritimati' }).format(Date.now());
    expectStatus(await zone(writer, 'Pacific/Kiritimati'), 200);
    expectStatus(await zone(counselor, 'Pacific/Pago_Pago'), 200);
    await exchange.sql(
      'update partnerships set review_on = ?, inviter_review_due_at = 0, invitee_review_due_at = 0 where id = ?',
      ahead,
      id,
    );
    await exchange.minute();
    await exchange.minute();
    expect(await eventsOf(writer, 'partnership.review_due')).toEqual([
      { partnership_id: id, state: 'active', review_on: ahead },
    ]);
    expect(await eventsOf(counselor, 'partnership.review_due')).toEqual([]);
    // The other one moves to where the day has begun.
    expectStatus(await zone(counselor, 'Pacific/Kiritimati'), 200);
    await exchange.minute();
    await exchange.minute();
    expect(await eventsOf(counselor, 'partnership.review_due')).toHaveLength(1);
    expect(await eventsOf(writer, 'partnership.review_due')).toHaveLength(1);
  });

  test('takes a day after today and at most two years ahead, and what has ended reminds nobody', async () => {
    const { writer, counselor, id } = await pair();
    const today = dayIn(TIME_ZONE, Date.now());
    for (const review_on of ['2020-01-01', today, daysAfter(yearsAfter(today, 2), 1)])
      expect((await patch(writer, { review_on }, id)).status).toBe(422);
    expect(expectStatus(await patch(counselor, { review_on: nextYear }, id), 200).body.review_on).toBe(
      nextYear,
    );
    expect(await eventsOf(writer, 'partnership.updated')).toEqual([
      { partnership_id: id, state: 'active', changed: ['review_on'] },
    ]);
    expectStatus(await post(writer, 'end', undefined, id), 200);
    expect(
      await exchange.sql(
        'select inviter_review_due_at, invitee_review_due_at from partnerships where id = ?',
        id,
      ),
    ).toEqual([{ inviter_review_due_at: null, invitee_review_due_at: null }]);
    expect((await patch(counselor, { review_on: nextYear }, id)).body.code).toBe('invalid_state');
  });
});

describe('the attestation', () => {
  test('keeps who, when and which text, is told to both, and is due again at the review, of each side by itself', async () => {
    const { writer, counselor, id } = await pair();
    const { body: text } = await exchange.call(writer.key, '/v1/partnerships/attestation');
    expect(text.text_version).toBe(attest.text_version);
    expect(Object.values(text.text).join()).toMatch(/exclusive.*exclusivo/s);
    expect((await post(writer, 'attest', { ...attest, text_version: '1999' }, id)).status).toBe(422);
    const given = expectStatus(await post(writer, 'attest', attest, id), 200).body;
    expect(given.attestation.yours).toMatchObject({
      ...attest,
      renew_on: given.review_on,
      renewal_due: false,
    });
    expect((await read(counselor, id)).attestation).toEqual({
      yours: null,
      partners: given.attestation.yours,
    });
    expectStatus(await post(counselor, 'attest', attest, id), 200);
    for (const who of [writer, counselor])
      expect(await eventsOf(who, 'partnership.attested')).toHaveLength(2);
    // The day comes.
    await exchange.sql(
      `update partnerships set review_on = '2026-01-01', inviter_attestation = json_set(inviter_attestation, '$.renew_on', '2026-01-01'),
         invitee_attestation = json_set(invitee_attestation, '$.renew_on', '2026-01-01') where id = ?`,
      id,
    );
    const due = await read(writer, id);
    expect([due.attestation.yours.renewal_due, due.attestation.partners.renewal_due]).toEqual([true, true]);
    expect((await patch(writer, { review_on: nextYear }, id)).body.errors[0].detail).toContain('attest anew');
    const renewed = expectStatus(
      await post(writer, 'attest', { ...attest, review_on: nextYear }, id),
      200,
    ).body;
    expect([
      renewed.review_on,
      renewed.attestation.yours.renewal_due,
      renewed.attestation.partners.renewal_due,
    ]).toEqual([nextYear, false, true]);
    const both = expectStatus(await post(counselor, 'attest', attest, id), 200).body;
    expect([both.review_on, both.attestation.yours.renew_on]).toEqual([nextYear, nextYear]);
  });

  test('is not given for an invitation, and lasts no longer than to a review that is set earlier', async () => {
    const [writer, counselor] = [
      await createWriter(exchange, world.operator),
      await createPractice(exchange, world.operator),
    ];
    const body = { practice_id: counselor.id, message: 'Hello' };
    const { id } = expectStatus(await exchange.call(writer.key, '/v1/partnerships', { body }), 201).body;
    expect((await post(writer, 'attest', attest, id)).body.code).toBe('invalid_state');
    expectStatus(await post(counselor, 'accept', undefined, id), 200);
    expectStatus(await post(writer, 'attest', attest, id), 200);
    const soon = new Date(Date.now() + 40 * DAY_MS).toISOString().slice(0, 10);
    const earlier = expectStatus(await patch(counselor, { review_on: soon }, id), 200).body;
    expect([earlier.review_on, earlier.attestation.partners.renew_on]).toEqual([soon, soon]);
  });
});

describe('thanks', () => {
  const month = () =>
    new Intl.DateTimeFormat('sv', { timeZone: 'America/Chicago', year: 'numeric', month: '2-digit' }).format(
      Date.now(),
    );

  test('are an event and a line in the partner’s report, once in 24 hours also of ten at once', async () => {
    const { writer, counselor, id } = await pair();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post(counselor, 'thanks', undefined, id)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(429)]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'quota_reached', available_at: expect.any(String) });
    expect(await eventsOf(writer, 'partnership.thanked')).toEqual([
      { partnership_id: id, state: 'active', practice_id: writer.id },
    ]);
    const report = async (who: Practice) =>
      expectStatus(await exchange.call(who.key, `/v1/reports/reciprocity?month=${month()}`), 200).body;
    const [line, ...others] = (await report(writer)).partners;
    expect([line.practice_id, line.thanks_received, line.referrals.given, others.length]).toEqual([
      counselor.id,
      1,
      0,
      0,
    ]);
    expect((await report(counselor)).partners).toEqual([]);
    const table = await exchange.call(writer.key, `/v1/reports/reciprocity?month=${month()}&format=csv`);
    const rows = parse(table.body, { columns: true, bom: true }) as Record<string, string>[];
    expect(rows.map(({ row, thanks_received }) => [row, thanks_received])).toEqual([
      ['total', ''],
      ['partner', '1'],
    ]);
    await expect(
      exchange.sql(
        `insert into partnership_thanks (practice_id, by_practice_id, thanked_at, partnership_id) values (?, ?, ?, ?)`,
        writer.id,
        counselor.id,
        Date.now() + 1000,
        id,
      ),
    ).rejects.toThrow('guard: quota');
    expectStatus(await post(writer, 'thanks', undefined, id), 200);
  });

  test('are not given to who is no partner', async () => {
    const { writer, counselor, id } = await pair();
    expectStatus(await post(writer, 'end', undefined, id), 200);
    expect((await post(counselor, 'thanks', undefined, id)).body.code).toBe('invalid_state');
  });
});

describe('dormant', () => {
  test('is an active partnership in which nothing was sent, thanked for or agreed in 90 days; a filter finds those', async () => {
    const { writer, counselor, id } = await pair();
    const other = await createPractice(exchange, world.operator);
    const second = await befriend(exchange, other, writer);
    const isDormant = async () => [(await read(writer, id)).dormant, (await read(counselor, id)).dormant];
    const age = (days: number) =>
      exchange.sql(
        'update partnerships set updated_at = ? where id in (?, ?)',
        Date.now() - days * DAY_MS,
        id,
        second,
      );
    await age(89);
    expect(await isDormant()).toEqual([false, false]);
    await age(91);
    expect(await isDormant()).toEqual([true, true]);
    const listed = async (dormant: boolean) =>
      expectStatus(await exchange.call(writer.key, `/v1/partnerships?dormant=${dormant}`), 200).body.data.map(
        (one: { id: string; dormant: boolean }) => [one.id, one.dormant],
      );
    expect(await listed(true)).toEqual([
      [second, true],
      [id, true],
    ]);
    // Notes are nobody's business, and change nothing.
    expect(expectStatus(await patch(writer, { notes: 'Quiet.' }, id), 200).body.dormant).toBe(true);
    await sendReferral(exchange, {
      ...world,
      sender: writer,
      receiver: counselor,
      partnershipId: id,
    });
    expect(await isDormant()).toEqual([false, false]);
    expect([await listed(true), await listed(false)]).toEqual([[[second, true]], [[id, false]]]);
    await exchange.sql(
      'update partnerships set last_referral_at = ? where id = ?',
      Date.now() - 91 * DAY_MS,
      id,
    );
    expect(await isDormant()).toEqual([true, true]);
    expectStatus(await post(counselor, 'thanks', undefined, id), 200);
    expect(await isDormant()).toEqual([false, false]);
    expectStatus(await post(writer, 'pause', undefined, second), 200);
    await age(91);
    expect((await read(writer, second)).dormant).toBe(false);
  });
});

describe('the meeting', () => {
  const meeting = {
    starts_at: '2027-03-14T08:30:00Z',
    duration_minutes: 90,
    place:
      'Café “Días; tardes, y más”, 2nd floor\\left – a room that is called so because it has always been',
  };

  test('is set by either from the invitation on, told to the other, and taken back', async () => {
    const [writer, counselor] = [
      await createWriter(exchange, world.operator),
      await createPractice(exchange, world.operator),
    ];
    const body = { practice_id: counselor.id, message: 'Hello' };
    const { id } = expectStatus(await exchange.call(writer.key, '/v1/partnerships', { body }), 201).body;
    expect((await exchange.call(writer.key, `${pathOf(id)}/meeting`)).status).toBe(404);
    const set = expectStatus(await patch(counselor, { meeting }, id), 200).body;
    expect(set.meeting).toEqual({
      starts_at: '2027-03-14T08:30:00.000Z',
      ends_at: '2027-03-14T10:00:00.000Z',
      place: meeting.place,
      set_by_practice_id: counselor.id,
    });
    expect((await exchange.call(writer.key, `${pathOf(id)}/meeting`)).body).toEqual(set.meeting);
    expect(await eventsOf(writer, 'partnership.updated')).toEqual([
      { partnership_id: id, state: 'invited', changed: ['meeting'] },
    ]);
    // An address is for partners: who is only invited is shown none.
    const calendar = await exchange.call(writer.key, `${pathOf(id)}/meeting?format=calendar`);
    expect(calendar.body).not.toContain('private@');
    expect(calendar.body).not.toContain('METHOD');
    const lost = await Promise.all([
      patch(writer, { meeting: null }, id, { 'If-Match': `"${set.version}"` }),
      patch(counselor, { meeting: null }, id, { 'If-Match': `"${set.version}"` }),
    ]);
    expect(lost.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect((await read(writer, id)).meeting).toBeNull();
  });

  test('is a calendar file that ical.js reads: an invitation of both, folded at 75 octets, with every character in its place', async () => {
    const { writer, counselor, id } = await pair();
    const name = 'O’Brien, "Résumé"; ^Writers & Sons of the Prairie and the Plains';
    await exchange.sql('update practices set name = ? where id = ?', name, writer.id);
    expectStatus(await patch(writer, { meeting }, id), 200);
    const { body, headers } = await exchange.call(counselor.key, `${pathOf(id)}/meeting`, {
      headers: { Accept: 'text/calendar' },
    });
    expect(headers.get('Content-Type')).toBe('text/calendar; charset=utf-8');
    expect(headers.get('Vary')).toBe('Accept');
    for (const line of body.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const calendar = new ICAL.Component(ICAL.parse(body));
    expect(calendar.getFirstPropertyValue('method')).toBe('REQUEST');
    const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent') as ICAL.Component);
    expect([event.uid, event.summary, event.location]).toEqual([
      id,
      `${name} – Elm Street Counseling`,
      meeting.place,
    ]);
    expect([event.startDate.toJSDate(), event.endDate.toJSDate()].map(Number)).toEqual(
      ['2027-03-14T08:30:00Z', '2027-03-14T10:00:00Z'].map(Date.parse),
    );
    const [organizer] = event.component.getAllProperties('organizer');
    expect(String(organizer?.getFirstParameter('cn')).replaceAll("^'", '"').replaceAll('^^', '^')).toBe(name);
    expect(event.attendees.map((one) => one.getFirstValue())).toEqual([
      'mailto:private@elm.example',
      'mailto:private@elm.example',
    ]);
    const { sequence } = event;
    expectStatus(await patch(counselor, { meeting: { ...meeting, place: null } }, id), 200);
    const moved = await exchange.call(writer.key, `${pathOf(id)}/meeting?format=calendar`);
    const next = new ICAL.Event(
      new ICAL.Component(ICAL.parse(moved.body)).getFirstSubcomponent('vevent') as ICAL.Component,
    );
    expect([next.uid, next.sequence, next.location]).toEqual([id, sequence + 1, null]);
  });
});

test('a newsletter goes to partners who want it, and to nobody after the end', async () => {
  const { writer, counselor, id } = await pair();
  const list = async (who: Practice) =>
    expectStatus(await exchange.call(who.key, '/v1/partnerships/mailing-list'), 200).body.data;
  const wish = expectStatus(
    await patch(counselor, { newsletter: { email: 'news+x@elm.example' } }, id),
    200,
  ).body;
  expect(wish.newsletter).toEqual({
    yours: { email: 'news+x@elm.example', since: expect.any(String) },
    partners: null,
  });
  expect(await eventsOf(writer, 'partnership.updated')).toEqual([
    { partnership_id: id, state: 'active', changed: ['newsletter'] },
  ]);
  expect([await list(counselor), await list(writer)]).toEqual([
    [],
    [
      {
        practice_id: counselor.id,
        name: 'Elm Street Counseling',
        email: 'news+x@elm.example',
        since: wish.newsletter.yours.since,
      },
    ],
  ]);
  const table = await exchange.call(writer.key, '/v1/partnerships/mailing-list?format=csv');
  expect(parse(table.body, { columns: true, bom: true })).toMatchObject([
    { name: 'Elm Street Counseling', email: 'news+x@elm.example' },
  ]);
  expectStatus(await patch(counselor, { newsletter: null }, id), 200);
  expect(await list(writer)).toEqual([]);
  expectStatus(await patch(counselor, { newsletter: { email: 'a@elm.example' } }, id), 200);
  expectStatus(await post(counselor, 'end', undefined, id), 200);
  expect([await list(writer), (await read(writer, id)).newsletter]).toEqual([
    [],
    { yours: null, partners: null },
  ]);
});

test('a page of partnerships costs rows in proportion to the practice’s own, whatever others do', async () => {
  const { writer, id } = await pair();
  await exchange.sql('update partnerships set updated_at = 1 where id = ?', id);
  const costs = async () => ({
    list: (await exchange.call(writer.key, '/v1/partnerships?dormant=true')).cost.read,
    one: (await exchange.call(writer.key, pathOf(id))).cost.read,
    mailing: (await exchange.call(writer.key, '/v1/partnerships/mailing-list')).cost.read,
  });
  const before = await costs();
  for (let index = 0; index < 20; index += 1) await sendReferral(exchange, world);
  await exchange.sql(
    `insert into partnership_thanks (practice_id, by_practice_id, thanked_at, partnership_id)
     with recursive n(value) as (select 1 union all select value + 1 from n where value < 300)
     select ?, ?, value * 86400000, ? from n`,
    world.sender.id,
    world.receiver.id,
    world.partnershipId,
  );
  expect(await costs()).toEqual(before);
  expect(before.one).toBeLessThanOrEqual(12);
});
