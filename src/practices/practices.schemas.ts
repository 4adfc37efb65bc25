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
  /** What it offers, as words in lower case with underscores, such as `career_counseling`; at most 50. */
  services: setOf(slug, 50),
  /** Tests that it offers, such as `mbti`; at most 50. */
  assessments: setOf(slug, 50),
  /** Languages in which it works (BCP 47), such as `es`; at most 20. */
  languages,
  /** Whether it takes clients on. */
  capacity: oneOf(CAPACITIES),
  /** Its site: https; null: none. */
  website: v.nullable(httpsUrl),
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
  capacity: v.optional(profile.capacity, 'accepting'),
  website: v.optional(profile.website, null),
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
  /** The profession, which says what credential is needed. */
  profession: oneOf(PROFESSION_NAMES),
});

const published = {
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
};

/** A practice, as it and the operator see it. @schema Practice */
export const PracticeSchema = v.object({
  ...published,
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

const professional = {
  /** Its id. */
  id: v.string(),
  /** The professional’s name. */
  name: v.string(),
  /** The profession. */
  profession: v.picklist(PROFESSION_NAMES),
  /** The profession in words. */
  profession_title: v.string(),
  /** What may be said of the profession. */
  label: v.picklist([
    /** It needs a licence. */
    'licensed profession',
    /** It needs none. */
    'certified, not licensed',
  ]),
};

/** A professional of a practice. @schema Professional */
export const ProfessionalSchema = v.object({
  ...professional,
  /** The practice. */
  practice_id: v.string(),
  /** The professional’s credentials, whatever their status. */
  credentials: v.array(CredentialSchema),
  /** When it was made. */
  created_at: timeOut,
});

/** A practice in the directory. @schema DirectoryPractice */
export const DirectoryPracticeSchema = v.object(published);

/** A practice in the directory, with its professionals. @schema DirectoryEntry */
export const DirectoryEntrySchema = v.object({
  ...published,
  /** Its professionals. */
  professionals: v.array(
    v.object({
      ...professional,
      /** Those that are verified and have not run out; without their numbers. */
      credentials: v.array(
        v.object({
          /** What sort of proof it is. */
          kind: v.string(),
          /** What it is called. */
          title: v.string(),
          /** Who issued it. */
          issuer: v.string(),
          /** Where a licence holds (ISO 3166-2); null where it is none. */
          jurisdiction: v.nullable(v.string()),
          /** The last day on which it holds. */
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
