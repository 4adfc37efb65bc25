/** A credential as it is handed in, and what is stored of it before anybody has looked. */
import * as v from 'valibot';
import { date, id, jurisdiction, line } from '../http/fields.ts';
import { CREDENTIAL_KINDS, type credentials, QUALIFICATION_KINDS } from '../platform/db/schema.ts';
import { credentialExample } from './credentials.schemas.ts';
import { isNpi } from './npi.ts';

const qualification = {
  /** What it is called, such as `Licensed Independent Mental Health Practitioner`. */
  title: line(120),
  /** The board or body that issued it. */
  issuer: line(160),
  /** Its number there. */
  number: line(64),
  /** The last day on which it holds, `YYYY-MM-DD`: to the end of that day where the practice is. */
  expires_on: date,
  /** The board whose rosters it is compared with; without it the one of this name (`issuer`) and jurisdiction. */
  board_id: v.optional(id('board')),
};

/** A licence. @schema LicenceRequest */
const LicenceSchema = v.strictObject({
  /** A licence of a board, in one jurisdiction. */
  kind: v.literal('licence'),
  ...qualification,
  /** Where it holds (ISO 3166-2), such as `US-NE`. */
  jurisdiction,
});

/** A certification or a membership. @schema CertificateRequest */
const CertificateSchema = v.strictObject({
  /** Which of the two. */
  kind: v.picklist([
    /** A certificate of a professional body. */
    'certification',
    /** A membership in a professional body. */
    'membership',
  ]),
  ...qualification,
  /** Where it holds (ISO 3166-2). */
  jurisdiction: v.optional(jurisdiction),
});

/** An insurance against claims of malpractice. @schema InsuranceRequest */
const InsuranceSchema = v.pipe(
  v.strictObject({
    /** Cover against claims of malpractice. */
    kind: v.literal('insurance'),
    /** The insurer. Only you and the operator see it. */
    issuer: line(160),
    /** The number of the policy. Only you and the operator see it. */
    number: line(64),
    /** The first day that is covered, `YYYY-MM-DD`: before it the insurance does not count. */
    starts_on: date,
    /** The last day that is covered: to the end of that day where the practice is. */
    expires_on: date,
  }),
  v.forward(
    v.check(({ starts_on, expires_on }) => starts_on <= expires_on, 'must not be before `starts_on`'),
    ['expires_on'],
  ),
);

/** A National Provider Identifier. @schema NpiRequest */
const NpiSchema = v.strictObject({
  /** A National Provider Identifier (United States). */
  kind: v.literal('npi'),
  /** Its 10 digits, the last of which checks the others. It holds everywhere and does not end. */
  number: v.pipe(
    v.string('must be a string'),
    v.metadata({ pattern: '^[12][0-9]{9}$' }),
    v.check(isNpi, 'is no NPI: copy its 10 digits from the NPI Registry'),
  ),
});

/**
 * A credential by which somebody is verified in a profession.
 * @schema QualificationRequest
 */
export const QualificationSchema = v.variant(
  'kind',
  [LicenceSchema, CertificateSchema],
  `must be one of ${QUALIFICATION_KINDS.join(', ')}`,
);

/** A new credential. @schema CredentialRequest */
export const NewCredentialSchema = v.variant(
  'kind',
  [...QualificationSchema.options, InsuranceSchema, NpiSchema],
  `must be one of ${CREDENTIAL_KINDS.join(', ')}`,
);
export type NewCredential = v.InferOutput<typeof NewCredentialSchema>;

type Stored = Pick<
  typeof credentials.$inferInsert,
  | 'stored_kind'
  | 'stored_expires_on'
  | 'title'
  | 'issuer'
  | 'number'
  | 'jurisdiction'
  | 'further_kind'
  | 'starts_on'
  | 'further_until'
>;

/** What stands in the columns of the first kinds: nothing that counts, to whatever reads them alone. */
const UNREAD = { stored_kind: 'membership', stored_expires_on: '0001-01-01' } as const;

/** The columns of what was handed in. */
export function toStored(wish: NewCredential): Stored {
  if (wish.kind === 'npi')
    return {
      ...UNREAD,
      further_kind: 'npi',
      title: 'National Provider Identifier',
      issuer: 'NPPES',
      number: wish.number,
    };
  if (wish.kind === 'insurance')
    return {
      ...UNREAD,
      further_kind: 'insurance',
      title: 'Malpractice insurance',
      issuer: wish.issuer,
      number: wish.number,
      starts_on: wish.starts_on,
      further_until: wish.expires_on,
    };
  const { kind: stored_kind, expires_on: stored_expires_on, board_id: _, ...same } = wish;
  return { ...same, stored_kind, stored_expires_on };
}

/** As it was handed in. */
export const newCredentialExample = {
  kind: credentialExample.kind,
  title: credentialExample.title,
  issuer: credentialExample.issuer,
  number: credentialExample.number,
  jurisdiction: credentialExample.jurisdiction,
  expires_on: credentialExample.expires_on,
};
