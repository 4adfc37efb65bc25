/** Debian's Chromium, driven as a person would. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const PATHS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where a person can look at what the pages look like. */
const SCREENSHOTS = 'dist/screenshots';

const executablePath = PATHS.find((path) => path !== undefined && existsSync(path));

export const MISSING =
  'No Chromium here: the browser tests are left out. Install it (Debian: apt-get install -y chromium) or name it in CHROMIUM_PATH.';

/** Without a browser its tests are left out, and the run says so; CI must have one. */
export const canBrowse = executablePath !== undefined || process.env.CI === 'true';

export function startBrowser(): Promise<Browser> {
  if (!executablePath) throw new Error(MISSING);
  mkdirSync(SCREENSHOTS, { recursive: true });
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
};

export const PHONE = { width: 360, height: 740 };
const TABLET = { width: 768, height: 1024 };
const DESKTOP = { width: 1280, height: 900 };

const resizeText = (page: Page, percent: number) =>
  page.evaluate(`document.documentElement.style.fontSize = '${percent}%'`);

/** Longer ones are names that somebody has, and may be wider than a line. */
const WORD_LETTERS_MAX = 14;

/** Words that begin on one line and end on another. Addresses and code may. */
const FIND_TORN_WORDS = `(() => {
  const torn = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (node.parentElement.closest('code, option, a[href^="mailto:"], a[href^="https:"]')) continue;
    for (const { 0: word, index } of node.nodeValue.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      if (word.length > ${WORD_LETTERS_MAX}) continue;
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const tops = [...range.getClientRects()].map(({ top }) => Math.round(top));
      if (new Set(tops).size > 1) torn.push(word);
    }
  }
  return torn;
})()`;

async function expectWholeWords(page: Page, name: string): Promise<void> {
  expect([name, await page.evaluate(FIND_TORN_WORDS)]).toEqual([name, []]);
}

const shoot = (page: Page, name: string) =>
  page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage: true });

/** What is to be looked at by a person, with SCREENSHOTS=all: it takes seconds for each page. */
async function shootAll(page: Page, name: string): Promise<void> {
  for (const [label, viewport] of Object.entries({ phone: PHONE, tablet: TABLET, desktop: DESKTOP }))
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await shoot(page, `${name}-${label}-${colorScheme}`);
    }
  await page.emulateMedia({ colorScheme: 'light', media: 'print' });
  await page.pdf({ path: `${SCREENSHOTS}/${name}.pdf`, format: 'Letter' });
  await page.setViewportSize({ width: 700, height: 900 });
  await shoot(page, `${name}-print`);
  await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
}

const followed = new Set<string>();

/** No link of the page leads nowhere: neither to another page of ours nor to a place on it. Each is followed once. */
async function expectLinked(page: Page, name: string): Promise<void> {
  const { origin, pathname: here } = new URL(page.url());
  const [hrefs, ids] = (await page.evaluate(
    "[[...document.querySelectorAll('a[href], link[href]')].map((one) => one.href), [...document.querySelectorAll('[id]')].map((one) => one.id)]",
  )) as [string[], string[]];
  for (const href of hrefs) {
    const url = new URL(href);
    if (url.origin !== origin) continue;
    if (url.pathname === here) {
      // Itself, in another language, or a place on it.
      if (url.hash !== '')
        expect([name, url.hash, ids.includes(url.hash.slice(1))]).toEqual([name, url.hash, true]);
      continue;
    }
    if (followed.has(href)) continue;
    followed.add(href);
    const answer = await page.request.get(href);
    // A page may be what it is about, such as locked.
    expect([name, href, answer.status()]).not.toEqual([name, href, expect.toBeOneOf([404, 405, 500])]);
  }
}

/**
 * The page can be used by everybody: on a phone and a desktop, light and dark, and with text twice as large, without
 * scrolling sideways or words that are torn apart. Leaves screenshots.
 * @param hasCode whether there are names of code on it, which are torn apart
 */
export async function expectAccessible(page: Page, name: string, { hasCode = false } = {}): Promise<void> {
  await page.evaluate(axe);
  for (const [label, viewport, colorScheme] of [
    ['phone', PHONE, 'light'],
    ['desktop', DESKTOP, 'dark'],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(RULES)})`);
    expect(violations.map(({ id, nodes }) => [name, label, id, nodes[0]?.html])).toEqual([]);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect([name, label, Number(width) <= viewport.width]).toEqual([name, label, true]);
    if (!hasCode) await expectWholeWords(page, `${name}-${label}`);
    await shoot(page, `${name}-${label}`);
  }
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'light' });
  await resizeText(page, 200);
  if (!hasCode) {
    expect([name, 'large', Number(await page.evaluate('document.documentElement.scrollWidth'))]).toEqual([
      name,
      'large',
      PHONE.width,
    ]);
    await expectWholeWords(page, `${name}-large`);
  }
  await shoot(page, `${name}-large`);
  await resizeText(page, 100);
  if (!hasCode) await expectLinked(page, name);
  if (process.env.SCREENSHOTS === 'all') await shootAll(page, name);
}

/**
 * At four widths, light and dark, and printed on both papers: a dark page is as accessible, nothing scrolls sideways.
 * Leaves what a person should look at.
 */
export async function expectDrawn(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [360, 768, 1024, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const scrolled = await page.evaluate('document.documentElement.scrollWidth');
      expect([name, colorScheme, width, Number(scrolled) <= width]).toEqual([name, colorScheme, width, true]);
      await page.screenshot({ path: `${SCREENSHOTS}/${name}-${colorScheme}-${width}.png`, fullPage: true });
    }
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(RULES)})`);
    expect(violations.map(({ id, nodes }) => [name, colorScheme, id, nodes[0]?.html])).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light', media: 'print' });
  await page.setViewportSize({ width: 690, height: 1000 });
  await page.screenshot({ path: `${SCREENSHOTS}/${name}-print.png`, fullPage: true });
  for (const format of ['A4', 'Letter'] as const)
    await page.pdf({ path: `${SCREENSHOTS}/${name}-${format}.pdf`, format, printBackground: true });
  await page.emulateMedia({ colorScheme: 'light', media: 'screen' });
}
