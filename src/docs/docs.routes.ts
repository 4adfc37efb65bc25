/** The document and the documentation for people: static files, made by wrangler's build command. Needs no key. */
import type { Context, Hono } from 'hono';
import { readSettings } from '../env.ts';
import type { AppEnv } from '../http/app-env.ts';
import { showAsset } from '../http/assets.ts';
import { notFound } from '../platform/problem.ts';
import { asServedBy } from './stands-for.ts';

/** Scripts and styles are files of ours; the pages call this very server, where somebody tries an operation. */
const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const FILE_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
};

const PAGE = /^\/docs(\/[a-z0-9_-]{1,80}){0,2}$/;
const FILE = /^\/docs\/[a-z0-9_-]{1,80}\.(css|js|json)$/;

/** With this exchange's own address and operator, so that a client made of it calls this exchange. */
async function showDocument(c: Context<AppEnv>, name: string, mediaType: string): Promise<Response> {
  const answer = await showAsset(c, name, { 'Content-Type': mediaType });
  if (answer.status !== 200) return answer;
  const headers = new Headers(answer.headers);
  headers.delete('Content-Length');
  return new Response(asServedBy(await answer.text(), readSettings(c.env)), { headers });
}

async function showDocs(c: Context<AppEnv>): Promise<Response> {
  const { path } = c.req;
  const [file, extension = ''] = FILE.exec(path) ?? [];
  if (file === undefined && !PAGE.test(path)) throw notFound();
  const [name, headers] =
    file === undefined
      ? [path === '/docs' ? 'docs/index.html' : `${path.slice(1)}.html`, PAGE_HEADERS]
      : [file.slice(1), { 'Content-Type': FILE_TYPES[extension] ?? '', 'X-Content-Type-Options': 'nosniff' }];
  const answer = await showAsset(c, name, headers);
  if (answer.status !== 404) return answer;
  if (file !== undefined) throw notFound();
  // People come here: they get a page that leads on.
  const page = await showAsset(c, 'docs/not-found.html', PAGE_HEADERS);
  return new Response(page.body, { status: 404, headers: page.headers });
}

export function mountDocs(app: Hono<AppEnv>): void {
  app.get('/', (c) => c.redirect('/docs'));
  app.get('/openapi.yaml', (c) => showDocument(c, 'openapi.yaml', 'application/yaml; charset=utf-8'));
  app.get('/openapi.json', (c) => showDocument(c, 'openapi.json', 'application/json'));
  app.get('/docs', showDocs);
  app.get('/docs/*', showDocs);
}
