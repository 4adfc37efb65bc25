/** What an owner does with a webhook endpoint beside editing it. */
import { answerOnce } from '../http/once.ts';
import { operation, type PracticeRequest, type Reply } from '../http/operation.ts';
import { type Decision, decision, write } from '../ledger/commit.ts';
import { toETag } from '../ledger/versions.ts';
import { one, type Plan, type Step } from '../platform/db/plan.ts';
import { DAY_MS } from '../platform/durations.ts';
import { notFound, Problem } from '../platform/problem.ts';
import {
  confirmAddress,
  type EndpointRow,
  recordPing,
  selectEndpoint,
  updateEndpoint,
} from './endpoints/endpoints.repository.ts';
import {
  CreatedEndpointSchema,
  EndpointSchema,
  endpointExample,
  type Ping,
  PingSchema,
  pingExample,
  presentEndpoint,
  presentPing,
} from './endpoints/endpoints.schemas.ts';
import { canBePinged, isSigned, ping } from './engine/ping.ts';
import { disableEndpoint, enableEndpoint } from './engine/switching.ts';
import { secretPlace } from './posting/attempt.ts';
import { createSecret } from './posting/signature.ts';

/** How long the secret before a rotation signs along. */
const ROTATION_MS = DAY_MS;

type EndpointRequest = PracticeRequest<unknown, unknown, 'endpoint_id'>;
type Shown = Omit<Reply, 'status'>;

const tag = 'Webhooks';
const scope = 'webhooks:write' as const;

/**
 * An action on an endpoint of the caller. Without turns: some wait for a receiver before they decide.
 * @param replay shows the endpoint to a repeated request
 */
async function act<W extends Plan, T>(
  request: EndpointRequest,
  decide: (row: EndpointRow, now: number) => Promise<Decision<W, T>>,
  show: (result: T) => Promise<Shown> | Shown,
  replay: (row: EndpointRow) => Promise<Shown> | Shown,
): Promise<Reply> {
  const { database } = request.exchange;
  const { query } = database;
  const read = { row: one(selectEndpoint(query, request.actor.practice_id, request.params.endpoint_id)) };
  return answerOnce(request, {
    status: 200,
    writeAt: ({ now }) =>
      write({
        read,
        decide: async ({ row }) => {
          if (!row) throw notFound();
          return decide(row, now);
        },
      }),
    show,
    replay: async () => {
      const { row } = await database.read(read);
      if (!row) throw notFound();
      return replay(row);
    },
  });
}

/** Writes of which `shown` returns the endpoint as it is then. */
type Change = {
  readonly before?: Plan;
  readonly shown: Step<EndpointRow | undefined>;
  readonly after?: Plan;
};

const changed = ({ id }: EndpointRow, writes: Change) =>
  decision({ writes, resourceId: id, resultOf: ({ shown }) => shown as EndpointRow });

const showEndpoint = (row: EndpointRow): Shown => ({
  body: presentEndpoint(row),
  headers: { ETag: toETag(row.version) },
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
    pings: true,
    response: { status: 200, description: 'The endpoint.', schema: EndpointSchema, example: endpointExample },
    errors: ['ping_failed'],
    handle: (request) => {
      const { exchange } = request;
      const { query } = exchange.database;
      const decide = async (row: EndpointRow, now: number) => {
        const shown = one(selectEndpoint(query, row.practice_id, row.id));
        if (row.enabled) return changed(row, { shown });
        // A format of a CRM would make a record of it.
        const result = isSigned(row) ? await ping(row, exchange) : null;
        if (result && !result.succeeded) {
          const answered = result.status === null ? result.error : `status ${result.status}`;
          const detail = `The endpoint stays disabled: the test got ${answered}. ${result.advice}`;
          throw new Problem('ping_failed', detail, { ping: result });
        }
        return changed(row, { before: enableEndpoint(query, row, result, now), shown });
      };
      return act(request, decide, showEndpoint, showEndpoint);
    },
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
    handle: (request) => {
      const { query } = request.exchange.database;
      const decide = async (row: EndpointRow, now: number) => {
        if (!row.enabled) return changed(row, { shown: one(selectEndpoint(query, row.practice_id, row.id)) });
        const [update, ...after] = disableEndpoint(query, row, now);
        return changed(row, { shown: one(update), after });
      };
      return act(request, decide, showEndpoint, showEndpoint);
    },
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
      const { database, vault } = request.exchange;
      const show = async (row: EndpointRow) => {
        const { body, headers } = showEndpoint(row);
        const secret = await vault.openSecret(row.sealed_secret, secretPlace(row.id));
        return { body: { ...(body as object), secret }, ...(headers ? { headers } : {}) };
      };
      const decide = async (row: EndpointRow, now: number) => {
        const change = {
          sealed_secret: await vault.sealSecret(createSecret(), secretPlace(row.id)),
          sealed_previous_secret: row.sealed_secret,
          previous_secret_until: now + ROTATION_MS,
          updated_at: now,
        };
        return changed(row, { shown: one(updateEndpoint(database.query, row.id, row.version, change)) });
      };
      return act(request, decide, show, show);
    },
  }),
  operation({
    id: 'pingWebhookEndpoint',
    method: 'POST',
    path: '/v1/webhook-endpoints/{endpoint_id}/ping',
    tag,
    summary: 'Send a test to a webhook endpoint',
    description:
      'Posts a signed `endpoint.ping` at once, also to a disabled endpoint, and says how it was answered. A 2xx confirms the address, where it was not confirmed yet. It does not count as a success or failure of the endpoint. A replay of this request shows the last ping.',
    scope,
    whenSuspended: 'opens',
    pings: true,
    response: { status: 200, description: 'How it was answered.', schema: PingSchema, example: pingExample },
    errors: ['invalid_state'],
    handle: (request) => {
      const { exchange } = request;
      const { query } = exchange.database;
      const decide = async (row: EndpointRow) => {
        if (!canBePinged(row)) {
          throw new Problem('invalid_state', 'A receiver of this format would make a lead of a test.', {
            state: row.format,
            allowed_moves: [],
          });
        }
        const result = await ping(row, exchange);
        return decision({
          writes: [
            recordPing(query, row.id, result),
            result.succeeded ? confirmAddress(query, row.id, row.url, exchange.now) : undefined,
          ],
          resourceId: row.id,
          resultOf: () => result,
        });
      };
      const replay = (row: EndpointRow) => ({
        body: row.last_ping && presentPing(row.last_ping as Ping),
        headers: { ETag: toETag(row.version) },
      });
      return act(request, decide, (result) => ({ body: result }), replay);
    },
  }),
];
