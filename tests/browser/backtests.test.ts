/** Backtests in the pages: asked for, watched, read and cancelled, by keyboard, on a real server. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '#domain/audit.ts';
import { askVigil } from './ask-vigil.ts';
import { finishedBacktest, WALKED } from './finished-backtest.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { expectStillAndSound, LOOKS } from './still-and-sound.ts';
import { setStage, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
/** A cycle each quarter of an hour of the market; of the desk that stands beside, the first alone. */
const QUARTERS = { CYCLE_INTERVAL_MS: '900000', VIGIL_SPEED: '1' };
const PATIENCE_MS = 240_000;

describe.skipIf(skipReason !== null)(`backtests${skipped}`, { timeout: PATIENCE_MS }, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil(QUARTERS);
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  async function ask(page: Page, to: string): Promise<void> {
    await page.getByLabel('To (market time, UTC)').fill(to);
    for (const symbol of ['SOL', 'BNB', 'XRP', 'DOGE']) await page.getByLabel(symbol).press('Space');
    await page.getByRole('button', { name: 'Start the backtest' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Backtest: points on BTC, ETH' }).waitFor();
  }

  test('one is asked for, watched to its end and read, another cancelled, and both leave a row', async () => {
    const { page, complaints } = await stage.open(vigil, '/backtests');
    await page.getByText('No backtest yet').waitFor();
    expect(await page.getByLabel('From (market time, UTC)').inputValue()).toBe('2025-01-02T12:15');
    await ask(page, '2025-01-03T06:00');
    const bar = page.getByRole('progressbar', { name: 'Progress of the backtest' });
    await bar.waitFor();
    await page.getByRole('heading', { name: 'Trades on the price' }).waitFor(WALKED);
    for (const title of ['Figures', 'Equity and drawdown', 'Month by month', 'Trades', 'Settings'])
      await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
    await page.getByText('no claim of profit').waitFor();
    await page
      .getByText(/it rests on|needs/)
      .first()
      .waitFor();
    await page.getByRole('figure', { name: /^Equity beside holding/ }).waitFor();
    const chart = page.getByRole('application', { name: /^Candle chart with \d+ trades? of BTC on 3m/ });
    await chart.waitFor();
    await chart.press('Home');
    await page.getByText('2025-01-02 12:15 UTC').first().waitFor();
    await page.getByLabel('Symbol').selectOption('ETH/USDT:USDT');
    await page.getByRole('application', { name: /of ETH on/ }).waitFor();

    await page.getByRole('link', { name: 'All backtests' }).press('Enter');
    await page.getByRole('cell', { name: 'finished' }).waitFor();
    await ask(page, '2025-02-02T06:00');
    await page.getByText(/^Running: \d+% walked/).waitFor(WALKED);
    await page.getByRole('button', { name: 'Cancel the backtest' }).press('Enter');
    await page.getByText(/^Cancelled at wall/).waitFor(WALKED);
    const { items } = await askVigil<{ items: AuditEntry[] }>(vigil, '/api/audit?action=backtest.');
    expect(items.map(({ action, origin }) => `${origin?.via} ${action}`)).toEqual([
      ...['page backtest.cancel', 'page backtest.start', 'page backtest.start'],
    ]);
    expect(complaints).toEqual([]);
  });

  test('what cannot be walked is refused in words', async () => {
    const { page } = await stage.open(vigil, '/backtests');
    await page.getByLabel('To (market time, UTC)').fill('2035-01-01T00:00');
    await page.getByRole('button', { name: 'Start the backtest' }).press('Enter');
    await page.getByText(/exceed the limit 1000000: choose a shorter span or fewer symbols/).waitFor();
    await page.goto(`${vigil.url}/backtests/none`);
    await page.getByText('There is no such backtest').waitFor();
  });

  test.each(LOOKS)('stand still and sound on a %s (%s, %s)', async (name, size, theme) => {
    const backtestId = await finishedBacktest(vigil);
    const { page, complaints } = await stage.open(vigil, '/backtests', { size, theme });
    const look = (shot: string) => expectStillAndSound(stage, page, `${shot}-${name}-${theme}`);
    await page.getByText('finished').first().waitFor();
    await look('backtests');
    await page.goto(`${vigil.url}/backtests/${backtestId}`);
    await page.getByText(/trades? of BTC on 1m candles/).waitFor();
    await look('backtest');
    expect(complaints).toEqual([]);
  });
});
