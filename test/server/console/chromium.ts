import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian and others put it; CHROMIUM_PATH names another. */
const PATHS = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A real browser. */
export function startChromium(): Promise<Browser> {
  const executablePath = PATHS.find((path) => path !== '' && existsSync(path));
  if (!executablePath)
    throw new Error('These tests need chromium: install Debian’s `chromium` package, or set CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: FLAGS });
}
