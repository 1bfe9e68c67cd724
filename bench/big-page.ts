/** The page of a run as large as they come, in a browser: a thousand spans, twenty megabytes, one body of two. */
import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { readConfig } from '#server/config.ts';
import { openVigilDatabase } from '#server/open-database.ts';
import { openDatabaseServer } from '#server/open-tables.ts';
import { openRepositories } from '#server/repositories.ts';
import { SILENT_LOGGER } from '#server/telemetry/logger.ts';
import { buildWebOnce } from '#tests/browser/build-web.ts';
import { findChromium, launchChromium } from '#tests/browser/chromium.ts';
import { BIG_RUN, seedBigRun } from '#tests/support/big-run.ts';
import { type BenchRow, summarise } from './bench-row.ts';

const TURNS = 15;
const WHEEL_TURNS = 30;
const WHEEL_PX = 1_200;

/** Kept by the page from its first moment on. */
const KEEP_LONG_TASKS = `
  window.longTasksMs = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasksMs.push(duration);
  }).observe({ type: 'longtask' });
`;
/** A wheel's turn is over when what it moved has been drawn. */
const NEXT_FRAME = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

interface Seen {
  readonly linesMs: number;
  readonly answeredMs: number;
  readonly longestTaskMs: number;
}

/** Null where there is no browser. */
export async function benchBigPage(
  showProgress: (done: number, of: number) => void,
): Promise<BenchRow[] | null> {
  const { path } = findChromium();
  if (path === null) return null;
  const server = await serveBigRun();
  const browser = await launchChromium(path);
  try {
    const seen: Seen[] = [];
    // The first turn is the server's and the browser's own beginning.
    for (let turn = 0; turn <= TURNS; turn++) {
      const one = await openOnce(browser, server.url);
      if (turn > 0) seen.push(one);
      showProgress(turn, TURNS);
    }
    return [
      rowOf(
        'page: run of 20 MB, to its first lines',
        seen.map(({ linesMs }) => linesMs),
      ),
      rowOf(
        'page: run of 20 MB, to the answer to a key',
        seen.map(({ answeredMs }) => answeredMs),
      ),
      rowOf(
        'page: run of 20 MB, longest task while scrolling',
        seen.map(({ longestTaskMs }) => longestTaskMs),
      ),
    ];
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** In a browser that has seen nothing of it before. */
async function openOnce(browser: Browser, url: string): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(KEEP_LONG_TASKS);
    const startMs = performance.now();
    await page.goto(`${url}/runs/${BIG_RUN}?view=trace`, { waitUntil: 'commit' });
    await firstLine(page, 'Spans').waitFor();
    const linesMs = performance.now() - startMs;
    // The third of the run's views, its log.
    await page.keyboard.press('3');
    await firstLine(page, 'Lines').waitFor();
    const answeredMs = performance.now() - startMs;
    return { linesMs, answeredMs, longestTaskMs: await longestWhileScrolling(page) };
  } finally {
    await context.close();
  }
}

function firstLine(page: Page, list: string): Locator {
  return page
    .getByRole('region', { name: list })
    .getByRole('button', { name: /observe/ })
    .first();
}

/** Down all of the log; 0 where no task took 50 ms, which is what a browser calls long. */
async function longestWhileScrolling(page: Page): Promise<number> {
  const lines = page.getByRole('region', { name: 'Lines' });
  await lines.hover();
  await page.evaluate('window.longTasksMs = []');
  for (let turn = 0; turn < WHEEL_TURNS; turn++) {
    await page.mouse.wheel(0, WHEEL_PX);
    await page.evaluate(NEXT_FRAME);
  }
  const fromTopPx = await lines.evaluate(({ scrollTop }) => scrollTop);
  if (fromTopPx < WHEEL_TURNS * WHEEL_PX * 0.9)
    throw new Error(`the log was scrolled by ${fromTopPx} px and not by ${WHEEL_TURNS * WHEEL_PX}`);
  return page.evaluate('Math.max(0, ...window.longTasksMs)') as Promise<number>;
}

/** On an embedded Postgres, by an API in a process of its own. */
async function serveBigRun(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const homeDir = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  // Postgres runs as another user when the bench runs as root.
  chmodSync(homeDir, 0o755);
  const server = await openDatabaseServer({ databaseUrl: null, homeDir }, SILENT_LOGGER);
  const config = readConfig({ DATABASE_URL: server.url, VIGIL_HOME: homeDir });
  const opened = await openVigilDatabase(config, SILENT_LOGGER);
  await seedBigRun({ rows: openRepositories(opened, { key: 'bench', startAtMs: 0 }, { mode: 'paper' }) });
  await opened.close();
  const script = fileURLToPath(import.meta.resolve('./api-child.ts'));
  const api = fork(script, [server.url, homeDir, await buildWebOnce()]);
  const url = await new Promise<string>((resolve, reject) => {
    api.once('message', (message) => resolve(String(message)));
    api.once('exit', (code) => reject(new Error(`the API ended with ${code}`)));
  });
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => api.once('exit', resolve));
      api.disconnect();
      await ended;
      await server.stop();
      rmSync(homeDir, { recursive: true, force: true });
    },
  };
}

function rowOf(name: string, timings: readonly number[]): BenchRow {
  return { name, unit: 'ms', ...summarise(timings), baseline: null, ratio: null };
}
