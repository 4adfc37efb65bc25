/** How the house is built: rules over the imports and calls of all of src/, so that the next file obeys them, too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BUILT } from '../support/build.ts';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(`src/${path}`, 'utf8') }));

const pathsWith = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

test('only what changes a referral, or tells each side its part, looks at the true row', () => {
  expect(pathsWith(/import \{[^}]*\breveal\b[^}]*\} from '[^']*truth\.ts'/).sort()).toEqual([
    'privacy/erasure.ts',
    'referrals/change.ts',
    'referrals/choice/chain.ts',
    'referrals/consenting/expiry.ts',
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
  const routes = files.filter(({ path }) => path.startsWith('pages/') || /\.routes\.ts$/.test(path));
  const past = routes.filter(({ text }) =>
    /database\.write\(|\.batch\([^)]*(insert|update|delete|record)[A-Z]/s.test(text),
  );
  // The count of wrong names is one guarded statement: of many at once each sees what it left.
  expect(past.map(({ path }) => path)).toEqual(['pages/consent/door.tsx']);
});

/** A folder may import what lies below it, and what lies beside it on its own floor. */
const FLOORS = [
  ['platform'],
  ['ledger'],
  ['http'],
  [
    'consents',
    'catalog',
    'directory',
    'events',
    'health',
    'joining',
    'keys',
    'operators',
    'partnerships',
    'practices',
    'verification',
  ],
  ['referrals', 'privacy', 'reports'],
  ['webhooks/posting'],
  ['webhooks/formats'],
  ['webhooks/endpoints'],
  ['webhooks/engine'],
  ['webhooks'],
  ['callbacks'],
  ['pages/kit'],
  [
    'pages/capacity',
    'pages/consent',
    'pages/join',
    'pages/operator',
    'pages/referral',
    'pages/report',
    'pages/roles',
  ],
  ['docs'],
];

/** What wires everything stands above; the settings are for everybody. */
const floorOf = (path: string): number => {
  if (path === 'env.ts') return 0;
  if (!path.includes('/')) return FLOORS.length;
  const folders = FLOORS.flatMap((names, floor) => names.map((name) => ({ name, floor })));
  const found = folders.filter(({ name }) => path.startsWith(`${name}/`));
  const [nearest] = found.sort((a, b) => b.name.length - a.name.length);
  if (!nearest) throw new Error(`${path} stands on no floor: say in FLOORS where its folder belongs`);
  return nearest.floor;
};

const importsOf = ({ path, text }: (typeof files)[number]) =>
  [...text.matchAll(/(?:from|import)\s*\(?'(\.{1,2}\/[^']+)'/g)].map(([, to = '']) =>
    join(dirname(path), to),
  );

test('imports run downwards: nothing leans on what stands above it', () => {
  const upwards = files.flatMap((file) =>
    importsOf(file)
      .filter((to) => /\.tsx?$/.test(to) && floorOf(to) > floorOf(file.path))
      .map((to) => `${file.path} -> ${to}`),
  );
  expect(upwards).toEqual([]);
});

test('the domain knows no HTTP: neither the platform nor the ledger imports what answers requests', () => {
  const below = files.filter(({ path }) => /^(platform|ledger)\//.test(path));
  expect(below.length).toBeGreaterThan(20);
  expect(below.filter((file) => importsOf(file).some((to) => to.startsWith('http/')))).toEqual([]);
});

test('durations have one home: nobody writes the milliseconds of a minute, an hour or a day again', () => {
  const again = files.filter(
    ({ path, text }) =>
      path !== 'platform/durations.ts' &&
      /86_400_000|3_600_000|\b60_000\b|const (MINUTE|HOUR|DAY)_MS\b/.test(text),
  );
  expect(again.map(({ path }) => path)).toEqual([]);
});

test('a month is that of a place: nobody takes it from UTC, where it begins hours earlier', () => {
  const all = [
    'src',
    'scripts',
    'tests',
    'bench',
    'clients/typescript/src',
    'clients/typescript/tests',
  ].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  );
  const ofUtc = all.filter(
    (path) => /\.tsx?$/.test(path) && /toISOString\(\)\.slice\(0, 7\)/.test(readFileSync(path, 'utf8')),
  );
  expect(ofUtc).toEqual([]);
});

test('the Worker stays small to load: under 300 KiB, compressed', () => {
  const parts = readdirSync(BUILT.worker).filter((name) => /\.(js|css)$/.test(name));
  const sizes = parts.map((name) => gzipSync(readFileSync(join(BUILT.worker, name))).byteLength);
  expect(sizes.reduce((sum, size) => sum + size, 0) / 1024).toBeLessThan(300);
});
