/** The handles of a desk at work, each by keyboard alone, with the audit rows they leave. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { PATIENT } from '../support/patience.ts';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { DESKTOP, PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';
/** One cycle, at start, opens three positions. */
const ONCE = { CYCLE_INTERVAL_MS: '86400000', VIGIL_SPEED: '1' };

describe.skipIf(skipReason !== null)(`the handles of a desk at work${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil(ONCE);
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  const said = (page: Page, words: string | RegExp) =>
    page.getByRole('region', { name: 'Messages' }).getByText(words).first().waitFor();
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).press('Enter');
  const acts = async () => {
    const answer = await fetch(`${vigil.url}/api/audit?actor=a+person`);
    const { items } = (await answer.json()) as { items: { action: string; origin: { via: string } }[] };
    return items.map(({ action, origin }) => `${origin.via} ${action}`);
  };

  test('close one position, then all in an emergency, halt and arm, and leave a row each', {
    timeout: 120_000,
  }, async () => {
    const { page, complaints } = await stage.open(vigil, '/');
    const rows = page
      .getByRole('table', { name: 'Open positions' })
      .getByRole('button', { name: /^Close the/ });
    await expect.poll(() => rows.count(), PATIENT).toBe(3);
    await rows.first().press('Enter');
    await press(page, 'Close at market');
    await said(page, 'close sent');
    await expect.poll(() => rows.count(), PATIENT).toBe(2);
    expect(await acts()).toEqual(['page positions.close']);

    await press(page, 'Emergency close of all');
    const dialog = page.getByRole('dialog', { name: /^Emergency: close all/ });
    await dialog.getByText(/Closes 2 positions at market, [\d,.]+ USDT of notional/).waitFor();
    await dialog.getByText('Withdraws 0 entries at work').waitFor();
    await dialog.getByLabel('Reason').fill('the venue misprices');
    await dialog.getByLabel('Type CLOSE to go on').fill('close');
    await page.keyboard.press('Enter');
    expect(await dialog.locator('input:invalid').count()).toBe(1);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, 'emergency-desktop-dark');
    await dialog.getByLabel('Type CLOSE to go on').fill('CLOSE');
    await page.keyboard.press('Enter');
    await said(page, 'The desk is halted.');
    await page.getByText('No open position').waitFor();
    const state = page.getByRole('region', { name: 'Trading state' });
    await state.getByText('the venue misprices').waitFor();

    await press(page, 'Arm the desk');
    await page.getByRole('dialog').getByLabel('Reason').fill('all is well');
    await page.keyboard.press('Enter');
    await said(page, 'The desk is armed.');
    expect(await acts()).toEqual([
      ...['page trading.arm', 'page desk.emergency_close', 'page trading.halted', 'page positions.close'],
    ]);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['phone', PHONE, 'dark'],
    ['phone', PHONE, 'light'],
    ['desktop', DESKTOP, 'dark'],
    ['desktop', DESKTOP, 'light'],
  ] as const)('are told on the Audit page on a %s (%s, %s)', async (name, size, theme) => {
    const { page, complaints } = await stage.open(vigil, '/audit?action=trading.', { size, theme });
    const table = page.getByRole('table', { name: 'Audit' });
    await table.getByText('trading.arm').first().waitFor();
    await table
      .getByText(/page, without a key/)
      .first()
      .waitFor();
    await table.locator('summary').first().press('Enter');
    await table.locator('details[open]').getByText('all is well').first().waitFor();
    const from = page.getByLabel('From (wall time, UTC)');
    await from.fill('2100-01-01T00:00');
    await from.press('Enter');
    await page.getByText('Nothing fits').waitFor();
    expect(new URL(page.url()).searchParams.get('from')).toBe('2100-01-01T00:00Z');
    await page.goto(`${vigil.url}/audit?action=trading.&to=2100-01-01T00:00Z`);
    await table.getByText('trading.arm').first().waitFor();
    expect(await page.getByLabel('To (wall time, UTC)').inputValue()).toBe('2100-01-01T00:00');
    expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, `audit-${name}-${theme}`);
    expect(complaints).toEqual([]);
  });
});
