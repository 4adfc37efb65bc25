/** What a side keeps of a referral for itself. The other side is never told, whatever it asks. */
import { answerOnce } from '../http/once.ts';
import { operation } from '../http/operation.ts';
import { toETag } from '../ledger/versions.ts';
import { changeOwnAt } from './own.change.ts';
import { OwnDataChangeSchema, OwnDataSchema } from './own.schemas.ts';
import { summaryExample } from './referrals.examples.ts';

export const ownDataOperations = [
  operation({
    id: 'updateReferral',
    method: 'PATCH',
    path: '/v1/referrals/{referral_id}',
    tag: 'Referrals',
    summary: 'Keep ids and notes of your own with a referral',
    description:
      'Each side has its own `external_ids` (one for each system, by which `GET /v1/referrals?external_id=…` finds the referral; a webhook endpoint of a CRM that answers with an id sets it, and so does a callback) and its own `metadata`, encrypted at rest. Both stand in your answers and in your webhooks about the referral, and are part of your `ETag`; the other side is told nothing of them, and nothing changes for it. Neither may say who the client is: where you know the client, a value that holds the name, the e-mail address or the phone number is refused. They are deleted when the client is erased.',
    scope: 'referrals:write',
    whenSuspended: 'finishes',
    conditional: true,
    body: OwnDataChangeSchema,
    requestExample: { external_ids: [{ system: 'hubspot', id: '51' }], metadata: { intake: 'desk 2' } },
    response: {
      status: 200,
      description: 'What you keep of the referral.',
      schema: OwnDataSchema,
      example: {
        referral_id: summaryExample.id,
        version: 1,
        external_ids: [{ system: 'hubspot', id: '51' }],
        metadata: { intake: 'desk 2' },
      },
    },
    errors: ['invalid_state', 'limit_reached'],
    handle: (request) => {
      const { actor, body: change, ifMatch, params } = request;
      const wish = { referralId: params.referral_id, practiceId: actor.practice_id, change, ifMatch };
      return answerOnce(request, {
        status: 200,
        writeAt: changeOwnAt(wish),
        show: ({ own, tag }) => ({ body: own, headers: { ETag: toETag(own.version, tag) } }),
      });
    },
  }),
];
