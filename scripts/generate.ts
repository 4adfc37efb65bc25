/** Writes what is made from code: openapi.yaml, the table of suspension, the types of the Worker's bindings. `--check` compares. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { loadComments } from './documents/comments.ts';
import { toYaml } from './yaml.ts';

loadComments();
const { buildDocument } = await import('../src/docs/openapi.ts');
const { buildSuspensionTable } = await import('../src/docs/suspension.ts');
const { operations } = await import('../src/operations.ts');

const TYPES = 'worker-configuration.d.ts';
const check = process.argv.includes('--check');

/** The types name the Worker by a path relative to them: they are made in their place, and put back when only compared. */
function makeTypes(): string {
  const before = existsSync(TYPES) ? readFileSync(TYPES, 'utf8') : '';
  const command = ['node_modules/wrangler/bin/wrangler.js', 'types', '--include-runtime=false', TYPES];
  execFileSync(process.execPath, command, { stdio: 'ignore' });
  const types = readFileSync(TYPES, 'utf8');
  if (check) writeFileSync(TYPES, before);
  return types;
}

const generated: Record<string, string> = {
  'openapi.yaml': toYaml(buildDocument(operations)),
  'docs/suspension.md': buildSuspensionTable(operations),
  [TYPES]: makeTypes(),
};

let stale = false;
for (const [file, text] of Object.entries(generated)) {
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    stale = true;
    console.error(`${file} is not what the code makes now: run npm run generate`);
  }
}
if (check) {
  const answer = execFileSync(process.execPath, ['node_modules/drizzle-kit/bin.cjs', 'generate'], {
    encoding: 'utf8',
  });
  if (!answer.includes('No schema changes')) {
    stale = true;
    console.error(
      'The migrations do not match src/platform/db/schema.ts: look at what drizzle-kit has just written',
    );
  }
}
process.exit(stale ? 1 : 0);
