/**
 * What a visitor's browser holds between two steps: proof of a deliberate act on a page, bound to one link. No state on
 * our side.
 */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { readSettings } from '../../env.ts';
import type { Vault } from '../../platform/vault/vault.ts';

/** Which page: what one of them proves is nothing to another. */
type Purpose = 'consent' | 'consent-browser' | 'referral-page';
const HALF_AN_HOUR = 30 * 60;
const SECONDS: Record<Purpose, number> = {
  consent: HALF_AN_HOUR,
  'referral-page': HALF_AN_HOUR,
  // The name was given in this browser before. It shows nothing; as long as browsers keep a cookie at most.
  'consent-browser': 400 * 86_400,
};

const nameOf = (purpose: Purpose) => `${purpose.replace('-', '_')}_session`;

/** @param subject what the link is for; @param path below which the browser shows the proof again */
export async function beginSession(
  c: Context,
  purpose: Purpose,
  subject: string,
  path: string,
  vault: Vault,
  now: number,
): Promise<void> {
  const expires = String(now + SECONDS[purpose] * 1000);
  const value = `${expires}.${await vault.tokens.sign(`${purpose}-session`, subject, expires)}`;
  setCookie(c, nameOf(purpose), value, {
    path,
    httpOnly: true,
    sameSite: 'Strict',
    secure: readSettings(c.env).publicOrigin.startsWith('https:'),
    maxAge: SECONDS[purpose],
  });
}

export const endSession = (c: Context, purpose: Purpose, path: string) =>
  deleteCookie(c, nameOf(purpose), { path });

/** The session of this visitor, or an empty text where there is none. */
export async function readSession(
  c: Context,
  purpose: Purpose,
  subject: string,
  vault: Vault,
  now: number,
): Promise<string> {
  const value = getCookie(c, nameOf(purpose)) ?? '';
  const [expires = ''] = value.split('.', 1);
  const signature = value.slice(expires.length + 1);
  const isGood =
    Number(expires) > now && (await vault.tokens.isSigned(signature, `${purpose}-session`, subject, expires));
  return isGood ? value : '';
}
