/** Who answers for what, for clients (the essence of the arrangement, GDPR 26(2)): a public page. Its text is an asset. */
import type { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { readSettings } from '../../env.ts';
import type { AppEnv } from '../../http/app-env.ts';
import { type Language, languageOf } from '../kit/language.ts';
import { limitRate, type Page, show } from '../kit/page.tsx';

export const ROLES_PATH = '/roles';

const TITLES: Record<Language, string> = {
  en: 'Who does what with your details',
  es: 'Quién hace qué con sus datos',
};

async function showRoles(c: Page) {
  const language = languageOf(c);
  const { operator, retentionMonths } = readSettings(c.env);
  const { address, name, email } = operator;
  const values: Record<string, string> = {
    name,
    email,
    address: address === '' ? '' : `${address},`,
    months: String(retentionMonths),
  };
  const asset = await c.env.ASSETS.fetch(new URL(`/roles.${language}.html`, c.req.url));
  const text = (await asset.text()).replaceAll(/\{(\w+)\}/g, (_, key) => String(html`${values[key] ?? ''}`));
  return show(c, ROLES_PATH, 200, TITLES[language], raw(text));
}

export const mountRoles = (app: Hono<AppEnv>) => app.get(ROLES_PATH, limitRate, showRoles);
