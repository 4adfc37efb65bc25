/** Operations of the document: what each takes and answers, as a call to copy, and tried against this very server. */
import { html } from 'hono/html';
import type { Html } from './layout.ts';
import { renderText, toAnchor } from './markdown.ts';
import { type Part, type Schemas, SHALLOW } from './schema.ts';

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly needsKey: boolean;
  readonly parameters: readonly Part[];
  readonly body: { readonly schema: Part; readonly example: unknown; readonly isRequired: boolean } | null;
  readonly responses: readonly (readonly [status: string, response: Part])[];
}

type Resolve = (part: Part) => Part;

export const pageOf = (tag: string) => `/docs/operations/${toAnchor(tag)}`;
export const addressOf = ({ tag, id }: Operation) => `${pageOf(tag)}#${id}`;

const exampleOf = (content: Part, resolve: Resolve): unknown =>
  content?.example ?? resolve(Object.values(content?.examples ?? {})[0] ?? {}).value;

export function operationsOf(document: Part, resolve: Resolve): Operation[] {
  return Object.entries<Part>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Part>(methods).map(([method, spec]) => {
      const json = spec.requestBody?.content?.['application/json'];
      return {
        id: spec.operationId,
        method: method.toUpperCase(),
        path,
        tag: spec.tags[0],
        summary: spec.summary,
        description: spec.description,
        needsKey: (spec.security ?? document.security).length > 0,
        parameters: (spec.parameters ?? []).map(resolve),
        body: json
          ? {
              schema: json.schema,
              example: exampleOf(json, resolve),
              isRequired: spec.requestBody.required === true,
            }
          : null,
        responses: Object.entries<Part>(spec.responses).map(([status, response]) => [
          status,
          resolve(response),
        ]),
      };
    }),
  );
}

const json = (value: unknown) => JSON.stringify(value, null, 2);

function curlOf({ method, path, needsKey, body }: Operation): string {
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}"$EXCHANGE${path}"`];
  if (needsKey) lines.push('-H "Authorization: Bearer $KEY"');
  if (needsKey && method === 'POST') lines.push('-H "Idempotency-Key: $(uuidgen)"');
  if (body)
    lines.push(
      '-H "Content-Type: application/json"',
      `-d '${JSON.stringify(body.example).replaceAll("'", "'\\''")}'`,
    );
  return lines.join(' \\\n  ');
}

const parameterItem = (one: Part, schemas: Schemas): Html =>
  html`<li><p class="member"><code>${one.name}</code> <span class="type">${one.in}, ${schemas.typeOf(one.schema)}</span>${one.required ? html` <span class="required">required</span>` : ''}</p><div class="words">${renderText(one.description)}</div></li>`;

function success({ responses }: Operation, schemas: Schemas, resolve: Resolve): Html {
  const [status, response] = responses.find(([code]) => code.startsWith('2')) ?? ['', {}];
  const content = response.content?.['application/json'];
  const headers = Object.entries<Part>(response.headers ?? {}).map(
    ([name, header]) => [name, resolve(header)] as const,
  );
  return html`<h3>Answers ${status}</h3><div class="words">${renderText(response.description ?? '')}</div>
${content ? html`<p class="type">${schemas.typeOf(content.schema)}</p><details><summary>Members</summary>${schemas.partsOf(content.schema, SHALLOW)}</details><details><summary>Example</summary><pre tabindex="0">${json(exampleOf(content, resolve))}</pre></details>` : ''}
<details><summary>Headers</summary><ul class="tree">${headers.map(([name, header]) => html`<li><p class="member"><code>${name}</code></p><div class="words">${renderText(header.description)}</div></li>`)}</ul></details>`;
}

function errors({ responses }: Operation): Html {
  const failed = responses.filter(([status]) => !status.startsWith('2'));
  const codes = failed.flatMap(([status, { content }]) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}).map((code) => [status, code] as const),
  );
  return html`<details><summary>Problems</summary><ul>${codes.map(([status, code]) => html`<li><a href="/docs/problems/${code}"><code>${code}</code></a> (${status})</li>`)}</ul></details>`;
}

/** Filled in and sent by docs.js. */
function tryOut({ id, method, path, parameters, body, needsKey }: Operation): Html {
  const fields = parameters.filter((one) => one.in !== 'header' || one.name === 'If-Match');
  return html`<details class="try" hidden><summary>Try it on this server</summary>
<form data-method="${method}" data-path="${path}" data-needs-key="${needsKey ? 'true' : 'false'}">
${needsKey ? html`<p><label for="${id}-key">API key</label><input id="${id}-key" name="key" type="password" autocomplete="off" placeholder="rx_…"></p>` : ''}
${fields.map((one) => html`<p><label for="${id}-${one.name}"><code>${one.name}</code></label><input id="${id}-${one.name}" name="${one.name}" data-in="${one.in}" autocomplete="off"></p>`)}
${body ? html`<p><label for="${id}-body">Body</label><textarea id="${id}-body" name="body" rows="10" spellcheck="false">${json(body.example)}</textarea></p>` : ''}
<p><button type="submit">Send ${method}</button> <span class="quiet">It is a real call: what it does is done.</span></p>
<pre class="answer" tabindex="0" aria-live="polite" hidden></pre>
</form></details>`;
}

export const operationArticle = (one: Operation, schemas: Schemas, resolve: Resolve): Html => html`
<article id="${one.id}">
<h2>${one.summary}</h2>
<p class="call"><code><span class="method ${one.method.toLowerCase()}">${one.method}</span> ${one.path}</code> <span class="quiet">${one.id}</span></p>
<div class="words">${renderText(one.description)}</div>
<pre tabindex="0">${curlOf(one)}</pre>
${one.parameters.length > 0 ? html`<h3>Parameters</h3><ul class="tree">${one.parameters.map((each) => parameterItem(each, schemas))}</ul>` : ''}
${one.body ? html`<h3>Body</h3><p class="type">${schemas.typeOf(one.body.schema)}${one.body.isRequired ? '' : ', may be left out'}</p>${schemas.partsOf(one.body.schema)}` : ''}
${success(one, schemas, resolve)}
${errors(one)}
${tryOut(one)}
</article>`;
