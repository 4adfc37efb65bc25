import { toAsked } from '../consents/asked.ts';
import { ConsentRequestInputSchema } from '../consents/consents.schemas.ts';
import { createLink, openPurposes } from '../consents/link.ts';
import { endRequests, insertRequest } from '../consents/requests.repository.ts';
import { commit } from '../http/commit.ts';
import { operation } from '../http/operation.ts';
import { notFound, Problem } from '../http/problem.ts';
import { noteReferral } from '../referrals/change.ts';
import { readReferral, selectFile, showReferral } from '../referrals/file.ts';
import { sentExample } from '../referrals/referrals.examples.ts';
import { ReferralSchema } from '../referrals/referrals.schemas.ts';
import { sideOf } from '../referrals/referrals.view.ts';

const waitingExample = {
  ...sentExample,
  state: 'awaiting_consent',
  sent_at: null,
  respond_by: null,
  consent: null,
  consent_request: {
    id: 'crq_01k8vb1s2we1c9r4m7t2x5n8d3',
    expires_at: '2026-11-04T14:05:00.000Z',
    locked: false,
    created_at: '2026-10-05T14:05:00.000Z',
  },
  consent_url: 'https://exchange.example/consent/3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc',
  allowed_moves: ['record_consent', 'withdraw'],
};

export const consentRequestOperations = [
  operation({
    id: 'createConsentRequest',
    method: 'POST',
    path: '/v1/referrals/{referral_id}/consent-request',
    tag: 'Referrals',
    summary: 'Make a new consent link',
    description:
      'By the sender: for a referral that waits for consent, or whose client decided on our page and lost the link. Answers with `consent_url`, to be passed on to the client; it is shown this once. A link made before stops to work. What is asked stays as it was unless you say otherwise; after the decision it cannot change.',
    scope: 'referrals:write',
    body: ConsentRequestInputSchema,
    bodyOptional: true,
    requestExample: { purposes: ['Career counseling and testing'] },
    response: {
      status: 201,
      description: 'The referral with the new link.',
      schema: ReferralSchema,
      example: waitingExample,
    },
    errors: ['invalid_state'],
    handle: async (request) => {
      const { database, vault, settings, now } = request.exchange;
      const { query } = database;
      const referralId = request.params.referral_id ?? '';
      return commit(request, {
        read: selectFile(query, referralId),
        decide: async ([[row], [consent], [record], messages, contacts, [open]]) => {
          if (!row || sideOf(row, request.actor.practice_id) !== 'sender') throw notFound();
          const decidedHere = consent?.method === 'hosted';
          if (!record || (row.sender_state !== 'awaiting_consent' && !decidedHere)) {
            throw new Problem(
              'invalid_state',
              `The referral is ${row.sender_state}: the client cannot be asked any more.`,
              {
                state: row.sender_state,
                allowed_moves: [],
              },
            );
          }
          const referralVault = await vault.openReferralVault(referralId, record);
          const before = open ? { ...open, purposes: await openPurposes(open, referralVault) } : {};
          const wish = decidedHere && open ? before : { ...before, ...request.body };
          const asked = toAsked(wish, record as unknown as Record<string, unknown>, row, row.service);
          const link = await createLink(referralId, asked, referralVault, settings.publicOrigin, now);
          const announcement = {
            type: 'consent.requested',
            actor: 'sender',
            toSender: true,
            toReceiver: false,
            needsFeedback: false,
            data: { state: row.sender_state },
          } as const;
          const noted = noteReferral(query, row, announcement, now);
          return {
            statements: [
              ...noted.statements,
              endRequests(query, referralId, now),
              insertRequest(query, link.row),
            ],
            resourceId: referralId,
            status: 201,
            respond: () =>
              showReferral(
                request,
                { row: noted.row, consent, request: link.row, record, messages, contacts },
                'sender',
                [],
                link.url,
              ),
          };
        },
        replay: (id) => readReferral(request, id),
      });
    },
  }),
];
