import * as v from 'valibot';
import { date, email, id, line, prose, time, timeOut, timeOutOrNull, wholeNumber } from '../http/fields.ts';
import { PARTNERSHIP_STATES } from '../platform/db/schema.ts';
import { ATTESTATION_VERSION } from './attestation.ts';

/** An invitation to a partnership. @schema InvitationRequest */
export const InvitationSchema = v.strictObject({
  /** The practice that is invited. */
  practice_id: id('practice'),
  /** Who you are and why you write; at most 2,000 characters. The other practice reads it. */
  message: prose(2000),
});

/** What is to change; what is left out stays. @schema PartnershipChange */
export const PartnershipChangeSchema = v.partial(
  v.strictObject({
    /** The day on which both look at the partnership anew, `YYYY-MM-DD`: after today, at most 2 years ahead. */
    review_on: date,
    /** When the two meet; null: not any more. */
    meeting: v.nullable(
      v.strictObject({
        /** When it begins. */
        starts_at: time,
        /** How long it takes, in minutes. */
        duration_minutes: v.optional(wholeNumber(5, 1440), 60),
        /** Where; at most 300 characters. */
        place: v.optional(v.nullable(line(300)), null),
      }),
    ),
    /** Where you would like to get the newsletter of the other one; null: you do not want it. The other one reads it. */
    newsletter: v.nullable(
      v.strictObject({
        /** The address. */
        email,
      }),
    ),
    /** For yourself alone; at most 5,000 characters, encrypted where they are kept. No client belongs here. Null: none. */
    notes: v.nullable(prose(5000)),
  }),
);

/** Your word that the partnership is not exclusive, and nothing of value is given for a referral. @schema AttestationRequest */
export const AttestationRequestSchema = v.strictObject({
  /** The person who gives it, by name. */
  attested_by: line(160),
  /** Of the text that the person has read (`GET /v1/partnerships/attestation`). */
  text_version: v.pipe(
    v.string('must be a string'),
    v.regex(/^\d{4}-\d{2}$/, 'must be a version, such as `2026-12`'),
    v.check(
      (version) => version === ATTESTATION_VERSION,
      `must be that of the text now, ${ATTESTATION_VERSION}`,
    ),
  ),
  /**
   * The day of the next look at the partnership, after today and at most 2 years ahead. Without it: the one that is set,
   * or where that has come, a year from today.
   */
  review_on: v.optional(date),
});

/** What is attested to. @schema AttestationText */
export const AttestationTextSchema = v.object({
  /** The version that there is now. */
  text_version: v.string(),
  /** The text, by language. */
  text: v.object({
    /** English. */
    en: v.string(),
    /** Spanish. */
    es: v.string(),
  }),
});

const partner = v.object({
  /** The practice. */
  id: v.string(),
  /** Its name. */
  name: v.string(),
});

/** When two partners meet. @schema Meeting */
export const MeetingSchema = v.object({
  /** When it begins. */
  starts_at: timeOut,
  /** When it ends. */
  ends_at: timeOut,
  /** Where; null: not said. */
  place: v.nullable(v.string()),
  /** Who set it. */
  set_by_practice_id: v.string(),
});

const attested = v.nullable(
  v.object({
    /** The person who gave it. */
    attested_by: v.string(),
    /** When. */
    attested_at: timeOut,
    /** Of the text. */
    text_version: v.string(),
    /** Until which day it holds. */
    renew_on: v.string(),
    /** True where that day has come. */
    renewal_due: v.boolean(),
  }),
);

const subscribed = v.nullable(
  v.object({
    /** To this address. */
    email: v.string(),
    /** Since when it is wanted. */
    since: timeOut,
  }),
);

/** Two practices that refer to each other. @schema Partnership */
export const PartnershipSchema = v.object({
  /** Its id. */
  id: v.string(),
  /** Goes up by one with each change; also the `ETag`. */
  version: v.number(),
  /** How it stands. */
  state: v.picklist(PARTNERSHIP_STATES),
  /** Who invited. */
  inviter: partner,
  /** Who was invited. */
  invitee: partner,
  /** The words of the invitation. */
  message: v.string(),
  /** Services and assessments that both offer: they might be competitors. */
  overlap: v.object({
    /** Services that both offer. */
    services: v.array(v.string()),
    /** Assessments that both offer. */
    assessments: v.array(v.string()),
  }),
  /** Who paused it; null where it is not paused. */
  paused_by_practice_id: v.nullable(v.string()),
  /** What you may do now. */
  allowed_moves: v.array(
    v.picklist([
      /** Accept the invitation. */
      'accept',
      /** Decline it. */
      'decline',
      /** Pause new referrals. */
      'pause',
      /** End the pause. */
      'resume',
      /** End the partnership. */
      'end',
    ]),
  ),
  /** True where it is active, and in 90 days no referral was sent either way, nobody thanked, and nothing was agreed. */
  dormant: v.boolean(),
  /** The day on which both look at it anew; null before it was accepted. */
  review_on: v.nullable(v.string()),
  /** When the two meet; null: nothing is set. */
  meeting: v.nullable(MeetingSchema),
  /** Each side’s word that it is not exclusive, and nothing of value is given for a referral; null: not given yet. */
  attestation: v.object({
    /** Yours. */
    yours: attested,
    /** The other one’s. */
    partners: attested,
  }),
  /** Who would like the other one’s newsletter; null: who does not. */
  newsletter: v.object({
    /** You, theirs. */
    yours: subscribed,
    /** They, yours. */
    partners: subscribed,
  }),
  /** Your own notes; the other one has no part in them. */
  notes: v.nullable(v.string()),
  /** When the invitation was answered. */
  answered_at: timeOutOrNull,
  /** When it was ended. */
  ended_at: timeOutOrNull,
  /** When the invitation was made. */
  created_at: timeOut,
  /** When it was last changed. */
  updated_at: timeOut,
});

/** Somebody who wants your newsletter. @schema NewsletterReader */
export const NewsletterReaderSchema = v.object({
  /** The partner. */
  practice_id: v.string(),
  /** Its name. */
  name: v.string(),
  /** Where it wants it. */
  email: v.string(),
  /** Since when. */
  since: timeOut,
});

export const newsletterReaderExample = {
  practice_id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd',
  name: 'Elm Street Counseling',
  email: 'office@elm.example',
  since: '2026-10-02T10:00:00.000Z',
};

export const meetingExample = {
  starts_at: '2026-10-09T15:00:00.000Z',
  ends_at: '2026-10-09T16:00:00.000Z',
  place: 'Elm Street 12, Omaha',
  set_by_practice_id: 'prc_01k8vayj1hf7trxq1n3d5c8v2k',
};

const attestationExample = {
  attested_by: 'Casey Prairie',
  attested_at: '2026-10-02T10:30:00.000Z',
  text_version: ATTESTATION_VERSION,
  renew_on: '2027-10-02',
  renewal_due: false,
};

export const partnershipExample: v.InferOutput<typeof PartnershipSchema> = {
  id: 'prt_01k8vb0z0pe2hsp4n7f2s6w9cq',
  version: 2,
  state: 'active',
  inviter: { id: 'prc_01k8vayj1hf7trxq1n3d5c8v2k', name: 'Prairie Résumés' },
  invitee: { id: 'prc_01k8vayx0aevp9c2m4t7r1w6zd', name: 'Elm Street Counseling' },
  message: 'We write résumés in Omaha and often meet clients who need testing. Shall we meet?',
  overlap: { services: ['interview_coaching'], assessments: [] },
  paused_by_practice_id: null,
  allowed_moves: ['pause', 'end'],
  dormant: false,
  review_on: '2027-10-02',
  meeting: meetingExample,
  attestation: { yours: attestationExample, partners: null },
  newsletter: { yours: null, partners: { email: 'office@elm.example', since: '2026-10-02T10:00:00.000Z' } },
  notes: 'Met at the library’s career day. Prefers telephone.',
  answered_at: '2026-10-02T10:00:00.000Z',
  ended_at: null,
  created_at: '2026-10-01T10:00:00.000Z',
  updated_at: '2026-10-02T10:00:00.000Z',
};
