/** Each CRM format against a stand-in that enforces that CRM's contract, over real HTTP. */
import { describe, expect, test } from 'vitest';
import type { EventType } from '../../../src/ledger/event-types.ts';
import { exampleInput, SETTINGS_EXAMPLES } from '../../../src/webhooks/formats/examples.ts';
import type { Progress, Reading } from '../../../src/webhooks/formats/format.ts';
import { START } from '../../../src/webhooks/formats/format.ts';
import {
  type FormatName,
  type FormatSettings,
  formatOf,
  STEPS_MAX,
} from '../../../src/webhooks/formats/formats.ts';
import { post } from '../../../src/webhooks/posting/post.ts';
import {
  type Crm,
  hubspotContacts,
  hubspotForms,
  pipedrive,
  salesforce,
  salesforceRest,
  startCrm,
  zoho,
} from '../../support/crms.ts';
import { settingsOf } from '../../support/formats.ts';

const REFERRAL = 'ref_01k8vb1s2wf7r8tck5e8t3d7m1';
const CLIENT = /Robin|robin@/;

/** As the engine does it: one attempt, from as far as the last one came. */
async function attempt(
  name: FormatName,
  settings: FormatSettings,
  url: string,
  type: EventType,
  detail: 'thin' | 'full',
  start: Partial<Progress> = {},
  referralId = REFERRAL,
): Promise<{ reading: Reading; progress: Progress }> {
  const format = formatOf(name);
  const example = exampleInput(type, url, detail);
  const { envelope, referral } = example;
  const input = {
    ...example,
    envelope: { ...envelope, data: { ...envelope.data, referral_id: referralId } },
    referral: referral && {
      ...referral,
      id: referralId,
      state: envelope.data.state as NonNullable<typeof referral.state>,
    },
  };
  let progress = { ...START, ...start };
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const { method, url: to, headers, body } = format.request(input, settings, progress);
    const { status, response_excerpt, headers: answered } = await post(to, headers, body, { method });
    const answer = {
      status: status ?? 0,
      excerpt: response_excerpt ?? '',
      headers: answered ?? new Headers(),
    };
    const reading = format.read(answer, progress, settings, input);
    if (reading.outcome !== 'continue') return { reading, progress };
    progress = {
      kept: reading.kept ?? progress.kept,
      seen: { ...progress.seen, ...reading.seen },
      record: reading.record ?? progress.record,
      session: reading.session?.value ?? progress.session,
    };
  }
  throw new Error('more steps than a format may have');
}

/** What the sender, the client or time did, and what must then stand in every CRM that can be told. */
const ENDED: readonly [EventType, string][] = [
  ['referral.withdrawn', 'took the referral back'],
  ['referral.expired', 'nobody answered'],
  ['referral.erased', 'deleted'],
  ['consent.revoked', 'took the consent back'],
  ['consent.expired', 'has run out'],
];

async function withCrm<T extends Crm>(crm: T, use: (url: string, crm: T) => Promise<void>): Promise<void> {
  const { url, close } = await startCrm(crm);
  try {
    await use(url, crm);
  } finally {
    await close();
  }
}

test('Salesforce makes a lead of a thin event and of a full one, and its silence is not taken for more', () =>
  withCrm(salesforce('00D5g00000Abcde'), async (url, crm) => {
    const settings = settingsOf('salesforce_web_to_lead');
    const { reading } = await attempt('salesforce_web_to_lead', settings, url, 'referral.sent', 'thin');
    expect(reading).toMatchObject({ outcome: 'delivered', confirmed: false });
    expect(crm.records[0]).toMatchObject({
      last_name: `Referral ${REFERRAL}`,
      company: 'Private client',
      '00N5g00000Fghij': REFERRAL,
    });
    expect(JSON.stringify(crm.records[0])).not.toMatch(CLIENT);
    await attempt('salesforce_web_to_lead', settings, url, 'referral.accepted', 'full');
    expect(crm.records[1]).toMatchObject({
      first_name: 'Robin',
      last_name: 'Example',
      email: 'robin@client.example',
      industry: 'Counseling',
    });
    expect(crm.records[1]?.description).toContain('Prairie Résumés');
    const exploding = settingsOf('salesforce_web_to_lead', {
      mapping: { industry: { constant: 'Exploding' } },
    });
    const refused = await attempt('salesforce_web_to_lead', exploding, url, 'referral.sent', 'thin');
    expect(refused.reading).toMatchObject({ outcome: 'record_refused', isFinal: true });
    expect(crm.records).toHaveLength(2);
  }));

test('HubSpot’s form takes the fields that it has, and refuses others by a code that we show', () =>
  withCrm(
    hubspotForms('1234567', '319478e5-e5fd-4d39-9d13-fc1f90bf46da', [
      ...['firstname', 'lastname', 'email', 'message', 'referral_id'],
    ]),
    async (url, crm) => {
      const run = (settings: FormatSettings, detail: 'thin' | 'full') =>
        attempt('hubspot_form', settings, url, 'referral.accepted', detail);
      const taken = (await run(settingsOf('hubspot_form'), 'thin')).reading;
      expect(taken).toMatchObject({ outcome: 'delivered', confirmed: false });
      expect(crm.records[0]).toMatchObject({ lastname: `Referral ${REFERRAL}`, referral_id: REFERRAL });
      expect((await run(settingsOf('hubspot_form'), 'full')).reading.outcome).toBe('delivered');
      expect(crm.records[1]).toMatchObject({ lastname: 'Example', email: 'robin@client.example' });
      const more = settingsOf('hubspot_form', { mapping: { shoe_size: 'client.name' } });
      const { reading } = await run(more, 'full');
      expect(reading).toMatchObject({
        outcome: 'record_refused',
        isFinal: true,
        detail: expect.stringContaining('FIELD_NOT_IN_FORM_DEFINITION'),
      });
      for (let count = crm.records.length; count < 50; count += 1) crm.records.push({});
      expect((await run(settingsOf('hubspot_form'), 'thin')).reading.outcome).toBe('failed');
    },
  ));

test('HubSpot’s form with CAPTCHA: that, and what to do, is said', () =>
  withCrm(
    hubspotForms('1234567', '319478e5-e5fd-4d39-9d13-fc1f90bf46da', ['lastname'], true),
    async (url) => {
      const settings = settingsOf('hubspot_form');
      const { reading } = await attempt('hubspot_form', settings, url, 'referral.sent', 'thin');
      expect(reading).toMatchObject({ outcome: 'rejected', detail: expect.stringContaining('CAPTCHA') });
    },
  ));

describe('HubSpot contacts', () => {
  const properties = [
    ...['firstname', 'lastname', 'email', 'phone', 'city', 'message', 'referral_id', 'referral_service'],
  ];
  const settings = settingsOf('hubspot_contact');
  const withHubspot = (
    use: (
      crm: Crm,
      run: (
        type: EventType,
        detail: 'thin' | 'full',
        change?: FormatSettings,
        id?: string,
      ) => Promise<Reading>,
    ) => Promise<void>,
  ) =>
    withCrm(hubspotContacts(String(settings.access_token), properties, 'referral_id'), async (url, crm) =>
      use(
        crm,
        async (type, detail, change, id) =>
          (
            await attempt(
              'hubspot_contact',
              change ? settingsOf('hubspot_contact', change) : settings,
              url,
              type,
              detail,
              {},
              id,
            )
          ).reading,
      ),
    );

  test('one contact a referral: nameless when it arrives, named when it is accepted', () =>
    withHubspot(async (crm, run) => {
      expect((await run('referral.sent', 'thin')).outcome).toBe('delivered');
      expect(crm.records).toMatchObject([{ referral_id: REFERRAL, lastname: `Referral ${REFERRAL}` }]);
      expect((await run('referral.accepted', 'full')).outcome).toBe('delivered');
      expect(crm.records).toMatchObject([
        { referral_id: REFERRAL, lastname: 'Example', firstname: 'Robin', email: 'robin@client.example' },
      ]);
    }));

  test('what the front desk typed stays: no later event writes over a name, an address or a number', () =>
    withHubspot(async (crm, run) => {
      await run('referral.sent', 'thin');
      const typed = { lastname: 'Meadow-Lark', firstname: 'Robyn', email: 'work@client.example' };
      Object.assign(crm.records[0] as object, typed);
      for (const detail of ['thin', 'full'] as const) {
        expect((await run('referral.engaged', detail)).outcome).toBe('delivered');
        expect(crm.records).toHaveLength(1);
        expect(crm.records[0]).toMatchObject(typed);
        expect(crm.records[0]?.message).toContain('State: engaged');
      }
    }));

  test('a client who is a contact already: it goes on with that one, whose fields stay as they are', () =>
    withHubspot(async (crm, run) => {
      const known = { lastname: 'Exemplar', email: 'robin@client.example', phone: '5550100' };
      crm.records.push({ ...known });
      expect((await run('referral.accepted', 'full')).outcome).toBe('delivered');
      expect(crm.records).toHaveLength(1);
      expect(crm.records[0]).toMatchObject({ ...known, referral_id: REFERRAL });
      expect(crm.records[0]?.message).toContain('State: accepted');
      // The next event finds it by the referral's id.
      expect((await run('referral.engaged', 'full')).outcome).toBe('delivered');
      expect(crm.records).toHaveLength(1);
    }));

  test('who turns out to be a contact already with the acceptance: the nameless one says where it went on', () =>
    withHubspot(async (crm, run) => {
      const known = { id: '777', lastname: 'Exemplar', email: 'robin@client.example' };
      crm.records.push({ ...known });
      await run('referral.sent', 'thin');
      expect(crm.records).toHaveLength(2);
      expect((await run('referral.accepted', 'full')).outcome).toBe('delivered');
      const [contact, nameless] = crm.records;
      expect(contact).toMatchObject({ ...known, referral_id: REFERRAL });
      expect(nameless).toMatchObject({ referral_id: '', lastname: `Referral ${REFERRAL}` });
      expect(nameless?.message).toContain('777');
      await run('referral.engaged', 'full');
      expect(crm.records).toHaveLength(2);
      expect(contact?.message).toContain('State: engaged');
    }));

  test('without an id property the e-mail address leads to the contact that exists', () =>
    withHubspot(async (crm, run) => {
      const byAddress = { referral_id_property: undefined };
      expect((await run('referral.accepted', 'full', byAddress)).outcome).toBe('delivered');
      expect((await run('referral.accepted', 'full', byAddress)).outcome).toBe('delivered');
      expect(crm.records).toHaveLength(1);
    }));

  test('what another delivery made meanwhile is found by the next attempt', () =>
    withHubspot(async (crm, run) => {
      const { answer } = crm;
      const looked = { status: 404, body: { status: 'error', category: 'OBJECT_NOT_FOUND' } };
      crm.records.push({ referral_id: REFERRAL, lastname: 'x' });
      Object.assign(crm, {
        answer: (asked: Parameters<Crm['answer']>[0]) => (asked.method === 'GET' ? looked : answer(asked)),
      });
      expect(await run('referral.sent', 'thin')).toMatchObject({ outcome: 'record_refused', isFinal: false });
      Object.assign(crm, { answer });
      expect((await run('referral.sent', 'thin')).outcome).toBe('delivered');
      expect(crm.records).toHaveLength(1);
    }));

  test.each(ENDED)(
    '%s is written where the front desk looks, and makes no contact of its own',
    (type, words) =>
      withHubspot(async (crm, run) => {
        expect((await run(type, 'thin')).outcome).toBe('delivered');
        expect(crm.records).toEqual([]);
        await run('referral.sent', 'thin');
        expect((await run(type, 'thin')).outcome).toBe('delivered');
        expect(crm.records).toHaveLength(1);
        expect(crm.records[0]?.message).toContain(words);
        expect(crm.records[0]?.message).toContain('do not contact');
      }),
  );

  test('a property that it does not have is a refusal of this record; a wrong token is none', () =>
    withHubspot(async (_crm, run) => {
      const wrong = { mapping: { unknown_property: 'referral.id' } };
      const reading = await run('referral.accepted', 'full', wrong);
      expect(reading).toMatchObject({
        outcome: 'record_refused',
        isFinal: true,
        detail: expect.stringContaining('VALIDATION_ERROR'),
        said: expect.stringContaining('"unknown_property" does not exist'),
      });
      expect('detail' in reading && reading.detail).not.toMatch(CLIENT);
      expect(await run('referral.sent', 'thin', { access_token: 'pat-of-another-account' })).toMatchObject({
        outcome: 'rejected',
        detail: expect.stringContaining('access token is not valid'),
      });
    }));
});

describe('Pipedrive', () => {
  const settings = settingsOf('pipedrive_lead');
  const kinds = (crm: Crm) => crm.records.map(({ kind }) => kind);
  const withPipedrive = (use: (url: string, crm: ReturnType<typeof pipedrive>) => Promise<void>) =>
    withCrm(pipedrive(String(settings.api_token)), use);
  const run = (
    url: string,
    type: EventType,
    detail: 'thin' | 'full',
    start: Partial<Progress> = {},
    change: FormatSettings = {},
  ) => attempt('pipedrive_lead', { ...settings, ...change }, url, type, detail, start);

  test('gets person, lead and note; an attempt that failed in the middle goes on there', () =>
    withPipedrive(async (url, crm) => {
      const go = (start?: Progress) => run(url, 'referral.accepted', 'full', start);
      crm.failNext('/v1/leads');
      const broken = await go();
      expect(broken.reading.outcome).toBe('failed');
      expect(broken.progress.kept).toEqual({ person_id: '1092' });
      crm.failNext('/v1/notes');
      const again = await go({ ...START, kept: broken.progress.kept });
      expect(again.reading.outcome).toBe('failed');
      expect((await go({ ...START, kept: again.progress.kept })).reading.outcome).toBe('delivered');
      expect(kinds(crm)).toEqual(['person', 'lead', 'note']);
      const [person, lead, note] = crm.records;
      expect(person).toMatchObject({ name: 'Robin Example', emails: [{ value: 'robin@client.example' }] });
      expect(lead).toMatchObject({
        title: 'Robin Example: career counseling',
        person_id: 1092,
        origin_id: REFERRAL,
        '0123456789abcdef0123456789abcdef01234567': REFERRAL,
      });
      expect(note?.content).toContain('Answer or report the outcome: https://exchange.example/callback/');
    }));

  test('a crash between its answer and our record makes no second lead', () =>
    withPipedrive(async (url, crm) => {
      await run(url, 'referral.accepted', 'full');
      expect((await run(url, 'referral.accepted', 'full')).reading.outcome).toBe('delivered');
      expect(kinds(crm).filter((kind) => kind !== 'note')).toEqual(['person', 'lead']);
    }));

  test('a lead that arrived nameless gets the client’s name with the acceptance, and what was typed stays', () =>
    withPipedrive(async (url, crm) => {
      await run(url, 'referral.sent', 'thin');
      expect(crm.records).toMatchObject([
        { name: `Referral ${REFERRAL}` },
        { title: `Referral ${REFERRAL}: career counseling` },
        {},
      ]);
      expect(JSON.stringify(crm.records)).not.toMatch(CLIENT);
      await run(url, 'referral.accepted', 'full');
      const [person, lead] = crm.records;
      expect(person).toMatchObject({ name: 'Robin Example', emails: [{ value: 'robin@client.example' }] });
      expect(lead).toMatchObject({
        title: 'Robin Example: career counseling',
        '89abcdef0123456789abcdef0123456789abcdef': 'accepted',
      });
      Object.assign(person as object, {
        name: 'Robyn Meadow-Lark',
        emails: [{ value: 'work@client.example' }],
      });
      Object.assign(lead as object, { title: 'Robyn, Tuesday' });
      for (const detail of ['thin', 'full'] as const) {
        expect((await run(url, 'referral.engaged', detail)).reading.outcome).toBe('delivered');
        expect(person).toMatchObject({
          name: 'Robyn Meadow-Lark',
          emails: [{ value: 'work@client.example' }],
        });
        expect(lead).toMatchObject({ title: 'Robyn, Tuesday' });
      }
      expect(kinds(crm).filter((kind) => kind !== 'note')).toEqual(['person', 'lead']);
    }));

  test.each(ENDED)('%s is noted on the lead, also without other notes, and makes none', (type, words) =>
    withPipedrive(async (url, crm) => {
      const without = { add_note: false };
      expect((await run(url, type, 'thin', {}, without)).reading.outcome).toBe('delivered');
      expect(crm.records).toEqual([]);
      await run(url, 'referral.sent', 'thin', {}, without);
      expect(kinds(crm)).toEqual(['person', 'lead']);
      expect((await run(url, type, 'thin', {}, without)).reading.outcome).toBe('delivered');
      expect(kinds(crm)).toEqual(['person', 'lead', 'note']);
      expect(crm.records[2]?.content).toContain(words);
      expect(crm.records[2]?.content).toContain('do not contact');
    }),
  );

  test('a wrong token is said in words; what it refuses of a record in its own', () =>
    withPipedrive(async (url, crm) => {
      const wrong = await run(url, 'referral.sent', 'thin', {}, { api_token: 'another-token' });
      expect(wrong.reading).toMatchObject({
        outcome: 'rejected',
        detail: expect.stringContaining('API token is not valid'),
      });
      const { answer } = crm;
      Object.assign(crm, {
        answer: (asked: Parameters<Crm['answer']>[0]) =>
          asked.path === '/v1/leads'
            ? { status: 400, body: { success: false, error: 'owner_id is not a user' } }
            : answer(asked),
      });
      expect((await run(url, 'referral.sent', 'thin')).reading).toMatchObject({
        outcome: 'record_refused',
        isFinal: true,
        said: 'owner_id is not a user',
      });
    }));
});

describe('Zoho', () => {
  const settings = settingsOf('zoho_lead');
  const { client_id, client_secret, refresh_token } = SETTINGS_EXAMPLES.zoho_lead as Record<string, string>;
  const secrets = { client_id, client_secret, refresh_token } as Parameters<typeof zoho>[0];
  const run = (
    url: string,
    type: EventType,
    detail: 'thin' | 'full',
    session: string | null = null,
    id?: string,
    change: FormatSettings = {},
  ) => attempt('zoho_lead', { ...settings, ...change }, url, type, detail, { session }, id);

  test('one access token serves many leads, a revoked one is replaced, a referral stays one lead', () =>
    withCrm(zoho(secrets), async (url, crm) => {
      const first = await run(url, 'referral.sent', 'thin');
      expect(first.reading.outcome).toBe('delivered');
      expect(crm.records).toMatchObject([{ Referral_Id: REFERRAL, Last_Name: `Referral ${REFERRAL}` }]);
      const { session } = first.progress;
      expect((await run(url, 'referral.accepted', 'full', session)).reading.outcome).toBe('delivered');
      expect(crm.records).toMatchObject([
        { Referral_Id: REFERRAL, Last_Name: 'Example', First_Name: 'Robin', Company: 'Private client' },
      ]);
      expect(crm.tokensMade()).toBe(1);

      crm.revoke();
      const refused = await run(url, 'referral.accepted', 'full', session);
      expect(refused.reading).toMatchObject({ outcome: 'failed', endSession: true });
      expect((await run(url, 'referral.accepted', 'full')).reading.outcome).toBe('delivered');
      expect(crm.tokensMade()).toBe(2);

      const wrong = { refresh_token: '1000.another.token' };
      expect((await run(url, 'referral.sent', 'thin', null, REFERRAL, wrong)).reading).toMatchObject({
        outcome: 'rejected',
        detail: expect.stringContaining('invalid_code'),
      });
    }));

  test('two referrals of one client are two leads: nothing but the referral’s id decides', () =>
    withCrm(zoho(secrets), async (url, crm) => {
      await run(url, 'referral.accepted', 'full');
      const other = 'ref_01k8vb1s2wf7r8tck5e8t3d7m2';
      expect((await run(url, 'referral.accepted', 'full', null, other)).reading.outcome).toBe('delivered');
      expect(crm.records).toMatchObject([
        { Referral_Id: REFERRAL, Email: 'robin@client.example' },
        { Referral_Id: other, Email: 'robin@client.example' },
      ]);
    }));

  test('where a layout forbids two leads with one address, that is said and no other lead is touched', () =>
    withCrm(zoho(secrets, ['Referral_Id', 'Email']), async (url, crm) => {
      const known = { Last_Name: 'Exemplar', Email: 'robin@client.example' };
      crm.records.push({ ...known });
      expect((await run(url, 'referral.accepted', 'full')).reading).toMatchObject({
        outcome: 'record_refused',
        isFinal: true,
        detail: expect.stringContaining('the same Email'),
      });
      expect(crm.records).toEqual([known]);
    }));

  test('what the front desk typed stays', () =>
    withCrm(zoho(secrets), async (url, crm) => {
      await run(url, 'referral.sent', 'thin');
      const typed = { Last_Name: 'Meadow-Lark', Email: 'work@client.example', Company: 'Meadow & Sons' };
      Object.assign(crm.records[0] as object, typed);
      for (const detail of ['thin', 'full'] as const) {
        expect((await run(url, 'referral.engaged', detail)).reading.outcome).toBe('delivered');
        expect(crm.records).toHaveLength(1);
        expect(crm.records[0]).toMatchObject(typed);
        expect(crm.records[0]?.Description).toContain('State: engaged');
      }
    }));

  test('a token without the scope is a fault that no new token mends', () =>
    withCrm(zoho(secrets), async (url, crm) => {
      crm.narrow();
      const { reading } = await run(url, 'referral.sent', 'thin');
      expect(reading).toMatchObject({
        outcome: 'rejected',
        detail: expect.stringContaining('ZohoCRM.modules.leads.ALL'),
      });
    }));

  test.each(ENDED)('%s is written into the lead', (type, words) =>
    withCrm(zoho(secrets), async (url, crm) => {
      await run(url, 'referral.sent', 'thin');
      expect((await run(url, type, 'thin')).reading.outcome).toBe('delivered');
      expect(crm.records).toHaveLength(1);
      expect(crm.records[0]?.Description).toContain(words);
    }),
  );
});

describe('Salesforce by REST', () => {
  const settings = settingsOf('salesforce_lead');
  const { client_id, client_secret } = SETTINGS_EXAMPLES.salesforce_lead as Record<string, string>;
  const secrets = { client_id: String(client_id), client_secret: String(client_secret) };
  type Standin = ReturnType<typeof salesforceRest>;
  const withSalesforce = (use: (url: string, crm: Standin) => Promise<void>) =>
    withCrm(salesforceRest(secrets, 'Referral_Id__c'), use);
  const run = (
    url: string,
    type: EventType,
    detail: 'thin' | 'full',
    change: FormatSettings = {},
    session: string | null = null,
    id?: string,
  ) => attempt('salesforce_lead', { ...settings, ...change }, url, type, detail, { session }, id);

  test('a referral is one lead: nameless when it arrives, named when it is accepted', () =>
    withSalesforce(async (url, crm) => {
      const first = await run(url, 'referral.sent', 'thin');
      expect(first.reading.outcome).toBe('delivered');
      expect(crm.records).toMatchObject([
        { Referral_Id__c: REFERRAL, LastName: `Referral ${REFERRAL}`, Company: 'Private client' },
      ]);
      const { session } = first.progress;
      expect((await run(url, 'referral.accepted', 'full', {}, session)).reading.outcome).toBe('delivered');
      expect(crm.records).toMatchObject([
        { LastName: 'Example', FirstName: 'Robin', Referral_Service__c: 'career_counseling' },
      ]);
      crm.endSessions();
      const refused = await run(url, 'referral.accepted', 'full', {}, session);
      expect(refused.reading).toMatchObject({ outcome: 'failed', endSession: true });
    }));

  test('what the front desk typed stays, and two referrals of one client are two leads', () =>
    withSalesforce(async (url, crm) => {
      await run(url, 'referral.sent', 'thin');
      const typed = { LastName: 'Meadow-Lark', Email: 'robin@client.example', Company: 'Meadow & Sons' };
      Object.assign(crm.records[0] as object, typed);
      for (const detail of ['thin', 'full'] as const) {
        expect((await run(url, 'referral.engaged', detail)).reading.outcome).toBe('delivered');
        expect(crm.records[0]).toMatchObject(typed);
        expect(crm.records[0]?.Description).toContain('State: engaged');
      }
      const other = 'ref_01k8vb1s2wf7r8tck5e8t3d7m2';
      expect((await run(url, 'referral.accepted', 'full', {}, null, other)).reading.outcome).toBe(
        'delivered',
      );
      expect(crm.records).toHaveLength(2);
    }));

  test.each(ENDED)('%s is written into the lead, and makes none', (type, words) =>
    withSalesforce(async (url, crm) => {
      expect((await run(url, type, 'thin')).reading.outcome).toBe('delivered');
      expect(crm.records).toEqual([]);
      await run(url, 'referral.sent', 'thin');
      expect((await run(url, type, 'thin')).reading.outcome).toBe('delivered');
      expect(crm.records).toHaveLength(1);
      expect(crm.records[0]?.Description).toContain(words);
    }),
  );

  test('several leads with one id, a converted lead, a wrong field, a wrong secret: each is said in words', () =>
    withSalesforce(async (url, crm) => {
      const detailOf = async (change: FormatSettings = {}) => {
        const { reading } = await run(url, 'referral.accepted', 'full', change);
        return reading.outcome === 'continue' ? reading.outcome : `${reading.outcome}: ${reading.detail}`;
      };
      expect(await detailOf({ mapping: { Unknown__c: 'referral.id' } })).toMatch(
        /^record_refused: answered 400: .*\(INVALID_FIELD\)$/,
      );
      expect(await detailOf({ referral_id_field: 'Other__c' })).toMatch(
        /^rejected: answered 404: `referral_id_field`/,
      );
      expect(await detailOf({ client_secret: 'another-secret' })).toMatch(/^rejected: .*invalid_client/);
      crm.records.push({ Referral_Id__c: REFERRAL, IsConverted: true });
      expect(await detailOf()).toMatch(/^record_refused: .*was converted/);
      crm.records.push({ Referral_Id__c: REFERRAL });
      expect(await detailOf()).toMatch(/^record_refused: answered 300: several leads/);
    }));
});
