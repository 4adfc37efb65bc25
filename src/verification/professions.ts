/**
 * What a profession asks of those who have it is said by the catalog: a licence in a jurisdiction, a certification or a
 * membership. Those without a licence are "certified, not licensed" and say so in the directory.
 */
import type { CREDENTIAL_KINDS } from '../platform/db/schema.ts';

export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** How a profession is shown. */
export interface ShownProfession {
  readonly profession: string;
  readonly profession_title: string;
  readonly profession_requires: CredentialKind;
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
