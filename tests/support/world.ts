/** Two verified practices in an active partnership, made through the API as an operator and they would make them. */
import { currentMonth } from '../../src/reports/months.ts';
import type { Answer, Exchange } from './harness.ts';

export interface Practice {
  readonly id: string;
  readonly key: string;
  readonly professionalId: string;
  readonly credentialId: string;
}

export interface World {
  readonly operator: string;
  readonly sender: Practice;
  readonly receiver: Practice;
  readonly partnershipId: string;
}

/** Of every practice that says no other. */
export const TIME_ZONE = 'America/Chicago';

/** The month that it is there: in UTC the next one begins hours earlier. */
export const thisMonth = () => currentMonth(TIME_ZONE, Date.now());

export const nextYear = `${new Date().getUTCFullYear() + 1}-06-30`;

export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
}

export async function createPractice(
  exchange: Exchange,
  operator: string,
  profile: Record<string, unknown> = {},
  professional: { profession: string; credential: Record<string, unknown> } | null = null,
): Promise<Practice> {
  const { call } = exchange;
  const practice = expectStatus(
    await call(operator, '/v1/practices', {
      body: {
        name: 'Elm Street Counseling',
        city: 'Omaha',
        jurisdiction: 'US-NE',
        time_zone: TIME_ZONE,
        scope_of_services: 'Career counseling and testing.',
        services: ['career_counseling', 'interview_coaching'],
        assessments: ['mbti'],
        contact_email: 'private@elm.example',
        ...profile,
      },
    }),
    201,
  );
  const { profession, credential } = professional ?? {
    profession: 'career_counselor',
    credential: { kind: 'licence', title: 'Licence', issuer: 'Board', number: 'L-1', jurisdiction: 'US-NE' },
  };
  const person = expectStatus(
    await call(operator, `/v1/practices/${practice.body.id}/professionals`, {
      body: { name: 'Jordan Alder', profession },
    }),
    201,
  );
  const held = expectStatus(
    await call(operator, `/v1/professionals/${person.body.id}/credentials`, {
      body: { expires_on: nextYear, ...credential },
    }),
    201,
  );
  expectStatus(
    await call(operator, `/v1/credentials/${held.body.id}/verify`, { body: { source: 'Look-up' } }),
    200,
  );
  const key = expectStatus(
    await call(operator, `/v1/practices/${practice.body.id}/keys`, { body: { name: 'main' } }),
    201,
  );
  return {
    id: practice.body.id,
    key: key.body.secret,
    professionalId: person.body.id,
    credentialId: held.body.id,
  };
}

export const createWriter = (exchange: Exchange, operator: string, profile: Record<string, unknown> = {}) =>
  createPractice(
    exchange,
    operator,
    {
      name: 'Prairie Résumés',
      services: ['resume_writing', 'interview_coaching'],
      assessments: [],
      ...profile,
    },
    {
      profession: 'resume_writer',
      credential: { kind: 'certification', title: 'NCRW', issuer: 'Association', number: 'C-1' },
    },
  );

export async function befriend(exchange: Exchange, inviter: Practice, invitee: Practice): Promise<string> {
  const invited = expectStatus(
    await exchange.call(inviter.key, '/v1/partnerships', {
      body: { practice_id: invitee.id, message: 'Shall we meet?' },
    }),
    201,
  );
  expectStatus(
    await exchange.call(invitee.key, `/v1/partnerships/${invited.body.id}/accept`, { method: 'POST' }),
    200,
  );
  return invited.body.id;
}

export async function createWorld(exchange: Exchange): Promise<World> {
  const operator = await exchange.operatorKey();
  const sender = await createWriter(exchange, operator);
  const receiver = await createPractice(exchange, operator);
  return { operator, sender, receiver, partnershipId: await befriend(exchange, sender, receiver) };
}

export const CLIENT = {
  identity: { given_name: 'Quillon', family_name: 'Testperson' },
  contact: { email: 'quillon.testperson@client.example', phone: '+1 402 555 0177' },
  reason: 'ZEBRAREASON wants another field of work.',
  background: 'ZEBRABACKGROUND fifteen years in retail.',
  notes: 'ZEBRANOTES prefers mornings.',
};
/** Words that must never be seen where the client may not be. */
export const CLIENT_WORDS = [
  'Quillon',
  'Testperson',
  '555 0177',
  'ZEBRAREASON',
  'ZEBRABACKGROUND',
  'ZEBRANOTES',
];

let clientCount = 0;

export const consentInput = (change: Record<string, unknown> = {}) => ({
  method: 'written',
  categories: ['identity', 'contact', 'reason'],
  directions: ['forward', 'feedback'],
  purposes: ['Career counseling'],
  granted_at: new Date(Date.now() - 60_000).toISOString(),
  signed_by: 'Quillon Testperson',
  reference: 'Form 1, cabinet 2',
  ...change,
});

/** A referral that is no duplicate of an earlier one. */
export function referralInput(receiver: Practice, change: Record<string, unknown> = {}) {
  clientCount += 1;
  return {
    receiver_practice_id: receiver.id,
    service: 'career_counseling',
    // Also to practices that offer something else: the tests are about other things.
    outside_offer: true,
    reason: 'testing_needed',
    client_jurisdiction: 'US-NE',
    client: {
      ...CLIENT,
      contact: { ...CLIENT.contact, email: `quillon.testperson+${clientCount}@client.example` },
    },
    consent: consentInput(),
    ...change,
  };
}

export async function sendReferral(
  exchange: Exchange,
  world: World,
  change: Record<string, unknown> = {},
): Promise<string> {
  const answer = await exchange.call(world.sender.key, '/v1/referrals', {
    body: referralInput(world.receiver, change),
  });
  return expectStatus(answer, 201).body.id;
}

/** A move by one side; a body is sent where one is given. */
export const move = (
  exchange: Exchange,
  practice: Practice,
  referralId: string,
  segment: string,
  body?: unknown,
) =>
  exchange.call(practice.key, `/v1/referrals/${referralId}/${segment}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
  });
