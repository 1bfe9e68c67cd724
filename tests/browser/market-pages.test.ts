import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
const PATIENCE = { timeout: 120_000, interval: 250 };

describe.skipIf(skipReason !== null)(`what a Vigil at work made of its market${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil();
    // Its first cycle opens three positions; one of them is closed by hand, and is a trade then.
    await vi.waitFor(async () => expect(await countOf(vigil, 'positions')).toBeGreaterThan(1), PATIENCE);
    await closeOne(vigil);
    await vi.waitFor(async () => expect(await countOf(vigil, 'trades')).toBeGreaterThan(0), PATIENCE);
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test.each([
    ['desktop', 'dark', DESKTOP],
    ['desktop', 'light', DESKTOP],
    ['phone', 'dark', PHONE],
    ['phone', 'light', PHONE],
  ] as const)(
    'fills board, orders, signals and trades on a %s in the %s theme',
    async (name, theme, size) => {
      const { page, complaints } = await stage.open(vigil, '/', { size, theme });
      const board = page.getByRole('region', { name: 'Scanner’s board' });
      await board.getByRole('row', { name: /BTC/ }).waitFor();
      expect(await board.getByRole('row').count()).toBe(7);
      expect(await board.innerText()).toContain('No Q-table has been promoted');
      const orders = page.getByRole('region', { name: 'Open orders' });
      await orders.getByText('stop', { exact: true }).first().waitFor();
      await drawn(page);
      await fits(page, `board-${name}-${theme}`);
      for (const path of ['/signals', '/trades']) {
        await page.goto(`${vigil.url}${path}`);
        await page.getByRole('link', { name: / of / }).first().waitFor();
        await fits(page, `${path.slice(1)}-${name}-${theme}`);
      }
      expect(complaints).toEqual([]);
    },
  );

  test('sorts the board by a heading, by keyboard too, and shows the chart of the symbol that is chosen', async () => {
    const { page, complaints } = await stage.open(vigil, '/');
    const board = page.getByRole('region', { name: 'Scanner’s board' });
    const heading = board.getByRole('columnheader', { name: /Symbol/ });
    await heading.getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    await page.keyboard.press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect(await board.getByRole('row').nth(1).innerText()).toContain('BNB');
    await board.getByRole('button', { name: 'SOL' }).click();
    await page.getByRole('application', { name: /Candle chart of SOL/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('symbol')).toBe('SOL/USDT:USDT');
    expect(complaints).toEqual([]);
  });

  test('narrows signals and trades by what the address says, and leads from them to runs and charts', async () => {
    const { page, complaints } = await stage.open(vigil, '/signals');
    const signals = page.getByRole('region', { name: 'Signals' });
    await signals.getByLabel('Symbol').selectOption({ label: 'ETH' });
    await expect.poll(() => page.url()).toContain('symbol=ETH');
    await signals.getByRole('row', { name: /BTC/ }).first().waitFor({ state: 'detached' });
    await signals.getByRole('row', { name: /ETH/ }).first().waitFor();
    await page.goto(`${vigil.url}/trades?exitReason=person`);
    const trades = page.getByRole('region', { name: 'Trades' });
    await trades
      .getByRole('row', { name: /a person/ })
      .first()
      .waitFor();
    await trades.getByLabel('Ended by').selectOption({ label: 'Liquidation' });
    await trades.getByText('No trade fits').waitFor();
    await page.goBack();
    await trades
      .getByRole('link', { name: /^opening of a/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(page.url()).toContain('/runs/');
    expect(complaints).toEqual([]);
  });

  async function fits(page: Page, shot: string) {
    expect(await sidewaysScroll(page), shot).toBeLessThanOrEqual(0);
    await stage.shoot(page, `market-${shot}`);
    expect(await seriousFaults(page), shot).toEqual([]);
  }
});

async function drawn(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Chart' }).locator('canvas').first().waitFor();
}

async function itemsOf(vigil: StagedVigil, book: string): Promise<{ symbol: string }[]> {
  const answer = await fetch(`${vigil.url}/api/${book}`);
  return ((await answer.json()) as { items: { symbol: string }[] }).items;
}

const countOf = async (vigil: StagedVigil, book: string) => (await itemsOf(vigil, book)).length;

async function closeOne(vigil: StagedVigil): Promise<void> {
  const [position] = await itemsOf(vigil, 'positions');
  const answer = await fetch(`${vigil.url}/api/positions/close`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ symbol: position?.symbol }),
  });
  expect(answer.status).toBe(200);
}
