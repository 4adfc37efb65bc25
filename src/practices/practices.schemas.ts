import * as v from 'valibot';
import {
  email,
  httpsUrl,
  jurisdiction,
  languages,
  line,
  oneOf,
  phone,
  prose,
  setOf,
  slug,
  timeOut,
  timeZone,
  toTime,
} from '../http/fields.ts';
import { CAPACITIES, PRACTICE_STATUSES } from '../platform/db/schema.ts';
import type { CredentialRow } from '../verification/credentials.repository.ts';
import {
  CredentialSchema,
  credentialExample,
  presentCredential,
} from '../verification/credentials.schemas.ts';
import { describeProfession, LABELS } from '../verification/professions.ts';
import { isCapacityStale } from './capacity.ts';
import type { PracticeRow, ProfessionalRow } from './practices.repository.ts';

const profile = {
  /** The name by which clients and partners know it; at most 160 characters. */
  name: line(160),
  /** Where it is. */
  city: line(120),
  /** Its country or subdivision (ISO 3166-2), such as `US-NE`. */
  jurisdiction,
  /** Its time zone (IANA), such as `America/Chicago`: months of reports are reckoned in it. */
  time_zone: timeZone,
  /** What it does and does not do, for those who might refer; at most 2,000 characters. */
  scope_of_services: prose(2000),
  /** What it offers, as codes of the catalog, such as `career_counseling`; at most 50. */
  services: setOf(slug, 50),
  /** Tests that it offers, as codes of the catalog, such as `mbti`; at most 50. */
  assessments: setOf(slug, 50),
  /** Languages in which it works (BCP 47), such as `es`; at most 20. */
  languages,
  /** What it is especially good at, in its own words beside the codes of `services`; at most 20 of 80 characters. */
  specialties: setOf(line(80), 20),
  /** Whether it takes clients on. */
  capacity: oneOf(CAPACITIES),
  /** Its site: https; null: none. */
  website: v.nullable(httpsUrl),
  /** Its brochure: https; null: none. */
  brochure_url: v.nullable(httpsUrl),
  /** Whether it stands in the directory. */
  listed: v.boolean('must be true or false'),
  /** Where it is reached; not in the directory. */
  contact_email: v.nullable(email),
  /** Where it is reached; not in the directory. */
  contact_phone: v.nullable(phone),
};

/** A new practice. @schema PracticeRequest */
export const NewPracticeSchema = v.strictObject({
  ...profile,
  services: v.optional(profile.services, []),
  assessments: v.optional(profile.assessments, []),
  languages: v.optional(profile.languages, ['en']),
  specialties: v.optional(profile.specialties, []),
  capacity: v.optional(profile.capacity, 'accepting'),
  website: v.optional(profile.website, null),
  brochure_url: v.optional(profile.brochure_url, null),
  listed: v.optional(profile.listed, true),
  contact_email: v.optional(profile.contact_email, null),
  contact_phone: v.optional(profile.contact_phone, null),
  /** `true`: it may record consent that was spoken. */
  verbal_consent_allowed: v.optional(v.boolean('must be true or false'), false),
});

/** What is to change; what is left out stays. @schema ProfileChange */
export const ProfileChangeSchema = v.partial(v.strictObject(profile));

/** What is to change; what is left out stays. @schema PracticeChange */
export const PracticeChangeSchema = v.partial(
  v.strictObject({
    ...profile,
    /** `true`: it may record consent that was spoken. */
    verbal_consent_allowed: v.boolean('must be true or false'),
  }),
);

/** A new professional. @schema ProfessionalRequest */
export const NewProfessionalSchema = v.strictObject({
  /** The professional’s name. */
  name: line(160),
  /** The profession, a code of the catalog, which says what credential is needed; such as `psychologist`. */
  profession: slug,
});

export const publishedMembers = {
  /** Its id. */
  id: v.string(),
  /** Its name. */
  name: v.string(),
  /** Where it is. */
  city: v.string(),
  /** Its country or subdivision (ISO 3166-2). */
  jurisdiction: v.string(),
  /** What it does and does not do. */
  scope_of_services: v.string(),
  /** What it offers. */
  services: v.array(v.string()),
  /** Tests that it offers. */
  assessments: v.array(v.string()),
  /** What it is especially good at, in its own words. */
  specialties: v.array(v.string()),
  /** Languages in which it works (BCP 47). */
  languages: v.array(v.string()),
  /** Whether it takes clients on. */
  capacity: v.picklist(CAPACITIES),
  /** When it said so. */
  capacity_updated_at: timeOut,
  /** True where it said so more than 30 days ago: it may no longer be true. */
  capacity_stale: v.boolean(),
  /** Its site; null: none. */
  website: v.nullable(v.string()),
  /** Its brochure; null: none. */
  brochure_url: v.nullable(v.string()),
};

/** A practice, as it and the operator see it. @schema Practice */
export const PracticeSchema = v.object({
  ...publishedMembers,
  /** Whether it stands in the directory. */
  listed: v.boolean(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** Whether it may do anything new. */
  status: v.picklist(PRACTICE_STATUSES),
  /** Its time zone (IANA). */
  time_zone: v.string(),
  /** Where it is reached; not in the directory. */
  contact_email: v.nullable(v.string()),
  /** Where it is reached; not in the directory. */
  contact_phone: v.nullable(v.string()),
  /** Whether it may record consent that was spoken. */
  verbal_consent_allowed: v.boolean(),
  /** Asked for by a verified practice; the operator has not decided yet. */
  requested_name: v.nullable(v.string()),
  /** Why the operator did not agree to the last one; null once another is asked for or given. */
  name_rejection_reason: v.nullable(v.string()),
  /** When it was made. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
});

/** The name that is agreed to. @schema NameApprovalRequest */
export const NameApprovalSchema = v.strictObject({
  /** The name that you looked at: refused where another one is asked for by now. */
  name: profile.name,
});
/** Why the name is not agreed to. @schema NameRejectionRequest */
export const NameRejectionSchema = v.strictObject({
  /** Why not; the practice reads it. At most 500 characters. */
  reason: prose(500),
});

export const publishedProfessional = {
  /** Its id. */
  id: v.string(),
  /** The professional’s name. */
  name: v.string(),
  /** The profession, a code of the catalog. */
  profession: v.string(),
  /** The profession in words. */
  profession_title: v.string(),
  /** What may be said of the profession. */
  label: v.picklist(LABELS),
};

/** A professional of a practice. @schema Professional */
export const ProfessionalSchema = v.object({
  ...publishedProfessional,
  /** The practice. */
  practice_id: v.string(),
  /** The professional’s credentials, whatever their status. */
  credentials: v.array(CredentialSchema),
  /** When it was made. */
  created_at: timeOut,
});

/** What every practice may see of another one. */
export function presentPublished(row: PracticeRow, now: number) {
  return {
    id: row.id,
    name: row.name,
    city: row.city,
    jurisdiction: row.jurisdiction,
    scope_of_services: row.scope_of_services,
    services: row.services,
    assessments: row.assessments,
    specialties: row.specialties,
    languages: row.languages,
    capacity: row.capacity,
    capacity_updated_at: toTime(row.capacity_updated_at),
    capacity_stale: isCapacityStale(row.capacity_updated_at, now),
    website: row.website,
    brochure_url: row.brochure_url,
  };
}

/** What the practice itself and the operator see. */
export function presentPractice(row: PracticeRow, now: number): v.InferOutput<typeof PracticeSchema> {
  return {
    ...presentPublished(row, now),
    listed: row.listed,
    version: row.version,
    status: row.status,
    time_zone: row.time_zone,
    contact_email: row.contact_email,
    contact_phone: row.contact_phone,
    verbal_consent_allowed: row.verbal_consent_allowed,
    requested_name: row.requested_name,
    name_rejection_reason: row.name_rejection_reason,
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  };
}

export function presentProfessional(
  row: ProfessionalRow,
  credentials: readonly CredentialRow[],
  now: number,
): v.InferOutput<typeof ProfessionalSchema> {
  return {
    id: row.id,
    name: row.name,
    ...describeProfession(row),
    practice_id: row.practice_id,
    credentials: credentials
      .filter((credential) => credential.professional_id === row.id)
      .map((credential) => presentCredential(credential, now)),
    created_at: toTime(row.created_at),
  };
}

export const publishedExample = {
  id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
  name: 'Elm Street Counseling',
  city: 'Omaha',
  jurisdiction: 'US-NE',
  scope_of_services: 'Career counseling and testing for adults.',
  services: ['career_counseling', 'goal_attainment'],
  assessments: ['mbti', 'strong_interest_inventory'],
  specialties: ['Career change after 50'],
  languages: ['en', 'es'],
  capacity: 'accepting',
  capacity_updated_at: '2026-10-01T09:00:00.000Z',
  capacity_stale: false,
  website: 'https://elm-street.example',
  brochure_url: 'https://elm-street.example/brochure.pdf',
};

export const practiceExample = {
  ...publishedExample,
  listed: true,
  version: 1,
  status: 'active',
  time_zone: 'America/Chicago',
  contact_email: 'office@elm-street.example',
  contact_phone: '+1 402 555 0100',
  verbal_consent_allowed: false,
  requested_name: null,
  name_rejection_reason: null,
  created_at: '2026-10-01T09:00:00.000Z',
  updated_at: '2026-10-01T09:00:00.000Z',
};

export const newPracticeExample = {
  name: 'Elm Street Counseling',
  city: 'Omaha',
  jurisdiction: 'US-NE',
  time_zone: 'America/Chicago',
  scope_of_services: 'Career counseling and testing for adults.',
  services: ['career_counseling', 'goal_attainment'],
  assessments: ['mbti', 'strong_interest_inventory'],
  contact_email: 'office@elm-street.example',
};

export const professionalExample = {
  id: 'pro_01k8vazw3efr0b6q7n1d8y5k2j',
  practice_id: publishedExample.id,
  name: 'Jordan Alder',
  profession: 'career_counselor',
  profession_title: 'Career counselor',
  label: 'licensed profession',
  credentials: [credentialExample],
  created_at: '2026-10-01T09:00:00.000Z',
};
