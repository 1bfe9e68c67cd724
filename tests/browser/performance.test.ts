import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Trade } from '#domain/account.ts';
import { decimalText } from '#domain/decimal.ts';
import { DAY_MS, HOUR_MS } from '#domain/time.ts';
import { account, trade } from '#tests/support/database-rows.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
const DAYS = 20;
const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT'];

describe.skipIf(skipReason !== null)(`the page of figures${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  let desk: string;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil({ VIGIL_FROM: '2025-02-01T00:00:00Z' });
    desk = await tradeForWeeks(vigil);
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test.each([
    ['desktop', DESKTOP, 'dark'],
    ['desktop', DESKTOP, 'light'],
    ['phone', PHONE, 'dark'],
    ['phone', PHONE, 'light'],
  ] as const)(
    'shows the bad with the good, and what each rests on (%s, %s %s)',
    async (size, view, theme) => {
      const { page, complaints } = await stage.open(vigil, `/performance?${desk}`, { size: view, theme });
      const figures = page.getByRole('region', { name: 'Figures' });
      await figures.getByText('24 won, 16 lost').waitFor();
      await figures.getByText('19 daily returns × √365, riskless 0; 40 trades').waitFor();
      expect(await figures.textContent()).toContain('Profit factor');
      const equity = page.getByRole('region', { name: 'Equity and drawdown' });
      await equity.locator('canvas').first().waitFor();
      await equity.getByText('Buying and holding instead').waitFor();
      const hours = page.getByRole('region', { name: 'By hour of day' });
      expect(await hours.getByRole('row').count()).toBeGreaterThan(1);
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await stage.layoutShift(page)).toBeLessThan(0.1);
      expect(await seriousFaults(page)).toEqual([]);
      await stage.shoot(page, `performance-${size}-${theme}`);
      expect(complaints).toEqual([]);
    },
  );

  test('asks for a span by keyboard, keeps it in the address, and tells no ratio of too little', async () => {
    const { page } = await stage.open(vigil, `/performance?${desk}`);
    await page.getByText('24 won, 16 lost').waitFor();
    await page.getByRole('button', { name: '24 hours' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**span=1d*');
    await page.getByText('at least 10 trades and 14 days are needed').waitFor();
    expect(await page.getByRole('button', { name: '24 hours' }).getAttribute('aria-pressed')).toBe('true');
  });

  test('has its main figures on the desk, and the way to the rest', async () => {
    const { page, complaints } = await stage.open(vigil, `/?${desk}`);
    const panel = page.getByRole('region', { name: 'Performance' });
    await panel.getByText('24 won, 16 lost').waitFor();
    await panel.getByRole('link', { name: 'Details' }).click();
    await page.getByRole('heading', { name: 'Performance', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });
});

/** A desk that runs no cycle: two trades a day, two of five of them lost, and an equity curve that follows them. */
async function tradeForWeeks({ running }: StagedVigil): Promise<string> {
  const { rows, source, marketClock } = running.container;
  const deskId = `${source.key}--weeks`;
  await rows.desks.create({
    ...{ deskId, name: 'Weeks', symbols: SYMBOLS, intervalMs: DAY_MS, paused: true, createdAtMs: Date.now() },
  });
  const startMs = Math.floor(marketClock.nowMs() / DAY_MS) * DAY_MS - DAYS * DAY_MS;
  const trades: Trade[] = [];
  let equity = 10_000;
  for (let day = 0; day <= DAYS; day += 1)
    for (const half of [0, 1]) {
      const at = startMs + day * DAY_MS + half * 12 * HOUR_MS;
      const index = 2 * day + half;
      const gross = index % 5 < 3 ? 40 + index : -55 - (index % 7) * 6;
      equity += gross - 2;
      await rows.equityMarks.add(deskId, {
        ...{ atMs: at + 4 * HOUR_MS, equityQuote: decimalText(equity), balanceQuote: decimalText(equity) },
      });
      if (day === DAYS) continue;
      trades.push(
        trade(`t${index}`, {
          ...{ symbol: SYMBOLS[index % 3] ?? 'BTC/USDT:USDT', side: index % 4 === 3 ? 'short' : 'long' },
          ...{ openedAtMs: at + (index % 3) * HOUR_MS, closedAtMs: at + 4 * HOUR_MS },
          ...{ grossQuote: decimalText(gross), feesQuote: '1.5', fundingQuote: '0.5' },
          netQuote: decimalText(gross - 2),
        }),
      );
    }
  await rows.orders.saveBooks(deskId, {
    ...{
      account: account({ equityQuote: decimalText(equity) }),
      positions: [],
      orders: [],
      fills: [],
      fundings: [],
    },
    ...{ trades, atMs: startMs, cursor: null },
  });
  return `desk=${encodeURIComponent(deskId)}`;
}
