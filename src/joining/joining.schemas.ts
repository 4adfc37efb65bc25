import * as v from 'valibot';
import { email, line, oneOf, prose, timeOut, timeOutOrNull, toTime, wholeNumber } from '../http/fields.ts';
import { NewPracticeSchema, NewProfessionalSchema } from '../practices/practices.schemas.ts';
import { newCredentialExample, QualificationSchema } from '../verification/submission.schemas.ts';
import type { JoinInvitationRow, RegistrationRow } from './joining.repository.ts';
import { INVITATION_STATES, invitationState, REGISTRATION_STATES, registrationState } from './state.ts';
import { TERMS_VERSION } from './terms.ts';

/** An invitation to join the exchange. @schema JoinInvitationRequest */
export const NewInvitationSchema = v.strictObject({
  /** The colleague, by name; the page greets her by it. */
  invitee_name: line(160),
  /** Why you invite her; at most 2,000 characters. It becomes the message of the partnership. */
  message: prose(2000),
  /** For how many days she may register by it, 1 to 60. */
  valid_days: v.optional(wholeNumber(1, 60), 30),
});

/** An invitation to join, for the practice that made it. @schema JoinInvitation */
export const InvitationSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** How it stands. */
  state: v.picklist(INVITATION_STATES),
  /** The colleague, as you called her. */
  invitee_name: v.string(),
  /** Your message. */
  message: v.string(),
  /** The link: give it to her yourself. Null where nobody can register by it any more. */
  join_url: v.nullable(v.string()),
  /** Until when she may register. */
  expires_at: timeOut,
  /** The partnership that was made; null: none yet. */
  partnership_id: v.nullable(v.string()),
  /** When it was made. */
  created_at: timeOut,
});

/** @param joinUrl of one that is open */
export const presentInvitation = (
  row: JoinInvitationRow,
  joinUrl: string,
  now: number,
): v.InferOutput<typeof InvitationSchema> => {
  const state = invitationState(row, now);
  return {
    id: row.id,
    state,
    invitee_name: row.invitee_name,
    message: row.message,
    join_url: state === 'open' ? joinUrl : null,
    expires_at: toTime(row.expires_at),
    partnership_id: row.partnership_id,
    created_at: toTime(row.created_at),
  };
};

/** Who joins: her practice, herself, her credential, and that she agrees to the terms. @schema JoinRegistration */
export const RegistrationRequestSchema = v.strictObject({
  /** The practice. The operator reaches it by its mail address. */
  practice: v.strictObject({
    ...v.omit(NewPracticeSchema, ['verbal_consent_allowed']).entries,
    /** Where the operator reaches it; not in the directory. */
    contact_email: email,
  }),
  /** The professional. */
  professional: NewProfessionalSchema,
  /** Her credential, of the kind that her profession requires. */
  credential: QualificationSchema,
  /** The terms of the network. */
  terms: v.strictObject({
    /** The version that was read: the one that the link shows. */
    version: v.pipe(
      v.string('must be a string'),
      v.regex(/^\d{4}-\d{2}$/, 'must be a version, such as `2026-12`'),
      v.check((version) => version === TERMS_VERSION, `must be that of the terms now, ${TERMS_VERSION}`),
    ),
    /** The person who agrees, by name. */
    agreed_by: line(160),
  }),
});
export type RegistrationRequest = v.InferOutput<typeof RegistrationRequestSchema>;

/** What came of a registration, for whoever made it. @schema JoinRegistrationStatus */
export const RegistrationStatusSchema = v.object({
  /** How it stands. */
  state: v.picklist(REGISTRATION_STATES),
  /** The practice. */
  practice_id: v.string(),
  /** Her own link, which nobody else has: here she learns what came of it, and gets her first key. Good for 180 days. */
  registration_url: v.string(),
  /** Why it was refused. */
  refusal_reason: v.nullable(v.string()),
});

/** What stands behind a link to join. @schema JoinPage */
export const JoinPageSchema = v.object({
  /** `invited`: she may register; otherwise how her registration stands. */
  state: v.picklist([
    /** Nobody has registered yet. */
    'invited',
    ...REGISTRATION_STATES,
  ]),
  /** Who invites. */
  inviter_name: v.string(),
  /** The message; null once she has registered. */
  message: v.nullable(v.string()),
  /** Until when the link may be used. */
  expires_at: timeOut,
  /** What she agrees to. */
  terms: v.object({
    /** The version. */
    version: v.string(),
    /** English, a rule to an item. */
    en: v.array(v.string()),
    /** Spanish. */
    es: v.array(v.string()),
  }),
});

/** Why somebody is not admitted. @schema RefuseRegistrationRequest */
export const RefusalSchema = v.strictObject({
  /** She reads it, and nobody else does; at most 500 characters. */
  reason: prose(500),
});

/** Somebody who registered by an invitation, for the operator. @schema Registration */
export const RegistrationSchema = v.object({
  /** The id of the invitation. */
  id: v.string(),
  /** How it stands. */
  state: v.picklist(REGISTRATION_STATES),
  /** Who invited her. */
  inviter: v.object({
    /** The practice. */
    id: v.string(),
    /** Its name. */
    name: v.string(),
  }),
  /** False where the inviter took the invitation back since: then no partnership is made. */
  makes_partnership: v.boolean(),
  /** The practice that registered: `GET /v1/practices/{practice_id}` has all of it. */
  practice: v.object({
    /** Its id. */
    id: v.string(),
    /** Its name. */
    name: v.string(),
    /** Where it says that it is reached. */
    contact_email: v.nullable(v.string()),
    /** Where it says that it is reached. */
    contact_phone: v.nullable(v.string()),
  }),
  /** The professional’s name. */
  professional_name: v.string(),
  /** The credential: `GET /v1/credentials/{credential_id}` has all of it. */
  credential: v.object({
    /** Its id. */
    id: v.string(),
    /** What was decided of it. */
    status: v.picklist([
      /** Nobody has looked yet. */
      'pending',
      /** It is true. */
      'verified',
      /** It is not. */
      'rejected',
    ]),
  }),
  /** The version of the terms that was agreed to. */
  terms_version: v.string(),
  /** By whom. */
  terms_agreed_by: v.string(),
  /** When she registered. */
  registered_at: timeOut,
  /** When it was decided. */
  decided_at: timeOutOrNull,
  /** Why it was refused. */
  refusal_reason: v.nullable(v.string()),
  /** The partnership that was made. */
  partnership_id: v.nullable(v.string()),
});

export const presentRegistration = (row: RegistrationRow): v.InferOutput<typeof RegistrationSchema> => ({
  id: row.id,
  state: registrationState(row),
  inviter: { id: row.inviter_id, name: row.inviter_name },
  makes_partnership: row.revoked_at === null,
  practice: {
    id: row.practice_id,
    name: row.practice_name,
    contact_email: row.contact_email,
    contact_phone: row.contact_phone,
  },
  professional_name: row.professional_name,
  credential: { id: row.credential_id, status: row.credential_status as 'pending' },
  terms_version: row.terms_version ?? '',
  terms_agreed_by: row.terms_agreed_by ?? '',
  registered_at: toTime(row.registered_at ?? 0),
  decided_at: toTime(row.decided_at),
  refusal_reason: row.refusal_reason,
  partnership_id: row.partnership_id,
});

export const registrationStateInput = oneOf(REGISTRATION_STATES);

export const invitationExample: v.InferOutput<typeof InvitationSchema> = {
  id: 'inv_01k8vb2q7dfx1v8k5n3c9t6m4r',
  state: 'open',
  invitee_name: 'Jordan Alder',
  message: 'We met at the library’s career day. Here we could refer to each other.',
  join_url: 'https://exchange.example/join/uk3Jv7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc',
  expires_at: '2026-11-01T10:00:00.000Z',
  partnership_id: null,
  created_at: '2026-10-02T10:00:00.000Z',
};

export const registrationExample: v.InferOutput<typeof RegistrationSchema> = {
  id: invitationExample.id,
  state: 'waiting',
  inviter: { id: 'prc_01k8vayj1hf7trxq1n3d5c8v2k', name: 'Prairie Résumés' },
  makes_partnership: true,
  practice: {
    id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
    name: 'Elm Street Counseling',
    contact_email: 'office@elm.example',
    contact_phone: '+1 402 555 0100',
  },
  professional_name: 'Jordan Alder',
  credential: { id: 'crd_01k8vazz5qfm4sgv0c9p6h2x7t', status: 'verified' },
  terms_version: TERMS_VERSION,
  terms_agreed_by: 'Jordan Alder',
  registered_at: '2026-10-03T16:00:00.000Z',
  decided_at: null,
  refusal_reason: null,
  partnership_id: null,
};

export const registrationRequestExample = {
  practice: {
    name: 'Elm Street Counseling',
    city: 'Omaha',
    jurisdiction: 'US-NE',
    time_zone: 'America/Chicago',
    scope_of_services: 'Career counseling and testing for adults.',
    services: ['career_counseling'],
    contact_email: 'office@elm.example',
    contact_phone: '+1 402 555 0100',
  },
  professional: { name: 'Jordan Alder', profession: 'career_counselor' },
  credential: newCredentialExample,
  terms: { version: TERMS_VERSION, agreed_by: 'Jordan Alder' },
};
