/** The referrals of the demo: one that becomes an engagement, and three that go other ways. */
import type { InferInput, InferOutput } from 'valibot';
import type { ClientSchema } from '../../src/referrals/client.schemas.ts';
import type { PageLinkSchema } from '../../src/referrals/page-links.routes.ts';
import type { ReferralSchema } from '../../src/referrals/referrals.schemas.ts';
import type { Narrator } from './narrator.ts';
import { alex, consentOf, drew, kim, robin } from './people.ts';
import type { Side } from './setting.ts';

type Referral = InferOutput<typeof ReferralSchema>;
type Client = InferInput<typeof ClientSchema>;

export interface Play {
  readonly sender: Side;
  readonly receiver: Side;
  readonly narrator: Narrator;
}

/** What only the client's record holds. */
const secretsOf = ({ identity, contact, reason }: Client) =>
  [identity.given_name, identity.family_name, contact.email, reason].filter((text) => text !== undefined);

const holdsNone = (shown: unknown, secrets: readonly string[]) =>
  !secrets.some((secret) => JSON.stringify(shown).includes(secret));

const newReferral = (to: Side, client: Client, consent?: Record<string, unknown>) => ({
  receiver_practice_id: to.practiceId,
  service: 'career_counseling',
  reason: 'testing_needed',
  client_jurisdiction: 'US-NE',
  client_city: 'Omaha',
  client,
  ...(consent ? { consent } : {}),
});

const movesOf = ({ caller }: Side, id: string) => ({
  read: () => caller.call<Referral>('GET', `/v1/referrals/${id}`),
  move: (name: string, body?: unknown) => caller.call<Referral>('POST', `/v1/referrals/${id}/${name}`, body),
});

async function sendAndPreview({
  sender,
  receiver,
  narrator,
}: Play): Promise<{ id: string; sentAt: string; callbackUrl: string }> {
  narrator.chapter(
    'Prairie refers Robin, who consented in writing to name, contact and reason: not to the background',
  );
  const consent = consentOf(robin, ['identity', 'contact', 'reason']);
  const sent = await sender.caller.call<Referral>(
    'POST',
    '/v1/referrals',
    newReferral(receiver, robin, consent),
  );
  narrator.expect(sent.state === 'sent', 'it is sent at once, because consent is on record', sent.state);
  const event = await receiver.crm.waitFor('referral.sent', sent.id);
  narrator.expect(
    holdsNone(event, secretsOf(robin)),
    'the webhook names the referral, and nothing of the client',
  );
  const preview = await movesOf(receiver, sent.id).read();
  narrator.say(
    `Elm Street sees: ${preview.service}, ${preview.reason}, ${preview.urgency}, ${preview.client_city}, from ${preview.sender.name}.`,
  );
  narrator.expect(
    preview.client === null && holdsNone(preview, secretsOf(robin)),
    `the preview has no client (${preview.client_withheld})`,
    preview.client,
  );
  return { id: sent.id, sentAt: sent.sent_at ?? '', callbackUrl: event.data.callback_url ?? '' };
}

async function askAndAccept({ sender, receiver, narrator }: Play, id: string): Promise<void> {
  narrator.chapter('Elm Street asks something first, then accepts');
  const receiving = movesOf(receiver, id);
  const question = 'Has the client taken an interest inventory before?';
  await receiving.move('request-info', { question });
  await sender.crm.waitFor('referral.info_requested', id);
  const asked = await movesOf(sender, id).move('provide-info', {
    answer: 'Yes, in 2024; the results are at hand.',
  });
  narrator.expect(asked.messages[0]?.text === question, 'Prairie reads the question and answers it');
  await receiver.crm.waitFor('referral.info_provided', id);

  const accepted = await receiving.move('accept');
  await sender.crm.waitFor('referral.accepted', id);
  const { identity, contact, reason } = robin;
  narrator.expect(
    JSON.stringify(accepted.client) === JSON.stringify({ identity, contact, reason }),
    'with the acceptance the client is disclosed: identity, contact, reason',
    accepted.client,
  );
  narrator.expect(accepted.client?.background === undefined, 'the background stays: no consent covers it');
}

async function reportOutcome(
  { sender, receiver, narrator }: Play,
  id: string,
  callbackUrl: string,
): Promise<void> {
  narrator.chapter('Elm Street reaches Robin, who becomes a client; Prairie’s CRM is told each time');
  const receiving = movesOf(receiver, id);
  await receiving.move('contacts', { kind: 'reached' });
  await sender.crm.waitFor('referral.contact_recorded', id);
  const reported = await receiver.crm.post(callbackUrl, { stage: 'Closed won' });
  narrator.expect(
    reported.result === 'done' && reported.state === 'engaged',
    'Elm Street’s CRM only moved its card to “Closed won”, and posted that to the link of its webhook',
    reported,
  );
  await sender.crm.waitFor('referral.engaged', id);
  const engaged = await movesOf(sender, id).read();
  narrator.expect(
    engaged.state === 'engaged' && engaged.contacts.length === 1,
    'Prairie sees the contact and the engagement: the client allowed the way back',
    engaged.state,
  );
  await receiving.move('complete');
  await sender.crm.waitFor('referral.completed', id);
  const completed = await movesOf(sender, id).read();
  narrator.expect(completed.state === 'completed', 'the loop is closed', completed.state);
}

async function decline({ sender, receiver, narrator }: Play): Promise<void> {
  narrator.chapter('A second referral is declined');
  const consent = consentOf(kim, ['identity', 'contact', 'reason']);
  const { id } = await sender.caller.call<Referral>(
    'POST',
    '/v1/referrals',
    newReferral(receiver, kim, consent),
  );
  await receiver.crm.waitFor('referral.sent', id);
  const declined = await movesOf(receiver, id).move('decline', {
    reason: 'outside_scope',
    note: 'We see individuals only.',
  });
  narrator.expect(
    declined.client === null && holdsNone(declined, secretsOf(kim)),
    'Elm Street never learns who it was',
    declined.client,
  );
  const event = await sender.crm.waitFor('referral.declined', id);
  narrator.expect(event.data.reason === 'outside_scope', 'Prairie learns why: outside_scope', event.data);
}

async function awaitConsent({ sender, receiver, narrator }: Play): Promise<void> {
  narrator.chapter('A third one waits for the client’s consent');
  const waiting = await sender.caller.call<Referral>('POST', '/v1/referrals', newReferral(receiver, alex));
  narrator.expect(waiting.state === 'awaiting_consent', 'it is recorded and not sent', waiting.state);
  const status = await receiver.caller.attempt('GET', `/v1/referrals/${waiting.id}`);
  narrator.expect(status === 404, 'for Elm Street it does not exist: 404', status);
  const consent = consentOf(alex, ['identity', 'contact', 'reason']);
  const sent = await movesOf(sender, waiting.id).move('consent', consent);
  narrator.expect(sent.state === 'sent', 'with the consent on record it is sent', sent.state);
  await receiver.crm.waitFor('referral.sent', waiting.id);
  const preview = await movesOf(receiver, waiting.id).read();
  narrator.expect(preview.client === null, 'and Elm Street has its preview', preview.client);
  const { page_url } = await receiver.caller.call<InferOutput<typeof PageLinkSchema>>(
    'POST',
    `/v1/referrals/${waiting.id}/page-links`,
  );
  const page = await (await fetch(page_url)).text();
  narrator.expect(
    page.includes('Waits for your answer') && holdsNone(page, secretsOf(alex)),
    'without a CRM it is answered on a page, which names the client when it is accepted',
  );
}

async function returnOne({ sender, receiver, narrator }: Play): Promise<void> {
  narrator.chapter('One comes back: Elm Street refers a client who needs a résumé');
  const consent = consentOf(drew, ['identity', 'contact', 'reason']);
  const { id } = await receiver.caller.call<Referral>('POST', '/v1/referrals', {
    ...newReferral(sender, drew, consent),
    service: 'resume_writing',
    reason: 'beyond_scope',
  });
  await sender.crm.waitFor('referral.sent', id);
  const accepted = await movesOf(sender, id).move('accept');
  await receiver.crm.waitFor('referral.accepted', id);
  narrator.expect(accepted.client?.identity?.given_name === 'Drew', 'Prairie accepts and can call Drew');
}

/** @returns when the first of them was sent */
export async function playReferrals(play: Play): Promise<string> {
  const sent = await sendAndPreview(play);
  await askAndAccept(play, sent.id);
  await reportOutcome(play, sent.id, sent.callbackUrl);
  await decline(play);
  await awaitConsent(play);
  await returnOne(play);
  return sent.sentAt;
}
