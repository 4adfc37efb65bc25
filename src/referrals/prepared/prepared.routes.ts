/** Referrals that are prepared for colleagues who are not on the exchange yet. */
import * as v from 'valibot';
import { flagInQuery } from '../../http/fields.ts';
import { answerOnce } from '../../http/once.ts';
import { operation, type PracticeRequest } from '../../http/operation.ts';
import { page, pageQuery, pagerOf } from '../../http/pagination.ts';
import { many, one } from '../../platform/db/plan.ts';
import { notFound } from '../../platform/problem.ts';
import { checkExample, ReferralCheckSchema } from '../check.schemas.ts';
import { checkReferral } from '../check.ts';
import { clientExample, consentInputExample, sentExample } from '../referrals.examples.ts';
import { ReferralSchema } from '../referrals.schemas.ts';
import { REFUSAL_CODES } from '../refusals.ts';
import { discardAt, moveToInvitationAt, prepareAt } from './prepare.ts';
import { selectPrepared, selectPreparedOf } from './prepared.repository.ts';
import {
  NewPreparedSchema,
  PreparedChangeSchema,
  PreparedSchema,
  PreparedSummarySchema,
  preparedExample,
  preparedSummaryExample,
  presentPreparedSummary,
  SendPreparedSchema,
  showPrepared,
} from './prepared.schemas.ts';
import { sendPrepared, toSend } from './send.ts';

const tag = 'Referrals';
const scope = 'referrals:write' as const;
/** Sorts after every id. */
const LAST_ID = 'prf_~';
const response = {
  status: 200 as const,
  description: 'What was prepared.',
  schema: PreparedSchema,
  example: preparedExample,
};

type Request = PracticeRequest<unknown, unknown, 'prepared_referral_id'>;

const placeOf = ({ actor, params, ifMatch }: Request) => ({
  preparedId: params.prepared_referral_id,
  practiceId: actor.practice_id,
  ifMatch,
});

async function readPrepared({ exchange, actor }: PracticeRequest, id: string) {
  const { database, vault, now } = exchange;
  const { row } = await database.read({ row: one(selectPrepared(database.query, actor.practice_id, id)) });
  if (!row) throw notFound();
  return showPrepared(row, vault, now);
}

export const preparedOperations = [
  operation({
    id: 'prepareReferral',
    method: 'POST',
    path: '/v1/prepared-referrals',
    tag,
    summary: 'Prepare a referral for a colleague whom you invited',
    description:
      'It is encrypted and yours alone: nobody is told, and the client is not asked. Once she takes part (`prepared_referral.ready`) one call sends it. Where nobody comes by the invitation (`prepared_referral.stranded`) it can go elsewhere. After 90 days it is deleted. At most 100 wait at once.',
    scope,
    whenSuspended: 'sends',
    body: NewPreparedSchema,
    requestExample: {
      invitation_id: preparedExample.invitation_id,
      service: preparedExample.service,
      reason: preparedExample.reason,
      client_jurisdiction: 'US-NE',
      client: clientExample,
    },
    response: { ...response, status: 201, location: '/v1/prepared-referrals/{id}' },
    errors: ['limit_reached'],
    handle: (request) =>
      answerOnce(request, {
        status: 201,
        writeAt: prepareAt(request.actor.practice_id, request.body),
        show: (shown) => shown,
        replay: (id) => readPrepared(request, id),
      }),
  }),
  operation({
    id: 'listPreparedReferrals',
    method: 'GET',
    path: '/v1/prepared-referrals',
    tag,
    summary: 'List what you prepared',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    query: v.strictObject({
      ...pageQuery,
      /** `true`: only those that wait, are ready or stranded. */
      open: v.optional(flagInQuery),
    }),
    response: {
      status: 200,
      description: 'A page of prepared referrals.',
      schema: page(PreparedSummarySchema),
      example: { data: [preparedSummaryExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { database, now } = request.exchange;
      const pager = await pagerOf(request, ['string']);
      const { rows } = await database.read({
        rows: many(
          selectPreparedOf(
            database.query,
            request.actor.practice_id,
            request.query.open === true,
            pager.after?.[0] ?? LAST_ID,
            pager.rowsMax,
          ),
        ),
      });
      return {
        status: 200,
        body: await pager.show(
          rows,
          (row) => presentPreparedSummary(row, now),
          ({ id }) => [id],
        ),
      };
    },
  }),
  operation({
    id: 'getPreparedReferral',
    method: 'GET',
    path: '/v1/prepared-referrals/{prepared_referral_id}',
    tag,
    summary: 'Read what you prepared',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    response,
    handle: async (request) => ({
      status: 200,
      ...(await readPrepared(request, request.params.prepared_referral_id)),
    }),
  }),
  operation({
    id: 'movePreparedReferral',
    method: 'PATCH',
    path: '/v1/prepared-referrals/{prepared_referral_id}',
    tag,
    summary: 'Prepare it for another invitation',
    scope,
    whenSuspended: 'sends',
    conditional: true,
    body: PreparedChangeSchema,
    requestExample: { invitation_id: preparedExample.invitation_id },
    response,
    errors: ['invalid_state'],
    handle: (request) =>
      answerOnce(request, {
        status: 200,
        writeAt: moveToInvitationAt(placeOf(request), request.body.invitation_id),
        show: (shown) => shown,
      }),
  }),
  operation({
    id: 'checkPreparedReferral',
    method: 'POST',
    path: '/v1/prepared-referrals/{prepared_referral_id}/check',
    tag,
    summary: 'Check whether it could be sent',
    description:
      'As `POST /v1/referrals/check`. Before she takes part it is 409, unless you name another practice.',
    scope: 'referrals:read',
    whenSuspended: 'reads',
    body: SendPreparedSchema,
    bodyOptional: true,
    requestExample: {},
    response: {
      status: 200,
      description: 'Whether it could be sent, and why not.',
      schema: ReferralCheckSchema,
      example: { ...checkExample, client_checked: true },
    },
    errors: ['invalid_state'],
    handle: async (request) => {
      const { wish } = await toSend(request);
      return { status: 200, body: await checkReferral({ ...request, body: wish }) };
    },
  }),
  operation({
    id: 'sendPreparedReferral',
    method: 'POST',
    path: '/v1/prepared-referrals/{prepared_referral_id}/send',
    tag,
    summary: 'Send what you prepared',
    description:
      'To her practice or another partner, as `POST /v1/referrals`: with `consent` on record it is sent at once, with `hosted` the answer has the client’s link. Nothing is left of it beside the referral.',
    scope,
    whenSuspended: 'sends',
    conditional: true,
    body: SendPreparedSchema,
    bodyOptional: true,
    requestExample: { consent: consentInputExample },
    response: {
      status: 201,
      location: '/v1/referrals/{id}',
      description: 'The new referral.',
      schema: ReferralSchema,
      example: sentExample,
    },
    errors: [...REFUSAL_CODES, 'invalid_state'],
    handle: sendPrepared,
  }),
  operation({
    id: 'discardPreparedReferral',
    method: 'DELETE',
    path: '/v1/prepared-referrals/{prepared_referral_id}',
    tag,
    summary: 'Discard what you prepared',
    description: 'Its client’s data is deleted at once.',
    scope,
    whenSuspended: 'serves_client',
    conditional: true,
    response: { status: 204, description: 'It is discarded.' },
    errors: ['invalid_state'],
    handle: (request) =>
      answerOnce(request, {
        status: 204,
        writeAt: discardAt(placeOf(request)),
        show: () => ({ body: null }),
      }),
  }),
];
