import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleInput, SETTINGS_EXAMPLES } from '../../../src/webhooks/formats/examples.ts';
import {
  checkSettings,
  eventTypesDefault,
  FORMAT_NAMES,
  type FormatName,
  formatOf,
  isTold,
  noticesOf,
  refuseEventTypes,
  refuseFormatUrl,
  refuseSeveral,
} from '../../../src/webhooks/formats/formats.ts';
import { STEPS, settingsOf } from '../../support/formats.ts';

const INPUT = exampleInput('referral.accepted', 'https://crm.example/', 'full');

describe('what is refused when it is saved', () => {
  test.each<[FormatName, object, string, string]>([
    ['salesforce_web_to_lead', { oid: '123' }, '/oid', 'organization id'],
    ['salesforce_web_to_lead', { mapping: { oid: 'referral.id' } }, '/mapping/oid', 'set by the format'],
    ['salesforce_web_to_lead', { mapping: { 'a b': 'referral.id' } }, '/mapping/a b', 'custom field'],
    ['salesforce_web_to_lead', { mapping: { industry: 'client.shoe_size' } }, '/mapping/industry', 'source'],
    [
      'salesforce_web_to_lead',
      { mapping: { industry: { constant: '' } } },
      '/mapping/industry/constant',
      'empty',
    ],
    ['salesforce_web_to_lead', { company: '' }, '/company', 'empty'],
    ['hubspot_form', { fields: ['email'] }, '/fields', 'lastname'],
    ['hubspot_form', { form_id: 'x' }, '/form_id', 'form'],
    ['hubspot_contact', { access_token: 'with a space' }, '/access_token', 'visible ASCII'],
    ['hubspot_contact', { access_token: undefined }, '/access_token', 'string'],
    ['pipedrive_lead', { mapping: { title: { constant: 'x' } } }, '/mapping/title', '40 characters'],
    ['pipedrive_lead', { owner_id: 1.5 }, '/owner_id', 'whole number'],
    ['zoho_lead', { mapping: { id: 'referral.id' } }, '/mapping/id', 'set by the format'],
    ['cloudevents', { mapping: { Upper: 'referral.id' } }, '/mapping/Upper', 'lower-case'],
    ['cloudevents', { type_prefix: 'no-dot' }, '/type_prefix', 'dots'],
    ['clio_grow', { source: 'a}}b' }, '/source', '}}'],
    ['gohighlevel', { location_id: 'a/b' }, '/location_id', 'letters and digits'],
    ['espocrm', { site_path: '/../x' }, '/site_path', 'a path'],
    ['flat', { mapping: { id: 'referral.id' } }, '/mapping/id', 'set by the format'],
  ])('%s %j', (name, change, pointer, words) => {
    const { faults } = checkSettings(name, { ...SETTINGS_EXAMPLES[name], ...change }, '');
    expect(faults).toHaveLength(1);
    expect(faults?.[0]).toMatchObject({ pointer, detail: expect.stringContaining(words) });
  });

  test('a missing setting is named', () => {
    expect(checkSettings('hubspot_contact', {}, '/s').faults).toEqual([
      { pointer: '/s/access_token', detail: 'is required' },
    ]);
  });

  test('at most 20 fields are mapped', () => {
    const mapping = Object.fromEntries(
      Array.from({ length: 21 }, (_, index) => [`f${index}`, 'referral.id']),
    );
    expect(checkSettings('flat', { mapping }, '').faults?.[0]?.detail).toContain('20');
  });

  test.each<[FormatName, string]>([
    ['hubspot_contact', 'https://api.hubapi.com.attacker.example/'],
    ['pipedrive_lead', 'https://pipedrive.com.attacker.example/'],
    ['pipedrive_lead', 'https://attacker.example/?x=.pipedrive.com'],
    ['zoho_lead', 'https://www.zohoapis.example/'],
    ['salesforce_web_to_lead', 'https://evil-webto.salesforce.com/'],
    ['hubspot_form', 'https://api.hsforms.com.example/'],
  ])('%s sends no secret and no client to %s', (name, url) => {
    expect(refuseFormatUrl(name, url, false)).toBeTypeOf('string');
    expect(refuseFormatUrl(name, url, true)).toBeNull();
  });

  test('several events are told only where they find one record', () => {
    const types = ['referral.sent', 'referral.accepted'];
    for (const name of ['salesforce_web_to_lead', 'hubspot_form'] as const) {
      expect(refuseSeveral(name, types, settingsOf(name))?.pointer).toBe('/event_types');
      expect(refuseSeveral(name, ['referral.accepted'], settingsOf(name))).toBeNull();
    }
    for (const [name, field] of [
      ['hubspot_contact', 'referral_id_property'],
      ['zoho_lead', 'referral_id_field'],
    ] as const) {
      const without = settingsOf(name, { [field]: undefined });
      expect(refuseSeveral(name, types, without)?.pointer).toBe(`/format_settings/${field}`);
      expect(refuseSeveral(name, ['referral.accepted'], without)).toBeNull();
      expect(refuseSeveral(name, types, settingsOf(name))).toBeNull();
    }
    for (const name of ['pipedrive_lead', 'salesforce_lead'] as const)
      expect(
        checkSettings(name, { ...SETTINGS_EXAMPLES[name], referral_id_field: undefined }, '').faults,
      ).toHaveLength(1);
  });

  test('who is not told of a withdrawal, a revoked consent or an erasure hears that when it is saved', () => {
    for (const name of FORMAT_NAMES) {
      const [notice] = noticesOf(name, eventTypesDefault(name));
      const isLeadOnly = formatOf(name).eventTypes?.severalBy === null;
      expect([name, notice?.code]).toEqual([name, isLeadOnly ? 'endings_not_told' : undefined]);
    }
    const [chosen] = noticesOf('zoho_lead', ['referral.sent', 'referral.withdrawn']);
    expect(chosen?.detail).toContain('leaves out referral.expired, referral.erased, consent.revoked');
  });

  test('a CRM gets no event that it would make a strange lead of, and nothing of one’s own referrals', () => {
    expect(refuseEventTypes('salesforce_web_to_lead', ['referral.sent'])).toBeNull();
    expect(refuseEventTypes('salesforce_web_to_lead', ['partnership.invited'])).toContain('referral.sent');
    expect(refuseEventTypes('flat', ['partnership.invited'])).toBeNull();
    expect(eventTypesDefault('zoho_lead')).toEqual([
      'referral.sent',
      'referral.accepted',
      'referral.withdrawn',
      'referral.expired',
      'referral.erased',
      'consent.revoked',
      'consent.expired',
    ]);
    expect(isTold('pipedrive_lead', 'referral.sent', 'received')).toBe(true);
    expect(isTold('pipedrive_lead', 'referral.sent', 'sent')).toBe(false);
    expect(isTold('standard', 'partnership.invited', null)).toBe(true);
  });
});

describe('what an answer means', () => {
  const first = (name: FormatName) => STEPS[name][0] as (typeof STEPS)['standard'][number];
  const last = (name: FormatName) => STEPS[name].at(-1) as (typeof STEPS)['standard'][number];
  const read = (name: FormatName, status: number, excerpt = '', progress = last(name)) =>
    formatOf(name).read({ status, excerpt }, progress, settingsOf(name), INPUT);

  test.each<[FormatName, number, string, string]>([
    ['standard', 200, '', 'delivered'],
    ['standard', 204, '', 'delivered'],
    ['standard', 301, '', 'failed'],
    ['standard', 400, '', 'rejected'],
    ['standard', 409, '', 'record_refused'],
    ['standard', 422, '', 'record_refused'],
    ['standard', 404, '', 'rejected'],
    ['standard', 408, '', 'failed'],
    ['standard', 429, '', 'failed'],
    ['standard', 503, '', 'failed'],
    ['flat', 410, '', 'rejected'],
    ['salesforce_web_to_lead', 200, '', 'delivered'],
    ['salesforce_web_to_lead', 302, '', 'delivered'],
    ['salesforce_web_to_lead', 301, '', 'failed'],
    ['salesforce_web_to_lead', 503, '', 'failed'],
    ['hubspot_form', 200, '{"inlineMessage":"Thanks"}', 'delivered'],
    ['hubspot_form', 204, '', 'failed'],
    ['hubspot_form', 302, '', 'failed'],
    ['hubspot_form', 400, '{"errors":[{"errorType":"FIELD_NOT_IN_FORM_DEFINITION"}]}', 'record_refused'],
    ['hubspot_form', 400, '{"errors":[{"errorType":"FORM_HAS_RECAPTCHA_ENABLED"}]}', 'rejected'],
    ['hubspot_form', 429, '', 'failed'],
    ['hubspot_contact', 200, '{"id":"77","properties":{}', 'continue'],
    ['hubspot_contact', 207, '{"status":"COMPLETE"', 'failed'],
    ['hubspot_contact', 202, '', 'failed'],
    ['hubspot_contact', 200, '<html>', 'failed'],
    ['hubspot_contact', 400, '{"category":"VALIDATION_ERROR"}', 'record_refused'],
    ['hubspot_contact', 401, '', 'rejected'],
    ['hubspot_contact', 429, '{"category":"RATE_LIMITS"}', 'failed'],
    ['pipedrive_lead', 201, '{"success":true,"data":{"id":5,"content', 'delivered'],
    ['pipedrive_lead', 200, '{"success":false,"error":"x"}', 'record_refused'],
    ['pipedrive_lead', 400, '{"success":false,"error":"x"}', 'record_refused'],
    ['pipedrive_lead', 200, '<html>', 'failed'],
    ['pipedrive_lead', 204, '', 'failed'],
    ['pipedrive_lead', 401, '', 'rejected'],
    ['zoho_lead', 200, '{"data":[{"code":"SUCCESS","action":"insert"', 'delivered'],
    ['zoho_lead', 200, '{"data":[{"code":"MANDATORY_NOT_FOUND","details":{}}]}', 'record_refused'],
    ['zoho_lead', 202, '{"data":[{"code":"DUPLICATE_DATA"}]}', 'record_refused'],
    ['zoho_lead', 200, '{"data":[{"code":"INTERNAL_ERROR"}]}', 'failed'],
    ['zoho_lead', 204, '', 'failed'],
    ['zoho_lead', 401, '{"code":"INVALID_TOKEN"}', 'failed'],
    ['zoho_lead', 401, '{"code":"OAUTH_SCOPE_MISMATCH"}', 'rejected'],
    ['zoho_lead', 429, '{"code":"TOO_MANY_REQUESTS"}', 'failed'],
    ['salesforce_lead', 201, '{"id":"00Q1","success":true', 'delivered'],
    ['salesforce_lead', 204, '', 'delivered'],
    ['salesforce_lead', 202, '', 'failed'],
    ['salesforce_lead', 300, '["/services/data"]', 'record_refused'],
    ['salesforce_lead', 400, '[{"errorCode":"STRING_TOO_LONG"}]', 'record_refused'],
    ['salesforce_lead', 401, '[{"errorCode":"INVALID_SESSION_ID"}]', 'failed'],
    ['salesforce_lead', 403, '[{"errorCode":"REQUEST_LIMIT_EXCEEDED"}]', 'failed'],
    ['salesforce_lead', 403, '[{"errorCode":"API_DISABLED_FOR_ORG"}]', 'rejected'],
    ['salesforce_lead', 503, '', 'failed'],
  ])('%s: %i %s is %s', (name, status, excerpt, outcome) => {
    expect(read(name, status, excerpt).outcome).toBe(outcome);
  });

  test('Salesforce only accepts: it does not say that there is a lead', () => {
    expect(read('salesforce_web_to_lead', 200)).toMatchObject({
      confirmed: false,
      detail: expect.stringContaining('unconfirmed'),
    });
    expect(read('standard', 200)).toMatchObject({ confirmed: true });
  });

  test('Pipedrive: the ids are kept between the steps, also of an answer that was cut', () => {
    const [, start, person] = STEPS.pipedrive_lead;
    expect(read('pipedrive_lead', 201, '{"success":true,"data":{"id":1092,"name":"Ro', start)).toEqual({
      outcome: 'continue',
      kept: { person_id: '1092' },
    });
    const lead = '{"success":true,"data":{"id":"adf21080-0e10-11eb-879b-05d71fb426ec","title":"';
    expect(read('pipedrive_lead', 201, lead, person)).toEqual({
      outcome: 'continue',
      kept: { person_id: '1092', lead_id: 'adf21080-0e10-11eb-879b-05d71fb426ec' },
    });
    const withoutNote = settingsOf('pipedrive_lead', { add_note: false });
    expect(
      formatOf('pipedrive_lead').read(
        { status: 201, excerpt: lead },
        person as typeof start & object,
        withoutNote,
        INPUT,
      ).outcome,
    ).toBe('delivered');
  });

  test('Zoho: a token is asked for first, and given up where it is refused', () => {
    const token =
      '{"access_token":"1000.abcdef.ghijkl","api_domain":"https://www.zohoapis.com","token_type":"Bearer","expires_in":3600}';
    expect(read('zoho_lead', 200, token, first('zoho_lead'))).toEqual({
      outcome: 'continue',
      session: { value: '1000.abcdef.ghijkl', expires_in_seconds: 3480 },
    });
    expect(read('zoho_lead', 200, '{"error":"invalid_code"}', first('zoho_lead'))).toMatchObject({
      outcome: 'rejected',
      detail: expect.stringContaining('invalid_code'),
    });
    expect(
      read(
        'zoho_lead',
        400,
        '{"error_description":"You have made too many requests continuously.","error":"Access Denied"}',
        first('zoho_lead'),
      ).outcome,
    ).toBe('failed');
    expect(read('zoho_lead', 401, '{"code":"INVALID_TOKEN"}')).toMatchObject({
      outcome: 'failed',
      endSession: true,
    });
  });

  test.each(FORMAT_NAMES)(
    '%s: every answer has a meaning, and what is said of it holds nothing of the answer but codes',
    (name) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 100, max: 599 }),
          fc.oneof(
            fc.string(),
            fc.constant(
              '{"message":"robin@client.example exists","errors":[{"code":"Robin Example","message":"robin"}]}',
            ),
            fc.json(),
          ),
          fc.constantFrom(...STEPS[name]),
          (status, excerpt, progress) => {
            const reading = formatOf(name).read({ status, excerpt }, progress, settingsOf(name), INPUT);
            if (reading.outcome === 'continue') return;
            if (reading.outcome !== 'delivered') expect(reading.detail).not.toBe('');
            expect(reading.detail ?? '').not.toMatch(/robin/i);
            if (status >= 500) expect(reading.outcome).toBe('failed');
          },
        ),
      );
    },
  );
});
