/** What an owner does with a webhook endpoint beside editing it. */
import type { Statement } from '../db/database.ts';
import { commit, type Decision } from '../http/commit.ts';
import { type OperationRequest, operation, type Reply } from '../http/operation.ts';
import { notFound, Problem } from '../http/problem.ts';
import { toETag } from '../http/versions.ts';
import { secretPlace } from './attempt.ts';
import { type EndpointRow, recordPing, selectEndpoint, updateEndpoint } from './endpoints.repository.ts';
import {
  CreatedEndpointSchema,
  EndpointSchema,
  endpointExample,
  type Ping,
  PingSchema,
  pingExample,
  presentEndpoint,
} from './endpoints.schemas.ts';
import { canBePinged, ping } from './ping.ts';
import { createSecret } from './signature.ts';
import { disableEndpoint, enableEndpoint } from './switching.ts';

/** How long the secret before a rotation signs along. */
const ROTATION_MS = 86_400_000;

type Decide = (row: EndpointRow) => Promise<Decision>;
type Show = (row: EndpointRow) => Promise<unknown> | unknown;

const tag = 'Webhooks';
const scope = 'webhooks:write' as const;

/** An action on an endpoint of the caller. `show` makes the body, also of a replay. */
async function act(request: OperationRequest, decide: Decide, show: Show): Promise<Reply> {
  const { database } = request.exchange;
  const practiceId = request.actor.practice_id ?? '';
  const endpointId = request.params.endpoint_id ?? '';
  return commit(request, {
    read: [selectEndpoint(database.query, practiceId, endpointId)],
    decide: async ([[row]]) => {
      if (!row) throw notFound();
      return decide(row);
    },
    replay: async () => {
      const [[row]] = await database.batch([selectEndpoint(database.query, practiceId, endpointId)]);
      if (!row) throw notFound();
      return { body: await show(row), headers: { ETag: toETag(row.version) } };
    },
  });
}

/** The statement at `shownAt` returns the endpoint as it is then. */
const changed = (
  endpointId: string,
  statements: readonly Statement[],
  show: Show,
  shownAt = 0,
): Decision => ({
  statements,
  resourceId: endpointId,
  status: 200,
  respond: async (results) => {
    const [row] = results[shownAt] as [EndpointRow];
    return { body: await show(row), headers: { ETag: toETag(row.version) } };
  },
});

export const endpointActions = [
  operation({
    id: 'enableWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpoint_id}/enable',
    tag,
    summary: 'Enable a webhook endpoint again',
    description:
      'A signed `endpoint.ping` must be answered with 2xx first (not where the format is one of a CRM, which would make a lead of it). Then the events that were held are posted one after the other, oldest first, and new ones queue up behind them. One that fails three times goes on by itself and lets the next one pass. Enabling an enabled endpoint changes nothing.',
    scope,
    whenSuspended: 'opens',
    response: { status: 200, description: 'The endpoint.', schema: EndpointSchema, example: endpointExample },
    errors: ['ping_failed'],
    handle: (request) =>
      act(
        request,
        async (row) => {
          const { exchange } = request;
          const { query } = exchange.database;
          const practiceId = row.practice_id;
          if (row.enabled)
            return changed(row.id, [selectEndpoint(query, practiceId, row.id)], presentEndpoint);
          const result = canBePinged(row) ? await ping(row, exchange) : null;
          if (result && !result.succeeded) {
            const answered = result.status === null ? result.error : `status ${result.status}`;
            throw new Problem('ping_failed', `The endpoint stays disabled: the test got ${answered}.`, {
              ping: result,
            });
          }
          const statements = [
            ...enableEndpoint(query, row, result, exchange.now),
            selectEndpoint(query, practiceId, row.id),
          ];
          return changed(row.id, statements, presentEndpoint, statements.length - 1);
        },
        presentEndpoint,
      ),
  }),
  operation({
    id: 'disableWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpoint_id}/disable',
    tag,
    summary: 'Disable a webhook endpoint',
    description:
      'Nothing is posted any more. What was still to be delivered and what happens from now on is held for 30 days, for when the endpoint is enabled. Disabling a disabled endpoint changes nothing.',
    scope,
    whenSuspended: 'closes',
    response: {
      status: 200,
      description: 'The endpoint.',
      schema: EndpointSchema,
      example: {
        ...endpointExample,
        version: 2,
        enabled: false,
        disabled_at: '2026-10-02T08:00:00.000Z',
        disabled_reason: 'owner',
        updated_at: '2026-10-02T08:00:00.000Z',
      },
    },
    handle: (request) =>
      act(
        request,
        async (row) => {
          const { database, now } = request.exchange;
          const { query } = database;
          if (!row.enabled)
            return changed(row.id, [selectEndpoint(query, row.practice_id, row.id)], presentEndpoint);
          return changed(row.id, disableEndpoint(query, row, now), presentEndpoint);
        },
        presentEndpoint,
      ),
  }),
  operation({
    id: 'rotateWebhookSecret',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpoint_id}/rotate-secret',
    tag,
    summary: 'Rotate the secret of a webhook endpoint',
    description:
      'The new `secret` is shown this once (and in a replay of this request). For 24 hours every webhook carries the signatures by both, separated by a space; after another rotation only the last two secrets sign.',
    scope,
    whenSuspended: 'closes',
    response: {
      status: 200,
      description: 'The endpoint with its new secret.',
      schema: CreatedEndpointSchema,
      example: {
        ...endpointExample,
        version: 2,
        previous_secret_until: '2026-10-03T08:00:00.000Z',
        updated_at: '2026-10-02T08:00:00.000Z',
        secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDC2FVsBQIhrs=',
      },
    },
    handle: (request) => {
      const { database, vault, now } = request.exchange;
      const show = async (row: EndpointRow) => ({
        ...presentEndpoint(row),
        secret: await vault.openSecret(row.sealed_secret, secretPlace(row.id)),
      });
      return act(
        request,
        async (row) => {
          const change = {
            sealed_secret: await vault.sealSecret(createSecret(), secretPlace(row.id)),
            sealed_previous_secret: row.sealed_secret,
            previous_secret_until: now + ROTATION_MS,
            updated_at: now,
          };
          return changed(row.id, [updateEndpoint(database.query, row.id, row.version, change)], show);
        },
        show,
      );
    },
  }),
  operation({
    id: 'pingWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpoint_id}/ping',
    tag,
    summary: 'Send a test to a webhook endpoint',
    description:
      'Posts a signed `endpoint.ping` at once, also to a disabled endpoint, and says how it was answered. It does not count as a success or failure of the endpoint. A replay of this request shows the last ping.',
    scope,
    whenSuspended: 'opens',
    response: { status: 200, description: 'How it was answered.', schema: PingSchema, example: pingExample },
    errors: ['invalid_state'],
    handle: (request) =>
      act(
        request,
        async (row) => {
          if (!canBePinged(row)) {
            throw new Problem('invalid_state', 'A receiver of this format would make a lead of a test.', {
              state: row.format,
              allowed_moves: [],
            });
          }
          const result: Ping = await ping(row, request.exchange);
          return {
            statements: [recordPing(request.exchange.database.query, row.id, result)],
            resourceId: row.id,
            status: 200,
            respond: () => ({ body: result }),
          };
        },
        (row) => row.last_ping,
      ),
  }),
];
