/** How a page is answered: in the visitor's language, and not too often. */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Child } from 'hono/jsx';
import type { AppEnv } from '../../http/app-env.ts';
import { addressOf, isWithin } from '../../http/rate.ts';
import { FORM_BYTES_MAX } from './forms.ts';
import { LANGUAGE_NAMES, type Language, languageOf } from './language.ts';
import { PlainPage } from './parts.tsx';
import { type OwnStyle, showPage } from './shell.tsx';

export type Page = Context<AppEnv>;
export type PageStatus = 200 | 404 | 409 | 413 | 422 | 429;

interface Around {
  /** Before and after the page itself. */
  readonly notice?: Child;
  readonly footer?: Child;
  /** The form whose fields are kept where the language is switched: sent to `/language` below the link. */
  readonly form?: string | undefined;
  readonly style?: OwnStyle | undefined;
}

/** @param base the address of the link, which is the same page in every language */
export function show(
  c: Page,
  base: string,
  status: PageStatus,
  title: string,
  children: Child,
  { notice, footer, form, style }: Around = {},
) {
  const language = languageOf(c);
  const other = language === 'en' ? 'es' : 'en';
  const href = `${base}${form === undefined ? '' : '/language'}?lang=${other}`;
  const otherLanguage = { code: other, name: LANGUAGE_NAMES[other], href, form };
  return showPage(c, status, { language, title, otherLanguage, children, notice, footer, style });
}

/** What our links are made of (base64url): only such a text comes near a cookie's path or a `Location`. */
const TOKEN = /^[\w-]{1,512}$/;

type Shown = (c: Page) => Response | Promise<Response>;

/** Below the path of a link: every other text in the token's place leads nowhere, and is looked at by nothing else. */
const requireToken =
  (showInvalid: Shown): MiddlewareHandler<AppEnv, string> =>
  async (c, next) =>
    TOKEN.test(c.req.param('token') ?? '') ? next() : showInvalid(c);

const TOO_OFTEN: Record<Language, readonly [title: string, text: string]> = {
  en: ['Please wait a minute', 'Too many pages were opened from your connection. Try again in a minute.'],
  es: [
    'Espere un minuto',
    'Se abrieron demasiadas páginas desde su conexión. Inténtelo de nuevo en un minuto.',
  ],
};

function showTooOften(c: Page) {
  c.header('Retry-After', '60');
  const [title, text] = TOO_OFTEN[languageOf(c)];
  // The link itself, without what is done there.
  const base = new URL(c.req.url).pathname.split('/').slice(0, 3).join('/');
  return show(c, base, 429, title, <PlainPage heading={title} text={text} />);
}

/** Before every page: an address opens only so many. */
export const limitRate: MiddlewareHandler<AppEnv> = async (c, next) =>
  (await isWithin(c.env.ANONYMOUS_RATE_LIMIT, addressOf(c))) ? next() : showTooOften(c);

/** Before a page with forms. */
export const limitForm = (showTooLong: Shown) =>
  bodyLimit({ maxSize: FORM_BYTES_MAX, onError: (c) => showTooLong(c as Page) });

/** Before the pages of a link, whose path has a `:token`. */
export const guardLink = (showInvalid: Shown, showTooLong = showInvalid) =>
  [limitRate, requireToken(showInvalid), limitForm(showTooLong)] as const;
