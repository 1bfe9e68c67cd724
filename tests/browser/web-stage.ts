/** A browser, the built web view and a fake API for one test file. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { createFakeDesk, type FakeDesk } from '../support/fake-desk.ts';
import { buildWebOnce } from './build-web.ts';
import { findChromium, launchChromium } from './chromium.ts';
import type { StagedVigil } from './staged-vigil.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ARTIFACTS = `${ROOT}artifacts/screens`;
/** Pages are drawn whole for pictures, which takes as long as what is tested: only for who will look at them. */
const SHOOTS = process.env.VIGIL_TEST_SCREENS === '1';

export const PHONE = { width: 390, height: 844 };
export const LAPTOP = { width: 1280, height: 800 };
export const DESKTOP = { width: 1440, height: 900 };

export const { path: chromiumPath, skipReason } = findChromium();

/**
 * Runs in the page before anything else. Shifts right after an input are the reader's own and do not count, nor do
 * those of a screenshot, for which the browser makes the page as high as all of it and then small again.
 */
const SCORE_SHIFTS = `
  window.shoots = [];
  let score = 0;
  const add = (entries) => {
    for (const { hadRecentInput, startTime, value } of entries) {
      const isShot = window.shoots.some(({ from, to }) => startTime >= from && startTime <= to);
      if (!hadRecentInput && !isShot) score += value;
    }
  };
  const shifts = new PerformanceObserver((list) => add(list.getEntries()));
  shifts.observe({ type: 'layout-shift', buffered: true });
  window.readShift = () => {
    // What has moved and was not told yet counts too.
    add(shifts.takeRecords());
    return score;
  };
`;
const SHOOT_BEGINS = 'window.shoots.push({ from: performance.now(), to: Infinity })';
/** Two frames on, whatever the small page has moved is drawn. */
const SHOOT_ENDS = `new Promise((done) => {
  const end = () => { window.shoots.at(-1).to = performance.now(); done(); };
  requestAnimationFrame(() => requestAnimationFrame(end));
})`;

export type Theme = 'light' | 'dark';

export interface OpenOptions {
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: Theme;
}

const COLOURS_STAND = `new Promise(requestAnimationFrame).then(() =>
  Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(() => {}),
)`;

export interface WebStage {
  startApi(options?: { desk?: FakeDesk; port?: number }): Promise<FakeApi>;
  /** A Vigil of its own on a test database, with the environment of a test desk and what is named over it. */
  startVigil(environment?: Readonly<Record<string, string>>): Promise<StagedVigil>;
  /** A fresh page; whatever its console complains of is in `complaints`. */
  open(
    api: { readonly url: string },
    path: string,
    options?: OpenOptions,
  ): Promise<{ page: Page; complaints: string[] }>;
  /** How much the page has jumped since it was opened, as the browser scores it. */
  layoutShift(page: Page): Promise<number>;
  /** Saves a screenshot for a person to look at, where VIGIL_TEST_SCREENS=1 asks for them. */
  shoot(page: Page, name: string): Promise<void>;
  /** Closes the pages of one test. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function setStage(): Promise<WebStage> {
  if (chromiumPath === null) throw new Error('the stage needs a browser');
  const webRoot = await buildWebOnce();
  const browser: Browser = await launchChromium(chromiumPath);
  const apis: FakeApi[] = [];
  const vigils: StagedVigil[] = [];
  await mkdir(ARTIFACTS, { recursive: true });
  return {
    async startApi({ desk = createFakeDesk(), ...options } = {}) {
      const api = await startFakeApi({ desk, webRoot, ...options });
      apis.push(api);
      return api;
    },
    async startVigil(environment = {}) {
      // Most files have a fake API: they do without the server's modules.
      const { startStagedVigil } = await import('./staged-vigil.ts');
      const vigil = await startStagedVigil(webRoot, environment);
      vigils.push(vigil);
      return vigil;
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
    layoutShift: (page) => page.evaluate('window.readShift()') as Promise<number>,
    async shoot(page, shotName) {
      if (!SHOOTS) return;
      await page.evaluate(SHOOT_BEGINS);
      await page.screenshot({ path: `${ARTIFACTS}/${shotName}.png`, fullPage: true });
      await page.evaluate(SHOOT_ENDS);
    },
    async clear() {
      for (const context of browser.contexts()) await context.close();
    },
    async close() {
      await browser.close();
      for (const api of apis) await api.close();
      for (const vigil of vigils) await vigil.stop();
    },
  };
}

/** How far the page can be scrolled sideways, in pixels; zero on a page that fits. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  ) as Promise<number>;
}

/** The system's wish turns while the page is open. Comes back when all of it has its new colours. */
export async function turnTo(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.locator(`html[data-theme="${theme}"]`).waitFor();
  // Buttons and graph nodes change by a transition: for a frame they have the colours of neither.
  await page.evaluate(COLOURS_STAND);
}
