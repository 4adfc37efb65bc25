/** How the house is built: rules over the imports and calls of all of src/, so that the next file obeys them, too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(`src/${path}`, 'utf8') }));

const pathsWith = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

test('only what changes a referral, or tells each side its part, looks at the true row', () => {
  expect(pathsWith(/import \{[^}]*\breveal\b[^}]*\} from '[^']*truth\.ts'/).sort()).toEqual([
    'consent-page/expiry.ts',
    'privacy/erasure.ts',
    'referrals/change.ts',
    'referrals/deadlines.ts',
    'referrals/told.ts',
  ]);
});

test('every test that the list of threats leans on is there', () => {
  const named = readFileSync('docs/threats.md', 'utf8').match(/tests\/[\w/.-]+\.test\.ts/g) ?? [];
  expect(named.length).toBeGreaterThan(30);
  expect([...new Set(named)].filter((path) => !existsSync(path))).toEqual([]);
});

test('no route writes past the door: its batches only read', () => {
  const routes = files.filter(({ path }) => /\.routes\.tsx?$/.test(path));
  const past = routes.filter(({ text }) =>
    /database\.write\(|\.batch\([^)]*(insert|update|delete|record)[A-Z]/s.test(text),
  );
  // The count of wrong names is one guarded statement: of many at once each sees what it left.
  expect(past.map(({ path }) => path)).toEqual(['consent-page/consent-page.routes.tsx']);
});
