/** How long a person waits for a page: from the asking, with nothing of it kept, until its rows are drawn. */
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '#tests/browser/chromium.ts';
import { PLANTED } from '../scripts/seed/said-text.ts';
import { type BenchRow, summarise } from './bench-row.ts';

const ROUNDS = 8;

interface ShownPage {
  readonly name: string;
  readonly path: string;
  readonly isShown: (page: Page) => Promise<void>;
}

/** None without a browser. */
export async function benchShownPages(url: string, runId: string): Promise<BenchRow[]> {
  const { path: chromiumPath, skipReason } = findChromium();
  if (chromiumPath === null) {
    console.error(`no page is timed: ${skipReason}`);
    return [];
  }
  const browser = await launchChromium(chromiumPath);
  try {
    const rows: BenchRow[] = [];
    for (const shown of pagesOf(runId)) {
      const timings: number[] = [];
      await shownMs(browser, url, shown);
      for (let round = 0; round < ROUNDS; round += 1) timings.push(await shownMs(browser, url, shown));
      rows.push({ name: shown.name, unit: 'ms', ...summarise(timings), baseline: null, ratio: null });
    }
    return rows;
  } finally {
    await browser.close();
  }
}

function pagesOf(runId: string): readonly ShownPage[] {
  return [
    { name: 'page: the list of runs', path: '/runs', isShown: hasRuns },
    { name: 'page: a search for long ago', path: `/runs?q=${PLANTED.longAgo}`, isShown: hasRuns },
    {
      name: 'page: one run',
      path: `/runs/${runId}`,
      isShown: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
    },
  ];
}

function hasRuns(page: Page): Promise<void> {
  return page.getByRole('list', { name: 'Runs, newest first' }).getByRole('listitem').nth(5).waitFor();
}

async function shownMs(browser: Browser, url: string, { path, isShown }: ShownPage): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const startMs = performance.now();
    await page.goto(`${url}${path}`, { waitUntil: 'commit' });
    await isShown(page);
    return performance.now() - startMs;
  } finally {
    await context.close();
  }
}
