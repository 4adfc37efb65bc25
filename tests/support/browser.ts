/** Debian's Chromium, driven as a person would. */
import { existsSync, mkdirSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where a person can look at what the pages look like. */
export const SCREENSHOTS = 'dist/screenshots';

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
