/** What the document shows. */
import { uuidOf } from '../../platform/db/ids.ts';
import { professionalExample, publishedExample } from '../../practices/practices.schemas.ts';
import { credentialExample } from '../../verification/credentials.schemas.ts';
import { capacityTerms, taxonomies, termOf } from './hsds.view.ts';
import { uuidWithin } from './identifiers.ts';

export const baseExample = {
  version: '3.1',
  profile: 'https://docs.openreferral.org',
  openapi_url: 'https://exchange.example/openapi.json',
  description: 'Practices with verified professionals, and what they offer.',
  publisher: { name: 'The operator of this exchange', email: 'operator@exchange.example' },
};

export const [taxonomyExample] = taxonomies as [(typeof taxonomies)[number]];
export const taxonomyTermExample = termOf('service', 'career_counseling', 'Career counseling');

const practiceId = publishedExample.id;
const id = uuidWithin(practiceId, 'service', 'career_counseling');
const contacts = [
  {
    id: uuidOf(professionalExample.id),
    name: professionalExample.name,
    title: professionalExample.profession_title,
  },
];

export const organizationItemExample = {
  id: uuidOf(practiceId),
  name: publishedExample.name,
  description: `${publishedExample.scope_of_services}\n\nSpecialties: ${publishedExample.specialties.join('; ')}.`,
  website: publishedExample.website,
};
export const organizationExample = {
  ...organizationItemExample,
  additional_websites: [
    { id: uuidWithin(practiceId, 'brochure'), label: 'Brochure', url: publishedExample.brochure_url },
  ],
  locations: [{ id: uuidWithin(practiceId, 'location'), location_type: 'physical', name: 'Omaha, US-NE' }],
  contacts,
  services: [{ id, name: 'Career counseling', status: 'active' }],
};

export const serviceItemExample = {
  id,
  organization_id: organizationItemExample.id,
  name: 'Career counseling',
  description: organizationItemExample.description,
  url: publishedExample.website,
  status: 'active',
  alert: 'New clients wait for a place (said on 2026-10-01).',
  accreditations: `${professionalExample.name}, ${professionalExample.profession_title}: ${credentialExample.title}, ${credentialExample.issuer}, ${credentialExample.jurisdiction}, until ${credentialExample.expires_on}`,
  last_modified: '2026-10-01T09:00:00.000Z',
};
const attribute = { link_id: id, link_entity: 'service' };
export const serviceExample = {
  ...serviceItemExample,
  organization: organizationItemExample,
  languages: [{ id: uuidWithin(practiceId, id, 'language', 'en'), name: 'English', code: 'en' }],
  attributes: [
    {
      id: uuidWithin(practiceId, id, 'service_type'),
      ...attribute,
      link_type: 'service_type',
      taxonomy_term: taxonomyTermExample,
    },
    {
      id: uuidWithin(practiceId, id, 'capacity'),
      ...attribute,
      link_type: 'capacity',
      value: publishedExample.capacity_updated_at,
      taxonomy_term: capacityTerms[1],
    },
  ],
  service_areas: [{ id: uuidWithin(practiceId, id, 'area', 'US-NE'), name: 'US-NE' }],
  contacts,
};
