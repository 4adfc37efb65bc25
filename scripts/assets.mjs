// @ts-check
/** wrangler's build command: puts what is served as it is, the document and its reference, into the folder of assets. */
import { cpSync, mkdirSync } from 'node:fs';

mkdirSync('dist/assets', { recursive: true });
cpSync('openapi.yaml', 'dist/assets/openapi.yaml');
cpSync('src/docs/reference.html', 'dist/assets/docs.html');
