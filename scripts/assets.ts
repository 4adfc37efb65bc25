/** wrangler's build command: puts what is served as it is (the document, the documentation, the styles of the pages) into the folder of assets. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ADVICE } from '../src/docs/advice.ts';
import { PROBLEMS, type ProblemCode } from '../src/platform/problem.ts';
import { buildSite } from './documents/site/site.ts';

const TARGET = 'dist/assets';
const GUIDES = 'docs/guides';
const SITE = 'scripts/documents/site';

const written = new Set<string>();

/** In one step: a server that runs meanwhile finds the file before or the one after, whole. */
function put(path: string, content: string | Buffer): void {
  const file = join(TARGET, path);
  const unfinished = join(dirname(TARGET), `.assets-${process.pid}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
  written.add(path);
}

const copy = (from: string, path: string) => put(path, readFileSync(from));

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

put('openapi.yaml', text);
put('openapi.json', JSON.stringify(document));
const { pages, search } = buildSite(document, guides, problems);
for (const [path, html] of pages) put(`docs/${path === '' ? 'index' : path}.html`, html);
put('docs/search.json', JSON.stringify(search));
for (const file of ['docs.css', 'docs.js']) copy(join(SITE, file), `docs/${file}`);
copy('src/pages/kit/pages.css', 'pages.css');
copy('src/pages/report/report.css', 'report.css');
// A page that needs no code.
for (const language of ['en', 'es']) copy(`src/pages/roles/roles.${language}.html`, `roles.${language}.html`);
copy(fileURLToPath(import.meta.resolve('minisearch')), 'docs/minisearch.js');

for (const entry of readdirSync(TARGET, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (entry.isFile() && !written.has(relative(TARGET, file))) rmSync(file, { force: true });
}
