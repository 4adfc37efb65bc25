/** Practices in the words of HSDS: what the directory shows of them to every practice, and nothing else. */
import type * as v from 'valibot';
import { toTime } from '../../http/fields.ts';
import { uuidOf } from '../../platform/db/ids.ts';
import { CAPACITIES } from '../../platform/db/schema.ts';
import { hasLapsed } from '../../verification/expiry.ts';
import { isQualification } from '../../verification/professions.ts';
import type { VerifiedRow } from '../directory.repository.ts';
import type { OfferRow, PublishedRow } from './hsds.repository.ts';
import type {
  HsdsOrganizationSchema,
  HsdsServiceSchema,
  HsdsTaxonomySchema,
  HsdsTaxonomyTermSchema,
} from './hsds.schemas.ts';
import { sharedUuid, uuidWithin } from './identifiers.ts';

type Kind = 'service' | 'assessment' | 'capacity';
type Service = v.InferOutput<typeof HsdsServiceSchema>;
type Organization = v.InferOutput<typeof HsdsOrganizationSchema>;
type Term = v.InferOutput<typeof HsdsTaxonomyTermSchema>;

const taxonomyOf = (kind: Kind, name: string, description: string) => ({
  id: sharedUuid('taxonomy', kind),
  name,
  description,
});
const TAXONOMIES = {
  service: taxonomyOf('service', 'Services', 'What professionals of the exchange do.'),
  assessment: taxonomyOf('assessment', 'Assessments', 'Tests that professionals of the exchange offer.'),
  capacity: taxonomyOf('capacity', 'Capacity', 'Whether new clients are taken on.'),
} satisfies Record<Kind, v.InferOutput<typeof HsdsTaxonomySchema>>;
export const taxonomies: readonly v.InferOutput<typeof HsdsTaxonomySchema>[] = Object.values(TAXONOMIES);

const CAPACITY_LABELS: Readonly<Record<(typeof CAPACITIES)[number], string>> = {
  accepting: 'Takes new clients',
  waitlist: 'New clients wait for a place',
  not_accepting: 'Takes no new clients',
  assessment_required: 'Takes new clients after an assessment',
};

export const termOf = (kind: Kind, code: string, label: string): Term => ({
  id: sharedUuid('term', kind, code),
  code,
  name: label,
  description: label,
  taxonomy_id: TAXONOMIES[kind].id,
  taxonomy: TAXONOMIES[kind].name,
  language: 'en',
});
export const capacityTerms = CAPACITIES.map((code) => termOf('capacity', code, CAPACITY_LABELS[code]));

/** Who is qualified today where the practice is; the index is behind it by a minute. */
const heldBy = (row: PublishedRow, now: number) =>
  row.verified.filter(
    ({ kind, expires_on }) =>
      isQualification(kind) && !hasLapsed({ expires_on, time_zone: row.time_zone }, now),
  );

const describe = ({ scope_of_services, specialties }: PublishedRow) =>
  specialties.length === 0
    ? scope_of_services
    : `${scope_of_services}\n\nSpecialties: ${specialties.join('; ')}.`;

const organizationOf = (row: PublishedRow) => ({
  id: uuidOf(row.id),
  name: row.name,
  description: describe(row),
  ...(row.website === null ? {} : { website: row.website }),
});

const contactsOf = (held: readonly VerifiedRow[]) =>
  [...new Map(held.map((one) => [one.professional_id, one])).values()].map((one) => ({
    id: uuidOf(one.professional_id),
    name: one.professional_name,
    title: one.profession_title,
  }));

const accreditationOf = (one: VerifiedRow) =>
  `${one.professional_name}, ${one.profession_title}: ${[one.title, one.issuer, one.jurisdiction].filter(Boolean).join(', ')}, until ${one.expires_on}`;

type Offer = OfferRow & { readonly kind: 'service' | 'assessment' };
export const offersOf = (row: PublishedRow): Offer[] =>
  row.offers.filter((one): one is Offer => one.kind !== 'language');

export const serviceIdOf = (row: PublishedRow, { kind, code }: Offer): string =>
  uuidWithin(row.id, kind, code);

/** What belongs to a service beside its own members. */
function relatedTo(row: PublishedRow, offer: Offer, held: readonly VerifiedRow[]): Partial<Service> {
  const id = serviceIdOf(row, offer);
  const within = (...names: string[]) => uuidWithin(row.id, id, ...names);
  const attribute = { link_id: id, link_entity: 'service' } as const;
  const areas = [...new Set(held.flatMap(({ jurisdiction }) => jurisdiction ?? []))].sort();
  return {
    organization: organizationOf(row),
    languages: row.offers
      .filter(({ kind }) => kind === 'language')
      .map(({ code, label }) => {
        const [primary = code] = code.split('-');
        const note = primary === code ? {} : { note: code };
        return { id: within('language', code), name: label, code: primary, ...note };
      }),
    attributes: [
      {
        id: within('service_type'),
        ...attribute,
        link_type: 'service_type',
        taxonomy_term: termOf(offer.kind, offer.code, offer.label),
      },
      {
        id: within('capacity'),
        ...attribute,
        link_type: 'capacity',
        value: toTime(row.capacity_updated_at),
        taxonomy_term: termOf('capacity', row.capacity, CAPACITY_LABELS[row.capacity]),
      },
    ],
    service_areas: areas.map((name) => ({ id: within('area', name), name })),
    contacts: contactsOf(held),
  };
}

/** @returns null where nobody of the practice is verified any more */
export function toService(row: PublishedRow, offer: Offer, isFull: boolean, now: number): Service | null {
  const held = heldBy(row, now);
  if (held.length === 0) return null;
  const said = toTime(row.capacity_updated_at).slice(0, 10);
  return {
    id: serviceIdOf(row, offer),
    organization_id: uuidOf(row.id),
    name: offer.label,
    description: describe(row),
    ...(row.website === null ? {} : { url: row.website }),
    status: 'active',
    ...(row.capacity === 'accepting' ? {} : { alert: `${CAPACITY_LABELS[row.capacity]} (said on ${said}).` }),
    accreditations: held.map(accreditationOf).join('; '),
    last_modified: toTime(row.updated_at),
    ...(isFull ? relatedTo(row, offer, held) : {}),
  };
}

/** @returns null where nobody of the practice is verified any more */
export function toOrganization(row: PublishedRow, isFull: boolean, now: number): Organization | null {
  const held = heldBy(row, now);
  if (held.length === 0) return null;
  if (!isFull) return organizationOf(row);
  const brochure = row.brochure_url;
  return {
    ...organizationOf(row),
    ...(brochure === null
      ? {}
      : {
          additional_websites: [{ id: uuidWithin(row.id, 'brochure'), label: 'Brochure', url: brochure }],
        }),
    locations: [
      {
        id: uuidWithin(row.id, 'location'),
        location_type: 'physical',
        name: `${row.city}, ${row.jurisdiction}`,
      },
    ],
    contacts: contactsOf(held),
    services: offersOf(row).map((offer) => ({
      id: serviceIdOf(row, offer),
      name: offer.label,
      status: 'active',
    })),
  };
}

/** The page of a list in the envelope of HSDS. */
export const toPage = <T>(
  total: number,
  { page, per_page }: { readonly page: number; readonly per_page: number },
  contents: readonly T[],
) => {
  const pages = Math.ceil(total / per_page);
  return {
    total_items: total,
    total_pages: pages,
    page_number: page,
    size: contents.length,
    first_page: page === 1,
    last_page: page >= pages,
    empty: contents.length === 0,
    contents,
  };
};
