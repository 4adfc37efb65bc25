/** The frame of every page of the documentation. */
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Link {
  readonly title: string;
  readonly href: string;
}

export interface Menu {
  readonly guides: readonly Link[];
  readonly operations: readonly Link[];
  readonly operator: readonly Link[];
}

const list = (links: readonly Link[], current: string) =>
  html`<ul>${links.map(({ title, href }) =>
    href === current
      ? html`<li><a href="${href}" aria-current="page">${title}</a></li>`
      : html`<li><a href="${href}">${title}</a></li>`,
  )}</ul>`;

export const LOOK_UP: readonly Link[] = [
  { title: 'Schemas', href: '/docs/schemas' },
  { title: 'Events', href: '/docs/events' },
  { title: 'Problems', href: '/docs/problems' },
];

export const layout = (
  { title, path, menu }: { readonly title: string; readonly path: string; readonly menu: Menu },
  content: Html,
) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Referral Exchange</title>
<link rel="stylesheet" href="/docs/docs.css">
<script src="/docs/docs.js" type="module"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="/docs">Referral Exchange</a>
<search><label for="query">Search</label><input id="query" type="search" autocomplete="off" placeholder="Search" aria-controls="found"><div id="found" role="region" aria-label="What was found" aria-live="polite" hidden></div></search>
<button id="theme" type="button" hidden>Dark</button>
</header>
<div class="columns">
<nav aria-label="Documentation"><details id="menu" open><summary>Contents</summary>
<h2>Guides</h2>${list(menu.guides, path)}
<h2>Operations</h2>${list(menu.operations, path)}
<h2>Look up</h2>${list(LOOK_UP, path)}
<h2>For the operator</h2>${list(menu.operator, path)}
<p><a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a></p>
</details></nav>
<main id="content">${content}</main>
</div>
</body>
</html>
`;
