/** Webhook endpoints of a practice. */
import * as v from 'valibot';
import { answerOnce } from '../http/once.ts';
import { operation, type PracticeRequest, type Reply } from '../http/operation.ts';
import { page, pageQuery, pagerOf } from '../http/pagination.ts';
import { decision, write } from '../ledger/commit.ts';
import { requireVersion, toETag } from '../ledger/versions.ts';
import { newId } from '../platform/db/ids.ts';
import { one } from '../platform/db/plan.ts';
import { notFound } from '../platform/problem.ts';
import {
  confirmationOf,
  mayReport,
  mergeFormat,
  NO_CALLBACK,
  requireReach,
  requireRoom,
  requireSecretsAnew,
  toColumns,
  untried,
} from './endpoints/endpoint-columns.ts';
import {
  countEndpoints,
  type EndpointRow,
  insertEndpoint,
  selectEndpoint,
  selectEndpoints,
  updateEndpoint,
} from './endpoints/endpoints.repository.ts';
import {
  CreatedEndpointSchema,
  EndpointChangeSchema,
  EndpointSchema,
  endpointExample,
  NewEndpointSchema,
  presentEndpoint,
} from './endpoints/endpoints.schemas.ts';
import { healthyAt } from './endpoints/health.ts';
import { deleteEndpoint } from './engine/switching.ts';
import { requireUrl, toFormatColumns } from './formats/format-settings.ts';
import { secretPlace } from './posting/attempt.ts';
import { requireDestination } from './posting/resolve.ts';
import { createSecret } from './posting/signature.ts';

const tag = 'Webhooks';
const endpointResponse = {
  status: 200 as const,
  description: 'The endpoint.',
  schema: EndpointSchema,
  example: endpointExample,
};
const showEndpoint = (row: EndpointRow) => ({
  body: presentEndpoint(row),
  headers: { ETag: toETag(row.version) },
});

/** What was still to be delivered to it is cancelled with it. */
export async function removeEndpoint(
  request: PracticeRequest<unknown, unknown, 'endpoint_id'>,
  isMeant: (row: EndpointRow) => boolean = () => true,
): Promise<Reply> {
  const { query } = request.exchange.database;
  const { endpoint_id } = request.params;
  return answerOnce(request, {
    status: 204,
    writeAt: ({ now }) =>
      write({
        subject: endpoint_id,
        read: { row: one(selectEndpoint(query, request.actor.practice_id, endpoint_id)) },
        decide: ({ row }) => {
          if (!row || !isMeant(row)) throw notFound();
          requireVersion(request.ifMatch, row.version);
          return decision({
            writes: deleteEndpoint(query, row, now),
            resourceId: endpoint_id,
            resultOf: () => null,
          });
        },
      }),
    show: (body) => ({ body }),
  });
}

export const endpointOperations = [
  operation({
    id: 'createWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints',
    tag,
    summary: 'Create a webhook endpoint',
    description:
      'Events are posted there, signed after Standard Webhooks. Without `event_types` all of them. `secret` verifies the signatures and is shown this once (and in a replay of this request). With `payload: full` an event about a referral brings `data.referral` along, as you may see it at that moment; the categories in `withheld_categories` never leave for this endpoint. `headers` go with every request, such as a token of yours. `format` speaks another language than Standard Webhooks: flat JSON for Zapier, Make and n8n, CloudEvents, or a lead in the shape of a CRM; its settings are described in [the guide](/docs/guides/webhooks#formats) and are checked when they are saved. With `page_links` what is told of a received referral brings `data.page_url` along, a page for people without a CRM. Events about referrals you receive carry `data.callback_url`, by which a CRM reports outcomes without a key, where `callback_links` is true: the key that sets that, a new URL or `callback` must itself hold `referrals:write`. `callback` says what the stages of your CRM mean and how it proves who it is, see `POST /callback/{token}`.',
    scope: 'webhooks:write',
    whenSuspended: 'opens',
    body: NewEndpointSchema,
    requestExample: {
      url: endpointExample.url,
      description: endpointExample.description,
      event_types: endpointExample.event_types,
      headers: { Authorization: 'Token 1f0c9a' },
    },
    response: {
      ...endpointResponse,
      status: 201,
      location: '/v1/webhook-endpoints/{id}',
      description: 'The new endpoint with its secret.',
      schema: CreatedEndpointSchema,
      example: { ...endpointExample, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=' },
    },
    errors: ['limit_reached'],
    handle: async (request) => {
      const { database, vault } = request.exchange;
      const { query } = database;
      const practiceId = request.actor.practice_id;
      const showWithSecret = async (row: EndpointRow) => {
        const { body, headers } = showEndpoint(row);
        const secret = await vault.openSecret(row.sealed_secret, secretPlace(row.id));
        return { body: { ...body, secret }, headers };
      };
      const { callback_links = mayReport(request.actor) } = request.body;
      requireReach(request.actor, { ...request.body, callback_links });
      const url = requireUrl(request.body.url, request.body.format);
      await requireDestination(url, request.exchange);
      return answerOnce(request, {
        status: 201,
        writeAt: ({ now }) =>
          write({
            subject: practiceId,
            read: { counted: one(countEndpoints(query, practiceId)) },
            decide: async ({ counted }) => {
              requireRoom(counted);
              const id = newId('endpoint');
              const secret = createSecret();
              const row = {
                description: request.body.description,
                ...(await toColumns(request.body, id, NO_CALLBACK, request.exchange)),
                ...(await toFormatColumns({ ...request.body, url }, id, request.exchange)),
                url,
                callback_links,
                id,
                practice_id: practiceId,
                enabled: true,
                ...untried({ url, format: request.body.format }, now),
                sealed_secret: await vault.sealSecret(secret, secretPlace(id)),
                created_at: now,
                updated_at: now,
              };
              return decision({
                writes: { endpoint: one(insertEndpoint(query, row)) },
                resourceId: id,
                resultOf: ({ endpoint }) => endpoint as EndpointRow,
              });
            },
          }),
        show: showWithSecret,
        replay: async (id) => {
          const { row } = await database.read({ row: one(selectEndpoint(query, practiceId, id)) });
          if (!row) throw notFound();
          return showWithSecret(row);
        },
      });
    },
  }),
  operation({
    id: 'listWebhookEndpoints',
    method: 'GET',
    path: '/v1/webhook-endpoints',
    tag,
    summary: 'List your webhook endpoints',
    scope: 'webhooks:read',
    whenSuspended: 'reads',
    query: v.strictObject(pageQuery),
    response: {
      status: 200,
      description: 'A page of endpoints, oldest first.',
      schema: page(EndpointSchema),
      example: { data: [endpointExample], next_cursor: null },
    },
    errors: ['invalid_cursor'],
    handle: async (request) => {
      const { exchange, actor } = request;
      const { database } = exchange;
      const pager = await pagerOf(request, ['string']);
      const [rows] = await database.batch([
        selectEndpoints(database.query, actor.practice_id, pager.after?.[0] ?? '', pager.rowsMax),
      ]);
      return { status: 200, body: await pager.show(rows, presentEndpoint, (row) => [row.id]) };
    },
  }),
  operation({
    id: 'getWebhookEndpoint',
    method: 'GET',
    path: '/v1/webhook-endpoints/{endpoint_id}',
    tag,
    summary: 'Read a webhook endpoint',
    scope: 'webhooks:read',
    whenSuspended: 'reads',
    response: endpointResponse,
    handle: async ({ exchange: { database }, actor, params }) => {
      const [[row]] = await database.batch([
        selectEndpoint(database.query, actor.practice_id, params.endpoint_id),
      ]);
      if (!row) throw notFound();
      return { status: 200, ...showEndpoint(row) };
    },
  }),
  operation({
    id: 'updateWebhookEndpoint',
    method: 'PATCH',
    path: '/v1/webhook-endpoints/{endpoint_id}',
    tag,
    summary: 'Change a webhook endpoint',
    description:
      'A new URL also gets what is still to be delivered. With another host in it `headers` and the secret members of `format_settings` have to be given anew: they were given for the old one. `headers` replaces all of them, `{}` removes them. Of `format_settings` and `callback` the members that you leave out stay as they are.',
    scope: 'webhooks:write',
    whenSuspended: 'opens',
    conditional: true,
    body: EndpointChangeSchema,
    requestExample: { event_types: ['referral.sent'] },
    response: {
      ...endpointResponse,
      example: { ...endpointExample, version: 2, event_types: ['referral.sent'] },
    },
    handle: async (request) => {
      const { exchange, body, actor } = request;
      const { query } = exchange.database;
      const { endpoint_id } = request.params;
      if (body.url !== undefined) await requireDestination(body.url, exchange);
      return answerOnce(request, {
        status: 200,
        writeAt: ({ now }) =>
          write({
            subject: endpoint_id,
            read: { row: one(selectEndpoint(query, actor.practice_id, endpoint_id)) },
            decide: async ({ row }) => {
              if (!row) throw notFound();
              requireVersion(request.ifMatch, row.version);
              const { url, callback, payload = row.payload, page_links = row.page_links } = body;
              const { callback_links = row.callback_links } = body;
              // Also a new address, and whoever is a caller from now on, gets what the endpoint gets.
              const isPassedOn = url !== undefined || callback !== undefined || body.callback_links === true;
              requireReach(actor, { payload, page_links, callback_links: callback_links && isPassedOn });
              requireSecretsAnew(row, body);
              const format = await mergeFormat(row, body, exchange);
              const columns = {
                ...(await toColumns(body, endpoint_id, row, exchange)),
                ...(await toFormatColumns(format, endpoint_id, exchange)),
                // The failures of the old address are none of the new one.
                ...(url === undefined || url === row.url ? {} : { ...healthyAt(now), last_failure: null }),
                ...confirmationOf(row, format, now),
                updated_at: now,
              };
              return decision({
                writes: { changed: one(updateEndpoint(query, endpoint_id, row.version, columns)) },
                resourceId: endpoint_id,
                resultOf: ({ changed }) => changed as EndpointRow,
              });
            },
          }),
        show: showEndpoint,
      });
    },
  }),
  operation({
    id: 'deleteWebhookEndpoint',
    method: 'DELETE',
    path: '/v1/webhook-endpoints/{endpoint_id}',
    tag,
    summary: 'Delete a webhook endpoint',
    description: 'What was still to be delivered to it is cancelled; the events stay in the feed.',
    scope: 'webhooks:write',
    whenSuspended: 'closes',
    conditional: true,
    response: { status: 204, description: 'The endpoint is deleted.' },
    handle: (request) => removeEndpoint(request),
  }),
];
