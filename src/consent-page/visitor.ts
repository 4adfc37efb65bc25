/** Who stands before the page: the link they came by, whether they gave the name, the form they sent. */
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { NAMES_TRIED_MAX } from '../consents/requests.repository.ts';
import { type AppEnv, vaultOf } from '../http/mount.ts';
import { isFormToken, isSession, SESSION_COOKIE } from './session.ts';
import { readVisit, type Visit } from './visit.ts';
import { LANGUAGES, type Language } from './words.ts';

export type Page = Context<AppEnv>;

export function languageOf(c: Page): Language {
  const asked =
    c.req.query('lang') ?? c.req.header('Accept-Language')?.split(',')[0]?.slice(0, 2).toLowerCase();
  return LANGUAGES.find((language) => language === asked) ?? 'en';
}

export const baseOf = (c: Page) => `/consent/${c.req.param('token')}`;

export interface Visitor {
  readonly visit: Visit;
  readonly now: number;
  /** The session cookie where the last name was confirmed, else empty. */
  readonly session: string;
}

export async function readVisitor(c: Page): Promise<Visitor | null> {
  const now = Date.now();
  const visit = await readVisit(c.var.database, vaultOf(c.env), c.req.param('token') ?? '', now);
  if (!visit) return null;
  const cookie = getCookie(c, SESSION_COOKIE);
  const session = (await isSession(vaultOf(c.env), visit.request.id, cookie, now)) ? (cookie ?? '') : '';
  return { visit, now, session };
}

export const isLocked = ({ visit, session }: Visitor) =>
  visit.request.names_tried >= NAMES_TRIED_MAX && session === '';

/** The form of a visitor, checked to be ours; null where it is not. */
export async function readForm(c: Page, { visit, session }: Visitor): Promise<Map<string, string[]> | null> {
  const parsed = await c.req.parseBody({ all: true }).catch(() => ({}));
  const form = new Map(
    Object.entries(parsed).map(([name, value]) => [
      name,
      [value].flat().filter((one) => typeof one === 'string'),
    ]),
  );
  const token = form.get('form_token')?.[0] ?? '';
  return (await isFormToken(vaultOf(c.env), visit.request.id, session, token)) ? form : null;
}

export const first = (form: Map<string, string[]>, name: string) => (form.get(name)?.[0] ?? '').trim();
