/** The document as a page for people. Runs when documents are generated, never in the Worker. */
import { html } from 'hono/html';
import { errorsOf, type Operation } from '../http/operation.ts';
import { describeEvent, EVENT_TYPE_NAMES } from '../ledger/event-types.ts';
import { PROBLEMS } from '../platform/problem.ts';
import { layout } from './layout.ts';

const json = (value: unknown) => JSON.stringify(value, null, 2);

function curlOf(one: Operation): string {
  const lines = [
    `curl ${one.method === 'GET' ? '' : `-X ${one.method} `}"$EXCHANGE${one.path}"`,
    `-H "Authorization: Bearer $KEY"`,
  ];
  if (one.method === 'POST') lines.push('-H "Idempotency-Key: $(uuidgen)"');
  if (one.body)
    lines.push(
      '-H "Content-Type: application/json"',
      `-d '${JSON.stringify(one.requestExample).replaceAll("'", "'\\''")}'`,
    );
  return lines.join(' \\\n  ');
}

function operationArticle(one: Operation) {
  return html`
<article id="${one.id}">
<h3>${one.summary}</h3>
<p><code><span class="method">${one.method}</span> ${one.path}</code> <span class="quiet">${one.id}, ${one.scope === 'operator' ? 'operator key' : one.scope}</span></p>
${one.description ? html`<p>${one.description}</p>` : ''}
<pre tabindex="0">${curlOf(one)}</pre>
${one.response.example === undefined ? html`<p>${one.response.status}: ${one.response.description}</p>` : html`<details><summary>${one.response.status}: ${one.response.description}</summary><pre tabindex="0">${json(one.response.example)}</pre></details>`}
<details><summary>Errors</summary><ul>${errorsOf(one).map((code) => html`<li><a href="/docs/problems/${code}"><code>${code}</code></a> (${PROBLEMS[code].status}) ${PROBLEMS[code].title}</li>`)}</ul></details>
</article>`;
}

export function buildReference(operations: readonly Operation[]): string {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return layout(
    'API reference',
    html`
<h1>Referral Exchange API</h1>
<p>Verified professionals exchange consented client referrals between practices. The same in machine-readable form: <a href="/openapi.yaml">openapi.yaml</a>.</p>
<p>Send your key as <code>Authorization: Bearer rx_…</code>. Times are RFC 3339 in UTC. Lists are <code>{data, next_cursor}</code>. Errors are <code>application/problem+json</code> with a <code>code</code>; each code has a page. A <code>POST</code> takes an <code>Idempotency-Key</code>; resources have a <code>version</code> and an <code>ETag</code> for <code>If-Match</code>.</p>
<nav aria-label="Operations">${tags.map((tag) => html`<h2>${tag}</h2><ul>${operations.filter((one) => one.tag === tag).map((one) => html`<li><a href="#${one.id}">${one.summary}</a></li>`)}</ul>`)}</nav>
${tags.map((tag) => html`<section><h2>${tag}</h2>${operations.filter((one) => one.tag === tag).map(operationArticle)}</section>`)}
<section><h2 id="events">Event types</h2><table><tbody>${EVENT_TYPE_NAMES.map((type) => html`<tr><td><code>${type}</code></td><td>${describeEvent(type)}</td></tr>`)}</tbody></table></section>
<section><h2 id="problems">Problem codes</h2><table><tbody>${Object.entries(PROBLEMS).map(([code, { status, title }]) => html`<tr><td><a href="/docs/problems/${code}"><code>${code}</code></a></td><td>${status}</td><td>${title}</td></tr>`)}</tbody></table></section>`,
  ).toString();
}
