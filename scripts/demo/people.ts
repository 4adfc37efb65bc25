/** Who plays in the demo. All of them are invented. */
import type { InferInput } from 'valibot';
import type { NewPracticeSchema, NewProfessionalSchema } from '../../src/practices/practices.schemas.ts';
import type { ClientSchema } from '../../src/referrals/client.schemas.ts';
import type { NewCredentialSchema } from '../../src/verification/submission.schemas.ts';

interface Cast {
  readonly practice: InferInput<typeof NewPracticeSchema>;
  readonly professional: InferInput<typeof NewProfessionalSchema>;
  readonly credential: InferInput<typeof NewCredentialSchema>;
}

const nextYear = `${new Date().getUTCFullYear() + 1}-12-31`;

export const writer: Cast = {
  practice: {
    name: 'Prairie Résumés',
    city: 'Omaha',
    jurisdiction: 'US-NE',
    time_zone: 'America/Chicago',
    scope_of_services: 'Résumés, cover letters and interview coaching. No testing, no counseling.',
    services: ['resume_writing', 'interview_coaching'],
  },
  professional: { name: 'Casey Prairie', profession: 'resume_writer' },
  credential: {
    kind: 'certification',
    title: 'Nationally Certified Résumé Writer',
    issuer: 'Association of Résumé Writers (invented)',
    number: 'NCRW-0042',
    expires_on: nextYear,
  },
};

export const counselor: Cast = {
  practice: {
    name: 'Elm Street Counseling',
    city: 'Omaha',
    jurisdiction: 'US-NE',
    time_zone: 'America/Chicago',
    scope_of_services: 'Career counseling and testing for adults.',
    services: ['career_counseling', 'interview_coaching'],
    assessments: ['mbti', 'strong_interest_inventory'],
  },
  professional: { name: 'Jordan Alder', profession: 'career_counselor' },
  credential: {
    kind: 'licence',
    title: 'Licensed Independent Mental Health Practitioner',
    issuer: 'Board of Mental Health Practice (invented)',
    number: 'LIMHP-1234',
    jurisdiction: 'US-NE',
    expires_on: nextYear,
  },
};

type Client = InferInput<typeof ClientSchema>;

const client = (givenName: string, familyName: string, reason: string): Client => ({
  identity: { given_name: givenName, family_name: familyName },
  contact: { email: `${givenName.toLowerCase()}@client.example`, preferred_way: 'email' },
  reason,
});

export const robin: Client = {
  ...client('Robin', 'Meadowlark', 'Wants to change fields after fifteen years and does not know into what.'),
  background: 'Left the last two positions after a few months; would rather tell of that in person.',
};
export const kim: Client = client('Kim', 'Sandhill', 'Looks for couples counseling as well.');
export const alex: Client = client('Alex', 'Cottonwood', 'Asks for an interest inventory.');
export const drew: Client = client('Drew', 'Bluestem', 'Knows the goal now and needs the résumé for it.');

/** What the client signed; `categories` says what may leave. */
export const consentOf = ({ identity }: Client, categories: readonly string[]): Record<string, unknown> => ({
  method: 'written',
  categories,
  directions: ['forward', 'feedback', 'messages'],
  purposes: ['Career counseling and testing'],
  granted_at: new Date().toISOString(),
  signed_by: `${identity.given_name} ${identity.family_name}`,
  reference: 'Paper form, cabinet 2',
});
