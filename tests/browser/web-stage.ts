/** A browser, the built web view and a fake API for one test file. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { createFakeDesk, type FakeDesk } from '../support/fake-desk.ts';
import { findChromium, launchChromium } from './chromium.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ARTIFACTS = `${ROOT}artifacts/screens`;

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };

export const { path: chromiumPath, skipReason } = findChromium();

/** Runs in the page before anything else. Shifts right after an input are the reader's own and do not count. */
const SCORE_SHIFTS = `
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;

export interface OpenOptions {
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: 'light' | 'dark';
}

export interface WebStage {
  startApi(options?: { desk?: FakeDesk; apiKey?: string; port?: number }): Promise<FakeApi>;
  /** A fresh page; whatever its console complains of is in `complaints`. */
  open(api: FakeApi, path: string, options?: OpenOptions): Promise<{ page: Page; complaints: string[] }>;
  /** How much the page has jumped since it was opened, as the browser scores it. */
  layoutShift(page: Page): Promise<number>;
  /** Saves a screenshot for a person to look at. */
  shoot(page: Page, name: string): Promise<void>;
  /** Closes the pages of one test. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function setStage(name: string): Promise<WebStage> {
  if (chromiumPath === null) throw new Error('the stage needs a browser');
  const webRoot = `${ROOT}artifacts/web-${name}`;
  await build({
    configFile: `${ROOT}web/vite.config.ts`,
    logLevel: 'error',
    build: { outDir: webRoot, emptyOutDir: true },
  });
  const browser: Browser = await launchChromium(chromiumPath);
  const apis: FakeApi[] = [];
  await mkdir(ARTIFACTS, { recursive: true });
  return {
    async startApi({ desk = createFakeDesk(), ...options } = {}) {
      const api = await startFakeApi({ desk, webRoot, ...options });
      apis.push(api);
      return api;
    },
    async open(api, path, { size = DESKTOP, theme = 'dark' } = {}) {
      const context = await browser.newContext({
        viewport: size,
        colorScheme: theme,
        reducedMotion: 'reduce',
        hasTouch: size === PHONE,
        isMobile: size === PHONE,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('request', (request) => {
        if (!request.url().startsWith(api.url) && !request.url().startsWith('blob:'))
          complaints.push(`asked another host: ${request.url()}`);
      });
      await page.addInitScript(SCORE_SHIFTS);
      await page.goto(`${api.url}${path}`);
      return { page, complaints };
    },
    layoutShift: (page) => page.evaluate('window.layoutShift') as Promise<number>,
    async shoot(page, shotName) {
      await page.screenshot({ path: `${ARTIFACTS}/${shotName}.png`, fullPage: true });
    },
    async clear() {
      for (const context of browser.contexts()) await context.close();
    },
    async close() {
      await browser.close();
      for (const api of apis) await api.close();
    },
  };
}

/** How far the page can be scrolled sideways, in pixels; zero on a page that fits. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  ) as Promise<number>;
}
