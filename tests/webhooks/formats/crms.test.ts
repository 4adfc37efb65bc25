/** Each CRM format against a stand-in that enforces that CRM's contract, over real HTTP. */
import { expect, test } from 'vitest';
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
  start: Progress = START,
): Promise<{ reading: Reading; progress: Progress }> {
  const format = formatOf(name);
  const input = exampleInput(type, url, detail);
  let progress = start;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const { url: to, headers, body } = format.request(input, settings, progress);
    const { status, response_excerpt } = await post(to, headers, body);
    const answer = { status: status ?? 0, excerpt: response_excerpt ?? '' };
    const reading = format.read(answer, progress, settings);
    if (reading.outcome !== 'continue') return { reading, progress };
    progress = { kept: reading.kept, session: reading.session?.value ?? progress.session };
  }
  throw new Error('more steps than a format may have');
}

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
  }));

test('HubSpot’s form takes the fields that it has, and refuses others by a code that we show', () =>
  withCrm(
    hubspotForms('1234567', '319478e5-e5fd-4d39-9d13-fc1f90bf46da', [
      ...['firstname', 'lastname', 'email', 'message', 'referral_id'],
    ]),
    async (url, crm) => {
      const run = (settings: FormatSettings, detail: 'thin' | 'full') =>
        attempt('hubspot_form', settings, url, 'referral.accepted', detail);
      expect((await run(settingsOf('hubspot_form'), 'thin')).reading.outcome).toBe('delivered');
      expect(crm.records[0]).toMatchObject({ lastname: `Referral ${REFERRAL}`, referral_id: REFERRAL });
      expect((await run(settingsOf('hubspot_form'), 'full')).reading.outcome).toBe('delivered');
      expect(crm.records[1]).toMatchObject({ lastname: 'Example', email: 'robin@client.example' });
      const more = settingsOf('hubspot_form', { mapping: { shoe_size: 'client.name' } });
      const { reading } = await run(more, 'full');
      expect(reading).toMatchObject({
        outcome: 'rejected',
        detail: expect.stringContaining('FIELD_NOT_IN_FORM_DEFINITION'),
      });
      expect(JSON.stringify(reading)).not.toMatch(CLIENT);
      for (let count = crm.records.length; count < 50; count += 1) crm.records.push({});
      expect((await run(settingsOf('hubspot_form'), 'thin')).reading.outcome).toBe('failed');
    },
  ));

test('HubSpot has one contact a referral: nameless when it arrives, named when it is accepted', () => {
  const token = String(SETTINGS_EXAMPLES.hubspot_contact.access_token);
  const properties = [
    'firstname',
    'lastname',
    'email',
    'phone',
    'city',
    'message',
    'referral_id',
    'referral_service',
  ];
  return withCrm(hubspotContacts(token, properties, 'referral_id'), async (url, crm) => {
    const run = (settings: FormatSettings, type: EventType, detail: 'thin' | 'full') =>
      attempt('hubspot_contact', settings, url, type, detail);
    const settings = settingsOf('hubspot_contact');
    expect((await run(settings, 'referral.sent', 'thin')).reading.outcome).toBe('delivered');
    expect(crm.records).toMatchObject([{ referral_id: REFERRAL, lastname: `Referral ${REFERRAL}` }]);
    expect((await run(settings, 'referral.accepted', 'full')).reading.outcome).toBe('delivered');
    expect(crm.records).toMatchObject([
      { referral_id: REFERRAL, lastname: 'Example', email: 'robin@client.example' },
    ]);

    const byAddress = settingsOf('hubspot_contact', { referral_id_property: undefined });
    expect((await run(byAddress, 'referral.accepted', 'full')).reading.outcome).toBe('delivered');
    expect(crm.records).toHaveLength(1);
    expect((await run(byAddress, 'referral.sent', 'thin')).reading.outcome).toBe('delivered');
    expect(crm.records).toHaveLength(2);

    const wrong = settingsOf('hubspot_contact', { mapping: { unknown_property: 'referral.id' } });
    const { reading } = await run(wrong, 'referral.accepted', 'full');
    expect(reading).toMatchObject({
      outcome: 'rejected',
      detail: expect.stringContaining('VALIDATION_ERROR'),
    });
    expect(JSON.stringify(reading)).not.toMatch(CLIENT);
    const stranger = settingsOf('hubspot_contact', { access_token: 'pat-of-another-account' });
    expect((await run(stranger, 'referral.sent', 'thin')).reading).toMatchObject({
      outcome: 'rejected',
      detail: expect.stringContaining('access token is not valid'),
    });
  });
});

test('Pipedrive gets person, lead and note; an attempt that failed in the middle goes on there', () => {
  const token = String(SETTINGS_EXAMPLES.pipedrive_lead.api_token);
  return withCrm(pipedrive(token), async (url, crm) => {
    const settings = settingsOf('pipedrive_lead');
    const run = (start?: Progress) =>
      attempt('pipedrive_lead', settings, url, 'referral.accepted', 'full', start);
    crm.failNext('/v1/leads');
    const broken = await run();
    expect(broken.reading.outcome).toBe('failed');
    expect(broken.progress.kept).toEqual({ person_id: '1092' });
    crm.failNext('/v1/notes');
    const again = await run(broken.progress);
    expect(again.reading.outcome).toBe('failed');
    expect((await run(again.progress)).reading.outcome).toBe('delivered');
    expect(crm.records.map(({ kind }) => kind)).toEqual(['person', 'lead', 'note']);
    const [person, lead, note] = crm.records;
    expect(person).toMatchObject({ name: 'Robin Example', emails: [{ value: 'robin@client.example' }] });
    expect(lead).toMatchObject({
      title: 'Robin Example: career counseling',
      person_id: 1092,
      origin_id: REFERRAL,
      '0123456789abcdef0123456789abcdef01234567': REFERRAL,
    });
    expect(note?.content).toContain('Answer or report the outcome: https://exchange.example/callback/');
  });
});

test('Pipedrive: a thin lead names the referral, and a wrong token is said in words', () => {
  const token = String(SETTINGS_EXAMPLES.pipedrive_lead.api_token);
  return withCrm(pipedrive(token), async (url, crm) => {
    const run = (settings: FormatSettings) =>
      attempt('pipedrive_lead', settings, url, 'referral.sent', 'thin');
    expect((await run(settingsOf('pipedrive_lead', { add_note: false }))).reading.outcome).toBe('delivered');
    expect(crm.records.map(({ kind }) => kind)).toEqual(['person', 'lead']);
    expect(crm.records[1]).toMatchObject({ title: `Referral ${REFERRAL}` });
    expect(JSON.stringify(crm.records)).not.toMatch(CLIENT);
    const wrong = settingsOf('pipedrive_lead', { api_token: 'another-token' });
    expect((await run(wrong)).reading).toMatchObject({
      outcome: 'rejected',
      detail: expect.stringContaining('API token is not valid'),
    });
  });
});

test('Zoho: one access token serves many leads, a revoked one is replaced, a referral stays one lead', () => {
  const { client_id, client_secret, refresh_token } = SETTINGS_EXAMPLES.zoho_lead as Record<string, string>;
  const secrets = {
    client_id: String(client_id),
    client_secret: String(client_secret),
    refresh_token: String(refresh_token),
  };
  return withCrm(zoho(secrets), async (url, crm) => {
    const settings = settingsOf('zoho_lead');
    const first = await attempt('zoho_lead', settings, url, 'referral.sent', 'thin');
    expect(first.reading.outcome).toBe('delivered');
    expect(crm.records).toMatchObject([{ Referral_Id: REFERRAL, Last_Name: `Referral ${REFERRAL}` }]);
    const { session } = first.progress;
    const second = await attempt('zoho_lead', settings, url, 'referral.accepted', 'full', {
      kept: {},
      session,
    });
    expect(second.reading.outcome).toBe('delivered');
    expect(crm.records).toMatchObject([{ Referral_Id: REFERRAL, Last_Name: 'Example', First_Name: 'Robin' }]);
    expect(crm.tokensMade()).toBe(1);

    crm.revoke();
    const refused = await attempt('zoho_lead', settings, url, 'referral.accepted', 'full', {
      kept: {},
      session,
    });
    expect(refused.reading).toMatchObject({ outcome: 'failed', endSession: true });
    expect((await attempt('zoho_lead', settings, url, 'referral.accepted', 'full')).reading.outcome).toBe(
      'delivered',
    );
    expect(crm.tokensMade()).toBe(2);

    const wrong = settingsOf('zoho_lead', { refresh_token: '1000.another.token' });
    expect((await attempt('zoho_lead', wrong, url, 'referral.sent', 'thin')).reading).toMatchObject({
      outcome: 'rejected',
      detail: expect.stringContaining('invalid_code'),
    });
  });
});
