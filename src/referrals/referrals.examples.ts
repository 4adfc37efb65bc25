/** Examples of the document: invented people, and ids of the right shape. */
import { partnershipExample } from '../partnerships/partnerships.schemas.ts';
import { professionalExample } from '../practices/practices.schemas.ts';

export const clientExample = {
  identity: { given_name: 'Robin', family_name: 'Example' },
  contact: { email: 'robin@client.example', preferred_way: 'email' },
  reason: 'Wants to change fields after fifteen years and does not know into what.',
};

export const consentInputExample = {
  method: 'written',
  categories: ['identity', 'contact', 'reason'],
  directions: ['forward', 'feedback'],
  purposes: ['Career counseling and testing'],
  granted_at: '2026-10-05T14:00:00Z',
  signed_by: 'Robin Example',
  reference: 'Paper form 2026-117, cabinet 2',
};

export const newReferralExample = {
  receiver_practice_id: partnershipExample.invitee.id,
  service: 'career_counseling',
  reason: 'testing_needed',
  client_jurisdiction: 'US-NE',
  client_city: 'Omaha',
  client: clientExample,
  consent: consentInputExample,
};

export const summaryExample = {
  id: 'ref_01k8vb1s2wf7r8tck5e8t3d7m1',
  version: 1,
  direction: 'received',
  state: 'sent',
  sender: {
    practice_id: partnershipExample.inviter.id,
    name: partnershipExample.inviter.name,
    professional_id: 'pro_01k8vaz8q4esmt9w2x6c1v5b3n',
  },
  receiver: {
    practice_id: partnershipExample.invitee.id,
    name: partnershipExample.invitee.name,
    professional_id: null,
  },
  partnership_id: partnershipExample.id,
  previous_id: null,
  choice_id: null,
  source: null,
  service: 'career_counseling',
  reason: 'testing_needed',
  urgency: 'routine',
  languages: ['en'],
  client_jurisdiction: 'US-NE',
  client_city: 'Omaha',
  disclose: 'on_accept',
  sent_at: '2026-10-05T14:05:00.000Z',
  respond_by: '2026-10-12T14:05:00.000Z',
  answered_at: null,
  accepted_at: null,
  decline_reason: null,
  engaged_at: null,
  outcome_at: null,
  not_engaged_reason: null,
  completed_at: null,
  ended_at: null,
  reached_at: '2026-10-05T14:05:00.412Z',
  reached_confirmed: true,
  erased_at: null,
  outcome_withheld: false,
  allowed_moves: ['accept', 'decline', 'request_info'],
  created_at: '2026-10-05T14:05:00.000Z',
  updated_at: '2026-10-05T14:05:00.000Z',
};

const consentExample = {
  id: 'con_01k8vb1s2wf7r8tck5e8t3d7m1',
  status: 'active',
  directions: ['forward', 'feedback'],
  expires_at: '2027-01-03T14:00:00.000Z',
  revoked_at: null,
  method: 'written',
  categories: ['identity', 'contact', 'reason'],
  disclose_on_send: false,
  part2: false,
  granted_at: '2026-10-05T14:00:00.000Z',
  purposes: ['Career counseling and testing'],
};

export const previewExample = {
  ...summaryExample,
  external_ids: [],
  metadata: {},
  client: null,
  client_withheld: 'not_accepted',
  disclosed_categories: [],
  redisclosure_notice: null,
  consent: {
    ...consentExample,
    method: null,
    categories: null,
    disclose_on_send: null,
    part2: null,
    granted_at: null,
    purposes: null,
  },
  consent_request: null,
  consent_url: null,
  messages: [],
  contacts: [],
};

export const sentExample = {
  ...previewExample,
  direction: 'sent',
  client: clientExample,
  client_withheld: null,
  consent: consentExample,
  allowed_moves: ['withdraw'],
};

export const acceptedExample = {
  ...previewExample,
  version: 2,
  state: 'accepted',
  receiver: { ...previewExample.receiver, professional_id: professionalExample.id },
  answered_at: '2026-10-05T15:04:05.000Z',
  accepted_at: '2026-10-05T15:04:05.000Z',
  allowed_moves: ['waitlist', 'record_contact', 'engage', 'mark_not_engaged', 'undo'],
  client: clientExample,
  client_withheld: null,
  consent: consentExample,
  disclosed_categories: ['identity', 'contact', 'reason'],
  updated_at: '2026-10-05T15:04:05.000Z',
};
