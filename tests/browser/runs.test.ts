import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { rootFolder } from '#server/paths.ts';
import { loadRuns } from '../../scripts/seed/load-runs.ts';
import { approvalItemOf } from '../support/approval-rows.ts';
import { newRun } from '../support/database-rows.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const SEEDED = 400;

describe.skipIf(skipReason !== null)(`the runs${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  let begun = 0;

  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil({ CYCLE_INTERVAL_MS: '86400000' });
    // The desk's own first cycle is over before its tables are filled.
    await vi.waitFor(async () => expect(await finishedRuns(vigil)).toBeGreaterThan(0), 120_000);
    const { opened, source } = vigil.running.container;
    const load = { runs: SEEDED, seed: 7, marketKey: source.key, promptsDir: `${rootFolder()}/prompts` };
    await loadRuns(opened.database, { ...load, tell: () => {} });
  }, 300_000);
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  const rowsOf = (page: Page) => page.getByRole('list', { name: 'Runs, newest first' }).getByRole('listitem');
  const isLive = (page: Page) => page.getByRole('status').filter({ hasText: 'Live' }).waitFor();

  /** As the engine tells of a run that begins; gives its id. */
  async function beginRun(): Promise<string> {
    const { rows } = vigil.running.container;
    begun += 1;
    // Of another market, so that the desk at work does not go on with it.
    const run = { runId: `run_begun_${begun}`, deskId: `elsewhere--begun-${begun}` };
    const atMs = Date.now();
    await rows.runs.start(newRun({ ...run, startedAtMs: atMs, symbols: ['SOL/USDT:USDT'] }));
    const payload = await rows.runs.get(run.runId);
    await rows.events.append({ type: 'run.started', ...run, atMs, payload });
    return run.runId;
  }

  async function tell(runId: string, type: 'run.finished' | 'approval.changed'): Promise<void> {
    const { rows } = vigil.running.container;
    const payload = await rows.runs.get(runId);
    await rows.events.append({ type, runId, deskId: payload?.deskId ?? null, atMs: Date.now(), payload });
  }

  test.each([
    { name: 'phone-light', size: PHONE, theme: 'light' },
    { name: 'phone-dark', size: PHONE, theme: 'dark' },
    { name: 'desktop-light', theme: 'light' },
    { name: 'desktop-dark', theme: 'dark' },
  ] as const)('are listed and searched, $name', async ({ name, ...look }) => {
    const { page, complaints } = await stage.open(vigil, '/runs', look);
    await rowsOf(page).nth(5).waitFor();
    await page.getByText(/^More than \d+ runs$/).waitFor();
    await stage.shoot(page, `runs-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel('Said in prompts').fill('"three averages" squeeze');
    await page.getByLabel('Said in prompts').press('Enter');
    await page.waitForURL('**/runs?q=*');
    await page.locator('mark', { hasText: 'three averages' }).first().waitFor();
    await stage.shoot(page, `runs-search-${name}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('are filtered on a phone in a sheet, kept in the address and taken back', async () => {
    const { page, complaints } = await stage.open(vigil, '/runs', { size: PHONE, theme: 'light' });
    await rowsOf(page).first().waitFor();
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Denied for').selectOption('drawdown');
    await page.getByLabel('Model asked by').selectOption('risk');
    await stage.shoot(page, 'runs-sheet-phone-light');
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show the runs' }).click();
    expect(page.url()).toContain('denial=drawdown&agent=risk');
    await page.getByRole('button', { name: 'Filters (2)' }).waitFor();
    await expect.poll(() => badges(page)).toEqual(['denied']);
    await page.goBack();
    await page.getByRole('button', { name: 'Filters (1)' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('that fit no filter say which one of several excludes them', async () => {
    const { page, complaints } = await stage.open(vigil, '/runs?outcome=denied&q=xylophone&kind=cycle');
    await page.getByText('No run fits this filter').waitFor();
    await page.getByRole('button', { name: '“xylophone”' }).click();
    await rowsOf(page).first().waitFor();
    expect(new URL(page.url()).search).toBe('?outcome=denied&kind=cycle');
    expect(complaints).toEqual([]);
  });

  test('are told which filter of a mistyped address is wrong, with those there are', async () => {
    const { page } = await stage.open(vigil, '/runs?status=&outcome=zzz');
    await page.getByText('“zzz” is no outcome: there are traded, held, denied, halted, failed.').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await rowsOf(page).nth(5).waitFor();
  });

  test('refuse a search that stands for too many words, in the server’s words', async () => {
    const { page } = await stage.open(vigil, '/runs?q=a*');
    await page.getByRole('alert').filter({ hasText: 'at least 3 letters' }).waitFor();
  });

  test('appear by themselves at the top, wait behind a pill further down, and change in place', async () => {
    const { page, complaints } = await stage.open(vigil, '/runs');
    await isLive(page);
    await rowsOf(page).first().waitFor();
    const runId = await beginRun();
    await page.locator(`a[href="/runs/${runId}"]`).getByText('running').waitFor();
    const asked = { runId, deskId: 'any', withinMs: 600_000, asked: [approvalItemOf('SOL/USDT:USDT')] };
    await vigil.running.container.rows.approvals.ask(asked);
    await tell(runId, 'approval.changed');
    await page.locator(`a[href="/runs/${runId}"]`).getByText('waiting').waitFor();

    await page.evaluate('window.scrollTo(0, 2_000)');
    await expect.poll(() => page.locator('ul .skeleton').count()).toBe(0);
    await expect.poll(() => page.evaluate('window.scrollY')).toBeGreaterThan(1_000);
    // Rows are measured as they come into view, which moves those below them.
    let before: unknown = null;
    const isStill = async () => {
      const last = before;
      before = await firstShown(page);
      return before === last;
    };
    await expect.poll(isStill, { interval: 700 }).toBe(true);
    await beginRun();
    await page.getByRole('button', { name: '1 new run' }).waitFor();
    const last = await beginRun();
    await page.getByRole('button', { name: '2 new runs' }).waitFor();
    expect(await firstShown(page)).toBe(before);
    await stage.shoot(page, 'runs-pill-desktop-dark');
    await page.getByRole('button', { name: '2 new runs' }).click();
    await rowsOf(page).first().locator(`a[href="/runs/${last}"]`).waitFor();
    await vigil.running.container.rows.runs.end(last, 'failed', 'the venue went away', Date.now());
    await tell(last, 'run.finished');
    await rowsOf(page).first().getByText('The venue went away').waitFor();
    expect(complaints).toEqual([]);
  });

  test('are walked by keyboard to the end of the list, with few rows at a time, and opened', async () => {
    const { page, complaints } = await stage.open(vigil, '/runs?kind=cycle');
    await rowsOf(page).first().waitFor();
    await page.keyboard.press('j');
    await expect.poll(() => focusedRun(page)).not.toBeNull();
    const walkedFrom = await focusedRun(page);
    for (const key of ['j', 'ArrowDown', 'k']) await page.keyboard.press(key);
    // A run that comes in at the top moves all places, and no neighbours.
    await expect.poll(() => runAboveFocus(page)).toBe(walkedFrom);
    for (let turn = 0; turn < 12; turn += 1) {
      await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
      await expect.poll(() => page.locator('ul .skeleton').count()).toBe(0);
    }
    await page.getByText(/^\d+ runs$/).waitFor();
    expect(await rowsOf(page).count()).toBeLessThan(60);
    await page.evaluate('window.scrollTo(0, 0)');
    await rowsOf(page).first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/runs/*');
    expect(complaints).toEqual([]);
  });
});

async function finishedRuns({ url }: StagedVigil): Promise<number> {
  const answer = await fetch(`${url}/api/runs?status=finished&limit=1`);
  return ((await answer.json()) as { items: unknown[] }).items.length;
}

/** The outcomes there are among the rows on the screen. */
async function badges(page: Page): Promise<string[]> {
  const words = await page.locator('ul[aria-label^="Runs"] a > span:first-child').allInnerTexts();
  return [...new Set(words)];
}

function focusedRun(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement?.closest("li a")?.getAttribute("href") ?? null');
}

function runAboveFocus(page: Page): Promise<unknown> {
  return page.evaluate(`(() => {
    const place = Number(document.activeElement?.closest("li")?.dataset.index) - 1;
    return document.querySelector('li[data-index="' + place + '"] a')?.getAttribute("href");
  })()`);
}

/** The link that lies at the middle of the screen. */
function firstShown(page: Page): Promise<unknown> {
  return page.evaluate(
    'document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest("a")?.getAttribute("href")',
  );
}
