/** What machines look for at the places that are agreed for it. Needs no key. */
import type { Context, Hono } from 'hono';
import { readSettings } from '../env.ts';
import type { AppEnv } from '../http/app-env.ts';
import { DAY_MS } from '../platform/durations.ts';

/** RFC 9116 asks for a date, at best less than a year ahead. */
const SECURITY_TXT_MS = 180 * DAY_MS;

/** Of RFC 9727, as a link set (RFC 9264). */
function showCatalog(c: Context<AppEnv>): Response {
  const { publicOrigin } = readSettings(c.env);
  const linkset = [
    {
      anchor: `${publicOrigin}/v1`,
      'service-desc': [
        { href: `${publicOrigin}/openapi.yaml`, type: 'application/yaml' },
        { href: `${publicOrigin}/openapi.json`, type: 'application/json' },
      ],
      'service-doc': [{ href: `${publicOrigin}/docs`, type: 'text/html' }],
      status: [{ href: `${publicOrigin}/readyz`, type: 'application/json' }],
    },
  ];
  const type = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"';
  return c.body(JSON.stringify({ linkset }), 200, { 'Content-Type': type });
}

function showSecurity(c: Context<AppEnv>): Response {
  const { operator, publicOrigin } = readSettings(c.env);
  const expires = new Date(Date.now() + SECURITY_TXT_MS).toISOString();
  return c.text(
    `Contact: mailto:${operator.email}\nExpires: ${expires}\nPreferred-Languages: en, es\nCanonical: ${publicOrigin}/.well-known/security.txt\n`,
  );
}

/** Links to clients' pages are secrets: nothing but the documents is for search engines. */
const ROBOTS = 'User-agent: *\nAllow: /docs\nDisallow: /\n';

export function mountWellKnown(app: Hono<AppEnv>): void {
  app.get('/.well-known/api-catalog', showCatalog);
  app.get('/.well-known/security.txt', showSecurity);
  app.get('/robots.txt', (c) => c.text(ROBOTS));
}
