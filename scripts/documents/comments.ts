/**
 * Loads src/ with its doc comments as values, so that the document can show them: `/** … *\/ name: v.string()` is loaded
 * as `name: described(v.string(), …)`. So descriptions stand beside what they describe, and weigh nothing in the Worker.
 */
import { registerHooks } from 'node:module';
import { parseSync, type Span, Visitor } from 'oxc-parser';

const SOURCES = new URL('../../src/', import.meta.url).href;
const RUNTIME = new URL('docs/described.ts', SOURCES).href;

interface Comment {
  readonly text: string;
  readonly name: string | null;
}

/** Paragraphs, each on one line; `@schema` names what follows in the document. */
export function readComment(inside: string): Comment {
  const lines = inside
    .replace(/^\*/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const name = /@schema (\w+)/.exec(inside)?.[1] ?? null;
  const text = lines
    .join('\n')
    .replace(/@schema \w+/, '')
    .split(/\n\s*\n/)
    .map((paragraph) =>
      paragraph
        .replaceAll(/\s*\n\s*(?!- )/g, ' ')
        .replaceAll(/\n\s+- /g, '\n- ')
        .trim(),
    )
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
  return { text, name };
}

/** @param source of a module @returns the same with calls around all that has a doc comment; its lines stay the same */
export function withComments(source: string, fileName: string): string {
  const { program, comments, errors } = parseSync(fileName, source);
  if (errors.length > 0) throw new Error(`${fileName}: ${errors[0]?.message}`);
  const docs = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'));
  const byEnd = new Map(docs.map((comment) => [comment.end, comment]));
  /** What is wrapped later lies further in: it opens after and closes before what stands at the same place. */
  const edits: { readonly at: number; readonly order: number; readonly text: string }[] = [];

  function commentBefore({ start }: Pick<Span, 'start'>): Comment | null {
    const found = byEnd.get(source.slice(0, start).trimEnd().length);
    return found ? readComment(found.value) : null;
  }
  function wrap({ start, end }: Span, call: string, ...others: readonly string[]): void {
    const order = edits.length + 1;
    edits.push({ at: start, order, text: `${call}(` });
    edits.push({ at: end, order: -order, text: `, ${others.join(', ')})` });
  }

  new Visitor({
    Property({ start, kind, shorthand, value }) {
      const comment = commentBefore({ start });
      if (!comment || kind !== 'init') return;
      if (shorthand) edits.push({ at: start, order: 0, text: `${source.slice(start, value.end)}: ` });
      wrap(value, '$described', JSON.stringify(comment));
    },
    VariableDeclaration({ start, kind, declarations: [declarator] }) {
      const isExported = source.slice(0, start).endsWith('export ');
      const comment = commentBefore({ start: isExported ? start - 'export '.length : start });
      if (comment && kind === 'const' && declarator?.init)
        wrap(declarator.init, '$described', JSON.stringify(comment));
    },
    ArrayExpression(node) {
      const items = node.elements.filter((one) => one !== null);
      const texts = items.flatMap((one) => {
        const comment = commentBefore(one);
        return comment && one.type === 'Literal' ? [[one.value, comment.text] as const] : [];
      });
      const lists = items.flatMap((one) =>
        one.type === 'SpreadElement' && one.argument.type === 'Identifier' ? [one.argument.name] : [],
      );
      const constants = lists.filter((name) => /^[A-Z][A-Z_]+$/.test(name));
      if (texts.length === 0 && constants.length === 0) return;
      wrap(node, '$describedValues', JSON.stringify(Object.fromEntries(texts)), `[${constants.join(', ')}]`);
    },
  }).visit(program);

  if (edits.length === 0) return source;
  let text = `import { described as $described, describedValues as $describedValues } from '${RUNTIME}'; `;
  let from = 0;
  for (const edit of edits.sort((a, b) => a.at - b.at || a.order - b.order)) {
    text += source.slice(from, edit.at) + edit.text;
    from = edit.at;
  }
  return text + source.slice(from);
}

/** From now on: what was loaded before has no words. */
export function loadComments(): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith(SOURCES) || url === RUNTIME || !url.endsWith('.ts')) return loaded;
      return { ...loaded, source: withComments(String(loaded.source), new URL(url).pathname) };
    },
  });
}
