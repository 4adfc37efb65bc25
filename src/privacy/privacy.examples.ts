/** Examples of the document. */
import { eventExample } from '../events/events.routes.ts';
import { previewExample, sentExample } from '../referrals/referrals.examples.ts';

export const erasedExample = {
  ...previewExample,
  version: 2,
  direction: 'sent',
  state: 'revoked',
  languages: [],
  client_city: null,
  client_withheld: 'erased',
  ended_at: '2026-10-06T08:00:00.000Z',
  erased_at: '2026-10-06T08:00:00.000Z',
  allowed_moves: [],
  consent: {
    ...sentExample.consent,
    status: 'revoked',
    purposes: null,
    revoked_at: '2026-10-06T08:00:00.000Z',
  },
  updated_at: '2026-10-06T08:00:00.000Z',
};

export const disclosureExample = {
  id: `dsc_${previewExample.id.slice(4)}000001`,
  disclosed_at: '2026-10-05T15:04:05.000Z',
  practice_id: previewExample.receiver.practice_id,
  way: 'api',
  categories: ['identity', 'contact', 'reason'],
  consent_id: previewExample.consent.id,
  key_id: 'key_01k8vaz8q4esmt9w2x6c1v5b3n',
};

export const exportExample = {
  exported_at: '2026-10-06T09:00:00.000Z',
  held: ['client', 'client_city', 'consent_signature'],
  referral: sentExample,
  consent_signature: { signed_by: 'Robin Example', reference: 'Paper form 2026-117, cabinet 2' },
  consent_text: null,
  consent_text_sha256: null,
  consent_language: 'en',
  consent_notice_version: null,
  plan: [],
  choice: null,
  disclosures: [disclosureExample],
  events: [eventExample],
};
