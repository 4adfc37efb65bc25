/** How a page is answered: in the visitor's language, and not too often. */
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { AppEnv } from '../http/mount.ts';
import { LANGUAGE_NAMES, type Language, languageOf } from './language.ts';
import { PlainPage } from './parts.tsx';
import { showPage } from './shell.tsx';

export type Page = Context<AppEnv>;
export type PageStatus = 200 | 404 | 409 | 413 | 422 | 429;

/** @param base the address of the link, which is the same page in every language */
export function show(c: Page, base: string, status: PageStatus, title: string, children: Child) {
  const language = languageOf(c);
  const other = language === 'en' ? 'es' : 'en';
  const otherLanguage = { code: other, name: LANGUAGE_NAMES[other], href: `${base}?lang=${other}` };
  return showPage(c, status, { language, title, otherLanguage, children });
}

const TOO_OFTEN: Record<Language, readonly [title: string, text: string]> = {
  en: ['Please wait a minute', 'Too many pages were opened from your address. Try again in a minute.'],
  es: [
    'Espere un minuto',
    'Se abrieron demasiadas páginas desde su dirección. Inténtelo de nuevo en un minuto.',
  ],
};

export async function isTooOften(c: Page): Promise<boolean> {
  const key = c.req.header('CF-Connecting-IP') ?? 'unknown';
  return !(await c.env.ANONYMOUS_RATE_LIMIT.limit({ key })).success;
}

export function showTooOften(c: Page) {
  c.header('Retry-After', '60');
  const [title, text] = TOO_OFTEN[languageOf(c)];
  // The link itself, without what is done there.
  const base = new URL(c.req.url).pathname.split('/').slice(0, 3).join('/');
  return show(c, base, 429, title, <PlainPage heading={title} text={text} />);
}
