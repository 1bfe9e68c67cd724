import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from './axe.ts';
import type { StagedVigil } from './staged-vigil.ts';
import { PHONE, setStage, sidewaysScroll, skipReason, type WebStage } from './web-stage.ts';

const skipped = skipReason ? ` (skipped: ${skipReason})` : '';

describe.skipIf(skipReason !== null)(`the way about${skipped}`, () => {
  let stage: WebStage;
  let vigil: StagedVigil;
  beforeAll(async () => {
    stage = await setStage();
    vigil = await stage.startVigil();
  });
  afterEach(() => stage?.clear());
  afterAll(() => stage?.close());

  test.each(['light', 'dark'] as const)('fits a phone, and keeps the rest under More (%s)', async (theme) => {
    const { page, complaints } = await stage.open(vigil, '/runs', { size: PHONE, theme });
    await page.getByRole('region', { name: 'Runs' }).waitFor();
    const pages = page.getByRole('navigation', { name: 'Pages' });
    expect(await pages.getByRole('link', { name: 'API reference' }).isVisible()).toBe(false);
    await pages.getByRole('button', { name: 'More' }).click();
    await pages.getByRole('link', { name: 'API reference' }).waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await stage.shoot(page, `navigation-phone-${theme}`);
    await page.getByRole('heading', { name: 'Runs', level: 2 }).click();
    expect(await pages.getByRole('link', { name: 'API reference' }).isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  test('goes by keyboard, and Escape gives the button back', async () => {
    const { page } = await stage.open(vigil, '/');
    const more = page.getByRole('button', { name: 'More' });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'API reference' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await more.getAttribute('aria-expanded')).toBe('false');
    expect(await page.locator(':focus').textContent()).toBe('More');
  });

  test('leaves the browser its own ways: back, forward, another tab, and no step for the address that is shown', async () => {
    const { page, complaints } = await stage.open(vigil, '/runs');
    const link = (name: string) =>
      page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });
    const steps = Number(await page.evaluate('history.length'));
    await link('Trades').click();
    await link('Trades').and(page.locator('[aria-current=page]')).waitFor();
    await link('Trades').click();
    expect(await page.evaluate('history.length')).toBe(steps + 1);
    await page.goBack();
    await page.getByRole('region', { name: 'Runs' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/runs');
    await page.goForward();
    await page.getByRole('region', { name: 'Trades' }).waitFor();
    const opened = page.context().waitForEvent('page');
    await link('Performance').click({ modifiers: ['Control'] });
    await (await opened).getByRole('heading', { level: 1, name: 'Performance' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/trades');
    expect(complaints).toEqual([]);
  });
});
