import { operation } from '../http/operation.ts';
import { ReferralSchema } from '../referrals/referrals.schemas.ts';
import { erase } from './erasure.ts';
import { erasedExample } from './privacy.examples.ts';

export const erasureOperations = [
  operation({
    id: 'eraseReferral',
    method: 'POST',
    path: '/v1/referrals/{referral_id}/erase',
    tag: 'Privacy',
    summary: 'Erase the client of a referral',
    description:
      'By the sender, when the client asks for it; it cannot be undone. Deleted are the client’s data with the key that they are encrypted with, messages, contacts, who signed the consent and its purposes, the client’s city and languages. A referral that is open ends as `revoked` (`consent_denied` where it waited for the consent). What stays: the referral without its client, so that reports keep counting it, its events, and when which categories were disclosed. At the end of the retention time the same happens by itself: so many months after the end that the sender was told of, or where it was told of none, after the end of the consent; what is open then ends as `expired`. What the receiver was given before is in its own hands: `referral.erased` tells it. Erasing again changes nothing.',
    scope: 'referrals:write',
    whenSuspended: 'serves_client',
    conditional: true,
    response: {
      status: 200,
      description: 'The referral without its client.',
      schema: ReferralSchema,
      example: erasedExample,
    },
    errors: ['sender_only'],
    handle: erase,
  }),
];
