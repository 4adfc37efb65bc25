import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillWebhooksDoc, WEBHOOKS_DOC } from '../../scripts/webhooks-doc.ts';
import { FORMAT_NAMES } from '../../src/webhooks/formats/formats.ts';

const text = readFileSync(WEBHOOKS_DOC, 'utf8');

test('docs/webhooks.md shows what the code makes now; else run npm run generate:webhooks-doc', () => {
  expect(fillWebhooksDoc(text)).toBe(text);
});

test('every format and every snippet is in it', () => {
  for (const name of FORMAT_NAMES) expect(text).toMatch(new RegExp(`^### ${name}$`, 'm'));
  for (const file of readdirSync('docs/snippets')) expect(text).toContain(`<!-- made: snippet ${file} -->`);
});

test('every link within the page has its heading', () => {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, target] of text.matchAll(/\]\(#([^)]+)\)/g)) expect(headings).toContain(target);
});
