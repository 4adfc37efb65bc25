/** No link of the documentation leads nowhere: neither on the site nor between the files of the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { toAnchor } from '../../scripts/documents/site/markdown.ts';
import { BUILT } from '../support/build.ts';

const SITE = `${BUILT.assets}/docs`;
const pages = new Map(
  readdirSync(SITE, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .map((file) => {
      const path = file === 'index.html' ? '/docs' : `/docs/${file.replace('.html', '')}`;
      return [path, readFileSync(join(SITE, file), 'utf8')] as const;
    }),
);
const SERVED = ['/openapi.yaml', '/openapi.json', '/docs/docs.css', '/docs/docs.js'];
const attributes = (html: string, name: string) =>
  [...html.matchAll(new RegExp(`\\s${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);
const idsOf = new Map([...pages].map(([path, html]) => [path, new Set(attributes(html, 'id'))]));

test('every link and every result of the search leads to a page and a place on it', () => {
  const found: { href: string }[] = JSON.parse(readFileSync(`${SITE}/search.json`, 'utf8'));
  const links = [...pages].flatMap(([path, html]) =>
    [...attributes(html, 'href'), ...attributes(html, 'src')].map((href) => [path, href] as const),
  );
  expect(links.length).toBeGreaterThan(2000);
  const broken = [...links, ...found.map(({ href }) => ['search', href] as const)].filter(([from, href]) => {
    if (/^https?:/.test(href) || SERVED.includes(href)) return false;
    const [target = '', anchor] = href.split('#');
    const ids = idsOf.get(target === '' ? from : target);
    return !ids || (anchor !== undefined && !ids.has(anchor));
  });
  expect(broken).toEqual([]);
});

test('what is pressed as a whole holds nothing else that can be pressed', () => {
  const nested = /<(summary|button|a)\b[^>]*>(?:(?!<\/\1>)[\s\S])*?<(a|button|input)\b[^>]*>/;
  for (const [path, html] of pages) expect([path, nested.exec(html)?.[0]]).toEqual([path, undefined]);
});

test('no two things on a page have one id', () => {
  for (const [path, html] of pages) {
    const ids = attributes(html, 'id');
    expect(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      path,
    ).toEqual([]);
  }
});

const markdown = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => toAnchor(title));

test.each(markdown)('%s names files and headings that are there', (file) => {
  const text = readFileSync(file, 'utf8').replaceAll(/```.*?```/gs, '');
  const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, href = '']) => href)
    .filter((href) => {
      if (/^(https?:|mailto:)/.test(href)) return false;
      const [path = '', anchor] = href.split('#');
      // A page of the site, from a guide that is served there.
      if (path.startsWith('/')) return !pages.has(path) && !SERVED.includes(path);
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
    });
  expect(broken).toEqual([]);
});
