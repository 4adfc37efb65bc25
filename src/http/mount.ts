/** Puts operations on a Hono app: each request passes the same gates, in the same order. */
import type { Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { readSettings } from '../env.ts';
import { logFault } from '../platform/fault.ts';
import { Problem, suspended } from '../platform/problem.ts';
import { wakeDeliveries } from '../platform/queue.ts';
import { readAgainFrom } from '../platform/vault/vault.repository.ts';
import { Vault } from '../platform/vault/vault.ts';
import type { AppEnv } from './app-env.ts';
import { type Actor, authenticate } from './authenticate.ts';
import { BOOKMARK, bookmarkHeader, readBookmark } from './bookmark.ts';
import { readBody, readIdempotencyKey, readIfMatch, readParams, readQuery } from './input.ts';
import { cursorParameterOf, isKnownVersion, linkToNextPage, locationOf } from './manners.ts';
import {
  type Exchange,
  mayUseWhenSuspended,
  type Operation,
  type OperationRequest,
  type Reply,
} from './operation.ts';
import { addressOf, countFailure, ratePolicy, requireRate, requireTrial } from './rate.ts';

const vaults = new WeakMap<object, Vault>();

export function vaultOf(env: Env): Vault {
  let vault = vaults.get(env);
  if (!vault) {
    vault = new Vault(readSettings(env), readAgainFrom(env.DB));
    vaults.set(env, vault);
  }
  return vault;
}

function requireScope(actor: Actor, one: Operation): void {
  if (one.scope === 'operator' || actor.practice_id === null) {
    if (one.scope === 'operator' && actor.practice_id === null) return;
    throw new Problem(
      'wrong_key_kind',
      one.scope === 'operator' ? 'This needs an operator key.' : 'This needs the key of a practice.',
    );
  }
  if (!actor.scopes.includes(one.scope)) {
    throw new Problem('insufficient_scope', `The key lacks the scope \`${one.scope}\`.`);
  }
}

function requireStanding(actor: Actor, one: Operation): void {
  if (actor.practice_id !== null && actor.practice_status === 'suspended' && !mayUseWhenSuspended(one))
    throw suspended();
}

export function exchangeOf(c: Context<AppEnv>): Exchange {
  const settings = readSettings(c.env);
  const database = c.get('database');
  const defer = (work: () => Promise<unknown>) =>
    c.executionCtx.waitUntil(
      work().catch((error: unknown) => logFault({ request_id: c.get('requestId'), deferred: true }, error)),
    );
  return {
    database,
    vault: vaultOf(c.env),
    settings,
    now: Date.now(),
    defer,
    wakeDeliveries: (deliveryIds) => wakeDeliveries(c.env.DELIVERY_QUEUE, deliveryIds),
    wakeReplay: async (replay_id) => {
      await c.env.DELIVERY_QUEUE.send({ replay_id });
    },
  };
}

async function answer(c: Context<AppEnv>, one: Operation): Promise<Reply> {
  const exchange = exchangeOf(c);
  const { now } = exchange;
  c.set('operationId', one.id);
  const address = addressOf(c);
  const actor = await authenticate(c.req.header('Authorization'), exchange, {
    before: () => requireTrial(address, now),
    failed: () => countFailure(c.env.ANONYMOUS_RATE_LIMIT, address, now),
  });
  c.set('actor', actor);
  const holderId = actor.practice_id ?? actor.key_id;
  await requireRate(c.env.PRACTICE_RATE_LIMIT, holderId, exchange);
  requireScope(actor, one);
  requireStanding(actor, one);
  if (one.pings) await requireRate(c.env.PING_RATE_LIMIT, holderId, exchange, 'pings');
  const params = readParams(c.req.param());
  const query = readQuery(c.req.raw, one);
  const { body, requestHash } = await readBody(c.req.raw, c.req.path, one);
  const idempotencyKey = one.method === 'POST' ? readIdempotencyKey(c.req.raw) : null;
  const bookmark = one.readsCopies ? await readBookmark(c.req.header(BOOKMARK), actor, exchange.vault) : null;
  return one.handle({
    operationId: one.id,
    exchange: bookmark === null ? exchange : { ...exchange, database: exchange.database.since(bookmark) },
    actor,
    params,
    isHead: c.req.method === 'HEAD',
    query,
    body,
    accepts: accepts(c, {
      header: 'Accept',
      supports: ['application/json', 'text/csv', 'text/vcard', 'text/calendar'],
      default: 'application/json',
    }) as OperationRequest['accepts'],
    ifMatch: one.conditional ? readIfMatch(c.req.raw) : null,
    idempotency: idempotencyKey === null ? null : { key: idempotencyKey, requestHash },
  });
}

export const toHonoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');

export function mount(app: Hono<AppEnv>, operations: readonly Operation[]): void {
  for (const one of operations) {
    const path = toHonoPath(one.path);
    app.on(one.method, one.isBase ? [path, `${path}/`] : [path], async (c) => {
      const { status, body, mediaType, headers } = await answer(c, one);
      const settings = readSettings(c.env);
      const actor = c.get('actor');
      const replyHeaders = {
        'Cache-Control': 'no-store',
        ...((one.response.csvExample ?? one.response.vcardExample ?? one.response.calendarExample)
          ? { Vary: 'Accept' }
          : {}),
        ...ratePolicy(settings.practiceRequestsPerMinute),
        ...linkToNextPage(c.req.url, settings.publicOrigin, cursorParameterOf(one), body),
        ...locationOf(one, body),
        ...(one.method === 'GET' || !actor
          ? {}
          : await bookmarkHeader(c.get('database').meter.bookmark, actor, vaultOf(c.env))),
        ...headers,
      };
      if (one.method === 'GET' && isKnownVersion(c.req.header('If-None-Match'), headers?.ETag))
        return new Response(null, { status: 304, headers: replyHeaders });
      if (status === 204) return new Response(null, { status, headers: replyHeaders });
      const [content, type] = mediaType
        ? [body as string, mediaType]
        : [JSON.stringify(body), 'application/json'];
      return new Response(content, { status, headers: { ...replyHeaders, 'Content-Type': type } });
    });
  }
}
