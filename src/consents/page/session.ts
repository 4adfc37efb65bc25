/**
 * What a client's browser holds between two steps: proof that the last name was given, for half an hour, bound to
 * one link. No state on our side. The name form is before it, the other forms are bound to it.
 */
import { timingSafeEqual } from 'hono/utils/buffer';
import type { Vault } from '../../vault/vault.ts';

export const SESSION_COOKIE = 'consent_session';
export const SESSION_SECONDS = 30 * 60;

const sign = (vault: Vault, requestId: string, expires: string) =>
  vault.mac('consent-session', requestId, expires);

export async function createSession(vault: Vault, requestId: string, now: number): Promise<string> {
  const expires = String(now + SESSION_SECONDS * 1000);
  return `${expires}.${await sign(vault, requestId, expires)}`;
}

export async function isSession(
  vault: Vault,
  requestId: string,
  value: string | undefined,
  now: number,
): Promise<boolean> {
  const [expires = '', mac = ''] = value?.split('.') ?? [];
  return Number(expires) > now && (await timingSafeEqual(mac, await sign(vault, requestId, expires)));
}

/** The hidden field that a form of ours has and a form of somebody else cannot have. */
export const createFormToken = (vault: Vault, requestId: string, session: string) =>
  vault.mac('consent-form', requestId, session);

export async function isFormToken(
  vault: Vault,
  requestId: string,
  session: string,
  value: string,
): Promise<boolean> {
  return timingSafeEqual(value, await createFormToken(vault, requestId, session));
}
