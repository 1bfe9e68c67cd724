/** What costs money when the page is wrong: whose positions it shows and closes, what it sends twice, what is old. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { setStage, skipReason, type WebStage } from './web-stage.ts';

describe.skipIf(skipReason !== null)(
  `the desk page’s levers${skipReason ? ` (skipped: ${skipReason})` : ''}`,
  () => {
    let stage: WebStage;
    beforeAll(async () => {
      stage = await setStage();
    });
    afterEach(() => stage?.clear());
    afterAll(() => stage?.close());

    test('leave another market’s positions out of sight', async () => {
      const api = await stage.startApi();
      expect(api.desk.positions.map(({ deskId }) => deskId)).toContain('binance-2024');
      const { page } = await stage.open(api, '/');
      await page.getByText('+12.78').waitFor();
      expect(await positions(page).getByText('BTC').count()).toBe(1);
      expect(await rowOf(page, 'BTC').innerText()).toContain('long');
    });

    test('close the position the dialog was opened for and not the one that took its place', async () => {
      const api = await stage.startApi();
      const { page } = await stage.open(api, '/');
      await rowOf(page, 'SOL').getByRole('button', { name: 'Close the SOL short' }).click();
      const dialog = page.getByRole('dialog', { name: 'Close the SOL short?' });
      const confirm = dialog.getByRole('button', { name: 'Close at market' });
      await dialog.getByText('SOL short:').waitFor();
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      api.desk.replacePosition('SOL/USDT:USDT', 'position-main-SOL-2');
      await dialog.getByText('It is closed already.').waitFor();
      expect(await confirm.isDisabled()).toBe(true);
      await dialog.getByText('The SOL short that is open now is another one').waitFor();
      await dialog.getByRole('button', { name: 'Not now' }).click();
      expect(api.mutations).toEqual([]);
    });

    test('show the refusal when another position took its place before the page heard of it', async () => {
      const api = await stage.startApi();
      const { page } = await stage.open(api, '/');
      await rowOf(page, 'SOL').getByRole('button', { name: 'Close the SOL short' }).click();
      const dialog = page.getByRole('dialog', { name: 'Close the SOL short?' });
      api.desk.positions = api.desk.positions.map((held) => ({
        ...held,
        positionId: `${held.positionId}-2`,
      }));
      await dialog.getByRole('button', { name: 'Close at market' }).click();
      await dialog.getByRole('alert').getByText('is not open any more').waitFor();
      expect(api.desk.positions).toHaveLength(4);
    });

    test('close one position by its desk, symbol, side and id', async () => {
      const api = await stage.startApi();
      const { page } = await stage.open(api, '/');
      await rowOf(page, 'SOL').getByRole('button', { name: 'Close the SOL short' }).click();
      await page.getByRole('dialog', { name: 'Close the SOL short?' }).getByText('SOL short:').waitFor();
      await page.getByRole('button', { name: 'Close at market' }).click();
      await toasts(page).getByText('SOL short: close sent').waitFor();
      await rowOf(page, 'SOL').waitFor({ state: 'detached' });
      expect(api.mutations).toMatchObject([
        {
          path: '/api/positions/close',
          body: {
            deskId: 'main',
            symbol: 'SOL/USDT:USDT',
            side: 'short',
            positionId: 'position-main-SOL/USDT:USDT',
          },
        },
      ]);
    });

    test('are those of the desk whose books are shown, when a market has two', async () => {
      const api = await stage.startApi();
      api.desk.otherDesks.push({ ...api.desk.desk, deskId: 'binance-2024', name: 'Second' });
      const { page } = await stage.open(api, '/');
      await page.getByText('+12.78').waitFor();
      await page.getByRole('button', { name: 'Show the books of Second' }).click();
      await page.waitForURL('**/?desk=binance-2024');
      await rowOf(page, 'BTC').getByText('short').waitFor();
      expect(await positions(page).getByRole('row').count()).toBe(2);
      await page.getByRole('button', { name: 'Close the BTC short' }).click();
      await page.getByRole('button', { name: 'Close at market' }).click();
      await toasts(page).getByText('BTC short: close sent').waitFor();
      expect(api.mutations.map(({ body }) => body.deskId)).toEqual(['binance-2024']);
      await page.goBack();
      await rowOf(page, 'SOL').waitFor();
    });

    test('close exactly as many positions as they count', async () => {
      const api = await stage.startApi();
      const { page } = await stage.open(api, '/');
      await page.getByRole('button', { name: 'Close all (3)' }).click();
      await page.getByRole('button', { name: 'Close all 3 at market' }).click();
      await toasts(page).getByText('XRP long: close sent').waitFor();
      await positions(page).getByText('No open position').waitFor();
      expect(await toasts(page).getByRole('listitem').count()).toBe(3);
      expect(api.mutations.map(({ body }) => body)).toEqual([{ deskId: 'main' }]);
      expect(api.desk.positions.map(({ deskId }) => deskId)).toEqual(['binance-2024']);
    });

    test('send a new idempotency key with a new reason, trimmed, after a refusal', async () => {
      const api = await stage.startApi();
      api.desk.setTrading('halted', 'BTC fell 16.2% in 1h');
      api.desk.armRefusal = 'the same key is being answered';
      const { page } = await stage.open(api, '/');
      await page.getByRole('button', { name: 'Arm the desk' }).click();
      const dialog = page.getByRole('dialog', { name: 'Arm the desk?' });
      const arm = dialog.getByRole('button', { name: 'Arm the desk' });
      await dialog.getByLabel('Reason').fill('   ');
      await arm.click();
      expect(await dialog.locator('input:invalid').count()).toBe(1);
      await dialog.getByLabel('Reason').fill(' looks calm ');
      await arm.click();
      await dialog.getByRole('alert').getByText('the same key is being answered').waitFor();
      api.desk.armRefusal = null;
      await dialog.getByLabel('Reason').fill('calm for an hour');
      await arm.click();
      await toasts(page).getByText('The desk is armed.').waitFor();
      expect(api.mutations.map(({ body }) => body)).toEqual([
        { reason: 'looks calm' },
        { reason: 'calm for an hour' },
      ]);
      expect(new Set(api.mutations.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
    });

    test('warn before a tripped breaker is overridden, and say afterwards what that means', async () => {
      const api = await stage.startApi();
      const reason = { trigger: 'btc_fall_1h', level: 'tripped', value: 0.162, limit: 0.15 } as const;
      const message = 'BTC fell 16.2% from its 1 h high, the threshold is 15%';
      api.desk.state.breaker = { level: 'tripped', reasons: [{ ...reason, message }], atMs: null };
      api.desk.setTrading('halted', message);
      const { page } = await stage.open(api, '/');
      await page.getByRole('button', { name: 'Arm the desk' }).click();
      const dialog = page.getByRole('dialog', { name: 'Arm the desk?' });
      await dialog
        .getByText(`The breaker is tripped: ${message}. Armed now, the desk trades against it`)
        .waitFor();
      await dialog.getByLabel('Reason').fill('I know better');
      await dialog.getByRole('button', { name: 'Arm the desk' }).click();
      await toasts(page).getByText('You have overridden the breaker').waitFor();
      expect(api.mutations.map(({ body }) => body)).toEqual([{ reason: 'I know better' }]);
    });

    test('stay when the server goes before the code of the chart has come, which is fetched when it is back', async () => {
      const api = await stage.startApi();
      const { page } = await stage.open(api, '/runs');
      await page.route('**/equity-chart-*.js', (route) => route.abort('connectionrefused'));
      await page.getByRole('link', { name: 'Desk', exact: true }).click();
      await page.getByText('+12.78').waitFor();
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      await api.close();
      await page.getByRole('alert').filter({ hasText: 'No connection to Vigil since' }).waitFor();
      expect(await page.locator('.is-old').getByRole('region', { name: 'Positions' }).count()).toBe(1);
      await page.unroute('**/equity-chart-*.js');
      await stage.startApi({ desk: api.desk, port: Number(new URL(api.url).port) });
      await page.getByRole('region', { name: 'Equity' }).locator('canvas').first().waitFor();
    });

    test('stand under a banner with a stopped clock while the server is gone, and start over when it is back', async () => {
      const api = await stage.startApi();
      const { page } = await stage.open(api, '/');
      await page.getByText('+12.78').waitFor();
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
      await api.close();
      const banner = page
        .getByRole('alert')
        .filter({ hasText: /No connection to Vigil since \d\d:\d\d:\d\d/ });
      await banner.waitFor();
      const state = page.getByRole('region', { name: 'Trading state' });
      await state.getByText('stopped').waitFor();
      await stage.shoot(page, 'lost-desktop-dark');
      expect(await page.locator('.is-old').getByRole('region', { name: 'Positions' }).count()).toBe(1);
      api.desk.positions = api.desk.positions.filter(({ symbol }) => symbol !== 'SOL/USDT:USDT');
      await stage.startApi({ desk: api.desk, port: Number(new URL(api.url).port) });
      await banner.waitFor({ state: 'detached' });
      await rowOf(page, 'SOL').waitFor({ state: 'detached' });
      expect(await page.locator('.is-old').count()).toBe(0);
      expect(await stage.layoutShift(page)).toBeLessThan(0.05);
    });
  },
);

function positions(page: Page) {
  return page.getByRole('region', { name: 'Positions' });
}

function rowOf(page: Page, name: string) {
  return positions(page).getByRole('row', { name: new RegExp(name) });
}

function toasts(page: Page) {
  return page.getByRole('region', { name: 'Messages' });
}
