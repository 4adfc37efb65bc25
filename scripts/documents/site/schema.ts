/** Schemas as trees. */
import { html, raw } from 'hono/html';
import type { Html } from './layout.ts';
import { renderText } from './markdown.ts';

// biome-ignore lint/suspicious/noExplicitAny: a part of the document, of any shape
export type Part = any;

const REFERENCE = '#/components/schemas/';
/** A text with a limit says that itself; its schema has nothing to add. */
const isText = (name: string) => /^(Line|Prose)\d+$/.test(name);

export const nameOf = ({ $ref }: Part): string | null =>
  typeof $ref === 'string' && $ref.startsWith(REFERENCE) ? $ref.slice(REFERENCE.length) : null;

/** Named schemas within each other that a tree shows; further in there are links. */
const DEPTH_MAX = 4;
/** For `above`: only what it holds itself, named schemas are links. */
export const SHALLOW: readonly string[] = Array.from({ length: DEPTH_MAX - 1 }, () => '');

const isTooDeep = (schema: Part, above: readonly string[]) => {
  const name = nameOf(schema) ?? nameOf(schema.items ?? {});
  return name !== null && (above.includes(name) || above.length >= DEPTH_MAX);
};

export class Schemas {
  readonly #named: Readonly<Record<string, Part>>;
  constructor(named: Readonly<Record<string, Part>>) {
    this.#named = named;
  }

  names(): string[] {
    return Object.keys(this.#named).filter((name) => !isText(name));
  }

  get(name: string): Part {
    return this.#named[name];
  }

  /** What it is in a few words, with a link where it has a page of its own. */
  typeOf(schema: Part): Html {
    const name = nameOf(schema);
    if (name !== null && isText(name)) return html`text${limitsOf(this.get(name))}`;
    if (name !== null) return html`<a href="/docs/schemas#${name}">${name}</a>`;
    if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
    const options: Part[] | undefined = schema.anyOf ?? schema.oneOf;
    if (options) {
      const words = options.map((one) => this.typeOf(one));
      return html`${words.map((one, index) => (index === 0 ? one : html` or ${one}`))}`;
    }
    const types: string[] = [schema.type ?? 'anything'].flat();
    if (types.includes('array'))
      return html`list of ${this.typeOf(schema.items ?? {})}${limitsOf(schema)}${orNull(types)}`;
    const [type = 'anything'] = types.filter((one) => one !== 'null');
    const words = type === 'string' ? (FORMATS[schema.format] ?? 'text') : type;
    return html`${words}${limitsOf(schema)}${orNull(types)}`;
  }

  /** Its own parts, with those of what they refer to as far as that is not above them already. */
  partsOf(schema: Part, above: readonly string[] = []): Html {
    const name = nameOf(schema);
    if (name !== null) {
      if (isTooDeep(schema, above)) return html``;
      return this.partsOf(this.get(name), [...above, name]);
    }
    const options: Part[] = (schema.anyOf ?? schema.oneOf ?? []).filter((one: Part) => one.type !== 'null');
    if (options.length > 0) {
      const shown = options.filter((one) => this.#hasParts(one) && !isTooDeep(one, above));
      if (options.length === 1) return this.partsOf(shown[0] ?? {}, above);
      return html`${shown.map(
        (one) =>
          html`<details class="option"><summary>${one.title ?? nameOf(one) ?? withoutLinks(this.typeOf(one))}</summary>${this.partsOf(one, above)}</details>`,
      )}`;
    }
    if (schema.items) return this.partsOf(schema.items, above);
    if (typeof schema.additionalProperties === 'object')
      return this.partsOf(schema.additionalProperties, above);
    if (!schema.properties) return html``;
    const required: string[] = schema.required ?? [];
    return html`<ul class="tree">${Object.entries<Part>(schema.properties).map(([key, value]) =>
      this.#member(key, value, required.includes(key), above),
    )}</ul>`;
  }

  #hasParts(schema: Part): boolean {
    const name = nameOf(schema);
    const whole = name === null ? schema : this.get(name);
    if (name !== null && isText(name)) return false;
    return (
      whole.properties !== undefined ||
      (whole.items !== undefined && this.#hasParts(whole.items)) ||
      (typeof whole.additionalProperties === 'object' && this.#hasParts(whole.additionalProperties)) ||
      (whole.anyOf ?? whole.oneOf ?? []).some((one: Part) => this.#hasParts(one))
    );
  }

  #member(key: string, value: Part, isRequired: boolean, above: readonly string[]): Html {
    const name = nameOf(value);
    const words: string = value.description ?? (name === null ? '' : (this.get(name).description ?? ''));
    const isOpen = name === null;
    const listed = name === null || !this.get(name).enum ? null : this.get(name).description;
    const inner = this.#hasParts(value) && !isTooDeep(value, above) ? this.partsOf(value, above) : null;
    return html`<li><p class="member"><code>${key}</code> <span class="type">${this.typeOf(value)}</span>${isRequired ? html` <span class="required">required</span>` : ''}</p>
<div class="words">${renderText(words)}</div>${
      listed === null
        ? ''
        : html`<details><summary>Values of <code>${key}</code></summary>${renderText(listed)}</details>`
    }${
      inner === null
        ? ''
        : html`<details${isOpen ? html` open` : ''}><summary>Members of <code>${key}</code></summary>${inner}</details>`
    }</li>`;
  }
}

/** A summary is pressed as a whole: nothing in it can be. */
const withoutLinks = (words: Html) => raw(String(words).replaceAll(/<\/?a\b[^>]*>/g, ''));

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'time (RFC 3339)',
  date: 'day',
  uri: 'address',
  email: 'e-mail address',
};

const orNull = (types: readonly string[]) => (types.includes('null') ? html` or null` : '');

function limitsOf(schema: Part): Html | '' {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems } = schema;
  const words = [
    maxLength === undefined ? null : `${minLength ? `${minLength} to ` : 'at most '}${maxLength} characters`,
    minimum === undefined && maximum === undefined ? null : `${minimum ?? '…'} to ${maximum ?? '…'}`,
    maxItems === undefined ? null : `${minItems ? `${minItems} to ` : 'at most '}${maxItems} items`,
  ].filter((one) => one !== null);
  return words.length === 0 ? '' : html`, ${words.join(', ')}`;
}
