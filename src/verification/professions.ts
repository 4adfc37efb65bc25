/**
 * What a profession asks of those who have it is said by the catalog: a licence in a jurisdiction, a certification or a
 * membership, and beside it perhaps an insurance or an NPI. Those without a licence are "certified, not licensed" and say
 * so in the directory.
 */
import { type CREDENTIAL_KINDS, type FURTHER_KINDS, QUALIFICATION_KINDS } from '../platform/db/schema.ts';

export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];
export type QualificationKind = (typeof QUALIFICATION_KINDS)[number];
export type FurtherKind = (typeof FURTHER_KINDS)[number];

/** Whether it can make somebody verified in a profession. */
export const isQualification = (kind: string): kind is QualificationKind =>
  (QUALIFICATION_KINDS as readonly string[]).includes(kind);

/** How a profession is shown. */
export interface ShownProfession {
  readonly profession: string;
  readonly profession_title: string;
  readonly profession_requires: QualificationKind;
}

/** What may be said of a profession. */
export const LABELS = [
  /** It needs a licence. */
  'licensed profession',
  /** It needs none. */
  'certified, not licensed',
] as const;

export const describeProfession = ({
  profession,
  profession_title,
  profession_requires,
}: ShownProfession) => ({
  profession,
  profession_title,
  label: profession_requires === 'licence' ? LABELS[0] : LABELS[1],
});
