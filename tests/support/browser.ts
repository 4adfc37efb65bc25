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
const DESKTOP = { width: 1280, height: 900 };

/** The page can be used by everybody, on a phone and a desktop, without scrolling sideways; leaves a screenshot. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(axe);
  for (const [label, viewport] of [
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const) {
    await page.setViewportSize(viewport);
    const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(RULES)})`);
    expect(violations.map(({ id, nodes }) => [name, label, id, nodes[0]?.html])).toEqual([]);
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect([name, label, Number(width) <= viewport.width]).toEqual([name, label, true]);
    await page.screenshot({ path: `${SCREENSHOTS}/${name}-${label}.png`, fullPage: true });
  }
  await page.setViewportSize(PHONE);
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
