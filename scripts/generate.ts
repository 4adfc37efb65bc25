/** Writes what is made from code: openapi.yaml, the reference page, the types of the Worker's bindings. `--check` compares. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { buildDocument } from '../src/docs/openapi.ts';
import { buildReference } from '../src/docs/reference.ts';
import { operations } from '../src/operations.ts';

const check = process.argv.includes('--check');
const temporary = mkdtempSync(join(tmpdir(), 'referral-exchange-'));

function makeTypes(): string {
  const file = join(temporary, 'types.d.ts');
  execFileSync(process.execPath, ['node_modules/wrangler/bin/wrangler.js', 'types', file], {
    stdio: 'ignore',
  });
  // The file names where it was first written to and, from there, the entry: both differ from machine to machine.
  return readFileSync(file, 'utf8')
    .replace(/`wrangler types [^`]*`/, '`wrangler types`')
    .replace(/import\("[^"]*src\/worker"\)/, 'import("./src/worker")');
}

const generated: Record<string, string> = {
  'openapi.yaml': stringify(buildDocument(operations), { aliasDuplicateObjects: false, lineWidth: 110 }),
  'src/docs/reference.html': buildReference(operations),
  'worker-configuration.d.ts': makeTypes(),
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
    console.error('The migrations do not match src/db/schema.ts: look at what drizzle-kit has just written');
  }
}
rmSync(temporary, { recursive: true });
process.exit(stale ? 1 : 0);
