/**
 * What the doc comments of the code say of its schemas, for the document. `scripts/documents/comments.ts` hands them in
 * while it loads the code to generate documents; in the Worker they are comments.
 */
import type { AnySchema } from '../http/operation.ts';

interface Comment {
  readonly text: string;
  /** Its name in the document, from `@schema`. */
  readonly name: string | null;
}

export interface Named {
  readonly text: string;
  readonly name: string;
}

interface Described extends Comment {
  /** What was described; another description may stand on it already. */
  readonly of: object;
}

export interface DescribedValues {
  readonly name: string | null;
  readonly text: string | null;
  readonly texts: ReadonlyMap<string, string>;
}

const schemas = new WeakMap<object, Described>();
const values = new WeakMap<object, DescribedValues>();
/** Lists of the same values, wherever they were put together. */
const named = new Map<string, DescribedValues>();

const isSchema = (value: unknown): value is AnySchema =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'schema';

/** Another schema that does the same, so that the one that others use keeps its own words. */
function copyOf(schema: AnySchema, comment: Comment): AnySchema {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema)) as AnySchema;
  schemas.set(copy, { ...comment, of: schema });
  if (!('pipe' in schema)) return copy;
  // A pipe is converted by its parts: each schema among them brings the words.
  const pipe = (schema.pipe as readonly object[]).map((part) =>
    isSchema(part) ? copyOf(part, comment) : part,
  );
  return Object.defineProperty(copy, 'pipe', { value: pipe });
}

/**
 * Called for everything that has a doc comment, by what the loader writes (so knip does not see it).
 * @public
 * @returns what stands in the place of `value`
 */
export function described<T>(value: T, comment: Comment): T {
  if (isSchema(value)) return copyOf(value, comment) as T;
  if (Array.isArray(value) && comment.name !== null) {
    const own = { texts: new Map(), ...values.get(value), name: comment.name, text: comment.text };
    values.set(value, own);
    named.set(value.join(), own);
  }
  return value;
}

/** Called for lists with doc comments at their items. @param spread lists whose items they also have */
export function describedValues<T extends readonly unknown[]>(
  list: T,
  texts: Readonly<Record<string, string>>,
  spread: readonly object[],
): T {
  const inherited = spread.flatMap((one) => [...(values.get(one)?.texts ?? [])]);
  const known = { name: null, text: null, ...values.get(list) };
  const described = { ...known, texts: new Map([...inherited, ...Object.entries(texts)]) };
  values.set(list, described);
  if (described.name !== null) named.set(list.join(), described);
  return list;
}

/** What is said where a schema is used, and what it is called in the document; the name may stand further in. */
export function commentsOf(schema: object): { readonly text: string | null; readonly named: Named | null } {
  const comment = schemas.get(schema);
  if (!comment) return { text: null, named: null };
  const { name, text } = comment;
  if (name !== null) return { text: null, named: { name, text } };
  return { text, named: commentsOf(comment.of).named };
}

/** The schema as the code made it. */
export function originalOf(schema: object): object {
  const comment = schemas.get(schema);
  return comment ? originalOf(comment.of) : schema;
}

export const valuesDescribed = (list: readonly unknown[]): DescribedValues | null => {
  const own = values.get(list);
  return own?.name ? own : (named.get(list.join()) ?? own ?? null);
};
