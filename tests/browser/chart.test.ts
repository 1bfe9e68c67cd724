import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PATIENT } from '../support/patience.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

describe.skipIf(skipReason !== null)(`the chart of a Vigil at work${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test.each([
    ['desktop', 'dark', DESKTOP],
    ['desktop', 'light', DESKTOP],
    ['phone', 'dark', PHONE],
    ['phone', 'light', PHONE],
  ] as const)(
    'shows candles, figures and the desk’s marks on a %s in the %s theme',
    async (name, theme, size) => {
      const { page, complaints } = await stage.open(vigil, '/', { size, theme });
      const chart = await drawn(page);
      await chart.getByText('SYNTHETIC PRICES').waitFor();
      expect(await chart.innerText()).toMatch(/Open [\d,.]+/);
      expect(await chart.innerText()).toContain('RSI 14');
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      await stage.shoot(page, `market-desk-${name}-${theme}`);
      expect(await seriousFaults(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  test('keeps symbol, timeframe and what is shown in the address', async () => {
    const { page, complaints } = await stage.open(vigil, '/?symbol=ETH/USDT:USDT&timeframe=1h&show=macd');
    const chart = await drawn(page);
    await chart.getByRole('application', { name: /Candle chart of ETH, \d+ bars of 1h/ }).waitFor();
    await chart.getByText('Histogram').waitFor();
    await chart.getByLabel('Symbol').selectOption({ label: 'SOL' });
    await chart.getByRole('button', { name: '4h' }).click();
    await chart.getByRole('button', { name: 'VWAP' }).click();
    await chart.getByRole('application', { name: /Candle chart of SOL, \d+ bars of 4h/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('show')).toBe('macd,vwap');
    await page.reload();
    await chart.getByRole('application', { name: /Candle chart of SOL, \d+ bars of 4h/ }).waitFor();
    expect(await chart.getByRole('button', { name: 'VWAP' }).getAttribute('aria-pressed')).toBe('true');
    expect(complaints).toEqual([]);
  });

  test('is worked by keys: from bar to bar with figures, back to older bars, and to the newest', async () => {
    const { page, complaints } = await stage.open(vigil, '/?timeframe=1h');
    const chart = await drawn(page);
    const canvas = chart.getByRole('application');
    const legend = chart.locator('[aria-live]').first();
    await canvas.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    const second = await legend.innerText();
    expect(await legend.getAttribute('aria-live')).toBe('polite');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => legend.innerText()).not.toBe(second);
    await page.keyboard.press('Home');
    await chart.getByRole('application', { name: /[5-9]\d\d bars of 1h/ }).waitFor();
    await page.keyboard.press('-');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    expect(complaints).toEqual([]);
  });

  test('follows the market: the last bar moves on by itself, and the bars can be read as a table', async () => {
    const { page, complaints } = await stage.open(vigil, '/?timeframe=3m');
    const chart = await drawn(page);
    const legend = chart.locator('[aria-live]').first();
    const before = await legend.innerText();
    await expect.poll(() => legend.innerText(), PATIENT).not.toBe(before);
    await chart.getByText('The newest bars as a table').click();
    // Rows come once the browser has told the page that it opened, which no click waits for.
    const rows = chart.getByRole('table', { name: /newest 3m bars/ }).getByRole('row');
    await expect.poll(() => rows.count(), PATIENT).toBe(21);
    expect(complaints).toEqual([]);
  });
});

/** The chart's panel, once bars are drawn in it. */
async function drawn(page: Page) {
  const chart = page.getByRole('region', { name: 'Chart' });
  await chart.getByRole('application').waitFor();
  await chart.locator('canvas').first().waitFor();
  return chart;
}
