/** Examples of the document, told in every format: for the docs and for Zapier's samples. */

import { toEnvelope } from '../../events/envelope.ts';
import { keyExample } from '../../keys/keys.schemas.ts';
import { EVENT_TYPE_NAMES, type EventType, ruleOf } from '../../ledger/event-types.ts';
import { partnershipExample } from '../../partnerships/partnerships.schemas.ts';
import { publishedExample } from '../../practices/practices.schemas.ts';
import { choiceExample } from '../../referrals/choice/choice.schemas.ts';
import { planItemExample } from '../../referrals/plan/plan.schemas.ts';
import { preparedSummaryExample } from '../../referrals/prepared/prepared.schemas.ts';
import { acceptedExample, summaryExample } from '../../referrals/referrals.examples.ts';
import { PREVIEW_MEMBERS } from '../../referrals/referrals.schemas.ts';
import { credentialExample } from '../../verification/credentials.schemas.ts';
import { type Progress, START } from './format.ts';
import { type FormatName, type FormatSettings, formatOf } from './formats.ts';
import type { Envelope, FormatInput, VisibleReferral } from './input.ts';

const ORIGIN = 'https://exchange.example';

/** A TypeID is the prefix and 26 characters; the types differ in the last two. */
const eventId = (type: EventType) =>
  `evt_01k8vb2t5heqxt3nq5v0r6k3${String(EVENT_TYPE_NAMES.indexOf(type)).padStart(2, '0')}`;

/** Null where none is told. */
const STATES: Partial<Record<EventType, string | null>> = {
  'consent.requested': 'awaiting_consent',
  'consent.granted': null,
  'consent.denied': 'consent_denied',
  'consent.revoked': null,
  'consent.expired': null,
  'referral.erased': null,
  'practice.renamed': null,
  'practice.name_rejected': null,
  'referral.created': 'awaiting_consent',
  'referral.info_requested': 'needs_info',
  'referral.info_provided': 'sent',
  'referral.contact_recorded': 'accepted',
  'referral.move_undone': 'sent',
  'referral.reminder': 'sent',
  'referral.outcome_due': 'accepted',
  'referral.outcome_stale': 'accepted',
  'partnership.accepted': 'active',
  'partnership.resumed': 'active',
  'joint_event.planned': 'planned',
  'joint_event.changed': 'planned',
  'partnership.updated': 'active',
  'partnership.attested': 'active',
  'partnership.thanked': 'active',
  'partnership.review_due': 'active',
  'practice.suspended': 'suspended',
  'practice.reinstated': 'active',
};
const REASONS: Partial<Record<EventType, string>> = {
  'referral.declined': 'at_capacity',
  'referral.not_engaged': 'client_not_interested',
};
const ABOUT: Readonly<Record<string, Record<string, string>>> = {
  referral: { referral_id: summaryExample.id },
  consent: { referral_id: summaryExample.id },
  partnership: { partnership_id: partnershipExample.id },
  credential: { credential_id: credentialExample.id },
  practice: { practice_id: publishedExample.id },
};
const ENDPOINT_ID = 'wep_01k8vb4h6mfn9s2e7w3c8k5d1x';
/** As a receiver gets it; a sender does not. */
const CALLBACK_URL = `${ORIGIN}/callback/uk3Jv7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc`;

const JOINT_EVENT_ID = 'jev_01k8vb3q7dfx1v8k5n3c9t6m4s';
const PREPARED = {
  prepared_referral_id: preparedSummaryExample.id,
  invitation_id: preparedSummaryExample.invitation_id,
};
const CREDENTIAL_ENDS = {
  credential_id: credentialExample.id,
  expires_on: credentialExample.expires_on,
};
/** What events hold beyond what they are about and a state. */
const OF_ENGINE: Partial<Record<EventType, Record<string, unknown>>> = {
  'prepared_referral.ready': {
    ...PREPARED,
    practice_id: publishedExample.id,
    partnership_id: partnershipExample.id,
    state: 'ready',
  },
  'prepared_referral.stranded': { ...PREPARED, state: 'stranded' },
  'prepared_referral.expired': { ...PREPARED, state: 'expired' },
  'joint_event.planned': { joint_event_id: JOINT_EVENT_ID, state: 'planned' },
  'joint_event.changed': { joint_event_id: JOINT_EVENT_ID, state: 'planned', changed: ['time'] },
  'partnership.updated': { partnership_id: partnershipExample.id, state: 'active', changed: ['meeting'] },
  'partnership.thanked': {
    partnership_id: partnershipExample.id,
    state: 'active',
    practice_id: partnershipExample.inviter.id,
  },
  'partnership.review_due': {
    partnership_id: partnershipExample.id,
    state: 'active',
    review_on: partnershipExample.review_on,
  },
  'choice.exhausted': { choice_id: choiceExample.id },
  'referral.message_posted': {
    referral_id: summaryExample.id,
    message_id: 'msg_01k8vb7n9fe2b8wq6x4t1d5r3s',
    callback_url: CALLBACK_URL,
  },
  'referral.plan_changed': {
    referral_id: summaryExample.id,
    plan_item_id: planItemExample.id,
    callback_url: CALLBACK_URL,
  },
  'key.created': { key_id: keyExample.id, created_by: 'operator', scopes: keyExample.scopes },
  'key.revoked': { key_id: keyExample.id, revoked_by: 'operator' },
  'credential.suspended': { credential_id: credentialExample.id, state: 'suspended', reason: 'lapsed' },
  'credential.expiring': { ...CREDENTIAL_ENDS, days_left: 30 },
  'credential.expired': CREDENTIAL_ENDS,
  'practice.capacity_due': {
    practice_id: publishedExample.id,
    capacity: 'accepting',
    capacity_url: `${ORIGIN}/capacity/q0VniavN7wEjRWeJq83vASNFZ4mrze8BI2bDEtM4YkWc`,
  },
  'report.ready': {
    practice_id: publishedExample.id,
    month: '2026-10',
    time_zone: 'America/Chicago',
    referrals: { given: 3, received: 1, balance: 2, reciprocity: 0.5 },
    engagements: { given: 1, received: 1, balance: 0, reciprocity: 1 },
    report_share_id: 'shr_01k8vb5c3tfx8t0s6d9q2j4w81',
    report_url: `${ORIGIN}/report/uk3Jv7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc`,
  },
  'delivery.exhausted': {
    event_id: 'evt_01k8vb5c3rfx8t0s6d9q2j4w7z',
    event_type: 'referral.sent',
    referral_id: summaryExample.id,
    delivery_id: 'dlv_01k8vb5c3sfx8t0s6d9q2j4w806405c7a0a1b38',
    endpoint_id: ENDPOINT_ID,
  },
  'endpoint.failing': { endpoint_id: ENDPOINT_ID },
  'endpoint.recovered': { endpoint_id: ENDPOINT_ID },
  'endpoint.disabled': { endpoint_id: ENDPOINT_ID, reason: 'failing' },
  'endpoint.ping': { endpoint_id: ENDPOINT_ID, purpose: 'test' },
  'endpoint.callback_refused': {
    endpoint_id: ENDPOINT_ID,
    referral_id: summaryExample.id,
    outcome: 'engage',
    stage: 'Closed won',
    code: 'illegal_transition',
  },
};

function dataOf(type: EventType): Record<string, string> {
  const [noun = '', fact = ''] = type.split('.');
  const reason = REASONS[type];
  const { [type]: state = fact } = STATES;
  return {
    ...ABOUT[noun],
    ...(state === null ? {} : { state }),
    ...(reason ? { reason } : {}),
    ...(type === 'referral.move_undone' ? { undone_move: 'accept' } : {}),
    ...(noun === 'referral' && ruleOf(type).hears.includes('receiver') ? { callback_url: CALLBACK_URL } : {}),
  };
}

/** An event of this type as a webhook tells it. */
export function exampleEnvelope(type: EventType): Envelope {
  const [noun = ''] = type.split('.');
  const ofEngine = OF_ENGINE[type];
  const event = {
    id: eventId(type),
    type,
    actor: ruleOf(type).causes[0] ?? 'system',
    data: ofEngine ?? dataOf(type),
    occurred_at: Date.parse('2026-10-05T15:04:05Z'),
    sequence: noun === 'referral' || noun === 'consent' ? (type === 'referral.created' ? 1 : 2) : null,
  };
  return toEnvelope(event, ORIGIN);
}

function referralExample(type: EventType, detail: 'thin' | 'full'): VisibleReferral | null {
  if (!('referral_id' in dataOf(type))) return null;
  if (detail === 'full' && type.startsWith('referral.')) return acceptedExample as unknown as VisibleReferral;
  return Object.fromEntries(
    PREVIEW_MEMBERS.map((member) => [member, summaryExample[member]]),
  ) as unknown as VisibleReferral;
}

export const exampleInput = (type: EventType, url: string, detail: 'thin' | 'full'): FormatInput => ({
  envelope: exampleEnvelope(type),
  referral: referralExample(type, detail),
  url,
  origin: ORIGIN,
});

/** What a format of several steps has learned before each of them; the others have one. */
const STEPS_EXAMPLES: Readonly<Partial<Record<FormatName, readonly Progress[]>>> = {
  salesforce_lead: [
    START,
    { ...START, session: '00D-the-access-token-of-step-1' },
    { ...START, session: '00D-the-access-token-of-step-1', seen: { found: 'no' } },
  ],
  hubspot_contact: [
    START,
    { ...START, seen: { found: 'no' } },
    { ...START, seen: { record_id: '51', writable: 'lastname firstname email phone city' } },
    { ...START, seen: { former_id: '51', record_id: '77', writable: '' } },
  ],
  pipedrive_lead: [
    START,
    { ...START, seen: { found: 'no' } },
    { ...START, kept: { person_id: '1092' } },
    { ...START, kept: { person_id: '1092', lead_id: 'adf21080-0e10-11eb-879b-05d71fb426ec' } },
  ],
  zoho_lead: [
    START,
    { ...START, session: '1000.the-access-token-of-step-1' },
    { ...START, session: '1000.the-access-token-of-step-1', seen: { record_id: '554023000000527002' } },
    {
      ...START,
      session: '1000.the-access-token-of-step-1',
      seen: { record_id: '554023000000527002', writable: 'Last_Name First_Name Email Phone City' },
    },
  ],
};

export const stepsOf = (name: FormatName, settings: FormatSettings): readonly Progress[] =>
  formatOf(name).steps?.(settings) ?? STEPS_EXAMPLES[name] ?? [START];

/** Settings as they may be saved; the secrets are invented. */
export const SETTINGS_EXAMPLES: Readonly<Record<FormatName, FormatSettings>> = {
  standard: {},
  cloudevents: { type_prefix: 'example.exchange.', mapping: { referralid: 'referral.id' } },
  flat: { mapping: { office: { constant: 'Omaha' } } },
  salesforce_web_to_lead: {
    oid: '00D5g00000Abcde',
    company: 'Private client',
    mapping: { '00N5g00000Fghij': 'referral.id', industry: { constant: 'Counseling' } },
  },
  salesforce_lead: {
    client_id: '3MVG9.InventedForThisExample',
    client_secret: 'invented-for-this-example',
    referral_id_field: 'Referral_Id__c',
    mapping: { Referral_Service__c: 'referral.service' },
  },
  hubspot_form: {
    portal_id: '1234567',
    form_id: '319478e5-e5fd-4d39-9d13-fc1f90bf46da',
    fields: ['firstname', 'lastname', 'email', 'message'],
    mapping: { referral_id: 'referral.id' },
  },
  hubspot_contact: {
    access_token: 'pat-na1-invented-for-this-example',
    referral_id_property: 'referral_id',
    mapping: { referral_service: 'referral.service' },
  },
  pipedrive_lead: {
    api_token: 'invented0for0this0example0000000000000000',
    referral_id_field: '0123456789abcdef0123456789abcdef01234567',
    mapping: { '89abcdef0123456789abcdef0123456789abcdef': 'referral.state' },
  },
  zoho_lead: {
    client_id: '1000.INVENTEDFORTHISEXAMPLE',
    client_secret: 'invented-for-this-example',
    refresh_token: '1000.invented.for-this-example',
    referral_id_field: 'Referral_Id',
    mapping: { Service: 'referral.service' },
  },
  clio_grow: { inbox_lead_token: 'invented0for0this0example' },
  gohighlevel: { access_token: 'pit-invented-for-this-example', location_id: 've9EPM428h8vShlRW1KT' },
  lawmatics: { access_token: 'invented-for-this-example' },
  espocrm: { api_key: 'invented0for0this0example0000000' },
  template: {
    system: 'our_crm',
    find: {
      path: '/api/leads?reference={{referral.id}}',
      headers: { Authorization: 'Bearer {{secret.api_key}}' },
      records_path: ['leads'],
      record_id_path: ['id'],
    },
    create: {
      path: '/api/leads',
      headers: { Authorization: 'Bearer {{secret.api_key}}' },
      json: {
        lead: {
          reference: '{{referral.id}}',
          name: '{{lead.name}}',
          email: '{{client.email}}',
          phone: '{{client.phone}}',
          title: '{{referral.service}}, from {{sender.name}}',
          tags: ['Referral Exchange', '{{referral.urgency}}'],
          notes: '{{referral.summary}}',
        },
      },
      record_id_path: ['lead', 'id'],
    },
    update: {
      method: 'PATCH',
      path: '/api/leads/{{record_id}}',
      headers: { Authorization: 'Bearer {{secret.api_key}}' },
      json: {
        lead: {
          name: '{{lead.name}}',
          email: '{{client.email}}',
          phone: '{{client.phone}}',
          notes: '{{referral.summary}}',
        },
      },
    },
    secrets: { api_key: 'invented-for-this-example' },
  },
};
