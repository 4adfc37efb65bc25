/** What the document shows: one practice, as the lists and reads show it. */
import { practiceExample, professionalExample } from '../../practices/practices.schemas.ts';
import { credentialExample } from '../../verification/credentials.schemas.ts';
import type { PublishedRow } from './hsds.repository.ts';
import { taxonomies, termOf, toOrganization, toService } from './hsds.view.ts';

export const baseExample = {
  version: '3.1',
  profile: 'https://docs.openreferral.org',
  openapi_url: 'https://exchange.example/openapi.json',
  description: 'Practices with verified professionals, and what they offer.',
  publisher: { name: 'The operator of this exchange', email: 'operator@exchange.example' },
};

const at = Date.parse(practiceExample.updated_at);
const offer = { kind: 'service', code: 'career_counseling', label: 'Career counseling' } as const;
const row = {
  ...practiceExample,
  capacity: 'waitlist',
  capacity_updated_at: at,
  updated_at: at,
  verified: [
    {
      ...professionalExample,
      ...credentialExample,
      professional_id: professionalExample.id,
      professional_name: professionalExample.name,
    },
  ],
  offers: [offer, { kind: 'language', code: 'en', label: 'English' }],
} as unknown as PublishedRow;

export const [taxonomyExample] = taxonomies;
export const taxonomyTermExample = () => termOf(offer.kind, offer.code, offer.label);
export const organizationItemExample = () => toOrganization(row, false, at);
export const organizationExample = () => toOrganization(row, true, at);
export const serviceItemExample = () => toService(row, offer, false, at);
export const serviceExample = () => toService(row, offer, true, at);
