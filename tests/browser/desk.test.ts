import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFakeDesk } from '../support/fake-desk.ts';
import { DESKTOP, LAPTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

describe.skipIf(skipReason !== null)(`the desk page${skipReason ? ` (skipped: ${skipReason})` : ''}`, () => {
  let stage: WebStage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test('shows state, market, account, positions, runs and trades, and complains of nothing', async () => {
    const api = await stage.startApi();
    const { page, complaints } = await stage.open(api, '/');
    const state = page.getByRole('region', { name: 'Trading state' });
    await state.getByText('Armed at start').waitFor();
    expect(await state.innerText()).toContain('SYNTHETIC PRICES');
    expect(await state.innerText()).toContain('60× speed');
    const positions = page.getByRole('region', { name: 'Positions' });
    await positions.getByText('+12.78').waitFor();
    expect(await positions.getByRole('row').count()).toBe(4);
    const atWork = positions.getByRole('list', { name: 'Entries at work' });
    expect(await atWork.innerText()).toMatch(
      /ETH[\s\S]*TWAP in 8 slices: 1\.2 of 4\.8 filled[\s\S]*until 12:03:00 market time/,
    );
    expect(await positions.getByRole('row', { name: /SOL/ }).innerText()).toContain('−41.64');
    expect(await positions.getByRole('row', { name: /BTC/ }).innerText()).toContain('32.8% away');
    await page.getByRole('region', { name: 'Equity' }).locator('canvas').first().waitFor();
    await page
      .getByRole('region', { name: 'Equity' })
      .getByRole('link', { name: 'Charts by TradingView' })
      .waitFor();
    const trades = page.getByRole('region', { name: 'Trades' });
    expect(await trades.getByRole('row').count()).toBe(4);
    for (const cost of ['Fees paid', 'Funding paid'])
      await trades.getByRole('columnheader', { name: cost }).waitFor();
    expect(
      (await trades.getByRole('cell').allInnerTexts()).filter((text) => /^.?(1|0)\.25$/.test(text)),
    ).toEqual([...['1.25', '0.25', '1.25', '0.25', '1.25', '0.25']]);
    await stage.shoot(page, 'desk-desktop-dark');
    expect(complaints).toEqual([]);
  });

  test.each([
    ['phone', 'dark', PHONE],
    ['phone', 'light', PHONE],
    ['desktop', 'light', DESKTOP],
  ] as const)('fits a %s in the %s theme without sideways scrolling', async (name, theme, size) => {
    const api = await stage.startApi();
    for (const path of ['/', '/runs', `/runs/${tradedRun(api.desk)}`]) {
      const { page, complaints } = await stage.open(api, path, { size, theme });
      await page.getByText('Armed at start').waitFor();
      await page.locator('.skeleton').first().waitFor({ state: 'detached' });
      expect(await sidewaysScroll(page), path).toBeLessThanOrEqual(0);
      await stage.shoot(
        page,
        `${path.split('/')[1] || 'desk'}${path.split('/').length > 2 ? '-one' : ''}-${name}-${theme}`,
      );
      expect(complaints).toEqual([]);
    }
  });

  test.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('does not jump while it loads on a %s', async (_name, size) => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/', { size });
    await page.getByText('+12.78').waitFor();
    await page.locator('canvas').first().waitFor();
    expect(await stage.layoutShift(page)).toBeLessThan(0.05);
  });

  test.each([
    ['laptop', LAPTOP],
    ['desktop', DESKTOP],
  ] as const)('shows every column of positions and trades on a %s', async (name, size) => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/', { size });
    await page.getByText('+12.78').waitFor();
    await stage.shoot(page, `desk-tables-${name}-dark`);
    for (const caption of ['Open positions', 'Closed trades']) {
      const table = page.getByRole('table', { name: caption });
      const hiddenPx = await table.evaluate(({ parentElement: box }) => box!.scrollWidth - box!.clientWidth);
      expect(hiddenPx, caption).toBe(0);
    }
  });

  test('keeps the button that closes a position in view where the table is too wide', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/', { size: { width: 700, height: 900 } });
    const button = page.getByRole('button', { name: 'Close the BTC long' });
    await button.waitFor();
    const place = await button.boundingBox();
    expect(place!.x + place!.width).toBeLessThanOrEqual(700);
  });

  test('says what to do while there is nothing yet', async () => {
    const api = await stage.startApi({ desk: createFakeDesk({ isEmpty: true }) });
    const { page, complaints } = await stage.open(api, '/');
    await page.getByText('The first cycle starts at the desk’s next tick.').waitFor();
    await page.getByText('Every cycle adds a point.').waitFor();
    await stage.shoot(page, 'desk-empty-desktop-dark');
    expect(complaints).toEqual([]);
  });

  test('halts once, with the reason, and shows the new state', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/', { size: PHONE });
    await page.getByRole('button', { name: 'Halt' }).click();
    const dialog = page.getByRole('dialog', { name: 'Halt trading?' });
    await dialog.getByLabel('Reason').fill('the venue misprices SOL');
    await stage.shoot(page, 'halt-dialog-phone-dark');
    await dialog.getByRole('button', { name: 'Halt trading' }).click();
    await toast(page).getByText('Trading is halted.').waitFor();
    expect(await dialog.isVisible()).toBe(false);
    const state = page.getByRole('region', { name: 'Trading state' });
    await state.getByText('the venue misprices SOL').waitFor();
    await state.getByRole('button', { name: 'Arm' }).waitFor();
    await stage.shoot(page, 'desk-halted-phone-dark');
    expect(api.mutations).toMatchObject([
      { method: 'POST', path: '/api/state/halt', body: { reason: 'the venue misprices SOL' } },
    ]);
    expect(api.mutations[0]?.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each([
    ['halted', 'halted: protects only', 'Trading is halted: it opens nothing'],
    ['reducing', 'reducing: closes and protects only', 'it may close positions and protects what is open'],
  ] as const)('says what a %s desk still does, and not that it is running', async (mode, badge, reach) => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/');
    const desk = page.getByRole('region', { name: 'Desk', exact: true });
    await desk.getByText('running', { exact: true }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    api.desk.setTrading(mode, 'BTC fell 16.2% in 1h');
    await desk.getByText(badge).waitFor();
    expect(await desk.getByText('running', { exact: true }).count()).toBe(0);
    await desk.getByRole('button', { name: 'Run a cycle' }).click();
    const words = await page.getByRole('dialog').innerText();
    expect(words).toContain(reach);
    expect(words).not.toContain('may open');
  });

  test.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)('shows a spike on a %s in the moment it is told', async (name, size) => {
    const api = await stage.startApi();
    const { page, complaints } = await stage.open(api, '/', { size });
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const spikes = page.getByRole('region', { name: 'Spikes' });
    expect(await spikes.count()).toBe(0);
    const about = { timeframe: '3m', kind: 'both', direction: 'down', volumeSigmas: 5 } as const;
    const payload = {
      ...about,
      symbol: 'SOL/USDT:USDT',
      robustSigmas: 8.25,
      barOpenAtMs: 0,
      atMs: 43_451_000,
    };
    api.desk.tell({ type: 'spike.told', runId: null, payload });
    await spikes.waitFor();
    expect(await spikes.innerText()).toMatch(/SOL\s+down\s+price and volume, 8\.3σ on 3m\s+12:04:11/);
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    await stage.shoot(page, `desk-spike-${name}-dark`);
    expect(complaints).toEqual([]);
  });

  test('cuts a long reason on a phone and shows the whole of it when asked', async () => {
    const api = await stage.startApi();
    api.desk.setTrading('halted', `${'The venue answers with prices of yesterday. '.repeat(6)}Ask ops.`);
    const { page } = await stage.open(api, '/', { size: PHONE });
    const words = page.getByRole('region', { name: 'Trading state' }).getByText('Ask ops.');
    const heights = () => words.evaluate((element) => [element.clientHeight, element.scrollHeight]);
    const more = page.getByRole('button', { name: 'The whole reason' });
    await more.waitFor();
    const [cut, whole] = await heights();
    expect(cut).toBeLessThan(whole!);
    await more.click();
    await page.getByRole('button', { name: 'Less' }).waitFor();
    expect(await heights()).toEqual([whole, whole]);
    await stage.shoot(page, 'desk-long-reason-phone-dark');
  });

  test('shows the newest trades on a phone, and the rest when asked', async () => {
    const api = await stage.startApi();
    const [first] = api.desk.trades;
    api.desk.trades = Array.from({ length: 12 }, (_, at) => ({ ...first!, tradeId: `t${at}` }));
    const { page } = await stage.open(api, '/', { size: PHONE });
    const trades = page.getByRole('region', { name: 'Trades' });
    await trades.getByRole('button', { name: 'Show 7 more' }).waitFor();
    expect(await trades.getByText('its target').count()).toBe(5);
    await trades.getByRole('button', { name: 'Show 7 more' }).click();
    await trades.getByText('its target').nth(11).waitFor();
  });

  test('ends the curve at the account’s own equity', async () => {
    const api = await stage.startApi();
    api.desk.account = { ...api.desk.account!, equityQuote: '10100.0000' };
    const { page } = await stage.open(api, '/');
    const first = Number(api.desk.equity[0]!.equityQuote);
    await page.getByRole('region', { name: 'Account' }).getByText('10,100.00').waitFor();
    const gained = (10_100 - first).toFixed(2);
    await page
      .getByRole('region', { name: 'Equity' })
      .getByText(`+${gained} since market 2025-04-05`)
      .waitFor();
  });

  test('shows the server’s refusal with its code when arming is not allowed', async () => {
    const api = await stage.startApi();
    api.desk.setTrading('halted', 'BTC fell 16.2% in 1h');
    api.desk.armRefusal = 'Desk main belongs to another market.';
    const { page } = await stage.open(api, '/');
    await page.getByRole('button', { name: 'Arm' }).click();
    await page.getByLabel('Reason').fill('looks calm again');
    await page.getByRole('dialog').getByRole('button', { name: 'Arm the desk' }).click();
    const alert = page.getByRole('dialog').getByRole('alert');
    await alert.getByText('Desk main belongs to another market').waitFor();
    expect(await alert.innerText()).toContain('conflict');
    await stage.shoot(page, 'arm-refused-desktop-dark');
  });

  test('runs a cycle, pauses and asks for an analysis by keyboard', async () => {
    const api = await stage.startApi();
    const { page } = await stage.open(api, '/');
    await page.getByRole('button', { name: 'Run a cycle' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Run a cycle' }).press('Enter');
    await toast(page).getByText('The cycle has started.').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Run a cycle');
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).press('Enter');
    await toast(page).getByText('The desk is paused.').waitFor();
    await page.getByRole('button', { name: 'Analyse' }).press('Enter');
    await page.getByRole('checkbox', { name: 'ETH' }).press('Space');
    await page.getByLabel('Question').fill('Is the fall over?');
    await page.getByRole('button', { name: 'Start the analysis' }).press('Enter');
    await toast(page).getByText('The analysis has started.').waitFor();
    await toast(page).getByRole('link', { name: 'Watch it' }).last().press('Enter');
    await page.getByRole('heading', { name: 'Analysis of BTC, ETH: under way' }).waitFor();
    expect(api.mutations.map(({ path, body }) => [path, body])).toEqual([
      ['/api/desks/main/cycles', {}],
      ['/api/desks/main', { paused: true }],
      ['/api/analyses', { symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'], question: 'Is the fall over?' }],
    ]);
  });
});

function toast(page: Page) {
  return page.getByRole('region', { name: 'Messages' });
}

function tradedRun(desk: ReturnType<typeof createFakeDesk>): string {
  return desk.runs.find(({ run }) => run.outcome === 'traded')!.run.runId;
}
