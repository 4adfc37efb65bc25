/**
 * The documentation for people, made from the document and the guides: static pages, which read without a script. The
 * scripts add search, another look and calls to this server.
 */
import { html, raw } from 'hono/html';
import { type Html, LOOK_UP, layout, type Menu } from './layout.ts';
import { GUIDE_NAMES, type Heading, renderPage, renderText } from './markdown.ts';
import { addressOf, type Operation, operationArticle, operationsOf, pageOf } from './operations.ts';
import { type Part, Schemas, SHALLOW } from './schema.ts';

/** Beginning with what a new partner needs; what is not named comes after. */
const TAGS = [
  'Referrals',
  'Directory',
  'Partnerships',
  'Events',
  'Webhooks',
  'Callbacks',
  'Reports',
  'Privacy',
  'Practice',
  'API keys',
  'Joining',
];

/** What only the operator of the exchange may use stands apart. */
const OPERATOR = 'Operator: ';

interface Found {
  readonly href: string;
  readonly title: string;
  readonly kind: string;
  readonly text: string;
}

/** Of a problem that nearly every operation knows, nobody looks for one. */
const LISTED_MAX = 30;

/** A name of code that may go on in another line after one of its words: beside it stands what it means. */
const breakable = (code: string) => html`${raw(code.replaceAll('_', '_<wbr>'))}`;

const titleOf = (markdown: string) => /^# (.+)$/m.exec(markdown)?.[1] ?? '';
const shorten = (text: string, charactersMax = 300) => text.replaceAll(/\s+/g, ' ').slice(0, charactersMax);
/** Of a guide's section the search knows so much. */
const SECTION_CHARACTERS_MAX = 1500;

/** A guide of more than so many sections says first which. */
const SECTIONS_MAX = 6;

/** A long guide with its sections listed below its title. */
function withContents(content: Html, headings: readonly Heading[]): Html {
  const sections = headings.filter(({ depth }) => depth === 2);
  if (sections.length <= SECTIONS_MAX) return content;
  const list = html`<details class="contents" open><summary>On this page</summary><ul>${sections.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}</ul></details>`;
  return raw(String(content).replace('</h1>', `</h1>${list}`));
}

interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly advice: string;
}

export interface Guide {
  readonly name: string;
  readonly markdown: string;
}

/** Every page by its path below /docs, without `.html`; and what the search looks through. */
export function buildSite(
  document: Part,
  guides: readonly Guide[],
  problems: readonly Problem[],
): { readonly pages: ReadonlyMap<string, string>; readonly search: readonly Found[] } {
  const resolve = (part: Part): Part => {
    const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(part.$ref ?? '') ?? [];
    return kind === undefined ? part : document.components[kind][name as string];
  };
  const schemas = new Schemas(document.components.schemas);
  const operations = operationsOf(document, resolve);
  const known: string[] = document.tags.map(({ name }: { name: string }) => name);
  const tags = [...TAGS, ...known.filter((tag) => !TAGS.includes(tag))];
  const [operatorTags = [], partnerTags = []] = [true, false].map((isOperators) =>
    tags.filter((tag) => tag.startsWith(OPERATOR) === isOperators),
  );
  const toLink = (tag: string) => {
    const words = tag.replace(OPERATOR, '');
    return { title: words.slice(0, 1).toUpperCase() + words.slice(1), href: pageOf(tag) };
  };
  const ofTag = (tag: string) => operations.filter((one) => one.tag === tag);
  const wordsOf = (tag: string): string =>
    document.tags.find(({ name }: { name: string }) => name === tag)?.description ?? '';
  const sorted = [...guides].sort((a, b) => GUIDE_NAMES.indexOf(a.name) - GUIDE_NAMES.indexOf(b.name));
  const menu: Menu = {
    guides: sorted.map(({ name, markdown }) => ({ title: titleOf(markdown), href: `/docs/guides/${name}` })),
    operations: partnerTags.map(toLink),
    operator: operatorTags.map(toLink),
  };

  const pages = new Map<string, string>();
  const search: Found[] = [];
  const add = (path: string, title: string, content: Html) =>
    pages.set(path, String(layout({ title, path: path === '' ? '/docs' : `/docs/${path}`, menu }, content)));

  const operationLine = (one: Operation) =>
    html`<li id="${one.id}"><a href="${addressOf(one)}">${one.summary}</a> <code><span class="method ${one.method.toLowerCase()}">${one.method}</span> ${one.path}</code></li>`;

  const tagSection = (tag: string) =>
    html`<section><h3><a href="${pageOf(tag)}">${tag}</a></h3><p>${wordsOf(tag)}</p><ul class="index">${ofTag(tag).map(operationLine)}</ul></section>`;

  add(
    '',
    'Documentation',
    html`<h1>Referral Exchange API</h1>
<p>${document.info.description}</p>
<p>New here? <a href="/docs/guides/quickstart">Send a first referral</a>. Your CRM is to hear of referrals? <a href="/docs/guides/webhooks">Webhooks and CRMs</a>. The same for machines: <a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a>.</p>
<h2>Guides</h2>
<ul>${menu.guides.map(({ title, href }) => html`<li><a href="${href}">${title}</a></li>`)}</ul>
<h2>Operations</h2>
${partnerTags.map(tagSection)}
<h2>Operations of the operator</h2>
<p>With an operator key, which belongs to no practice.</p>
${operatorTags.map(tagSection)}
<h2>Look up</h2>
<ul>${LOOK_UP.map(({ title, href }) => html`<li><a href="${href}">${title}</a></li>`)}</ul>`,
  );

  for (const tag of tags) {
    add(
      pageOf(tag).replace('/docs/', ''),
      tag,
      html`<h1>${tag}</h1><p>${wordsOf(tag)}</p>
<p class="quiet">In the calls <code>$EXCHANGE</code> is the address of the exchange, and <code>$KEY</code> your API key.</p>
<ul class="index">${ofTag(tag).map((one) => html`<li><a href="#${one.id}">${one.summary}</a></li>`)}</ul>
${ofTag(tag).map((one) => operationArticle(one, schemas, resolve))}`,
    );
    for (const one of ofTag(tag))
      search.push({
        href: addressOf(one),
        title: one.summary,
        kind: `${one.method} ${one.path}`,
        text: `${one.id} ${shorten(one.description)}`,
      });
  }

  add(
    'schemas',
    'Schemas',
    html`<h1>Schemas</h1><p>Everything in requests and answers that has a name. Members of requests may be left out unless they are marked as required; members of answers may be missing unless they are. Answers may get further members at any time: pass over those that you do not know.</p>
${schemas.names().map((name) => html`<article id="${name}"><h2>${name}</h2><div class="words">${renderText(schemas.get(name).description ?? '')}</div>${schemas.partsOf(schemas.get(name), [...SHALLOW, name])}</article>`)}`,
  );
  for (const name of schemas.names()) {
    const schema = schemas.get(name);
    search.push({
      href: `/docs/schemas#${name}`,
      title: name,
      kind: 'Schema',
      text: `${shorten(schema.description ?? '')} ${Object.keys(schema.properties ?? {}).join(' ')} ${(schema.enum ?? []).join(' ')}`,
    });
  }

  const events = Object.entries<Part>(document.webhooks);
  add(
    'events',
    'Events',
    html`<h1>Events</h1><p>Everything that you can be told of, by webhooks or the <a href="/docs/operations/events">event feed</a>. A webhook of the format <code>standard</code> has the same body as an item of the feed, and these headers:</p>
<ul class="tree">${(events[0]?.[1].post.parameters ?? []).map(resolve).map((one: Part) => html`<li><p class="member"><code>${one.name}</code></p><div class="words">${renderText(one.description)}</div></li>`)}</ul>
<p>How to verify them, and what a CRM gets instead: <a href="/docs/guides/webhooks">webhooks and CRMs</a>.</p>
${events.map(([type, { post }]) => {
  const content = post.requestBody.content['application/json'];
  return html`<article id="${type}"><h2><code>${type}</code></h2><div class="words">${renderText(post.description)}</div>
<details><summary>Members</summary>${schemas.partsOf(content.schema, SHALLOW)}</details>
<details><summary>Example</summary><pre tabindex="0">${JSON.stringify(content.example, null, 2)}</pre></details></article>`;
})}`,
  );
  for (const [type, { post }] of events)
    search.push({
      href: `/docs/events#${type}`,
      title: type,
      kind: 'Event',
      text: shorten(post.description),
    });

  add(
    'problems',
    'Problems',
    html`<h1>Problems</h1><p>What can go wrong. Errors are <code>application/problem+json</code> (RFC 9457); decide by <code>code</code>. <a href="/docs/guides/errors">How to handle them</a>.</p>
<div class="wide" tabindex="0"><table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${problems.map(({ code, status, title }) => html`<tr><td><a href="/docs/problems/${code}"><code>${breakable(code)}</code></a></td><td>${status}</td><td>${title}</td></tr>`)}</tbody></table></div>`,
  );
  for (const { code, status, title, advice } of problems) {
    const where = operations.filter((one) =>
      one.responses.some(([, { content }]) => content?.['application/problem+json']?.examples?.[code]),
    );
    add(
      `problems/${code}`,
      title,
      html`<h1>${title}</h1><p><code>${code}</code>, HTTP status ${status}</p><div class="words">${renderText(advice)}</div>
${where.length === 0 || where.length > LISTED_MAX ? '' : html`<h2>Answered by</h2><ul>${where.map((one) => html`<li><a href="${addressOf(one)}">${one.summary}</a></li>`)}</ul>`}
<p><a href="/docs/problems">All problems</a></p>`,
    );
    search.push({ href: `/docs/problems/${code}`, title: code, kind: 'Problem', text: `${title} ${advice}` });
  }

  add(
    'not-found',
    'There is no such page',
    html`<h1>There is no such page</h1><p>Look for it in the search above, or go to <a href="/docs">the contents</a>.</p>`,
  );

  for (const { name, markdown } of sorted) {
    const { html: content, headings } = renderPage(markdown);
    add(
      `guides/${name}`,
      titleOf(markdown),
      html`<div class="guide">${withContents(content, headings)}</div>`,
    );
    for (const { text, id, depth, section } of headings)
      search.push({
        href: `/docs/guides/${name}${depth === 1 ? '' : `#${id}`}`,
        title: text,
        kind: depth === 1 ? 'Guide' : `Guide: ${titleOf(markdown)}`,
        text: shorten(section, SECTION_CHARACTERS_MAX),
      });
  }
  return { pages, search };
}
