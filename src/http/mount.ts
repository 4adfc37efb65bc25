/** Puts operations on a Hono app: each request passes the same gates, in the same order. */
import type { Context, Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { readSettings } from '../env.ts';
import { ledgerKeysOf } from '../ledger/chain/ledger-keys.ts';
import { sealReferral } from '../ledger/chain/seal.ts';
import { Database } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import { UnavailableError } from '../platform/db/unavailable.ts';
import { logFault } from '../platform/fault.ts';
import { Problem, respondWithProblem, suspended, unavailable } from '../platform/problem.ts';
import { wakeDeliveries } from '../platform/queue.ts';
import { readAgainFrom } from '../platform/vault/vault.repository.ts';
import { KeyGoneError, Vault } from '../platform/vault/vault.ts';
import type { AppEnv } from './app-env.ts';
import { type Actor, authenticate } from './authenticate.ts';
import { readBody, readIdempotencyKey, readIfMatch, readParams, readQuery } from './input.ts';
import {
  type Exchange,
  mayUseWhenSuspended,
  type Operation,
  type OperationRequest,
  type Reply,
} from './operation.ts';
import { addressOf, countFailure, requireRate, requireTrial } from './rate.ts';

/** Two years (RFC 6797): long enough for a browser to remember it between two visits. */
const HSTS = 'max-age=63072000; includeSubDomains';

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
  const { database } = c.var;
  const defer = (work: () => Promise<unknown>) =>
    c.executionCtx.waitUntil(
      work().catch((error: unknown) => logFault({ request_id: c.var.requestId, deferred: true }, error)),
    );
  return {
    database,
    vault: vaultOf(c.env),
    settings,
    now: Date.now(),
    defer,
    sealLater: (referralId) =>
      defer(() => sealReferral(database.apart(), ledgerKeysOf(settings), referralId)),
    wakeDeliveries: (deliveryIds) => wakeDeliveries(c.env.DELIVERY_QUEUE, deliveryIds),
    wakeReplay: async (replay_id) => {
      await c.env.DELIVERY_QUEUE.send({ replay_id });
    },
  };
}

async function answer(c: Context<AppEnv>, one: Operation): Promise<Reply> {
  const exchange = exchangeOf(c);
  const { now } = exchange;
  const address = addressOf(c);
  const actor = await authenticate(c.req.header('Authorization'), exchange, {
    before: () => requireTrial(address, now),
    failed: () => countFailure(c.env.ANONYMOUS_RATE_LIMIT, address, now),
  });
  await requireRate(c.env.PRACTICE_RATE_LIMIT, actor.practice_id ?? actor.key_id);
  requireScope(actor, one);
  requireStanding(actor, one);
  if (one.pings) await requireRate(c.env.PING_RATE_LIMIT, actor.practice_id ?? actor.key_id);
  const params = readParams(c.req.param());
  const query = readQuery(c.req.raw, one);
  const { body, requestHash } = await readBody(c.req.raw, one);
  const idempotencyKey = one.method === 'POST' ? readIdempotencyKey(c.req.raw) : null;
  return one.handle({
    operationId: one.id,
    exchange,
    actor,
    params,
    isHead: c.req.method === 'HEAD',
    query,
    body,
    accepts: accepts(c, {
      header: 'Accept',
      supports: ['application/json', 'text/csv'],
      default: 'application/json',
    }) as OperationRequest['accepts'],
    ifMatch: one.conditional ? readIfMatch(c.req.raw) : null,
    idempotency: idempotencyKey === null ? null : { key: idempotencyKey, requestHash },
  });
}

export const toHonoPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1');

export function mount(app: Hono<AppEnv>, operations: readonly Operation[]): void {
  for (const one of operations) {
    app.on(one.method, toHonoPath(one.path), async (c) => {
      const { status, body, mediaType, headers } = await answer(c, one);
      const replyHeaders = {
        'Cache-Control': 'no-store',
        ...(one.response.csvExample === undefined ? {} : { Vary: 'Accept' }),
        ...headers,
      };
      if (status === 204) return c.body(null, 204, replyHeaders);
      if (mediaType) return c.body(body as string, status, { ...replyHeaders, 'Content-Type': mediaType });
      return c.json(body as object, status, replyHeaders);
    });
  }
}

/** Names the request, counts its D1 cost and hardens the answer. */
export async function frame(c: Context<AppEnv>, next: () => Promise<void>): Promise<void> {
  c.set('requestId', newId('request'));
  c.set('database', new Database(c.env.DB));
  await next();
  const { headers } = c.res;
  headers.set('X-Request-Id', c.var.requestId);
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Strict-Transport-Security', HSTS);
  if (c.env.ENVIRONMENT !== 'production') headers.set('Server-Timing', c.var.database.meter.toServerTiming());
}

/** Nothing where the settings are what is wrong: then links in the answer begin with its path. */
export function originOf(c: Context<AppEnv>): string {
  try {
    return readSettings(c.env).publicOrigin;
  } catch {
    return '';
  }
}

/** Says what the fault leaves open, and how it is found out. @param words what is wrong, as the beginning of a sentence */
function withWhatIsOpen(words: string, c: Context<AppEnv>): Problem {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return unavailable(`${words}. Repeat the request.`);
  if (!c.var.database.meter.mayHaveWritten)
    return unavailable(`${words}, and nothing was changed. Repeat the request.`);
  const advice = c.req.header('Idempotency-Key')
    ? 'Repeat the request with the same Idempotency-Key: it is done once, whatever became of this one.'
    : 'Read what it was to change before you repeat it; an Idempotency-Key on a POST makes that needless.';
  return unavailable(`${words}, so it is not known whether the change was made. ${advice}`);
}

export function onError(error: unknown, c: Context<AppEnv>): Response {
  const origin = originOf(c);
  if (error instanceof Problem) return respondWithProblem(error, origin);
  logFault({ request_id: c.var.requestId }, error);
  if (error instanceof KeyGoneError)
    return respondWithProblem(withWhatIsOpen('A key is missing here at the moment', c), origin);
  if (error instanceof UnavailableError) {
    const words = 'The database did not answer as it should at the moment';
    return respondWithProblem(withWhatIsOpen(words, c), origin);
  }
  return respondWithProblem(
    new Problem('internal', 'Something failed on our side, and nothing was changed by halves.'),
    origin,
  );
}
