import { operation } from '../http/operation.ts';
import { checkExample, ReferralCheckSchema } from './check.schemas.ts';
import { checkReferral } from './check.ts';
import { ReferralDraftSchema } from './new-referral.schemas.ts';
import { newReferralExample } from './referrals.examples.ts';

const { client: _client, consent: _consent, ...draftExample } = newReferralExample;

export const checkOperations = [
  operation({
    id: 'checkReferral',
    method: 'POST',
    path: '/v1/referrals/check',
    tag: 'Referrals',
    summary: 'Check whether a referral could be sent',
    description:
      'Before the client is asked: judges the body of a referral as sending it would, and says every reason, not only the first. Nothing is written or promised; it is a POST so that the client stands in no address.',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    body: ReferralDraftSchema,
    requestExample: draftExample,
    response: {
      status: 200,
      description: 'Whether it could be sent, and why not.',
      schema: ReferralCheckSchema,
      example: checkExample,
    },
    handle: async (request) => ({ status: 200, body: await checkReferral(request) }),
  }),
];
