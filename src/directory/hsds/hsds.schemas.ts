/** Open Referral’s HSDS 3.1, as far as it is served (https://docs.openreferral.org): what has no value is left out. */
import * as v from 'valibot';
import { flagInQuery, numberInQuery, timeOut } from '../../http/fields.ts';

const uuid = v.pipe(v.string(), v.uuid());
const uri = v.pipe(v.string(), v.url());

export const hsdsPageQuery = {
  /** Which page, from 1. */
  page: v.optional(numberInQuery(1, 1_000_000), '1'),
  /** How many a page has, 1 to 100. */
  per_page: v.optional(numberInQuery(1, 100), '25'),
};
export const fullQuery = {
  /** `true`: with all that belongs to each, as it is read by itself. */
  full: v.optional(flagInQuery, 'false'),
};

export const hsdsPage = <T extends v.GenericSchema>(item: T) =>
  v.object({
    /** How many there are in all. */
    total_items: v.number(),
    /** How many pages of this size they are. */
    total_pages: v.number(),
    /** Which page this is, from 1. */
    page_number: v.number(),
    /** How many this page has. */
    size: v.number(),
    /** Whether it is the first. */
    first_page: v.boolean(),
    /** Whether it is the last. */
    last_page: v.boolean(),
    /** Whether it has none. */
    empty: v.boolean(),
    /** What is on this page. */
    contents: v.array(item),
  });

/** What this API is. @schema HsdsBase */
export const HsdsBaseSchema = v.object({
  /** The version of HSDS. */
  version: v.string(),
  /** Where its profile is described: HSDS itself. */
  profile: uri,
  /** The document of this API. */
  openapi_url: uri,
  /** What is in it. */
  description: v.string(),
  /** Who runs the exchange. */
  publisher: v.object({
    /** Its name. */
    name: v.string(),
    /** Where to write to about the data. */
    email: v.string(),
  }),
});

const taxonomy = {
  /** Its id. */
  id: uuid,
  /** Its name. */
  name: v.string(),
  /** What its terms say. */
  description: v.string(),
};
/** A list of terms. @schema HsdsTaxonomy */
export const HsdsTaxonomySchema = v.object(taxonomy);

/** A term by which services are found. @schema HsdsTaxonomyTerm */
export const HsdsTaxonomyTermSchema = v.object({
  /** Its id. */
  id: uuid,
  /** Its code, the same as in the catalog of the exchange. */
  code: v.string(),
  /** What it is called. */
  name: v.string(),
  /** What it is called, once more: HSDS asks for it. */
  description: v.string(),
  /** The taxonomy’s id. */
  taxonomy_id: uuid,
  /** The taxonomy’s name. */
  taxonomy: v.string(),
  /** In which language its name is. */
  language: v.string(),
});

const organization = {
  /** Its id: the UUID of the practice’s id. */
  id: uuid,
  /** Its name. */
  name: v.string(),
  /** What it does and does not do. */
  description: v.string(),
  /** Its site. */
  website: v.optional(uri),
};
const contacts = v.array(
  v.object({
    /** The professional’s UUID. */
    id: uuid,
    /** The professional’s name. */
    name: v.string(),
    /** The profession. */
    title: v.string(),
  }),
);

/** A practice. @schema HsdsOrganization */
export const HsdsOrganizationSchema = v.object({
  ...organization,
  /** Its brochure. */
  additional_websites: v.optional(
    v.array(
      v.object({
        /** Its id. */
        id: uuid,
        /** What it is. */
        label: v.string(),
        /** Where it is. */
        url: uri,
      }),
    ),
  ),
  /** Where it is: no more than the city is told. */
  locations: v.optional(
    v.array(
      v.object({
        /** Its id. */
        id: uuid,
        /** Always `physical`. */
        location_type: v.literal('physical'),
        /** The city and its subdivision or country (ISO 3166-2). */
        name: v.string(),
      }),
    ),
  ),
  /** Its professionals with a verified credential, ten at most. */
  contacts: v.optional(contacts),
  /** Its services. */
  services: v.optional(
    v.array(
      v.object({
        /** Its id. */
        id: uuid,
        /** What it is called. */
        name: v.string(),
        /** Always `active`. */
        status: v.literal('active'),
      }),
    ),
  ),
});

/** A service or an assessment that a practice offers. @schema HsdsService */
export const HsdsServiceSchema = v.object({
  /** Its id: the same as long as the practice offers it. */
  id: uuid,
  /** Whose it is. */
  organization_id: uuid,
  /** What it is called. */
  name: v.string(),
  /** What the practice does and does not do. */
  description: v.string(),
  /** The practice’s site. */
  url: v.optional(uri),
  /** Always `active`: what is no longer offered is not here. */
  status: v.literal('active'),
  /** Whether new clients are taken on, where it is not simply so, and when that was said. */
  alert: v.optional(v.string()),
  /** Who is verified for what, by whom, until when. */
  accreditations: v.string(),
  /** When the practice changed something last. */
  last_modified: timeOut,
  /** Whose it is. */
  organization: v.optional(v.object(organization)),
  /** In which languages. */
  languages: v.optional(
    v.array(
      v.object({
        /** Its id. */
        id: uuid,
        /** What it is called. */
        name: v.string(),
        /** Its code (ISO 639). */
        code: v.string(),
        /** The tag with region or script (BCP 47), where there is one. */
        note: v.optional(v.string()),
      }),
    ),
  ),
  /** What it is, and whether new clients are taken on (`value`: when that was said). */
  attributes: v.optional(
    v.array(
      v.object({
        /** Its id. */
        id: uuid,
        /** The service’s id. */
        link_id: uuid,
        /** Always `service`. */
        link_entity: v.literal('service'),
        /** What the term says. */
        link_type: v.picklist([
          /** What the service is. */
          'service_type',
          /** Whether new clients are taken on. */
          'capacity',
        ]),
        /** Of a capacity: when it was said. */
        value: v.optional(timeOut),
        /** The term. */
        taxonomy_term: HsdsTaxonomyTermSchema,
      }),
    ),
  ),
  /** Where licences of its professionals hold. */
  service_areas: v.optional(
    v.array(
      v.object({
        /** Its id. */
        id: uuid,
        /** A country or subdivision (ISO 3166-2). */
        name: v.string(),
      }),
    ),
  ),
  /** The practice’s professionals with a verified credential, ten at most. */
  contacts: v.optional(contacts),
});
