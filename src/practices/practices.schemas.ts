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
import { isLicensed, PROFESSION_NAMES, PROFESSIONS, type Profession } from '../verification/professions.ts';
import type { PracticeRow, ProfessionalRow } from './practices.repository.ts';

/** A capacity said longer ago than this is marked: it may no longer be true. */
const CAPACITY_FRESH_MS = 30 * 86_400_000;

const profile = {
  name: line(160),
  city: line(120),
  jurisdiction,
  time_zone: timeZone,
  scope_of_services: prose(2000),
  services: setOf(slug, 50),
  assessments: setOf(slug, 50),
  languages,
  capacity: oneOf(CAPACITIES),
  website: v.nullable(httpsUrl),
  contact_email: v.nullable(email),
  contact_phone: v.nullable(phone),
};

export const NewPracticeSchema = v.strictObject({
  ...profile,
  services: v.optional(profile.services, []),
  assessments: v.optional(profile.assessments, []),
  languages: v.optional(profile.languages, ['en']),
  capacity: v.optional(profile.capacity, 'accepting'),
  website: v.optional(profile.website, null),
  contact_email: v.optional(profile.contact_email, null),
  contact_phone: v.optional(profile.contact_phone, null),
  verbal_consent_allowed: v.optional(v.boolean('must be true or false'), false),
});

export const ProfileChangeSchema = v.partial(v.strictObject(profile));

export const PracticeChangeSchema = v.partial(
  v.strictObject({ ...profile, verbal_consent_allowed: v.boolean('must be true or false') }),
);

export const NewProfessionalSchema = v.strictObject({ name: line(160), profession: oneOf(PROFESSION_NAMES) });

const published = {
  id: v.string(),
  name: v.string(),
  city: v.string(),
  jurisdiction: v.string(),
  scope_of_services: v.string(),
  services: v.array(v.string()),
  assessments: v.array(v.string()),
  languages: v.array(v.string()),
  capacity: v.picklist(CAPACITIES),
  capacity_updated_at: timeOut,
  capacity_stale: v.boolean(),
  website: v.nullable(v.string()),
};

export const PracticeSchema = v.object({
  ...published,
  version: v.number(),
  status: v.picklist(PRACTICE_STATUSES),
  time_zone: v.string(),
  contact_email: v.nullable(v.string()),
  contact_phone: v.nullable(v.string()),
  verbal_consent_allowed: v.boolean(),
  /** Asked for by a verified practice; the operator has not decided yet. */
  requested_name: v.nullable(v.string()),
  /** Why the operator did not agree to the last one; null once another is asked for or given. */
  name_rejection_reason: v.nullable(v.string()),
  created_at: timeOut,
  updated_at: timeOut,
});

export const NameApprovalSchema = v.strictObject({ name: profile.name });
export const NameRejectionSchema = v.strictObject({ reason: prose(500) });

const professional = {
  id: v.string(),
  name: v.string(),
  profession: v.picklist(PROFESSION_NAMES),
  profession_title: v.string(),
  label: v.picklist(['licensed profession', 'certified, not licensed']),
};

export const ProfessionalSchema = v.object({
  ...professional,
  practice_id: v.string(),
  credentials: v.array(CredentialSchema),
  created_at: timeOut,
});

export const DirectoryPracticeSchema = v.object(published);

export const DirectoryEntrySchema = v.object({
  ...published,
  professionals: v.array(
    v.object({
      ...professional,
      credentials: v.array(
        v.object({
          kind: v.string(),
          title: v.string(),
          issuer: v.string(),
          jurisdiction: v.nullable(v.string()),
          expires_on: v.string(),
        }),
      ),
    }),
  ),
});

/** What every practice may see of another one. */
export function presentDirectoryPractice(
  row: PracticeRow,
  now: number,
): v.InferOutput<typeof DirectoryPracticeSchema> {
  return {
    id: row.id,
    name: row.name,
    city: row.city,
    jurisdiction: row.jurisdiction,
    scope_of_services: row.scope_of_services,
    services: row.services,
    assessments: row.assessments,
    languages: row.languages,
    capacity: row.capacity,
    capacity_updated_at: toTime(row.capacity_updated_at),
    capacity_stale: now - row.capacity_updated_at > CAPACITY_FRESH_MS,
    website: row.website,
  };
}

/** What the practice itself and the operator see. */
export function presentPractice(row: PracticeRow, now: number): v.InferOutput<typeof PracticeSchema> {
  return {
    ...presentDirectoryPractice(row, now),
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

function describeProfessional(row: ProfessionalRow) {
  const profession = row.profession as Profession;
  return {
    id: row.id,
    name: row.name,
    profession,
    profession_title: PROFESSIONS[profession].title,
    label: isLicensed(profession) ? ('licensed profession' as const) : ('certified, not licensed' as const),
  };
}

export function presentProfessional(
  row: ProfessionalRow,
  credentials: readonly CredentialRow[],
  now: number,
): v.InferOutput<typeof ProfessionalSchema> {
  return {
    ...describeProfessional(row),
    practice_id: row.practice_id,
    credentials: credentials
      .filter((credential) => credential.professional_id === row.id)
      .map((credential) => presentCredential(credential, now)),
    created_at: toTime(row.created_at),
  };
}

/** Only verified, unexpired credentials are published, without their numbers. */
export function presentDirectoryEntry(
  row: PracticeRow,
  professionals: readonly ProfessionalRow[],
  credentials: readonly CredentialRow[],
  now: number,
): v.InferOutput<typeof DirectoryEntrySchema> {
  return {
    ...presentDirectoryPractice(row, now),
    professionals: professionals.map((one) => ({
      ...describeProfessional(one),
      credentials: credentials
        .filter((credential) => credential.professional_id === one.id)
        .filter((credential) => presentCredential(credential, now).status === 'verified')
        .map(({ kind, title, issuer, jurisdiction: where, expires_on }) => ({
          kind,
          title,
          issuer,
          jurisdiction: where,
          expires_on,
        })),
    })),
  };
}

export const directoryExample = {
  id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
  name: 'Elm Street Counseling',
  city: 'Omaha',
  jurisdiction: 'US-NE',
  scope_of_services: 'Career counseling and testing for adults.',
  services: ['career_counseling', 'goal_attainment'],
  assessments: ['mbti', 'strong_interest_inventory'],
  languages: ['en', 'es'],
  capacity: 'accepting',
  capacity_updated_at: '2026-10-01T09:00:00.000Z',
  capacity_stale: false,
  website: 'https://elm-street.example',
};

export const practiceExample = {
  ...directoryExample,
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
  practice_id: directoryExample.id,
  name: 'Jordan Alder',
  profession: 'career_counselor',
  profession_title: 'Career counselor',
  label: 'licensed profession',
  credentials: [credentialExample],
  created_at: '2026-10-01T09:00:00.000Z',
};

export const directoryEntryExample = {
  ...directoryExample,
  professionals: [
    {
      id: professionalExample.id,
      name: professionalExample.name,
      profession: professionalExample.profession,
      profession_title: professionalExample.profession_title,
      label: professionalExample.label,
      credentials: [
        {
          kind: credentialExample.kind,
          title: credentialExample.title,
          issuer: credentialExample.issuer,
          jurisdiction: credentialExample.jurisdiction,
          expires_on: credentialExample.expires_on,
        },
      ],
    },
  ],
};
