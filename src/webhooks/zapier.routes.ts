/** REST hooks for Zapier: it makes and removes its own endpoints. */

import { answerOnce } from '../http/once.ts';
import { type Exchange, operation } from '../http/operation.ts';
import { decision, write } from '../ledger/commit.ts';
import type { EventType } from '../ledger/event-types.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { mayReport, requireRoom, untried } from './endpoints/endpoint-columns.ts';
import { countEndpoints, insertEndpoint } from './endpoints/endpoints.repository.ts';
import { endpointExample } from './endpoints/endpoints.schemas.ts';
import { removeEndpoint } from './endpoints.routes.ts';
import { toFormatColumns } from './formats/format-settings.ts';
import {
  sampleOf,
  ZapierSampleQuerySchema,
  ZapierSampleSchema,
  ZapierSubscribedSchema,
  ZapierSubscriptionSchema,
} from './formats/zapier.ts';
import { secretPlace } from './posting/attempt.ts';
import { requireDestination } from './posting/resolve.ts';
import { createSecret } from './posting/signature.ts';

const tag = 'Webhooks';

/** The endpoint that a Zap asks for: one type of event, told flat. */
const endpointOf = async (url: string, event: EventType, endpointId: string, exchange: Exchange) => ({
  url,
  description: 'Zapier',
  ...(await toFormatColumns(
    { format: 'flat', format_settings: {}, url, event_types: [event] },
    endpointId,
    exchange,
  )),
});

export const zapierOperations = [
  operation({
    id: 'subscribeZap',
    method: 'POST',
    path: '/v1/zapier/hooks',
    tag,
    summary: 'Subscribe a Zap (REST hooks)',
    description:
      'Makes a webhook endpoint of the format `flat` for one type of event. `id` is what the endpoint is read, changed and deleted by.',
    scope: 'webhooks:write',
    whenSuspended: 'opens',
    body: ZapierSubscriptionSchema,
    requestExample: {
      event: 'referral.sent',
      targetUrl: 'https://hooks.zapier.com/hooks/standard/1234/abcd/',
    },
    response: {
      status: 201,
      description: 'The subscription.',
      schema: ZapierSubscribedSchema,
      example: { id: endpointExample.id },
    },
    errors: ['limit_reached'],
    handle: async (request) => {
      const { database, vault } = request.exchange;
      const { query } = database;
      const practiceId = request.actor.practice_id;
      const { event, targetUrl } = request.body;
      await requireDestination(targetUrl, request.exchange, '/targetUrl');
      return answerOnce(request, {
        status: 201,
        writeAt: ({ now }) =>
          write({
            subject: practiceId,
            read: { counted: one(countEndpoints(query, practiceId)) },
            decide: async ({ counted }) => {
              requireRoom(counted);
              const id = newId('endpoint');
              const row = {
                ...(await endpointOf(targetUrl, event, id, request.exchange)),
                id,
                practice_id: practiceId,
                callback_links: mayReport(request.actor),
                enabled: true,
                ...untried({ url: targetUrl, format: 'flat' }, now),
                sealed_secret: await vault.sealSecret(createSecret(), secretPlace(id)),
                created_at: now,
                updated_at: now,
              };
              return decision({ writes: [insertEndpoint(query, row)], resourceId: id, resultOf: () => id });
            },
          }),
        show: (id) => ({ body: { id } }),
        replay: async (id) => ({ body: { id } }),
      });
    },
  }),
  operation({
    id: 'unsubscribeZap',
    method: 'DELETE',
    path: '/v1/zapier/hooks/{endpoint_id}',
    tag,
    summary: 'Unsubscribe a Zap (REST hooks)',
    description: 'What was still to be delivered to it is cancelled; the events stay in the feed.',
    scope: 'webhooks:write',
    whenSuspended: 'closes',
    response: { status: 204, description: 'The subscription has ended.' },
    // What was not subscribed here is not ended here.
    handle: (request) => removeEndpoint(request, ({ format }) => format === 'flat'),
  }),
  operation({
    id: 'sampleZap',
    method: 'GET',
    path: '/v1/zapier/samples',
    tag,
    summary: 'Read a sample event (REST hooks)',
    description:
      'What a Zap of this event gets, made from the examples of this document: an array of one. `detail=full` shows the fields that an endpoint with client data gets too.',
    scope: 'webhooks:read',
    whenSuspended: 'reads',
    query: ZapierSampleQuerySchema,
    response: {
      status: 200,
      description: 'The sample.',
      schema: ZapierSampleSchema,
      example: sampleOf('referral.sent', 'thin'),
    },
    handle: async ({ query: { event, detail } }) => ({ status: 200, body: sampleOf(event, detail) }),
  }),
];
