/** What who was invited does without a key, by a program: behind the same links as the page. */
import type { Context, Hono } from 'hono';
import type { AppEnv } from '../http/app-env.ts';
import { toTime } from '../http/fields.ts';
import { parse, readBytes, readIdempotencyKey, toJsonObject } from '../http/input.ts';
import { exchangeOf } from '../http/mount.ts';
import { addressOf, requireAnonymousRate } from '../http/rate.ts';
import { presentKey } from '../keys/keys.schemas.ts';
import type { Exchange } from '../ledger/exchange.ts';
import { notFound } from '../platform/problem.ts';
import { handOverKey } from './first-key.ts';
import { type Guest, readGuest, registeredUrl } from './guest.ts';
import { type RegistrationRequest, RegistrationRequestSchema } from './joining.schemas.ts';
import { register } from './register.ts';
import { REGISTERED_LINK_MS, registrationState } from './state.ts';
import { TERMS, TERMS_VERSION } from './terms.ts';

type Call = Context<AppEnv>;

/** What our links are made of (base64url). */
const TOKEN = /^[\w-]{1,512}$/;

/** @throws Problem 404, 429 */
async function requireGuest(c: Call, exchange: Exchange): Promise<Guest> {
  const token = c.req.param('token') ?? '';
  await requireAnonymousRate(c.env.ANONYMOUS_RATE_LIMIT, addressOf(c));
  const guest = TOKEN.test(token) ? await readGuest(token, exchange) : null;
  if (!guest) throw notFound();
  return guest;
}

const NO_STORE = { 'Cache-Control': 'no-store' };

async function show(c: Call) {
  const exchange = exchangeOf(c);
  const { row, link } = await requireGuest(c, exchange);
  const isInvited = row.registered_at === null;
  const body = {
    // Behind the inviter's own link no more is told than that somebody has registered.
    state: isInvited ? 'invited' : link.holder === 'invited' ? 'waiting' : registrationState(row),
    inviter_name: row.inviter_name,
    message: isInvited ? row.message : null,
    expires_at: toTime(
      link.holder === 'invited' ? row.expires_at : (row.registered_at ?? 0) + REGISTERED_LINK_MS,
    ),
    terms: { version: TERMS_VERSION, ...TERMS },
  };
  return c.json(body, 200, NO_STORE);
}

async function registerGuest(c: Call) {
  const exchange = exchangeOf(c);
  const { link } = await requireGuest(c, exchange);
  const given = toJsonObject(c.req.raw.headers, await readBytes(c.req.raw));
  const wish = parse(RegistrationRequestSchema, given, '/') as RegistrationRequest;
  const registered = await register(exchange, link, wish, readIdempotencyKey(c.req.raw));
  const body = {
    state: 'waiting',
    practice_id: registered.practice_id,
    registration_url: await registeredUrl(registered, exchange),
    refusal_reason: null,
  };
  return c.json(body, 201, NO_STORE);
}

async function readStatus(c: Call) {
  const exchange = exchangeOf(c);
  const { row, link } = await requireGuest(c, exchange);
  if (link.holder !== 'registered') throw notFound();
  const body = {
    state: registrationState(row),
    practice_id: row.practice_id,
    registration_url: await registeredUrl(row, exchange),
    refusal_reason: row.refusal_reason,
  };
  return c.json(body, 200, NO_STORE);
}

async function giveKey(c: Call) {
  const exchange = exchangeOf(c);
  const { link } = await requireGuest(c, exchange);
  const { key, secret } = await handOverKey(exchange, link);
  return c.json({ ...presentKey(key), secret }, 201, NO_STORE);
}

export function mountGuests(app: Hono<AppEnv>): void {
  app.get('/v1/join/:token', show);
  app.post('/v1/join/:token', registerGuest);
  app.get('/v1/join/:token/registration', readStatus);
  app.post('/v1/join/:token/first-key', giveKey);
}
