// @ts-check
/** wrangler's build command: puts what is served as it is (the document, its reference, the styles of the pages, a page that needs no code) into the folder of assets. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

mkdirSync('dist/assets', { recursive: true });
cpSync('openapi.yaml', 'dist/assets/openapi.yaml');
writeFileSync('dist/assets/openapi.json', JSON.stringify(parse(readFileSync('openapi.yaml', 'utf8'))));
cpSync('src/docs/reference.html', 'dist/assets/docs.html');
cpSync('src/pages/kit/pages.css', 'dist/assets/pages.css');
cpSync('src/pages/report/report.css', 'dist/assets/report.css');
for (const language of ['en', 'es'])
  cpSync(`src/pages/roles/roles.${language}.html`, `dist/assets/roles.${language}.html`);
