import type * as v from 'valibot';
import { toAsked } from '../../consents/asked.ts';
import { ConsentRequestSchema } from '../../consents/consents.schemas.ts';
import { createLink, openPurposes } from '../../consents/link.ts';
import { endRequests, insertRequest } from '../../consents/requests.repository.ts';
import { answerOnce } from '../../http/once.ts';
import { operation } from '../../http/operation.ts';
import type { Author, Exchange } from '../../ledger/exchange.ts';
import { notFound, Problem } from '../../platform/problem.ts';
import { noteReferral } from '../change.ts';
import { type FileRows, filePlan, openFile, requireFile } from '../file.ts';
import { sentExample } from '../referrals.examples.ts';
import { ReferralSchema } from '../referrals.schemas.ts';
import { authorOf, readReferral, showReferral } from '../show.ts';

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
    locked_until: null,
    names_tried: 0,
    single_option_reason: null,
    created_at: '2026-10-05T14:05:00.000Z',
  },
  consent_url: 'https://exchange.example/consent/3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc',
  allowed_moves: ['record_consent', 'withdraw'],
};

/** A new link for the client of a referral; one that was made before ends. */
const askAt =
  (author: Author, referralId: string, change: v.InferOutput<typeof ConsentRequestSchema>) =>
  (exchange: Exchange) => {
    const { database, vault, settings, now } = exchange;
    const { query } = database;
    return {
      subject: referralId,
      read: filePlan(query, referralId, author.practiceId),
      decide: async (rows: FileRows) => {
        const file = openFile(rows, author.practiceId, now);
        if (file?.told.side !== 'sender') throw notFound();
        const { told, consent, record, request: open } = file;
        const { state } = told.progress;
        if (told.choice_id !== null)
          throw new Problem(
            'invalid_state',
            `The client of this referral chooses among several practices, by one link for all of them: make it anew with POST /v1/choices/${told.choice_id}/consent-request.`,
            { state, allowed_moves: [] },
          );
        const decidedHere = consent?.method === 'hosted';
        if (!record || (state !== 'awaiting_consent' && !decidedHere)) {
          throw new Problem(
            'invalid_state',
            `The referral is ${state}: the client cannot be asked any more.`,
            {
              state,
              allowed_moves: [],
            },
          );
        }
        const referralVault = await vault.openReferralVault(referralId, record);
        const before = open ? { ...open, purposes: await openPurposes(open, referralVault) } : {};
        const wish = decidedHere && open ? before : { ...before, ...change };
        const asked = toAsked(wish, record as unknown as Record<string, unknown>, told, told.service);
        const link = await createLink(referralId, asked, referralVault, settings.publicOrigin, now);
        const announcement = {
          type: 'consent.requested',
          actor: 'sender',
          data: { state },
        } as const;
        const noted = noteReferral(query, file.referral, announcement, now);
        return {
          writes: [noted.statements, endRequests(query, referralId, now), insertRequest(query, link.row)],
          resourceId: referralId,
          resultOf: () => ({
            file: requireFile({ ...rows, referral: noted.referral, request: link.row }, author, now),
            url: link.url,
          }),
        };
      },
    };
  };

export const consentRequestOperations = [
  operation({
    id: 'createConsentRequest',
    method: 'POST',
    path: '/v1/referrals/{referral_id}/consent-request',
    tag: 'Referrals',
    summary: 'Make a new consent link',
    description:
      'By the sender: for a referral that waits for consent, or whose client decided on our page and lost the link. Answers with `consent_url`, to be passed on to the client; it is shown this once. A link that was made before stops working. What is asked stays as it was unless you say otherwise; after the decision it cannot change.',
    scope: 'referrals:write',
    whenSuspended: 'sends',
    body: ConsentRequestSchema,
    bodyOptional: true,
    requestExample: { purposes: ['Career counseling and testing'] },
    response: {
      status: 201,
      description: 'The referral with the new link.',
      schema: ReferralSchema,
      example: waitingExample,
    },
    errors: ['invalid_state'],
    handle: (request) => {
      const { exchange, body, params } = request;
      const author = authorOf(request);
      return answerOnce(request, {
        status: 201,
        writeAt: askAt(author, params.referral_id, body),
        show: ({ file, url }) => showReferral(exchange, file, [], url),
        replay: (id) => readReferral(request, id),
      });
    },
  }),
];
