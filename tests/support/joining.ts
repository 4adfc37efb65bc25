/** A colleague who joins: invited, registered, verified, admitted. */
import type { Exchange } from './harness.ts';
import { expectStatus, nextYear, type Practice, TIME_ZONE } from './world.ts';

let newcomers = 0;

/** What somebody registers with; no two have the same number. */
export function registrationInput(change: Record<string, Record<string, unknown>> = {}) {
  newcomers += 1;
  return {
    practice: {
      name: 'Cedar Lane Counseling',
      city: 'Lincoln',
      jurisdiction: 'US-NE',
      time_zone: TIME_ZONE,
      scope_of_services: 'Career counseling for adults.',
      services: ['career_counseling'],
      contact_email: 'office@cedar.example',
      ...change.practice,
    },
    professional: { name: 'Robin Cedar', profession: 'career_counselor', ...change.professional },
    credential: {
      kind: 'licence',
      title: 'Licence',
      issuer: 'Board',
      number: `J-${newcomers}`,
      jurisdiction: 'US-NE',
      expires_on: nextYear,
      ...change.credential,
    },
    terms: { version: '2026-12', agreed_by: 'Robin Cedar', ...change.terms },
  };
}

export const tokenOf = (url: string) => new URL(url).pathname.split('/').at(-1) ?? '';

export async function inviteColleague(exchange: Exchange, inviter: Pick<Practice, 'key'>) {
  const body = { invitee_name: 'Robin Cedar', message: 'Shall we refer to each other?' };
  const made = expectStatus(await exchange.call(inviter.key, '/v1/join-invitations', { body }), 201).body;
  return { id: made.id as string, url: made.join_url as string, token: tokenOf(made.join_url) };
}

export const registerBy = (exchange: Exchange, token: string, body = registrationInput(), headers = {}) =>
  exchange.call(null, `/v1/join/${token}`, { body, headers });

/** One who registered: the invitation's id, her practice, her own link, her credential. */
export async function joinBy(exchange: Exchange, inviter: Pick<Practice, 'key'>) {
  const invitation = await inviteColleague(exchange, inviter);
  const { body } = expectStatus(await registerBy(exchange, invitation.token), 201);
  const [held] = await exchange.sql<{ id: string }>(
    'select credentials.id from credentials join professionals on professionals.id = professional_id where practice_id = ?',
    body.practice_id,
  );
  return {
    ...invitation,
    practiceId: body.practice_id as string,
    credentialId: held?.id ?? '',
    ownUrl: body.registration_url as string,
    ownToken: tokenOf(body.registration_url),
  };
}

export const verify = async (exchange: Exchange, operator: string, credentialId: string) =>
  expectStatus(
    await exchange.call(operator, `/v1/credentials/${credentialId}/verify`, { body: { source: 'Look-up' } }),
    200,
  );

export const decide = (
  exchange: Exchange,
  operator: string,
  id: string,
  act: 'admit' | 'refuse',
  body?: object,
) => exchange.call(operator, `/v1/registrations/${id}/${act}`, { method: 'POST', ...(body ? { body } : {}) });
