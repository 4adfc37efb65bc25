/** The whole loop through the client, in strict mode and without a cast: it compiles, and `npm run test:oracles` runs it. */
import { createExchange, dataOf, type Exchange, type WebhookEvent } from '../src/index.ts';

export interface Setting {
  readonly baseUrl: string;
  readonly operatorKey: string;
  /** Where the receiver's CRM listens. */
  readonly crmUrl: string;
  /** Waits for what came there, verified with the endpoint's secret. */
  readonly waitFor: (secret: string, isIt: (event: WebhookEvent) => boolean) => Promise<WebhookEvent>;
}

const TIME_ZONE = 'America/Chicago';

async function admit(
  operator: Exchange,
  practice: { name: string; profession: string; services: string[] },
  credential: { title: string } & ({ kind: 'certification' } | { kind: 'licence'; jurisdiction: string }),
): Promise<{ id: string; key: string }> {
  const { id } = await dataOf(
    operator.POST('/v1/practices', {
      body: {
        name: practice.name,
        city: 'Omaha',
        jurisdiction: 'US-NE',
        time_zone: TIME_ZONE,
        scope_of_services: 'Career counseling and testing.',
        services: practice.services,
      },
    }),
  );
  const path = { practice_id: id };
  const person = await dataOf(
    operator.POST('/v1/practices/{practice_id}/professionals', {
      params: { path },
      body: { name: 'Jordan Alder', profession: practice.profession },
    }),
  );
  const held = await dataOf(
    operator.POST('/v1/professionals/{professional_id}/credentials', {
      params: { path: { professional_id: person.id } },
      body: {
        ...credential,
        issuer: 'Somebody (invented)',
        number: 'L-17',
        expires_on: '2099-12-31',
      },
    }),
  );
  await dataOf(
    operator.POST('/v1/credentials/{credential_id}/verify', {
      params: { path: { credential_id: held.id } },
      body: { source: 'Look-up at the board' },
    }),
  );
  const { secret } = await dataOf(
    operator.POST('/v1/practices/{practice_id}/keys', { params: { path }, body: { name: 'main' } }),
  );
  if (secret === null) throw new Error('A key is shown once: this one was made before.');
  return { id, key: secret };
}

export async function playLoop({ baseUrl, operatorKey, crmUrl, waitFor }: Setting) {
  const operator = createExchange({ baseUrl, key: operatorKey });
  const writer = await admit(
    operator,
    { name: 'Prairie Résumés', profession: 'resume_writer', services: ['resume_writing'] },
    { kind: 'certification', title: 'Certified Résumé Writer' },
  );
  const counselor = await admit(
    operator,
    { name: 'Elm Street Counseling', profession: 'career_counselor', services: ['career_counseling'] },
    { kind: 'licence', title: 'Licensed Mental Health Practitioner', jurisdiction: 'US-NE' },
  );
  const sender = createExchange({ baseUrl, key: writer.key });
  const receiver = createExchange({ baseUrl, key: counselor.key });

  const partnership = await dataOf(
    sender.POST('/v1/partnerships', { body: { practice_id: counselor.id, message: 'Shall we meet?' } }),
  );
  await dataOf(
    receiver.POST('/v1/partnerships/{partnership_id}/accept', {
      params: { path: { partnership_id: partnership.id } },
    }),
  );
  const hook = await dataOf(
    receiver.POST('/v1/webhook-endpoints', { body: { url: crmUrl, payload: 'full' } }),
  );

  const sent = await dataOf(
    sender.POST('/v1/referrals', {
      body: {
        receiver_practice_id: counselor.id,
        service: 'career_counseling',
        reason: 'testing_needed',
        client_jurisdiction: 'US-NE',
        client: {
          identity: { given_name: 'Robin', family_name: 'Meadowlark' },
          contact: { email: 'robin@client.example' },
          reason: 'Wants to change fields.',
        },
        consent: {
          method: 'written',
          categories: ['identity', 'contact', 'reason'],
          directions: ['forward', 'feedback'],
          purposes: ['Career testing'],
          granted_at: new Date(Date.now() - 60_000).toISOString(),
          signed_by: 'Robin Meadowlark',
          reference: 'Paper form 7',
        },
      },
    }),
  );
  const path = { referral_id: sent.id };
  const arrived = await waitFor(hook.secret, ({ type }) => type === 'referral.sent');
  const preview = await dataOf(receiver.GET('/v1/referrals/{referral_id}', { params: { path } }));
  const accepted = await dataOf(
    receiver.POST('/v1/referrals/{referral_id}/accept', { params: { path }, body: {} }),
  );
  const told = await waitFor(hook.secret, ({ type }) => type === 'referral.accepted');
  await dataOf(receiver.POST('/v1/referrals/{referral_id}/engage', { params: { path } }));
  const seen = await dataOf(sender.GET('/v1/referrals/{referral_id}', { params: { path } }));
  const list = await dataOf(
    sender.GET('/v1/referrals', { params: { query: { direction: 'sent', limit: 10 } } }),
  );
  const report = await dataOf(
    sender.GET('/v1/reports/reciprocity', {
      // Of the practice's own zone: in UTC the next one begins hours earlier.
      params: {
        query: { month: new Date().toLocaleDateString('sv-SE', { timeZone: TIME_ZONE }).slice(0, 7) },
      },
    }),
  );
  // The type decides what else there is: of an acceptance there is a client in it.
  const client = told.type === 'referral.accepted' ? told.data.referral?.client : null;
  return {
    arrived: arrived.type === 'referral.sent' ? arrived.data.referral_id : null,
    withheld: preview.client_withheld,
    givenName: accepted.client?.identity?.given_name,
    email: client?.contact?.email,
    state: seen.state,
    listed: list.data.map(({ id }) => id),
    given: report.totals.referrals.given,
    id: sent.id,
  };
}
