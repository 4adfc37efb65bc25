import * as v from 'valibot';
import { toTime } from '../http/fields.ts';
import { CREDENTIAL_KINDS, PARTNERSHIP_STATES } from '../platform/db/schema.ts';
import type { IntakeFormRow } from '../practices/intake/intake.repository.ts';
import { formExample, IntakeFormSchema, presentForm } from '../practices/intake/intake.schemas.ts';
import type { PracticeRow, ProfessionalRow } from '../practices/practices.repository.ts';
import {
  presentPublished,
  professionalExample,
  publishedExample,
  publishedMembers,
  publishedProfessional,
} from '../practices/practices.schemas.ts';
import type { CredentialRow } from '../verification/credentials.repository.ts';
import { credentialExample, presentCredential } from '../verification/credentials.schemas.ts';
import { describeProfession } from '../verification/professions.ts';
import { publishedOf } from '../verification/published.ts';
import type { HitRow, KnownPartnership } from './directory.repository.ts';
import { toVcard } from './vcard.ts';

const credential = {
  /** What sort of proof it is. An `insurance` or an `npi` stands only beside one of the other kinds. */
  kind: v.picklist(CREDENTIAL_KINDS),
  /** What it is called. */
  title: v.string(),
  /** Who issued it; null of an insurance. */
  issuer: v.nullable(v.string()),
  /** Where a licence holds (ISO 3166-2); null where it is none. */
  jurisdiction: v.nullable(v.string()),
  /** The last day on which it holds; null: it does not end. */
  expires_on: v.nullable(v.string()),
};

const partnershipMembers = {
  /** Its id. */
  id: v.string(),
  /** How it stands. */
  state: v.picklist(PARTNERSHIP_STATES),
};

/** A practice in the directory. @schema DirectoryPractice */
export const DirectoryPracticeSchema = v.object({
  ...publishedMembers,
  /** Who is verified for what, by which board, until when: at most ten, all of them in the entry. */
  verified: v.array(
    v.object({
      /** The professional. */
      professional_id: v.string(),
      /** The professional’s name. */
      professional_name: v.string(),
      /** The profession. */
      profession: publishedProfessional.profession,
      /** The profession in words. */
      profession_title: v.string(),
      /** What may be said of the profession. */
      label: publishedProfessional.label,
      ...credential,
    }),
  ),
  /** Yours with that practice, if one is open: invited, active or paused. */
  partnership: v.nullable(v.object(partnershipMembers)),
});

/** A practice in the directory, with its professionals. @schema DirectoryEntry */
export const DirectoryEntrySchema = v.object({
  ...publishedMembers,
  /** Whether it stands in the directory; else only its partners see it. */
  listed: v.boolean(),
  /** Its professionals. */
  professionals: v.array(
    v.object({
      ...publishedProfessional,
      /** Those that are verified and have not run out; without their numbers. */
      credentials: v.array(v.object(credential)),
    }),
  ),
  /** Yours with that practice, if one is open: invited, active or paused. */
  partnership: v.nullable(v.object(partnershipMembers)),
  /** What it asks of those who refer to it, for each service; null: you have no active partnership. */
  intake_forms: v.nullable(v.array(IntakeFormSchema)),
});

export function presentHit(row: HitRow, now: number): v.InferOutput<typeof DirectoryPracticeSchema> {
  return {
    ...presentPublished(row, now),
    // The search leaves out what has run out everywhere; here it is known where the practice is.
    verified: [...Map.groupBy(row.verified, ({ professional_id }) => professional_id).values()].flatMap(
      (held) =>
        publishedOf(
          held.map((one) => ({ ...one, time_zone: row.time_zone })),
          now,
        ).map(({ of, published }) => ({
          professional_id: of.professional_id,
          professional_name: of.professional_name,
          ...describeProfession(of),
          ...published,
        })),
    ),
    partnership: row.partnership,
  };
}

/** Only verified, unexpired credentials are published, without their numbers. */
export function presentEntry(
  row: PracticeRow & { readonly partnership: KnownPartnership | null },
  professionals: readonly ProfessionalRow[],
  credentials: readonly CredentialRow[],
  forms: readonly IntakeFormRow[],
  readerId: string,
  now: number,
): v.InferOutput<typeof DirectoryEntrySchema> {
  const asks = row.partnership?.state === 'active' || row.id === readerId;
  return {
    ...presentPublished(row, now),
    listed: row.listed,
    professionals: professionals.map((one) => ({
      id: one.id,
      name: one.name,
      ...describeProfession(one),
      credentials: publishedOf(
        credentials.filter(
          (held) => held.professional_id === one.id && presentCredential(held, now).status === 'verified',
        ),
        now,
      ).map(({ published }) => published),
    })),
    partnership: row.partnership,
    intake_forms: asks ? forms.map(presentForm) : null,
  };
}

/** The card of an entry, with what only partners may have. */
export const presentCard = (
  row: PracticeRow & { readonly partnership: KnownPartnership | null },
  entry: v.InferOutput<typeof DirectoryEntrySchema>,
  readerId: string,
) => {
  const isPartner = row.partnership?.state === 'active' || row.partnership?.state === 'paused';
  return toVcard(
    { ...entry, updated_at: toTime(row.updated_at) },
    isPartner || row.id === readerId ? row : null,
  );
};

const heldExample = {
  kind: credentialExample.kind,
  title: credentialExample.title,
  issuer: credentialExample.issuer,
  jurisdiction: credentialExample.jurisdiction,
  expires_on: credentialExample.expires_on,
};
const partnershipExample = { id: 'prt_01k8vb0z0pe2hsp4n7f2s6w9cq', state: 'active' };
const { id, name, profession, profession_title, label } = professionalExample;

export const directoryPracticeExample = {
  ...publishedExample,
  verified: [
    { professional_id: id, professional_name: name, profession, profession_title, label, ...heldExample },
  ],
  partnership: partnershipExample,
};

export const directoryEntryExample = {
  ...publishedExample,
  listed: true,
  professionals: [{ id, name, profession, profession_title, label, credentials: [heldExample] }],
  partnership: partnershipExample,
  intake_forms: [formExample],
};

export const vcardExample = () =>
  toVcard(
    { ...directoryEntryExample, updated_at: '2026-10-01T09:00:00.000Z' },
    { contact_email: 'office@elm-street.example', contact_phone: '+1 402 555 0100' },
  );
