/**
 * Who stands before an operator's page: somebody who typed an operator's key into its form not long ago. The browser
 * holds no key but a sealed word of which it was: good for half an hour, below these pages alone, and while the key is.
 */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { readSettings } from '../../env.ts';
import type { OperatorActor } from '../../http/authenticate.ts';
import { exchangeOf } from '../../http/mount.ts';
import type { OperationRequest } from '../../http/operation.ts';
import type { Exchange } from '../../ledger/exchange.ts';
import { type KeyRow, selectKeyByHash, selectKeyById } from '../../platform/access/access.repository.ts';
import type { Scope } from '../../platform/access/scopes.ts';
import { isWellFormedToken, sha256Hex } from '../../platform/access/token.ts';
import { type Found, one, type Plan } from '../../platform/db/plan.ts';
import type { Page } from '../kit/page.tsx';

export const BASE = '/operator';
const COOKIE = 'operator_session';
const SESSION_SECONDS = 30 * 60;

export interface SignedIn {
  readonly exchange: Exchange;
  readonly actor: OperatorActor;
  /** By which a form of ours is known: bound to this session. */
  readonly formToken: string;
}

interface Visit<P extends Plan> extends SignedIn {
  readonly found: Found<P>;
}

function actorOf(key: KeyRow | undefined, now: number): OperatorActor | null {
  if (key === undefined || key.practice_id !== null || key.revoked_at !== null) return null;
  if (key.expires_at !== null && key.expires_at <= now) return null;
  const scopes = key.scopes as Scope[];
  if (!scopes.includes('operator')) return null;
  return { key_id: key.id, scopes, expires_at: key.expires_at, practice_id: null };
}

/** Whether it was an operator's key that still is good. */
export async function signIn(c: Page, typed: string): Promise<boolean> {
  const { database, vault, now } = exchangeOf(c);
  if (!(await isWellFormedToken(typed))) return false;
  const { key } = await database.read({ key: one(selectKeyByHash(database.query, await sha256Hex(typed))) });
  const actor = actorOf(key, now);
  if (!actor) return false;
  const words = `${actor.key_id} ${now + SESSION_SECONDS * 1000} ${crypto.randomUUID()}`;
  setCookie(c, COOKIE, await vault.tokens.seal('operator-session', words), {
    path: BASE,
    httpOnly: true,
    sameSite: 'Strict',
    secure: readSettings(c.env).publicOrigin.startsWith('https:'),
    maxAge: SESSION_SECONDS,
  });
  return true;
}

export const signOut = (c: Page) => deleteCookie(c, COOKIE, { path: BASE });

/** Null where nobody is signed in. One call of D1: the key is looked at together with what the page shows. */
export async function readVisit<const P extends Plan>(
  c: Page,
  planOf: (exchange: Exchange) => P,
): Promise<Visit<P> | null> {
  const exchange = exchangeOf(c);
  const { database, vault, now } = exchange;
  const session = getCookie(c, COOKIE) ?? '';
  const [keyId, expires] = (await vault.tokens.open('operator-session', session))?.split(' ') ?? [];
  if (!keyId || Number(expires) <= now) return null;
  const { key, shown } = await database.read({
    key: one(selectKeyById(database.query, keyId)),
    shown: planOf(exchange),
  });
  const actor = actorOf(key as KeyRow | undefined, now);
  if (!actor) return null;
  const formToken = await vault.tokens.sign('operator-form', session);
  return { exchange, actor, formToken, found: shown as Found<P> };
}

/** What is done on a page, as a call of an operation by the same key would ask for it. */
export const requestOf = (operationId: string, { exchange, actor }: SignedIn): OperationRequest => ({
  operationId,
  exchange,
  actor,
  params: {},
  isHead: false,
  query: undefined,
  body: undefined,
  accepts: 'application/json',
  ifMatch: null,
  idempotency: null,
});

/** A form of this visit's session. */
export const isFormOf =
  ({ formToken }: SignedIn) =>
  async (token: string) =>
    token === formToken;
