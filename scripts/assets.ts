/** wrangler's build command: puts what is served as it is (the document, the documentation, the styles of the pages) into the folder of assets. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ADVICE } from '../src/docs/advice.ts';
import { PROBLEMS, type ProblemCode } from '../src/platform/problem.ts';
import { buildSite } from './documents/site/site.ts';

const TARGET = 'dist/assets';
const GUIDES = 'docs/guides';
const SITE = 'scripts/documents/site';

function put(path: string, text: string): void {
  const file = join(TARGET, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const text = readFileSync('openapi.yaml', 'utf8');
const document = parse(text);
const guides = [
  ...readdirSync(GUIDES).map((file) => join(GUIDES, file)),
  // With all formats of CRMs: it is long, and stands where the code that makes parts of it expects it.
  'docs/webhooks.md',
].map((file) => ({
  name: (file.split('/').at(-1) ?? '').replace('.md', ''),
  markdown: readFileSync(file, 'utf8'),
}));

const problems = (Object.keys(PROBLEMS) as ProblemCode[]).map((code) => ({
  code,
  ...PROBLEMS[code],
  advice: ADVICE[code],
}));

rmSync(join(TARGET, 'docs'), { recursive: true, force: true });
put('openapi.yaml', text);
put('openapi.json', JSON.stringify(document));
const { pages, search } = buildSite(document, guides, problems);
for (const [path, html] of pages) put(`docs/${path === '' ? 'index' : path}.html`, html);
put('docs/search.json', JSON.stringify(search));
for (const file of ['docs.css', 'docs.js']) copyFileSync(join(SITE, file), join(TARGET, 'docs', file));
copyFileSync('src/pages/kit/pages.css', join(TARGET, 'pages.css'));
copyFileSync('src/pages/report/report.css', join(TARGET, 'report.css'));
// A page that needs no code.
for (const language of ['en', 'es'])
  copyFileSync(`src/pages/roles/roles.${language}.html`, join(TARGET, `roles.${language}.html`));
copyFileSync(fileURLToPath(import.meta.resolve('minisearch')), join(TARGET, 'docs/minisearch.js'));
