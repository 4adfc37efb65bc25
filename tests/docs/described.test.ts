/** The document says of everything in it what it is. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { document } from '../support/document.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape
type Part = any;

/** Every part of the document with the way to it; examples are no parts. */
function* partsOf(
  part: Part,
  path: readonly string[] = [],
): Generator<[path: readonly string[], part: Part]> {
  if (typeof part !== 'object' || part === null) return;
  yield [path, part];
  for (const [key, inner] of Object.entries(part)) {
    const isProperty = path.at(-1) === 'properties';
    if (isProperty || (key !== 'example' && key !== 'examples')) yield* partsOf(inner, [...path, key]);
  }
}
const parts = [...partsOf(document)];
const at = (path: readonly string[]) => path.join('/');

const resolve = (part: Part): Part => {
  const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(part.$ref ?? '') ?? [];
  return kind === undefined ? part : document.components[kind][name as string];
};
/** Words of its own, or of what it refers to. */
const wordsOf = (part: Part): string => part.description ?? resolve(part).description ?? '';
const byPath = new Map(parts.map(([path, part]) => [at(path), part]));
/** The schema of a parameter is described with the parameter. */
const wordsAt = (path: readonly string[], part: Part): string =>
  wordsOf(path.at(-1) === 'schema' ? { ...part, ...byPath.get(at(path.slice(0, -1))) } : part);

const undescribed = (found: readonly [readonly string[], Part][]) =>
  found.filter(([, part]) => !/\w.*[.:`]/s.test(wordsOf(part))).map(([path]) => at(path));

test('every property of every schema is described beside it: say what it is in its doc comment', () => {
  // Questions have a member of that name themselves.
  const found = parts.filter(([path]) => path.at(-2) === 'properties' && path.at(-3) !== 'properties');
  expect(found.length).toBeGreaterThan(700);
  expect(undescribed(found)).toEqual([]);
});

test('every parameter and every header is described', () => {
  const found = parts.filter(
    ([path, part]) =>
      ('name' in part && 'in' in part && 'schema' in part) || (path.at(-2) === 'headers' && 'schema' in part),
  );
  expect(found.length).toBeGreaterThan(30);
  expect(undescribed(found)).toEqual([]);
});

test('every value that a schema knows is described', () => {
  const found = parts.filter(([, part]) => Array.isArray(part.enum));
  expect(found.length).toBeGreaterThan(30);
  const without = found.flatMap(([path, part]) =>
    part.enum
      .filter((value: unknown) => !wordsAt(path, part).includes(`- \`${value}\`: `))
      .map((value: unknown) => `${at(path)}: ${value}`),
  );
  expect(without).toEqual([]);
});

test('every schema with a name says what it is, and is used', () => {
  const named = parts.filter(([path]) => at(path.slice(0, -1)) === 'components/schemas');
  expect(undescribed(named)).toEqual([]);
  const text = JSON.stringify(document);
  for (const [path] of named) expect(text, at(path)).toContain(`"#/${at(path)}"`);
});

test('the document, the project and its client have one version number', () => {
  const versions = ['package.json', 'clients/typescript/package.json'].map(
    (file) => JSON.parse(readFileSync(file, 'utf8')).version,
  );
  expect(new Set([document.info.version, ...versions]).size).toBe(1);
});
