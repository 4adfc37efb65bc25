/** The loop by the client that @hey-api/openapi-ts makes of the document: it only has to compile, without a cast. */
import {
  acceptReferral,
  createWebhookEndpoint,
  type Event,
  engageReferral,
  getReciprocityReport,
  getReferral,
  invitePartner,
  sendReferral,
} from '../../../dist/hey-api';

export async function playLoop(key: string, partnerId: string, event: Event) {
  const auth = key;
  const partnership = await invitePartner({
    auth,
    body: { practice_id: partnerId, message: 'Shall we meet?' },
    throwOnError: true,
  });
  const hook = await createWebhookEndpoint({
    auth,
    body: { url: 'https://crm.example/hooks' },
    throwOnError: true,
  });
  const sent = await sendReferral({
    auth,
    body: {
      receiver_practice_id: partnerId,
      service: 'career_counseling',
      reason: 'testing_needed',
      client_jurisdiction: 'US-NE',
      client: {
        identity: { given_name: 'Robin', family_name: 'Meadowlark' },
        contact: { email: 'robin@client.example' },
      },
    },
    throwOnError: true,
  });
  const path = { referral_id: sent.data.id };
  const accepted = await acceptReferral({ auth, path, throwOnError: true });
  await engageReferral({ auth, path, throwOnError: true });
  const seen = await getReferral({ auth, path, throwOnError: true });
  const report = await getReciprocityReport({ auth, query: { month: '2026-10' }, throwOnError: true });
  return {
    partnership: partnership.data.id,
    secret: hook.data.secret,
    givenName: accepted.data.client?.identity?.given_name,
    state: seen.data.state,
    report: typeof report.data === 'string' ? report.data : report.data.totals.referrals.given,
    client: event.type === 'referral.accepted' ? event.data.referral?.client : null,
  };
}
