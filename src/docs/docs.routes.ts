/** The document, its reference for people, and a page for each problem code. Needs no key. */
import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { AppEnv } from '../http/app-env.ts';
import { showAsset } from '../http/assets.ts';
import { notFound, PROBLEMS, type ProblemCode } from '../platform/problem.ts';
import { layout } from './layout.ts';

const PAGE_HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

const showPage = (c: Context<AppEnv>, body: string) => c.html(body, 200, PAGE_HEADERS);

/** What stands between backticks is code. */
const marked = (text: string) =>
  text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));

function problemPage(code: ProblemCode): string {
  const { status, title, advice } = PROBLEMS[code];
  return layout(
    title,
    html`<h1>${title}</h1><p><code>${code}</code>, HTTP status ${status}</p><p>${marked(advice)}</p><p><a href="/docs">All operations</a></p>`,
  ).toString();
}

export function mountDocs(app: Hono<AppEnv>): void {
  app.get('/', (c) => c.redirect('/docs'));
  app.get('/openapi.yaml', (c) =>
    showAsset(c, 'openapi.yaml', { 'Content-Type': 'application/yaml; charset=utf-8' }),
  );
  app.get('/openapi.json', (c) => showAsset(c, 'openapi.json', { 'Content-Type': 'application/json' }));
  app.get('/docs', (c) => showAsset(c, 'docs.html', PAGE_HEADERS));
  app.get('/docs/problems/:code', (c) => {
    const code = c.req.param('code');
    if (!Object.hasOwn(PROBLEMS, code)) throw notFound();
    return showPage(c, problemPage(code as ProblemCode));
  });
}
