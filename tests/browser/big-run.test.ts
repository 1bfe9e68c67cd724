import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BIG_RUN, BIG_SPANS, LAST_READING, seedBigRun } from '../support/big-run.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
/** What a page of any run may hold, however long the run is. */
const MOST_ELEMENTS = 2_500;

describe.skipIf(skipReason !== null)(`a run of a thousand spans and twenty megabytes${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil();
    await seedBigRun(vigil.running.container);
  }, 120_000);
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test('is told in a small part of its size, and one body whole', async () => {
    const run = await fetch(`${vigil.url}/api/runs/${BIG_RUN}`);
    const text = await run.text();
    expect(text.length).toBeLessThan(1_500_000);
    expect((JSON.parse(text) as { spans: unknown[] }).spans).toHaveLength(BIG_SPANS);
    const longest = await fetch(`${vigil.url}/api/runs/${BIG_RUN}/spans/big-1`);
    expect((await longest.text()).length).toBeGreaterThan(2_000_000);
  });

  test.each([
    ['story', 'desktop', 'dark', DESKTOP],
    ['trace', 'desktop', 'light', DESKTOP],
    ['trace', 'phone', 'dark', PHONE],
    ['log', 'desktop', 'dark', DESKTOP],
    ['log', 'phone', 'light', PHONE],
  ] as const)('puts little of it on the page: the %s on a %s', async (view, name, theme, size) => {
    const { page, complaints } = await stage.open(vigil, `/runs/${BIG_RUN}?view=${view}`, { size, theme });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await firstContent(page, view);
    expect(await elementsOf(page)).toBeLessThan(MOST_ELEMENTS);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, `run-big-${view}-${name}-${theme}`);
    expect(complaints).toEqual([]);
  });

  test('opens the two megabytes of a body to their last line, folded and as text', async () => {
    const { page, complaints } = await stage.open(vigil, `/runs/${BIG_RUN}?view=trace&span=big-1`);
    const panel = page.getByRole('region', { name: 'indicators', exact: true });
    await panel.getByRole('button', { name: /^Show all 2\.\d MB$/ }).click();
    const output = panel.getByRole('region', { name: 'Output' });
    await output.getByRole('button', { name: /^readings/ }).waitFor();
    expect(await elementsOf(page)).toBeLessThan(MOST_ELEMENTS);
    await panel.getByRole('button', { name: 'Text' }).first().click();
    await output.getByText('"symbol": "S0001/USDT:USDT"').first().waitFor();
    await output.focus();
    await page.keyboard.press('End');
    await output.getByText(`"at": ${LAST_READING},`).waitFor();
    expect(await elementsOf(page)).toBeLessThan(MOST_ELEMENTS);
    await stage.shoot(page, 'run-big-body-desktop-dark');
    expect(complaints).toEqual([]);
  });

  test('is searched and filtered line by line', async () => {
    const { page, complaints } = await stage.open(vigil, `/runs/${BIG_RUN}?view=log`);
    const log = page.getByRole('region', { name: 'Log', exact: true });
    await log.getByText('1001 lines', { exact: true }).waitFor();
    await log.getByRole('button', { name: 'Only failures' }).click();
    await log.getByText('4 of 1001 lines').waitFor();
    await log.getByRole('textbox', { name: 'Search' }).fill('subject 749');
    await log.getByText('1 of 1001 lines').waitFor();
    await log.getByText('internal: subject 749 could not be read').click();
    const panel = page.getByRole('region', { name: 'context · S0749', exact: true });
    await panel.getByRole('alert').getByText('subject 749 could not be read').waitFor();
    expect(new URL(page.url()).searchParams.get('span')).toBe('big-749');
    await log.getByRole('textbox', { name: 'Search' }).fill('nowhere to be found');
    await log.getByText('No line fits').waitFor();
    expect(complaints).toEqual([]);
  });

  test('unfolds a node into its spans, and its spans into the calls they made', async () => {
    const { page, complaints } = await stage.open(vigil, `/runs/${BIG_RUN}?view=trace`);
    const spans = page.getByRole('region', { name: 'Spans' });
    await spans.getByRole('button', { name: /^queue/ }).waitFor();
    await spans.getByRole('button', { name: 'Unfold context × 998' }).click();
    await spans.getByRole('button', { name: 'Unfold S0010' }).click();
    await spans.getByRole('button', { name: /^m 10 ms/ }).click();
    const panel = page.getByRole('region', { name: 'context · S0010', exact: true });
    await panel.locator('summary').filter({ hasText: 'attempt 1' }).click();
    await panel.getByText('You are the context of a trading desk.').waitFor();
    await panel.getByRole('region', { name: 'Words of user' }).getByText('what is seen').first().waitFor();
    expect(await elementsOf(page)).toBeLessThan(MOST_ELEMENTS);
    expect(complaints).toEqual([]);
  });
});

function firstContent(page: Page, view: 'story' | 'trace' | 'log'): Promise<void> {
  if (view === 'story') return page.locator('[data-node="observe"][data-state="ok"]').waitFor();
  const list = page.getByRole('region', { name: view === 'trace' ? 'Spans' : 'Lines' });
  return list
    .getByRole('button', { name: /observe/ })
    .first()
    .waitFor();
}

function elementsOf(page: Page): Promise<number> {
  return page.evaluate('document.querySelectorAll("*").length') as Promise<number>;
}
