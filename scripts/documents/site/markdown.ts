/** Markdown of guides and descriptions as HTML. What it says is ours: nothing of it comes from callers. */
import { raw } from 'hono/html';
import { Marked, type Tokens } from 'marked';

export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly id: string;
  /** What stands below it, up to the next one, as Markdown. */
  readonly section: string;
}

/** As GitHub makes them, so that a link works here and there. */
export const toAnchor = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Where a link from one guide to another leads on the site; null for a file that is not on it. */
function toSite(href: string): string | null {
  if (/^(https?:|#|\/)/.test(href)) return href;
  const [, name, anchor = ''] = /([\w-]+)\.md(#.*)?$/.exec(href) ?? [];
  return name !== undefined && GUIDE_NAMES.includes(name) ? `/docs/guides/${name}${anchor}` : null;
}

export const GUIDE_NAMES = [
  'quickstart',
  'consent',
  'working-together',
  'webhooks',
  'errors',
  'paging',
  'idempotency',
  'versions',
];

export function renderPage(markdown: string): {
  readonly html: ReturnType<typeof raw>;
  readonly headings: Heading[];
} {
  const headings: Omit<Heading, 'section'>[] = [];
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading) {
        const id = toAnchor(text);
        headings.push({ depth, text: text.replaceAll('`', ''), id });
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link) {
        const words = this.parser.parseInline(tokens);
        const target = toSite(href);
        return target === null ? words : `<a href="${escapeHtml(target)}">${words}</a>`;
      },
      code({ text, lang }: Tokens.Code) {
        const language = (lang ?? '').split(' ')[0] ?? '';
        return `<pre tabindex="0"${language ? ` data-language="${escapeHtml(language)}"` : ''}><code>${escapeHtml(text)}</code></pre>\n`;
      },
      table(token: Tokens.Table) {
        const cell = ({ tokens }: Tokens.TableCell, tag: string) =>
          // A header without words heads nothing.
          tokens.length === 0 ? '<td></td>' : `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`;
        const row = (cells: readonly Tokens.TableCell[], tag: string) =>
          `<tr>${cells.map((one) => cell(one, tag)).join('')}</tr>`;
        const body = token.rows.map((cells) => row(cells, 'td')).join('');
        return `<div class="wide" tabindex="0"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const tokens = marked.lexer(markdown);
  const html = raw(marked.parser(tokens));
  const sections: string[] = [];
  for (const { type, raw: source } of tokens)
    if (type === 'heading') sections.push('');
    else if (sections.length > 0) sections.push(`${sections.pop()}${source}`);
  return { html, headings: headings.map((one, index) => ({ ...one, section: sections[index] ?? '' })) };
}

/** A description: paragraphs and lists. */
export const renderText = (markdown: string) => renderPage(markdown).html;
