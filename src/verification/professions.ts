/**
 * Which professions there are and what each must hold to refer and be referred to. Licensed professions need a
 * licence in a jurisdiction; the others are "certified, not licensed" and say so in the directory.
 */
import type { CREDENTIAL_KINDS } from '../platform/db/schema.ts';

export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export const PROFESSIONS = {
  career_counselor: { title: 'Career counselor', requires: 'licence' },
  mental_health_counselor: { title: 'Mental-health counselor', requires: 'licence' },
  psychologist: { title: 'Psychologist', requires: 'licence' },
  social_worker: { title: 'Social worker', requires: 'licence' },
  marriage_and_family_therapist: { title: 'Marriage and family therapist', requires: 'licence' },
  resume_writer: { title: 'Résumé writer', requires: 'certification' },
  career_coach: { title: 'Career coach', requires: 'certification' },
  life_coach: { title: 'Life coach', requires: 'certification' },
  career_advisor: { title: 'Career advisor', requires: 'membership' },
} as const satisfies Record<string, { title: string; requires: CredentialKind }>;

export type Profession = keyof typeof PROFESSIONS;
/** A profession, which says what credential is needed to refer and be referred to. @schema Profession */
export const PROFESSION_NAMES = Object.keys(PROFESSIONS) as [Profession, ...Profession[]];

export function isLicensed(profession: Profession): boolean {
  return PROFESSIONS[profession].requires === 'licence';
}
