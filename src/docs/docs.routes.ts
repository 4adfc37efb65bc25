/** The document and the documentation for people: static files, made by wrangler's build command. Needs no key. */
import type { Context, Hono } from 'hono';
import type { AppEnv } from '../http/app-env.ts';
import { showAsset } from '../http/assets.ts';
import { notFound } from '../platform/problem.ts';

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
  app.get('/openapi.yaml', (c) =>
    showAsset(c, 'openapi.yaml', { 'Content-Type': 'application/yaml; charset=utf-8' }),
  );
  app.get('/openapi.json', (c) => showAsset(c, 'openapi.json', { 'Content-Type': 'application/json' }));
  app.get('/docs', showDocs);
  app.get('/docs/*', showDocs);
}
